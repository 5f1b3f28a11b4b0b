"""What ended, was done, answered or reminded in a period is found by an index: for the figures."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

INDEXES = (
    ("ix_case_ended_at", "case", ["ended_at"], None),
    ("ix_user_task_completed_at", "user_task", ["completed_at"], "completed_at IS NOT NULL"),
    ("ix_event_answered", "event", ["element_id", "at"], "kind = 'completed' AND element_type = 'userTask'"),
    ("ix_event_decided", "event", ["case_key"], "kind = 'decision'"),
    ("ix_event_reminded", "event", ["at"], "kind = 'reminded'"),
)


def upgrade() -> None:
    for name, table, columns, condition in INDEXES:
        where = sa.text(condition) if condition else None
        op.create_index(name, table, columns, postgresql_where=where, sqlite_where=where)


def downgrade() -> None:
    for name, table, *_ in reversed(INDEXES):
        op.drop_index(name, table)
