"""Drafts of the way of working, what the organisation chose, and who read what is different."""

import sqlalchemy as sa
from alembic import op

from app.store.types import Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "setting",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_setting")),
    )
    op.create_table(
        "draft",
        sa.Column("key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("from_number", sa.Integer(), nullable=False),
        sa.Column("base_number", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("started_at", Instant(timezone=True), nullable=False),
        sa.Column("started_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("changed_at", Instant(timezone=True), nullable=False),
        sa.Column("submitted_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("approved_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("approved_hash", sa.String(), nullable=True),
        sa.Column("published_as", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["approved_by"], ["person.key"], name=op.f("fk_draft_approved_by")),
        sa.ForeignKeyConstraint(["base_number"], ["release.number"], name=op.f("fk_draft_base_number")),
        sa.ForeignKeyConstraint(["from_number"], ["release.number"], name=op.f("fk_draft_from_number")),
        sa.ForeignKeyConstraint(["published_as"], ["release.number"], name=op.f("fk_draft_published_as")),
        sa.ForeignKeyConstraint(["started_by"], ["person.key"], name=op.f("fk_draft_started_by")),
        sa.ForeignKeyConstraint(["submitted_by"], ["person.key"], name=op.f("fk_draft_submitted_by")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_draft")),
        sa.UniqueConstraint("id", name=op.f("uq_draft_id")),
    )
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.create_index("ix_draft_state_changed_at", ["state", "changed_at"], unique=False)

    op.create_table(
        "draft_event",
        sa.Column("key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("draft_key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("at", Instant(timezone=True), nullable=False),
        sa.Column("person_key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["draft_key"], ["draft.key"], name=op.f("fk_draft_event_draft_key")),
        sa.ForeignKeyConstraint(["person_key"], ["person.key"], name=op.f("fk_draft_event_person_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_draft_event")),
    )
    with op.batch_alter_table("draft_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_draft_event_draft_key"), ["draft_key"], unique=False)

    op.create_table(
        "draft_file",
        sa.Column("draft_key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("saved_at", Instant(timezone=True), nullable=False),
        sa.Column("saved_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["content_hash"], ["file_content.hash"], name=op.f("fk_draft_file_content_hash")
        ),
        sa.ForeignKeyConstraint(["draft_key"], ["draft.key"], name=op.f("fk_draft_file_draft_key")),
        sa.ForeignKeyConstraint(["saved_by"], ["person.key"], name=op.f("fk_draft_file_saved_by")),
        sa.PrimaryKeyConstraint("draft_key", "revision", "name", name=op.f("pk_draft_file")),
    )
    with op.batch_alter_table("draft_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_draft_file_content_hash"), ["content_hash"], unique=False)

    op.create_table(
        "draft_presence",
        sa.Column("draft_key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("person_key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("seen_at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["draft_key"], ["draft.key"], name=op.f("fk_draft_presence_draft_key")),
        sa.ForeignKeyConstraint(["person_key"], ["person.key"], name=op.f("fk_draft_presence_person_key")),
        sa.PrimaryKeyConstraint("draft_key", "name", "person_key", name=op.f("pk_draft_presence")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("news_seen", sa.Integer(), server_default="0", nullable=False))

    # Whoever works here already knows how they work now.
    op.execute("UPDATE person SET news_seen = coalesce((SELECT max(number) FROM release), 0)")


def downgrade() -> None:
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_column("news_seen")

    op.drop_table("draft_presence")
    with op.batch_alter_table("draft_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_draft_file_content_hash"))

    op.drop_table("draft_file")
    with op.batch_alter_table("draft_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_draft_event_draft_key"))

    op.drop_table("draft_event")
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.drop_index("ix_draft_state_changed_at")

    op.drop_table("draft")
    op.drop_table("setting")
