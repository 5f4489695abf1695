"""What python-docx leaves to its user: alt texts, languages, numbering that starts anew, frames, steady bytes."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from otrec.handout.blocks import Art, Span

if TYPE_CHECKING:
    from otrec.handout.sheet import Handout

#: Fonts that every office program has or replaces without harm; sizes in points.
FONT: Final = "Arial"
REGIONS: Final = {"en": "en-GB", "es": "es-ES"}
#: Width and height in millimetres.
PAGES: Final = {"a4": (210, 297), "letter": (215.9, 279.4)}
#: What stands behind the borders among the properties of a table.
_AFTER_BORDERS: Final = ("w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook", "w:tblCaption", "w:tblDescription")
#: Zip entries of a .docx carry a time; one fixed day makes the same handout the same bytes.
_DAY: Final = (1980, 1, 1, 0, 0, 0)


def new_document(handout: Handout) -> Any:
    """An empty document with page, styles, language, title and footer of a handout."""
    from docx import Document
    from docx.shared import Mm

    document = Document()
    section = document.sections[0]
    width, height = PAGES[handout.look.paper]
    section.page_width, section.page_height = Mm(width), Mm(height)
    section.left_margin = section.right_margin = Mm(21)
    section.top_margin = section.bottom_margin = Mm(19)
    core = document.core_properties
    core.title, core.author, core.language = handout.title, "otrec", REGIONS[handout.language]
    core.comments = ""
    core.created = core.modified = dt.datetime(*_DAY[:3])
    _styles(document, handout)
    _footer(section, handout)
    return document


def _styles(document: Any, handout: Handout) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Pt, RGBColor

    base = 18 if handout.look.large else 11
    sizes = {"Heading 1": base + 10, "Heading 2": base + 4, "Heading 3": base + 1}
    lead = document.styles.add_style("Lead", WD_STYLE_TYPE.PARAGRAPH)
    lead.base_style = document.styles["Normal"]
    for name in ("Normal", "Lead", "List Bullet", "List Number", *sizes):
        style = document.styles[name]
        style.font.name = FONT
        style.font.size = Pt(sizes.get(name, base + 2 if name == "Lead" else base))
        style.font.color.rgb = RGBColor(0x11, 0x11, 0x11)
        _plain_fonts(style)
    document.styles["Normal"].paragraph_format.space_after = Pt(6)
    _element(document.styles["Normal"].element.get_or_add_rPr(), "w:lang", **{"w:val": REGIONS[handout.language]})


def _plain_fonts(style: Any) -> None:
    """The font of a style itself: the fonts of the template's theme would otherwise win."""
    from docx.oxml.ns import qn

    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{name}"), None)
    for name in ("ascii", "hAnsi", "cs"):
        fonts.set(qn(f"w:{name}"), FONT)


def _footer(section: Any, handout: Handout) -> None:
    paragraph = section.footer.paragraphs[0]
    add_span(paragraph, Span(text=f"{handout.footer}   {handout.look.say('Page')} ", small=True), handout)
    run = paragraph.add_run()
    for kind in ("begin", "", "end"):
        child = _child(run._r, "w:fldChar" if kind else "w:instrText", **({"w:fldCharType": kind} if kind else {}))
        if not kind:
            child.text = "PAGE"


def add_span(paragraph: Any, span: Span, handout: Handout) -> None:
    """A run of text with its weight and, where it differs, its language."""
    from docx.shared import Pt

    run = paragraph.add_run(span.text)
    if span.strong:
        run.bold = True
    if span.small and not handout.look.large:
        run.font.size = Pt(9)
    if span.lang and span.lang != handout.language:
        _element(run._r.get_or_add_rPr(), "w:lang", **{"w:val": REGIONS[span.lang]})


def add_art(paragraph: Any, art: Art, width_mm: int) -> None:
    """A picture in the line, with its alt text."""
    from docx.shared import Mm

    from otrec.handout.pdf import png_of

    shape = paragraph.add_run().add_picture(BytesIO(png_of(art.svg, width_mm)), width=Mm(width_mm))
    described = shape._inline.docPr
    described.set("descr", art.alt)
    described.set("name", "picture")


def grow(paragraph: Any, points: int, *, middle: bool = False) -> None:
    """Larger letters for what is read from a distance; `middle` centres them."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    for run in paragraph.runs:
        run.font.size = Pt(points)
    if middle:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def upright(cell: Any) -> None:
    """The content of a cell in the middle of its height."""
    from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT

    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER


def number_from_one(document: Any) -> Callable[[Any], None]:
    """A function that puts paragraphs into one numbered list, which starts at 1."""
    style = document.styles["List Number"].element
    like = style.pPr.numPr.numId.val
    numbering = document.part.numbering_part.numbering_definitions._numbering
    abstract = next(item for item in numbering.num_lst if item.numId == like).abstractNumId.val
    made = numbering.add_num(abstract)
    made.add_lvlOverride(ilvl=0).add_startOverride(1)

    def put(paragraph: Any) -> None:
        properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_ilvl().val = 0
        properties.get_or_add_numId().val = made.numId

    return put


def repeat_heading(grid: Any, row_mm: int) -> None:
    """The first row is a heading row, repeated on each page; the others keep room to write."""
    from docx.shared import Mm

    _child(grid.rows[0]._tr.get_or_add_trPr(), "w:tblHeader", **{"w:val": "true"})
    if row_mm:
        for row in grid.rows[1:]:
            row.height = Mm(row_mm)


def borders(grid: Any, *, outer: int = 0, inner: bool = False, widths: tuple[int, ...] = ()) -> None:
    """Frames of a table: `outer` in eighths of a point, thin lines inside; widths of columns in millimetres."""
    from docx.oxml.ns import qn
    from docx.shared import Mm

    properties = grid._tbl.tblPr
    grid.autofit = False
    frame = _child(properties, "w:tblBorders")
    room = _child(properties, "w:tblCellMar")
    for side, twips in (("top", 80), ("left", 120), ("bottom", 60), ("right", 120)):
        _child(room, f"w:{side}", **{"w:w": str(twips), "w:type": "dxa"})
    for name in _AFTER_BORDERS:  # the order of these is fixed by the format; Word refuses another
        if (later := properties.find(qn(name))) is not None:
            properties.append(later)
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        size = (4 if inner else 0) if side.startswith("inside") else outer or (4 if inner else 0)
        _child(frame, f"w:{side}", **{"w:val": "single" if size else "nil", "w:sz": str(size), "w:color": "111111"})
    for row in grid.rows:
        _child(row._tr.get_or_add_trPr(), "w:cantSplit", **{"w:val": "true"})
        for cell, width in zip(row.cells, widths, strict=False):
            cell.width = Mm(width)
    for column, width in zip(grid.columns, widths, strict=False):
        column.width = Mm(width)


def _child(parent: Any, tag: str, **attributes: str) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(name), value)
    parent.append(made)
    return made


def _element(parent: Any, tag: str, **attributes: str) -> Any:
    """The child of that tag, made if it is not there, with these attributes."""
    from docx.oxml.ns import qn

    found = parent.find(qn(tag))
    if found is None:
        return _child(parent, tag, **attributes)
    for name, value in attributes.items():
        found.set(qn(name), value)
    return found


def seal(content: bytes) -> bytes:
    """The same archive with one fixed day on every entry."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as given, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for item in given.infolist():
            made.writestr(zipfile.ZipInfo(item.filename, _DAY), given.read(item), zipfile.ZIP_DEFLATED)
    return out.getvalue()
