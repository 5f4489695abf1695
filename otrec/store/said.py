"""What people say of suggestions: verdicts that teach, and notes for curation that never do."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import select, update

from otrec.models import Feedback, Frozen
from otrec.models.feedback import CURATION, Verdict
from otrec.store.audit import note
from otrec.store.errors import MissingError
from otrec.store.part import Part
from otrec.store.schema import FeedbackRow, now

#: The verdict of "A over B".
RATHER = "rather"


class Remark(Frozen):
    """One thing that was said of an activity; `other` is what it was preferred to."""

    id: int
    activity: str
    verdict: str
    other: str | None
    library_version: str
    said_at: dt.datetime


class Said(Part):
    """Feedback of one person, and what waits for curation."""

    def say(self, said: Feedback, library_version: str, client_id: uuid.UUID | None = None) -> None:
        """Keep a verdict on an activity, with the client whose list it stood in."""
        self._keep(said.activity, said.verdict, None, library_version, client_id)

    def prefer(self, better: str, worse: str, library_version: str, client_id: uuid.UUID | None = None) -> None:
        """Keep that one activity was preferred to another."""
        self._keep(better, RATHER, worse, library_version, client_id)

    def _keep(
        self, activity: str, verdict: Verdict | str, other: str | None, version: str, client_id: uuid.UUID | None
    ) -> None:
        with self._writing() as session:
            if client_id is not None:
                self._client(session, client_id)
            session.add(
                FeedbackRow(
                    organisation_id=self.who.organisation_id,
                    person_id=self.who.person_id,
                    client_id=client_id,
                    activity=activity,
                    verdict=verdict,
                    other=other,
                    library_version=version,
                )
            )
            note(session, self.who, "gave feedback", client_id, activity=activity, verdict=verdict)

    def mine(self, client_id: uuid.UUID | None = None, limit: int = 100) -> tuple[Remark, ...]:
        """What this person said, newest first; of one client, if given."""
        wanted = select(FeedbackRow).where(FeedbackRow.person_id == self.who.person_id)
        if client_id is not None:
            wanted = wanted.where(FeedbackRow.client_id == client_id)
        with self._reading() as session:
            rows = session.scalars(wanted.order_by(FeedbackRow.said_at.desc(), FeedbackRow.id.desc()).limit(limit))
            return tuple(_remark(row) for row in rows)

    def curation(self, limit: int = 100) -> tuple[Remark, ...]:
        """What waits for curation: one's own, and for supervisors and administrators the whole organisation's."""
        wanted = select(FeedbackRow).where(
            FeedbackRow.organisation_id == self.who.organisation_id,
            FeedbackRow.verdict.in_(CURATION),
            FeedbackRow.settled_at.is_(None),
        )
        if self.who.role not in ("supervisor", "administrator"):
            wanted = wanted.where(FeedbackRow.person_id == self.who.person_id)
        with self._reading() as session:
            rows = session.scalars(wanted.order_by(FeedbackRow.said_at.desc(), FeedbackRow.id.desc()).limit(limit))
            return tuple(_remark(row) for row in rows)

    def settle(self, remark_id: int) -> None:
        """Close a note for curation."""
        self.who.need("supervisor", "administrator", to="close notes for curation")
        with self._writing() as session:
            done = session.scalar(
                update(FeedbackRow)
                .where(
                    FeedbackRow.id == remark_id,
                    FeedbackRow.organisation_id == self.who.organisation_id,
                    FeedbackRow.verdict.in_(CURATION),
                )
                .values(settled_at=now(), settled_by=self.who.person_id)
                .returning(FeedbackRow.id)
            )
            if done is None:
                raise MissingError("This note for curation is not there.")
            note(session, self.who, "settled a note", None, remark=remark_id)


def _remark(row: FeedbackRow) -> Remark:
    return Remark.model_validate({name: getattr(row, name) for name in Remark.model_fields})
