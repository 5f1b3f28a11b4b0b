"""Days, months and quarters are counted ahead too, and all that is for each route and theme.

Then all that happened since a case began hangs on its route and theme as well. What was counted is let go of:
the workers count it again.
"""

import sqlalchemy as sa
from alembic import op

from app.store.types import Instant

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

SINCE = "UPDATE past_part SET changes = changes + 1 WHERE ends_at > {0}"
AT = SINCE + " AND begins_at <= {0}"
PLACE = ("house_key", "compartment", "started_at", "route", "theme")
"""What all parts hang on in which something happened to a case."""
PLACE_BEFORE = PLACE[:3]
ENDED = ("ended_at", "municipality_key")
"""And what those in which it ended hang on."""
ENDED_BEFORE = ("ended_at", "route", "theme", "municipality_key")
# Parts are locked in their order: two cases that move at once must not wait for each other.
LOCKING = """
CREATE OR REPLACE FUNCTION past_changed(earliest timestamptz, latest timestamptz) RETURNS void
LANGUAGE plpgsql STRICT AS $$
BEGIN
  PERFORM 1 FROM past_part WHERE ends_at > earliest AND begins_at <= latest ORDER BY {order} FOR UPDATE;
  IF FOUND THEN
    UPDATE past_part SET changes = changes + 1 WHERE ends_at > earliest AND begins_at <= latest;
  END IF;
END $$
"""
POSTGRESQL = (
    """
CREATE OR REPLACE FUNCTION past_changed_by_case() RETURNS trigger LANGUAGE plpgsql AS $$
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
    'DROP TRIGGER past_changed ON "case"',
    """
CREATE TRIGGER past_changed AFTER UPDATE OF {columns} ON "case"
FOR EACH ROW WHEN ({moved} OR {ended}) EXECUTE FUNCTION past_changed_by_case()
""",
)
SQLITE = {
    "past_changed_by_move": 'AFTER UPDATE OF {columns} ON "case" WHEN {moved} '
    f"BEGIN {SINCE.format('min(OLD.started_at, NEW.started_at)')}; END",
    "past_changed_by_end": 'AFTER UPDATE OF {columns} ON "case" WHEN {ended} '
    f"BEGIN {AT.format('OLD.ended_at')}; {AT.format('NEW.ended_at')}; END",
}


def upgrade() -> None:
    _make_tables(larger=True)
    _make_triggers(PLACE, ENDED, order="ends_at, begins_at")


def downgrade() -> None:
    _make_tables(larger=False)
    _make_triggers(PLACE_BEFORE, ENDED_BEFORE, order="begins_at")


def _make_tables(*, larger: bool) -> None:
    op.drop_table("past_figures")
    op.drop_table("past_part")
    # By their ends: whoever completes a task now must find at once that there is no such part.
    moments = ("ends_at", "begins_at") if larger else ("begins_at",)
    op.create_table(
        "past_part",
        sa.Column("begins_at", Instant(timezone=True), nullable=False),
        sa.Column("ends_at", Instant(timezone=True), nullable=False),
        sa.Column("since", Instant(timezone=True), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("counted", sa.Integer(), nullable=True),
        sa.Column("layout", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint(*moments, name=op.f("pk_past_part")),
    )
    texts = ("house_key", "compartment", *(("narrowed",) if larger else ()))
    op.create_table(
        "past_figures",
        *(sa.Column(name, Instant(timezone=True), nullable=False) for name in moments),
        *(sa.Column(name, sa.String(), nullable=False) for name in texts),
        *([sa.Column("cases", sa.Integer(), nullable=False)] if larger else []),
        *(sa.Column(name, sa.JSON(), nullable=False) for name in ("ended", "done", "reminded", "advised")),
        sa.ForeignKeyConstraint(
            moments,
            [f"past_part.{name}" for name in moments],
            name=op.f(f"fk_past_figures_{'_'.join(moments)}"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(*moments, *texts, name=op.f("pk_past_figures")),
    )


def _make_triggers(place: tuple[str, ...], ended: tuple[str, ...], *, order: str) -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    differs = "IS DISTINCT FROM" if postgresql else "IS NOT"
    over = "(OLD.ended_at IS NOT NULL OR NEW.ended_at IS NOT NULL)"
    words = {
        "moved": f"({' OR '.join(f'OLD.{name} {differs} NEW.{name}' for name in place)})",
        "ended": f"({over} AND ({' OR '.join(f'OLD.{name} {differs} NEW.{name}' for name in ended)}))",
        "columns": ", ".join(dict.fromkeys((*place, *ended))),
    }
    if postgresql:
        op.execute(LOCKING.format(order=order))
        for statement in POSTGRESQL:
            op.execute(statement.format(**words))
    else:
        for name, body in SQLITE.items():
            op.execute(f"DROP TRIGGER {name}")
            op.execute(f"CREATE TRIGGER {name} {body.format(**words)}")
