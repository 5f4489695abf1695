"""CSV: encoding and separator found out; formulas made harmless on the way out, and that taken back on the way in."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Final

from otrec.exchange.columns import Column, by_heading
from otrec.exchange.errors import MAX_ROWS, SheetError
from otrec.exchange.files import LAST_ROW
from otrec.exchange.table import HEADING_ROWS, MAX_COLUMNS, Table, recognised

BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
DELIMITERS: Final = (",", ";", "\t", "|")
#: Where a spreadsheet would begin a formula: at the start of a cell, or behind a sign at which it may split one.
#: https://owasp.org/www-community/attacks/CSV_Injection
_RISKY: Final = re.compile(r"(?:^|(?<=[;,\t\n\r|]))([ ]*)('*)(?=[=+\-@＝＋－＠])|^()('*)(?=[\t\r\n])")
_MARKED: Final = re.compile(_RISKY.pattern.replace("('*)", "'('*)"))
_SEPARATOR_LINE: Final = re.compile(r'"?sep=(.)"?\r?\n', re.IGNORECASE)


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula; `as_meant` takes it back.

    >>> harmless("=1+1"), harmless("tea; @home"), harmless("plain")
    ("'=1+1", "tea; '@home", 'plain')
    """
    return _RISKY.sub(lambda found: f"{found[1] or ''}'{found[2] or found[4] or ''}", cell)


def as_meant(cell: str) -> str:
    """A cell without the apostrophes of `harmless`.

    >>> as_meant("'=1+1"), as_meant("it's")
    ('=1+1', "it's")
    """
    return _MARKED.sub(lambda found: f"{found[1] or ''}{found[2] or found[4] or ''}", cell)


def write_delimited(rows: Iterable[Iterable[str]]) -> bytes:
    """CSV as spreadsheets read it: UTF-8 with its mark, commas, every cell harmless."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n")
    for row in rows:
        writer.writerow([harmless(cell) for cell in row])
    return codecs.BOM_UTF8 + out.getvalue().encode("utf-8")


def read_delimited(content: bytes, columns: tuple[Column, ...]) -> Table:
    """The rows of a CSV file, numbered as a spreadsheet shows them."""
    text, note = _decoded(content)
    said = _SEPARATOR_LINE.match(text)
    if said:
        return Table(_rows(text[said.end() :], said[1]), notes=note)
    sign, _ = begin(text[:65_536], columns)
    return Table(_rows(text, sign), notes=note)


def begin(
    head: str, columns: tuple[Column, ...], signs: Sequence[str] = DELIMITERS
) -> tuple[str, list[tuple[int, list[str]]]]:
    """By the headings in the start of a file: its separator, of some signs, and its first rows with their numbers."""
    known = by_heading(columns)
    tables = {sign: _first(head, sign) for sign in signs}
    sign = max(tables, key=lambda one: max((recognised(row, known) for _, row in tables[one]), default=0))
    return sign, tables[sign]


def _decoded(content: bytes) -> tuple[str, tuple[str, ...]]:
    coding = next((coding for mark, coding in BOMS if content.startswith(mark)), "") or _without_mark(content)
    note: tuple[str, ...] = ()
    try:
        try:
            text = content.decode(coding or "utf-8")
        except UnicodeDecodeError:
            if coding:
                raise
            text = content.decode("cp1252")
            note = ("The text is not UTF-8 and was read as Windows-1252: check letters with accents.",)
    except UnicodeDecodeError:
        raise SheetError("it is not readable as text; save it as 'CSV UTF-8' or as .xlsx") from None
    if "\x00" in text:
        raise SheetError("it is no text file; save the sheet as 'CSV UTF-8' or as .xlsx")
    return text, note


def _without_mark(content: bytes) -> str:
    """UTF-16 that does not say so has a zero in nearly every second byte."""
    head = content[:2_000]
    half = len(head) // 2
    if half and head[1::2].count(0) > 0.6 * half:
        return "utf-16-le"
    return "utf-16-be" if half and head[::2].count(0) > 0.6 * half else ""


def _first(head: str, sign: str) -> list[tuple[int, list[str]]]:
    rows: list[tuple[int, list[str]]] = []
    try:
        for number, row in enumerate(csv.reader(io.StringIO(head, newline=""), delimiter=sign), 1):
            if number > HEADING_ROWS:
                break
            rows.append((number, [as_meant(cell) for cell in row[:MAX_COLUMNS]]))
    except (csv.Error, TypeError):
        pass  # what was read so far is enough to find the headings; a TypeError is a separator that csv does not take
    return rows


def _rows(text: str, sign: str) -> list[tuple[int, list[str]]]:
    rows: list[tuple[int, list[str]]] = []
    number = 0
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True), 1):
            if any(cell.strip() for cell in cells):
                if number > LAST_ROW or len(rows) > LAST_ROW:
                    raise SheetError(f"it has more than {MAX_ROWS:,} rows; split it into smaller files")
                if any(cell.strip() for cell in cells[MAX_COLUMNS:]):
                    raise SheetError(f"row {number} has more than {MAX_COLUMNS} columns; check commas and quotes")
                rows.append((number, [as_meant(cell) for cell in cells[:MAX_COLUMNS]]))
    except (csv.Error, TypeError) as error:
        # A TypeError is a separator that csv does not take, from a `sep=` line.
        told = str(error)
        reason = "a quotation mark is not closed" if "quote" in told or "end of data" in told else "broken"
        reason = "a cell is too long" if "field limit" in told else reason
        raise SheetError(f"row {number + 1} is no readable CSV ({reason}); check its quotation marks") from None
    return rows
