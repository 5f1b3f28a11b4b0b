"""Parts of months that are over are counted ahead, and each case that is over has its way.

Triggers say which parts are not as they were counted, in the transaction that changes them, whoever does
that. As with those of migration 0007, a later migration that makes SQLite build `case`, `user_task` or
`event` anew must make them again.
"""

import sqlalchemy as sa
from alembic import op

from app.store.types import Instant

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SINCE = "UPDATE past_part SET changes = changes + 1 WHERE ends_at > {0}"
AT = SINCE + " AND begins_at <= {0}"

TASK = ("state", "opened_at", "claimed_at", "completed_at", "house_key", "compartment", "groups")
"""What the figures of a part say of a task that was done in it."""
ENDED = ("ended_at", "route", "theme", "municipality_key")
"""And of a case that ended in it."""
PLACE = ("house_key", "compartment", "started_at")
"""What all parts hang on in which something happened to a case."""

# Parts are locked in their order: two cases that move at once must not wait for each other.
POSTGRESQL = (
    """
CREATE FUNCTION past_changed(earliest timestamptz, latest timestamptz) RETURNS void
LANGUAGE plpgsql STRICT AS $$
BEGIN
  PERFORM 1 FROM past_part WHERE ends_at > earliest AND begins_at <= latest ORDER BY begins_at FOR UPDATE;
  IF FOUND THEN
    UPDATE past_part SET changes = changes + 1 WHERE ends_at > earliest AND begins_at <= latest;
  END IF;
END $$
""",
    """
CREATE FUNCTION past_changed_by_task() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN PERFORM past_changed(OLD.completed_at, OLD.completed_at); END IF;
  IF TG_OP <> 'DELETE' THEN PERFORM past_changed(NEW.completed_at, NEW.completed_at); END IF;
  RETURN NULL;
END $$
""",
    """
CREATE FUNCTION past_changed_by_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    PERFORM past_changed(OLD.started_at, 'infinity');
    RETURN NULL;
  END IF;
  IF TG_OP = 'UPDATE' THEN
    IF {moved} THEN PERFORM past_changed(least(OLD.started_at, NEW.started_at), 'infinity'); END IF;
    IF {ended} THEN PERFORM past_changed(OLD.ended_at, OLD.ended_at); END IF;
  END IF;
  IF TG_OP = 'INSERT' OR {ended} THEN PERFORM past_changed(NEW.ended_at, NEW.ended_at); END IF;
  RETURN NULL;
END $$
""",
    """
CREATE FUNCTION past_changed_by_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM past_changed(NEW.at, NEW.at);
  RETURN NULL;
END $$
""",
    """
CREATE FUNCTION way_to_find() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM case_way WHERE case_key = NEW.key;
  IF NEW.ended_at IS NOT NULL THEN INSERT INTO case_way (case_key) VALUES (NEW.key); END IF;
  RETURN NULL;
END $$
""",
    """
CREATE TRIGGER past_changed_new AFTER INSERT ON user_task
FOR EACH ROW WHEN (NEW.completed_at IS NOT NULL) EXECUTE FUNCTION past_changed_by_task()
""",
    """
CREATE TRIGGER past_changed_gone AFTER DELETE ON user_task
FOR EACH ROW WHEN (OLD.completed_at IS NOT NULL) EXECUTE FUNCTION past_changed_by_task()
""",
    """
CREATE TRIGGER past_changed AFTER UPDATE OF {task} ON user_task
FOR EACH ROW WHEN (OLD.completed_at IS NOT NULL OR NEW.completed_at IS NOT NULL)
EXECUTE FUNCTION past_changed_by_task()
""",
    """
CREATE TRIGGER past_changed_new AFTER INSERT ON "case"
FOR EACH ROW WHEN (NEW.ended_at IS NOT NULL) EXECUTE FUNCTION past_changed_by_case()
""",
    """
CREATE TRIGGER past_changed_gone AFTER DELETE ON "case"
FOR EACH ROW EXECUTE FUNCTION past_changed_by_case()
""",
    """
CREATE TRIGGER past_changed AFTER UPDATE OF {case} ON "case"
FOR EACH ROW WHEN ({moved} OR {ended}) EXECUTE FUNCTION past_changed_by_case()
""",
    """
CREATE TRIGGER past_changed_new AFTER INSERT ON event
FOR EACH ROW WHEN (NEW.kind = 'reminded') EXECUTE FUNCTION past_changed_by_event()
""",
    """
CREATE TRIGGER way_to_find_of_new AFTER INSERT ON "case"
FOR EACH ROW WHEN (NEW.ended_at IS NOT NULL) EXECUTE FUNCTION way_to_find()
""",
    """
CREATE TRIGGER way_to_find AFTER UPDATE OF ended_at ON "case"
FOR EACH ROW WHEN (OLD.ended_at IS DISTINCT FROM NEW.ended_at) EXECUTE FUNCTION way_to_find()
""",
)
SQLITE = {
    "past_changed_by_task_new": "AFTER INSERT ON user_task WHEN NEW.completed_at IS NOT NULL "
    f"BEGIN {AT.format('NEW.completed_at')}; END",
    "past_changed_by_task_gone": "AFTER DELETE ON user_task WHEN OLD.completed_at IS NOT NULL "
    f"BEGIN {AT.format('OLD.completed_at')}; END",
    "past_changed_by_task": "AFTER UPDATE OF {task} ON user_task "
    "WHEN OLD.completed_at IS NOT NULL OR NEW.completed_at IS NOT NULL "
    f"BEGIN {AT.format('OLD.completed_at')}; {AT.format('NEW.completed_at')}; END",
    "past_changed_by_case_new": 'AFTER INSERT ON "case" WHEN NEW.ended_at IS NOT NULL '
    f"BEGIN {AT.format('NEW.ended_at')}; END",
    "past_changed_by_case_gone": f'AFTER DELETE ON "case" BEGIN {SINCE.format("OLD.started_at")}; END',
    "past_changed_by_move": 'AFTER UPDATE OF {case} ON "case" WHEN {moved} '
    f"BEGIN {SINCE.format('min(OLD.started_at, NEW.started_at)')}; END",
    "past_changed_by_end": 'AFTER UPDATE OF {case} ON "case" WHEN {ended} '
    f"BEGIN {AT.format('OLD.ended_at')}; {AT.format('NEW.ended_at')}; END",
    "past_changed_by_event": "AFTER INSERT ON event WHEN NEW.kind = 'reminded' "
    f"BEGIN {AT.format('NEW.at')}; END",
    "way_to_find_of_new": 'AFTER INSERT ON "case" WHEN NEW.ended_at IS NOT NULL '
    "BEGIN INSERT INTO case_way (case_key) VALUES (NEW.key); END",
    "way_to_find": 'AFTER UPDATE OF ended_at ON "case" WHEN OLD.ended_at IS NOT NEW.ended_at '
    "BEGIN DELETE FROM case_way WHERE case_key = NEW.key; "
    "INSERT INTO case_way (case_key) SELECT NEW.key WHERE NEW.ended_at IS NOT NULL; END",
}
FUNCTIONS = ("past_changed_by_task", "past_changed_by_case", "past_changed_by_event", "way_to_find")


def upgrade() -> None:
    op.create_table(
        "past_part",
        sa.Column("begins_at", Instant(timezone=True), nullable=False),
        sa.Column("ends_at", Instant(timezone=True), nullable=False),
        sa.Column("since", Instant(timezone=True), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=True),
        sa.Column("layout", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("begins_at", name=op.f("pk_past_part")),
    )
    op.create_table(
        "past_figures",
        sa.Column("begins_at", Instant(timezone=True), nullable=False),
        sa.Column("house_key", sa.String(), nullable=False),
        sa.Column("compartment", sa.String(), nullable=False),
        *(sa.Column(name, sa.JSON(), nullable=False) for name in ("ended", "done", "reminded", "advised")),
        sa.ForeignKeyConstraint(
            ["begins_at"],
            ["past_part.begins_at"],
            name=op.f("fk_past_figures_begins_at"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("begins_at", "house_key", "compartment", name=op.f("pk_past_figures")),
    )
    op.create_table(
        "way",
        sa.Column("key", KEY, nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_way")),
        sa.UniqueConstraint("hash", name=op.f("uq_way_hash")),
    )
    op.create_table(
        "case_way",
        sa.Column("case_key", KEY, autoincrement=False, nullable=False),
        sa.Column("way_key", KEY, nullable=True),
        sa.ForeignKeyConstraint(
            ["case_key"], ["case.key"], name=op.f("fk_case_way_case_key"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["way_key"], ["way.key"], name=op.f("fk_case_way_way_key")),
        sa.PrimaryKeyConstraint("case_key", name=op.f("pk_case_way")),
    )
    where = sa.text("way_key IS NULL")
    op.create_index(
        "ix_case_way_to_find", "case_way", ["case_key"], postgresql_where=where, sqlite_where=where
    )
    op.execute('INSERT INTO case_way (case_key) SELECT key FROM "case" WHERE ended_at IS NOT NULL')
    _make_triggers(op.get_bind().dialect.name)


def _make_triggers(dialect: str) -> None:
    differs = "IS DISTINCT FROM" if dialect == "postgresql" else "IS NOT"
    over = "(OLD.ended_at IS NOT NULL OR NEW.ended_at IS NOT NULL)"
    words = {
        "moved": f"({' OR '.join(f'OLD.{name} {differs} NEW.{name}' for name in PLACE)})",
        "ended": f"({over} AND ({' OR '.join(f'OLD.{name} {differs} NEW.{name}' for name in ENDED)}))",
        "task": ", ".join(TASK),
        "case": ", ".join((*PLACE, *ENDED)),
    }
    if dialect == "postgresql":
        for statement in POSTGRESQL:
            op.execute(statement.format(**words))
    else:
        for name, body in SQLITE.items():
            op.execute(f"CREATE TRIGGER {name} {body.format(**words)}")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for name in FUNCTIONS:
            op.execute(f"DROP FUNCTION {name}() CASCADE")
        op.execute("DROP FUNCTION past_changed(timestamptz, timestamptz)")
    else:
        for name in SQLITE:
            op.execute(f"DROP TRIGGER {name}")
    for table in ("case_way", "way", "past_figures", "past_part"):
        op.drop_table(table)
