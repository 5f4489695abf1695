"""The caseload: people, clients and all that hangs on them, and what a person keeps."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None

INSTANT = sa.DateTime(timezone=True)
CONTENT = sa.JSON().with_variant(JSONB(), "postgresql")
COUNTED = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CODE = sa.String(length=40).with_variant(sa.String(length=40, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "organisation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("retention_days", sa.Integer(), nullable=True),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_organisation"),
        sa.UniqueConstraint("name", name="uq_organisation_name"),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("login", sa.String(length=254), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("issuer", sa.String(length=255), nullable=True),
        sa.Column("subject", sa.String(length=255), nullable=True),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_person_organisation_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sa.UniqueConstraint("login", name="uq_person_login"),
    )
    op.create_index("ix_person_organisation_id", "person", ["organisation_id"], unique=False)
    op.create_index("uq_person_issuer_subject", "person", ["issuer", "subject"], unique=True)
    op.create_table(
        "bag",
        sa.Column("id", COUNTED, autoincrement=True, nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("tools", CONTENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_bag_person_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_bag"),
    )
    op.create_index("uq_bag_person_id_name", "bag", ["person_id", "name"], unique=True)
    op.create_table(
        "client",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("code", CODE, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("record_version", sa.Integer(), nullable=False),
        sa.Column("profile", CONTENT, nullable=False),
        sa.Column("next_session", sa.Date(), nullable=True),
        sa.Column("archived_at", INSTANT, nullable=True),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_client_organisation_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name="fk_client_owner_id", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name="pk_client"),
    )
    op.create_index("ix_client_organisation_id_changed_at", "client", ["organisation_id", "changed_at"], unique=False)
    op.create_index("ix_client_organisation_id_code", "client", ["organisation_id", "code", "id"], unique=False)
    op.create_index("ix_client_owner_id_next_session", "client", ["owner_id", "next_session"], unique=False)
    op.create_index("uq_client_owner_id_code", "client", ["owner_id", "code"], unique=True)
    op.create_table(
        "engine",
        sa.Column("id", COUNTED, autoincrement=True, nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", CONTENT, nullable=False),
        sa.Column("undone", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_engine_person_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_engine"),
    )
    op.create_index("uq_engine_person_id_number", "engine", ["person_id", "number"], unique=True)
    op.create_table(
        "favourite",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("activity", sa.String(length=60), nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_favourite_person_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", "activity", name="pk_favourite"),
    )
    op.create_table(
        "kept",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("content", CONTENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_kept_person_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", "name", name="pk_kept"),
    )
    op.create_table(
        "own_activity",
        sa.Column("id", COUNTED, autoincrement=True, nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("row", CONTENT, nullable=False),
        sa.Column("shared", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_own_activity_organisation_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_own_activity_person_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_own_activity"),
    )
    op.create_index("ix_own_activity_person_id", "own_activity", ["person_id"], unique=False)
    op.create_index("uq_own_activity_organisation_id_code", "own_activity", ["organisation_id", "code"], unique=True)
    op.create_table(
        "feedback",
        sa.Column("id", COUNTED, autoincrement=True, nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("activity", sa.String(length=60), nullable=False),
        sa.Column("other", sa.String(length=60), nullable=True),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("library_version", sa.String(length=40), nullable=False),
        sa.Column("said_at", INSTANT, nullable=False),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_feedback_client_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name="fk_feedback_organisation_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_feedback_person_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["settled_by"], ["person.id"], name="fk_feedback_settled_by", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name="pk_feedback"),
    )
    op.create_index("ix_feedback_client_id", "feedback", ["client_id"], unique=False)
    op.create_index(
        "ix_feedback_organisation_id_verdict", "feedback", ["organisation_id", "verdict", "settled_at"], unique=False
    )
    op.create_index("ix_feedback_person_id_said_at", "feedback", ["person_id", "said_at"], unique=False)
    op.create_table(
        "goal",
        sa.Column("id", COUNTED, autoincrement=True, nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("content", CONTENT, nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_goal_client_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_goal"),
    )
    op.create_index("uq_goal_client_id_code", "goal", ["client_id", "code"], unique=True)
    op.create_table(
        "plan",
        sa.Column("id", COUNTED, autoincrement=True, nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("for_date", sa.Date(), nullable=True),
        sa.Column("content", CONTENT, nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_plan_client_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name="fk_plan_made_by", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name="pk_plan"),
    )
    op.create_index("ix_plan_client_id_made_at", "plan", ["client_id", "made_at"], unique=False)
    op.create_table(
        "profile",
        sa.Column("id", COUNTED, autoincrement=True, nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", CONTENT, nullable=False),
        sa.Column("saved_by", sa.Uuid(), nullable=False),
        sa.Column("saved_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_profile_client_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["saved_by"], ["person.id"], name="fk_profile_saved_by", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name="pk_profile"),
    )
    op.create_index("uq_profile_client_id_number", "profile", ["client_id", "number"], unique=True)
    op.create_table(
        "session",
        sa.Column("id", COUNTED, autoincrement=True, nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("content", CONTENT, nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_session_client_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_session"),
    )
    op.create_index("uq_session_client_id_date", "session", ["client_id", "date"], unique=True)
    op.create_table(
        "share",
        sa.Column("id", COUNTED, autoincrement=True, nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("granted_by", sa.Uuid(), nullable=False),
        sa.Column("may_write", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("granted_at", INSTANT, nullable=False),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_share_client_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["granted_by"], ["person.id"], name="fk_share_granted_by", ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_share_person_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_share"),
    )
    op.create_index("ix_share_client_id", "share", ["client_id"], unique=False)
    op.create_index("ix_share_person_id_withdrawn_at", "share", ["person_id", "withdrawn_at"], unique=False)
    op.create_table(
        "trial",
        sa.Column("id", COUNTED, autoincrement=True, nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("goal_id", COUNTED, nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("value", sa.Float(precision=53), nullable=False),
        sa.Column("out_of", sa.Integer(), nullable=True),
        sa.Column("prompt", sa.Integer(), nullable=True),
        sa.Column("setting", sa.String(length=60), nullable=True),
        sa.Column("by", sa.String(length=40), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name="fk_trial_client_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["goal_id"], ["goal.id"], name="fk_trial_goal_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_trial"),
    )
    op.create_index("ix_trial_client_id_goal_id", "trial", ["client_id", "goal_id", "id"], unique=False)
    op.create_index("ix_trial_goal_id", "trial", ["goal_id"], unique=False)
