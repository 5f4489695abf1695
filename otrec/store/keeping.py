"""Looking after a database as its owner: is it whole, what is due to be erased, who is in it, what may be taken out."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable, Collection, Iterator
from typing import Any, Final

from pydantic import ValidationError
from sqlalchemy import Connection, String, cast, delete, func, inspect, or_, select, text
from sqlalchemy.orm import Session

from otrec.models import Client, Frozen, OptionError
from otrec.models.wording import nearest
from otrec.progress import GoalRecord, SessionRecord
from otrec.store import migrations
from otrec.store.audit import Chain, Entry, _entry, note, verify
from otrec.store.database import Database
from otrec.store.errors import MissingError
from otrec.store.owner import OWNER_ID, owner_of
from otrec.store.people import ROLES, People, Person, Who, invited, normal, people_of
from otrec.store.records import record_of
from otrec.store.schema import TABLES, AuditRow, ClientRow, GoalRow, OrganisationRow, PersonRow, ProfileRow, SessionRow

#: How many findings of one kind are told.
MOST: Final = 20
#: What stands in a row's content -> how it is read.
READ: Final[dict[str, tuple[Any, Callable[[Any], Any]]]] = {
    "client": (ClientRow.profile, Client.model_validate),
    "profile": (ProfileRow.content, Client.model_validate),
    "goal": (GoalRow.content, lambda content: GoalRecord.model_validate({**content, "points": []})),
    "session": (SessionRow.content, SessionRecord.model_validate),
}


class Checked(Frozen):
    """What a check found; `problems` is empty where all is well. `counts` are rows by table."""

    place: str
    form: str | None
    counts: dict[str, int]
    chains: tuple[Chain, ...]
    problems: tuple[str, ...]


class Due(Frozen):
    """A client who was put away for longer than their organisation keeps records, by ids alone."""

    organisation: str
    organisation_id: uuid.UUID
    client_id: uuid.UUID
    archived_at: dt.datetime


def check(database: Database) -> Checked:
    """Whether a database is whole: its pages, what hangs on what, each record, and the chain of each audit.

    >>> from otrec.store import Store
    >>> found = check(Store.open("sqlite://").database)
    >>> found.problems, found.counts["client"]
    ((), 0)
    """
    problems, chains = list[str](), tuple[Chain, ...]()
    with database.telling(), database.engine.connect().execution_options(otrec_write=False) as connection:
        problems += _broken(connection) if database.is_sqlite else []
        form, counts = migrations.current(connection), _counts(connection)
        if form != migrations.HEAD:
            problems.append(f"it has form {form or 'none'}; run `otrec db upgrade` to bring it to {migrations.HEAD}")
        elif len(counts) < len(TABLES):
            gone = ", ".join(one.name for one in TABLES if one.name not in counts)
            problems.append(f"tables are missing: {gone}; restore a back-up")
        else:
            problems += _unreadable(connection)
            with Session(connection) as session:
                chains, strays = _verified(session)
            problems += [f"entries of the audit that stand in no chain: {strays:,}"] if strays else []
    problems += [f"the audit of {one.organisation!r} breaks at entry {one.broken_at}: {one.reason}"
                 for one in chains if one.broken_at is not None]  # fmt: skip
    return Checked(place=database.place, form=form, counts=counts, chains=chains, problems=tuple(problems))


def verified(database: Database) -> tuple[tuple[Chain, ...], int]:
    """The chain of each organisation's audit, and how many entries stand in none of them.

    >>> from otrec.store import Store
    >>> verified(Store.open("sqlite://").database)
    ((), 0)
    """
    with database.begin(write=False) as session:
        return _verified(session)


def _verified(session: Session) -> tuple[tuple[Chain, ...], int]:
    """A chain begins at 1 and belongs to an organisation: what was put in before it, or for nobody, is in none."""
    homes = select(OrganisationRow.id)
    strays = select(func.count()).where(or_(AuditRow.seq < 1, AuditRow.organisation_id.not_in(homes)))
    return verify(session), session.scalar(strays) or 0


def _broken(connection: Connection) -> list[str]:
    """Damaged pages of a SQLite file, and rows that hang on nothing."""
    told = connection.execute(text(f"PRAGMA integrity_check({MOST})")).scalars().all()
    pages = [] if told == ["ok"] else [f"the file is damaged ({len(told)} places); restore a back-up"]
    loose: dict[str, int] = {}
    for row in connection.execute(text("PRAGMA foreign_key_check")):
        loose[row[0]] = loose.get(row[0], 0) + 1
    return pages + [f"{count} rows of {name} hang on something that is gone" for name, count in loose.items()]


def _counts(connection: Connection) -> dict[str, int]:
    there = set(inspect(connection).get_table_names())
    wanted = (one for one in TABLES if one.name in there)
    return {one.name: connection.execute(select(func.count()).select_from(one)).scalar() or 0 for one in wanted}


def _unreadable(connection: Connection) -> list[str]:
    """Records that this version of otrec cannot read, by table and id."""
    found: list[str] = []
    for name, (content, read) in READ.items():
        wanted = select(content.class_.id, cast(content, String))
        bad = [str(number) for number, raw in connection.execute(wanted) if not _reads(read, raw)]
        if bad:
            more = f" and {len(bad) - MOST} more" if len(bad) > MOST else ""
            found.append(f"records of {name} cannot be read: {', '.join(bad[:MOST])}{more}; restore a back-up")
    return found


def _reads(read: Callable[[Any], Any], raw: str) -> bool:
    try:
        read(json.loads(raw))
    except (ValidationError, ValueError, TypeError, RecursionError):
        return False
    return True


def due(database: Database, today: dt.date) -> tuple[Due, ...]:
    """Clients whom a `purge` would erase; nothing is changed."""
    with database.begin(write=False) as session:
        return tuple(_due(session, today))


def purge(database: Database, today: dt.date, only: Collection[uuid.UUID] | None = None) -> tuple[Due, ...]:
    """Erase for good who was put away, and not changed since, for longer than their organisation keeps records.

    All that hangs on a client goes along. The audit notes each one, by the owner of the database (see `OWNER_ID`).
    With `only`, nobody else is erased, even if they have become due meanwhile.
    """
    with database.begin() as session:
        found = tuple(one for one in _due(session, today, lock=True) if only is None or one.client_id in only)
        for one in found:
            session.execute(delete(ClientRow).where(ClientRow.id == one.client_id))
            note(session, owner_of(one.organisation_id), "erased client", one.client_id, reason="retention")
        return found


def _due(session: Session, today: dt.date, *, lock: bool = False) -> Iterator[Due]:
    homes = session.scalars(
        select(OrganisationRow).where(OrganisationRow.retention_days.is_not(None)).order_by(OrganisationRow.name)
    )
    for home in homes.all():
        first = dt.datetime.combine(today - dt.timedelta(days=home.retention_days or 0), dt.time(), dt.UTC)
        wanted = select(ClientRow.id, ClientRow.archived_at).where(
            ClientRow.organisation_id == home.id, ClientRow.archived_at < first, ClientRow.changed_at < first
        )
        wanted = wanted.with_for_update() if lock else wanted  # who is taken back meanwhile is not erased
        for client_id, archived_at in session.execute(wanted.order_by(ClientRow.archived_at, ClientRow.id)).all():
            yield Due(organisation=home.name, organisation_id=home.id, client_id=client_id, archived_at=archived_at)


def invite(database: Database, login: str, role: str, organisation: str) -> Who:
    """Let somebody sign in under a login; an organisation that is new is made. The audit notes it.

    Raises
    ------
    OptionError
        If the role is none, the login is taken, or the organisation has no name.
    """
    if role not in ROLES:
        raise OptionError(f"--role: {role!r} is none; choose from {', '.join(ROLES)}{nearest(role, ROLES)}")
    if not 1 <= len(organisation.strip()) <= 80 or not organisation.strip().isprintable():
        raise OptionError("--organisation: give a name of 1-80 letters in one line")
    who = People(database).add(invited(login), role, organisation)
    with database.begin() as session:
        note(session, owner_of(who.organisation_id), "invited person", None, person=str(who.person_id), role=role)
    return who


def everybody(database: Database) -> tuple[tuple[str, Person], ...]:
    """Everybody of every organisation: (organisation, person)."""
    with database.begin(write=False) as session:
        homes = session.execute(select(OrganisationRow.id, OrganisationRow.name).order_by(OrganisationRow.name)).all()
        return tuple((name, person) for home, name in homes for person in people_of(session, home))


class Noted(Frozen):
    """An entry of an audit with the names of the organisation and of who did it."""

    organisation: str
    login: str
    entry: Entry


def audited(database: Database, limit: int = 50) -> tuple[Noted, ...]:
    """The newest entries of all organisations, newest first."""
    wanted = (
        select(AuditRow, OrganisationRow.name, PersonRow.login)
        .join(OrganisationRow, OrganisationRow.id == AuditRow.organisation_id)
        .outerjoin(PersonRow, PersonRow.id == AuditRow.person_id)
        .order_by(AuditRow.at.desc(), AuditRow.organisation_id, AuditRow.seq.desc())
    )
    with database.begin(write=False) as session:
        return tuple(
            Noted(organisation=home, login=login or _gone(row.person_id), entry=_entry(row))
            for row, home, login in session.execute(wanted.limit(limit))
        )


def _gone(person_id: uuid.UUID) -> str:
    return "owner" if person_id == OWNER_ID else str(person_id)


def records(database: Database, login: str | None = None) -> tuple[dict[str, Any], ...]:
    """Profile and progress of each client, of one person or of all, as `otrec.privacy` takes them; audited.

    Raises
    ------
    MissingError
        If nobody has the login.
    """
    with database.begin() as session:
        wanted = select(ClientRow).order_by(ClientRow.id)
        homes = session.scalars(select(OrganisationRow.id)).all()
        if login is not None:
            person = session.scalar(select(PersonRow).where(PersonRow.login == normal(login)))
            if person is None:
                raise MissingError("Nobody has this login; `otrec people list` shows who there is.")
            wanted, homes = wanted.where(ClientRow.owner_id == person.id), [person.organisation_id]
        rows = session.scalars(wanted).all()
        for home in homes:
            count = sum(row.organisation_id == home for row in rows)
            note(session, owner_of(home), "exported without identifiers", None, count=count)
        return tuple(_of(session, row) for row in rows)


def _of(session: Session, row: ClientRow) -> dict[str, Any]:
    file = record_of(session, row).file
    progress = {} if file is None else {"progress": file.model_dump(mode="json")}
    return {"profile": row.profile, **progress}
