"""What a researcher may read: every record of the organisation, to take out data in which nobody can be told apart."""

from __future__ import annotations

import uuid

from sqlalchemy import select

from otrec.models import Client, Frozen
from otrec.progress import ProgressFile
from otrec.store.audit import note
from otrec.store.part import Part
from otrec.store.records import record_of
from otrec.store.schema import ClientRow

#: What row-level security is told for this one purpose; see `otrec_sees` in the database.
PURPOSE = {"otrec.purpose": "research"}


class ResearchRecord(Frozen):
    """A client and their goals with points, as kept: not yet stripped of anything."""

    id: uuid.UUID
    client: Client
    file: ProgressFile | None


class Research(Part):
    """Reading for research; nothing can be changed here."""

    def records_for_research(self) -> tuple[ResearchRecord, ...]:
        """Every client of the organisation with goals and points, which the audit notes; for researchers alone.

        Raises
        ------
        NotAllowedError
            If this person is no researcher.
        """
        self.who.need("researcher", to="read records for research")
        with self.database.begin({**self.who.told, **PURPOSE}) as session:
            wanted = select(ClientRow).where(ClientRow.organisation_id == self.who.organisation_id)
            rows = session.scalars(wanted.order_by(ClientRow.id)).all()
            found = tuple(
                ResearchRecord(id=row.id, client=Client.model_validate(row.profile), file=record_of(session, row).file)
                for row in rows
            )
            note(session, self.who, "read records for research", None, count=len(found))
            return found
