"""The list of cases: an index for each order, the first term of each case, and views that people save.

`case.next_due_at` is kept by triggers on `user_task`. As with those of migration 0007, a later migration that
makes SQLite build `user_task` anew must make them again.
"""

import sqlalchemy as sa
from alembic import op

from app.store.types import Instant

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
# As each database writes it: SQLite compares moments as text.
END_OF_TIME = {"postgresql": "9999-01-01 00:00:00+00", "sqlite": "9999-01-01 00:00:00.000000"}

EARLIER = """
UPDATE "case" SET next_due_at = NEW.sort_due_at
WHERE key = NEW.case_key AND next_due_at > NEW.sort_due_at
"""
AGAIN = """
UPDATE "case" SET next_due_at = first.at
FROM (
  SELECT coalesce(min(sort_due_at), '{end}') AS at
  FROM user_task WHERE case_key = OLD.case_key AND state = 'open'
) AS first
WHERE "case".key = OLD.case_key AND "case".next_due_at <> first.at
"""
DIFFERENT = """
(OLD.state = 'open' OR NEW.state = 'open') AND (OLD.state <> NEW.state OR OLD.sort_due_at <> NEW.sort_due_at)
"""

POSTGRESQL = (
    """
CREATE FUNCTION keep_next_due() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN {earlier}; ELSE {again}; END IF;
  RETURN NULL;
END $$
""",
    """
CREATE TRIGGER keep_next_due_of_new AFTER INSERT ON user_task
FOR EACH ROW WHEN (NEW.state = 'open') EXECUTE FUNCTION keep_next_due()
""",
    """
CREATE TRIGGER keep_next_due_of_gone AFTER DELETE ON user_task
FOR EACH ROW WHEN (OLD.state = 'open') EXECUTE FUNCTION keep_next_due()
""",
    """
CREATE TRIGGER keep_next_due AFTER UPDATE OF state, sort_due_at ON user_task
FOR EACH ROW WHEN ({different}) EXECUTE FUNCTION keep_next_due()
""",
)
SQLITE = (
    "CREATE TRIGGER keep_next_due_of_new AFTER INSERT ON user_task WHEN NEW.state = 'open' "
    "BEGIN {earlier}; END",
    "CREATE TRIGGER keep_next_due_of_gone AFTER DELETE ON user_task WHEN OLD.state = 'open' "
    "BEGIN {again}; END",
    "CREATE TRIGGER keep_next_due AFTER UPDATE OF state, sort_due_at ON user_task WHEN {different} "
    "BEGIN {again}; END",
)
TRIGGERS = {"postgresql": POSTGRESQL, "sqlite": SQLITE}
TITLE = sa.text("substr(lower(title), 1, 100)")
INDEXES: dict[str, str | sa.TextClause] = {
    "house_key": "house_key",
    "started_at": "started_at",
    "moved_at": "moved_at",
    "next_due_at": "next_due_at",
    "title": TITLE,
}


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    end = END_OF_TIME[dialect]
    op.add_column(
        "case", sa.Column("next_due_at", Instant(timezone=True), nullable=False, server_default=end)
    )
    first = "SELECT min(sort_due_at) FROM user_task WHERE case_key = \"case\".key AND state = 'open'"
    some = "SELECT case_key FROM user_task WHERE state = 'open'"
    op.execute(f'UPDATE "case" SET next_due_at = ({first}) WHERE key IN ({some})')  # noqa: S608
    op.drop_index("ix_case_started_at", "case")
    for name, column in INDEXES.items():
        op.create_index(f"ix_case_{name}_key", "case", [column, "key"])
    op.create_index("ix_case_route", "case", ["route"])
    for trigger in TRIGGERS[dialect]:
        op.execute(trigger.format(earlier=EARLIER, again=AGAIN.format(end=end), different=DIFFERENT))
    op.create_table(
        "case_view",
        sa.Column("key", KEY, nullable=False),
        sa.Column("person_key", KEY, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("chosen", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["person_key"], ["person.key"], name=op.f("fk_case_view_person_key")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_case_view")),
        sa.UniqueConstraint("person_key", "name", name=op.f("uq_case_view_person_key_name")),
    )


def downgrade() -> None:
    op.drop_table("case_view")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION keep_next_due() CASCADE")
    else:
        for name in ("keep_next_due_of_new", "keep_next_due_of_gone", "keep_next_due"):
            op.execute(f"DROP TRIGGER {name}")
    for name in INDEXES:
        op.drop_index(f"ix_case_{name}_key", "case")
    op.drop_index("ix_case_route", "case")
    op.create_index("ix_case_started_at", "case", ["started_at"])
    op.drop_column("case", "next_due_at")
