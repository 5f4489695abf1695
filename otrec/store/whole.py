"""Everything of one person at once: all of it to take along, all of it deleted, and how much room it takes."""

from __future__ import annotations

import uuid
from typing import Any, Final

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from otrec.store.audit import note
from otrec.store.part import Part
from otrec.store.records import record_of
from otrec.store.schema import (
    ActivityRow,
    BagRow,
    Base,
    ClientRow,
    EngineRow,
    FavouriteRow,
    FeedbackRow,
    KeptRow,
    PlanRow,
    ProfileRow,
)

#: What belongs to a person and to no client: table -> the fields that are written out.
TABLES: Final[dict[str, tuple[type[Base], tuple[str, ...]]]] = {
    "bags": (BagRow, ("name", "tools")),
    "favourites": (FavouriteRow, ("activity", "added_at")),
    "own_activities": (ActivityRow, ("code", "row", "shared", "changed_at")),
    "feedback": (FeedbackRow, ("activity", "verdict", "other", "client_id", "library_version", "said_at")),
    "kept": (KeptRow, ("name", "content")),
    "engines": (EngineRow, ("number", "content", "undone", "made_at")),
}


class Whole(Part):
    """All that belongs to one person."""

    def content(self) -> dict[str, Any]:
        """One's own clients with versions, records and plans, and all that is kept besides; the audit notes it."""
        with self._writing() as session:
            wanted = select(ClientRow).where(ClientRow.owner_id == self.who.person_id).order_by(ClientRow.code)
            clients = [_client(session, row) for row in session.scalars(wanted).all()]
            found: dict[str, Any] = {"clients": clients}
            for name, (table, fields) in TABLES.items():
                found[name] = _rows(session, table, fields, self.who.person_id)
            note(session, self.who, "took out own data", None, count=len(clients))
            return found

    def erase(self) -> dict[str, int]:
        """Delete all of it, for good; says how much there was. The audit keeps that it was done, by ids alone."""
        with self._writing() as session:
            mine = select(ClientRow.id).where(ClientRow.owner_id == self.who.person_id)
            clients = session.scalars(mine).all()
            for client_id in clients:
                session.execute(delete(ClientRow).where(ClientRow.id == client_id))
                note(session, self.who, "erased client", client_id)
            gone = {"clients": len(clients)}
            for name, (table, _) in TABLES.items():
                done = session.execute(
                    delete(table).where(table.__table__.c.person_id == self.who.person_id)
                    .returning(table.__table__.c.person_id)
                )  # fmt: skip
                gone[name] = len(done.all())
            note(session, self.who, "erased everything of theirs", None, count=sum(gone.values()))
            return gone

    def size(self) -> int:
        """How large the whole database is, in bytes."""
        if not self.database.is_sqlite:
            with self._reading() as session:
                return int(session.execute(text("SELECT pg_database_size(current_database())")).scalar() or 0)
        file = self.database.file
        if file is None:
            return 0
        parts = (file, file.with_name(f"{file.name}-wal"))
        return sum(part.stat().st_size for part in parts if part.is_file())


def _client(session: Session, row: ClientRow) -> dict[str, Any]:
    file = record_of(session, row).file
    versions = select(ProfileRow).where(ProfileRow.client_id == row.id).order_by(ProfileRow.number)
    plans = select(PlanRow).where(PlanRow.client_id == row.id).order_by(PlanRow.id)
    return {
        "profile": row.profile,
        "archived_at": row.archived_at,
        "next_session": row.next_session,
        "versions": _fields(session.scalars(versions), ("number", "content", "saved_at")),
        "record": None if file is None else file.model_dump(mode="json"),
        "plans": _fields(session.scalars(plans), ("kind", "for_date", "content", "made_at")),
    }


def _rows(session: Session, table: type[Base], fields: tuple[str, ...], person_id: uuid.UUID) -> list[dict[str, Any]]:
    columns = table.__table__.c
    wanted = select(table).where(columns.person_id == person_id).order_by(*table.__table__.primary_key)
    return _fields(session.scalars(wanted), fields)


def _fields(rows: Any, names: tuple[str, ...]) -> list[dict[str, Any]]:
    return [{name: getattr(row, name) for name in names} for row in rows]
