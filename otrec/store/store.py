"""Open the database of otrec: made on first use, checked at every start, brought up to date after a back-up copy."""

from __future__ import annotations

import datetime as dt
import sqlite3
from pathlib import Path
from typing import Final

from sqlalchemy import text

from otrec.store import migrations
from otrec.store.clients import Clients
from otrec.store.database import Database
from otrec.store.errors import StoreError, meaning
from otrec.store.office import Office
from otrec.store.own import Own
from otrec.store.people import People, Who
from otrec.store.records import Records
from otrec.store.said import Said
from otrec.store.sharing import Sharing

#: Files up to this size are checked page by page at every start; larger ones by `otrec db check`, in bytes.
QUICK: Final = 100_000_000


class Desk:
    """What one person sees of the store, and may do with it.

    >>> from otrec import Client, example
    >>> desk = Store.open("sqlite://").desk()
    >>> kept = desk.clients.save(Client.load(example("pencil_grip")))
    >>> kept.version, [one.code for one in desk.clients.page()]
    (1, ['pencil-grip'])
    """

    def __init__(self, database: Database, who: Who) -> None:
        self.who = who
        self.clients = Clients(database, who)
        self.sharing = Sharing(database, who)
        self.records = Records(database, who)
        self.said = Said(database, who)
        self.own = Own(database, who)
        self.office = Office(database, who)


class Store:
    """One database, open and up to date."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.people = People(database)

    @classmethod
    def open(cls, url: str | None = None) -> Store:
        """Open a database; a SQLite file is made, checked and brought up to date by itself.

        Parameters
        ----------
        url
            `sqlite:////folder/otrec.db` or `postgresql://user:password@server/database`; without it the one of
            `OTREC_DATABASE_URL`, or else a file in this user's data folder. `sqlite://` is a database in memory.

        Raises
        ------
        StoreError
            If it cannot be used: damaged, locked, read-only, of a newer otrec, or on a server not up to date.
        OptionError
            If the address is none.
        """
        database = Database(url)
        database.make_room()
        with database.telling():
            _whole(database)
            _up_to_date(database)
        if not database.is_sqlite:
            _guarded(database)
        return cls(database)

    def desk(self, who: Who | None = None) -> Desk:
        """The desk of somebody who signed in; without sign-in, that of the one person of this machine."""
        return Desk(self.database, who or self.people.alone())

    def close(self) -> None:
        self.database.close()


def _whole(database: Database) -> None:
    """Refuse a damaged file before anything is written to it."""
    if database.file is None or not 0 < database.file.stat().st_size <= QUICK:
        return
    with sqlite3.connect(f"file:{database.file}?mode=ro", uri=True) as connection:
        told = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    connection.close()
    if told != "ok":
        raise StoreError(meaning("malformed", database.place) + _copies(database))


def _up_to_date(database: Database) -> None:
    with database.engine.connect() as connection:
        found = migrations.current(connection)
        if found == migrations.HEAD:
            return
        if found is not None and found > migrations.HEAD:
            raise StoreError(
                f"{database.place}: it was written by a newer otrec (form {found}; this one knows {migrations.HEAD}). "
                f"It was left as it is. Install the newer otrec again.{_copies(database)}"
            )
        if not database.is_sqlite:
            raise StoreError(
                f"{database.place}: the database has form {found or 'none'}, and {migrations.HEAD} is needed. "
                "Run `otrec db upgrade` with the owner's address."
            )
        if found is not None:
            copy_beside(database, found)
        connection.rollback()
        migrations.upgrade(connection)
        connection.commit()


def copy_beside(database: Database, form: str) -> Path | None:
    """A copy of a SQLite file in its own folder, made before its form is changed."""
    if database.file is None:
        return None
    stamp = dt.datetime.now(dt.UTC).strftime("%Y%m%dT%H%M%S")
    copy = database.file.with_name(f"{database.file.stem}-form{form}-{stamp}.db")
    source, target = sqlite3.connect(database.file), sqlite3.connect(copy)
    with target:
        source.backup(target)
    source.close()
    target.close()
    copy.chmod(0o600)
    return copy


def _copies(database: Database) -> str:
    """Where the copies are that were made before changes of form."""
    if database.file is None:
        return ""
    found = sorted(database.file.parent.glob(f"{database.file.stem}-form*.db"))
    return f" The newest copy made before a change of form: {found[-1]}." if found else " There is no copy of it here."


def _guarded(database: Database) -> None:
    """Refuse to work as somebody whom row-level security does not hold."""
    wanted = text(
        "SELECT r.rolsuper OR r.rolbypassrls OR c.relowner = r.oid "
        "FROM pg_roles r, pg_class c WHERE r.rolname = current_user AND c.oid = 'client'::regclass"
    )
    with database.begin(write=False) as session:
        if session.execute(wanted).scalar():
            raise StoreError(
                f"{database.place}: this address is the owner's, whom row-level security does not hold. Let the app "
                "connect as a member of the role otrec_app; `otrec db upgrade` says how."
            )
