"""Many cases at once: copies of one that really ran, made within the database."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, Table, cast, func, insert, literal, null, select, text, true
from sqlalchemy.orm import Session

from app.store.models import Base, Case, Event, Instance, Job, Subscription, Token, UserTask

Number = ColumnElement[Any]
"""The number of a copy within SQL: 1 for the first."""
Vary = Mapping[str, Callable[[Number], ColumnElement[Any]]]
"""Column, such as `job.due_at` -> what the copies have there instead."""


def make(session: Session, case_key: int, copies: int, *, vary: Vary | None = None) -> range:
    """So many copies of a case, with its state, tasks, tokens, jobs and events; gives their keys.

    A state knows nothing of the case that it is of, so it can be copied as it is.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL statement_timeout = 0"))
    last = _last(session, Case)
    changes = {
        "case.key": lambda number: last + number,
        "case.form_key": lambda number: null(),
        "case.number": lambda number: literal("KOPIE-").concat(cast(last + number, String)),
        **(vary or {}),
    }
    _copy(session, Case, {"key": case_key}, copies, changes)
    changes |= {
        f"{model.__tablename__}.case_key": lambda number: last + number
        for model in (Instance, Token, Job, Subscription, Event, UserTask)
    }
    for model in (Instance, Token, Job, Subscription, Event):
        _copy(session, model, {"case_key": case_key}, copies, changes)
    for task in session.scalars(select(UserTask.key).where(UserTask.case_key == case_key)).all():
        _copy_task(session, task, copies, changes)
    return range(last + 1, last + copies + 1)


def moment(session: Session, begin: datetime, seconds: ColumnElement[Any]) -> ColumnElement[Any]:
    """`begin` and so many seconds, within SQL."""
    if session.get_bind().dialect.name == "postgresql":
        return literal(begin) + seconds * text("interval '1 second'")
    return func.strftime(
        "%Y-%m-%d %H:%M:%S.000000", begin.isoformat(), literal("").concat(seconds) + " seconds"
    )


def _copy_task(session: Session, key: int, copies: int, changes: Vary) -> None:
    last = _last(session, UserTask)
    postgres = session.get_bind().dialect.name == "postgresql"
    id = func.gen_random_uuid() if postgres else func.lower(func.hex(func.randomblob(16)))
    own = {"user_task.key": lambda number: last + number, "user_task.id": lambda number: id}
    _copy(session, UserTask, {"key": key}, copies, {**changes, **own})


def _copy(session: Session, model: type[Base], wanted: Mapping[str, int], copies: int, changes: Vary) -> None:
    table = _table(model)
    first = select(literal(1).label("number")).cte("copies", recursive=True)
    numbers = first.union_all(select(first.c.number + 1).where(first.c.number < copies))
    names = {
        column.name: changes.get(f"{table.name}.{column.name}", lambda number, column=column: column)
        for column in table.columns
        if column.name != "key" or f"{table.name}.key" in changes
    }
    rows = select(*(value(numbers.c.number) for value in names.values()))
    rows = rows.select_from(table.join(numbers, true()))
    rows = rows.where(*(table.c[name] == value for name, value in wanted.items()))
    session.execute(insert(table).from_select(list(names), rows))
    if f"{table.name}.key" in changes:
        _keep_counting(session, table)


def _keep_counting(session: Session, table: Table) -> None:
    if session.get_bind().dialect.name == "postgresql":
        sequence = func.pg_get_serial_sequence(f'"{table.name}"', "key")
        session.execute(select(func.setval(sequence, select(func.max(table.c.key)).scalar_subquery())))


def _last(session: Session, model: type[Base]) -> int:
    return session.scalar(select(func.max(_table(model).c.key))) or 0


def _table(model: type[Base]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table
