"""Ever so many open tasks, made within the database: spread over houses, groups, cases, terms and people.

Their cases have no state, so these tasks can't be done: they are there to be listed and counted.
"""

import random
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    ColumnElement,
    Integer,
    MetaData,
    String,
    Table,
    cast,
    func,
    insert,
    literal,
    select,
    text,
)
from sqlalchemy.orm import Session

from app.store.inbox import END_OF_TIME
from app.store.models import Base, Case, House, Organisation, Person, UserTask

TASKS_A_CASE = 2
SLOTS = 1_000 * TASKS_A_CASE
"""So many different tasks; then they repeat. Those of one case stand together, in one house."""
ROLES = ("procesregisseur", "informatiecoordinator", "administratief", "locatiemanager", "weegploeg")
SHARES = (40, 20, 10, 5, 5)
"""Of a hundred tasks; the others are for a partner."""
TAKEN, WITHOUT_TERM = 0.02, 0.25
_CASE, _TASK = Base.metadata.tables["case"], Base.metadata.tables["user_task"]
_OF_TASK = (
    "house_key",
    "groups",
    "element_id",
    "name",
    "priority",
    "due_at",
    "sort_due_at",
    "sort_priority",
    "assignee_key",
)


def fill(session: Session, size: int, *, now: datetime) -> None:
    """See to it that so many tasks are open."""
    there = session.scalar(select(func.count()).select_from(UserTask).where(UserTask.state == "open")) or 0
    if size <= there:
        return
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL statement_timeout = 0"))  # a million rows take longer than a page may
    spread = _spread(session, now)
    first_case = (session.scalar(select(func.max(Case.key))) or 0) + 1
    count = select(literal(0).label("number")).cte("numbers", recursive=True)
    numbers = count.union_all(select(count.c.number + 1).where(count.c.number < size - there - 1))
    both = numbers.join(spread, spread.c.slot == numbers.c.number % SLOTS)
    case_key = first_case + numbers.c.number // TASKS_A_CASE
    _insert(
        session,
        _CASE,
        {
            "key": case_key,
            "number": literal("VEEL-").concat(cast(case_key, String)),
            "house_key": spread.c.house_key,
            "process_id": literal("tien_taken"),
            "title": literal("Overlast ").concat(cast(case_key, String)),
            **dict.fromkeys(("route", "theme", "legal_regime"), literal("")),
            "priority": literal(50),
            "state": literal("running"),
            "started_at": literal(now, _CASE.c.started_at.type),
            "moved_at": literal(now, _CASE.c.moved_at.type),
        },
        select_from=both,
        where=numbers.c.number % TASKS_A_CASE == 0,
    )
    _insert(
        session,
        _TASK,
        {
            "id": _new_id(session),
            "case_key": case_key,
            "engine_id": cast(numbers.c.number, String),
            "scope_id": literal("0"),
            "process_id": literal("tien_taken"),
            "path": literal([], _TASK.c.path.type),
            "documentation": literal("Vul het onderwerp in."),
            "form_id": literal("klein"),
            "state": literal("open"),
            "opened_at": literal(now, _TASK.c.opened_at.type),
            **{name: spread.c[name] for name in _OF_TASK},
        },
        select_from=both,
    )
    session.execute(text("DROP TABLE bench_spread"))
    if session.get_bind().dialect.name == "postgresql":
        highest = select(func.max(_CASE.c.key)).scalar_subquery()
        session.execute(select(func.setval(func.pg_get_serial_sequence('"case"', "key"), highest)))


def _insert(
    session: Session,
    table: Table,
    columns: dict[str, ColumnElement[Any]],
    *,
    select_from: Any,
    where: ColumnElement[bool] | None = None,
) -> None:
    rows = select(*columns.values()).select_from(select_from)
    session.execute(insert(table).from_select(list(columns), rows if where is None else rows.where(where)))


def _new_id(session: Session) -> ColumnElement[UUID]:
    postgresql = session.get_bind().dialect.name == "postgresql"
    return func.gen_random_uuid() if postgresql else func.lower(func.hex(func.randomblob(16)))


def _spread(session: Session, now: datetime) -> Table:
    """A passing table of different tasks, drawn by lot, the same each time."""
    columns = [Column(name, _TASK.c[name].type) for name in _OF_TASK]
    made = Table("bench_spread", MetaData(), Column("slot", Integer, primary_key=True), *columns)
    session.execute(text("DROP TABLE IF EXISTS bench_spread"))
    made.create(session.connection())
    dice = random.Random(1)
    houses = list(session.scalars(select(House.key).order_by(House.key)))
    partners = list(session.scalars(select(Organisation.key).where(Organisation.kind != "veiligheidshuis")))
    people = list(session.scalars(select(Person.key)))
    rows = []
    for slot in range(SLOTS):
        if slot % TASKS_A_CASE == 0:
            house = dice.choice(houses)
        group = dice.choices((*ROLES, ""), (*SHARES, 100 - sum(SHARES)))[0]
        group = group or f"organisatie:{dice.choice(partners)}"
        due = now + timedelta(seconds=dice.randrange(-20 * 86_400, 70 * 86_400))
        due_at = None if dice.random() < WITHOUT_TERM else due
        priority = dice.choice((50, 50, 50, 70, 90))
        step = dice.randrange(1, 11)
        rows.append(
            {
                "slot": slot,
                "house_key": house,
                "groups": [group],
                "element_id": f"taak_{step}",
                "name": f"Taak {step}",
                "priority": priority,
                "due_at": due_at,
                "sort_due_at": due_at or END_OF_TIME,
                "sort_priority": 100 - priority,
                "assignee_key": dice.choice(people) if dice.random() < TAKEN else None,
            }
        )
    session.execute(insert(made), rows)
    return made
