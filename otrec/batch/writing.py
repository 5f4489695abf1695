"""Lists as the bytes of a file: CSV in which no cell is a formula, JSON Lines, or Parquet."""

from __future__ import annotations

import codecs
import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO, Final

from otrec.batch.forms import CSV, PARQUET
from otrec.engine.many import COLUMNS
from otrec.exchange.delimited import harmless
from otrec.extras import brought

#: What the interpreted path adds: the interval of the score, P(top 5) and the tier.
INTERVALS: Final = ("low", "high", "p_top5", "tier")
REJECTS: Final = ("row", "reason")
#: Columns of numbers, and to how many decimals they are written: so many that every machine writes the same.
DECIMALS: Final = 6
_NUMBERS: Final = ("score", "low", "high", "p_top5")
#: How many rows a group of a Parquet file has at least, but for the last one.
GROUP: Final = 131_072
_safe = lru_cache(maxsize=16_384)(harmless)


def names(intervals: bool) -> tuple[str, ...]:
    """The columns of a list.

    >>> names(False)
    ('client_id', 'rank', 'activity_id', 'name', 'score', 'evidence')
    """
    return (*COLUMNS, *INTERVALS) if intervals else COLUMNS


def heading(form: str, columns: Sequence[str], *, marked: bool = True) -> bytes:
    """What stands before the rows; in CSV the names, after the mark by which spreadsheets know UTF-8."""
    if form != CSV:
        return b""
    return (codecs.BOM_UTF8 if marked else b"") + delimited([columns])


def encoded(columns: Mapping[str, Sequence[Any]], form: str) -> bytes:
    """The rows of a chunk in a form; in Parquet a whole file of them."""
    if form == PARQUET:
        return _parquet(columns)
    rows = zip(*columns.values(), strict=True)
    if form == CSV:
        return delimited(rows)
    return "".join(f"{json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False)}\n" for row in rows).encode()


def delimited(rows: Iterable[Iterable[Any]]) -> bytes:
    """Rows of CSV, every text of them harmless.

    >>> delimited([("=1+1", 2)])
    b"'=1+1,2\\r\\n"
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([_safe(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return out.getvalue().encode("utf-8")


def _schema(columns: Iterable[str]) -> Any:
    pa = brought("pyarrow", "Parquet")

    kinds = {"rank": pa.int32(), **dict.fromkeys(_NUMBERS, pa.float64())}
    return pa.schema([(name, kinds.get(name, pa.string())) for name in columns])


def _parquet(columns: Mapping[str, Sequence[Any]]) -> bytes:
    pa, pq = brought("pyarrow", "Parquet"), brought("pyarrow.parquet", "Parquet")

    sink = io.BytesIO()
    schema = _schema(columns)
    table = pa.table({name: pa.array(values, schema.field(name).type) for name, values in columns.items()}, schema)
    pq.write_table(table, sink, compression="zstd")
    return sink.getvalue()


def joined(parts: Iterable[Path], file: BinaryIO, columns: Sequence[str]) -> None:
    """Many Parquet files as one, written as it goes; no more than one group of rows is held."""
    pa, pq = brought("pyarrow", "Parquet"), brought("pyarrow.parquet", "Parquet")

    with pq.ParquetWriter(file, _schema(columns), compression="zstd") as writer:
        for group in _groups(parts):
            writer.write_table(pa.concat_tables(group).combine_chunks(), row_group_size=2 * GROUP)


def _groups(parts: Iterable[Path]) -> Iterator[list[Any]]:
    pq = brought("pyarrow.parquet", "Parquet")

    held: list[Any] = []
    for part in parts:
        held.append(pq.ParquetFile(part).read())
        if sum(map(len, held)) >= GROUP:
            yield held
            held = []
    if held:
        yield held
