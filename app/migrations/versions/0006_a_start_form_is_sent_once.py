"""A start form that is sent twice begins one case."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("case", sa.Column("form_key", sa.String(), nullable=True))
    op.create_index("ix_case_form_key", "case", ["form_key"], unique=True)


def downgrade() -> None:
    op.drop_index("ix_case_form_key", "case")
    op.drop_column("case", "form_key")
