"""The inbox as rows in the order in which it is read; indexes of open tasks only.

`inbox_entry` is kept by triggers on `user_task`. A later migration that makes SQLite build `user_task` anew
(a batch operation that does more than add a column) loses them: it must make them again.
"""

import sqlalchemy as sa
from alembic import op

from app.store.types import Instant

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LONG_AGO = "1970-01-01 00:00:00"
ORDER = ["sort_due_at", "sort_priority", "key"]

EACH = {"postgresql": "json_array_elements_text({}) AS one(value)", "sqlite": "json_each({}) AS one"}
"""The groups of a task as rows."""

ADD = """
INSERT INTO inbox_entry (house_key, "group", compartment, taken, sort_due_at, sort_priority, task_key)
SELECT DISTINCT {task}.house_key, one.value, coalesce({task}.compartment, ''),
       {task}.assignee_key IS NOT NULL, {task}.sort_due_at, {task}.sort_priority, {task}.key
FROM {source} WHERE {task}.state = 'open'
"""
REMOVE = """
DELETE FROM inbox_entry
WHERE house_key = OLD.house_key AND "group" IN (SELECT one.value FROM {each})
  AND compartment = coalesce(OLD.compartment, '') AND taken = (OLD.assignee_key IS NOT NULL)
  AND sort_due_at = OLD.sort_due_at AND sort_priority = OLD.sort_priority AND task_key = OLD.key
"""
SEEN = "state, assignee_key, house_key, compartment, sort_due_at, sort_priority, groups"
"""What an entry hangs on."""

POSTGRESQL = (
    """
CREATE FUNCTION keep_inbox() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN {remove}; END IF;
  IF TG_OP <> 'DELETE' THEN {add}; END IF;
  RETURN NULL;
END $$
""",
    """
CREATE TRIGGER keep_inbox_of_new AFTER INSERT ON user_task
FOR EACH ROW EXECUTE FUNCTION keep_inbox()
""",
    """
CREATE TRIGGER keep_inbox_of_gone AFTER DELETE ON user_task
FOR EACH ROW WHEN (OLD.state = 'open') EXECUTE FUNCTION keep_inbox()
""",
    """
CREATE TRIGGER keep_inbox AFTER UPDATE OF {seen} ON user_task
FOR EACH ROW WHEN (OLD.state = 'open' OR NEW.state = 'open') EXECUTE FUNCTION keep_inbox()
""",
)
SQLITE = (
    "CREATE TRIGGER keep_inbox_of_new AFTER INSERT ON user_task BEGIN {add}; END",
    "CREATE TRIGGER keep_inbox_of_gone AFTER DELETE ON user_task WHEN OLD.state = 'open' BEGIN {remove}; END",
    """
CREATE TRIGGER keep_inbox AFTER UPDATE OF {seen} ON user_task
WHEN OLD.state = 'open' OR NEW.state = 'open' BEGIN {remove}; {add}; END
""",
)
TRIGGERS = {"postgresql": POSTGRESQL, "sqlite": SQLITE}


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    op.add_column("user_task", sa.Column("groups", sa.JSON(), nullable=False, server_default="[]"))
    gathered = {"postgresql": 'json_agg("group")', "sqlite": 'json_group_array("group")'}[dialect]
    candidates = f"SELECT {gathered} FROM candidate WHERE task_key = user_task.key"  # noqa: S608
    op.execute(f"UPDATE user_task SET groups = coalesce(({candidates}), '[]')")  # noqa: S608
    op.drop_table("candidate")
    # Nothing read it, and it cost a statement a step: the last event says it as well.
    op.drop_column("case", "changed_at")
    _change_indexes()
    op.create_table(
        "inbox_entry",
        sa.Column("house_key", sa.String(), nullable=False),
        sa.Column("group", sa.String(), nullable=False),
        sa.Column("compartment", sa.String(), nullable=False),
        sa.Column("taken", sa.Boolean(), nullable=False),
        sa.Column("sort_due_at", Instant(timezone=True), nullable=False),
        sa.Column("sort_priority", sa.Integer(), nullable=False),
        sa.Column("task_key", KEY, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint(
            "house_key",
            "group",
            "compartment",
            "taken",
            "sort_due_at",
            "sort_priority",
            "task_key",
            name=op.f("pk_inbox_entry"),
        ),
        sqlite_with_rowid=False,
    )
    each = EACH[dialect]
    op.execute(ADD.format(task="user_task", source=f"user_task CROSS JOIN {each.format('user_task.groups')}"))
    add = ADD.format(task="NEW", source=each.format("NEW.groups"))
    remove = REMOVE.format(each=each.format("OLD.groups"))
    for trigger in TRIGGERS[dialect]:
        op.execute(trigger.format(add=add, remove=remove, seen=SEEN))


def _change_indexes() -> None:
    for name in ("case_key", "house_key", "inbox", "state_assignee"):
        op.drop_index(f"ix_user_task_{name}", "user_task")
    is_open = sa.text("state = 'open'")
    for name, columns in (
        ("case", ["case_key"]),
        ("house", ["house_key", *ORDER, "compartment"]),
        ("assignee", ["assignee_key", *ORDER, "compartment"]),
    ):
        name = f"ix_user_task_open_of_{name}"
        op.create_index(name, "user_task", columns, postgresql_where=is_open, sqlite_where=is_open)
    # Nothing looks for events by moment, and within a case they lie in the order of their keys.
    for name in ("at", "case_key_key"):
        op.drop_index(f"ix_event_{name}", "event")
    op.create_index("ix_event_case_key", "event", ["case_key"])


def downgrade() -> None:
    dialect = op.get_bind().dialect.name
    if dialect == "postgresql":
        op.execute("DROP FUNCTION keep_inbox() CASCADE")
    else:
        for name in ("keep_inbox_of_new", "keep_inbox_of_gone", "keep_inbox"):
            op.execute(f"DROP TRIGGER {name}")
    op.drop_table("inbox_entry")
    op.create_table(
        "candidate",
        sa.Column("task_key", KEY, nullable=False),
        sa.Column("group", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["task_key"], ["user_task.key"], name=op.f("fk_candidate_task_key"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("task_key", "group", name=op.f("pk_candidate")),
    )
    op.create_index("ix_candidate_group_task_key", "candidate", ["group", "task_key"])
    rows = f"user_task CROSS JOIN {EACH[dialect].format('user_task.groups')}"
    op.execute(f"INSERT INTO candidate SELECT DISTINCT user_task.key, one.value FROM {rows}")  # noqa: S608
    op.drop_column("user_task", "groups")
    op.add_column(
        "case", sa.Column("changed_at", Instant(timezone=True), nullable=False, server_default=LONG_AGO)
    )
    last = 'SELECT coalesce(max(at), started_at) FROM event WHERE case_key = "case".key'
    op.execute(f'UPDATE "case" SET changed_at = ({last})')  # noqa: S608
    _change_indexes_back()


def _change_indexes_back() -> None:
    for name in ("case", "house", "assignee"):
        op.drop_index(f"ix_user_task_open_of_{name}", "user_task")
    op.create_index("ix_user_task_case_key", "user_task", ["case_key"])
    op.create_index("ix_user_task_house_key", "user_task", ["house_key"])
    op.create_index("ix_user_task_inbox", "user_task", ["state", *ORDER])
    op.create_index("ix_user_task_state_assignee", "user_task", ["state", "assignee_key"])
    op.drop_index("ix_event_case_key", "event")
    op.create_index("ix_event_case_key_key", "event", ["case_key", "key"])
    op.create_index("ix_event_at", "event", ["at"])
