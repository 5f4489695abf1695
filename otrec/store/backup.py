"""A back-up of a whole database in one encrypted file, and back into an empty database of either kind.

The file is gzip-compressed JSON Lines, locked with age. The first line says what is in it; each further line is a row:
the name of its table, then its values. A back-up of SQLite goes into PostgreSQL, and the other way round.
"""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import io
import json
import os
import uuid
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, Final, NamedTuple

from pydantic import ValidationError
from sqlalchemy import Column, Connection, Table, Uuid, column, func, insert, inspect, select, table, text
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, StatementError

from otrec.models import Frozen
from otrec.store import migrations
from otrec.store.database import Database
from otrec.store.errors import StoreError
from otrec.store.owner import need_owner
from otrec.store.schema import TABLES, Instant, now
from otrec.store.sealing import absent, check_lock, locked, unlocked, write_new
from otrec.store.store import _looked_at

#: How the lines are laid out; raised when an older otrec could no longer read them.
LAYOUT: Final = 1
#: How many rows are read or written at once.
STEP: Final = 2_000


class Held(Frozen):
    """The columns of a table, and how many rows it has."""

    columns: tuple[str, ...]
    rows: int


class Backup(Frozen):
    """The first line of a back-up; `sha256` is of all lines after it."""

    otrec: str
    layout: int
    form: str
    made_at: dt.datetime
    tables: dict[str, Held]
    sha256: str

    @property
    def rows(self) -> int:
        """How many rows there are in all tables."""
        return sum(held.rows for held in self.tables.values())


class Part(NamedTuple):
    """A table of a database with the columns that it has there."""

    table: Table
    columns: list[Column[Any]]


def back_up(
    database: Database,
    file: Path,
    *,
    passphrase: str | None = None,
    recipients: Sequence[str] = (),
    plain: bool = False,
) -> Backup:
    """Write every row of every table into one new file that its maker alone may read, as of one moment.

    Parameters
    ----------
    database
        Any form; on PostgreSQL with the owner's address.
    passphrase
        At least 12 letters; or else
    recipients
        public keys of age (`age1…`), each of which opens the file; or else
    plain
        nothing at all: whoever has the file reads it.

    Raises
    ------
    OptionError
        If not exactly one lock is given, or there is a file already.
    StoreError
        If the database or the file cannot be used.

    Examples
    --------
    >>> import tempfile
    >>> from otrec.store import Store
    >>> store = Store.open("sqlite://")
    >>> who = store.desk().who
    >>> file = Path(tempfile.mkdtemp()) / "otrec.backup"
    >>> back_up(store.database, file, plain=True).tables["person"].rows
    1
    >>> restore(Database("sqlite://"), file).form == migrations.HEAD
    True
    """
    check_lock(passphrase, recipients, plain)
    absent(file)
    with database.telling(), _moment(database) as connection:
        form = migrations.current(connection)
        if form is None:
            raise StoreError(f"{database.place}: there is nothing of otrec to back up. Check the address.")
        need_owner(database, connection)
        head, body = _taken(connection, form, _parts(database, connection))
    first = gzip.compress(_line(head.model_dump(mode="json")), mtime=0)
    write_new(file, locked(first + body, passphrase, recipients))
    return head


@contextmanager
def _moment(database: Database) -> Iterator[Connection]:
    """Reading all tables as they are at one moment, while others go on writing."""
    options: dict[str, Any] = {} if database.is_sqlite else {"isolation_level": "REPEATABLE READ"}
    with database.engine.connect().execution_options(otrec_write=False, **options) as connection:
        yield connection


def _parts(database: Database, connection: Connection) -> list[Part]:
    """The tables that there are, each with its columns; one that would be left out is refused."""
    seen = inspect(connection)
    there = {name: {one["name"] for one in seen.get_columns(name)} for name in seen.get_table_names()}
    found = [Part(one, [item for item in one.c if item.name in there[one.name]]) for one in TABLES if one.name in there]
    if any(len(part.columns) < len(there[part.table.name]) for part in found):
        raise StoreError(
            f"{database.place}: it has columns that this otrec does not know. Nothing was written. Run `otrec db "
            "upgrade`, or use the otrec that made it."
        )
    return found


def _taken(connection: Connection, form: str, parts: Sequence[Part]) -> tuple[Backup, bytes]:
    from otrec import __version__

    raw, digest, tables = io.BytesIO(), hashlib.sha256(), {}
    with gzip.GzipFile(fileobj=raw, mode="wb", mtime=0) as packed:
        for part in parts:
            count = 0
            for row in _rows(connection, part):
                line = _line([part.table.name, *map(_written, row)])
                digest.update(line)
                packed.write(line)
                count += 1
            tables[part.table.name] = Held(columns=tuple(one.name for one in part.columns), rows=count)
    head = Backup(otrec=__version__, layout=LAYOUT, form=form, made_at=now(), tables=tables, sha256=digest.hexdigest())
    return head, raw.getvalue()


def _rows(connection: Connection, part: Part) -> Iterator[Sequence[Any]]:
    wanted = select(*part.columns).order_by(*part.table.primary_key)
    yield from connection.execute(wanted, execution_options={"yield_per": STEP})


def _line(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode() + b"\n"


def _written(value: Any) -> Any:
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value) if isinstance(value, uuid.UUID) else value


def _reader(kind: Any) -> Callable[[Any], Any] | None:
    """How a value of a column is read from its line; None where it stands as it is."""
    if isinstance(kind, Instant):
        return dt.datetime.fromisoformat
    if isinstance(kind, Uuid):
        return uuid.UUID
    return dt.date.fromisoformat if kind.python_type is dt.date else None


def restore(database: Database, file: Path, *, passphrase: str | None = None, identities: Sequence[str] = ()) -> Backup:
    """Put a back-up into a database without rows: all of it, or nothing; then bring it to the newest form.

    Parameters
    ----------
    database
        A new SQLite file, or an empty PostgreSQL database with its owner's address.
    passphrase, identities
        What opens the file; neither for one that is not encrypted. Identities are secret keys (`AGE-SECRET-KEY-1…`).

    Raises
    ------
    StoreError
        If the file cannot be opened, is damaged or newer, or the database holds anything. It is left as it was.
    """
    content = unlocked(file, passphrase, identities)
    head = _checked(file, content)
    with _target(database), database.telling(), database.engine.begin() as connection:
        need_owner(database, connection)
        _need_empty(database, connection, head)
        migrations.upgrade(connection, head.form)
        _fill(connection, file, head, content)
        if not database.is_sqlite:
            _count_on(connection, head)
        migrations.upgrade(connection)
    return head


def _checked(file: Path, content: bytes) -> Backup:
    """What a back-up says of itself, after every line of it was read and found to be so."""
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as lines:
            told = json.loads(lines.readline())
            if isinstance(told, dict):
                _need_known(file, told)
            head, digest, counts = Backup.model_validate(told), hashlib.sha256(), dict[str, int]()
            for line in lines:
                digest.update(line)
                name = json.loads(line)[0]
                counts[name] = counts.get(name, 0) + 1
    except (ValidationError, ValueError, OSError, EOFError, zlib.error, LookupError, TypeError, RecursionError):
        raise _damaged(file) from None
    if digest.hexdigest() != head.sha256 or counts != {name: one.rows for name, one in head.tables.items() if one.rows}:
        raise _damaged(file)
    _need_columns(file, head)
    return head


def _damaged(file: Path) -> StoreError:
    return StoreError(f"{file}: the back-up is damaged or cut off. Nothing was restored. Take another copy.")


def _newer(file: Path, told: str) -> StoreError:
    return StoreError(
        f"{file}: it was written by a newer otrec ({told}). Nothing was restored. Install the newer otrec."
    )


def _need_known(file: Path, told: dict[str, Any]) -> None:
    layout, form = told.get("layout"), told.get("form")
    if isinstance(layout, int) and layout > LAYOUT:
        raise _newer(file, f"layout {layout}; this one knows {LAYOUT}")
    if isinstance(form, str) and form.isdigit() and form not in migrations.FORMS:
        raise _newer(file, f"form {form}; this one knows {migrations.HEAD}")


def _need_columns(file: Path, head: Backup) -> None:
    known = {one.name: set(one.c.keys()) for one in TABLES}
    if head.form not in migrations.FORMS or any(
        set(one.columns) - known.get(n, set()) for n, one in head.tables.items()
    ):
        raise _newer(file, "it has tables or columns that this one does not know")


@contextmanager
def _target(database: Database) -> Iterator[None]:
    """A place to restore into; a SQLite file that was made for it is gone again if that fails."""
    file = database.file
    was = file is not None and os.path.isfile(file)
    empty = file is not None and not (was and file.stat().st_size)
    if not empty:
        _need_ours(database)
    database.make_room()
    try:
        yield
    except BaseException:
        database.close()
        if file is not None and empty:
            for name in (file.name, f"{file.name}-wal", f"{file.name}-shm"):
                file.with_name(name).unlink(missing_ok=True)
            if was:
                database.make_room()
        raise


def _need_ours(database: Database) -> None:
    try:
        _looked_at(database)
    except StoreError:
        raise StoreError(
            f"{database.place}: there is a file that is damaged, newer, or of another program. It was left as it is. "
            "Move it away, or restore to another place with --url."
        ) from None


def _need_empty(database: Database, connection: Connection, head: Backup) -> None:
    form = migrations.current(connection)
    there = set(inspect(connection).get_table_names())
    full = [one.name for one in TABLES if one.name in there and connection.execute(select(one).limit(1)).first()]
    if full or (form is not None and form > head.form):
        why = "it holds records" if full else f"it has form {form}, newer than the back-up ({head.form})"
        how = "a new file" if database.is_sqlite else "a new, empty database, without `otrec db upgrade` before"
        raise StoreError(
            f"{database.place}: {why}, and a back-up only goes into an empty database. It was left as it is. "
            f"Restore into {how}: --url."
        )


def _fill(connection: Connection, file: Path, head: Backup, content: bytes) -> None:
    kinds = {one.name: one.c for one in TABLES}
    with gzip.GzipFile(fileobj=io.BytesIO(content)) as lines:
        lines.readline()
        for name, rows in groupby(map(json.loads, lines), key=itemgetter(0)):
            names = head.tables[name].columns
            # A table of bare columns: defaults of the newest form have no place in an earlier one.
            target = table(name, *(column(one, kinds[name][one].type) for one in names))
            readers = [_reader(kinds[name][one].type) for one in names]
            try:
                for some in _steps(rows, names, readers):
                    connection.execute(insert(target), some)
            except (IntegrityError, DataError, ValueError, TypeError) as error:
                raise _unkept(file, name) from error
            except StatementError as error:
                if isinstance(error, DBAPIError):
                    raise
                raise _unkept(file, name) from None


def _unkept(file: Path, name: str) -> StoreError:
    return StoreError(
        f"{file}: rows of the table {name!r} cannot be kept in this database. Nothing was restored. Restore into a "
        "SQLite file, and run `otrec db check --url` on it."
    )


def _steps(
    rows: Iterator[list[Any]], names: Sequence[str], readers: Sequence[Callable[[Any], Any] | None]
) -> Iterator[list[dict[str, Any]]]:
    some: list[dict[str, Any]] = []
    for _, *values in rows:
        read = (
            value if reader is None or value is None else reader(value)
            for reader, value in zip(readers, values, strict=True)
        )
        some.append(dict(zip(names, read, strict=True)))
        if len(some) == STEP:
            yield some
            some = []
    if some:
        yield some


def _count_on(connection: Connection, head: Backup) -> None:
    """Let PostgreSQL count on from the highest number of each table."""
    for one in TABLES:
        if one.name not in head.tables or "id" not in one.c or isinstance(one.c.id.type, Uuid):
            continue
        highest = connection.execute(select(func.max(one.c.id))).scalar()
        if highest is not None:
            wanted = text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :highest)")
            connection.execute(wanted, {"name": one.name, "highest": highest})
