"""The tables: who there is, the clients and all that hangs on them, what a person keeps, and who saw what.

Every row belongs to a person and an organisation, directly or through its client. What is erased with a client hangs on
it by a cascade; the audit does not, and holds ids alone.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Uuid,
    false,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

Content = JSON().with_variant(JSONB(), "postgresql")
#: Sorted by its bytes everywhere, so that a prefix is a range of the index.
Code = String(40).with_variant(String(40, collation="C"), "postgresql")
#: A number that the database counts up; SQLite does so for its INTEGER alone.
Counted = BigInteger().with_variant(Integer(), "sqlite")


class Instant(TypeDecorator[dt.datetime]):
    """A moment in UTC; SQLite keeps no time zone, so it is put back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        return None if value is None else value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        return None if value is None else value.replace(tzinfo=value.tzinfo or dt.UTC).astimezone(dt.UTC)


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        dt.datetime: Instant,
        dt.date: Date,
        dict[str, Any]: Content,
        list[Any]: Content,
        uuid.UUID: Uuid,
        float: Float(53),
    }


def _id() -> Mapped[uuid.UUID]:
    return mapped_column(primary_key=True, default=uuid.uuid4)


def _number() -> Mapped[int]:
    return mapped_column(Counted, primary_key=True, autoincrement=True)


def _of(target: str, *, index: bool = False) -> Mapped[Any]:
    """What this row hangs on, and is gone with."""
    return mapped_column(ForeignKey(f"{target}.id", ondelete="CASCADE"), index=index)


def _by() -> Mapped[Any]:
    """Who did it; a person with records is set inactive, never deleted."""
    return mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))


class OrganisationRow(Base):
    __tablename__ = "organisation"
    id: Mapped[uuid.UUID] = _id()
    name: Mapped[str] = mapped_column(String(80), unique=True)
    retention_days: Mapped[int | None]
    made_at: Mapped[dt.datetime] = mapped_column(default=now)


class PersonRow(Base):
    """Somebody who signs in; `login` is what an administrator invited, `issuer` and `subject` who came."""

    __tablename__ = "person"
    __table_args__ = (Index("uq_person_issuer_subject", "issuer", "subject", unique=True),)
    id: Mapped[uuid.UUID] = _id()
    organisation_id: Mapped[uuid.UUID] = _of("organisation", index=True)
    login: Mapped[str] = mapped_column(String(254), unique=True)
    role: Mapped[str] = mapped_column(String(20))
    issuer: Mapped[str | None] = mapped_column(String(255))
    subject: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(Boolean, server_default=true(), default=True)
    added_at: Mapped[dt.datetime] = mapped_column(default=now)


class ClientRow(Base):
    """A client as they are now; `version` counts the profile, `record_version` goals, points and sessions."""

    __tablename__ = "client"
    __table_args__ = (
        Index("uq_client_owner_id_code", "owner_id", "code", unique=True),
        Index("ix_client_owner_id_next_session", "owner_id", "next_session"),
        Index("ix_client_organisation_id_code", "organisation_id", "code", "id"),
        Index("ix_client_organisation_id_changed_at", "organisation_id", "changed_at"),
    )
    id: Mapped[uuid.UUID] = _id()
    organisation_id: Mapped[uuid.UUID] = _of("organisation")
    owner_id: Mapped[uuid.UUID] = _by()
    code: Mapped[str] = mapped_column(Code)
    version: Mapped[int] = mapped_column(default=1)
    record_version: Mapped[int] = mapped_column(default=0)
    profile: Mapped[dict[str, Any]]
    next_session: Mapped[dt.date | None]
    archived_at: Mapped[dt.datetime | None]
    made_at: Mapped[dt.datetime] = mapped_column(default=now)
    changed_at: Mapped[dt.datetime] = mapped_column(default=now)


class ShareRow(Base):
    """A client shown to a colleague, until it is withdrawn."""

    __tablename__ = "share"
    __table_args__ = (Index("ix_share_person_id_withdrawn_at", "person_id", "withdrawn_at"),)
    id: Mapped[int] = _number()
    client_id: Mapped[uuid.UUID] = _of("client", index=True)
    person_id: Mapped[uuid.UUID] = _of("person")
    granted_by: Mapped[uuid.UUID] = _by()
    may_write: Mapped[bool] = mapped_column(Boolean, server_default=false(), default=False)
    granted_at: Mapped[dt.datetime] = mapped_column(default=now)
    withdrawn_at: Mapped[dt.datetime | None]


class ProfileRow(Base):
    """Every version of every profile."""

    __tablename__ = "profile"
    __table_args__ = (Index("uq_profile_client_id_number", "client_id", "number", unique=True),)
    id: Mapped[int] = _number()
    client_id: Mapped[uuid.UUID] = _of("client")
    number: Mapped[int]
    content: Mapped[dict[str, Any]]
    saved_by: Mapped[uuid.UUID] = _by()
    saved_at: Mapped[dt.datetime] = mapped_column(default=now)


class GoalRow(Base):
    """A goal as in a progress file, without its points."""

    __tablename__ = "goal"
    __table_args__ = (Index("uq_goal_client_id_code", "client_id", "code", unique=True),)
    id: Mapped[int] = _number()
    client_id: Mapped[uuid.UUID] = _of("client")
    code: Mapped[str] = mapped_column(String(60))
    place: Mapped[int]
    content: Mapped[dict[str, Any]]


class TrialRow(Base):
    """One measurement of a goal."""

    __tablename__ = "trial"
    __table_args__ = (Index("ix_trial_client_id_goal_id", "client_id", "goal_id", "id"),)
    id: Mapped[int] = _number()
    client_id: Mapped[uuid.UUID] = _of("client")
    goal_id: Mapped[int] = _of("goal", index=True)
    date: Mapped[dt.date]
    value: Mapped[float]
    out_of: Mapped[int | None]
    prompt: Mapped[int | None]
    setting: Mapped[str | None] = mapped_column(String(60))
    by: Mapped[str | None] = mapped_column(String(40))
    note: Mapped[str | None] = mapped_column(String(200))


class SessionRow(Base):
    """A session that was held, as in a progress file."""

    __tablename__ = "session"
    __table_args__ = (Index("uq_session_client_id_date", "client_id", "date", unique=True),)
    id: Mapped[int] = _number()
    client_id: Mapped[uuid.UUID] = _of("client")
    date: Mapped[dt.date]
    content: Mapped[dict[str, Any]]


class PlanRow(Base):
    """A plan that was kept: of one session, or a client's part of a day, a group, a block of weeks."""

    __tablename__ = "plan"
    __table_args__ = (Index("ix_plan_client_id_made_at", "client_id", "made_at"),)
    id: Mapped[int] = _number()
    client_id: Mapped[uuid.UUID] = _of("client")
    kind: Mapped[str] = mapped_column(String(20))
    for_date: Mapped[dt.date | None]
    content: Mapped[dict[str, Any]]
    made_by: Mapped[uuid.UUID] = _by()
    made_at: Mapped[dt.datetime] = mapped_column(default=now)


class FeedbackRow(Base):
    """What was said of an activity; `other` is what it was preferred to. `settled_at` closes a note for curation."""

    __tablename__ = "feedback"
    __table_args__ = (
        Index("ix_feedback_person_id_said_at", "person_id", "said_at"),
        Index("ix_feedback_organisation_id_verdict", "organisation_id", "verdict", "settled_at"),
    )
    id: Mapped[int] = _number()
    organisation_id: Mapped[uuid.UUID] = _of("organisation")
    person_id: Mapped[uuid.UUID] = _of("person")
    client_id: Mapped[uuid.UUID | None] = _of("client", index=True)
    activity: Mapped[str] = mapped_column(String(60))
    other: Mapped[str | None] = mapped_column(String(60))
    verdict: Mapped[str] = mapped_column(String(20))
    library_version: Mapped[str] = mapped_column(String(40))
    said_at: Mapped[dt.datetime] = mapped_column(default=now)
    settled_at: Mapped[dt.datetime | None]
    settled_by: Mapped[uuid.UUID | None] = _by()


class ActivityRow(Base):
    """An activity of one's own: a row of `activities.csv`, shown to the organisation if `shared`."""

    __tablename__ = "own_activity"
    __table_args__ = (Index("uq_own_activity_organisation_id_code", "organisation_id", "code", unique=True),)
    id: Mapped[int] = _number()
    organisation_id: Mapped[uuid.UUID] = _of("organisation")
    person_id: Mapped[uuid.UUID] = _of("person", index=True)
    code: Mapped[str] = mapped_column(String(60))
    row: Mapped[dict[str, Any]]
    shared: Mapped[bool] = mapped_column(Boolean, server_default=false(), default=False)
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[dt.datetime] = mapped_column(default=now)


class FavouriteRow(Base):
    __tablename__ = "favourite"
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    activity: Mapped[str] = mapped_column(String(60), primary_key=True)
    added_at: Mapped[dt.datetime] = mapped_column(default=now)


class BagRow(Base):
    """A bag of tools by its name."""

    __tablename__ = "bag"
    __table_args__ = (Index("uq_bag_person_id_name", "person_id", "name", unique=True),)
    id: Mapped[int] = _number()
    person_id: Mapped[uuid.UUID] = _of("person")
    name: Mapped[str] = mapped_column(String(60))
    tools: Mapped[list[Any]]
    version: Mapped[int] = mapped_column(default=1)


class KeptRow(Base):
    """One thing a person keeps under a name: settings, or how far a student has come."""

    __tablename__ = "kept"
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    content: Mapped[dict[str, Any]]
    version: Mapped[int] = mapped_column(default=1)


class EngineRow(Base):
    """What an engine had learned after each update; `undone` takes the last ones back."""

    __tablename__ = "engine"
    __table_args__ = (Index("uq_engine_person_id_number", "person_id", "number", unique=True),)
    id: Mapped[int] = _number()
    person_id: Mapped[uuid.UUID] = _of("person")
    number: Mapped[int]
    content: Mapped[dict[str, Any]]
    undone: Mapped[bool] = mapped_column(Boolean, server_default=false(), default=False)
    made_at: Mapped[dt.datetime] = mapped_column(default=now)


class AuditRow(Base):
    """Who saw or changed what and when; each entry carries the hash of the one before."""

    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_client_id_seq", "client_id", "seq"),
        Index("ix_audit_person_id_seq", "person_id", "seq"),
    )
    organisation_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(Counted, primary_key=True, autoincrement=False)
    at: Mapped[str] = mapped_column(String(32))
    person_id: Mapped[uuid.UUID]
    action: Mapped[str] = mapped_column(String(40))
    client_id: Mapped[uuid.UUID | None]
    detail: Mapped[str] = mapped_column(String(2000), server_default="")
    before: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class AuditHeadRow(Base):
    """The last entry of an organisation's audit; a writer holds this row until its entry stands."""

    __tablename__ = "audit_head"
    organisation_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True
    )
    seq: Mapped[int] = mapped_column(Counted, default=0)
    hash: Mapped[str] = mapped_column(String(64), default="")


#: Every table, those that others hang on first.
TABLES: Final = tuple(Base.metadata.sorted_tables)
