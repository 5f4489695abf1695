"""When a server cannot be used: a sentence that names the place, and no password in it."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url, text

from otrec.models import OptionError
from otrec.store import Store, StoreError, migrations
from otrec.store import database as databases
from otrec.store.database import Database
from otrec.store.errors import ConflictError, explained
from tests.store_refusals import SECRET, direct, told
from tests.stores import postgresql, server_or_skip


def test_a_newer_form_on_a_server_is_refused() -> None:
    with postgresql() as (owner, member):
        with psycopg.connect(direct(owner)) as admin:
            admin.execute("UPDATE alembic_version SET version_num = '0999'")
        with pytest.raises(StoreError) as caught:
            Store.open(member)
        told(caught.value, "newer otrec", "0999")


@pytest.mark.parametrize(
    "given",
    ["nonsense", "://", "mysql://ana:geheim@db/x", "postgresql://ana:geheim@db:port/x", "sqlite:///", "sqlite://host/x",
     "sqlite:/// ", "C:\\otrec.db", "http://ana:geheim@db/x"],
)  # fmt: skip
def test_an_address_that_is_none(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(databases.VARIABLE, given)
    with pytest.raises(OptionError) as caught:
        Store.open()
    told(caught.value, databases.VARIABLE, "sqlite:////folder/otrec.db")


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("postgresql://ana:geheim@127.0.0.1:1/x", "does not answer"),
        ("postgresql://ana:geheim@/x?host=/nowhere", "does not answer"),
        ("postgresql://ana:geheim@no-such-host.invalid/x", "name is not known"),
        ("postgresql://ana:geheim@127.0.0.1:1/x?sslmode=pencil", "an option that PostgreSQL does not know"),
        ("postgresql://ana:geheim@127.0.0.1:1/x?pencil=1", "an option that PostgreSQL does not know"),
    ],
)
def test_a_server_that_is_not_there(given: str, sentence: str) -> None:
    with pytest.raises(StoreError) as caught:
        Store.open(given)
    told(caught.value, make_url(given).host or "the local server", "/x", sentence, databases.VARIABLE)


def test_a_server_that_lets_nobody_in_this_way() -> None:
    """Passwords are asked for by the server of these tests for this one login."""
    with postgresql() as (owner, member):
        login = make_url(member).username
        rules = Path(server_or_skip().pgdata) / "pg_hba.conf"
        before = rules.read_text()
        url = make_url(member)
        with psycopg.connect(direct(owner), autocommit=True) as admin:
            try:
                rules.write_text(f"local all {login} scram-sha-256\n{before}")
                admin.execute("SELECT pg_reload_conf()")
                cases = (
                    (url.set(password="geheim"), "refused the password"),
                    (url._replace(password=None), "asks for a password"),
                    (url.set(username="nobody_here"), "does not know this login"),
                    (url.set(database="nothing_here"), "no such database"),
                )
                for given, sentence in cases:
                    with pytest.raises(StoreError) as caught:
                        Store.open(given.render_as_string(hide_password=False))
                    assert "secret" not in told(caught.value, sentence, databases.VARIABLE)
                Store.open(member).close()
            finally:
                rules.write_text(before)
                admin.execute("SELECT pg_reload_conf()")


def test_a_server_whose_database_is_not_up_to_date_or_asked_as_the_owner() -> None:
    with postgresql() as (owner, member):
        with pytest.raises(StoreError) as caught:
            Store.open(owner)
        told(caught.value, "the owner's", "otrec_app")
        login = make_url(member).username
        with psycopg.connect(direct(owner), autocommit=True) as admin:
            admin.execute(f"REVOKE otrec_app FROM {login}")
            with pytest.raises(StoreError) as caught:
                Store.open(member)
            told(caught.value, "may not use the database", "otrec_app")
            admin.execute(f"GRANT otrec_app TO {login}")
            admin.execute("UPDATE alembic_version SET version_num = '0002'")
            with pytest.raises(StoreError) as caught:
                Store.open(member)
            told(caught.value, "form 0002", migrations.HEAD, "otrec db upgrade")
            admin.execute("DROP TABLE alembic_version")
            with pytest.raises(StoreError) as caught:
                Store.open(member)
            told(caught.value, "form none", "otrec db upgrade")


def test_a_connection_that_the_server_ends_is_told_and_the_next_one_works() -> None:
    with postgresql() as (owner, member):
        store = Store.open(member)

        def cut_off() -> None:
            with psycopg.connect(direct(owner), autocommit=True) as admin, store.database.begin() as session:
                pid = session.execute(text("SELECT pg_backend_pid()")).scalar_one()
                admin.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))
                session.execute(text("SELECT 1"))

        with pytest.raises(StoreError) as caught:
            cut_off()
        told(caught.value, "the server stopped", "Try again")
        with store.database.begin() as session:
            assert session.execute(text("SELECT 1")).scalar() == 1
        store.close()


def test_two_who_wait_for_each_other_are_told_to_repeat() -> None:
    change = "UPDATE held SET seen = seen + 1 WHERE id = "
    with postgresql() as (owner, _):
        database = Database(owner)
        with psycopg.connect(direct(owner)) as other:
            other.execute("CREATE TABLE held AS SELECT id, 0 AS seen FROM generate_series(1, 2) AS id")
            other.commit()
            other.execute("SET deadlock_timeout = '1min'")
            other.execute(change + "1")
            waiting = threading.Thread(target=lambda: other.execute(change + "2"))

            def crossed() -> None:
                with database.begin() as session:
                    session.execute(text(change + "2"))
                    waiting.start()
                    locked = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
                    while not session.execute(locked).scalar():
                        pass
                    session.execute(text(change + "1"))

            with pytest.raises(ConflictError, match="very same moment"):
                crossed()
            waiting.join()
            other.rollback()
        database.close()


def test_what_stands_behind_an_error_is_not_in_it() -> None:
    for error in (sqlite3.OperationalError(SECRET), ValueError(SECRET), OSError(SECRET), RuntimeError(SECRET)):
        assert SECRET not in str(explained(error, "otrec.db"))
