"""What a step writes, as statements that are made once: making one costs more than running it.

They pass by the session, so objects that it has loaded are told here what was written to their rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    ColumnElement,
    Executable,
    Label,
    ScalarSelect,
    Select,
    bindparam,
    delete,
    func,
    insert,
    literal_column,
    null,
    select,
    union_all,
    update,
)
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from app.store.models import Base, Case, Event, Instance, Job, Token, UserTask

_CASE, _INSTANCE, _TASK, _TOKEN, _JOB, _EVENT = (
    Base.metadata.tables[one.__tablename__] for one in (Case, Instance, UserTask, Token, Job, Event)
)

# No parameter has the name of a column: within a larger statement SQLAlchemy would give it to each update.
_ADVANCE = (
    update(_INSTANCE)
    .where(_INSTANCE.c.case_key == bindparam("of_case"), _INSTANCE.c.revision == bindparam("as_read"))
    .values(state=bindparam("new_state"), revision=_INSTANCE.c.revision + 1)
)
_MOVED = update(_CASE).where(_CASE.c.key == bindparam("of_case")).values(moved_at=bindparam("moved"))
_CLOSE = (
    update(_TASK)
    .where(_TASK.c.key == bindparam("of_task"))
    .values(
        state=bindparam("to_state"),
        completed_at=bindparam("to_completed_at"),
        completed_by=bindparam("to_completed_by"),
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
    .values({one: bindparam(f"to_{one.name}") for one in _TOKEN.c if one.name not in ("key", "case_key")})
)
_DROP = delete(_TOKEN).where(
    _TOKEN.c.case_key == bindparam("of_case"), _TOKEN.c.engine_id == bindparam("gone")
)
_ADD, _PLAN, _TELL = insert(_TOKEN), insert(_JOB), insert(_EVENT)
_UPDATES = {"advance": _ADVANCE, "moved": _MOVED, "close": _CLOSE, "move": _MOVE}
_TOLD = [one.name for one in _EVENT.c if one.name != "key"]
_ONE: Label[int] = literal_column("1").label("one")
_MOST_AT_ONCE = 8
"""Facts in one statement; there is one for each number of them."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Written:
    """What a step writes beside the state of its instance."""

    moved_at: datetime | None
    """None where the case did not move: then it keeps what it has."""
    closed: Sequence[tuple[UserTask, Row]] = ()
    """Tasks, each with its `state`, `completed_at` and `completed_by`.

    Its concept goes, and what was said to who had to do it: that stands in the release.
    """
    gone: Sequence[str] = ()
    """The engine ids of tokens that went."""
    come: Sequence[Row] = ()
    """The places of tokens that came."""
    opened: Sequence[Row] = ()
    """New tasks."""
    events: Sequence[Row] = ()
    """Facts in their order. One with a `task` is of the new task with that engine id."""


def write(session: Session, instance: Instance, state: bytes, written: Written) -> bool:
    """Write a step. False if somebody else changed the instance since it was read: keep nothing then."""
    of_case = {"of_case": instance.case_key}
    gone, come = _in_order(written.gone, written.come)
    # Tokens that went on are one statement: their rows are given their new places.
    pairs = zip(gone, come, strict=False)
    moves = [of_case | {"gone": engine_id} | _to(place) for engine_id, place in pairs]
    moved_at = written.moved_at
    updates: dict[str, list[Row]] = {
        "advance": [of_case | {"as_read": instance.revision, "new_state": state}],
        "moved": [] if moved_at is None else [of_case | {"moved": moved_at}],
        "close": [{"of_task": task.key} | _to(said) for task, said in written.closed],
        "move": moves,
    }
    changed = _write_at_once(session, updates, written) if _is_far(session) else {}
    for name, rows in updates.items():
        if rows and name not in changed:
            changed[name] = _run(session, _UPDATES[name], rows).rowcount
    if changed["advance"] != 1:
        return False
    if moves and changed["move"] != len(moves):
        # A row was not there: then none is moved, and each is made anew.
        gone, moves = [*gone, *(place["engine_id"] for place in come)], []
    drops = [of_case | {"gone": engine_id} for engine_id in gone[len(moves) :]]
    adds = [{"case_key": instance.case_key, **place} for place in come[len(moves) :]]
    if drops:
        _run(session, _DROP, drops)
    if adds:
        _run(session, _ADD, adds)
    if not {"open", "tell"} & changed.keys():
        _open_and_tell(session, written)
    _make_known(instance, state, written)
    return True


def _in_order(gone: Sequence[str], come: Sequence[Row]) -> tuple[list[str], list[Row]]:
    # One that stays but stands elsewhere moves to its own new place, before the others change their ids.
    stay = set(gone) & {place["engine_id"] for place in come}
    return (
        sorted(gone, key=lambda engine_id: (engine_id not in stay, engine_id)),
        sorted(come, key=lambda place: (place["engine_id"] not in stay, place["engine_id"])),
    )


def _open_and_tell(session: Session, written: Written) -> None:
    keys: dict[str, int] = {}
    if written.opened:
        keys = {row.engine_id: row.key for row in _run(session, _OPEN, list(written.opened))}
    told = [event | {"task_key": keys.get(event["task"], event["task_key"])} for event in written.events]
    if told:
        _run(session, _TELL, [{name: event[name] for name in _TOLD} for event in told])


def _make_known(instance: Instance, state: bytes, written: Written) -> None:
    """Tell the loaded objects what stands in their rows now."""
    empty = {"documentation": "", "draft": None, "draft_saved_at": None, "draft_by": None}
    for task, said in written.closed:
        for name, value in (said | empty).items():
            set_committed_value(task, name, value)
    if written.moved_at is not None:
        set_committed_value(instance.case, "moved_at", written.moved_at)
    set_committed_value(instance, "state", state)
    set_committed_value(instance, "revision", instance.revision + 1)


def add_jobs(session: Session, rows: list[Row]) -> None:
    if rows:
        _run(session, _PLAN, rows)


# ── In one statement ─────────────────────────────────────────────────────────────────────────────────────


def _is_far(session: Session) -> bool:
    """Each statement is a journey to another machine; what is at hand can't do several in one either."""
    return session.get_bind().dialect.name == "postgresql"


def _write_at_once(session: Session, updates: Mapping[str, list[Row]], written: Written) -> dict[str, int]:
    """Write as much as one statement can; for each part that was in it how many rows it wrote."""
    names = tuple(name for name, rows in updates.items() if len(rows) == 1)
    given = {name: value for one in names for name, value in updates[one][0].items()}
    opened: tuple[str, ...] = ()
    of_it: tuple[bool, ...] = ()
    if len(written.opened) <= 1 and len(written.events) <= _MOST_AT_ONCE:
        ids = [task["engine_id"] for task in written.opened]
        of_it = tuple(event["task"] in ids for event in written.events)
        for task in written.opened:
            opened = ("id", "state", *task)
            given |= {"open_id": uuid4(), "open_state": "open"}
            given |= {f"open_{name}": value for name, value in task.items()}
        for place, event in enumerate(written.events):
            given |= {f"{name}_{place}": event[name] for name in _TOLD}
    return dict(_run(session, _at_once(names, opened, of_it), given).one()._mapping)


@cache
def _at_once(names: tuple[str, ...], opened: tuple[str, ...], of_it: tuple[bool, ...]) -> Executable:
    """These updates, a new task with these columns, and so many facts: one query.

    It gives how many rows each part wrote. `of_it` says of each fact whether it is of the new task.
    """
    parts = [_UPDATES[name].returning(_ONE).cte(name) for name in names]
    key = None
    if opened:
        task = insert(_TASK).values({name: bindparam(f"open_{name}") for name in opened})
        parts.append(task.returning(_TASK.c.key).cte("open"))
        key = select(parts[-1].c.key).scalar_subquery()
    if of_it:
        facts = [_fact(place, key if is_of_it else None) for place, is_of_it in enumerate(of_it)]
        told = insert(_EVENT).from_select(_TOLD, union_all(*facts), include_defaults=False)
        parts.append(told.returning(_ONE).cte("tell"))
    counts = [select(func.count()).select_from(part).scalar_subquery().label(part.name) for part in parts]
    return select(*counts)


def _fact(place: int, task_key: ScalarSelect[Any] | None) -> Select[Any]:
    columns: dict[str, ColumnElement[Any]] = {
        name: bindparam(f"{name}_{place}", type_=_EVENT.c[name].type) for name in _TOLD
    }
    if task_key is not None:
        columns["task_key"] = task_key
    return select(*(column.label(name) for name, column in columns.items()))


def _to(values: Row) -> Row:
    return {f"to_{name}": value for name, value in values.items()}


def _run(session: Session, statement: Executable, rows: Row | list[Row]) -> CursorResult[Any]:
    # A list of one is a statement of its own kind, with work around it that a single row does without.
    given: Mapping[str, Any] | list[Row] = rows[0] if isinstance(rows, list) and len(rows) == 1 else rows
    return session.connection().execute(statement, given)
