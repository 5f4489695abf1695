"""Fifty people of five organisations at once on a server: nothing is lost, and nobody comes to what is not theirs."""

from __future__ import annotations

import datetime as dt
import random
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import text

from otrec import example
from otrec.models import Feedback
from otrec.progress import ProgressError, ProgressFile
from otrec.progress.records import DataPoint
from otrec.store import ConflictError, Desk, KeptClient, MissingError, NotAllowedError
from otrec.store.audit import verify
from otrec.store.database import Database
from tests.effort import tries
from tests.stores import Clinic, child, postgresql

HOMES, EACH, OPERATIONS = 5, 10, tries(4_000, 20_000)
RECORD = ProgressFile.load(example("progress_pencil_grip"))
GOAL = RECORD.goals[0]
DAYS = 2_000


@dataclass
class Home:
    """An organisation: whom it has, the client on whom all count, and what was ever shared with whom."""

    name: str
    people: list[User] = field(default_factory=list)
    counter: uuid.UUID = field(default_factory=uuid.uuid4)
    counted: Counter[str] = field(default_factory=Counter)
    ever: set[tuple[uuid.UUID, str]] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass
class Own:
    """A client as their owner knows them, if nobody else may change them."""

    id: uuid.UUID
    version: int = 1
    words: str = "0"
    plans: int = 0
    shared: set[str] = field(default_factory=set)


@dataclass
class User:
    """One person at work."""

    login: str
    role: str
    desk: Desk
    home: Home
    chance: random.Random
    clients: list[Own] = field(default_factory=list)
    bags: dict[str, tuple[str, ...]] = field(default_factory=dict)
    learned: int = 0
    crossed: int = 0

    def known(self, kept: KeptClient) -> KeptClient:
        """What is read belongs to this organisation, and was shown to this person at some time."""
        assert kept.client.interests[0] == self.home.name
        assert kept.mine or self.role == "supervisor" or (kept.id, self.login) in self.home.ever
        return kept

    def one(self) -> Own:
        return self.chance.choice(self.clients)

    def make(self) -> None:
        code = f"{self.login}-{len(self.clients)}"
        kept = self.desk.clients.save(child(code, interests=[self.home.name, "0"]))
        self.clients.append(Own(kept.id))

    def open(self) -> None:
        own = self.one()
        kept = self.known(self.desk.clients.open(own.id))
        assert (kept.version, kept.client.interests[1]) == (own.version, own.words)

    def save(self) -> None:
        own = self.one()
        code = self.desk.clients.open(own.id).client.id
        words = str(self.chance.random())
        changed = child(code, interests=[self.home.name, words])
        own.version = self.desk.clients.save(changed, id=own.id, version=own.version).version
        own.words = words

    def count(self) -> None:
        """One more on the client on whom all of the organisation count, however often it takes."""
        while True:
            kept = self.known(self.desk.clients.open(self.home.counter))
            number = int(kept.client.interests[1]) + 1
            changed = child("counter", interests=[self.home.name, str(number)])
            try:
                self.desk.clients.save(changed, id=kept.id, version=kept.version)
            except ConflictError:
                self.crossed += 1
                continue
            break
        with self.home.lock:
            self.home.counted["saves"] += 1

    def add_point(self) -> None:
        day = dt.date(2027, 1, 1) + dt.timedelta(self.chance.randrange(60 if self.chance.random() < 0.3 else DAYS))
        point = DataPoint(date=day, value=1, out_of=GOAL.points[0].out_of)
        try:
            self.desk.records.add_points(self.home.counter, {GOAL.id: [point]})
        except ProgressError:
            return
        with self.home.lock:
            self.home.counted["points"] += 1

    def plan(self) -> None:
        own = self.one()
        self.desk.records.keep_plan(own.id, "session", {"of": self.home.name, "number": own.plans})
        own.plans += 1
        assert self.desk.records.plans(own.id, 1)[0].content == {"of": self.home.name, "number": own.plans - 1}

    def bag(self) -> None:
        name, tools = f"bag {self.chance.randrange(3)}", tuple(f"tool{n}" for n in range(self.chance.randrange(5)))
        self.desk.own.keep_bag(name, tools)
        self.bags[name] = tools
        assert {one.name: one.tools for one in self.desk.own.bags()} == self.bags

    def learn(self) -> None:
        self.desk.own.learn({"login": self.login, "number": self.learned})
        self.learned += 1
        assert self.desk.own.engine() == {"login": self.login, "number": self.learned - 1}

    def say(self) -> None:
        self.desk.said.say(Feedback(activity="bake_bread", verdict="unsafe"), self.login, self.one().id)
        assert {one.library_version for one in self.desk.said.mine()} == {self.login}

    def share(self) -> None:
        own, colleague = self.one(), self.chance.choice([one for one in self.home.people if one is not self])
        self.home.ever.add((own.id, colleague.login))
        self.desk.sharing.share(own.id, colleague.login)
        own.shared.add(colleague.login)
        assert self.known_for(colleague, own)

    def withdraw(self) -> None:
        own = self.one()
        for login in sorted(own.shared):
            self.desk.sharing.withdraw(own.id, login)
            own.shared.remove(login)
            colleague = next(one for one in self.home.people if one.login == login)
            assert colleague.role == "supervisor" or not self.known_for(colleague, own), "from this moment"
        assert not self.desk.sharing.of(own.id)

    def known_for(self, colleague: User, own: Own) -> bool:
        try:
            colleague.known(colleague.desk.clients.open(own.id))
        except MissingError:
            return False
        return True

    def list(self) -> None:
        for one in self.desk.clients.page(limit=200):
            assert one.client.interests[0] == self.home.name
            assert one.mine or (one.id, self.login) in self.home.ever

    def look_around(self, homes: list[Home]) -> None:
        """Try what one may not, with the id of somebody else's client."""
        other = self.chance.choice([one for home in homes for one in home.people if one is not self and one.clients])
        own, here = self.chance.choice(other.clients), other.home is self.home
        desk = self.desk
        reads: list[Callable[[], Any]] = [
            lambda: desk.clients.open(own.id), lambda: desk.clients.versions(own.id),
            lambda: desk.records.progress(own.id), lambda: desk.records.plans(own.id),
            lambda: desk.sharing.of(own.id), lambda: desk.office.audit(own.id),
        ]  # fmt: skip
        writes: list[Callable[[], Any]] = [
            lambda: desk.clients.save(child("stolen"), id=own.id), lambda: desk.clients.erase(own.id),
            lambda: desk.clients.archive(own.id), lambda: desk.records.keep(own.id, RECORD),
            lambda: desk.records.keep_plan(own.id, "session", {}), lambda: desk.sharing.share(own.id, self.login),
            lambda: desk.clients.restore(own.id, 1), lambda: desk.clients.schedule(own.id, None),
        ]  # fmt: skip
        read = self.chance.random() < 0.5
        attempt = self.chance.choice(reads if read else writes)
        seen = here and (self.role == "supervisor" or (own.id, self.login) in self.home.ever)
        try:
            attempt()
        except MissingError:
            return
        except NotAllowedError:
            assert seen, "what one does not see is not there"
            return
        assert read
        assert seen, f"{self.login} came to a client of {other.login}"


def settled(house: Clinic) -> list[Home]:
    """Organisations with people; in each the first has a client whom all may change."""
    homes = [Home(f"home {number}") for number in range(HOMES)]
    for place, home in enumerate(homes):
        for number in range(EACH):
            login, role = f"h{place}p{number}", "supervisor" if number == 1 else "therapist"
            desk = house.desk(login, role, home.name)
            home.people.append(User(login, role, desk, home, random.Random(100 * place + number)))
        first = home.people[0].desk
        home.counter = first.clients.save(child("counter", interests=[home.name, "0"])).id
        first.records.keep(home.counter, RECORD)
        for one in home.people[1:]:
            home.ever.add((home.counter, one.login))
            first.sharing.share(home.counter, one.login, may_write=True)
        for one in home.people:
            one.make()
    return homes


WEIGHTS = {"make": 3, "open": 25, "save": 15, "count": 5, "add_point": 5, "plan": 8, "bag": 8, "learn": 3, "say": 4,
           "share": 5, "withdraw": 4, "list": 15, "look_around": 15}  # fmt: skip


def work(user: User, homes: list[Home], operations: int) -> None:
    for name in user.chance.choices(list(WEIGHTS), list(WEIGHTS.values()), k=operations):
        if name == "look_around":
            user.look_around(homes)
        else:
            getattr(user, name)()


def crowd(homes: list[Home]) -> list[BaseException]:
    """All at work at once; what went wrong."""
    wrong: list[BaseException] = []

    def run(user: User) -> None:
        try:
            work(user, homes, OPERATIONS // (HOMES * EACH))
        except BaseException as error:
            wrong.append(error)
            raise

    threads = [threading.Thread(target=run, args=(user,)) for home in homes for user in home.people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


#: Rows that tell of a person and a client, or two people, of different organisations.
ASTRAY = {
    "client": "SELECT 1 FROM client c JOIN person p ON p.id = c.owner_id WHERE p.organisation_id <> c.organisation_id",
    **{
        table: f"SELECT 1 FROM {table} t JOIN client c ON c.id = t.client_id JOIN person p ON p.id = t.{by} "
        "WHERE p.organisation_id <> c.organisation_id"
        for table, by in (
            ("profile", "saved_by"),
            ("plan", "made_by"),
            ("feedback", "person_id"),
            ("share", "person_id"),
        )
    },
    "audit": "SELECT 1 FROM audit a JOIN person p ON p.id = a.person_id LEFT JOIN client c ON c.id = a.client_id "
    "WHERE p.organisation_id <> a.organisation_id OR c.organisation_id <> a.organisation_id",
    "point": "SELECT 1 FROM trial t JOIN goal g ON g.id = t.goal_id WHERE g.client_id <> t.client_id",
}


def test_fifty_people_at_once_lose_nothing_and_see_what_is_theirs(record_property: Any) -> None:
    with postgresql() as (owner, member):
        house = Clinic(member, owner)
        homes = settled(house)
        start = time.perf_counter()
        wrong = crowd(homes)
        seconds = time.perf_counter() - start
        record_property("operations per second", round(OPERATIONS / seconds))
        print(f"{OPERATIONS / seconds:.0f} operations/s; {sum(u.crossed for h in homes for u in h.people)} repeated")
        assert not wrong
        for home in homes:
            counted_right(home)
            for user in home.people:
                as_the_owner_knows(user)
        whole(house.owner)
        house.close()


def counted_right(home: Home) -> None:
    desk = home.people[0].desk
    kept = desk.clients.open(home.counter)
    assert int(kept.client.interests[1]) == home.counted["saves"] == kept.version - 1
    numbers = [int(one.client.interests[1]) for one in desk.clients.versions(home.counter, 10_000)]
    assert numbers == list(range(home.counted["saves"], -1, -1)), "every number once, in order"
    record = desk.records.progress(home.counter)
    assert record.file is not None
    assert len(record.file.goals[0].points) == len(GOAL.points) + home.counted["points"]
    assert record.version == 1 + home.counted["points"]
    assert min(home.counted.values()) > OPERATIONS // 400


def as_the_owner_knows(user: User) -> None:
    for own in user.clients:
        kept = user.desk.clients.open(own.id)
        assert (kept.version, kept.client.interests[1]) == (own.version, own.words)
        assert len(user.desk.clients.versions(own.id, 10_000)) == own.version
        plans = user.desk.records.plans(own.id, 10_000)
        assert [plan.content["number"] for plan in plans] == list(range(own.plans))[::-1]
        assert {one.login for one in user.desk.sharing.of(own.id)} == own.shared
    assert {one.name: one.tools for one in user.desk.own.bags()} == user.bags
    assert user.desk.own.engines() == user.learned


def whole(owner: Database) -> None:
    """The audit of every organisation fits together, and no row stands between two of them."""
    with owner.begin(write=False) as session:
        chains = verify(session)
        assert [chain.broken_at for chain in chains] == [None] * HOMES
        assert min(chain.entries for chain in chains) > OPERATIONS // HOMES // 3
        assert not [name for name, words in ASTRAY.items() if session.execute(text(words)).all()]


def test_the_same_point_from_many_at_once_is_kept_once() -> None:
    with postgresql() as (owner, member):
        house = Clinic(member, owner)
        desk = house.desk("ana")
        kept = desk.clients.save(child())
        desk.records.keep(kept.id, RECORD)
        point = DataPoint(date=dt.date(2027, 1, 1), value=1, out_of=GOAL.points[0].out_of)
        ready, done = threading.Barrier(8), []

        def add() -> None:
            ready.wait()
            try:
                desk.records.add_points(kept.id, {GOAL.id: [point]})
                done.append("kept")
            except ProgressError:
                done.append("refused")

        threads = [threading.Thread(target=add) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        found = desk.records.progress(kept.id).file
        assert Counter(done) == {"kept": 1, "refused": 7}
        assert found is not None
        assert len(found.goals[0].points) == len(GOAL.points) + 1
        house.close()


def test_an_operation_that_is_refused_leaves_no_trace() -> None:
    with postgresql() as (owner, member):
        house = Clinic(member, owner)
        ana, ben = house.desk("ana"), house.desk("ben", organisation="South")
        kept = ana.clients.save(child())
        before = ana.office.audit()
        for _ in range(3):
            with pytest.raises(MissingError):
                ben.records.keep(kept.id, RECORD)
        assert (ana.office.audit(), ben.office.audit()) == (before, ())
        house.close()
