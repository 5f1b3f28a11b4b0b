"""What waiting timers cost a worker that looks whether anything is due."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CTE, ColumnElement, String, Table, cast, insert, literal, select, true
from sqlalchemy.orm import Session

from app import clock, worker
from app.services import jobs
from app.store.models import Base
from app.store.session import reading, transaction
from tests.bench.databases import Database, tidy_up
from tests.bench.figures import Figure, Goal, Line, said, thousands, timed
from tests.bench.server import start

LOOKS = 50
NOISE = 1.5
_CASE, _INSTANCE, _JOB = (Base.metadata.tables[name] for name in ("case", "instance", "job"))


def lines(database: Database, rounds: int, *, timers: int) -> list[Line]:
    """A worker's look at an installation with none and with so many waiting timers."""
    with database.installation() as installation:
        [case_key] = start(installation, "tien_taken", 1)
        with installation.app():
            none = _look(rounds)
            with transaction() as session:
                _wait(session, case_key, timers, due_at=clock.now() + timedelta(days=1))
            tidy_up()
            many = _look(rounds)
    words = f"een worker kijkt, met {thousands(timers)} wachtende timers (ms; zonder: {said(none)})"
    goal = Goal.times(many, none, NOISE, "zonder")
    return [Line(words, database.name, many, ratio=many / none, goal=goal)]


def _look(rounds: int) -> float:
    """Milliseconds that a worker is busy finding out that nothing is due."""

    def look() -> None:
        now = clock.now()
        with reading() as session:
            due = jobs.next_due(session)
        if (due is not None and due <= now) or worker.run_one(now=now):
            raise RuntimeError("something was due")

    for _ in range(LOOKS):
        look()
    return Figure.of([timed(look)[0] for _ in range(LOOKS)] for _ in range(rounds)).p50


def _wait(session: Session, case_key: int, number: int, *, due_at: datetime) -> None:
    """So many copies of a case, each with a timer that is due at `due_at`."""
    count = select(literal(1).label("number")).cte("numbers", recursive=True)
    numbers = count.union_all(select(count.c.number + 1).where(count.c.number < number))
    key = case_key + numbers.c.number
    _copy(
        session,
        _CASE,
        numbers,
        _CASE.c.key == case_key,
        key=key,
        number=literal("WACHT-").concat(cast(key, String)),
    )
    _copy(session, _INSTANCE, numbers, _INSTANCE.c.case_key == case_key, case_key=key)
    names = {"kind": "timer", "engine_id": "1", "process_id": "tien_taken", "element_id": "taak_1"}
    columns = {
        "case_key": key,
        **{name: literal(value) for name, value in names.items()},
        "due_at": literal(due_at, _JOB.c.due_at.type),
        "payload": literal({}, _JOB.c.payload.type),
        "attempts": literal(0),
        "parked": literal(False),
    }
    session.execute(insert(_JOB).from_select(list(columns), select(*columns.values()).select_from(numbers)))


def _copy(session: Session, table: Table, numbers: CTE, wanted: ColumnElement[bool], **changes: Any) -> None:
    names = [column.name for column in table.columns]
    rows = select(*(changes.get(name, table.c[name]) for name in names))
    rows = rows.select_from(table.join(numbers, true())).where(wanted)
    session.execute(insert(table).from_select(names, rows))
