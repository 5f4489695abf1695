"""Words made to break in, broken characters and content without a place: kept as they are, or refused in a sentence."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from otrec import OtrecError
from otrec.progress import ProgressFile
from otrec.progress.records import DataPoint
from otrec.store import Desk
from otrec.store.people import People
from tests.store_refusals import GOAL, lived_in
from tests.stores import KINDS, Clinic, child, clinic

INJECTIONS = (
    "'; DROP TABLE client; --",
    "' OR '1'='1",
    '"; DELETE FROM person; --',
    "%s %(me)s :me ? $1 {0} {{",
    "\\'; SELECT pg_sleep(1); --",
    "Robert'); UPDATE client SET owner_id = NULL;--",
    "$$; SET ROLE postgres; $$",
    "<script>alert(1)</script>",
    "ö ﬀ 漢字 🖐️ \u202e \u2028x",
    "null",
    "%",
    "_",
)


@pytest.fixture(params=KINDS)
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Clinic]:
    with clinic(request.param, tmp_path) as made:
        yield made


def written(words: str) -> ProgressFile:
    """A record with words in every place for them."""
    goal = {**GOAL.model_dump(), "id": "g1", "text": words, "unit": words[:40], "points": [
        {"date": "2027-01-01", "value": 1, "out_of": GOAL.points[0].out_of, "note": words, "setting": words}
    ]}  # fmt: skip
    held = {"date": "2027-01-02", "observations": [words], "next_step": words, "said": [{"words": words}],
            "activities": [{"activity": "bake_bread", "grade": words}]}  # fmt: skip
    return ProgressFile.parse({"client": "c001", "goals": [goal], "sessions": [held]})


def through(house: Clinic, desk: Desk) -> dict[str, Callable[[Any], Any]]:
    """Everything with a place for words: it takes some, and gives back what comes of them."""
    kept = desk.clients.save(child())
    clients, records, own, said = desk.clients, desk.records, desk.own, desk.said

    def profile(words: str) -> str:
        given = {"interests": [words], "routines": [{"occupation": "dressing", "when": words, "with": words}],
                 "assessments": [{"name": words}]}  # fmt: skip
        found = clients.save(child(**given), id=kept.id).client
        assert found == clients.versions(kept.id, 1)[0].client
        assert found.routines[0].when == found.assessments[0].name == found.interests[0]
        return found.interests[0]

    def record(words: str) -> str:
        file = written(words)
        records.keep(kept.id, file)
        found = records.progress(kept.id).file
        assert found is not None
        assert (found.goals, found.sessions) == (file.goals, file.sessions)
        return found.goals[0].text

    def plan(words: str) -> Any:
        records.keep_plan(kept.id, "session", {words: [words]})
        return next(iter(records.plans(kept.id, 1)[0].content))

    def bag(words: str) -> str:
        own.keep_bag(words, [words])
        found = next(one for one in own.bags() if one.tools == (words,))
        own.drop_bag(words)
        assert found.name == words.strip()
        return found.tools[0]

    def kept_as(words: str) -> Any:
        own.keep(words, {words: words})
        return own.kept(words)[0][words]

    def learned(words: str) -> Any:
        own.learn({"a": words})
        found = own.engine() or {}
        return found["a"]

    def favourite(words: str) -> str:
        own.favour(words)
        (found,) = own.favourites()
        own.favour(words, on=False)
        assert not own.favourites()
        return found

    def activity(words: str) -> str:
        own.keep_activity({"id": words, "name": words})
        found = next(one for one in own.activities() if one.code == words).row["name"]
        own.drop_activity(words)
        return found

    def preferred(words: str) -> str | None:
        said.prefer(words, words, words[:40])
        found = said.mine(limit=1)[0]
        assert found.library_version == words[:40]
        return found.other

    return {"profile": profile, "record": record, "plan": plan, "bag": bag, "kept": kept_as, "learned": learned,
            "favourite": favourite, "activity": activity, "preferred": preferred}  # fmt: skip


def asked(house: Clinic, desk: Desk, ident: uuid.UUID) -> list[Callable[[Any], Any]]:
    """Everything that is asked by words and has nothing for them."""
    point = DataPoint(date=dt.date(2027, 2, 2), value=1, out_of=GOAL.points[0].out_of)
    return [
        lambda words: desk.clients.page(words) and pytest.fail("a client"),
        lambda words: desk.clients.page(after=(words, ident)) and None,
        lambda words: desk.clients.find(words) and pytest.fail("a client"),
        lambda words: desk.sharing.share(ident, words) and pytest.fail("shared"),
        lambda words: desk.sharing.withdraw(ident, words) and pytest.fail("withdrawn"),
        lambda words: desk.records.add_points(ident, {words: [point]}) and pytest.fail("a goal"),
        lambda words: desk.own.drop_activity(words) and pytest.fail("dropped"),
        lambda words: desk.office.invite(words, words) and pytest.fail("invited"),
        lambda words: house.store.people.sign_in(words, words, words) and pytest.fail("signed in"),
        lambda words: People(house.owner).add("x", words, "South") and pytest.fail("a role"),
        lambda words: desk.records.keep_plan(ident, words, {}) and pytest.fail("a kind"),
    ]


def quiet(attempt: Callable[[Any], Any], given: Any) -> Any:
    """What comes of something; a sentence for people is as good as an answer."""
    try:
        return attempt(given)
    except OtrecError as error:
        words = str(error)
        assert len(words) < 1000
        assert "Error" not in words
        return None


def bystander(house: Clinic) -> tuple[Desk, list[Any]]:
    far = house.desk("far", organisation="South")
    kept = lived_in(far, "south")
    return far, [far.clients.versions(kept), far.records.progress(kept), far.own.bags(), far.said.mine()]


def test_words_made_to_break_in_come_back_as_they_are_and_change_nothing_else(house: Clinic) -> None:
    desk, (far, before) = house.desk("ana"), bystander(house)
    ways = through(house, desk)
    ident = desk.clients.find("c001").id
    for words in INJECTIONS:
        for name, way in ways.items():
            if name == "kept" and len(words) > 40:
                continue
            assert way(words) == words, name
        for way in asked(house, desk, ident):
            quiet(way, words)
        login = f"{words}-{INJECTIONS.index(words)}"
        who = People(house.owner).add(login, "therapist", words)
        assert who.login == login.strip().casefold()
        assert house.store.people.sign_in(words, login, login) == who
    kept = far.clients.find("south").id
    assert [far.clients.versions(kept), far.records.progress(kept), far.own.bags(), far.said.mine()] == before
    assert [one.code for one in desk.clients.page()] == ["c001"]


NESTED: Any = []
for _ in range(900):
    NESTED = [NESTED]
LOOP: dict[str, Any] = {}
LOOP["loop"] = LOOP
BROKEN = {
    "NUL": "a\x00b",
    "half a character": "a\ud800b",
    "the other half": "\udc00",
    "ten megabytes": "x" * 10_000_000,
}
CONTENTS = {
    "nested": NESTED,
    "nested a little": [[[[[[[[[[1]]]]]]]]]],
    "not a number": float("nan"),
    "infinite": [float("-inf")],
    "a large number": 10**400,
    "a very large number": 10**5000,
    "a set": {1, 2},
    "a day": dt.date(2026, 1, 1),
    "a loop": LOOP,
    **BROKEN,
}


@pytest.mark.parametrize("what", BROKEN)
def test_broken_words_are_kept_or_refused_in_a_sentence(house: Clinic, what: str) -> None:
    desk, (far, before) = house.desk("ana"), bystander(house)
    words = BROKEN[what]
    for name, way in through(house, desk).items():
        assert quiet(way, words) in (words, None), name
    for way in asked(house, desk, desk.clients.find("c001").id):
        quiet(way, words)
    quiet(lambda given: People(house.owner).add(given, "therapist", given), words)
    kept = far.clients.find("south").id
    assert [far.clients.versions(kept), far.records.progress(kept), far.own.bags(), far.said.mine()] == before
    desk.clients.save(child("c002"))
    assert desk.own.keep("settings", {"a": "still works"}) == 1


@pytest.mark.parametrize("what", CONTENTS)
def test_content_without_a_place_is_refused_and_what_is_kept_is_read_again(house: Clinic, what: str) -> None:
    desk, content = house.desk("ana"), CONTENTS[what]
    ident = desk.clients.save(child()).id

    def plan(given: Any) -> Any:
        desk.records.keep_plan(ident, "session", {"a": given})
        return desk.records.plans(ident, 1)[0].content["a"]

    def kept(given: Any) -> Any:
        desk.own.keep("settings", {"a": given})
        return desk.own.kept("settings")[0]["a"]

    def learned(given: Any) -> Any:
        desk.own.learn({"a": given})
        return (desk.own.engine() or {})["a"]

    for way in (plan, kept, learned):
        found = quiet(way, content)
        assert found is None or found == content
    if what == "nested a little":
        assert plan(content) == content
    elif what not in (*BROKEN, "a large number"):
        assert (desk.records.plans(ident), desk.own.kept("settings"), desk.own.engine()) == ((), ({}, 0), None)
    desk.records.keep_plan(ident, "session", {"a": "still works"})


@pytest.mark.parametrize("number", [-(10**30), -1, 2**31, 2**63, 10**30])
def test_numbers_that_no_table_has_are_refused_in_a_sentence(house: Clinic, number: int) -> None:
    desk, sue = house.desk("ana"), house.desk("sue", "supervisor")
    kept = desk.clients.save(child())
    attempts: list[Callable[[int], Any]] = [
        lambda n: desk.clients.versions(kept.id, n), lambda n: desk.clients.restore(kept.id, n),
        lambda n: desk.records.plans(kept.id, n), lambda n: desk.records.drop_plan(kept.id, n),
        lambda n: desk.said.mine(limit=n), lambda n: desk.said.curation(n), lambda n: sue.said.settle(n),
        lambda n: desk.office.audit(before=n), lambda n: desk.clients.page(limit=n),
        lambda n: desk.office.retain(n), lambda n: desk.clients.coming(dt.date.max, n),
        lambda n: desk.clients.save(child(minutes=60), id=kept.id, version=n),
    ]  # fmt: skip
    for attempt in attempts:
        quiet(attempt, number)
    assert desk.clients.open(kept.id).client == child()
