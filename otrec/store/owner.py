"""The owner of a database: who makes back-ups and looks after it, above all organisations."""

from __future__ import annotations

import os
import uuid
from typing import Final

from sqlalchemy import Connection, text

from otrec.store import migrations
from otrec.store.database import Database
from otrec.store.errors import StoreError
from otrec.store.people import Who
from otrec.store.store import Store, _known, _looked_at, _raised, _up_to_date

#: Who stands in an audit for the owner: no person of the organisation has this id.
OWNER_ID: Final = uuid.UUID(int=0)


def owner_of(organisation_id: uuid.UUID) -> Who:
    """The owner of the database, as an organisation's audit names them.

    >>> owner_of(uuid.UUID(int=7)).login
    'owner'
    """
    return Who(person_id=OWNER_ID, organisation_id=organisation_id, role="administrator", login="owner")


def found(url: str | None = None) -> Database:
    """A database as it is, whatever its form; nothing in it is changed.

    Raises
    ------
    StoreError
        If there is none, it is damaged, of another program, or the login is not the owner's.
    """
    database = Database(url)
    _need_there(database)
    with database.telling():
        _looked_at(database)
        with database.engine.connect().execution_options(otrec_write=False) as connection:
            need_owner(database, connection)
            _known(database, migrations.current(connection))
    return database


def _need_there(database: Database) -> None:
    if database.file is not None and not os.path.isfile(database.file):
        raise StoreError(
            f"{database.place}: there is no database. Check --url or OTREC_DATABASE_URL; `otrec db upgrade` makes a "
            "new one."
        )


def owned(url: str | None = None) -> Database:
    """A database at its newest form, open to its owner; a SQLite file is brought up to date by itself.

    Raises
    ------
    StoreError
        As for `found`, and on a server that is not up to date.
    """
    database = Database(url)
    if database.is_sqlite:
        _need_there(database)  # a wrong address makes no new database, in which there is nothing
        return Store.open(url).database
    database = found(url)
    with database.telling():
        _up_to_date(database)
    return database


def raised(url: str | None = None) -> tuple[Database, str | None]:
    """Bring a database to its newest form; it, and the form that it had."""
    database = Database(url)
    if database.is_sqlite:
        before = _form(database) if database.file is not None and os.path.isfile(database.file) else None
        return Store.open(url).database, before
    database = found(url)
    before = _form(database)
    with database.telling():
        _raised(database)
    return database, before


def _form(database: Database) -> str | None:
    with database.telling():
        _looked_at(database)
        with database.engine.connect().execution_options(otrec_write=False) as connection:
            return migrations.current(connection)


def need_owner(database: Database, connection: Connection) -> None:
    """Refuse a login from which row-level security hides rows: a back-up made by it would lack them."""
    if database.is_sqlite:
        return
    hides = text(
        "SELECT bool_or(row_security_active(oid)) FROM pg_class "
        "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
    if connection.execute(hides).scalar():
        raise StoreError(
            f"{database.place}: this login sees only what is a person's own. Give the address of the database's owner "
            "with --url."
        )
