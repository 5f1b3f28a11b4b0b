"""Ever so many cases with a past: those of a generated town over and over, each time further back.

Made within the database, of the cases that are over. The copies have no state: they are there to be counted.
"""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    String,
    Table,
    cast,
    func,
    insert,
    literal,
    literal_column,
    null,
    or_,
    select,
    text,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.store.models import Base, Case, CaseWay, UserTask
from app.store.types import Instant

YEARS_BACK = 4
SECONDS_BACK = YEARS_BACK * 365 * 86_400
CASE_HOURS, TASK_HOURS = 500, 120
"""How far copies of one case, or task, lie apart in how long they took."""
ROUTING = ("exclusiveGateway", "parallelGateway", "inclusiveGateway", "startEvent", "endEvent")
"""Of what only passed by there is no event in the copies: about fifty a case remain."""
_CASE, _TASK, _EVENT = (Base.metadata.tables[name] for name in ("case", "user_task", "event"))


def grow(session: Session, cases: int) -> int:
    """See to it that there are about so many cases; gives how many events there are then."""
    postgres = session.get_bind().dialect.name == "postgresql"
    if postgres:
        session.execute(text("SET LOCAL statement_timeout = 0"))
        # Neither triggers nor references are looked at, which of millions of copies takes long.
        with suppress(DBAPIError), session.begin_nested():
            session.execute(text("SET LOCAL session_replication_role = replica"))
    over = session.scalar(select(func.count()).select_from(Case).where(Case.state == "ended")) or 0
    copies = max(cases // max(over, 1), 1)
    last_case, last_task = (session.scalar(select(func.max(model.key))) or 0 for model in (Case, UserTask))
    count = select(literal_column("1", Integer).label("n")).cte("numbers", recursive=True)
    numbers = count.union_all(select(count.c.n + 1).where(count.c.n < copies))
    n, back = numbers.c.n, numbers.c.n * (SECONDS_BACK // copies)
    case_key, task_key = last_case * n, last_task * n
    ended = select(Case.key).where(Case.state == "ended", Case.key <= last_case)
    # What took as long in each copy would be counted more easily than what people do.
    longer = (_CASE.c.key * 37 + n * 11) % CASE_HOURS * 3_600
    _copy(
        session,
        _CASE,
        {
            "key": _CASE.c.key + case_key,
            "started_at": _earlier(session, _CASE.c.started_at, back + longer),
            "number": literal("OUD-").concat(cast(_CASE.c.key + case_key, String)),
            "form_key": null(),
        },
        numbers,
        back,
        [_CASE.c.key.in_(ended)],
        by=_CASE.c.started_at,
    )
    new_id = func.gen_random_uuid() if postgres else func.lower(func.hex(func.randomblob(16)))
    task = {
        "key": _TASK.c.key + task_key,
        "case_key": _TASK.c.case_key + case_key,
        "id": new_id,
        "sort_due_at": _TASK.c.sort_due_at,
        "opened_at": _earlier(
            session, _TASK.c.opened_at, back + (_TASK.c.key * 7 + n * 13) % TASK_HOURS * 3_600
        ),
    }
    _copy(session, _TASK, task, numbers, back, [_TASK.c.case_key.in_(ended)], by=_TASK.c.opened_at)
    event = {
        "case_key": _EVENT.c.case_key + case_key,
        "task_key": _EVENT.c.task_key + task_key,
    }
    kept = or_(_EVENT.c.element_type.is_(None), _EVENT.c.element_type.not_in(ROUTING))
    _copy(
        session,
        _EVENT,
        event,
        numbers,
        back,
        [_EVENT.c.case_key.in_(ended), kept],
        without=("key",),
        by=_EVENT.c.at,
    )
    # As the trigger does that was not looked at.
    pending = select(Case.key).where(Case.ended_at.is_not(None), Case.key.not_in(select(CaseWay.case_key)))
    session.execute(insert(CaseWay).from_select(["case_key"], pending))
    return session.scalar(select(func.count()).select_from(_EVENT)) or 0


def _copy(
    session: Session,
    table: Table,
    changed: Mapping[str, ColumnElement[Any]],
    numbers: Any,
    back: ColumnElement[Any],
    where: list[ColumnElement[bool]],
    without: tuple[str, ...] = (),
    *,
    by: ColumnElement[datetime],
) -> None:
    """In the order of the moments in `by`: as rows come in real life, and lie on the disk."""
    columns = {}
    for column in table.columns:
        if column.name in changed:
            columns[column.name] = changed[column.name]
        elif column.name not in without:
            moment = isinstance(column.type, Instant)
            columns[column.name] = _earlier(session, column, back) if moment else column
    rows = select(*columns.values()).select_from(numbers.join(table, text("1 = 1"))).where(*where)
    rows = rows.order_by(_earlier(session, by, back), table.c.key)
    session.execute(insert(table).from_select(list(columns), rows))


def _earlier(session: Session, column: Any, seconds: ColumnElement[Any]) -> ColumnElement[datetime]:
    if session.get_bind().dialect.name == "postgresql":
        return column - seconds * text("interval '1 second'")
    by = literal("-").concat(cast(seconds, String)).concat(" seconds")
    return func.strftime("%Y-%m-%d %H:%M:%f000", column, by)
