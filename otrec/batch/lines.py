"""Rows of CSV and JSON Lines files as bytes, one after another, each with its number and with where it ends.

Only as much is held as one row. What a row means is found out later, by the process that ranks it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import BinaryIO, Final, NamedTuple

#: The longest row or line that is read, in bytes: as much as a client file may hold.
LONGEST: Final = 1_000_000
TOO_LONG: Final = f"is longer than {LONGEST:,} bytes; one client has to fit into that"
UNCLOSED: Final = "a quotation mark is not closed, or stands where none may stand; check the quotation marks"


class Record(NamedTuple):
    """One row: its number (of the row in CSV, of the line in JSON Lines), its bytes, or why it cannot be read."""

    number: int
    raw: bytes
    problem: str = ""


class Place(NamedTuple):
    """How far a file was read: the offset (in Parquet the row) that comes next, and the number of the last row."""

    offset: int
    row: int


class Line(NamedTuple):
    """A physical line; of one that is too long only the size is kept."""

    raw: bytes
    size: int


class Lines:
    """The physical lines of a file from an offset on; some can be given back."""

    def __init__(self, file: BinaryIO, offset: int = 0) -> None:
        self.file, self.offset = file, offset
        self._back: list[Line] = []

    def take(self) -> Line | None:
        """The next line, or None at the end."""
        line = self._back.pop() if self._back else self._read()
        self.offset += line.size
        return line if line.size else None

    def give_back(self, lines: list[Line]) -> None:
        for line in reversed(lines):
            self._back.append(line)
            self.offset -= line.size

    def _read(self) -> Line:
        raw = self.file.readline(LONGEST + 1)
        size = len(raw)
        if size <= LONGEST or raw.endswith(b"\n"):
            return Line(raw, size)
        while raw and not raw.endswith(b"\n"):
            raw = self.file.readline(LONGEST)
            size += len(raw)
        return Line(b"", size)


def json_records(lines: Lines, row: int) -> Iterator[Record]:
    """The lines of a JSON Lines file after line `row`; empty ones are left out."""
    while (line := lines.take()) is not None:
        row += 1
        if line.size > LONGEST:
            yield Record(row, b"", TOO_LONG)
        elif line.raw.strip():
            yield Record(row, line.raw)


def csv_records(lines: Lines, sign: str, row: int) -> Iterator[Record]:
    """The rows of a CSV file after row `row`; a row may go over several lines between quotation marks."""
    while (line := lines.take()) is not None:
        row += 1
        if line.size > LONGEST:
            yield Record(row, b"", TOO_LONG)
        elif b'"' not in line.raw:
            yield Record(row, line.raw)
        else:
            yield _quoted(row, line, lines, sign)


def told_of(error: csv.Error) -> str:
    """What is wrong with a row of CSV, in words."""
    return "a cell is too long" if "field limit" in str(error) else UNCLOSED


def _quoted(row: int, first: Line, lines: Lines, sign: str) -> Record:
    """A row with quotation marks; if they do not close, only its first line is lost and the next are read anew."""
    taken = [first]

    def texts() -> Iterator[str]:
        yield first.raw.decode("latin-1")  # separators and marks are the same bytes in UTF-8
        while sum(line.size for line in taken) <= LONGEST and (line := lines.take()) is not None:
            taken.append(line)
            yield line.raw.decode("latin-1")

    try:
        next(csv.reader(texts(), delimiter=sign, strict=True))
    except csv.Error as error:
        lines.give_back(taken[1:])
        return Record(row, b"", told_of(error))
    if sum(line.size for line in taken) > LONGEST:
        return Record(row, b"", TOO_LONG)
    return Record(row, b"".join(line.raw for line in taken))
