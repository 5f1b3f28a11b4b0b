"""Try-outs of files that need not be live, and those that are kept as scenarios."""

import sqlalchemy as sa
from alembic import op

from app.store.types import Instant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "scenario",
        sa.Column("key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("process_id", sa.String(), nullable=False),
        sa.Column("house_key", sa.String(), nullable=False),
        sa.Column("began_at", Instant(timezone=True), nullable=False),
        sa.Column("acts", sa.JSON(), nullable=False),
        sa.Column("route", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("made_at", Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["house_key"], ["house.key"], name=op.f("fk_scenario_house_key")),
        sa.ForeignKeyConstraint(["made_by"], ["person.key"], name=op.f("fk_scenario_made_by")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_scenario")),
        sa.UniqueConstraint("id", name=op.f("uq_scenario_id")),
        sa.UniqueConstraint("name", name=op.f("uq_scenario_name")),
    )
    op.create_table(
        "trial",
        sa.Column("key", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("draft_id", sa.Uuid(), nullable=True),
        sa.Column("release_number", sa.Integer(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("process_id", sa.String(), nullable=False),
        sa.Column("house_key", sa.String(), nullable=False),
        sa.Column("began_at", Instant(timezone=True), nullable=False),
        sa.Column("now_at", Instant(timezone=True), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=True),
        sa.Column("acts", sa.JSON(), nullable=False),
        sa.Column("moments", sa.JSON(), nullable=False),
        sa.Column("started_at", Instant(timezone=True), nullable=False),
        sa.Column("started_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["house_key"], ["house.key"], name=op.f("fk_trial_house_key")),
        sa.ForeignKeyConstraint(["release_number"], ["release.number"], name=op.f("fk_trial_release_number")),
        sa.ForeignKeyConstraint(["started_by"], ["person.key"], name=op.f("fk_trial_started_by")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_trial")),
        sa.UniqueConstraint("id", name=op.f("uq_trial_id")),
    )
    op.create_index(op.f("ix_trial_started_at"), "trial", ["started_at"], unique=False)


def downgrade() -> None:
    op.drop_table("trial")
    op.drop_table("scenario")
