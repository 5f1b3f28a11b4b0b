"""What a step writes, as statements that are made once: making one costs more than running it.

They pass by the session, so objects that it has loaded are told here what was written to their rows.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Executable, bindparam, delete, insert, null, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from app.store.models import Base, Case, Event, Instance, Job, Token, UserTask

_CASE, _INSTANCE, _TASK, _TOKEN, _JOB, _EVENT = (
    Base.metadata.tables[one.__tablename__] for one in (Case, Instance, UserTask, Token, Job, Event)
)

_ADVANCE = (
    update(_INSTANCE)
    .where(_INSTANCE.c.case_key == bindparam("of_case"), _INSTANCE.c.revision == bindparam("as_read"))
    .values(state=bindparam("new_state"), revision=_INSTANCE.c.revision + 1)
)
_MOVED = update(_CASE).where(_CASE.c.key == bindparam("of_case")).values(moved_at=bindparam("moved"))
# PostgreSQL does both in one statement, which is one journey to its machine; SQLite can't, and is at hand.
_ADVANCE_AND_MOVED = _ADVANCE.add_cte(_MOVED.cte("moved"))
_CLOSE = (
    update(_TASK)
    .where(_TASK.c.key == bindparam("of_task"))
    .values(
        state=bindparam("state"),
        completed_at=bindparam("completed_at"),
        completed_by=bindparam("completed_by"),
        documentation="",
        draft=null(),
        draft_saved_at=null(),
        draft_by=null(),
    )
)
# By their engine ids, for SQLite gives many at once in no order.
_OPEN = insert(_TASK).returning(_TASK.c.engine_id, _TASK.c.key)
_MOVE = (
    update(_TOKEN)
    .where(_TOKEN.c.case_key == bindparam("of_case"), _TOKEN.c.engine_id == bindparam("gone"))
    .values({one: bindparam(one.name) for one in _TOKEN.c if one.name not in ("key", "case_key")})
)
_DROP = delete(_TOKEN).where(
    _TOKEN.c.case_key == bindparam("of_case"), _TOKEN.c.engine_id == bindparam("gone")
)
_ADD, _PLAN, _TELL = insert(_TOKEN), insert(_JOB), insert(_EVENT)

Row = dict[str, Any]


def advance(session: Session, instance: Instance, state: bytes, *, moved_at: datetime | None) -> bool:
    """Give the instance its new state; False if somebody else changed it since it was read.

    `moved_at` is None where the case did not move: then it keeps what it has.
    """
    read: Row = {"of_case": instance.case_key, "as_read": instance.revision, "new_state": state}
    at_once = moved_at is not None and session.get_bind().dialect.name == "postgresql"
    advance = _ADVANCE_AND_MOVED if at_once else _ADVANCE
    if _run(session, advance, {**read, "moved": moved_at} if at_once else read).rowcount != 1:
        return False
    if moved_at is not None:
        if not at_once:
            _run(session, _MOVED, {"of_case": instance.case_key, "moved": moved_at})
        set_committed_value(instance.case, "moved_at", moved_at)
    set_committed_value(instance, "state", state)
    set_committed_value(instance, "revision", instance.revision + 1)
    return True


def close_tasks(session: Session, states: Sequence[tuple[UserTask, Row]]) -> None:
    """Close each task as its `state`, `completed_at` and `completed_by` say.

    Its concept goes, and what was said to who had to do it: that stands in the release.
    """
    if not states:
        return
    _run(session, _CLOSE, [{"of_task": task.key, **said} for task, said in states])
    empty = {"documentation": "", "draft": None, "draft_saved_at": None, "draft_by": None}
    for task, said in states:
        for name, value in (said | empty).items():
            set_committed_value(task, name, value)


def open_tasks(session: Session, rows: list[Row]) -> dict[str, int]:
    """New tasks of one case; gives their keys by engine id."""
    return {row.engine_id: row.key for row in _run(session, _OPEN, rows)} if rows else {}


def replace_tokens(session: Session, case_key: int, gone: Sequence[str], come: Sequence[Row]) -> None:
    """Tokens of a case that went, by engine id, and the places of those that came."""
    # One that stays but stands elsewhere moves to its own new place, before the others change their ids.
    stay = set(gone) & {place["engine_id"] for place in come}
    gone = sorted(gone, key=lambda engine_id: (engine_id not in stay, engine_id))
    come = sorted(come, key=lambda place: (place["engine_id"] not in stay, place["engine_id"]))
    # Those that went on are one statement: their rows are given their new places.
    pairs = zip(gone, come, strict=False)
    moves = [{"of_case": case_key, "gone": engine_id, **place} for engine_id, place in pairs]
    if moves and _run(session, _MOVE, moves).rowcount != len(moves):
        # A row was not there: then none is moved, and each is made anew.
        gone, moves = [*gone, *(place["engine_id"] for place in come)], []
    drops = [{"of_case": case_key, "gone": engine_id} for engine_id in gone[len(moves) :]]
    adds = [{"case_key": case_key, **place} for place in come[len(moves) :]]
    if drops:
        _run(session, _DROP, drops)
    if adds:
        _run(session, _ADD, adds)


def add_jobs(session: Session, rows: list[Row]) -> None:
    if rows:
        _run(session, _PLAN, rows)


def tell(session: Session, events: list[Row]) -> None:
    """Add facts, in their order."""
    if events:
        _run(session, _TELL, events)


def _run(session: Session, statement: Executable, rows: Row | list[Row]) -> CursorResult[Any]:
    # A list of one is a statement of its own kind, with work around it that a single row does without.
    given: Mapping[str, Any] | list[Row] = rows[0] if isinstance(rows, list) and len(rows) == 1 else rows
    return session.connection().execute(statement, given)
