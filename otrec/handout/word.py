"""Word documents by python-docx: real headings, lists and tables, alt texts, languages, page size."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from otrec.handout.blocks import (
    Art,
    Box,
    Bullets,
    Checklist,
    Figure,
    Heading,
    Line,
    Lines,
    Panel,
    Panels,
    Paragraph,
    Schedule,
    Span,
    Steps,
    Table,
    is_foreign,
)
from otrec.handout.word_parts import (
    add_art,
    add_span,
    borders,
    grow,
    new_document,
    number_from_one,
    repeat_heading,
    seal,
    upright,
)

if TYPE_CHECKING:
    from otrec.handout.sheet import Handout

#: What a person ticks; Word draws it in whatever font holds it.
TICK: Final = "☐  "


def make_docx(handout: Handout) -> bytes:
    """A .docx file of a handout; the same handout gives the same bytes."""
    document = new_document(handout)
    writer = _Writer(document, handout)
    for block in handout.blocks:
        KINDS[type(block)](writer, block)
    out = BytesIO()
    document.save(out)
    return seal(out.getvalue())


class _Writer:
    """Where blocks go: a document, or a cell of a table in it."""

    def __init__(self, place: Any, handout: Handout, document: Any = None) -> None:
        self.place = place
        self.handout = handout
        self.document = document or place

    def within(self, cell: Any) -> _Writer:
        return _Writer(cell, self.handout, self.document)

    def paragraph(self, line: Iterable[Span], style: str = "Normal", first: bool = False) -> Any:
        """A paragraph of spans; in a cell the empty one that Word puts there is used first."""
        if first:
            made = self.place.paragraphs[0]
            made.style = self.document.styles[style]
        else:
            made = self.place.add_paragraph(style=style)
        for span in line:
            add_span(made, span, self.handout)
        return made

    def note(self, block: object) -> Line:
        """What marks a block that holds English in a sheet of another language."""
        if not is_foreign(block, self.handout.language):
            return ()
        return (Span(text=f" ({self.handout.foreign})", small=True),)

    def noted(self, block: object) -> None:
        """That mark as a line of its own."""
        if note := self.note(block):
            self.paragraph((Span(text=note[0].text.strip(), small=True),)).paragraph_format.keep_with_next = True

    def art(self, art: Art | None, width_mm: int, first: bool = True) -> None:
        if art:
            paragraph = self.place.paragraphs[0] if first else self.place.add_paragraph()
            add_art(paragraph, art, width_mm)


def _heading(writer: _Writer, block: Heading) -> None:
    made = writer.paragraph((*block.line, *writer.note(block)), f"Heading {block.level}")
    made.paragraph_format.page_break_before = block.new_page


def _paragraph(writer: _Writer, block: Paragraph) -> None:
    line = (
        tuple(span.model_copy(update={"small": True}) for span in block.line) if block.style == "small" else block.line
    )
    made = writer.paragraph((*line, *writer.note(block)), "Lead" if block.style == "lead" else "Normal")
    made.paragraph_format.keep_with_next = block.keep


def _bullets(writer: _Writer, block: Bullets) -> None:
    writer.noted(block)
    for item in block.items:
        writer.paragraph(item, "List Bullet")


def _steps(writer: _Writer, block: Steps) -> None:
    writer.noted(block)
    number = number_from_one(writer.document)
    if not any(step.art for step in block.items):
        for step in block.items:
            number(writer.paragraph(step.line, "List Number"))
        return
    grid = writer.document.add_table(rows=0, cols=2)
    for step in block.items:
        left, right = grid.add_row().cells
        writer.within(left).art(step.art, 21)
        number(writer.within(right).paragraph(step.line, "List Number", first=True))
        upright(right)
    borders(grid, widths=(25, 140))


def _checklist(writer: _Writer, block: Checklist) -> None:
    writer.noted(block)
    for step in block.items:
        made = writer.paragraph((Span(text=TICK), *step.line))
        if step.art:
            add_art(made, step.art, 14)


def _table(writer: _Writer, block: Table) -> None:
    writer.noted(block)
    grid = writer.document.add_table(rows=1, cols=len(block.header))
    for cell, line in zip(grid.rows[0].cells, block.header, strict=True):
        writer.within(cell).paragraph((span.model_copy(update={"strong": True}) for span in line), first=True)
    for row in block.rows:
        made = grid.add_row()
        for cell, line in zip(made.cells, row, strict=True):
            writer.within(cell).paragraph(line, first=True)
    repeat_heading(grid, block.row_mm)
    shares = block.widths or (1,) * len(block.header)
    borders(grid, inner=True, widths=tuple(165 * share // sum(shares) for share in shares))
    writer.document.add_paragraph()


def _box(writer: _Writer, block: Box) -> None:
    grid = writer.document.add_table(rows=1, cols=1)
    inside = writer.within(grid.rows[0].cells[0])
    strong = (span.model_copy(update={"strong": True}) for span in block.title)
    inside.paragraph((*strong, *writer.note(block)), first=True)
    for item in block.items:
        inside.paragraph(item, "List Bullet" if len(block.items) > 1 else "Normal")
    borders(grid, outer=18 if block.weight == "heavy" else 6, widths=(165,))
    writer.document.add_paragraph()


def _panels(writer: _Writer, block: Panels) -> None:
    writer.noted(block)
    columns = block.columns
    grid = writer.document.add_table(rows=0, cols=columns)
    for start in range(0, len(block.items), columns):
        cells = grid.add_row().cells
        for cell, item in zip(cells, block.items[start : start + columns], strict=False):
            _panel(writer.within(cell), item, block.size == "big")
    borders(grid, inner=True, outer=12 if block.size == "big" else 6, widths=(165 // columns,) * columns)
    writer.document.add_paragraph()


def _panel(writer: _Writer, item: Panel, big: bool) -> None:
    label = writer.paragraph((span.model_copy(update={"strong": True}) for span in item.label), first=True)
    writer.art(item.art, 60 if big else 34, first=False)
    lines = [writer.paragraph(line, "List Bullet" if len(item.lines) > 1 else "Normal") for line in item.lines]
    if big:
        grow(label, 26, middle=True)
        for line in lines:
            grow(line, 20, middle=True)


def _schedule(writer: _Writer, block: Schedule) -> None:
    writer.noted(block)
    number = number_from_one(writer.document)
    grid = writer.document.add_table(rows=0, cols=3)
    for row in block.rows:
        left, middle, right = grid.add_row().cells
        writer.within(left).art(row.art, 22)
        when = (Span(text=f"{row.when}  ", strong=True),) if row.when else ()
        made = writer.within(middle).paragraph((*when, *row.line), "List Number", first=True)
        number(made)
        grow(made, 22 if writer.handout.look.large else 15)
        grow(writer.within(right).paragraph((Span(text=TICK.strip()),), first=True), 26)
        for cell in (left, middle, right):
            upright(cell)
    borders(grid, inner=True, outer=6, widths=(27, 122, 16))


def _figure(writer: _Writer, block: Figure) -> None:
    writer.noted(block)
    add_art(writer.place.add_paragraph(), block.art, block.width_mm)
    if block.caption:
        writer.paragraph(block.caption)


def _lines(writer: _Writer, block: Lines) -> None:
    writer.paragraph((*block.label, *writer.note(block)))
    for _ in range(block.count):
        writer.paragraph((Span(text="_" * 60),))


KINDS: Final[dict[type[Any], Callable[[_Writer, Any], None]]] = {
    Heading: _heading,
    Paragraph: _paragraph,
    Bullets: _bullets,
    Steps: _steps,
    Checklist: _checklist,
    Table: _table,
    Box: _box,
    Panels: _panels,
    Schedule: _schedule,
    Figure: _figure,
    Lines: _lines,
}
