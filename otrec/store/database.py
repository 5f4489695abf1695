"""Where the database is and how it is spoken to: connections, transactions, and errors in words for people."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, create_engine, event, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from otrec.models.errors import OptionError, OtrecError
from otrec.store.errors import StoreError, explained, meaning, no_place

VARIABLE: Final = "OTREC_DATABASE_URL"
FILE: Final = "otrec.db"
#: How long SQLite waits for another writer before it says that the database is locked, in milliseconds.
PATIENCE: Final = 5_000
#: How long a PostgreSQL server may take to answer at all, in seconds.
ANSWER: Final = 10
#: How many levels of lists and mappings may lie in each other; Python reads about ten times as many.
DEEPEST: Final = 100


def default_url() -> str:
    """The database of `OTREC_DATABASE_URL`, or a file in the user-data folder of this platform."""
    given = os.environ.get(VARIABLE, "").strip()
    if given:
        return given
    from platformdirs import user_data_path

    return f"sqlite:///{user_data_path('otrec', appauthor=False) / FILE}"


def parsed(url: str) -> URL:
    """A database address, with the driver that otrec ships for it.

    Raises
    ------
    OptionError
        If it is neither SQLite nor PostgreSQL.
    """
    try:
        found = make_url(url)
    except (ArgumentError, ValueError):
        raise OptionError(f"{VARIABLE} is not a database address; {_allowed()}") from None
    name = found.get_backend_name()
    if name in ("postgresql", "postgres"):
        return found.set(drivername="postgresql+psycopg")
    if name == "sqlite":
        if found.host or (found.database is not None and not found.database.strip()):
            raise OptionError(f"{VARIABLE} names no file; {_allowed()}")
        return found.set(drivername="sqlite")
    raise OptionError(f"{VARIABLE}: {name!r} is not supported; {_allowed()}")


def _allowed() -> str:
    return "write sqlite:////folder/otrec.db or postgresql://user:password@server/database"


class Database:
    """One database: a file or a server. It opens lazily, and says what is wrong in words for people."""

    def __init__(self, url: str | None = None) -> None:
        self.url = parsed(url or default_url())
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.file = Path(self.url.database) if self.is_sqlite and self.url.database not in (None, ":memory:") else None
        self.engine = self._engine()

    @property
    def place(self) -> str:
        """Where it is, without a password."""
        if self.file:
            return str(self.file)
        if self.is_sqlite:
            return "memory"
        return "/".join((self.url.host or "the local server", *filter(None, (self.url.database,))))

    def _engine(self) -> Engine:
        plain: dict[str, Any] = {"hide_parameters": True, "json_serializer": _json}
        if not self.is_sqlite:
            wait = {} if "connect_timeout" in self.url.query else {"connect_timeout": ANSWER}
            pool: dict[str, Any] = {"pool_size": 10, "max_overflow": 40, "pool_pre_ping": True}
            try:
                return create_engine(self.url, connect_args=wait, **pool, **plain)
            except ModuleNotFoundError:
                raise StoreError("PostgreSQL needs psycopg: python -m pip install 'otrec[postgres]'") from None
        memory: dict[str, Any] = {} if self.file else {"poolclass": StaticPool}
        engine = create_engine(self.url, connect_args={"check_same_thread": False}, **memory, **plain)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine

    def make_room(self) -> None:
        """The folder and file of a new database, readable by this user alone."""
        if self.file is None:
            return
        try:
            if self.file.is_file():
                return
            self.file.parent.mkdir(parents=True, exist_ok=True, mode=stat.S_IRWXU)
            self.file.touch(mode=stat.S_IRUSR | stat.S_IWUSR, exist_ok=False)
        except OSError as error:
            raise StoreError(meaning(f"unable to open database file {error.strerror}", self.place)) from None

    @contextmanager
    def begin(self, told: Mapping[str, str] | None = None, *, write: bool = True) -> Iterator[Session]:
        """A transaction: all of it is kept, or nothing.

        Parameters
        ----------
        told
            What PostgreSQL's row-level security is told about who asks, for this transaction alone.
        write
            Take SQLite's write lock at once, so that two writers wait for each other instead of failing half-way.

        Raises
        ------
        StoreError
            If the database cannot be used.
        ConflictError
            If what was saved meanwhile stands against it.
        """
        with self.telling():
            connection = self.engine.connect().execution_options(otrec_write=write)
            with connection, Session(connection, expire_on_commit=False) as session, session.begin():
                if told and not self.is_sqlite:
                    for name, value in told.items():
                        session.execute(text("SELECT set_config(:name, :value, true)"), {"name": name, "value": value})
                yield session

    @contextmanager
    def telling(self) -> Iterator[None]:
        """Turn what the database says into an error for people."""
        try:
            yield
        except OtrecError:
            raise
        except (SQLAlchemyError, sqlite3.Error, ValueError, OverflowError, RecursionError, OSError) as error:
            raise explained(error, self.place) from None

    def close(self) -> None:
        self.engine.dispose()


def _json(value: Any) -> str:
    """Content as it is kept; what could not be read again everywhere is refused."""
    try:
        found = json.dumps(value, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        raise no_place() from None
    level = [value]
    for _ in range(DEEPEST):
        outer = [one for one in level if isinstance(one, dict | list | tuple)]
        level = [inner for one in outer for inner in (one.values() if isinstance(one, dict) else one)]
        if not level:
            return found
    raise no_place()


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions are begun below, not by the driver
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout = {PATIENCE}",
        "journal_mode = WAL",
        "foreign_keys = ON",
        "synchronous = FULL",
        "secure_delete = ON",
        "trusted_schema = OFF",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Any) -> None:
    write = connection.get_execution_options().get("otrec_write", True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
