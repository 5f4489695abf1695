"""Rows to clients, or to the reasons why not; a reason never repeats what stands in the row."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from typing import Any, Final

from pydantic import ValidationError

from otrec.batch.forms import CSV, JSON_LINES
from otrec.batch.lines import Record, told_of
from otrec.batch.sources import Chunk, Shape
from otrec.batch.tables import unpacked
from otrec.exchange.caseload import EXAMPLE_ID
from otrec.exchange.columns import COLUMNS
from otrec.exchange.delimited import as_meant
from otrec.exchange.table import MAX_COLUMNS, Heading, Table, find_heading, read_row
from otrec.exchange.words import Words
from otrec.library import Library, check_client
from otrec.models import Client, ClientError

#: More reasons of one row are counted, not listed.
MOST_REASONS: Final = 10
NOT_UTF8: Final = "is not UTF-8 text; save the file as UTF-8"
NO_JSON: Final = "is no valid JSON; write one client object a line"
NO_FIELD: Final = "holds a field that a client cannot have"
TWICE: Final = "the same field is given twice"
NOTHING: Final = "neither a barrier nor a goal is given, so there is nothing to rank by; add at least one"
PSEUDONYM: Final = (
    "id: is no pseudonym; use letters, digits, hyphens and underscores, at most 40, a letter or digit first"
)
EXAMPLE: Final = "id: this is the invented row of the template; delete it"
#: Problems of a cell that tell nothing of it.
_OPEN: Final = re.compile(r"is missing|has [\d,]+ (characters|entries)|holds a sign|is a date; give the age")


class Unusable(ValueError):
    """A row that is no client."""

    def __init__(self, *reasons: str) -> None:
        self.reasons = reasons
        super().__init__("; ".join(reasons))


class Twice(ValueError):
    """A JSON object with a name that stands twice."""


class Reader:
    """Turns the rows of a file into clients that a library knows.

    Parameters
    ----------
    library
        Its ids are the ones that rows may use; in CSV also its names and aliases.
    shape
        What the whole file looks like.
    """

    def __init__(self, library: Library, shape: Shape) -> None:
        self.library, self.shape, self.words = library, shape, Words(library)
        self.heading: Heading | None = None
        if shape.form == CSV:
            self.heading = find_heading(Table([(1, list(shape.heading))]), COLUMNS)

    def __call__(self, chunk: Chunk) -> Iterator[tuple[int, Client | str]]:
        """Each row that is not empty: its number, and the client or the reasons in one text."""
        if self.shape.form in (CSV, JSON_LINES):
            rows: Iterator[tuple[Record, Any]] = ((record, None) for record in chunk.records)
        else:
            rows = unpacked(chunk)
        for record, fields in rows:
            try:
                client = self._client(record, fields)
            except Unusable as problem:
                yield record.number, limited(problem.reasons)
            else:
                if client is not None:
                    yield record.number, client

    def _client(self, record: Record, fields: Any) -> Client | None:
        if record.problem:
            raise Unusable(record.problem)
        if self.shape.form == CSV:
            client = self._of_cells(record)
        elif self.shape.form == JSON_LINES:
            client = _of_json(record.raw)
        else:
            client = _of_fields(fields)
        if client is not None:
            self._check(client)
        return client

    def _of_cells(self, record: Record) -> Client | None:
        assert self.heading is not None
        cells = [as_meant(cell) for cell in self._cells(record.raw)]
        if not any(cell.strip() for cell in cells):
            return None
        if any(cell.strip() for cell in cells[MAX_COLUMNS:]):
            raise Unusable(f"has more than {MAX_COLUMNS} columns; check separators and quotation marks")
        values, problems = read_row(record.number, cells[:MAX_COLUMNS], Table([]), self.heading, self.words)
        reasons = [_of_cell(line) for line in problems]
        if values.get("id") == EXAMPLE_ID:
            reasons.append(EXAMPLE)
        if reasons:
            raise Unusable(*dict.fromkeys(reasons))
        return _of_fields(values)

    def _cells(self, raw: bytes) -> list[str]:
        try:
            return next(csv.reader([raw.decode("utf-8")], delimiter=self.shape.sign, strict=True))
        except UnicodeDecodeError:
            raise Unusable(NOT_UTF8) from None
        except csv.Error as error:
            raise Unusable(told_of(error)) from None

    def _check(self, client: Client) -> None:
        try:
            check_client(self.library, client)
        except ClientError as error:
            fields = dict.fromkeys(problem.split(":")[0] for problem in error.problems)
            raise Unusable(*(f"{field}: an id is not in the library" for field in fields)) from None
        if not client.has_barrier_or_goal:
            raise Unusable(NOTHING)


def limited(reasons: tuple[str, ...]) -> str:
    """The first reasons of a row as one text, and how many more there are."""
    more = len(reasons) - MOST_REASONS
    return "; ".join([*reasons[:MOST_REASONS], *([f"and {more} more"] if more > 0 else [])])


def _of_cell(problem: str) -> str:
    """The problem of a cell without its words: the column, and how it is written."""
    name, _, rest = problem.partition(": ")
    if name == "id" and rest.startswith("is missing"):
        return "id: is missing; give a pseudonym"
    column = next((column for column in COLUMNS if column.heading == name), None)
    if column is None or _OPEN.match(rest):
        return problem
    return f"{name}: cannot be read; write {column.how}"


def _of_json(raw: bytes) -> Client:
    try:
        fields = json.loads(raw.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_number)
    except UnicodeDecodeError:
        raise Unusable(NOT_UTF8) from None
    except Twice:
        raise Unusable(TWICE) from None
    except (ValueError, RecursionError):
        raise Unusable(NO_JSON) from None
    if not isinstance(fields, dict):
        raise Unusable(NO_JSON)
    if "id" not in fields:
        fields["id"] = None
    return _of_fields(fields)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise Twice
    return found


def _no_number(word: str) -> Any:
    raise ValueError("no JSON number")


def _of_fields(fields: dict[str, Any]) -> Client:
    try:
        return Client.model_validate({"id": None, **fields})
    except ValidationError as error:
        raise Unusable(*dict.fromkeys(map(_finding, error.errors()))) from None


def _finding(item: Any) -> str:
    """One finding of the record, by its field and the number of the entry; names that a row makes up are left out."""
    place, kind = item["loc"], item["type"]
    field = str(place[0]) if place and place[0] in Client.model_fields else ""
    entry = f", entry {place[1] + 1}" if field and len(place) > 1 and isinstance(place[1], int) else ""
    if field == "id":
        return PSEUDONYM
    if kind == "extra_forbidden":
        return f"{field}{entry}: holds a part that it cannot have" if field else NO_FIELD
    if not field:
        return "is no client; see the fields of a client file"
    if kind == "missing":
        return f"{field}{entry}: is missing" if len(place) == 1 else f"{field}{entry}: a part is missing"
    return f"{field}{entry}: {item['msg'].removeprefix('Value error, ')}"
