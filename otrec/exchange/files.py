"""Bytes to a table: what a file is, by its content and the end of its name, and the limits that hold for every one."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Final

from otrec.exchange.columns import Column
from otrec.exchange.errors import MAX_BYTES, MAX_ROWS, SheetError
from otrec.exchange.table import HEADING_ROWS, Table

ZIP: Final = b"PK"
OLE: Final = b"\xd0\xcf\x11\xe0"
TEXTS: Final = (".csv", ".tsv", ".tab", ".txt")
#: The last row that may hold anything.
LAST_ROW: Final = MAX_ROWS + HEADING_ROWS
#: Text of a whole table; cells of a workbook may share one text, so that a small file can hold very much.
MAX_TEXT: Final = 10_000_000
OTHERS: Final = {
    ".xlsm": "is a workbook with macros, which is not opened; save it as 'Excel workbook (.xlsx)' and choose that file",
    ".xltx": "is a template; open it and save it as 'Excel workbook (.xlsx)'",
    ".xltm": "is a template with macros; open it and save it as 'Excel workbook (.xlsx)'",
    ".xls": "is in the old Excel format; open it and save it as 'Excel workbook (.xlsx)'",
    ".xlsb": "is a binary workbook; open it and save it as 'Excel workbook (.xlsx)'",
    ".ods": "is an OpenDocument sheet; save it as 'Excel workbook (.xlsx)' or as CSV",
    ".numbers": "is a Numbers sheet; export it as Excel (.xlsx) or CSV",
}


def ending(name: str) -> str:
    """The end of a file's name, small; folders before it are not looked at.

    >>> ending("../../Caseload.XLSX"), ending("csv")
    ('.xlsx', '.csv')
    """
    last = PurePosixPath(name.replace("\\", "/").replace("\x00", "")).name
    return ("." + last.rpartition(".")[2].strip().lower()) if last else ""


def read_table(content: bytes, name: str, columns: tuple[Column, ...], sheet: str) -> Table:
    """The table of a CSV file or of a workbook's sheet of that name (or its first sheet).

    Raises
    ------
    SheetError
        If the file is too large, of another kind, broken, or unsafe to open.
    """
    kind = ending(name)
    if not content:
        raise SheetError("it is empty; choose a file with rows")
    if len(content) > MAX_BYTES:
        raise SheetError(f"it has {len(content):,} bytes; at most {MAX_BYTES:,} are read. Split it into smaller files")
    if kind in OTHERS:
        raise SheetError(f"it {OTHERS[kind]}")
    if kind not in (".xlsx", *TEXTS):
        raise SheetError("it is no .csv and no .xlsx file; save the sheet as one of them")
    table = _of_kind(content, kind, columns, sheet)
    if sum(len(cell) for _, cells in table.rows for cell in cells) > MAX_TEXT:
        raise SheetError(f"its cells hold more than {MAX_TEXT:,} characters; split it into smaller files")
    return table


def _of_kind(content: bytes, kind: str, columns: tuple[Column, ...], sheet: str) -> Table:
    if content.startswith(OLE):
        raise SheetError(
            "it is an old .xls file or a workbook locked with a password; open it in Excel and save it as "
            "'Excel workbook (.xlsx)' without a password"
        )
    if kind in TEXTS:
        from otrec.exchange.delimited import read_delimited

        if content.startswith(ZIP):
            raise SheetError(f"it is named {kind}, but it is a workbook; give it the ending .xlsx or save it as CSV")
        return read_delimited(content, columns)
    if not content.startswith(ZIP):
        raise SheetError("it is named .xlsx, but it is no workbook; if it is a CSV file, give it the ending .csv")
    from otrec.exchange.workbook import read_workbook

    return read_workbook(content, sheet)
