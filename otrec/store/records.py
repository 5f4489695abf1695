"""What is recorded of a client: goals with their points, sessions, and the plans that were kept."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import Any, Final, Literal, get_args

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from otrec.models import Frozen, OptionError
from otrec.progress import DataPoint, GoalRecord, ProgressFile, SessionRecord
from otrec.store.audit import note
from otrec.store.errors import ConflictError, MissingError
from otrec.store.part import Part, same_version
from otrec.store.schema import ClientRow, GoalRow, PlanRow, SessionRow, TrialRow, now

POINT: Final = ("date", "value", "out_of", "prompt", "setting", "by", "note")
PlanKind = Literal["session", "group", "day", "weeks"]


class Record(Frozen):
    """Goals, points and sessions of a client; `version` counts changes, `file` is None while there is no goal."""

    file: ProgressFile | None
    version: int


class KeptPlan(Frozen):
    """A plan as it was kept, in the fields of `Plan.to_dict()`."""

    id: int
    kind: PlanKind
    for_date: dt.date | None
    content: dict[str, Any]
    made_at: dt.datetime


class Records(Part):
    """Progress and plans of the clients on a desk."""

    def progress(self, client_id: uuid.UUID) -> Record:
        """All goals, points and sessions of a client."""
        with self._reading() as session:
            row = self._client(session, client_id)
            return record_of(session, row)

    def keep(self, client_id: uuid.UUID, file: ProgressFile, *, version: int | None = None) -> int:
        """Put a progress file in place of what is there; returns the new version.

        Raises
        ------
        ConflictError
            If somebody changed the record since `version` was read; nothing is overwritten.
        """
        with self._writing() as session:
            row = self._to_change(session, client_id)
            there = record_of(session, row).file
            if there is not None and there.model_copy(update={"client": file.client}) == file:
                same_version(row.record_version, version, "The record")
                return row.record_version
            found = self._next(session, row, version)
            _put_goals(session, row.id, file.goals)
            _put_sessions(session, row.id, file.sessions)
            note(session, self.who, "changed record", row.id, version=found)
            return found

    def add_points(self, client_id: uuid.UUID, points: Mapping[str, Sequence[DataPoint]]) -> int:
        """Add measurements to goals, by the goals' ids; checked together with what is there.

        Raises
        ------
        MissingError
            If a goal is not there.
        ProgressError
            If a point does not fit its goal, or its day and setting are taken.
        """
        with self._writing() as session:
            row = self._to_change(session, client_id)
            # The row is held first, so that what is checked below is still so when the points are written.
            found = self._next(session, row, None)
            goals = _goals(session, row.id)
            unknown = sorted(set(points) - set(goals))
            if unknown:
                raise MissingError(
                    f"There is no goal {', '.join(unknown)[:60]}; there is {', '.join(goals) or 'none yet'}."
                )
            for code, more in points.items():
                number, goal = goals[code]
                _checked(goal, more)
                _insert_points(session, row.id, number, more)
            note(session, self.who, "added points", row.id, count=sum(map(len, points.values())))
            return found

    def add_session(self, client_id: uuid.UUID, held: SessionRecord) -> int:
        """Add a session that was held; a second one on the same day is refused."""
        with self._writing() as session:
            row = self._to_change(session, client_id)
            taken = select(SessionRow.id).where(SessionRow.client_id == row.id, SessionRow.date == held.date)
            if session.scalar(taken) is not None:
                raise ConflictError(
                    f"A session on {held.date} is recorded already. Open the record and change it there."
                )
            _put_session(session, row.id, held)
            found = self._next(session, row, None)
            note(session, self.who, "added session", row.id)
            return found

    def _next(self, session: Session, row: ClientRow, version: int | None) -> int:
        same_version(row.record_version, version, "The record")
        wanted = update(ClientRow).where(ClientRow.id == row.id)
        if version is not None:
            wanted = wanted.where(ClientRow.record_version == version)
        found: int | None = session.scalar(
            wanted.values(record_version=ClientRow.record_version + 1, changed_at=now()).returning(
                ClientRow.record_version
            )
        )
        if found is None:
            raise ConflictError("The record was changed at this very moment. Open it again and repeat your change.")
        return found

    def keep_plan(
        self, client_id: uuid.UUID, kind: PlanKind, content: Mapping[str, Any], for_date: dt.date | None = None
    ) -> int:
        """Keep a plan of a client; returns its number.

        Raises
        ------
        OptionError
            If the kind is none.
        """
        if kind not in get_args(PlanKind):
            raise OptionError(f"kind: choose from {', '.join(get_args(PlanKind))}")
        with self._writing() as session:
            row = self._to_change(session, client_id)
            plan = PlanRow(
                client_id=row.id, kind=kind, for_date=for_date, content=dict(content), made_by=self.who.person_id
            )
            session.add(plan)
            session.flush()
            note(session, self.who, "kept plan", row.id)
            return plan.id

    def plans(self, client_id: uuid.UUID, limit: int = 10) -> tuple[KeptPlan, ...]:
        """The plans of a client, newest first."""
        with self._reading() as session:
            row = self._client(session, client_id)
            rows = session.scalars(
                select(PlanRow)
                .where(PlanRow.client_id == row.id)
                .order_by(PlanRow.made_at.desc(), PlanRow.id.desc())
                .limit(limit)
            )
            return tuple(
                KeptPlan.model_validate({name: getattr(one, name) for name in KeptPlan.model_fields}) for one in rows
            )

    def drop_plan(self, client_id: uuid.UUID, number: int) -> None:
        """Delete a plan that was kept."""
        with self._writing() as session:
            row = self._to_change(session, client_id)
            session.execute(delete(PlanRow).where(PlanRow.client_id == row.id, PlanRow.id == number))
            note(session, self.who, "dropped plan", row.id)


def record_of(session: Session, row: ClientRow) -> Record:
    goals = tuple(goal for _, goal in _goals(session, row.id).values())
    held = session.scalars(select(SessionRow.content).where(SessionRow.client_id == row.id).order_by(SessionRow.date))
    sessions = tuple(SessionRecord.model_validate(content) for content in held)
    file = ProgressFile.model_construct(client=row.code, goals=goals, sessions=sessions) if goals else None
    return Record.model_construct(file=file, version=row.record_version)


def _goals(session: Session, client_id: uuid.UUID) -> dict[str, tuple[int, GoalRecord]]:
    """Goals by their ids, in their order, with their points; two queries, whatever there is."""
    points: dict[int, list[dict[str, Any]]] = {}
    columns = [getattr(TrialRow, name) for name in POINT]
    wanted = select(TrialRow.goal_id, *columns).where(TrialRow.client_id == client_id)
    for goal_id, *values in session.execute(wanted.order_by(TrialRow.goal_id, TrialRow.id)):
        points.setdefault(goal_id, []).append(dict(zip(POINT, values, strict=True)))
    rows = session.scalars(select(GoalRow).where(GoalRow.client_id == client_id).order_by(GoalRow.place)).all()
    return {
        row.code: (row.id, GoalRecord.model_validate({**row.content, "points": points.get(row.id, [])})) for row in rows
    }


def _checked(goal: GoalRecord, more: Sequence[DataPoint]) -> None:
    whole = goal.model_dump(exclude={"points": {"__all__": {"id"}}})
    whole["points"] = [*whole["points"], *(point.model_dump(exclude={"id"}) for point in more)]
    ProgressFile.parse({"client": "record", "goals": [whole]}, "points")


def _put_goals(session: Session, client_id: uuid.UUID, goals: Sequence[GoalRecord]) -> None:
    there = _goals(session, client_id)
    gone = set(there) - {goal.id for goal in goals}
    if gone:
        session.execute(delete(GoalRow).where(GoalRow.client_id == client_id, GoalRow.code.in_(gone)))
    for place, goal in enumerate(goals):
        content = goal.model_dump(mode="json", exclude={"points"})
        if goal.id in there:
            number, before = there[goal.id]
            session.execute(update(GoalRow).where(GoalRow.id == number).values(place=place, content=content))
            _put_points(session, client_id, number, before.points, goal.points)
            continue
        row = GoalRow(client_id=client_id, code=goal.id, place=place, content=content)
        session.add(row)
        session.flush()
        _insert_points(session, client_id, row.id, goal.points)


def _put_points(
    session: Session, client_id: uuid.UUID, goal_id: int, before: Sequence[DataPoint], after: Sequence[DataPoint]
) -> None:
    """Leave the points that stayed the same, and write what follows anew."""
    same = 0
    for old, new in zip_longest(before, after):
        if old != new:
            break
        same += 1
    if same < len(before):
        wanted = select(TrialRow.id).where(TrialRow.client_id == client_id, TrialRow.goal_id == goal_id)
        stale = session.scalars(wanted.order_by(TrialRow.id).offset(same)).all()
        session.execute(delete(TrialRow).where(TrialRow.id.in_(stale)))
    _insert_points(session, client_id, goal_id, after[same:])


def _insert_points(session: Session, client_id: uuid.UUID, goal_id: int, points: Iterable[DataPoint]) -> None:
    rows = [
        {"client_id": client_id, "goal_id": goal_id, **{name: getattr(point, name) for name in POINT}}
        for point in points
    ]
    if rows:
        session.execute(insert(TrialRow), rows)


def _put_sessions(session: Session, client_id: uuid.UUID, sessions: Iterable[SessionRecord]) -> None:
    session.execute(delete(SessionRow).where(SessionRow.client_id == client_id))
    for held in sessions:
        _put_session(session, client_id, held)


def _put_session(session: Session, client_id: uuid.UUID, held: SessionRecord) -> None:
    session.add(SessionRow(client_id=client_id, date=held.date, content=held.model_dump(mode="json")))
    session.flush()
