"""Back-ups and looking after a database: all of it comes back on either kind, or nothing is touched."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pyrage
import pytest
from sqlalchemy import inspect, text, update
from sqlalchemy.exc import DatabaseError

from otrec import OtrecError, example
from otrec.models import Feedback, OptionError
from otrec.progress import ProgressFile
from otrec.store import MissingError, Store, StoreError, migrations
from otrec.store import backup as backups
from otrec.store.audit import verify
from otrec.store.backup import back_up, restore
from otrec.store.database import Database
from otrec.store.keeping import audited, check, due, everybody, invite, purge, records
from otrec.store.owner import OWNER_ID, found, owned
from otrec.store.schema import TABLES, AuditHeadRow, AuditRow, ClientRow, OrganisationRow, TrialRow
from tests.stores import KINDS, Clinic, child, clinic, postgresql, server_without_tables
from tests.test_store_forms import filled, held

PASSPHRASE = "kite festival on the hill"
SECRET = "kite-festival"


@pytest.fixture(params=KINDS)
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Clinic]:
    with clinic(request.param, tmp_path) as made:
        yield made


def lived_in(house: Clinic) -> None:
    """A caseload with something in every table."""
    ana, ben = house.desk("ana"), house.desk("ben")
    house.desk("far", organisation="South clinic").clients.save(child("f1"))
    kept = ana.clients.save(child(interests=[SECRET, "Señor's <b> \u2028"]))
    ana.clients.save(child(minutes=45), id=kept.id)
    ana.records.keep(kept.id, ProgressFile.load(example("progress_pencil_grip")))
    ana.records.keep_plan(kept.id, "session", {"slots": [{"minutes": 0.1, "none": None}]}, dt.date(2026, 12, 1))
    ana.clients.schedule(kept.id, dt.date(2027, 1, 4))
    ana.sharing.share(kept.id, "ben", may_write=True)
    ana.said.say(Feedback(activity="bake_bread", verdict="unsafe"), "v1", kept.id)
    ben.own.favour("bake_bread")
    ben.own.keep_bag("Monday", ["play_dough"])
    ben.own.keep("study", {"answers": 3})
    ben.own.learn({"preferences": 1})
    ben.own.keep_activity({"id": "feed_the_hens", "name": "Feed the hens"}, shared=True)


@contextmanager
def empty(kind: str, folder: Path) -> Iterator[Database]:
    """A database without tables, as its owner."""
    if kind == "sqlite":
        database = Database(f"sqlite:///{folder / 'restored' / 'otrec.db'}")
        yield database
        return database.close()
    with server_without_tables() as (owner, _):
        database = Database(owner)
        yield database
        database.close()


@pytest.mark.parametrize("target", KINDS)
def test_every_row_comes_back_on_either_kind_and_work_goes_on(house: Clinic, target: str, tmp_path: Path) -> None:
    lived_in(house)
    file = tmp_path / "otrec.age"
    told = back_up(house.owner, file, passphrase=PASSPHRASE)
    before = held(house.owner)
    assert {name: len(rows) for name, rows in before.items()} == {n: one.rows for n, one in told.tables.items()}
    assert all(before.values()), "something in every table"
    with empty(target, tmp_path) as database:
        assert restore(database, file, passphrase=PASSPHRASE) == told
        assert held(database) == before
        whole = check(database)
        assert (whole.problems, whole.form) == ((), migrations.HEAD)
        assert sum(chain.entries for chain in whole.chains) == len(before["audit"])
        with database.begin() as session:
            client = session.scalars(ClientRow.__table__.select()).first()
            assert client is not None
            old = max(row.id for row in before["trial"])
            goal = before["goal"][0]
            new = TrialRow(client_id=goal.client_id, goal_id=goal.id, date=dt.date(2027, 1, 1), value=1.0)
            session.add(new)
            session.flush()
            assert new.id == old + 1, "numbers go on after the highest"


def test_a_back_up_goes_to_the_other_kind_and_back_unchanged(tmp_path: Path) -> None:
    with clinic("sqlite", tmp_path) as house, empty("postgresql", tmp_path) as server:
        lived_in(house)
        before = held(house.owner)
        back_up(house.owner, tmp_path / "one", plain=True)
        restore(server, tmp_path / "one")
        back_up(server, tmp_path / "two", plain=True)
        with empty("sqlite", tmp_path) as back:
            restore(back, tmp_path / "two")
            assert held(back) == before


def test_after_a_restore_row_level_security_holds_and_people_find_what_is_theirs(tmp_path: Path) -> None:
    with ExitStack() as stack:
        house = stack.enter_context(clinic("sqlite", tmp_path))
        lived_in(house)
        back_up(house.owner, tmp_path / "file", passphrase=PASSPHRASE)
        owner, member = stack.enter_context(postgresql())
        restore(Database(owner), tmp_path / "file", passphrase=PASSPHRASE)
        with pytest.raises(StoreError, match="owner's"):
            Store.open(owner)
        store = Store.open(member)
        desks = {
            one: store.desk(store.people.sign_in("https://id.example", f"sub-{one}", one))
            for one in ("ana", "ben", "far")
        }
        kept = desks["ana"].clients.find("c001")
        assert kept.client == child(minutes=45)
        assert [one.code for one in desks["ben"].clients.page()] == ["c001"], "what was shared still is"
        with pytest.raises(MissingError):
            desks["far"].clients.open(kept.id)
        with store.database.begin() as session:
            assert not session.execute(text("SELECT id FROM client")).all(), "nobody who asks sees nothing"
        with pytest.raises(StoreError), store.database.begin(desks["ana"].who.told) as session:
            session.execute(text("UPDATE audit SET action = 'nothing'"))
        desks["ana"].clients.save(child("c002"))
        store.close()


@pytest.mark.parametrize("form", migrations.FORMS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_back_up_of_an_earlier_form_is_brought_to_the_newest(kind: str, form: str, tmp_path: Path) -> None:
    file = tmp_path / "file"
    (tmp_path / "otrec.db").touch()
    url = f"sqlite:///{tmp_path / 'otrec.db'}"
    before = filled(url, form)
    assert back_up(Database(url), file, plain=True).form == form
    with empty(kind, tmp_path) as database:
        restore(database, file)
        after = held(database)
        assert {name: rows for name, rows in after.items() if name in before} == before
        with database.begin(write=False) as session:
            assert migrations.current(session.connection()) == migrations.HEAD


@pytest.fixture(scope="module")
def small_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Back-ups of a small caseload, made once: a passphrase is slow to use on purpose."""
    folder = tmp_path_factory.mktemp("small")
    store = Store.open("sqlite://")
    desk = store.desk()
    for number in range(5):
        desk.clients.save(child(f"c{number}", interests=[SECRET]))
    back_up(store.database, folder / "otrec.age", passphrase=PASSPHRASE)
    back_up(store.database, folder / "otrec.plain", plain=True)
    store.close()
    return folder


@pytest.fixture
def small(small_once: Path, tmp_path: Path) -> Path:
    """A back-up with a passphrase of a small caseload, and one without beside it."""
    shutil.copytree(small_once, tmp_path, dirs_exist_ok=True)
    return tmp_path / "otrec.age"


def refused(file: Path, *parts: str, target: Path | None = None, **keys: Any) -> str:
    """The sentence with which a back-up is refused, while the place to restore into stays as it was."""
    place = target or file.with_name("new") / "otrec.db"
    database = Database(f"sqlite:///{place}")
    before = place.read_bytes() if place.exists() else None
    with pytest.raises(OtrecError) as caught:
        restore(database, file, **keys)
    database.close()
    assert (place.read_bytes() if place.exists() else None) == before
    assert not [path for path in place.parent.glob(f"{place.name}-*") if path.is_file()]
    words = str(caught.value)
    assert all(part in words for part in parts), words
    assert "\n" not in words
    assert not [word for word in (SECRET, PASSPHRASE, "grasp") if word in words]
    return words


def test_a_back_up_is_for_its_maker_alone_and_holds_nothing_to_read(small: Path) -> None:
    assert stat.S_IMODE(small.stat().st_mode) == 0o600
    raw = small.read_bytes()
    assert raw.startswith(b"age-encryption.org/v1")
    content = pyrage.passphrase.decrypt(raw, PASSPHRASE)
    assert SECRET in gzip.decompress(content).decode()
    assert SECRET.encode() not in raw
    assert sorted(path.name for path in small.parent.iterdir()) == ["otrec.age", "otrec.plain"], "nothing half-made"


def test_a_wrong_key_opens_nothing(small: Path) -> None:
    refused(small, "passphrase is wrong", passphrase="another passphrase")
    refused(small, "not encrypted with this kind of key", identities=[str(pyrage.x25519.Identity.generate())])
    refused(small, "this back-up is encrypted")
    refused(small, "identity 1 is no secret key", identities=["AGE-SECRET-KEY-1"])


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: raw[:-1],
        lambda raw: raw[: len(raw) // 2],
        lambda raw: raw[:30],
        lambda raw: raw[:-20] + bytes([raw[-20] ^ 1]) + raw[-19:],
        lambda raw: raw + b"x",
    ],
)
@pytest.mark.parametrize("name", ["otrec.age", "otrec.plain"])
def test_a_file_that_is_cut_off_or_changed_is_refused(small: Path, name: str, change: Callable[[bytes], bytes]) -> None:
    file = small.with_name(name)
    file.write_bytes(change(file.read_bytes()))
    refused(file, passphrase=PASSPHRASE if name == "otrec.age" else None)


def rewritten(file: Path, change: Callable[[list[Any]], Any]) -> Path:
    """A back-up that is not encrypted, with other lines."""
    lines = [json.loads(line) for line in gzip.decompress(file.read_bytes()).splitlines()]
    change(lines)
    file.write_bytes(
        gzip.compress(b"".join(json.dumps(line, separators=(",", ":")).encode() + b"\n" for line in lines))
    )
    return file


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda lines: lines.pop(), "damaged or cut off"),
        (lambda lines: lines.append(lines[-1]), "damaged or cut off"),
        (lambda lines: lines[3].__setitem__(1, "0"), "damaged or cut off"),
        (lambda lines: lines[0].update(sha256="0" * 64), "damaged or cut off"),
        (lambda lines: lines[0]["tables"]["client"].update(rows=9), "damaged or cut off"),
        (lambda lines: lines[0].pop("form"), "damaged or cut off"),
        (lambda lines: lines[0].update(form="9999"), "written by a newer otrec (form 9999"),
        (lambda lines: lines[0].update(layout=2), "written by a newer otrec (layout 2"),
        (lambda lines: lines[0].update(layout=2, more=[], sha256=None), "written by a newer otrec (layout 2"),
        (lambda lines: lines[0]["tables"]["client"]["columns"].append("x"), "columns that this one does not know"),
        (lambda lines: lines[0]["tables"].update(x={"columns": ["a"], "rows": 0}), "tables or columns"),
        (lambda lines: lines.clear(), "damaged or cut off"),
        (lambda lines: lines.__setitem__(0, ["client"]), "damaged or cut off"),
    ],
)
def test_a_back_up_that_does_not_fit_itself_is_refused(
    small: Path, change: Callable[[list[Any]], Any], told: str
) -> None:
    refused(rewritten(small.with_name("otrec.plain"), change), told, "Nothing was restored")


def test_what_is_no_back_up_is_refused(small: Path) -> None:
    other = small.with_name("diary.txt")
    other.write_text("Dear diary")
    refused(other, "no back-up of otrec")
    refused(small.with_name("nowhere"), "cannot be read", passphrase=PASSPHRASE)
    refused(small.with_name("otrec.plain"), "not encrypted, so no key vouches for it", passphrase=PASSPHRASE)


def test_rows_that_a_database_cannot_keep_are_refused_and_nothing_stays(small: Path) -> None:
    plain = small.with_name("otrec.plain")

    def loose(lines: list[Any]) -> None:
        import hashlib

        person = next(line for line in lines[1:] if line[0] == "person")
        person[2] = "0" * 32
        raw = b"".join(json.dumps(line, separators=(",", ":")).encode() + b"\n" for line in lines[1:])
        lines[0]["sha256"] = hashlib.sha256(raw).hexdigest()

    told = refused(rewritten(plain, loose), "rows of the table 'person' cannot be kept")
    assert "Nothing was restored" in told
    with empty("postgresql", small.parent) as server:
        with pytest.raises(StoreError, match="rows of the table 'person'"):
            restore(server, plain)
        with server.begin() as session:
            assert inspect(session.connection()).get_table_names() == []


def test_a_database_with_rows_is_never_restored_into(house: Clinic, small: Path) -> None:
    house.desk("ana").clients.save(child())
    before = held(house.owner)
    with pytest.raises(StoreError, match=r"it holds records.*left as it is.*--url"):
        restore(house.owner, small, passphrase=PASSPHRASE)
    assert held(house.owner) == before


def test_a_newer_empty_database_is_refused_for_an_older_back_up(tmp_path: Path) -> None:
    for name in ("old.db", "new.db"):
        (tmp_path / name).touch()
    old = f"sqlite:///{tmp_path / 'old.db'}"
    filled(old, "0001")
    back_up(Database(old), tmp_path / "file", plain=True)
    new = Store.open(f"sqlite:///{tmp_path / 'new.db'}").database
    with pytest.raises(StoreError, match=r"it has form 0003, newer than the back-up \(0001\)"):
        restore(new, tmp_path / "file")
    back_up(new, tmp_path / "none", plain=True)
    restore(new, tmp_path / "none")
    assert check(new).problems == ()


@pytest.mark.parametrize("content", [b"Dear diary", b"SQLite format 3\x00" + b"\xff" * 5000])
def test_a_file_that_is_no_database_stays_as_it_is(small: Path, content: bytes) -> None:
    target = small.with_name("mine.db")
    target.write_bytes(content)
    refused(small, "Move it away", target=target, passphrase=PASSPHRASE)


def test_an_empty_file_is_restored_into_and_empty_again_where_that_fails(small: Path) -> None:
    target = small.with_name("mine.db")
    target.touch()
    refused(rewritten(small.with_name("otrec.plain"), lambda lines: lines.pop()), target=target)
    database = Database(f"sqlite:///{target}")
    restore(database, small, passphrase=PASSPHRASE)
    assert check(database).counts["client"] == 5


def test_a_restore_that_stops_half_way_leaves_nothing(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stops(*_given: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(migrations, "upgrade", lambda *_given: None)
    monkeypatch.setattr(backups, "_fill", stops)
    place = small.with_name("new") / "otrec.db"
    with pytest.raises(KeyboardInterrupt):
        restore(Database(f"sqlite:///{place}"), small, passphrase=PASSPHRASE)
    assert list(place.parent.iterdir()) == []


@pytest.mark.parametrize(
    ("lock", "told"),
    [
        ({}, "one way"),
        ({"passphrase": PASSPHRASE, "plain": True}, "one way"),
        ({"passphrase": PASSPHRASE, "recipients": ["age1x"]}, "one way"),
        ({"passphrase": "short"}, "shorter than 12"),
        ({"passphrase": ""}, "shorter than 12"),
        ({"recipients": ["age1x"]}, "recipient 1 is no public key"),
    ],
)
def test_a_back_up_without_a_good_lock_is_not_made(lock: dict[str, Any], told: str, tmp_path: Path) -> None:
    with pytest.raises(OptionError, match=told):
        back_up(Store.open("sqlite://").database, tmp_path / "file", **lock)
    assert not list(tmp_path.iterdir())


def test_each_recipient_opens_the_file_and_nobody_else(tmp_path: Path) -> None:
    keys = [pyrage.x25519.Identity.generate() for _ in range(2)]
    store = Store.open("sqlite://")
    store.desk()
    back_up(store.database, tmp_path / "file", recipients=[str(key.to_public()) for key in keys])
    for key in keys:
        database = Database("sqlite://")
        restore(database, tmp_path / "file", identities=[str(key)])
        assert held(database) == held(store.database)
    refused(tmp_path / "file", "not encrypted with this kind of key", passphrase=PASSPHRASE)


def test_no_file_is_written_over(small: Path) -> None:
    before = small.read_bytes()
    with pytest.raises(OptionError, match="there is a file already"):
        back_up(Store.open("sqlite://").database, small, passphrase=PASSPHRASE)
    assert small.read_bytes() == before
    with pytest.raises(StoreError, match="cannot be written"):
        back_up(Store.open("sqlite://").database, small / "below", passphrase=PASSPHRASE)


def test_whom_row_level_security_holds_makes_no_back_up_that_lacks_rows(tmp_path: Path) -> None:
    with postgresql() as (_, member):
        for attempt in (lambda: back_up(Database(member), tmp_path / "file", plain=True), lambda: found(member)):
            with pytest.raises(StoreError, match="database's owner"):
                attempt()
    assert not list(tmp_path.iterdir())


def test_a_back_up_is_of_one_moment(house: Clinic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lived_in(house)
    before, rows = held(house.owner), backups._rows
    desk = house.desk("ana")

    def meanwhile(connection: Any, part: backups.Part) -> Iterator[Any]:
        yield from rows(connection, part)
        if part.table.name == "client":
            desk.clients.save(child("new"))

    monkeypatch.setattr(backups, "_rows", meanwhile)
    back_up(house.owner, tmp_path / "file", plain=True)
    assert len(held(house.owner)["profile"]) == len(before["profile"]) + 1
    with empty("sqlite", tmp_path) as database:
        restore(database, tmp_path / "file")
        assert held(database) == before


def test_rows_are_written_and_read_in_several_steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backups, "STEP", 3)
    store = Store.open("sqlite://")
    store.desk().clients.save_all([(child(f"c{number}"), None, None) for number in range(10)])
    back_up(store.database, tmp_path / "file", plain=True)
    database = Database("sqlite://")
    restore(database, tmp_path / "file")
    assert held(database) == held(store.database)


def open_audit(house: Clinic) -> None:
    """What only the owner can do: take away what keeps the audit from being changed."""
    with house.owner.begin() as session:
        if house.owner.is_sqlite:
            for change in ("update", "delete"):
                session.execute(text(f"DROP TRIGGER audit_no_{change}"))
        else:
            session.execute(text("DROP TRIGGER audit_append_only ON audit"))


@pytest.mark.parametrize("words", ["UPDATE audit SET action = 'nothing'", "DELETE FROM audit"])
def test_the_audit_only_grows_even_for_the_owner(house: Clinic, words: str) -> None:
    house.desk("ana").clients.save(child())
    before = held(house.owner)["audit"]
    with pytest.raises(DatabaseError), house.owner.engine.begin() as connection:
        connection.execute(text(words))
    assert held(house.owner)["audit"] == before


def forged(session: Any) -> None:
    row = session.query(AuditRow).filter_by(seq=2).one()
    copy = {one.name: getattr(row, one.name) for one in AuditRow.__table__.c} | {"seq": 5}
    session.add(AuditRow(**copy))
    session.execute(update(AuditHeadRow).values(seq=5, hash=row.hash))


TAMPERED: dict[str, tuple[Callable[[Any], Any], int]] = {
    "changed": (lambda session: session.execute(update(AuditRow).where(AuditRow.seq == 2).values(action="x")), 2),
    "other client": (
        lambda session: session.execute(update(AuditRow).where(AuditRow.seq == 3).values(client_id=None)),
        3,
    ),
    "other moment": (lambda session: session.execute(update(AuditRow).where(AuditRow.seq == 1).values(at="2020")), 1),
    "removed": (lambda session: session.execute(text("DELETE FROM audit WHERE seq = 2")), 2),
    "first removed": (lambda session: session.execute(text("DELETE FROM audit WHERE seq = 1")), 1),
    "newest removed": (lambda session: session.execute(text("DELETE FROM audit WHERE seq = 4")), 4),
    "inserted": (forged, 5),
}


@pytest.mark.parametrize("how", TAMPERED)
def test_an_audit_that_was_changed_from_outside_is_found(house: Clinic, how: str) -> None:
    ana = house.desk("ana")
    for number in range(3):
        ana.clients.save(child(f"c{number}"))
    ana.clients.find("c1")
    assert check(house.owner).problems == ()
    open_audit(house)
    change, place = TAMPERED[how]
    with house.owner.begin() as session:
        change(session)
    with house.owner.begin(write=False) as session:
        assert [chain.broken_at for chain in verify(session)] == [place]
    (problem,) = check(house.owner).problems
    assert f"the audit of 'North clinic' breaks at entry {place}" in problem


def put_away(house: Clinic, code: str, archived: dt.datetime, changed: dt.datetime | None = None) -> None:
    with house.owner.begin() as session:
        where = update(ClientRow).where(ClientRow.code == code)
        session.execute(where.values(archived_at=archived, changed_at=changed or archived))


def test_a_purge_erases_what_is_older_and_keeps_what_is_younger(house: Clinic) -> None:
    ana, far = house.desk("ana"), house.desk("far", organisation="South clinic")
    codes = ("old", "edge", "young", "changed", "here")
    ids = {code: ana.clients.save(child(code)).id for code in codes}
    far.clients.save(child("other"))
    ana.records.keep(ids["old"], ProgressFile.load(example("progress_pencil_grip")))
    with house.owner.begin() as session:
        where = update(OrganisationRow).where(OrganisationRow.name == "North clinic")
        session.execute(where.values(retention_days=100))
    today = dt.date(2027, 6, 1)
    last = dt.datetime(2027, 2, 21, tzinfo=dt.UTC)  # a hundred days before
    moment = dt.timedelta(microseconds=1)
    put_away(house, "old", last - moment)
    put_away(house, "edge", last)
    put_away(house, "young", last + dt.timedelta(days=50))
    put_away(house, "changed", last - moment, last + moment)
    put_away(house, "other", last - dt.timedelta(days=9000))
    before = held(house.owner)
    assert [one.client_id for one in due(house.owner, today)] == [ids["old"]]
    assert held(house.owner) == before, "looking changes nothing"
    assert [one.client_id for one in purge(house.owner, today)] == [ids["old"]]
    after = held(house.owner)
    assert {row.code for row in after["client"]} == {"edge", "young", "changed", "here", "other"}
    assert not [row for name in ("goal", "trial", "session") for row in after[name]]
    (noted,) = [row for row in after["audit"] if row.person_id == OWNER_ID]
    assert (noted.action, noted.client_id, json.loads(noted.detail)) == (
        "erased client", ids["old"], {"reason": "retention"}
    )  # fmt: skip
    assert purge(house.owner, today) == ()
    assert check(house.owner).problems == ()


def test_without_a_limit_nobody_is_purged(house: Clinic) -> None:
    house.desk("ana").clients.save(child())
    put_away(house, "c001", dt.datetime(1990, 1, 1, tzinfo=dt.UTC))
    assert due(house.owner, dt.date(2027, 1, 1)) == purge(house.owner, dt.date(2027, 1, 1)) == ()


def test_people_are_invited_by_the_owner_and_the_audit_says_so(house: Clinic) -> None:
    who = invite(house.owner, "Boss@clinic.example", "administrator", " North clinic ")
    assert [(home, one.login, one.role) for home, one in everybody(house.owner)] == [
        ("North clinic", "boss@clinic.example", "administrator")
    ]
    (noted,) = audited(house.owner)
    assert (noted.login, noted.organisation, noted.entry.action) == ("owner", "North clinic", "invited person")
    assert noted.entry.detail == {"person": str(who.person_id), "role": "administrator"}
    for given, told in (
        (("x", "boss", "North clinic"), "--role: 'boss'"),
        (("x", "therapist", "  "), "--organisation"),
        (("x", "therapist", "x" * 81), "--organisation"),
        (("boss@clinic.example ", "therapist", "North clinic"), "somebody has it"),
    ):
        with pytest.raises(OptionError, match=told):
            invite(house.owner, *given)
    assert len(everybody(house.owner)) == 1


def test_records_are_taken_out_of_one_person_or_all_and_it_is_noted(house: Clinic) -> None:
    lived_in(house)
    assert sorted(one["profile"]["id"] for one in records(house.owner)) == ["c001", "f1"]
    (one,) = records(house.owner, " ANA")
    assert one["progress"]["goals"]
    with pytest.raises(MissingError):
        records(house.owner, "nobody")
    told = [(noted.organisation, noted.entry.detail) for noted in audited(house.owner) if noted.login == "owner"]
    assert sorted(told, key=repr) == sorted(
        [("North clinic", {"count": 1}), ("North clinic", {"count": 1}), ("South clinic", {"count": 1})], key=repr
    )


def test_a_check_names_records_that_cannot_be_read(house: Clinic) -> None:
    kept = house.desk("ana").clients.save(child(interests=[SECRET]))
    with house.owner.begin() as session:
        session.execute(update(ClientRow).values(profile={"id": SECRET, "age_years": "old"}))
    (problem,) = check(house.owner).problems
    assert problem == f"records of client cannot be read: {kept.id}; restore a back-up"


def test_a_check_finds_rows_that_hang_on_nothing(tmp_path: Path) -> None:
    with clinic("sqlite", tmp_path) as house:
        house.desk("ana").clients.save(child())
        with house.owner.engine.connect() as connection:
            raw = connection.connection.dbapi_connection
            assert raw is not None
            raw.execute("PRAGMA foreign_keys = OFF")
            raw.execute("DELETE FROM client")
        assert check(house.owner).problems == ("1 rows of profile hang on something that is gone",)


def test_a_check_says_that_a_form_is_old(tmp_path: Path) -> None:
    (tmp_path / "otrec.db").touch()
    url = f"sqlite:///{tmp_path / 'otrec.db'}"
    filled(url, "0001")
    told = check(found(url))
    assert (told.form, told.problems) == (
        "0001",
        (f"it has form 0001; run `otrec db upgrade` to bring it to {migrations.HEAD}",),
    )
    assert told.counts["client"] == 3


def test_where_there_is_no_database_none_is_made_by_looking(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no database"):
        found(f"sqlite:///{tmp_path / 'otrec.db'}")
    assert not list(tmp_path.iterdir())
    with empty("postgresql", tmp_path) as server:
        with pytest.raises(StoreError, match="otrec db upgrade"):
            owned(server.url.render_as_string(hide_password=False))
        with pytest.raises(StoreError, match="nothing of otrec"):
            back_up(server, tmp_path / "file", plain=True)


def test_tables_of_the_models_are_those_of_a_back_up(tmp_path: Path) -> None:
    told = back_up(Store.open("sqlite://").database, tmp_path / "file", plain=True)
    assert {name: one.columns for name, one in told.tables.items()} == {one.name: tuple(one.c.keys()) for one in TABLES}
