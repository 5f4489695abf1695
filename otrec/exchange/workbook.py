"""Excel workbooks (.xlsx): values only, read from parts that were checked, and written as text where text is meant."""

from __future__ import annotations

import datetime as dt
import io
import re
import warnings
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from typing import Any, Final

from otrec.exchange.errors import SheetError
from otrec.exchange.grammar import number_text
from otrec.exchange.package import BROKEN, Part, check_size, checked
from otrec.exchange.table import Table, letter

UNCALCULATED: Final = "holds a formula whose result is not in the file; write the value itself"
#: A sign that XML cannot hold is written `_x000D_`, and so is a text that looks like it.
_CODED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_TO_CODE: Final = re.compile(r"\r|_(?=x[0-9A-Fa-f]{4}_)")
#: More cells hidden by merged areas are not told one by one.
MAX_HIDDEN: Final = 200_000
Value = str | float | int | dt.date | None


def read_workbook(content: bytes, sheet: str) -> Table:
    """The table of the sheet with that name, or of the first one that is not hidden."""
    safe, parts = checked(content)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl tells of parts that it leaves out; only values are wanted
        try:
            return _table(safe, parts, sheet)
        except SheetError:
            raise
        except Exception:  # openpyxl has no error of its own: a wrong part shows as any of a dozen
            raise SheetError(BROKEN) from None


def _table(safe: bytes, parts: Mapping[str, Part], sheet: str) -> Table:
    openpyxl: Any = import_module("openpyxl")
    book = openpyxl.load_workbook(io.BytesIO(safe), read_only=True, data_only=True, keep_links=False)
    try:
        chosen, notes = _chosen(book, sheet)
        part = parts.get(str(chosen._worksheet_path).lstrip("/"), Part())
        check_size(part)
        flaws = {where: UNCALCULATED for where in part.uncalculated}
        rows = []
        if part.rows and part.width:
            found = chosen.iter_rows(min_row=1, max_row=part.rows, min_col=1, max_col=part.width)
            for number, cells in enumerate(found, 1):
                texts = [_text(cell, (number, place), flaws) for place, cell in enumerate(cells)]
                if any(text.strip() for text in texts) or any((number, place) in flaws for place in range(len(texts))):
                    rows.append((number, texts))
    finally:
        book.close()
    return Table(rows, flaws | _merged(part, rows), notes)


def _chosen(book: Any, wanted: str) -> tuple[Any, tuple[str, ...]]:
    sheets = [item for item in book.worksheets if hasattr(item, "_worksheet_path")]
    named = [item for item in sheets if item.title.strip().casefold() == wanted]
    seen = named or [item for item in sheets if item.sheet_state == "visible"]
    if not seen:
        raise SheetError("it has no sheet that is not hidden; show the sheet with the rows and save it")
    ours = ("caseload", "words", "goals", "points", "sessions")
    others = [item for item in sheets if item is not seen[0] and item.title.strip().casefold() not in ours]
    count = "1 other sheet was" if len(others) == 1 else f"{len(others)} other sheets were"
    return seen[0], (f"One sheet was read, the {'one named ' + wanted if named else 'first'}; {count} not.",) * bool(
        others
    )


def _text(cell: Any, where: tuple[int, int], flaws: dict[tuple[int, int], str]) -> str:
    value = cell.value
    if cell.data_type == "e":
        flaws[where] = "holds an error of the spreadsheet, such as #REF!; write the value itself"
        return ""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return number_text(value) if abs(value) < 1e15 else str(value)
    if isinstance(value, dt.datetime):
        return value.isoformat(" ") if value.time() != dt.time() else value.date().isoformat()
    return _CODED.sub(lambda found: chr(int(found[1], 16)), str(value))


def _merged(part: Part, rows: Sequence[tuple[int, list[str]]]) -> dict[tuple[int, int], str]:
    """Cells that a merged area hides: their value stands elsewhere, and cannot be guessed."""
    flaws: dict[tuple[int, int], str] = {}
    left_to_tell = MAX_HIDDEN
    for top, left, bottom, right in part.merged:
        area = f"{letter(left)}{top}:{letter(right)}{bottom}"
        told = f"is part of the merged cells {area}; unmerge them and write the value into every row"
        places = range(left, min(right + 1, part.width))
        inside = [number for number, _ in rows if top <= number <= bottom]
        left_to_tell -= len(inside) * len(places)
        if left_to_tell < 0:
            raise SheetError("most of its cells are merged; unmerge them and choose it again")
        flaws |= {(number, place): told for number in inside for place in places if (number, place) != (top, left)}
    return flaws


def write_workbook(sheets: Mapping[str, Iterable[Sequence[Value]]]) -> bytes:
    """A workbook with one sheet for each name: headings in bold and frozen, texts never formulas, dates as dates."""
    openpyxl: Any = import_module("openpyxl")
    book = openpyxl.Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        sheet.freeze_panes = "B2"
        for place in range(30):
            sheet.column_dimensions[letter(place)].width = 24
        for number, row in enumerate(rows):
            sheet.append([_cell(sheet, value, bold=number == 0) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(sheet: Any, value: Value, bold: bool) -> Any:
    cells: Any = import_module("openpyxl.cell")
    cell = cells.WriteOnlyCell(sheet, value=None)
    if isinstance(value, str) and value:
        cell.value = _TO_CODE.sub(lambda found: f"_x{ord(found[0]):04X}_", value)
        cell.data_type = "s"
        cell.quotePrefix = value.lstrip(" '").startswith(tuple("=+-@\t\r"))
    elif value != "":
        cell.value = value
    if isinstance(value, dt.date):
        cell.number_format = "yyyy-mm-dd"
    if bold:
        cell.font = import_module("openpyxl.styles").Font(bold=True)
    return cell
