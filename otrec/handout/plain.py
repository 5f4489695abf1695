"""A handout as plain text: for tests, for e-mail, and for whoever listens rather than looks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

from otrec.handout.blocks import (
    Art,
    Box,
    Bullets,
    Checklist,
    Figure,
    Heading,
    Lines,
    Panels,
    Paragraph,
    Schedule,
    Steps,
    Table,
    is_foreign,
    plain,
)

if TYPE_CHECKING:
    from otrec.handout.sheet import Handout


def make_text(handout: Handout) -> str:
    """Every word of a handout, block by block."""
    parts = []
    for block in handout.blocks:
        note = f" ({handout.foreign})" if is_foreign(block, handout.language) else ""
        parts.append("\n".join(KINDS[type(block)](block, note)))
    return "\n\n".join([*parts, handout.footer]) + "\n"


def _heading(block: Heading, note: str) -> Iterator[str]:
    yield f"{'#' * block.level} {plain(block.line)}{note}"


def _paragraph(block: Paragraph, note: str) -> Iterator[str]:
    yield plain(block.line) + note


def _bullets(block: Bullets, note: str) -> Iterator[str]:
    yield from _note(note)
    for item in block.items:
        yield f"- {plain(item)}"


def _steps(block: Steps, note: str) -> Iterator[str]:
    yield from _note(note)
    for number, item in enumerate(block.items, 1):
        yield f"{number}. {plain(item.line)}{_seen(item.art)}"


def _checklist(block: Checklist, note: str) -> Iterator[str]:
    yield from _note(note)
    for item in block.items:
        yield f"[ ] {plain(item.line)}{_seen(item.art)}"


def _table(block: Table, note: str) -> Iterator[str]:
    yield from _note(note)
    for row in (block.header, *block.rows):
        yield " | ".join(plain(cell) for cell in row)


def _box(block: Box, note: str) -> Iterator[str]:
    yield plain(block.title) + note
    for item in block.items:
        yield f"- {plain(item)}"


def _panels(block: Panels, note: str) -> Iterator[str]:
    yield from _note(note)
    for item in block.items:
        yield f"{plain(item.label)}: {' '.join(plain(line) for line in item.lines)}{_seen(item.art)}"


def _schedule(block: Schedule, note: str) -> Iterator[str]:
    yield from _note(note)
    for number, row in enumerate(block.rows, 1):
        when = f"{row.when} " if row.when else ""
        yield f"{number}. {when}{plain(row.line)}{_seen(row.art)} [ ]"


def _figure(block: Figure, note: str) -> Iterator[str]:
    yield f"[{block.art.alt}]{note}"
    if block.caption:
        yield plain(block.caption)


def _lines(block: Lines, note: str) -> Iterator[str]:
    yield plain(block.label) + note
    yield from ["_" * 40] * block.count


def _note(note: str) -> list[str]:
    return [note.strip()] if note else []


def _seen(art: Art | None) -> str:
    return f" [{art.alt}]" if art else ""


KINDS: Final[dict[type[Any], Callable[[Any, str], Iterator[str]]]] = {
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
