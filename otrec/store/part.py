"""What every part of a desk has: the database, who sits there, and which clients are theirs to see or to change."""

from __future__ import annotations

import uuid
from contextlib import AbstractContextManager

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from otrec.store.database import Database
from otrec.store.errors import ConflictError, MissingError, NotAllowedError
from otrec.store.people import Who
from otrec.store.schema import ClientRow, ShareRow


class Part:
    """A part of one person's desk."""

    def __init__(self, database: Database, who: Who) -> None:
        self.database = database
        self.who = who

    def _reading(self) -> AbstractContextManager[Session]:
        return self.database.begin(self.who.told, write=False)

    def _writing(self) -> AbstractContextManager[Session]:
        return self.database.begin(self.who.told)

    def _shared(self, *, to_write: bool = False) -> ColumnElement[bool]:
        """Clients that somebody shows to this person at present."""
        granted = select(ShareRow.client_id).where(
            ShareRow.person_id == self.who.person_id, ShareRow.withdrawn_at.is_(None)
        )
        return ClientRow.id.in_(granted.where(ShareRow.may_write) if to_write else granted)

    def _seen(self) -> ColumnElement[bool]:
        mine = or_(ClientRow.owner_id == self.who.person_id, self._shared())
        here = ClientRow.organisation_id == self.who.organisation_id
        return here if self.who.role == "supervisor" else and_(here, mine)

    def _client(self, session: Session, client_id: uuid.UUID) -> ClientRow:
        """A client that this person may see.

        Raises
        ------
        MissingError
            If there is none, or it is somebody else's.
        """
        found = session.scalar(select(ClientRow).where(ClientRow.id == client_id, self._seen()))
        if found is None:
            raise MissingError("This client is not on your caseload. They may have been erased, or no longer shared.")
        return found

    def _may_write(self, session: Session, row: ClientRow) -> bool:
        if row.owner_id == self.who.person_id:
            return True
        shared = select(ClientRow.id).where(ClientRow.id == row.id, self._shared(to_write=True))
        return session.scalar(shared) is not None

    def _to_change(self, session: Session, client_id: uuid.UUID) -> ClientRow:
        """A client whose record this person may change."""
        row = self._client(session, client_id)
        if not self._may_write(session, row):
            raise NotAllowedError("This client is shown to you to read. Ask the owner to let you change the record.")
        return row

    def _own(self, session: Session, client_id: uuid.UUID) -> ClientRow:
        """A client that belongs to this person."""
        row = self._client(session, client_id)
        if row.owner_id != self.who.person_id:
            raise NotAllowedError("Only the owner of a client can do this.")
        return row


def same_version(found: int, given: int | None, what: str) -> None:
    """Raise `ConflictError` if somebody saved since this version was opened; None asks for no check."""
    if given is not None and found != given:
        raise ConflictError(
            f"{what} was changed since you opened it (you have version {given}, there is {found} now). "
            "Nothing was overwritten: open it again and repeat your change."
        )
