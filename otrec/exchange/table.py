"""A table as it stands in a file: rows of texts with the numbers that a spreadsheet shows; its headings found."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from otrec.exchange.columns import Column, by_heading, personal
from otrec.exchange.errors import SheetError
from otrec.exchange.grammar import MAX_CELL, CellProblem
from otrec.exchange.words import Words, folded
from otrec.models.wording import in_words, nearest

#: Headings are looked for in this many rows, as a title may stand above them.
HEADING_ROWS: Final = 20
MAX_COLUMNS: Final = 256
#: More problems of one row are counted, not listed.
MAX_PROBLEMS: Final = 50
#: Signs that no sheet can hold, or that are half a sign.
UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Table:
    """Rows as (number, cells), empty ones left out; `flaws` tells, by row number and place, of cells without value."""

    rows: list[tuple[int, list[str]]]
    flaws: dict[tuple[int, int], str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Heading:
    """Where the columns stand. Only the places in `columns` are read."""

    number: int
    columns: dict[int, Column]
    width: int
    named: frozenset[int]
    problems: tuple[str, ...]
    unknown: tuple[str, ...]
    refused: tuple[str, ...]


def letter(place: int) -> str:
    """The letter above a column, counted from 0.

    >>> letter(0), letter(25), letter(26)
    ('A', 'Z', 'AA')
    """
    return (letter(place // 26 - 1) if place >= 26 else "") + chr(65 + place % 26)


def recognised(cells: Sequence[str], known: dict[str, Column]) -> int:
    """How many cells of a row are headings that are understood; 0 if none of them is a column that can be read."""
    read = sum(folded(cell) in known for cell in cells[:MAX_COLUMNS] if len(cell) <= 60)
    return read and read + sum(bool(personal(cell)) for cell in cells[:MAX_COLUMNS] if 0 < len(cell) <= 60)


def find_heading(table: Table, columns: Sequence[Column]) -> Heading:
    """The row of headings among the first rows, and what each of its cells stands for."""
    known = by_heading(columns)
    counts = [recognised(cells, known) for _, cells in table.rows[:HEADING_ROWS]]
    if max(counts, default=0) < 2:
        needed = in_words(column.heading for column in columns if column.needed)
        raise SheetError(f"it has no row of headings; the first row has to name the columns, among them {needed}")
    number, cells = table.rows[counts.index(max(counts))]
    return _heading(number, cells, columns, known)


def _heading(number: int, cells: Sequence[str], columns: Sequence[Column], known: dict[str, Column]) -> Heading:
    found: dict[int, Column] = {}
    problems, unknown, refused = [], [], []
    for place, cell in enumerate(cells):
        column = known.get(folded(cell))
        label = f"column {letter(place)} {cell.strip()[:40]!r}"
        if not cell.strip():
            continue
        if column is None and (kind := personal(cell)):
            refused.append(f"{label}: is not read, as it looks like {kind}; clients are known by pseudonyms only")
        elif column is None:
            hint = nearest(folded(cell)[:60], known)
            unknown.append(f"{label}: there is no such column and it is not read{hint}")
        elif column in found.values():
            first = next(other for other, taken in found.items() if taken is column)
            problems.append(
                f"{label}: '{column.heading}' stands already in column {letter(first)}; keep one of the two"
            )
        else:
            found[place] = column
    there = {column.field for column in found.values()}
    missing = [column.heading for column in columns if column.needed and column.field not in there]
    problems += [f"there is no column '{name}'; every row needs it" for name in missing]
    named = frozenset(place for place, cell in enumerate(cells) if cell.strip())
    return Heading(number, found, len(cells), named, tuple(problems), tuple(unknown), tuple(refused))


def data_rows(table: Table, heading: Heading) -> list[tuple[int, list[str]]]:
    return [(number, cells) for number, cells in table.rows if number > heading.number]


def read_row(
    number: int, cells: Sequence[str], table: Table, heading: Heading, words: Words | None
) -> tuple[dict[str, Any], list[str]]:
    """The values of a row by field, blank cells left out, and every problem of the row, which may be many."""
    values: dict[str, Any] = {}
    problems: list[str] = []
    for place, column in heading.columns.items():
        text = cells[place] if place < len(cells) else ""
        wrong = table.flaws.get((number, place)) or _unreadable(text)
        if wrong:
            problems.append(f"{column.heading}: {wrong}")
        elif text.strip():
            try:
                values[column.field] = column.read(text, words)
            except CellProblem as problem:
                problems += [f"{column.heading}: {line}" for line in problem.problems]
        elif column.needed:
            problems.append(f"{column.heading}: is missing; give {column.how}")
    stray = [place for place, text in enumerate(cells) if text.strip() and place not in heading.named]
    if stray:
        where = in_words(letter(place) for place in stray[:5])
        problems.append(f"column {where}: a cell stands under no heading and is not read; check commas and quotes")
    return {field: value for field, value in values.items() if value is not None}, problems


def _unreadable(text: str) -> str:
    if len(text) > MAX_CELL:
        return f"has {len(text):,} characters; at most {MAX_CELL:,} are read"
    return "holds a sign that cannot be printed; type it anew" if UNPRINTABLE.search(text) else ""


def limited(problems: list[str]) -> list[str]:
    """The first problems of a row, and how many more there are."""
    over = len(problems) - MAX_PROBLEMS
    return problems if over <= 0 else [*problems[:MAX_PROBLEMS], f"and {over} more in this row"]
