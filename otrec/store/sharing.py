"""Showing a client to a colleague, and taking that back."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from otrec.models import Frozen, OptionError
from otrec.store.audit import note
from otrec.store.errors import MissingError
from otrec.store.part import Part
from otrec.store.people import KEEPERS, normal
from otrec.store.schema import PersonRow, ShareRow, now


class Share(Frozen):
    """Whom a client is shown to, since when."""

    login: str
    may_write: bool
    granted_at: dt.datetime


class Sharing(Part):
    """Which colleagues see which of one's clients."""

    def share(self, client_id: uuid.UUID, login: str, *, may_write: bool = False) -> None:
        """Show a client to a colleague of the same organisation, to read or also to change.

        Raises
        ------
        NotAllowedError
            If the client belongs to somebody else.
        MissingError
            If no colleague has this login.
        OptionError
            If a client would be shared with their owner, or a student should change a record.
        """
        with self._writing() as session:
            self._own(session, client_id)
            found = session.scalar(
                select(PersonRow).where(
                    PersonRow.login == normal(login),
                    PersonRow.organisation_id == self.who.organisation_id,
                    PersonRow.active,
                )
            )
            if found is None:
                raise MissingError("No active colleague of your organisation has this login.")
            if found.id == self.who.person_id:
                raise OptionError("login: this is you; the client is yours already")
            if may_write and found.role not in KEEPERS:
                raise OptionError(f"a {found.role} can be shown a client to read, not to change")
            self._close(session, client_id, found.id)
            session.add(
                ShareRow(client_id=client_id, person_id=found.id, granted_by=self.who.person_id, may_write=may_write)
            )
            note(session, self.who, "shared client", client_id, with_person=str(found.id), may_write=int(may_write))

    def withdraw(self, client_id: uuid.UUID, login: str) -> None:
        """Show a client to a colleague no longer, from this moment."""
        with self._writing() as session:
            self._own(session, client_id)
            found = session.scalar(
                select(PersonRow.id).where(
                    PersonRow.login == normal(login), PersonRow.organisation_id == self.who.organisation_id
                )
            )
            if found is None or not self._close(session, client_id, found):
                raise MissingError("The client is not shared with anybody of this login.")
            note(session, self.who, "withdrew client", client_id, with_person=str(found))

    @staticmethod
    def _close(session: Session, client_id: uuid.UUID, person_id: uuid.UUID) -> bool:
        """End what is shared now; says whether there was anything."""
        ended = session.execute(
            update(ShareRow)
            .where(ShareRow.client_id == client_id, ShareRow.person_id == person_id, ShareRow.withdrawn_at.is_(None))
            .values(withdrawn_at=now())
            .returning(ShareRow.id)
        )
        return bool(ended.all())

    def of(self, client_id: uuid.UUID) -> tuple[Share, ...]:
        """Whom a client is shown to at present."""
        with self._reading() as session:
            self._client(session, client_id)
            rows = session.execute(
                select(PersonRow.login, ShareRow.may_write, ShareRow.granted_at)
                .join(PersonRow, PersonRow.id == ShareRow.person_id)
                .where(ShareRow.client_id == client_id, ShareRow.withdrawn_at.is_(None))
                .order_by(PersonRow.login)
            )
            return tuple(Share(login=row.login, may_write=row.may_write, granted_at=row.granted_at) for row in rows)
