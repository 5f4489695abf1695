"""What a sheet is made of: a few kinds of frozen blocks, read alike by the PDF, Word and plain text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from otrec.models import Frozen

#: The languages of sheets; text of the library is always English.
Language = Literal["en", "es"]


class Span(Frozen):
    """A piece of text. `lang` names its language where it may differ from that of the sheet; empty: the sheet's own."""

    text: str
    lang: Literal["", "en", "es"] = ""
    strong: bool = False
    small: bool = False


Line = tuple[Span, ...]


class Art(Frozen):
    """A drawing: SVG text, and what it shows in words."""

    svg: str
    alt: str


class Heading(Frozen):
    """A heading; level 1 is the title and stands once. `new_page` starts a page in print."""

    kind: Literal["heading"] = "heading"
    level: int
    line: Line
    new_page: bool = False


class Paragraph(Frozen):
    """Running text: `lead` is larger, `small` is for notes; `keep` stays on the page of what follows."""

    kind: Literal["paragraph"] = "paragraph"
    line: Line
    style: Literal["body", "lead", "small"] = "body"
    keep: bool = False


class Bullets(Frozen):
    """A list whose order does not matter; `short` lines may stand in two columns."""

    kind: Literal["bullets"] = "bullets"
    items: tuple[Line, ...]
    short: bool = False


class Step(Frozen):
    """One step: its words, and a picture where one fits."""

    line: Line
    art: Art | None = None


class Steps(Frozen):
    """Numbered steps, with a column for pictures if any step has one."""

    kind: Literal["steps"] = "steps"
    items: tuple[Step, ...]


class Checklist(Frozen):
    """Lines to tick off."""

    kind: Literal["checklist"] = "checklist"
    items: tuple[Step, ...]


class Table(Frozen):
    """Rows under a heading row; `widths` are relative; `row_mm` leaves room to write by hand."""

    kind: Literal["table"] = "table"
    header: tuple[Line, ...]
    rows: tuple[tuple[Line, ...], ...]
    widths: tuple[int, ...] = ()
    row_mm: int = 0


class Box(Frozen):
    """Framed lines under a title; `weight` heavy is for safety: a thick frame, never colour alone."""

    kind: Literal["box"] = "box"
    title: Line
    items: tuple[Line, ...]
    weight: Literal["light", "heavy"] = "light"


class Panel(Frozen):
    """One card: a label, a picture and lines."""

    label: Line
    lines: tuple[Line, ...] = ()
    art: Art | None = None


class Panels(Frozen):
    """Cards side by side; `size` big is for a board that is looked at from a distance."""

    kind: Literal["panels"] = "panels"
    items: tuple[Panel, ...]
    columns: int = 2
    size: Literal["plain", "big"] = "plain"


class ScheduleRow(Frozen):
    """One line of a picture schedule: what comes, its picture, and when."""

    line: Line
    art: Art | None = None
    when: str = ""


class Schedule(Frozen):
    """A picture schedule, top to bottom, with a box to tick at the end of each row."""

    kind: Literal["schedule"] = "schedule"
    rows: tuple[ScheduleRow, ...]


class Figure(Frozen):
    """A drawing of its own: a chart, a QR code, a picture. `width_mm` is its width in print."""

    kind: Literal["figure"] = "figure"
    art: Art
    width_mm: int
    caption: Line = ()


class Lines(Frozen):
    """Empty lines to write on, under a label; print gives as many as there is room for on the page, up to `count`."""

    kind: Literal["lines"] = "lines"
    label: Line
    count: int = 2


Block = (
    Heading | Paragraph | Bullets | Steps | Checklist | Table | Box | Panels | Schedule | Figure | Lines
)  # fmt: skip


def ours(text: str, *, strong: bool = False, small: bool = False) -> Span:
    """Text of the sheet itself, in the language of the sheet."""
    return Span(text=text, strong=strong, small=small)


def theirs(text: str, *, strong: bool = False, small: bool = False) -> Span:
    """Text of the library, which is English on every sheet.

    >>> theirs("Peg up the towel.").lang
    'en'
    """
    return Span(text=text, lang="en", strong=strong, small=small)


def spans(block: object) -> Iterator[Span]:
    """Every piece of text of a block, in reading order."""
    if isinstance(block, Span):
        yield block
    elif isinstance(block, tuple):
        for part in block:
            yield from spans(part)
    elif isinstance(block, Frozen):
        for name in type(block).model_fields:
            yield from spans(getattr(block, name))


def is_foreign(block: object, language: str) -> bool:
    """Whether a block holds text in another language than its sheet.

    >>> is_foreign(Bullets(items=((theirs("a towel"),),)), "es"), is_foreign(Bullets(items=((ours("x"),),)), "es")
    (True, False)
    """
    return any(span.lang not in ("", language) for span in spans(block))


def plain(line: Iterable[Span]) -> str:
    """The words of a line.

    >>> plain((ours("At home: "), theirs("a towel")))
    'At home: a towel'
    """
    return "".join(span.text for span in line)
