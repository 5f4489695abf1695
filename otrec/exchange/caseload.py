"""A caseload from a sheet, row by row with its problems, and back into a sheet. Nothing is saved here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from otrec.exchange.columns import COLUMNS, Column
from otrec.exchange.errors import MAX_ROWS, SheetError
from otrec.exchange.files import ending, read_table
from otrec.exchange.grammar import MAX_CELL, MAX_ENTRIES
from otrec.exchange.table import UNPRINTABLE, Heading, Table, data_rows, find_heading, limited, read_row
from otrec.exchange.words import Words
from otrec.models import Client, Frozen
from otrec.models.wording import in_words

if TYPE_CHECKING:
    from otrec.exchange.workbook import Value
    from otrec.library import Library
    from otrec.progress import ProgressFile

#: The id of the invented row of the template, which is never taken for a client.
EXAMPLE_ID = COLUMNS[0].example


class Row(Frozen):
    """One row: its number as a spreadsheet shows it, and a client, or what is wrong.

    The problems are for the eyes of the person whose file it is, not for logs: they repeat words that are no terms of
    the library, shortened.
    """

    number: int
    client: Client | None = None
    problems: tuple[str, ...] = ()


class Preview(Frozen):
    """What a file holds, before anything is saved.

    `problems` are about the sheet as a whole, `unknown_columns` and `refused_columns` tell which were not read and why,
    `notes` are worth a look but no error.
    """

    rows: tuple[Row, ...]
    problems: tuple[str, ...] = ()
    unknown_columns: tuple[str, ...] = ()
    refused_columns: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def clients(self) -> tuple[Client, ...]:
        """The clients of the rows without a problem."""
        return tuple(row.client for row in self.rows if row.client is not None)

    @property
    def faulty(self) -> tuple[Row, ...]:
        """The rows that cannot be taken as they are."""
        return tuple(row for row in self.rows if row.client is None)


def read_caseload(content: bytes, name: str, library: Library) -> Preview:
    """A caseload from a CSV file or a workbook (.xlsx).

    Parameters
    ----------
    content
        The bytes of the file, at most 5,000,000; at most 10,000 rows are read.
    name
        The name of the file; only its ending is looked at.
    library
        Its words are the ones that cells may use: ids, names and aliases.

    Raises
    ------
    SheetError
        If the file as a whole cannot be read. What is wrong in a row or a column stands in the preview.

    Examples
    --------
    >>> from otrec import load_library
    >>> sheet = b"id,age,setting,barriers\\nc014,7,school,Pencil grip: 3\\nc015,7,scool,pencil gripp: 2\\n"
    >>> preview = read_caseload(sheet, "caseload.csv", load_library())
    >>> preview.clients[0].barriers
    {'grasp_pattern': 3}
    >>> len(preview.rows[1].problems)
    2
    """
    table = read_table(content, name, COLUMNS, "caseload")
    heading = find_heading(table, COLUMNS)
    found = data_rows(table, heading)
    if len(found) > MAX_ROWS:
        raise SheetError(f"it has {len(found):,} rows; at most {MAX_ROWS:,} are read. Split it into smaller files")
    words = Words(library)
    rows = [_row(number, cells, table, heading, words) for number, cells in found]
    problems = (
        heading.problems if rows else (*heading.problems, "there is no row under the headings; nothing to import")
    )
    return Preview(
        rows=tuple(_unique(rows)),
        problems=problems,
        unknown_columns=heading.unknown,
        refused_columns=heading.refused,
        notes=table.notes,
    )


def _row(number: int, cells: Sequence[str], table: Table, heading: Heading, words: Words) -> tuple[Row, str]:
    """A row with the id that it gives, good or not."""
    values, problems = read_row(number, cells, table, heading, words)
    given = str(values.get("id", ""))
    if given == EXAMPLE_ID:
        problems = ["id: this is the invented row of the template; delete it, or write a client of your own over it"]
    client: Client | None = None
    try:
        client = Client.model_validate(values)
    except ValidationError as error:
        told = {line.split(":")[0] for line in problems}
        problems += [line for line in map(_finding, error.errors()) if line.split(":")[0] not in told]
    absent = [column.heading for column in COLUMNS if column.needed and column not in heading.columns.values()]
    problems = [line for line in problems if line.split(":")[0] not in absent]
    problems += [f"{name}: there is no such column; every client needs it" for name in absent]
    kept = None if problems else client
    return Row(number=number, client=kept, problems=tuple(limited(problems))), given


def _finding(item: Any) -> str:
    """One finding of the record as a sentence that repeats nothing of the cell."""
    field = str(item["loc"][0]) if item["loc"] else "row"
    heading = next((column.heading for column in COLUMNS if column.field == field), field)
    kind = item["type"]
    if field == "id":
        return "id: is no pseudonym; use letters, digits, - and _, at most 40, with a letter or digit first"
    if kind == "string_too_long":
        return f"{heading}: an entry is longer than {item['ctx']['max_length']} characters; shorten it"
    if kind == "string_too_short":
        return f"{heading}: an entry is empty; write a word or take it out"
    if kind == "missing":
        return f"{heading}: is missing"
    return f"{heading}: {item['msg'].removeprefix('Value error, ')}"


def _unique(rows: Sequence[tuple[Row, str]]) -> list[Row]:
    """Rows with the same id are told of in each of them, and none of them is a client."""
    places: dict[str, list[int]] = {}
    for row, given in rows:
        if given and given != EXAMPLE_ID:
            places.setdefault(given, []).append(row.number)
    checked = []
    for row, given in rows:
        others = [number for number in places.get(given, ()) if number != row.number]
        if others:
            more = f" and {len(others) - 5} more" if len(others) > 5 else ""
            where = f"row{'s' * (len(others) > 1)} {in_words(map(str, others[:5]))}{more}"
            told = f"id: the same id stands in {where} and in row {row.number}; keep one, or give another id"
            row = Row(number=row.number, problems=(*row.problems, told))
        checked.append(row)
    return checked


def write_caseload(clients: Iterable[Client], name_or_format: str, records: Iterable[ProgressFile] = ()) -> bytes:
    """A caseload as a CSV file or a workbook; reading it gives the same clients.

    Parameters
    ----------
    clients
        At most 10,000, each with an id of its own.
    name_or_format
        `csv` or `xlsx`, or a file name that ends so.
    records
        Progress files, which become the sheets `goals`, `points` and `sessions` of a workbook.

    Raises
    ------
    SheetError
        For another format, an id given twice, or a text that no sheet can hold.

    Examples
    --------
    >>> from otrec import Client
    >>> print(write_caseload([Client(id="c1", age_years=7, setting="school")], "csv").decode("utf-8-sig")[:14])
    id,age,setting
    """
    clients, records = tuple(clients), tuple(records)
    form = ending(name_or_format)
    if form not in (".csv", ".xlsx"):
        raise SheetError("a caseload is written as csv or xlsx; choose one of the two", source="caseload")
    if records and form != ".xlsx":
        raise SheetError("goals, points and sessions need a workbook; choose xlsx", source="caseload")
    _check_ids(clients)
    texts = [[_written(client, column) for column in COLUMNS] for client in clients]
    heading = [column.heading for column in COLUMNS]
    if form == ".csv":
        from otrec.exchange.delimited import write_delimited

        return write_delimited([heading, *texts])
    from otrec.exchange.records import record_sheets
    from otrec.exchange.workbook import write_workbook

    rows = [[_number(text, column) for text, column in zip(row, COLUMNS, strict=True)] for row in texts]
    return write_workbook({"caseload": [heading, *rows], **(record_sheets(records) if records else {})})


def _check_ids(clients: Sequence[Client]) -> None:
    if len(clients) > MAX_ROWS:
        raise SheetError(f"there are {len(clients):,} clients; at most {MAX_ROWS:,} fit one file", source="caseload")
    names = [client.id for client in clients]
    twice = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
    problems = [f"the id {name!r} is given more than once; give each client an own id" for name in twice[:20]]
    if EXAMPLE_ID in names:
        problems.append(f"the id {EXAMPLE_ID!r} is kept for the row of the template; give the client another one")
    if problems:
        raise SheetError(*problems, source="caseload")


def _written(client: Client, column: Column) -> str:
    """A field as a cell, or a `SheetError` that names client and column and repeats nothing."""
    value = getattr(client, column.field)
    text = "" if value is None else column.write(value)
    where = f"client {client.id}, {column.heading}"
    if UNPRINTABLE.search(text):
        raise SheetError(f"{where}: holds a sign that no sheet can hold; type it anew", source="caseload")
    # In a workbook these two are written in seven signs.
    if len(text) + 6 * sum(map(text.count, ("\r", "_x"))) > MAX_CELL:
        raise SheetError(f"{where}: is too long for a cell of {MAX_CELL:,} characters", source="caseload")
    if isinstance(value, tuple | dict) and len(value) > MAX_ENTRIES:
        raise SheetError(f"{where}: has more than {MAX_ENTRIES} entries", source="caseload")
    return text


def _number(text: str, column: Column) -> Value:
    """A number of a workbook, where the file keeps it to the last digit."""
    if not column.numeric or float(f"{float(text):.15g}") != float(text):
        return text
    value = float(text)
    return int(value) if value.is_integer() else value


def template(name_or_format: str, library: Library) -> bytes:
    """An empty sheet to fill: headings and one invented row; in a workbook also the words that cells may use.

    >>> from otrec import load_library
    >>> template("csv", load_library()).decode("utf-8-sig").count("\\n")
    2
    """
    form = ending(name_or_format)
    if form not in (".csv", ".xlsx"):
        raise SheetError("the template is made as csv or xlsx; choose one of the two", source="template")
    rows = [[column.heading for column in COLUMNS], [column.example for column in COLUMNS]]
    if form == ".csv":
        from otrec.exchange.delimited import write_delimited

        return write_delimited(rows)
    from otrec.exchange.wordlist import words_sheet
    from otrec.exchange.workbook import write_workbook

    filled = [_number(text, column) for text, column in zip(rows[1], COLUMNS, strict=True)]
    return write_workbook({"caseload": [rows[0], filled], "words": words_sheet(library)})
