"""When a database cannot be used: a sentence that names the place, and nothing in it touched."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event, text

from otrec import OtrecError
from otrec.store import Desk, Store, StoreError, migrations
from otrec.store import database as databases
from otrec.store import store as stores
from otrec.store.database import Database
from tests.store_refusals import RECORD, SECRET, WORDS, address, told
from tests.stores import child, upgraded


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A database with a client in it, closed so that all of it lies in one file."""
    file = tmp_path / "a #1 %20?" / "otrec.db"
    store = Store.open(address(file))
    desk = store.desk()
    for number in range(20):
        row = desk.clients.save(child(f"c{number:03d}", interests=[SECRET, *(f"word {n}" for n in range(400))]))
        desk.records.keep(row.id, RECORD)
        desk.records.keep_plan(row.id, "session", {"slots": [SECRET]})
    store.close()
    return file


def refused(file: Path, *parts: str) -> str:
    """The sentence with which a file is refused, after which it is as before."""
    before = file.read_bytes()
    with pytest.raises(StoreError) as caught:
        Store.open(address(file))
    assert file.read_bytes() == before
    return told(caught.value, str(file), *parts)


def test_a_new_database_is_for_this_user_alone(tmp_path: Path) -> None:
    file = tmp_path / "one" / "otrec.db"
    store = Store.open(address(file))
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    desk = store.desk()
    desk.clients.save(child())
    assert {path.stat().st_mode & 0o777 for path in file.parent.iterdir()} == {0o600}


def header(raw: bytes) -> bytes:
    return b"\x00" * 32 + raw[32:]


def page_in_the_middle(raw: bytes) -> bytes:
    middle = len(raw) // 4096 // 2 * 4096
    return raw[:middle] + random.Random(1).randbytes(4096) + raw[middle + 4096 :]


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "header": header,
    "page": page_in_the_middle,
    "schema page": lambda raw: raw[:100] + b"\xff" * 400 + raw[500:],
    "truncated": lambda raw: raw[: len(raw) // 2],
    "truncated within a page": lambda raw: raw[: len(raw) // 2 + 1000],
    "a hundred bytes": lambda raw: raw[:100],
    "random bytes": lambda raw: random.Random(2).randbytes(len(raw)),
    "a text": lambda _: b"Dear diary, today the pencil grip was better.\n" * 50,
    "one letter": lambda _: b"x",
}


@pytest.mark.parametrize("how", DAMAGE)
def test_a_damaged_file_is_refused_and_left_as_it_is(kept: Path, how: str) -> None:
    kept.write_bytes(DAMAGE[how](kept.read_bytes()))
    refused(kept, "damaged", "left as it is", "There is no copy of it here")
    older, newest = (
        kept.with_name(f"otrec-form{form}.db") for form in ("0002-20260101T080000", "0001-20270101T080000")
    )
    for copy in (newest, older):
        copy.write_bytes(b"")
    refused(kept, f"The newest copy made before a change of form: {newest}")


def test_a_change_that_a_crash_left_half_done_is_taken_back(kept: Path, tmp_path: Path) -> None:
    """A copy of the file and its journal, taken in the middle of a change, is what a crash leaves."""
    crashed = tmp_path / "crashed" / "otrec.db"
    crashed.parent.mkdir()
    with closing(sqlite3.connect(kept)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA cache_size = 2")
        before = connection.execute("SELECT count(*) FROM profile").fetchone()
        connection.execute("BEGIN")
        connection.execute("UPDATE profile SET content = '{}'")
        connection.execute("CREATE TABLE half_done AS SELECT hex(randomblob(900)) FROM profile, profile AS other")
        for path in kept.parent.iterdir():
            shutil.copy(path, crashed.parent)
    assert (crashed.parent / "otrec.db-journal").stat().st_size > 512
    store = Store.open(address(crashed))
    desk = store.desk()
    assert len(desk.clients.page(limit=200)) == 20
    assert SECRET in desk.clients.find("c007").client.interests
    with store.database.begin(write=False) as session:
        assert session.execute(text("SELECT count(*) FROM profile")).one() == before
        assert session.execute(text("PRAGMA integrity_check")).scalar() == "ok"
        assert not session.execute(text("SELECT 1 FROM sqlite_master WHERE name = 'half_done'")).all()
    store.close()


def test_an_emptied_file_is_refused_only_where_a_copy_shows_that_it_was_one(kept: Path) -> None:
    kept.write_bytes(b"")
    copy = kept.with_name("otrec-form0001-20270101T080000.db")
    copy.write_bytes(b"")
    refused(kept, "the file is empty", str(copy))
    copy.unlink()
    Store.open(address(kept)).close()


def test_whatever_page_is_damaged_nothing_but_a_sentence_comes_of_it(kept: Path) -> None:
    raw = kept.read_bytes()
    chance = random.Random(3)
    outcomes = {"refused": 0, "read": 0}
    for size in (1, 40, 2000) * 25:
        start = chance.randrange(len(raw) // 4096) * 4096 + chance.randrange(0, 2000)
        kept.write_bytes(raw[:start] + chance.randbytes(size) + raw[start + size :])
        for side in ("-wal", "-shm"):
            kept.with_name(kept.name + side).unlink(missing_ok=True)
        outcomes["refused" if read_all(kept) else "read"] += 1
    assert min(outcomes.values()) > 10, outcomes


def read_all(file: Path) -> str:
    try:
        store = Store.open(address(file))
    except StoreError as error:
        return told(error, str(file))
    said = ""
    try:
        desk = store.desk(store.people.alone())
        for one in desk.clients.page(limit=200):
            desk.clients.open(one.id)
            desk.clients.versions(one.id)
            desk.records.progress(one.id)
            desk.records.plans(one.id)
    except OtrecError as error:
        said = str(error)
        assert not [word for word in WORDS if word in said]
    store.close()
    return said


def test_a_record_whose_words_are_damaged_is_refused_alone(kept: Path) -> None:
    with sqlite3.connect(kept) as connection:
        connection.execute("UPDATE client SET profile = '{\"age' WHERE code = 'c003'")
        connection.execute("UPDATE plan SET content = '{' WHERE id = 5")
        connection.execute("UPDATE client SET profile = '{\"pencil\": 1}' WHERE code = 'c006'")
        connection.execute("UPDATE trial SET date = 'pencil' WHERE id = 1")
    connection.close()
    store = Store.open(address(kept))
    desk = store.desk()
    with pytest.raises(StoreError) as caught:
        desk.clients.find("c003")
    told(caught.value, "a record in it is damaged", "left as it is")
    with pytest.raises(StoreError) as caught:
        desk.clients.find("c006")
    told(caught.value, "Client", "cannot read")
    assert desk.clients.find("c001").client.interests[0] == SECRET


def test_a_newer_form_is_refused_untouched_and_the_newest_copy_named(kept: Path) -> None:
    with sqlite3.connect(kept) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0999'")
    connection.close()
    copy = kept.with_name("otrec-form0003-20270101T080000.db")
    refused(kept, "newer otrec", "form 0999", migrations.HEAD, "no copy of it here")
    copy.write_bytes(b"")
    refused(kept, "newer otrec", str(copy))


@pytest.mark.parametrize("form", ["0002a", "", "abc"])
def test_a_form_that_nobody_knows_is_refused(kept: Path, form: str) -> None:
    with sqlite3.connect(kept) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (form,))
    connection.close()
    refused(kept, f"form {form}")


def test_a_database_of_another_program_is_refused_untouched(tmp_path: Path) -> None:
    file = tmp_path / "photos.db"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE photo (id INTEGER)")
    connection.close()
    refused(file, "another program", "left as it is")


@contextmanager
def read_only() -> Iterator[None]:
    """Every SQLite connection that is made may only read."""

    def close(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA query_only = ON")

    made = Database._engine

    def engine(self: Database) -> object:
        found = made(self)
        event.listen(found, "connect", close)
        return found

    patch = pytest.MonkeyPatch()
    patch.setattr(Database, "_engine", engine)
    try:
        yield
    finally:
        patch.undo()


def test_a_file_that_may_only_be_read_can_be_looked_at_and_says_why_it_is_not_changed(kept: Path) -> None:
    with read_only():
        store = Store.open(address(kept))
        desk = store.desk()
        assert len(desk.clients.page()) == 20
        before = kept.read_bytes()
        with pytest.raises(StoreError) as caught:
            desk.clients.save(child("c900"))
        told(caught.value, str(kept), "may only be read", "Nothing was changed")
        assert kept.read_bytes() == before
        store.close()


def test_an_older_form_that_may_only_be_read_stays(tmp_path: Path) -> None:
    file = tmp_path / "otrec.db"
    file.touch()
    upgraded(address(file), "0002")
    with read_only():
        refused(file, "may only be read")


def fill(desk: Desk, most: int) -> tuple[int, StoreError | None]:
    """Keep clients until there is no more room; says how many were kept and what stopped it."""
    for number in range(most):
        try:
            desk.clients.save(child(f"d{number:03d}", interests=[f"word {n}" for n in range(400)]))
        except StoreError as error:
            return number, error
    return most, None


def test_a_full_disk_loses_nothing_that_was_saved(kept: Path) -> None:
    store = Store.open(address(kept))

    def narrow(connection: sqlite3.Connection, _record: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages + 8}")

    store.database.close()
    event.listen(store.database.engine, "connect", narrow)
    done, error = fill(store.desk(), 100)
    assert error is not None
    told(error, str(kept), "disk is full", "everything before it is safe")
    store.close()
    again = Store.open(address(kept))
    assert len(again.desk().clients.page("d", limit=200)) == done
    again.close()


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A disk of two megabytes."""
    place = tmp_path / "disk"
    place.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)], capture_output=True)
    if done.returncode:
        pytest.skip("no small disk can be mounted here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_disk_that_is_really_full(small: Path) -> None:
    file = small / "otrec.db"
    store = Store.open(address(file))
    desk = store.desk()
    done, error = fill(desk, 1000)
    assert error is not None
    told(error, str(file), "disk is full")
    assert done > 5
    assert len(desk.clients.page(limit=200)) == min(done, 200)
    store.close()
    with pytest.raises(StoreError) as caught:
        Store.open(address(small / "more" / "otrec.db"))
    told(caught.value, "disk is full")
    assert not list(small.glob("*.part"))


def test_an_upgrade_on_a_full_disk_leaves_the_old_form_and_no_half_copy(small: Path) -> None:
    file = small / "otrec.db"
    file.touch()
    upgraded(address(file), "0002")
    (small / "filler").write_bytes(
        b"\x00" * (2_000_000 - sum(path.stat().st_size for path in small.iterdir()) - 90_000)
    )
    before = file.read_bytes()
    with pytest.raises(StoreError, match="disk is full"):
        Store.open(address(file))
    assert file.read_bytes() == before
    assert not [path for path in small.iterdir() if "-form" in path.name]


HOLDER = textwrap.dedent("""
    import sqlite3, sys
    connection = sqlite3.connect(sys.argv[1], isolation_level=None)
    connection.execute("BEGIN " + sys.argv[2])
    print("held", flush=True)
    sys.stdin.read()
""")


@contextmanager
def held(file: Path, how: str) -> Iterator[None]:
    """Another program holds the database."""
    given = [sys.executable, "-c", HOLDER, str(file), how]
    with subprocess.Popen(given, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdin is not None
        assert other.stdout.readline() == "held\n"
        yield
        other.stdin.close()


def test_a_database_that_another_program_writes_to(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(databases, "PATIENCE", 50)
    with held(kept, "IMMEDIATE"):
        store = Store.open(address(kept))
        desk = store.desk()
        assert len(desk.clients.page()) == 20, "reading goes on"
        before = kept.read_bytes()
        with pytest.raises(StoreError) as caught:
            desk.clients.save(child("c900"))
        told(caught.value, str(kept), "another program is writing", "Nothing was changed")
        assert kept.read_bytes() == before
    assert desk.clients.save(child("c900")).version == 1
    store.close()


def test_a_database_of_an_older_form_that_another_program_writes_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "PATIENCE", 50)
    file = tmp_path / "otrec.db"
    file.touch()
    upgraded(address(file), "0001")
    with held(file, "IMMEDIATE"):
        refused(file, "another program is writing")
    assert not list(tmp_path.glob("*-form*"))
    Store.open(address(file)).close()


@pytest.mark.parametrize("place", ["file/otrec.db", "folder", "/proc/otrec/otrec.db"])
def test_a_place_where_no_file_can_be(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "folder").mkdir()
    with pytest.raises(StoreError) as caught:
        Store.open(address(tmp_path / place))
    told(caught.value, place, "cannot be opened", databases.VARIABLE)
    assert not list((tmp_path / "folder").iterdir())


def test_a_start_on_a_large_file_is_not_held_up_by_a_check_of_every_page(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stores, "QUICK", 1000)
    kept.write_bytes(page_in_the_middle(kept.read_bytes()))
    Store.open(address(kept)).close()
    assert read_all(kept)


@pytest.mark.parametrize("words", [["caseload", "list"], ["db", "check"], ["db", "upgrade"]])
def test_at_the_command_line_a_damaged_file_is_a_sentence(kept: Path, words: list[str]) -> None:
    kept.write_bytes(DAMAGE["a text"](b""))
    before = kept.read_bytes()
    given = {**os.environ, databases.VARIABLE: address(kept)}
    done = subprocess.run([sys.executable, "-m", "otrec.cli", *words], env=given, capture_output=True, text=True)
    assert done.returncode == StoreError.exit_code
    assert "damaged" in done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert kept.read_bytes() == before
