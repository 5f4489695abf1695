"""From every earlier form of the database to the newest, with all rows, or not at all."""

from __future__ import annotations

import datetime as dt
import sqlite3
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import op
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Connection, MetaData, inspect, text

from otrec.store import Store, StoreError, migrations
from otrec.store import store as stores
from otrec.store.audit import verify
from otrec.store.database import Database
from otrec.store.schema import TABLES, Base, Instant
from tests.stores import KINDS, child, postgresql, server_without_tables, upgraded

EARLIER = migrations.FORMS[:-1]
Rows = dict[str, list[tuple[Any, ...]]]


@pytest.fixture(params=KINDS)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """A database without any table: the owner's address, and that of a user."""
    if request.param == "sqlite":
        (tmp_path / "otrec.db").touch(mode=0o600)
        url = f"sqlite:///{tmp_path / 'otrec.db'}"
        yield url, url
        return
    with server_without_tables() as made:
        yield made


def value(column: Column[Any], number: int, known: dict[str, list[Any]]) -> Any:
    """Something to keep in a column; what hangs on another table hangs on a row that is there."""
    for key in column.foreign_keys:
        return known[key.target_fullname][number % len(known[key.target_fullname])]
    kind = dt.datetime if isinstance(column.type, Instant) else column.type.python_type
    made: dict[type, Callable[[], Any]] = {
        uuid.UUID: lambda: uuid.UUID(int=1000 * [table.name for table in TABLES].index(column.table.name) + number),
        str: lambda: f"ö{number}'\"{column.name}"[: getattr(column.type, "length", None) or 20],
        int: lambda: number + 1,
        float: lambda: number + 0.1,
        bool: lambda: bool(number % 2),
        object: lambda: {"words": ["it's <b>", number, None, 0.1]},
        dt.date: lambda: dt.date(2026, 1, 1 + number),
        dt.datetime: lambda: dt.datetime(2026, 1, 1, 8, number, 0, 123456, tzinfo=dt.UTC),
    }
    return made[kind]()


def filled(url: str, form: str, count: int = 3) -> Rows:
    """A database of a form with rows in each of its tables; what it holds."""
    upgraded(url, form)
    database = Database(url)
    known: dict[str, list[Any]] = {}
    with database.begin() as session:
        there = set(inspect(session.connection()).get_table_names())
        for table in TABLES:
            if table.name in there:
                rows = [{one.name: value(one, number, known) for one in table.c} for number in range(count)]
                session.execute(table.insert(), rows)
                known |= {f"{table.name}.{one.name}": [row[one.name] for row in rows] for one in table.c}
    found = held(database)
    database.close()
    assert len(found) == len(there) - 1, "a row in each table, but for the one of the form"
    assert all(len(rows) == count for rows in found.values())
    return found


def held(database: Database) -> Rows:
    """Every row of every table that the newest form knows, as the database keeps it."""
    with database.begin(write=False) as session:
        there = set(inspect(session.connection()).get_table_names())
        return {
            table.name: sorted(session.execute(table.select()).all(), key=repr)
            for table in TABLES
            if table.name in there
        }


def shape(url: str) -> list[tuple[str, str]]:
    """The tables, indexes and triggers that a database has."""
    database = Database(url)
    with database.engine.connect() as connection:
        words = (
            "SELECT name, sql FROM sqlite_master"
            if database.is_sqlite
            else "SELECT relname, relkind::text || relrowsecurity::text FROM pg_class "
            "WHERE relnamespace = 'public'::regnamespace UNION SELECT proname, 'f' FROM pg_proc "
            "WHERE pronamespace = 'public'::regnamespace UNION SELECT policyname, tablename FROM pg_policies"
        )
        found = sorted(map(repr, connection.execute(text(words)).all()))
        form = migrations.current(connection)
    database.close()
    return [("form", str(form)), *((one, "") for one in found)]


@pytest.mark.parametrize("form", EARLIER)
def test_every_row_of_an_earlier_form_is_there_in_the_newest(empty: tuple[str, str], form: str) -> None:
    owner, member = empty
    before = filled(owner, form)
    if owner != member:
        upgraded(owner)
    store = Store.open(member)
    database = Database(owner)
    after = held(database)
    assert {name: rows for name, rows in after.items() if name in before} == before
    assert set(after) == {table.name for table in TABLES}
    if "audit" not in before:
        with database.begin(write=False) as session:
            assert [chain.broken_at for chain in verify(session)] == [None] * 3, "an empty chain for each organisation"
    store.close()
    database.close()


def test_a_store_of_the_first_form_is_worked_with_after_its_upgrade(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'otrec.db'}"
    (tmp_path / "otrec.db").touch()
    upgraded(url, "0001")
    with sqlite3.connect(tmp_path / "otrec.db") as connection:
        home, me = uuid.uuid4().hex, uuid.uuid4().hex
        connection.execute(
            "INSERT INTO organisation (id, name, made_at) VALUES (?, 'This machine', '2026-01-01')", (home,)
        )
        connection.execute(
            "INSERT INTO person (id, organisation_id, login, role, added_at) "
            "VALUES (?, ?, 'me', 'therapist', '2026-01-01')",
            (me, home),
        )
    connection.close()
    store = Store.open(url)
    desk = store.desk()
    assert desk.who.person_id.hex == me
    desk.clients.save(child())
    assert [entry.action for entry in desk.office.audit()] == ["added client"]
    store.close()


@pytest.mark.parametrize("form", EARLIER)
def test_the_copy_made_before_holds_what_the_database_held(tmp_path: Path, form: str) -> None:
    file = tmp_path / "otrec.db"
    file.touch()
    filled(f"sqlite:///{file}", form)
    before = dump(file)
    Store.open(f"sqlite:///{file}").close()
    (copy,) = tmp_path.glob("otrec-form*")
    assert copy.name.startswith(f"otrec-form{form}-")
    assert copy.stat().st_mode & 0o777 == 0o600
    assert dump(copy) == before != dump(file)
    Store.open(f"sqlite:///{file}").close()
    assert len(list(tmp_path.glob("otrec-form*"))) == 1, "no copy where nothing changes"


def dump(file: Path) -> list[str]:
    connection = sqlite3.connect(file)
    found = list(connection.iterdump())
    connection.close()
    return found


def failing(calls: int) -> Callable[..., None]:
    """The statement of a step that fails after some that do not."""
    left, execute = iter(range(calls)), op.execute

    def fails(*given: Any, **more: Any) -> None:
        if next(left, None) is None:
            raise RuntimeError("grasp_pattern")
        execute(*given, **more)

    return fails


@pytest.mark.parametrize("calls", [0, 1, 2])
def test_a_step_that_fails_leaves_a_file_at_the_earlier_form(
    tmp_path: Path, calls: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "otrec.db"
    file.touch()
    filled(f"sqlite:///{file}", "0001")
    before = dump(file)
    with monkeypatch.context() as patch:
        patch.setattr(op, "execute", failing(calls))
        with pytest.raises(StoreError, match=r"It still has form 0001\. The newest copy .*form0001") as caught:
            Store.open(f"sqlite:///{file}")
    assert "grasp" not in str(caught.value)
    assert dump(file) == before
    Store.open(f"sqlite:///{file}").close()
    assert dump(file) != before


@pytest.mark.parametrize("form", EARLIER)
@pytest.mark.parametrize("calls", [0, 2, 40])
def test_a_step_that_fails_leaves_a_server_at_the_earlier_form(
    form: str, calls: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with server_without_tables() as (owner, member):
        before, shaped = filled(owner, form), shape(owner)
        with monkeypatch.context() as patch:
            patch.setattr(op, "execute", failing(calls))
            with pytest.raises(RuntimeError):
                upgraded(owner)
        database = Database(owner)
        assert held(database) == before
        assert shape(owner) == shaped
        database.close()
        upgraded(owner)
        Store.open(member).close()


def test_a_copy_that_cannot_be_made_stops_the_upgrade(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "otrec.db"
    file.touch()
    filled(f"sqlite:///{file}", "0001")
    before = dump(file)

    def full(_file: Path, mode: str) -> sqlite3.Connection:
        if mode == "ro":
            return sqlite3.connect(file)
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(stores, "_opened", full)
    with pytest.raises(StoreError, match="disk is full"):
        Store.open(f"sqlite:///{file}")
    assert dump(file) == before
    assert not [path for path in tmp_path.iterdir() if "form" in path.name]


def test_the_models_are_what_the_steps_make(empty: tuple[str, str]) -> None:
    owner, _ = empty
    upgraded(owner)
    assert differences(owner, Base.metadata) == []


def test_a_difference_between_models_and_steps_would_be_found(empty: tuple[str, str]) -> None:
    owner, _ = empty
    upgraded(owner, "0001")
    names = {repr(one) for one in differences(owner, Base.metadata)}
    assert any("add_table" in name and "audit" in name for name in names)


def differences(url: str, wanted: MetaData) -> list[Any]:
    database = Database(url)
    with database.engine.connect() as connection:
        given = {"compare_type": True, "compare_server_default": _same_default}
        found: list[Any] = compare_metadata(MigrationContext.configure(connection, opts=given), wanted)
    database.close()
    return found


def _same_default(_context: Any, _there: Any, _model: Any, there: str | None, _default: Any, model: str | None) -> bool:
    """Whether defaults differ, but for how they are written."""
    plain = [
        (one or "").split("::")[0].strip("()'\"").replace("true", "1").replace("false", "0") for one in (there, model)
    ]
    return plain[0] != plain[1] and not (there or "").startswith("nextval")


def test_the_newest_form_is_the_last_step() -> None:
    database = Database("sqlite://")
    with database.engine.connect() as connection:
        steps = ScriptDirectory.from_config(migrations.config(connection))
        assert steps.get_heads() == [migrations.HEAD]
        assert tuple(step.revision for step in steps.walk_revisions())[::-1] == migrations.FORMS
    database.close()


def test_every_table_is_held_by_row_level_security_on_a_server() -> None:
    with postgresql() as (owner, _):
        database = Database(owner)
        with database.engine.connect() as connection:
            free = _unguarded(connection)
        database.close()
    assert free == {"alembic_version"}


def _unguarded(connection: Connection) -> set[str]:
    words = (
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace "
        "AND NOT (relrowsecurity AND oid IN (SELECT polrelid FROM pg_policy))"
    )
    return set(connection.execute(text(words)).scalars())
