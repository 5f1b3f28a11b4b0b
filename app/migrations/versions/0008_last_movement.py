"""When each case last moved, so that the ones that stand still are found without reading their past."""

import sqlalchemy as sa
from alembic import op

from app.store.types import Instant

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

LONG_AGO = "1970-01-01 00:00:00"
KINDS = ("entered", "completed", "cancelled")
TYPES = (
    *("userTask", "receiveTask", "callActivity", "subProcess", "transaction", "adHocSubProcess"),
    *("intermediateCatchEvent", "eventBasedGateway"),
)
"""A case moves when it comes to a place where it waits, or leaves one; and when it begins or ends."""


def upgrade() -> None:
    op.add_column(
        "case", sa.Column("moved_at", Instant(timezone=True), nullable=False, server_default=LONG_AGO)
    )
    case, event = (
        sa.table(name, *(sa.column(column) for column in columns))
        for name, columns in (
            ("case", ("key", "started_at", "moved_at")),
            ("event", ("case_key", "kind", "element_type", "at")),
        )
    )
    places = sa.and_(event.c.kind.in_(KINDS), event.c.element_type.in_(TYPES))
    moves = sa.or_(places, event.c.kind.in_(("started", "ended")))
    last = sa.select(sa.func.max(event.c.at)).where(event.c.case_key == case.c.key, moves)
    op.execute(sa.update(case).values(moved_at=sa.func.coalesce(last.scalar_subquery(), case.c.started_at)))
    op.create_index("ix_case_state_moved_at", "case", ["state", "moved_at"])


def downgrade() -> None:
    op.drop_index("ix_case_state_moved_at", "case")
    op.drop_column("case", "moved_at")
