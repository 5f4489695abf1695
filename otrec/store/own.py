"""What a person keeps for themselves: favourites, bags, settings, study progress, engines, activities of their own."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from sqlalchemy import Select, delete, func, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from otrec.models import Frozen, OptionError
from otrec.store.audit import note
from otrec.store.errors import ConflictError, MissingError
from otrec.store.part import Part, same_version
from otrec.store.schema import ActivityRow, BagRow, EngineRow, FavouriteRow, KeptRow, now

T = TypeVar("T")


class Bag(Frozen):
    """A bag of tools by its name."""

    name: str
    tools: tuple[str, ...]
    version: int


class OwnActivity(Frozen):
    """An activity of one's own, as the cells of a row of `activities.csv`."""

    code: str
    row: dict[str, str]
    shared: bool
    mine: bool
    version: int


class Own(Part):
    """What belongs to one person and to no client."""

    def favourites(self) -> frozenset[str]:
        with self._reading() as session:
            found = session.scalars(select(FavouriteRow.activity).where(FavouriteRow.person_id == self.who.person_id))
            return frozenset(found)

    def favour(self, activity: str, *, on: bool = True) -> None:
        """Make an activity a favourite, or not any more."""
        with self._writing() as session:
            there = session.get(FavouriteRow, (self.who.person_id, activity))
            if on and there is None:
                session.add(FavouriteRow(person_id=self.who.person_id, activity=activity))
            elif not on and there is not None:
                session.delete(there)

    def bags(self) -> tuple[Bag, ...]:
        with self._reading() as session:
            rows = session.scalars(select(BagRow).where(BagRow.person_id == self.who.person_id).order_by(BagRow.name))
            return tuple(Bag(name=row.name, tools=tuple(row.tools), version=row.version) for row in rows)

    def keep_bag(self, name: str, tools: Iterable[str], *, version: int | None = None) -> Bag:
        """Keep a bag under a name of 1-60 letters."""
        name, held = name.strip(), list(dict.fromkeys(tools))
        if not 1 <= len(name) <= 60:
            raise OptionError("name: give the bag a name of 1-60 letters")
        with self._writing() as session:
            row = session.scalar(
                select(BagRow).where(BagRow.person_id == self.who.person_id, BagRow.name == name).with_for_update()
            )
            if row is None:
                row = BagRow(person_id=self.who.person_id, name=name, tools=held, version=1)
                session.add(row)
            else:
                same_version(row.version, version, "The bag")
                row.tools, row.version = held, row.version + 1
            session.flush()
            return Bag(name=row.name, tools=tuple(held), version=row.version)

    def drop_bag(self, name: str) -> None:
        with self._writing() as session:
            session.execute(delete(BagRow).where(BagRow.person_id == self.who.person_id, BagRow.name == name))

    def kept(self, name: str) -> tuple[dict[str, Any], int]:
        """What is kept under a name (`settings`, `study`) and its version; empty and 0 where there is nothing."""
        with self._reading() as session:
            row = session.get(KeptRow, (self.who.person_id, name))
            return (dict(row.content), row.version) if row else ({}, 0)

    def keep(self, name: str, content: Mapping[str, Any], *, version: int | None = None) -> int:
        """Keep something under a name; returns its new version."""
        with self._writing() as session:
            row = session.scalar(
                select(KeptRow).where(KeptRow.person_id == self.who.person_id, KeptRow.name == name).with_for_update()
            )
            if row is None:
                same_version(0, version, f"What is kept as {name!r}")
                row = KeptRow(person_id=self.who.person_id, name=name, content=dict(content), version=1)
                session.add(row)
            else:
                same_version(row.version, version, f"What is kept as {name!r}")
                row.content, row.version = dict(content), row.version + 1
            session.flush()
            return row.version

    def engine(self) -> dict[str, Any] | None:
        """What the present engine has learned (`Engine.learned`), or None while it is the prior."""
        with self._reading() as session:
            return _learned(session, self.who.person_id)

    def engines(self) -> int:
        """How many updates can be undone."""
        with self._reading() as session:
            live = select(func.count()).select_from(EngineRow)
            return session.scalar(live.where(EngineRow.person_id == self.who.person_id, ~EngineRow.undone)) or 0

    def learn(self, content: Mapping[str, Any]) -> int:
        """Keep what an engine has learned as its newest version; returns the number."""
        with self._writing() as session:
            last = session.scalar(select(func.max(EngineRow.number)).where(EngineRow.person_id == self.who.person_id))
            row = EngineRow(person_id=self.who.person_id, number=(last or 0) + 1, content=dict(content))
            session.add(row)
            session.flush()
            return row.number

    def unlearn(self) -> dict[str, Any] | None:
        """Go back to the engine before the last update; what was learned stays on record as undone."""
        with self._writing() as session:
            number = session.scalar(_newest(EngineRow.id, self.who.person_id))
            if number is None:
                raise OptionError("there is nothing to undo: this engine has learned nothing yet")
            session.execute(update(EngineRow).where(EngineRow.id == number).values(undone=True))
            return _learned(session, self.who.person_id)

    def activities(self) -> tuple[OwnActivity, ...]:
        """One's own activities, and those that colleagues share."""
        with self._reading() as session:
            rows = session.scalars(
                select(ActivityRow)
                .where(
                    ActivityRow.organisation_id == self.who.organisation_id,
                    or_(ActivityRow.person_id == self.who.person_id, ActivityRow.shared),
                )
                .order_by(ActivityRow.code)
            )
            return tuple(self._activity(row) for row in rows)

    def keep_activity(self, row: Mapping[str, str], *, shared: bool = False, version: int | None = None) -> OwnActivity:
        """Keep an activity of one's own; the caller has checked the row against the library."""
        code = row["id"]
        with self._writing() as session:
            there = self._mine(session, code)
            if there is None:
                there = ActivityRow(
                    organisation_id=self.who.organisation_id,
                    person_id=self.who.person_id,
                    code=code,
                    row=dict(row),
                    shared=shared,
                    version=1,
                )
                session.add(there)
            else:
                same_version(there.version, version, "The activity")
                there.row, there.shared = dict(row), shared
                there.version, there.changed_at = there.version + 1, now()
            session.flush()
            note(session, self.who, "changed own activity", None, activity=code)
            return self._activity(there)

    def _mine(self, session: Session, code: str) -> ActivityRow | None:
        wanted = select(ActivityRow).where(
            ActivityRow.organisation_id == self.who.organisation_id, ActivityRow.code == code
        )
        found = session.scalar(wanted.with_for_update())
        if found is not None and found.person_id != self.who.person_id:
            raise ConflictError("A colleague has an activity under this id; choose another id.")
        return found

    def drop_activity(self, code: str) -> None:
        """Delete an activity of one's own."""
        with self._writing() as session:
            gone = session.execute(
                delete(ActivityRow)
                .where(ActivityRow.person_id == self.who.person_id, ActivityRow.code == code)
                .returning(ActivityRow.id)
            ).all()
            if not gone:
                raise MissingError("You have no activity under this id.")
            note(session, self.who, "dropped own activity", None, activity=code)

    def _activity(self, row: ActivityRow) -> OwnActivity:
        return OwnActivity(
            code=row.code,
            row=dict(row.row),
            shared=row.shared,
            mine=row.person_id == self.who.person_id,
            version=row.version,
        )


def _learned(session: Session, person_id: uuid.UUID) -> dict[str, Any] | None:
    found: dict[str, Any] | None = session.scalar(_newest(EngineRow.content, person_id))
    return found


def _newest(column: InstrumentedAttribute[T], person_id: uuid.UUID) -> Select[T]:
    wanted = select(column).where(EngineRow.person_id == person_id, ~EngineRow.undone)
    return wanted.order_by(EngineRow.number.desc()).limit(1)
