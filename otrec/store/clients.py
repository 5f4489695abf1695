"""The clients of a person: a page of them, one with every version of the profile, and what becomes of them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from typing import Any, Final, Literal

from sqlalchemy import Select, delete, func, select, tuple_, union_all, update
from sqlalchemy.orm import Session

from otrec.models import Client, Frozen
from otrec.store.audit import note
from otrec.store.errors import ConflictError, MissingError
from otrec.store.part import Part, same_version
from otrec.store.people import KEEPERS
from otrec.store.schema import ClientRow, ProfileRow, now

#: How many clients a page has at most.
MOST: Final = 200
Whose = Literal["mine", "organisation"]


class Listed(Frozen):
    """A client in a list: enough to recognise them, and no more."""

    id: uuid.UUID
    code: str
    client: Client
    mine: bool
    next_session: dt.date | None
    archived: bool
    changed_at: dt.datetime


class KeptClient(Frozen):
    """One client as kept: the profile, its version, and what this person may do with it."""

    id: uuid.UUID
    client: Client
    version: int
    mine: bool
    may_write: bool
    next_session: dt.date | None
    archived: bool
    changed_at: dt.datetime


class Version(Frozen):
    """A profile as it was saved once."""

    number: int
    client: Client
    saved_at: dt.datetime
    saved_by: uuid.UUID


class Clients(Part):
    """The caseload of one person."""

    def page(
        self,
        search: str = "",
        *,
        after: tuple[str, uuid.UUID] | None = None,
        limit: int = 25,
        archived: bool = False,
        whose: Whose = "mine",
    ) -> tuple[Listed, ...]:
        """Clients by pseudonym: one's own and those shown by colleagues; for a supervisor also the whole organisation.

        Parameters
        ----------
        search
            How the pseudonym begins.
        after
            Pseudonym and id of the last client of the page before.
        limit
            1-200.
        """
        limit = max(1, min(limit, MOST))
        with self._writing() if whose == "organisation" else self._reading() as session:
            wanted = [self._window(part, search, after, archived, limit) for part in self._parts(whose)]
            numbered = union_all(*(select(part.subquery().c.id) for part in wanted)).subquery()
            chosen = select(ClientRow).where(ClientRow.id.in_(select(numbered.c.id)))
            rows = session.scalars(chosen.order_by(ClientRow.code, ClientRow.id).limit(limit)).all()
            if whose == "organisation":
                note(session, self.who, "listed the organisation's clients", None, count=len(rows))
            return tuple(self._listed(row) for row in rows)

    def every(self, search: str = "", *, archived: bool = False) -> Iterator[Listed]:
        """All clients that `page` goes through, one's own and those shown by colleagues, read a page at a time."""
        after = None
        while found := self.page(search, after=after, limit=MOST, archived=archived):
            yield from found
            after = (found[-1].code, found[-1].id)

    def _parts(self, whose: Whose) -> list[Select[uuid.UUID, str]]:
        base = select(ClientRow.id, ClientRow.code)
        here = base.where(ClientRow.organisation_id == self.who.organisation_id)
        if whose == "organisation":
            self.who.need("supervisor", to="see the clients of others")
            return [here]
        return [base.where(ClientRow.owner_id == self.who.person_id), here.where(self._shared())]

    @staticmethod
    def _window(
        wanted: Select[uuid.UUID, str], search: str, after: tuple[str, uuid.UUID] | None, archived: bool, limit: int
    ) -> Select[uuid.UUID, str]:
        wanted = wanted.where(ClientRow.archived_at.is_not(None) if archived else ClientRow.archived_at.is_(None))
        if search:
            wanted = wanted.where(ClientRow.code >= search, ClientRow.code < search + "\uffff")
        if after:
            wanted = wanted.where(tuple_(ClientRow.code, ClientRow.id) > after)
        return wanted.order_by(ClientRow.code, ClientRow.id).limit(limit)

    def coming(self, until: dt.date, limit: int = 25) -> tuple[Listed, ...]:
        """One's own clients with a session planned up to a day, soonest first."""
        with self._reading() as session:
            rows = session.scalars(
                select(ClientRow)
                .where(
                    ClientRow.owner_id == self.who.person_id,
                    ClientRow.next_session <= until,
                    ClientRow.archived_at.is_(None),
                )
                .order_by(ClientRow.next_session)
                .limit(max(1, min(limit, MOST)))
            )
            return tuple(self._listed(row) for row in rows)

    def count(self, *, archived: bool = False) -> int:
        """How many clients of one's own there are."""
        gone = ClientRow.archived_at.is_not(None) if archived else ClientRow.archived_at.is_(None)
        with self._reading() as session:
            wanted = select(func.count()).select_from(ClientRow).where(ClientRow.owner_id == self.who.person_id, gone)
            return session.scalar(wanted) or 0

    def open(self, client_id: uuid.UUID) -> KeptClient:
        """One client, which the audit notes.

        Raises
        ------
        MissingError
            If there is none, or it is not this person's to see.
        """
        with self._writing() as session:
            row = self._client(session, client_id)
            note(session, self.who, "opened client", row.id)
            return self._kept(session, row)

    def find(self, code: str) -> KeptClient:
        """The client with a pseudonym: one's own first, otherwise one that is shown by a colleague."""
        with self._reading() as session:
            wanted = select(ClientRow.id, ClientRow.owner_id).where(
                ClientRow.organisation_id == self.who.organisation_id, ClientRow.code == code, self._seen()
            )
            found = {row.owner_id: row.id for row in session.execute(wanted)}
        if not found:
            raise MissingError("No client with this pseudonym is on your caseload; `otrec caseload` lists them.")
        if self.who.person_id not in found and len(found) > 1:
            raise ConflictError("Several colleagues show you a client with this pseudonym; open them in the app.")
        return self.open(found.get(self.who.person_id) or next(iter(found.values())))

    def save(self, client: Client, *, id: uuid.UUID | None = None, version: int | None = None) -> KeptClient:
        """Keep a profile: a new client, or the next version of one.

        Without an `id`, one's own client with this pseudonym is meant; where there is none, a new one is made.

        Parameters
        ----------
        version
            The version that was opened; None overwrites whatever is there (every version is kept all the same).

        Raises
        ------
        ConflictError
            If somebody saved since that version, or the pseudonym is taken.
        """
        return self.save_all([(client, id, version)])[0]

    def save_all(self, given: Sequence[tuple[Client, uuid.UUID | None, int | None]]) -> tuple[KeptClient, ...]:
        """Keep several profiles, all of them or none."""
        with self._writing() as session:
            rows = [self._save(session, *one) for one in given]
            return tuple(self._kept(session, row) for row in rows)

    def _save(self, session: Session, client: Client, id: uuid.UUID | None, version: int | None) -> ClientRow:
        if id is None:
            own = select(ClientRow.id).where(ClientRow.owner_id == self.who.person_id, ClientRow.code == client.id)
            id = session.scalar(own)
        if id is None:
            return self._made(session, client)
        row = self._to_change(session, id)
        content = client.model_dump(mode="json", by_alias=True)
        same_version(row.version, version, "The profile")
        if row.profile == content:
            return row
        changed = session.execute(
            update(ClientRow)
            .where(ClientRow.id == row.id, ClientRow.version == row.version)
            .values(code=client.id, profile=content, version=row.version + 1, changed_at=now())
            .returning(ClientRow.version)
        ).scalar()
        if changed is None:
            raise ConflictError("The profile was changed at this very moment. Open it again and repeat your change.")
        session.refresh(row)
        self._version(session, row)
        note(session, self.who, "changed profile", row.id, version=row.version)
        return row

    def _made(self, session: Session, client: Client) -> ClientRow:
        self.who.need(*KEEPERS, to="keep clients")
        row = ClientRow(
            id=uuid.uuid4(),
            organisation_id=self.who.organisation_id,
            owner_id=self.who.person_id,
            code=client.id,
            version=1,
            record_version=0,
            profile=client.model_dump(mode="json", by_alias=True),
        )
        session.add(row)
        session.flush()
        self._version(session, row)
        note(session, self.who, "added client", row.id)
        return row

    def _version(self, session: Session, row: ClientRow) -> None:
        session.add(ProfileRow(client_id=row.id, number=row.version, content=row.profile, saved_by=self.who.person_id))

    def versions(self, client_id: uuid.UUID, limit: int = 50) -> tuple[Version, ...]:
        """Every version of a profile, newest first."""
        with self._writing() as session:
            row = self._client(session, client_id)
            note(session, self.who, "opened history", row.id)
            rows = session.scalars(
                select(ProfileRow).where(ProfileRow.client_id == row.id).order_by(ProfileRow.number.desc()).limit(limit)
            )
            return tuple(
                Version(number=one.number, client=_client(one.content), saved_at=one.saved_at, saved_by=one.saved_by)
                for one in rows
            )

    def restore(self, client_id: uuid.UUID, number: int, *, version: int | None = None) -> KeptClient:
        """Make an earlier version the newest; nothing between is lost."""
        with self._reading() as session:
            row = self._client(session, client_id)
            content = session.scalar(
                select(ProfileRow.content).where(ProfileRow.client_id == row.id, ProfileRow.number == number)
            )
        if content is None:
            raise MissingError(f"The profile has no version {number}.")
        return self.save(_client(content), id=client_id, version=version)

    def schedule(self, client_id: uuid.UUID, day: dt.date | None) -> None:
        """Set or clear the day of the next session."""
        with self._writing() as session:
            self._to_change(session, client_id).next_session = day
            note(session, self.who, "set next session", client_id)

    def archive(self, client_id: uuid.UUID, *, away: bool = True) -> None:
        """Put a client away, or take them back; nothing is deleted."""
        with self._writing() as session:
            row = self._own(session, client_id)
            row.archived_at = now() if away else None
            note(session, self.who, "archived client" if away else "took client back", client_id)

    def erase(self, client_id: uuid.UUID) -> None:
        """Delete a client and all that hangs on them, for good; the audit keeps that it was done, by id alone."""
        with self._writing() as session:
            row = self._own(session, client_id)
            session.execute(delete(ClientRow).where(ClientRow.id == row.id))
            note(session, self.who, "erased client", client_id)

    def _listed(self, row: ClientRow) -> Listed:
        return Listed(
            id=row.id,
            code=row.code,
            client=_client(row.profile),
            mine=row.owner_id == self.who.person_id,
            next_session=row.next_session,
            archived=row.archived_at is not None,
            changed_at=row.changed_at,
        )

    def _kept(self, session: Session, row: ClientRow) -> KeptClient:
        return KeptClient(
            id=row.id,
            client=_client(row.profile),
            version=row.version,
            mine=row.owner_id == self.who.person_id,
            may_write=self._may_write(session, row),
            next_session=row.next_session,
            archived=row.archived_at is not None,
            changed_at=row.changed_at,
        )


def _client(content: dict[str, Any]) -> Client:
    return Client.model_validate(content)
