"""How the databases find what a page asks for: by an index, never by reading a whole table."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event

from otrec import example
from otrec.models import Feedback
from otrec.progress import ProgressFile, SessionRecord
from otrec.progress.records import DataPoint
from otrec.store import Desk
from tests.stores import KINDS, Clinic, child, clinic

#: Tables that grow with the caseload; an organisation and its people stay few.
LARGE = ("client", "share", "profile", "goal", "trial", "session", "plan", "feedback", "audit", "bag", "engine")
Statement = tuple[str, Any]


@pytest.fixture(params=KINDS)
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Clinic]:
    with clinic(request.param, tmp_path) as made:
        yield made


def used(desk: Desk, sue: Desk) -> None:
    """Everything that a page asks of a desk, once."""
    file = ProgressFile.load(example("progress_pencil_grip"))
    kept = desk.clients.save(child())
    desk.clients.save(child(minutes=45), id=kept.id, version=1)
    first = desk.clients.page()[0]
    desk.clients.page("c", after=(first.code, first.id))
    desk.clients.page(archived=True)
    sue.clients.page(whose="organisation")
    desk.clients.schedule(kept.id, dt.date(2027, 1, 1))
    desk.clients.coming(dt.date(2027, 2, 1))
    desk.clients.open(kept.id)
    desk.clients.find("c001")
    desk.clients.versions(kept.id)
    desk.records.keep(kept.id, file)
    desk.records.progress(kept.id)
    goal = file.goals[0]
    point = DataPoint(date=dt.date(2027, 3, 1), value=1, out_of=goal.points[0].out_of)
    desk.records.add_points(kept.id, {goal.id: [point]})
    desk.records.add_session(kept.id, SessionRecord(date=dt.date(2027, 3, 1)))
    desk.records.keep(kept.id, file)
    desk.records.keep_plan(kept.id, "session", {})
    desk.records.plans(kept.id)
    desk.sharing.share(kept.id, "sue")
    desk.sharing.of(kept.id)
    desk.said.say(Feedback(activity="bake_bread", verdict="unsafe"), "v1", kept.id)
    desk.said.mine()
    desk.said.mine(kept.id)
    desk.said.curation()
    desk.own.favour("bake_bread")
    desk.own.favourites()
    desk.own.keep_bag("Monday", [])
    desk.own.bags()
    desk.own.learn({})
    desk.own.engine()
    desk.own.activities()
    desk.office.audit(kept.id)
    desk.office.audit()
    desk.clients.count()
    desk.clients.erase(kept.id)


def asked(house: Clinic) -> list[Statement]:
    """The different statements that a desk runs, with their parameters."""
    desk, sue = house.desk("ana"), house.desk("sue", "supervisor")
    found: dict[str, Any] = {}

    def listen(
        _connection: Connection, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool
    ) -> None:
        if statement.lstrip().startswith(("SELECT", "UPDATE", "DELETE")) and "set_config" not in statement and not many:
            found.setdefault(statement, parameters)

    event.listen(house.store.database.engine, "before_cursor_execute", listen)
    used(desk, sue)
    event.remove(house.store.database.engine, "before_cursor_execute", listen)
    return list(found.items())


def whole_tables(house: Clinic, statement: Statement) -> list[str]:
    """The large tables that a database would read from end to end to answer a statement."""
    words, parameters = statement
    with house.store.database.begin(house.desks["ana"].who.told) as session:
        connection = session.connection()
        if house.store.database.is_sqlite:
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {words}", parameters).all()
            return re.findall(rf"SCAN ({'|'.join(LARGE)})\b", "\n".join(row[3] for row in rows))
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        plan = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {words}", parameters).scalar_one()
        return [table for table in _unguided(plan[0]["Plan"]) if table in LARGE]


def _unguided(node: dict[str, Any]) -> Iterator[str]:
    """Tables that PostgreSQL reads without a condition on an index: row by row, or along a whole index."""
    kind = node["Node Type"]
    if kind == "Seq Scan" or (kind.startswith("Index") and "Index Cond" not in node):
        yield node["Relation Name"]
    for part in node.get("Plans", ()):
        yield from _unguided(part)


def test_no_statement_of_a_desk_reads_a_whole_table(house: Clinic) -> None:
    statements = asked(house)
    assert len(statements) > 40
    found = {words: names for words, given in statements if (names := whole_tables(house, (words, given)))}
    assert not found


def test_a_statement_without_an_index_would_be_found(house: Clinic) -> None:
    house.desk("ana")
    assert whole_tables(house, ("SELECT id FROM share WHERE may_write", ())) == ["share"]
