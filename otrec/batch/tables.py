"""Parquet files of clients: read a few rows at a time, and turned into the fields of a client."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import accumulate
from typing import Any, Final

from otrec.batch.forms import PARQUET
from otrec.batch.lines import LONGEST, TOO_LONG, Place, Record
from otrec.batch.sources import Chunk, Shape, is_pipe, told
from otrec.exchange.columns import personal
from otrec.exchange.errors import SheetError
from otrec.extras import brought
from otrec.models import Client
from otrec.models.wording import nearest

#: Fields that hold more than one value; a text in them is JSON.
NESTED: Final = frozenset({
    "conditions", "barriers", "goals", "strengths", "interests", "routines", "environment", "tools", "precautions",
    "clearances", "assessments", "competencies", "history", "not_again",
})  # fmt: skip
#: Without these columns no row can be used.
NEEDED: Final = ("id", "age_years", "setting")


class ParquetSource:
    """A Parquet file whose columns are the fields of a client.

    Raises
    ------
    SheetError
        If the file cannot be read, or a column is missing that every client needs.
    """

    pipe = False

    def __init__(self, name: str) -> None:
        pa, pq = brought("pyarrow", "Parquet"), brought("pyarrow.parquet", "Parquet")

        if is_pipe(name):
            raise SheetError(
                "Parquet is read from a file, not from a pipe or a folder; give its path", source=told(name)
            )
        self.name, self.start, self.shape = name, Place(0, 0), Shape(PARQUET)
        try:
            self._file = pq.ParquetFile(name, memory_map=False)
        except (OSError, pa.ArrowException) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else "it is no whole Parquet file"
            raise SheetError(f"cannot be read ({reason}); check the path", source=told(name)) from None
        self.total = self._file.metadata.num_rows
        given = self._file.schema_arrow.names
        self._columns = [field for field in given if field in Client.model_fields]
        missing = [field for field in NEEDED if field not in given]
        twice = sorted({field for field in self._columns if given.count(field) > 1})
        problems = [f"there is no column '{field}'; every row needs it" for field in missing]
        problems += [f"the column '{field}' is there more than once; keep one" for field in twice]
        if problems:
            raise SheetError(*problems, source=told(name))
        self.notes = tuple(_note(field) for field in given if field not in Client.model_fields)

    def chunks(self, number: int, place: Place, size: int) -> Iterator[Chunk]:
        """The chunks from number `number` on, which begins at a row; each has `size` rows, the last one fewer."""
        pa = brought("pyarrow", "Parquet")

        row, held = place.offset, 0
        pending: list[Any] = []
        try:
            for batch in self._batches(row, size):
                pending.append(batch)
                held += len(batch)
                while held >= size:
                    table = pa.Table.from_batches(pending)
                    row += size
                    yield Chunk(number, (), Place(row, row), _packed(table.slice(0, size)))
                    pending, held, number = table.slice(size).to_batches(), held - size, number + 1
        except (OSError, pa.ArrowException):
            raise SheetError(f"cannot be read after row {row:,}; the file is broken", source=told(self.name)) from None
        if held:
            yield Chunk(number, (), Place(row + held, row + held), _packed(pa.Table.from_batches(pending)))

    def _batches(self, row: int, size: int) -> Iterator[Any]:
        """The rows from one on; groups of rows that lie before it are not read."""
        meta = self._file.metadata
        ends = list(accumulate(meta.row_group(place).num_rows for place in range(meta.num_row_groups)))
        groups = [place for place, end in enumerate(ends) if end > row]
        if not groups:
            return
        skip = row - (ends[groups[0]] - meta.row_group(groups[0]).num_rows)
        for batch in self._file.iter_batches(size, row_groups=groups, columns=self._columns):
            if skip < len(batch):
                yield batch.slice(skip)
            skip = max(0, skip - len(batch))

    def close(self) -> None:
        self._file.close()


def _note(field: str) -> str:
    label = f"column {field[:40]!r}"
    if kind := personal(field):
        return f"{label}: is not read, as it looks like {kind}; clients are known by pseudonyms only"
    return f"{label}: there is no such field of a client and it is not read{nearest(field[:60], Client.model_fields)}"


def _packed(table: Any) -> bytes:
    pa = brought("pyarrow", "Parquet")

    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    content: bytes = sink.getvalue().to_pybytes()
    return content


def unpacked(chunk: Chunk) -> Iterator[tuple[Record, dict[str, Any]]]:
    """The rows of a chunk as records without bytes, each with its fields."""
    pa = brought("pyarrow", "Parquet")

    table = pa.ipc.open_stream(chunk.table).read_all()
    first = chunk.place.row - len(table) + 1
    heavy = table.nbytes > LONGEST
    for place in range(len(table)):
        row = table.slice(place, 1)
        if heavy and row.nbytes > LONGEST:
            yield Record(first + place, b"", TOO_LONG), {}
        else:
            yield _fields(first + place, row.to_pylist()[0])


def _fields(number: int, row: dict[str, Any]) -> tuple[Record, dict[str, Any]]:
    fields: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, str) and name in NESTED:
            try:
                value = json.loads(value) if value.strip() else None
            except (ValueError, RecursionError):
                return Record(number, b"", f"{name}: is no valid JSON"), {}
        value = _given(value)
        if name == "barriers" and isinstance(value, list):
            value = _mapping(value)
        if value is not None:
            fields[name] = value
    return Record(number, b""), fields


def _given(value: Any) -> Any:
    """A value without the empty parts that a column of records fills in."""
    if isinstance(value, dict):
        return {key: _given(part) for key, part in value.items() if part is not None}
    return [_given(part) for part in value] if isinstance(value, list) else value


def _mapping(pairs: list[Any]) -> Any:
    """The pairs of a map column; what is no such pair stays, and is refused as a client's field later.

    A key that stands twice is no mapping either.
    """
    if not all(isinstance(pair, tuple) and len(pair) == 2 for pair in pairs):
        return pairs
    mapping = dict(pairs)
    return mapping if len(mapping) == len(pairs) else pairs
