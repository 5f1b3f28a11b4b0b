"""What is over is in no index of cases that stand still, and what was answered is found by its task."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

MOVED, ANSWERED = "ix_case_state_moved_at", "ix_event_answered"
RUNNING = sa.text("ended_at IS NULL")
USER_TASKS = sa.text("kind = 'completed' AND element_type = 'userTask'")


def upgrade() -> None:
    op.drop_index(ANSWERED, "event")
    op.drop_index(MOVED, "case")
    op.create_index(MOVED, "case", ["state", "moved_at"], postgresql_where=RUNNING, sqlite_where=RUNNING)


def downgrade() -> None:
    op.drop_index(MOVED, "case")
    op.create_index(MOVED, "case", ["state", "moved_at"])
    op.create_index(
        ANSWERED,
        "event",
        ["element_id", "at"],
        postgresql_where=USER_TASKS,
        sqlite_where=USER_TASKS,
    )
