"""Workers say that they are there, data is changed by two people, and a summary goes by mail."""

import sqlalchemy as sa
from alembic import op

from app.store.types import Instant

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "worker",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("started_at", Instant(timezone=True), nullable=False),
        sa.Column("seen_at", Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_worker")),
    )
    key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "data_request",
        sa.Column("key", key, nullable=False),
        sa.Column("case_key", key, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked_at", Instant(timezone=True), nullable=False),
        sa.Column("asked_by", key, nullable=False),
        sa.Column("decided_at", Instant(timezone=True), nullable=True),
        sa.Column("decided_by", key, nullable=True),
        sa.ForeignKeyConstraint(["case_key"], ["case.key"], name=op.f("fk_data_request_case_key")),
        sa.ForeignKeyConstraint(["asked_by"], ["person.key"], name=op.f("fk_data_request_asked_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.key"], name=op.f("fk_data_request_decided_by")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_data_request")),
    )
    op.create_index(op.f("ix_data_request_case_key"), "data_request", ["case_key"])
    op.create_index("ix_data_request_state_key", "data_request", ["state", "key"])
    op.create_table(
        "summary",
        sa.Column("person_key", key, autoincrement=False, nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("done_day", sa.Date(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", Instant(timezone=True), nullable=True),
        sa.Column("failed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person_key"], ["person.key"], name=op.f("fk_summary_person_key")),
        sa.PrimaryKeyConstraint("person_key", name=op.f("pk_summary")),
    )


def downgrade() -> None:
    op.drop_table("summary")
    op.drop_table("data_request")
    op.drop_table("worker")
