"""Files of clients, cut into chunks: what each kind of file looks like from the start, and where to go on."""

from __future__ import annotations

import hashlib
import io
import re
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple

from otrec.batch.forms import CSV, JSON_LINES, PIPE
from otrec.batch.lines import LONGEST, Lines, Place, Record, csv_records, json_records
from otrec.exchange.columns import COLUMNS
from otrec.exchange.delimited import BOMS, DELIMITERS, begin
from otrec.exchange.errors import SheetError
from otrec.exchange.table import Heading, Table, find_heading

#: So much of the start of a CSV file is looked at to find its separator and its row of headings.
HEAD: Final = 65_536
#: A chunk ends after so many bytes even if it has few rows, so that long rows do not fill the memory.
MOST_BYTES: Final = 4_000_000
#: Stands for the fingerprint of what can be read only once.
NO_PRINT: Final = "pipe"
Stamp = tuple[int, ...]
_SEPARATOR_LINE: Final = re.compile(rb'"?sep=(.)"?\r?\n', re.IGNORECASE)


class Chunk(NamedTuple):
    """Rows that are worked on together, and the place after them; `table` holds them where they are Parquet."""

    number: int
    records: tuple[Record, ...]
    place: Place
    table: bytes = b""


class Shape(NamedTuple):
    """What a worker has to know of the whole file: its form and, in CSV, its separator and its row of headings."""

    form: str
    sign: str = ""
    heading: tuple[str, ...] = ()


class TextSource:
    """A CSV or JSON Lines file, or a pipe of one.

    Parameters
    ----------
    name
        A path, or `-` for standard input.
    form
        `csv` or `jsonl`.

    Raises
    ------
    SheetError
        If the file cannot be read, or a CSV file has no row of headings that can be used.
    """

    def __init__(self, name: str, form: str) -> None:
        self.name, self.form = name, form
        self.notes: tuple[str, ...] = ()
        self.pipe = is_pipe(name)
        self._file = open_binary(name)
        self.total = None if self.pipe else Path(name).stat().st_size
        self.start, self.shape = Place(0, 0), Shape(form)
        head = self._file.read(HEAD)
        if self.pipe:  # what was looked at comes again; a file is set back to any place
            self._file = io.BufferedReader(Again(head, self._file), LONGEST)
        self._look(head)

    def _look(self, head: bytes) -> None:
        mark = next((coding for mark, coding in BOMS if head.startswith(mark)), "")
        if mark not in ("", "utf-8-sig"):
            raise SheetError("it is not UTF-8 text; save it as 'CSV UTF-8'", source=told(self.name))
        skipped = 3 if mark else 0
        if self.form == JSON_LINES:
            self.start = Place(skipped, 0)
            return
        if b"\r" in head and b"\n" not in head:
            raise SheetError("its lines end in an old way; save it as 'CSV UTF-8'", source=told(self.name))
        said = _SEPARATOR_LINE.match(head, skipped)
        try:
            sign, heading, cells = heading_in(
                head[said.end() if said else skipped :], said and said[1].decode("latin-1")
            )
        except SheetError as error:
            raise SheetError(*error.problems, source=told(self.name)) from None
        self.notes = (*heading.refused, *heading.unknown)
        self.start = Place(said.end() if said else skipped, 0)
        self.shape = Shape(CSV, sign, tuple(cells))
        self._heading_row = heading.number

    def chunks(self, number: int, place: Place, size: int) -> Iterator[Chunk]:
        """The chunks from number `number` on, which begins at a place; each has `size` rows, the last one fewer."""
        if self.pipe:
            self._file.read(place.offset)
        else:
            self._file.seek(place.offset)
        lines = Lines(self._file, place.offset)
        if self.form == JSON_LINES:
            records = json_records(lines, place.row)
        else:
            records = csv_records(lines, self.shape.sign, place.row)
        held: list[Record] = []
        bulk = 0
        for record in records:
            if self.form == CSV and record.number <= self._heading_row:
                continue
            held.append(record)
            bulk += len(record.raw)
            if len(held) >= size or bulk >= MOST_BYTES:
                yield Chunk(number, tuple(held), Place(lines.offset, record.number))
                held, bulk, number = [], 0, number + 1
        if held:
            yield Chunk(number, tuple(held), Place(lines.offset, held[-1].number))

    def close(self) -> None:
        if self.name != PIPE:
            self._file.close()


class Again(io.RawIOBase):
    """A pipe of which some bytes were taken already."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._parts: list[BinaryIO] = [io.BytesIO(head), rest]

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer from what was taken, then from the pipe."""
        while self._parts:
            raw = self._parts[0].read(len(buffer))
            if raw:
                buffer[: len(raw)] = raw
                return len(raw)
            self._parts.pop(0)
        return 0


def heading_in(head: bytes, said: str | None) -> tuple[str, Heading, list[str]]:
    """The separator of a CSV file, its row of headings, and the cells of that row."""
    text = head.decode("utf-8", errors="replace")
    sign, rows = begin(text, COLUMNS, [said] if said else DELIMITERS)
    heading = find_heading(Table(rows), COLUMNS)
    if heading.problems:
        raise SheetError(*heading.problems)
    return sign, heading, dict(rows)[heading.number]


def is_pipe(name: str) -> bool:
    """Whether a file can be read only once: standard input, or no regular file."""
    return name == PIPE or (Path(name).exists() and not stat.S_ISREG(Path(name).stat().st_mode))


def open_binary(name: str) -> BinaryIO:
    """A file to read, or a `SheetError` that says why not."""
    if name == PIPE:
        return sys.stdin.buffer
    try:
        return open(name, "rb", buffering=LONGEST)
    except OSError as error:
        raise SheetError(f"cannot be read ({error.strerror}); check the path", source=told(name)) from None


def told(name: str) -> str:
    """How a message calls a file."""
    return "standard input" if name == PIPE else Path(name).name


def fingerprint(name: str) -> str:
    """SHA-256 of a file's content, by which a changed file is noticed; a pipe has none."""
    if is_pipe(name):
        return NO_PRINT
    with open_binary(name) as file:
        content = hashlib.sha256()
        while block := file.read(LONGEST):
            content.update(block)
        return content.hexdigest()


def stamped(name: str) -> Stamp:
    """Size and time of a file, by which a change while it is read is noticed."""
    if not Path(name).exists() or is_pipe(name):
        return ()
    found = Path(name).stat()
    return found.st_size, found.st_mtime_ns


def check_unchanged(name: str, before: Stamp) -> None:
    """Refuse the result if a file was changed while it was read."""
    if stamped(name) != before:
        raise SheetError("it was changed while it was read; start again with --restart", source=told(name))
