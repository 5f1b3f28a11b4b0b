"""Due work in order without sorting, open incidents, expired messages and cases at a step by an index."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index("ix_job_due")
        batch_op.create_index("ix_job_due", ["parked", "due_at", "key"], unique=False)

    with op.batch_alter_table("incident", schema=None) as batch_op:
        batch_op.create_index("ix_incident_resolved_at_key", ["resolved_at", "key"], unique=False)
        batch_op.create_index(batch_op.f("ix_incident_job_key"), ["job_key"], unique=False)

    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index("ix_message_handled_at_expires_at", ["handled_at", "expires_at"], unique=False)

    with op.batch_alter_table("token", schema=None) as batch_op:
        batch_op.drop_index("ix_token_process_id_element_id")
        batch_op.create_index(
            "ix_token_process_id_element_id_case_key", ["process_id", "element_id", "case_key"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("token", schema=None) as batch_op:
        batch_op.drop_index("ix_token_process_id_element_id_case_key")
        batch_op.create_index("ix_token_process_id_element_id", ["process_id", "element_id"], unique=False)

    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index("ix_message_handled_at_expires_at")

    with op.batch_alter_table("incident", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_incident_job_key"))
        batch_op.drop_index("ix_incident_resolved_at_key")

    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index("ix_job_due")
        batch_op.create_index("ix_job_due", ["parked", "due_at"], unique=False)
