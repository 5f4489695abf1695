"""Who saw or changed which record and when: entries that only grow, each with the hash of the one before.

A chain tells that an entry was changed, left out or put in between. It cannot tell that the newest entries were cut
off together with the head; who must exclude that writes the newest hash down elsewhere from time to time.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from otrec.models import Frozen
from otrec.store.people import Who
from otrec.store.schema import AuditHeadRow, AuditRow, OrganisationRow, now

#: How many entries are read at once while a chain is checked.
STEP: Final = 5_000


class Entry(Frozen):
    """One entry of the audit."""

    seq: int
    at: dt.datetime
    person_id: uuid.UUID
    action: str
    client_id: uuid.UUID | None
    detail: dict[str, Any]
    hash: str


class Chain(Frozen):
    """What a check of an organisation's audit found; `broken_at` is the first entry that does not fit."""

    organisation: str
    entries: int
    head: str
    broken_at: int | None
    reason: str


def link(before: str, *facts: Any) -> str:
    """The hash of an entry: SHA-256 over the hash before it and all of its facts.

    >>> link("", 1, "viewed") == link("", 1, "viewed") != link("", 2, "viewed")
    True
    """
    return hashlib.sha256(json.dumps([before, *facts], ensure_ascii=True, default=str).encode()).hexdigest()


def note(
    session: Session, who: Who, action: str, client_id: uuid.UUID | None = None, **detail: str | int | None
) -> None:
    """Add an entry in the same transaction as what it tells of; ids and counts only, never a client's words."""
    head = session.scalars(
        select(AuditHeadRow).where(AuditHeadRow.organisation_id == who.organisation_id).with_for_update()
    ).one()
    told = json.dumps(detail, sort_keys=True) if detail else ""
    entry = {"seq": head.seq + 1, "at": now().isoformat(timespec="microseconds"), "person_id": who.person_id,
             "action": action, "client_id": client_id, "detail": told}  # fmt: skip
    found = _link(head.hash, who.organisation_id, entry)
    session.add(AuditRow(organisation_id=who.organisation_id, before=head.hash, hash=found, **entry))
    head.seq, head.hash = head.seq + 1, found
    session.flush()


def _link(before: str, organisation_id: uuid.UUID, entry: dict[str, Any]) -> str:
    names = ("seq", "at", "person_id", "action", "client_id", "detail")
    return link(before, str(organisation_id), *(entry[name] for name in names))


def entries(
    session: Session, who: Who, client_id: uuid.UUID | None = None, *, before: int | None = None, limit: int = 50
) -> tuple[Entry, ...]:
    """The newest entries of an organisation, or of one client, as far as this person may read them."""
    wanted = select(AuditRow).where(AuditRow.organisation_id == who.organisation_id)
    if client_id is not None:
        wanted = wanted.where(AuditRow.client_id == client_id)
    elif who.role not in ("supervisor", "administrator"):
        wanted = wanted.where(AuditRow.person_id == who.person_id)
    if before is not None:
        wanted = wanted.where(AuditRow.seq < before)
    rows = session.scalars(wanted.order_by(AuditRow.seq.desc()).limit(limit))
    return tuple(_entry(row) for row in rows)


def _entry(row: AuditRow) -> Entry:
    return Entry(
        seq=row.seq, at=dt.datetime.fromisoformat(row.at), person_id=row.person_id, action=row.action,
        client_id=row.client_id, detail=json.loads(row.detail or "{}"), hash=row.hash,
    )  # fmt: skip


def verify(session: Session) -> tuple[Chain, ...]:
    """Check the chain of every organisation from its first entry to its head."""
    homes = session.execute(select(OrganisationRow.id, OrganisationRow.name).order_by(OrganisationRow.name)).all()
    return tuple(_checked(session, home, name) for home, name in homes)


def _checked(session: Session, home: uuid.UUID, name: str) -> Chain:
    seq, before = 0, ""
    for row in _in_order(session, home):
        entry = {key: getattr(row, key) for key in ("seq", "at", "person_id", "action", "client_id", "detail")}
        if row.seq != seq + 1:
            return Chain(organisation=name, entries=seq, head=before, broken_at=seq + 1, reason="entries are missing")
        if row.before != before or row.hash != _link(before, home, entry):
            return Chain(organisation=name, entries=seq, head=before, broken_at=row.seq, reason="it was changed")
        seq, before = row.seq, row.hash
    head = session.get(AuditHeadRow, home)
    if head is None or (head.seq, head.hash) != (seq, before):
        return Chain(organisation=name, entries=seq, head=before, broken_at=seq + 1, reason="the newest are missing")
    return Chain(organisation=name, entries=seq, head=before, broken_at=None, reason="")


def _in_order(session: Session, home: uuid.UUID) -> Iterator[AuditRow]:
    last = 0
    while True:
        rows = session.scalars(
            select(AuditRow)
            .where(AuditRow.organisation_id == home, AuditRow.seq > last)
            .order_by(AuditRow.seq)
            .limit(STEP)
        ).all()
        yield from rows
        if len(rows) < STEP:
            return
        last = rows[-1].seq
        session.expunge_all()
