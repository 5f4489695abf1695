"""The commands of a store: what they print, what they write, what they refuse, and their exit codes."""

from __future__ import annotations

import datetime as dt
import errno
import json
import os
import re
import select
import shlex
import shutil
import stat
import subprocess
import sys
import uuid
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pyrage
import pytest
import typer
from sqlalchemy import create_engine, delete, make_url, text, update

from otrec import Client, example
from otrec.cli import asking
from otrec.models import OptionError
from otrec.progress import ProgressFile
from otrec.store import Store, StoreError, migrations, sealing
from otrec.store.audit import verify
from otrec.store.database import Database
from otrec.store.keeping import check, due
from otrec.store.schema import AuditRow, ClientRow, OrganisationRow
from tests.commands import Done, otrec
from tests.stores import KINDS, Clinic, child, clinic, postgresql, server_or_skip
from tests.test_backup import empty, open_audit, put_away
from tests.test_store_forms import filled, held

PASSPHRASE = "kite festival on the hill"
#: What nobody may read in an error or in an export: a name, and the kinds of things that tell who somebody is.
SECRET = "Marisol"
TELLING = (SECRET, "555-0142", "ana@mail.example", "2019-03-04", "MRN 88123", "Elm Street")
ROOT = Path(__file__).parents[1]


def said(found: Done) -> str:
    """Everything that was printed, on one line."""
    return " ".join(f"{found.stdout} {found.stderr}".split())


def done(*words: object) -> str:
    """What a command prints that is expected to work."""
    found = otrec(*words)
    assert (found.returncode, found.stderr) == (0, ""), found
    return found.stdout


def printed(*words: object) -> Any:
    """The JSON that a command prints."""
    return json.loads(done(*words, "--json"))


def refused(code: int, told: str, *words: object) -> str:
    """The message with which a command ends; it is for people, and repeats nothing of a client."""
    found = otrec(*words)
    assert found.returncode == code, found
    assert told in said(found), found
    assert "Traceback" not in found.stderr
    assert not [one for one in (*TELLING, PASSPHRASE) if one in said(found)]
    return found.stderr


def telling(told: str) -> list[str]:
    """What tells who somebody is; a pseudonym counts as a word of its own, since random ids hold its letters too."""
    codes = [code for code in ("c001", "c002") if re.search(rf"(?<![\w-]){code}(?![\w-])", told)]
    return [one for one in (*TELLING, "HYPERLINK", "中文") if one in told] + codes


def sheltered() -> Client:
    """A client about whom somebody wrote what does not belong there."""
    return child(
        "c001", interests=[f"{SECRET} likes kites", "call 555-0142", "ana@mail.example", "MRN 88123"],
        routines=[{"occupation": "dressing", "when": "2019-03-04", "with": f"{SECRET} of Elm Street"}],
    )  # fmt: skip


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with two clients of the one user of this machine, one of them with goals and sessions."""
    folder = tmp_path_factory.mktemp("made")
    store = Store.open(f"sqlite:///{folder / 'otrec.db'}")
    desk = store.desk()
    kept = desk.clients.save(sheltered())
    desk.records.keep(kept.id, ProgressFile.load(example("progress_pencil_grip")))
    desk.clients.save(child("c002", interests=["=HYPERLINK(1)", "+2", "中文"]))
    store.close()
    return folder / "otrec.db"


@pytest.fixture
def file(made_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, which the commands use without --url."""
    (tmp_path / "db").mkdir()
    found = Path(shutil.copy(made_once, tmp_path / "db" / "otrec.db"))
    monkeypatch.setenv("OTREC_DATABASE_URL", f"sqlite:///{found}")
    (tmp_path / "pass").write_text(f"{PASSPHRASE}\n")
    return found


@pytest.fixture(params=KINDS)
def house(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Clinic]:
    """A clinic of either kind; commands use it, as its owner, without --url."""
    with clinic(request.param, tmp_path) as made:
        monkeypatch.setenv("OTREC_DATABASE_URL", made.owner_url)
        yield made


def rows(file: Path) -> Any:
    database = Database(f"sqlite:///{file}")
    found = held(database)
    database.close()
    return found


def files(folder: Path) -> list[Path]:
    """All files and folders below, but for those that SQLite keeps beside an open database."""
    return sorted(path for path in folder.rglob("*") if not path.name.endswith(("-wal", "-shm")))


def mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


# The owner of a database


@pytest.mark.parametrize("kind", KINDS)
def test_from_an_empty_database_to_a_restored_one(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pass").write_text(f"{PASSPHRASE}\r\nnot this line\n")
    with empty(kind, tmp_path) as database:
        url = database.url.render_as_string(hide_password=False)
        monkeypatch.setenv("OTREC_DATABASE_URL", url)
        assert f"from form none, now has form {migrations.HEAD}" in done("db", "upgrade")
        told = done("db", "upgrade")
        assert "was up to date" in told
        assert ("CREATE ROLE otrec_web LOGIN PASSWORD '…' IN ROLE otrec_app;" in told) == (kind == "postgresql")
        assert "no entry yet" in done("db", "audit")
        assert "`otrec people add`" in done("people", "list")
        assert "ana@x.example as therapist" in done(
            "people", "add", " Ana@x.example", "--role", "therapist", "--organisation", "North [b]clinic[/b]"
        )
        assert [(one["organisation"], one["login"], one["has_signed_in"]) for one in printed("people", "list")] == [
            ("North [b]clinic[/b]", "ana@x.example", False)
        ]
        assert "North [b]clinic[/b]  ana@x.example  therapist  invited" in done("people", "list")
        assert "owner  invited person" in done("db", "audit")
        before = held(database)
        lock = ("--passphrase-file", tmp_path / "pass") if kind == "sqlite" else ("--plain",)
        told = done("db", "backup", tmp_path / "all", *lock)
        count = sum(map(len, before.values()))
        assert f"({count} rows of {len(before)} tables, form {migrations.HEAD}, " in told
        assert mode(tmp_path / "all") == 0o600
        assert held(database) == before
    new = tmp_path / "new" / "otrec.db"
    place = ("--url", f"sqlite:///{new}")
    if kind == "sqlite":
        (tmp_path / "wrong").write_text("another passphrase")
        refused(
            6,
            "the passphrase is wrong",
            "db",
            "restore",
            tmp_path / "all",
            "--passphrase-file",
            tmp_path / "wrong",
            *place,
        )
        assert not new.parent.exists()
    told = done("db", "restore", tmp_path / "all", *lock, *place)
    assert f"Restored: {new} ({count} rows, as of " in told
    assert "audit of North [b]clinic[/b]: 1 entries, whole; newest " in told
    assert rows(new) == before
    assert mode(new) == 0o600


def test_an_owner_who_is_no_superuser_can_do_all_of_it(tmp_path: Path, file: Path) -> None:
    admin = make_url(server_or_skip().get_uri()).set(drivername="postgresql+psycopg")
    name = f"o{uuid.uuid4().hex[:12]}"
    engine = create_engine(admin, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE ROLE {name} LOGIN CREATEROLE PASSWORD 'secret'"))
        connection.execute(text(f"CREATE DATABASE {name} OWNER {name}"))
    url = admin.set(database=name, username=name, password="secret").render_as_string(hide_password=False)
    try:
        done("db", "backup", tmp_path / "file", "--plain")
        assert "CREATE ROLE otrec_web" in done("db", "restore", tmp_path / "file", "--plain", "--url", url)
        assert "Everything is whole." in done("db", "check", "--url", url)
        assert "entries, whole" in done("db", "audit", "--verify", "--url", url)
        assert "2 clients" in done("db", "export", tmp_path / "out.json", "--url", url)
        assert "Nobody is due" in done("db", "purge", "--yes", "--url", url)
        done("people", "add", "a", "--role", "student", "--organisation", "North", "--url", url)
        done("db", "backup", tmp_path / "again", "--plain", "--url", url)
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
            connection.execute(text(f"DROP ROLE {name}"))
        engine.dispose()


def test_a_login_of_the_app_may_do_nothing_of_the_owners(tmp_path: Path, file: Path) -> None:
    done("db", "backup", tmp_path / "file", "--plain")
    there = sorted(tmp_path.iterdir())
    with postgresql() as (owner, member):
        for words in (
            "db upgrade", "db check", "db audit", "db audit --verify", "db purge --yes", "people list",
            f"db export {tmp_path}/e.json", f"db backup {tmp_path}/b --plain", f"db restore {tmp_path}/file --plain",
            "people add a --role student --organisation North",
        ):  # fmt: skip
            refused(6, "Give the address of the database's owner", *words.split(), "--url", member)
        for words in ("caseload list", "caseload show c001", "erase c001 --yes", f"caseload export {tmp_path}/c.csv"):
            refused(2, "on a server, where people sign in", *words.split(), "--url", member)
        database = Database(owner)
        assert not any(held(database).values())
        database.close()
    assert sorted(tmp_path.iterdir()) == there


def test_a_check_says_what_is_there_and_what_is_wrong(file: Path) -> None:
    told = done("db", "check")
    assert str(file) in told
    assert "client 2" in told
    assert "Everything is whole." in told
    found = printed("db", "check")
    assert (found["form"], found["counts"]["client"], found["problems"]) == (migrations.HEAD, 2, [])
    with Database(f"sqlite:///{file}").begin() as session:
        session.execute(update(ClientRow).values(profile={"id": SECRET}))
    assert "records of client cannot be read" in refused(6, "not as it should be", "db", "check")
    found = otrec("db", "check", "--json")
    assert found.returncode == 6
    assert len(json.loads(found.stdout)["problems"]) == 1
    with Database(f"sqlite:///{file}").begin() as session:
        session.execute(text("DROP TABLE trial"))
    refused(6, "tables are missing: trial; restore a back-up", "db", "check")


# Back-ups


@pytest.fixture
def plain(file: Path, tmp_path: Path) -> Path:
    """A back-up that is not encrypted."""
    done("db", "backup", tmp_path / "plain", "--plain")
    return tmp_path / "plain"


def test_a_back_up_that_is_not_encrypted_says_so(plain: Path, tmp_path: Path) -> None:
    assert "NOT encrypted" in done("db", "backup", tmp_path / "again", "--plain")
    assert mode(plain) == 0o600
    url = f"sqlite:///{tmp_path / 'new.db'}"
    with patch.object(asking, "on_terminal", return_value=True), patch.object(typer, "prompt") as asked:
        refused(2, "is not encrypted, so no key vouches for it", "db", "restore", plain, "--url", url)
    asked.assert_not_called()
    for given in ("--passphrase-file", tmp_path / "pass"), ("--identity", tmp_path / "pass"):
        refused(2, "is not encrypted", "db", "restore", plain, "--url", url, *given)
    assert not (tmp_path / "new.db").exists()
    done("db", "restore", plain, "--url", url, "--plain")


def test_a_back_up_for_a_key_is_opened_by_it(file: Path, tmp_path: Path) -> None:
    key = pyrage.x25519.Identity.generate()
    (tmp_path / "key").write_text(f"# made today\n\n{key}\n")
    done("db", "backup", tmp_path / "b", "--recipient", key.to_public())
    url = f"sqlite:///{tmp_path / 'new.db'}"
    refused(
        6, "Nothing was restored", "db", "restore", tmp_path / "b", "--passphrase-file", tmp_path / "pass", "--url", url
    )
    done("db", "restore", tmp_path / "b", "--identity", tmp_path / "key", "--url", url)
    assert rows(tmp_path / "new.db") == rows(file)


@pytest.mark.parametrize(
    ("code", "told", "words"),
    [
        (2, "no terminal to ask for the passphrase; give --passphrase-file", "{new}"),
        (2, "No such option", "{new} --passphrase kite"),
        (2, "nowhere: cannot be read (No such file", "{new} --passphrase-file {t}/nowhere"),
        (2, "cannot be read (Is a directory)", "{new} --passphrase-file {t}"),
        (2, "is no text file", "{new} --passphrase-file {plain}"),
        (2, "there is nothing in it", "{new} --passphrase-file {t}/blank"),
        (2, "shorter than 12 letters", "{new} --passphrase-file {t}/short"),
        (2, "locked in one way", "{new} --plain --passphrase-file {t}/pass"),
        (2, "locked in one way", "{new} --recipient age1x --passphrase-file {t}/pass"),
        (2, "recipient 1 is no public key", "{new} --recipient age1x"),
        (2, "there is a file already", "{plain} --plain"),
        (2, "there is a file already", "{t} --plain"),
        (2, "there is a file already", "{t}/dangling --plain"),
        (2, "there is a file already", "{t}/db/otrec.db --plain"),
        (6, "there is no such folder", "{t}/no/b --plain"),
        (6, "cannot be written (File name too long)", "{t}/{long} --plain"),
        (6, "there is no database", "{new} --plain --url sqlite:///{t}/no.db"),
        (6, "there is no database", "{new} --plain --url sqlite:///{t}"),
        (6, "there is no database", "{new} --plain --url sqlite:///{t}/{long}"),
        (6, "no otrec database, or the file is damaged", "{new} --plain --url sqlite:///{t}/pass"),
        (2, "'mysql' is not supported", "{new} --plain --url mysql://a"),
    ],
)
def test_a_back_up_that_cannot_be_made_is_one_message(
    code: int, told: str, words: str, plain: Path, tmp_path: Path
) -> None:
    (tmp_path / "short").write_text("short")
    (tmp_path / "blank").write_text(" \n\n")
    (tmp_path / "dangling").symlink_to(tmp_path / "nothing")
    there, before = files(tmp_path), plain.read_bytes()
    given = words.format(t=tmp_path, new=tmp_path / "new", plain=plain, long="x" * 300)
    refused(code, told, "db", "backup", *given.split())
    assert files(tmp_path) == there
    assert plain.read_bytes() == before


@pytest.mark.parametrize(
    ("code", "told", "words"),
    [
        (2, "no terminal to ask", "{locked}"),
        (6, "not encrypted with this kind of key", "{locked} --passphrase-file {t}/pass"),
        (6, "not encrypted with this kind of key", "{locked} --identity {t}/other"),
        (2, "this back-up is encrypted; give its passphrase", "{locked} --plain"),
        (2, "opened in one way", "{locked} --plain --passphrase-file {t}/pass"),
        (2, "opened in one way", "{locked} --identity {t}/key --passphrase-file {t}/pass"),
        (2, "identity 1 is no secret key", "{locked} --identity {t}/pass"),
        (6, "cannot be read (No such file", "{t}/nowhere"),
        (6, "cannot be read (Is a directory)", "{t}"),
        (6, "no back-up of otrec", "{t}/pass"),
        (6, "damaged or cut off", "{t}/cut --plain"),
        (6, "Nothing was restored", "{t}/cut.age --identity {t}/key"),
        (6, "Nothing was restored", "{t}/changed.age --identity {t}/key"),
        (6, "it holds records, and a back-up only goes into an empty database", "{plain} --plain --url {full}"),
        (6, "Move it away", "{plain} --plain --url sqlite:///{t}/pass"),
    ],
)
def test_a_back_up_that_cannot_be_restored_is_one_message_and_nothing_is_touched(
    code: int, told: str, words: str, plain: Path, file: Path, tmp_path: Path
) -> None:
    locked = tmp_path / "b.age"
    key, other = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    (tmp_path / "key").write_text(str(key))
    (tmp_path / "other").write_text(str(other))
    done("db", "backup", locked, "--recipient", key.to_public())
    raw = locked.read_bytes()
    (tmp_path / "cut.age").write_bytes(raw[:-40])
    (tmp_path / "changed.age").write_bytes(raw[:-40] + bytes([raw[-40] ^ 1]) + raw[-39:])
    (tmp_path / "cut").write_bytes(plain.read_bytes()[:-40])
    there, before = files(tmp_path), rows(file)
    target = f"sqlite:///{tmp_path / 'new' / 'otrec.db'}"
    given = words.format(t=tmp_path, locked=locked, plain=plain, full=f"sqlite:///{file}").split()
    refused(code, told, "db", "restore", *given, *(() if "--url" in given else ("--url", target)))
    assert files(tmp_path) == there
    assert rows(file) == before
    assert (tmp_path / "pass").read_text() == f"{PASSPHRASE}\n"


def test_what_was_wrong_before_is_told_after_a_restore(file: Path, tmp_path: Path) -> None:
    with Database(f"sqlite:///{file}").begin() as session:
        session.execute(update(ClientRow).values(profile={"id": SECRET}))
    done("db", "backup", tmp_path / "b", "--plain")
    told = done("db", "restore", tmp_path / "b", "--plain", "--url", f"sqlite:///{tmp_path / 'new.db'}")
    assert "it was so in the back-up" in told
    assert "records of client cannot be read" in told
    assert SECRET not in told


def test_a_back_up_of_an_earlier_form_is_restored_to_the_newest(tmp_path: Path) -> None:
    (tmp_path / "old.db").touch()
    before = filled(f"sqlite:///{tmp_path / 'old.db'}", "0001")
    told = done("db", "backup", tmp_path / "b", "--plain", "--url", f"sqlite:///{tmp_path / 'old.db'}")
    assert "form 0001" in told
    done("db", "restore", tmp_path / "b", "--plain", "--url", f"sqlite:///{tmp_path / 'new.db'}")
    assert {name: found for name, found in rows(tmp_path / "new.db").items() if name in before} == before
    found = otrec("db", "check", "--json", "--url", f"sqlite:///{tmp_path / 'new.db'}")
    assert json.loads(found.stdout)["form"] == migrations.HEAD


def test_columns_that_this_version_does_not_know_are_not_left_out_of_a_back_up(file: Path, tmp_path: Path) -> None:
    with Database(f"sqlite:///{file}").begin() as session:
        session.execute(text("ALTER TABLE client ADD COLUMN later TEXT"))
    refused(6, "columns that this otrec does not know", "db", "backup", tmp_path / "b", "--plain")
    assert not (tmp_path / "b").exists()


def test_a_passphrase_is_typed_twice_and_unseen(file: Path, tmp_path: Path) -> None:
    ours, theirs = pytest.importorskip("pty").openpty()
    command = [sys.executable, "-W", "ignore", "-m", "otrec.cli", "db", "backup", str(tmp_path / "b")]
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True)
    os.close(theirs)
    seen = b""
    try:
        for question in (b"Passphrase: ", b"confirmation: "):
            seen += until(ours, question)
            os.write(ours, f"{PASSPHRASE}\n".encode())
        seen += until(ours, b"encrypted)")
        assert process.wait(60) == 0
    finally:
        process.kill()
        os.close(ours)
    assert b"kite" not in seen
    assert pyrage.passphrase.decrypt((tmp_path / "b").read_bytes(), PASSPHRASE)


def until(terminal: int, words: bytes) -> bytes:
    """What a terminal shows up to some words."""
    seen = b""
    while words not in seen:
        ready, _, _ = select.select([terminal], [], [], 60)
        assert ready, seen
        seen += os.read(terminal, 1000)
    return seen


# Files that are written


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="No space left"):
        sealing.write_new(tmp_path / "b", b"all of it")
    assert not list(tmp_path.iterdir())


def test_a_file_that_appears_meanwhile_is_not_written_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.fsync

    def meanwhile(opened: int) -> None:
        (tmp_path / "b").write_bytes(b"somebody else's")
        real(opened)

    monkeypatch.setattr(os, "fsync", meanwhile)
    with pytest.raises(OptionError, match="there is a file already"):
        sealing.write_new(tmp_path / "b", b"all of it")
    (path,) = tmp_path.iterdir()
    assert path.read_bytes() == b"somebody else's"


def test_a_disk_that_knows_no_links_is_written_to_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", none)
    sealing.write_new(tmp_path / "b", b"all of it")
    assert (tmp_path / "b").read_bytes() == b"all of it"
    assert mode(tmp_path / "b") == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["b"]

    def taken(*_: object) -> None:
        (tmp_path / "c").write_bytes(b"somebody else's")
        none()

    monkeypatch.setattr(os, "link", taken)
    with pytest.raises(OptionError, match="there is a file already"):
        sealing.write_new(tmp_path / "c", b"all of it")
    assert (tmp_path / "c").read_bytes() == b"somebody else's"


# Looking makes nothing


@pytest.mark.parametrize(
    "words",
    [
        "db check", "db audit", "db audit --verify", "db purge --yes", "db export {t}/e.json", "people list",
        "people add a --role student --organisation North", "caseload show c001", "erase c001 --yes",
        "caseload export {t}/c.csv",
    ],
)  # fmt: skip
def test_a_wrong_address_makes_no_database(words: str, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'typo' / 'otrec.db'}"
    refused(6, "typo/otrec.db: ", *words.format(t=tmp_path).split(), "--url", url)
    assert not list(tmp_path.iterdir())
    assert "No client here yet" in done("caseload", "list", "--url", url)
    assert printed("caseload", "list", "--url", url) == []
    assert not list(tmp_path.iterdir())


def test_a_path_that_is_none_is_no_traceback(file: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / ('x' * 300)}"
    (tmp_path / "c.yaml").write_text("id: c9\nage_years: 8\nsetting: school\n")
    for words in ("db upgrade", f"caseload save {tmp_path}/c.yaml"):
        found = otrec(*words.split(), "--url", url)
        assert found.returncode in (1, 6)
        assert "ile name too long" in found.stderr or "cannot be opened" in found.stderr
        assert "Traceback" not in found.stderr


# People and the audit


def test_who_cannot_be_invited(file: Path) -> None:
    before = rows(file)
    for code, told, words in (
        (2, "--role: 'boss' is none; choose from therapist", "a --role boss --organisation North"),
        (2, "Did you mean 'therapist'", "a --role therapst --organisation North"),
        (2, "a name of 1-80 letters", "a --role student --organisation ''"),
        (2, "in one line", "a --role student --organisation 'North\nSouth'"),
        (2, "cannot be printed", "'a\x1b[2J' --role student --organisation North"),
        (2, "1-254 letters", "' ' --role student --organisation North"),
        (2, "stands for a machine without sign-in", "Me --role administrator --organisation North"),
        (2, "Missing option", "a"),
    ):
        refused(code, told, "people", "add", *shlex.split(words))
    assert rows(file) == before
    assert "This machine  me  therapist  without sign-in" in done("people", "list")


def test_nothing_that_is_kept_moves_about_on_a_terminal(house: Clinic) -> None:
    house.desk("ana")
    with house.owner.begin() as session:
        session.execute(text("UPDATE person SET login = :login"), {"login": "a\n2026 owner\x1b[2J\u202e:bug:"})
    (line,) = done("people", "list").splitlines()
    assert "a?2026 owner?[2J?:bug:" in line


def test_the_audit_is_printed_newest_first_by_ids_alone(house: Clinic) -> None:
    ana = house.desk("ana")
    kept = ana.clients.save(sheltered())
    ana.clients.find("c001")
    done("people", "add", "ben", "--role", "student", "--organisation", "North clinic")
    lines = done("db", "audit").splitlines()
    assert [line.split("  ")[2:4] for line in lines] == [
        ["owner", "invited person"], ["ana", "opened client"], ["ana", "added client"]
    ]  # fmt: skip
    assert str(kept.id) in lines[1]
    assert done("db", "audit", "--limit", 1).splitlines() == lines[:1]
    found = printed("db", "audit")
    assert [one["entry"]["seq"] for one in found] == [3, 2, 1]
    assert telling(json.dumps(found, ensure_ascii=False) + "".join(lines)) == []
    assert "3 entries, whole; newest " in done("db", "audit", "--verify")
    with house.owner.begin(write=False) as session:
        assert printed("db", "audit", "--verify") == [one.model_dump(mode="json") for one in verify(session)]
    refused(2, "'--limit'", "db", "audit", "--limit", 0)


def put_in(seq: int, home: uuid.UUID | None = None) -> Callable[[Any], None]:
    """Put a copy of the second entry into the audit, in another place."""

    def act(session: Any) -> None:
        row = session.query(AuditRow).filter_by(seq=2).one()
        copy = {one.name: getattr(row, one.name) for one in AuditRow.__table__.c} | {"seq": seq}
        session.add(AuditRow(**copy | ({"organisation_id": home} if home else {})))

    return act


FORGERIES: dict[str, Callable[[Any], Any]] = {
    "changed": lambda session: session.execute(update(AuditRow).where(AuditRow.seq == 2).values(action="x")),
    "removed": lambda session: session.execute(delete(AuditRow).where(AuditRow.seq == 2)),
    "put in at the end": put_in(4),
    "put in before the first": put_in(0),
    "put in for nobody": put_in(1, uuid.UUID(int=7)),
}


def test_an_audit_that_was_changed_ends_with_an_error(house: Clinic) -> None:
    ana = house.desk("ana")
    for number in range(3):
        ana.clients.save(child(f"c{number}"))
    open_audit(house)
    done("db", "audit", "--verify")
    for how, change in FORGERIES.items():
        before = held(house.owner)["audit"]
        with house.owner.begin() as session:
            change(session)
        refused(6, "the audit was changed from outside", "db", "audit", "--verify")
        found = otrec("db", "audit", "--verify", "--json")
        assert found.returncode == 6, how
        assert len(json.loads(found.stdout)) == 1
        assert check(house.owner).problems, how
        refused(6, "audit", "db", "check")
        with house.owner.begin() as session:
            session.execute(delete(AuditRow))
            session.execute(AuditRow.__table__.insert(), [row._asdict() for row in before])
        done("db", "audit", "--verify")


# Erasing


@pytest.fixture
def old(house: Clinic) -> Clinic:
    """A clinic that keeps records for a hundred days, with one client long put away, one lately, and one elsewhere."""
    ana, far = house.desk("ana"), house.desk("far", organisation="South clinic")
    for desk, code in ((ana, "long"), (ana, "lately"), (ana, "here"), (far, "else")):
        desk.clients.save(child(code))
    with house.owner.begin() as session:
        north = update(OrganisationRow).where(OrganisationRow.name == "North clinic")
        session.execute(north.values(retention_days=100))
    today = dt.datetime.now(dt.UTC)
    put_away(house, "long", today - dt.timedelta(days=102))
    put_away(house, "else", today - dt.timedelta(days=102))
    put_away(house, "lately", today - dt.timedelta(days=98))
    return house


def codes(house: Clinic) -> set[str]:
    return {row.code for row in held(house.owner)["client"]}


def test_a_purge_shows_first_and_erases_only_what_is_older_than_the_organisation_keeps(old: Clinic) -> None:
    before = held(old.owner)
    (one,) = due(old.owner, dt.datetime.now(dt.UTC).date())
    told = done("db", "purge")
    assert f"North clinic: client {one.client_id}, put away on " in told
    assert "Nothing was changed. Add --yes to do it." in told
    assert held(old.owner) == before
    with patch.object(asking, "on_terminal", return_value=True), patch.object(typer, "confirm", return_value=False):
        assert "Nothing was changed." in done("db", "purge")
    assert held(old.owner) == before
    told = done("db", "purge", "--yes")
    assert "Erased: 1 client. The audit keeps that it was done." in told
    assert str(one.client_id) in told
    assert codes(old) == {"lately", "here", "else"}
    assert "Nobody is due to be erased." in done("db", "purge", "--yes")
    assert "owner  erased client" in done("db", "audit", "--limit", 1)


def test_a_purge_erases_nobody_who_was_not_shown_or_was_taken_back(old: Clinic) -> None:
    def meanwhile(question: str) -> bool:
        assert "Erase 1 client with all their records" in question
        with old.owner.begin() as session:
            session.execute(update(OrganisationRow).values(retention_days=30))
            session.execute(update(ClientRow).where(ClientRow.code == "long").values(archived_at=None))
        return True

    with patch.object(asking, "on_terminal", return_value=True), patch.object(typer, "confirm", meanwhile):
        assert "Erased: 0 clients" in done("db", "purge")
    assert codes(old) == {"long", "lately", "here", "else"}


def test_erasing_shows_whom_first_and_leaves_nothing_but_the_audit(file: Path) -> None:
    before = {name: len(found) for name, found in rows(file).items()}
    told = done("erase", "c001")
    assert "c001: version 1 of " in told
    assert "3 goals, " in told or "goal" in told
    assert "Nothing was changed. Add --yes to do it." in told
    assert {name: len(found) for name, found in rows(file).items()} | {"audit": 0} == before | {"audit": 0}
    assert "Erased: c001. Back-ups made before still hold this client." in done("erase", "c001", "--yes")
    after = rows(file)
    assert [row.code for row in after["client"]] == ["c002"]
    assert not [name for name in ("goal", "trial", "session") if after[name]]
    assert "me  erased client" in done("db", "audit", "--limit", 1)
    refused(5, "No client with this pseudonym", "erase", "c001", "--yes")


# What leaves


def test_an_export_holds_no_identifier_and_no_free_text(file: Path, tmp_path: Path) -> None:
    assert "(2 clients)" in done("db", "export", tmp_path / "e.json")
    raw = (tmp_path / "e.json").read_text()
    assert telling(raw) == []
    found = json.loads(raw)["records"]
    assert {one["profile"]["barriers"]["grasp_pattern"] for one in found} == {3}
    progress = ProgressFile.load(example("progress_pencil_grip"))
    assert not [session for session in progress.sessions if session.date.isoformat() in raw]
    assert sum(len(one["progress"]["sessions"]) for one in found if "progress" in one) == len(progress.sessions)
    assert mode(tmp_path / "e.json") == 0o600
    assert "exported without identifiers  count=2" in done("db", "audit", "--limit", 1)
    assert "(2 clients)" in done("db", "export", tmp_path / "me.json", "--person", "me")
    refused(5, "Nobody has this login", "db", "export", tmp_path / "x.json", "--person", "ana")
    refused(2, "there is a file already", "db", "export", tmp_path / "e.json")
    assert (tmp_path / "e.json").read_text() == raw


def test_a_research_export_has_groups_of_k_and_no_text(file: Path, tmp_path: Path) -> None:
    desk = Store.open().desk()
    for number in range(4):
        desk.clients.save(child(f"d{number}", interests=[SECRET]))
    desk.clients.save(child("odd", age_years=71, setting="home", conditions=["stroke"]))
    told = done("db", "export", tmp_path / "r.json", "--research", "-k", 3)
    found = json.loads((tmp_path / "r.json").read_text())
    assert f"({len(found['rows'])} of 7 clients, at least 3 alike)" in told
    assert found["report"]["k"]["k"] == 3
    assert found["report"]["k"]["smallest"] >= 3
    raw = json.dumps(found, ensure_ascii=False)
    assert telling(raw) + [one for one in ("d0", "odd") if one in raw] == []
    done("db", "export", tmp_path / "five.json", "--research")
    assert json.loads((tmp_path / "five.json").read_text())["report"]["k"]["k"] == 5


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("give a whole number of at least 2", "--research -k 1"),
        ("give a whole number of at least 2", "--research -k -3"),
        ("'-k'", "--research -k two"),
        ("-k goes with --research alone", "-k 5"),
    ],
)
def test_an_export_with_too_small_a_k_reads_and_writes_nothing(
    told: str, words: str, file: Path, tmp_path: Path
) -> None:
    before = rows(file)
    refused(2, told, "db", "export", tmp_path / "r.json", *words.split())
    assert not (tmp_path / "r.json").exists()
    assert rows(file) == before


def test_a_caseload_leaves_without_formulas_and_comes_back_the_same(file: Path, tmp_path: Path) -> None:
    for name in ("out.csv", "out.xlsx"):
        assert "(2 clients)" in done("caseload", "export", tmp_path / name)
        assert mode(tmp_path / name) == 0o600
        told = done("caseload", "import", tmp_path / name)
        assert told.count("as it is") == 2
        assert "Nothing was changed. Add --yes" in told
    assert "'=HYPERLINK(1); '+2" in (tmp_path / "out.csv").read_text(encoding="utf-8-sig")
    with zipfile.ZipFile(tmp_path / "out.xlsx") as book:
        sheets = {name: book.read(name).decode() for name in book.namelist() if "worksheets/" in name}
        words = "".join(book.read(name).decode() for name in book.namelist())
    assert len(sheets) == 4, "clients, goals, points, sessions"
    assert not [name for name, sheet in sheets.items() if "<f>" in sheet or "<f " in sheet]
    assert "HYPERLINK(1)" in words
    refused(2, "there is a file already", "caseload", "export", tmp_path / "out.csv")
    refused(3, "csv or xlsx", "caseload", "export", tmp_path / "out.ods")
    refused(6, "there is no such folder", "caseload", "export", tmp_path / "no" / "out.csv")
    assert not (tmp_path / "out.ods").exists()
    other = f"sqlite:///{tmp_path / 'other.db'}"
    assert "Saved: 2 clients." in done("caseload", "import", tmp_path / "out.xlsx", "--yes", "--url", other)
    there = [one["client"] for one in printed("caseload", "list")]
    assert [one["client"] for one in printed("caseload", "list", "--url", other)] == there


# The caseload


def test_a_client_is_kept_listed_and_shown(file: Path, tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text("id: z9\nage_years: 8\nsetting: school\ninterests: [':bug: 中文']\n")
    assert "Kept: z9, version 1." in done("caseload", "save", tmp_path / "c.yaml")
    (tmp_path / "c.yaml").write_text("id: z9\nage_years: 8.5\nsetting: school\ninterests: [':bug: 中文']\n")
    assert "Kept: z9, version 2." in done("caseload", "save", tmp_path / "c.yaml")
    assert [one["code"] for one in printed("caseload", "list")] == ["c001", "c002", "z9"]
    assert [one["code"] for one in printed("caseload", "list", "--search", "z")] == ["z9"]
    assert "z9" in done("caseload")
    assert "No client is like that" in done("caseload", "list", "--archived")
    told = done("caseload", "show", "z9")
    assert "# version 2 of " in told
    assert ":bug: 中文" in told
    found = printed("caseload", "show", "z9")
    assert (found["client"]["age_years"], found["version"], found["record"]) == (8.5, 2, None)
    assert len(printed("caseload", "show", "c001")["record"]["goals"]) >= 1
    refused(5, "No client with this pseudonym", "caseload", "show", "nobody")
    refused(3, "cannot be read", "caseload", "save", tmp_path / "nowhere.yaml")
    (tmp_path / "c.yaml").write_text(
        f"id: z9\nage_years: 8\nsetting: school\nbarriers: {{grasp: 9}}\ninterests: [{SECRET}]\n"
    )
    refused(3, "c.yaml: 1 problem", "caseload", "save", tmp_path / "c.yaml")
    assert printed("caseload", "show", "z9")["version"] == 2


def test_a_sheet_is_shown_row_by_row_and_its_good_rows_are_saved(file: Path, tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_text("id,age,setting,name\nn1,7,school,x\nc002,9,school,x\nn3,7,scool,x\n")
    before = rows(file)
    found = otrec("caseload", "import", tmp_path / "s.csv")
    assert (found.returncode, rows(file)) == (3, before)
    assert "new" in found.stdout
    assert "next version" in found.stdout
    assert "Columns that were not read: " in found.stdout
    assert "1 row cannot be taken" in found.stderr
    found = otrec("caseload", "import", tmp_path / "s.csv", "--yes")
    assert found.returncode == 3
    assert "Saved: 2 clients." in found.stdout
    assert [one["code"] for one in printed("caseload", "list")] == ["c001", "c002", "n1"]
    assert printed("caseload", "show", "c002")["version"] == 2
    refused(3, "nowhere.csv: 1 problem - cannot be read", "caseload", "import", tmp_path / "nowhere.csv")
    refused(3, "db: 1 problem - cannot be read", "caseload", "import", tmp_path / "db")
    refused(3, "pass: 1 problem - it is no .csv", "caseload", "import", tmp_path / "pass")


def test_letters_that_a_terminal_lacks_are_written_out(file: Path) -> None:
    command = [sys.executable, "-m", "otrec.cli", "caseload", "show", "c002"]
    narrow = {**os.environ, "PYTHONIOENCODING": "ascii"}
    for words in ([], ["--json"]):
        found = subprocess.run([*command, *words], capture_output=True, text=True, env=narrow, check=False)
        assert (found.returncode, found.stderr) == (0, "")
        assert r"\u4e2d\u6587" in found.stdout
    assert json.loads(found.stdout)["client"]["interests"][-1] == "中文"


# The pages


def commands(name: str) -> Iterator[list[str]]:
    """Every command of the store that a page shows."""
    blocks = re.findall(r"^```sh\n(.*?)^```", (ROOT / "docs" / name).read_text(encoding="utf-8"), flags=re.S | re.M)
    for line in "".join(blocks).replace("\\\n", "").splitlines():
        words = shlex.split(line, comments=True)
        words = words[1:] if words and words[0].startswith("OTREC_DATABASE_URL=") else words
        if words[:1] == ["otrec"] and words[1] in ("db", "people", "caseload", "erase"):
            yield words[1:]


@pytest.mark.parametrize("name", ["how-to/caseload.md", "how-to/clinic.md"])
def test_what_a_page_shows_works_as_shown(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OTREC_DATABASE_URL", f"sqlite:///{tmp_path / 'otrec.db'}")
    Store.open().desk()
    shutil.copy(example("pencil_grip"), "client.yaml")
    Path("passphrase.txt").write_text(PASSPHRASE)
    shown = list(commands(name))
    assert len(shown) >= 4
    for words in shown:
        more = ["--plain"] if {"backup", "restore"} & set(words) else []
        given = [word.replace("sqlite:////other/place", f"sqlite:///{tmp_path}/other") for word in words]
        done(*given, *([] if "--passphrase-file" in words else more))
