"""The store, the same tests on SQLite and on a real PostgreSQL server: what is kept, for whom, and who may see it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from otrec import OtrecError, example
from otrec.models import Feedback, OptionError
from otrec.progress import ProgressError, ProgressFile, SessionRecord
from otrec.progress.records import DataPoint
from otrec.store import ConflictError, MissingError, NotAllowedError, NotInvitedError
from tests.stores import KINDS, Clinic, child, clinic


@pytest.fixture(params=KINDS)
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Clinic]:
    with clinic(request.param, tmp_path) as made:
        yield made


@pytest.fixture
def record() -> ProgressFile:
    return ProgressFile.load(example("progress_pencil_grip"))


def test_a_profile_comes_back_as_it_was_with_every_version(house: Clinic) -> None:
    clients = house.desk("ana").clients
    first = child(interests=("trains", "Señor's <b>"), history=[{"activity": "bake_bread", "date": "2026-09-01"}])
    kept = clients.save(first)
    second = clients.save(child(minutes=45), id=kept.id, version=1)
    assert (kept.client, kept.version, second.client.minutes, second.version) == (first, 1, 45, 2)
    assert [(one.number, one.client) for one in clients.versions(kept.id)] == [(2, child(minutes=45)), (1, first)]
    back = clients.restore(kept.id, 1)
    assert (back.client, back.version, len(clients.versions(kept.id))) == (first, 3, 3)
    assert clients.save(first, id=kept.id).version == 3, "nothing changed, so there is no new version"


def test_a_later_save_of_an_older_version_is_refused(house: Clinic) -> None:
    clients = house.desk("ana").clients
    kept = clients.save(child())
    clients.save(child(minutes=45), id=kept.id, version=1)
    with pytest.raises(ConflictError, match="you have version 1, there is 2 now"):
        clients.save(child(minutes=20), id=kept.id, version=1)
    assert clients.open(kept.id).client.minutes == 45


def test_pages_go_through_all_clients_in_order(house: Clinic) -> None:
    clients = house.desk("ana").clients
    codes = sorted(f"c{number:03d}" for number in range(30))
    clients.save_all([(child(code), None, None) for code in reversed(codes)])
    seen: list[str] = []
    after = None
    while page := clients.page(after=after, limit=7):
        seen += [one.code for one in page]
        after = (page[-1].code, page[-1].id)
    assert seen == codes
    assert [one.code for one in clients.page("c02")] == codes[20:]
    assert clients.count() == 30


def test_several_profiles_are_kept_together_or_not_at_all(house: Clinic) -> None:
    clients = house.desk("ana").clients
    kept = clients.save(child("a"))
    with pytest.raises(ConflictError):
        clients.save_all([(child("b"), None, None), (child("a", minutes=50), kept.id, 9)])
    assert [one.code for one in clients.page()] == ["a"]


def test_a_client_is_put_away_taken_back_and_erased_with_all_that_hangs_on_them(
    house: Clinic, record: ProgressFile
) -> None:
    desk = house.desk("ana")
    kept = desk.clients.save(child())
    desk.records.keep(kept.id, record)
    desk.records.keep_plan(kept.id, "session", {"slots": []})
    desk.said.say(Feedback(activity="bake_bread", verdict="unsafe"), "v1", kept.id)
    desk.clients.archive(kept.id)
    assert not desk.clients.page()
    assert [one.code for one in desk.clients.page(archived=True)] == ["c001"]
    desk.clients.archive(kept.id, away=False)
    desk.clients.erase(kept.id)
    with pytest.raises(MissingError):
        desk.clients.open(kept.id)
    with house.owner.begin() as session:
        from otrec.store.schema import TABLES

        left = {table.name: session.execute(table.select()).all() for table in TABLES if "client_id" in table.c}
    assert {name for name, rows in left.items() if rows} == {"audit"}
    assert "erased client" in [row.action for row in left["audit"]]
    assert "grasp" not in repr(left["audit"])


def test_a_record_comes_back_as_it_was(house: Clinic, record: ProgressFile) -> None:
    desk = house.desk("ana")
    kept = desk.clients.save(child())
    assert desk.records.progress(kept.id).file is None
    version = desk.records.keep(kept.id, record)
    found = desk.records.progress(kept.id)
    assert found.file is not None
    assert (found.file.goals, found.file.sessions, found.version) == (record.goals, record.sessions, version)
    assert desk.records.keep(kept.id, record) == version, "nothing changed"


def test_a_changed_record_keeps_what_stayed_and_refuses_an_older_version(house: Clinic, record: ProgressFile) -> None:
    desk = house.desk("ana")
    kept = desk.clients.save(child())
    first = desk.records.keep(kept.id, record)
    goal = record.goals[0]
    fewer = goal.model_copy(update={"points": goal.points[:2] + goal.points[3:]})
    points = [{**point.model_dump(), "id": ""} for point in fewer.points]
    changed = ProgressFile.parse(
        {
            "client": record.client,
            "goals": [{**goal.model_dump(), "points": points}],
            "sessions": [held.model_dump() for held in record.sessions[1:]],
        }
    )
    desk.records.keep(kept.id, changed, version=first)
    found = desk.records.progress(kept.id).file
    assert found is not None
    assert (found.goals, found.sessions) == (changed.goals, changed.sessions)
    with pytest.raises(ConflictError):
        desk.records.keep(kept.id, record, version=first)


def test_points_are_added_and_checked_together_with_what_is_there(house: Clinic, record: ProgressFile) -> None:
    desk = house.desk("ana")
    kept = desk.clients.save(child())
    desk.records.keep(kept.id, record)
    goal = record.goals[0]
    new = DataPoint(date=dt.date(2027, 1, 4), value=4, out_of=goal.points[0].out_of)
    desk.records.add_points(kept.id, {goal.id: [new]})
    found = desk.records.progress(kept.id).file
    assert found is not None
    assert len(found.goals[0].points) == len(goal.points) + 1
    with pytest.raises(ProgressError, match="same day"):
        desk.records.add_points(kept.id, {goal.id: [new]})
    with pytest.raises(MissingError, match="no goal g99"):
        desk.records.add_points(kept.id, {"g99": [new]})
    again = desk.records.progress(kept.id).file
    assert again == found


def test_a_second_session_on_a_day_is_refused(house: Clinic, record: ProgressFile) -> None:
    desk = house.desk("ana")
    kept = desk.clients.save(child())
    desk.records.keep(kept.id, record)
    held = SessionRecord(date=dt.date(2027, 1, 4), minutes=30)
    desk.records.add_session(kept.id, held)
    with pytest.raises(ConflictError, match="recorded already"):
        desk.records.add_session(kept.id, held)
    found = desk.records.progress(kept.id).file
    assert found is not None
    assert held in found.sessions


def test_plans_come_newest_first(house: Clinic) -> None:
    desk = house.desk("ana")
    kept = desk.clients.save(child())
    for number in range(3):
        desk.records.keep_plan(kept.id, "session", {"number": number}, dt.date(2026, 12, number + 1))
    plans = desk.records.plans(kept.id, limit=2)
    assert [plan.content["number"] for plan in plans] == [2, 1]
    desk.records.drop_plan(kept.id, plans[0].id)
    assert [plan.content["number"] for plan in desk.records.plans(kept.id)] == [1, 0]


def test_what_a_person_keeps(house: Clinic) -> None:
    own, other = house.desk("ana").own, house.desk("ben").own
    own.favour("bake_bread")
    own.favour("sort_coins")
    own.favour("sort_coins", on=False)
    bag = own.keep_bag("Monday", ["tweezers_tongs", "play_dough", "play_dough"])
    own.keep_bag("Monday", ["play_dough"], version=bag.version)
    with pytest.raises(ConflictError):
        own.keep_bag("Monday", [], version=bag.version)
    own.keep("study", {"answers": 3})
    assert own.favourites() == {"bake_bread"}
    assert [(one.name, one.tools, one.version) for one in own.bags()] == [("Monday", ("play_dough",), 2)]
    assert own.kept("study") == ({"answers": 3}, 1)
    assert (other.favourites(), other.bags(), other.kept("study")) == (frozenset(), (), ({}, 0))
    own.drop_bag("Monday")
    assert own.bags() == ()


def test_engines_are_versions_that_can_be_undone(house: Clinic) -> None:
    own = house.desk("ana").own
    assert own.engine() is None
    for number in (1, 2):
        own.learn({"preferences": number})
    assert (own.engine(), own.engines()) == ({"preferences": 2}, 2)
    assert own.unlearn() == {"preferences": 1}
    assert own.learn({"preferences": 3}) == 3, "a number is never used twice"
    assert own.unlearn() == {"preferences": 1}
    assert own.unlearn() is None
    with pytest.raises(OptionError, match="nothing to undo"):
        own.unlearn()


def test_own_activities_are_shared_only_on_purpose(house: Clinic) -> None:
    ana, ben, far = house.desk("ana").own, house.desk("ben").own, house.desk("cleo", organisation="South").own
    made = ana.keep_activity({"id": "feed_the_hens", "name": "Feed the hens"})
    assert not ben.activities()
    ana.keep_activity({"id": "feed_the_hens", "name": "Feed the hens"}, shared=True, version=made.version)
    assert [(one.code, one.mine) for one in ben.activities()] == [("feed_the_hens", False)]
    assert not far.activities()
    with pytest.raises(OtrecError):
        ben.keep_activity({"id": "feed_the_hens", "name": "Mine now"})
    with pytest.raises(MissingError):
        ben.drop_activity("feed_the_hens")
    ana.drop_activity("feed_the_hens")
    assert not ana.activities()


def test_a_client_is_seen_by_the_owner_alone_until_shared_and_no_longer_after(house: Clinic) -> None:
    ana, ben = house.desk("ana"), house.desk("ben")
    kept = ana.clients.save(child())
    with pytest.raises(MissingError):
        ben.clients.open(kept.id)
    ana.sharing.share(kept.id, "BEN ")
    assert [one.mine for one in ben.clients.page()] == [False]
    assert not ben.clients.open(kept.id).may_write
    with pytest.raises(NotAllowedError):
        ben.clients.save(child(minutes=60), id=kept.id)
    with pytest.raises(NotAllowedError):
        ben.sharing.share(kept.id, "cleo")
    ana.sharing.share(kept.id, "ben", may_write=True)
    assert ben.clients.save(child(minutes=60), id=kept.id).client.minutes == 60
    with pytest.raises(NotAllowedError):
        ben.clients.erase(kept.id)
    assert [(one.login, one.may_write) for one in ana.sharing.of(kept.id)] == [("ben", True)]
    ana.sharing.withdraw(kept.id, "ben")
    assert not ben.clients.page()
    with pytest.raises(MissingError):
        ben.records.progress(kept.id)


def test_nobody_shares_across_organisations_or_with_themselves(house: Clinic) -> None:
    ana = house.desk("ana")
    house.desk("far", organisation="South clinic")
    kept = ana.clients.save(child())
    with pytest.raises(MissingError, match="No active colleague"):
        ana.sharing.share(kept.id, "far")
    with pytest.raises(OptionError, match="this is you"):
        ana.sharing.share(kept.id, "ana")
    house.desk("stu", "student")
    with pytest.raises(OptionError, match="student"):
        ana.sharing.share(kept.id, "stu", may_write=True)


@pytest.mark.parametrize("role", ["student", "researcher", "administrator"])
def test_only_therapists_and_supervisors_keep_clients(house: Clinic, role: str) -> None:
    with pytest.raises(NotAllowedError, match=f"A {role} cannot keep clients"):
        house.desk("kim", role).clients.save(child())


def test_a_supervisor_reads_the_organisation_and_changes_only_their_own(house: Clinic) -> None:
    ana, sue = house.desk("ana"), house.desk("sue", "supervisor")
    far = house.desk("far", organisation="South clinic")
    kept = ana.clients.save(child())
    far.clients.save(child("x9"))
    assert [one.code for one in sue.clients.page(whose="organisation")] == ["c001"]
    assert not sue.clients.page()
    assert not sue.clients.open(kept.id).may_write
    with pytest.raises(NotAllowedError):
        sue.records.keep_plan(kept.id, "session", {})
    with pytest.raises(NotAllowedError, match="supervisor"):
        ana.clients.page(whose="organisation")


def test_ids_of_others_open_nothing(house: Clinic, record: ProgressFile) -> None:
    ana, far = house.desk("ana"), house.desk("far", organisation="South clinic")
    kept = ana.clients.save(child())
    ana.records.keep(kept.id, record)
    tries = (
        lambda: far.clients.open(kept.id),
        lambda: far.clients.find("c001"),
        lambda: far.clients.versions(kept.id),
        lambda: far.clients.save(child(minutes=60), id=kept.id),
        lambda: far.clients.erase(kept.id),
        lambda: far.clients.archive(kept.id),
        lambda: far.clients.schedule(kept.id, dt.date(2027, 1, 1)),
        lambda: far.clients.restore(kept.id, 1),
        lambda: far.records.progress(kept.id),
        lambda: far.records.keep(kept.id, record),
        lambda: far.records.plans(kept.id),
        lambda: far.said.say(Feedback(activity="bake_bread", verdict="helpful"), "v1", kept.id),
        lambda: far.sharing.of(kept.id),
        lambda: far.office.audit(kept.id),
        lambda: far.clients.open(uuid.uuid4()),
    )
    for attempt in tries:
        with pytest.raises(MissingError):
            attempt()
    assert ana.clients.open(kept.id).client == child()


def test_feedback_is_kept_and_what_is_unsafe_waits_for_curation(house: Clinic) -> None:
    ana, sue, ben = house.desk("ana"), house.desk("sue", "supervisor"), house.desk("ben")
    kept = ana.clients.save(child())
    ana.said.say(Feedback(activity="bake_bread", verdict="unsafe"), "v1", kept.id)
    ana.said.say(Feedback(activity="sort_coins", verdict="helpful"), "v1", kept.id)
    ana.said.prefer("bake_bread", "sort_coins", "v1")
    assert [(one.verdict, one.other) for one in ana.said.mine()] == [
        ("rather", "sort_coins"), ("helpful", None), ("unsafe", None)
    ]  # fmt: skip
    assert [one.verdict for one in ana.said.mine(kept.id)] == ["helpful", "unsafe"]
    assert not ben.said.curation()
    (waiting,) = sue.said.curation()
    with pytest.raises(NotAllowedError):
        ana.said.settle(waiting.id)
    sue.said.settle(waiting.id)
    assert not sue.said.curation()


def test_people_are_invited_and_sign_in_once_for_themselves(house: Clinic) -> None:
    boss = house.desk("boss", "administrator")
    boss.office.invite("New@Clinic.example", "therapist")
    people = house.store.people
    with pytest.raises(NotInvitedError):
        people.sign_in("https://id.example", "sub-9", "somebody@else.example")
    who = people.sign_in("https://id.example", "sub-9", "new@clinic.example")
    assert people.sign_in("https://id.example", "sub-9", "renamed@clinic.example") == who
    with pytest.raises(NotInvitedError):
        people.sign_in("https://id.example", "sub-10", "new@clinic.example")
    with pytest.raises(NotInvitedError):
        people.sign_in("https://other.example", "sub-9", "x@clinic.example")
    boss.office.change(who.person_id, active=False)
    with pytest.raises(NotInvitedError):
        people.sign_in("https://id.example", "sub-9", "new@clinic.example")
    with pytest.raises(NotInvitedError):
        people.known(who)


def test_nobody_signs_in_as_the_one_person_of_a_machine(house: Clinic) -> None:
    if house.store.database.is_sqlite:
        house.store.desk().clients.save(child())
    with pytest.raises(NotInvitedError, match="without sign-in"):
        house.store.people.sign_in("https://id.example", "sub-1", " Me")
    chief = house.desk("chief", "administrator")
    for login in ("Me ", "ana\x1b[2J"):
        with pytest.raises(OptionError, match="login: "):
            chief.office.invite(login, "therapist")


def test_whether_anybody_was_invited_is_known_before_anybody_signs_in(house: Clinic) -> None:
    assert not house.store.people.any()
    house.desk("ana")
    assert house.store.people.any()


def test_an_administrator_sees_no_client(house: Clinic) -> None:
    boss, ana = house.desk("boss", "administrator"), house.desk("ana")
    kept = ana.clients.save(child())
    with pytest.raises(MissingError):
        boss.clients.open(kept.id)
    assert [one.login for one in boss.office.colleagues()] == ["ana", "boss"]
    with pytest.raises(NotAllowedError):
        ana.office.invite("x", "therapist")
    with pytest.raises(OptionError, match="Did you mean 'therapist'"):
        boss.office.invite("x", "terapist")


def test_the_audit_tells_who_saw_and_changed_a_client(house: Clinic) -> None:
    ana, ben, boss = house.desk("ana"), house.desk("ben"), house.desk("boss", "administrator")
    kept = ana.clients.save(child())
    ana.sharing.share(kept.id, "ben")
    ben.clients.open(kept.id)
    told = [(entry.person_id, entry.action) for entry in reversed(ana.office.audit(kept.id))]
    assert told == [
        (ana.who.person_id, "added client"),
        (ana.who.person_id, "shared client"),
        (ben.who.person_id, "opened client"),
    ]
    assert len(boss.office.audit()) >= 3
    assert all(entry.person_id == ben.who.person_id for entry in ben.office.audit())
