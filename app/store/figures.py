"""Queries for figures about a period: how many, and how long it took, counted in whole hours.

Durations come back as numbers for each hour, so that a median of ever so many takes one pass and few rows.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    String,
    and_,
    case,
    cast,
    exists,
    extract,
    func,
    literal_column,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Session, aliased

from app.store.cases import Sight
from app.store.models import DECIDED, REMINDED, Case, Event, UserTask

HOUR_SECONDS = 3_600
WORK_MEMORY = "256MB"
"""At most; what it really takes is little."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which cases, and when: from `begin` up to `end`, and as long before it from `before` on."""

    before: datetime
    begin: datetime
    end: datetime
    months: tuple[datetime, ...] = ()
    """Where each later month of the period begins."""
    house: str = ""
    route: str = ""
    theme: str = ""


@dataclass(frozen=True, slots=True)
class Whose:
    """Of which cases: of these houses, and in these closed compartments; empty is in none."""

    houses: frozenset[str]
    compartments: frozenset[str]
    house: str = ""
    """One of them; this and what follows narrows it down."""
    route: str = ""
    theme: str = ""

    @classmethod
    def seen(cls, sight: Sight, chosen: Chosen) -> "Whose":
        return cls(sight.houses, sight.compartments | {""}, chosen.house, chosen.route, chosen.theme)


@dataclass(frozen=True, slots=True)
class Stretch:
    """From `begin` up to `end`. `months` are where each later month of a period begins."""

    begin: datetime
    end: datetime
    months: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class Ended:
    """So many cases that took so many hours."""

    month: int
    route: str
    theme: str
    municipality: str
    hours: int
    cases: int


@dataclass(frozen=True, slots=True)
class Begun:
    """So many cases that began in the period."""

    month: int
    theme: str
    municipality: str
    cases: int


@dataclass(frozen=True, slots=True)
class Done:
    """So many tasks that took so many hours, from open to done."""

    process_id: str
    element_id: str
    group: str
    """The first of the task's groups where that is an organisation, else empty."""
    completed: bool
    """Otherwise it lapsed."""
    hours: int
    waited: int | None
    """Hours from open to picked up; None where nobody picked them up first."""
    worked: int | None
    """Hours from picked up to done."""
    route: str
    """Of its case, where that was asked; otherwise empty, as is the theme."""
    theme: str
    tasks: int
    name: str


@dataclass(frozen=True, slots=True)
class Acts:
    """How often something was done, and of what route and theme the cases are where that was asked."""

    what: tuple[str, ...]
    route: str
    theme: str
    number: int


def prepare(session: Session) -> None:
    """Let PostgreSQL count in memory in this transaction: it expects ever so many groups, and would sort."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"SET LOCAL work_mem = '{WORK_MEMORY}'"))


def ended(session: Session, whose: Whose, stretch: Stretch) -> list[Ended]:
    """The cases that ended then, cancelled ones too."""
    columns = (
        _month(session, Case.ended_at, stretch),
        Case.route,
        Case.theme,
        func.coalesce(Case.municipality_key, ""),
        _hours(session, Case.started_at, Case.ended_at),
    )
    query = select(*columns, func.count()).where(*_cases(whose), *_within(Case.ended_at, stretch))
    rows: Any = session.execute(query.group_by(*_places(5)))
    return [Ended(*row) for row in rows]


def routes(session: Session, whose: Whose, stretch: Stretch) -> list[str]:
    """The routes of what ended then."""
    query = select(Case.route).where(*_cases(whose), Case.route != "").distinct()
    return list(session.scalars(query.where(*_within(Case.ended_at, stretch))))


def begun(session: Session, whose: Whose, stretch: Stretch) -> list[Begun]:
    columns = (
        _month(session, Case.started_at, stretch),
        Case.theme,
        func.coalesce(Case.municipality_key, ""),
    )
    query = select(*columns, func.count()).where(*_cases(whose), *_within(Case.started_at, stretch))
    rows: Any = session.execute(query.group_by(*_places(3)))
    return [Begun(*row) for row in rows]


def done(session: Session, whose: Whose, stretch: Stretch, *, apart: bool = False) -> list[Done]:
    """The tasks that were done or lapsed then; `apart` for each route and theme of their cases."""
    first = UserTask.groups[0].as_string()
    organisation = case((first.startswith("organisatie:"), first), else_="")
    columns = (
        UserTask.process_id,
        UserTask.element_id,
        organisation,
        UserTask.state == "completed",
        _hours(session, UserTask.opened_at, UserTask.completed_at),
        _hours(session, UserTask.opened_at, UserTask.claimed_at),
        _hours(session, UserTask.claimed_at, UserTask.completed_at),
        *_kinds(UserTask.case_key, apart=apart),
    )
    query = select(*columns, func.count(), func.max(UserTask.name)).where(*_tasks(whose))
    query = query.where(*_within(UserTask.completed_at, stretch)).group_by(*_places(len(columns)))
    rows: Any = session.execute(query)
    return [
        Done(process_id, element_id, group, bool(completed), *rest)
        for process_id, element_id, group, completed, *rest in rows
    ]


def reminded(session: Session, whose: Whose, stretch: Stretch, *, apart: bool = False) -> list[Acts]:
    """How many reminders went out; `what` is process, element, and organisation as a group or empty."""
    first = Event.data["groups"][0].as_string()
    group = case((first.startswith("organisatie:"), first), else_="")
    columns = (Event.process_id, Event.element_id, group, *_kinds(Event.case_key, apart=apart))
    query = select(*columns, func.count())
    query = query.where(_of_case(Event.case_key, whose), text(f"event.{REMINDED}"))
    rows: Any = session.execute(query.where(*_within(Event.at, stretch)).group_by(*_places(len(columns))))
    return [Acts(tuple(row[:3]), *row[3:]) for row in rows]


def advised(
    session: Session,
    whose: Whose,
    stretch: Stretch,
    *,
    element_id: str,
    decision_id: str,
    output: str,
    answer: str,
    apart: bool = False,
) -> list[Acts]:
    """How often a table advised something, and what was then answered at the step: that is `what`.

    The advice is the last of that table in the case before the answer; without one it does not count.
    """
    answered, decision = aliased(Event, name="answered"), aliased(Event, name="decided")
    last = (
        select(decision.data["output"][output].as_string())
        .where(decision.case_key == answered.case_key, text(f"decided.{DECIDED}"))
        .where(decision.data["decision_id"].as_string() == decision_id, decision.key < answered.key)
        .order_by(decision.key.desc())
        .limit(1)
        .scalar_subquery()
    )
    columns = (last.label("advice"), answered.data["answers"][answer].as_string().label("choice"))
    # First the tasks that were done then, by their index: of what was answered there is none.
    done = select(UserTask.key, UserTask.case_key).where(UserTask.state == "completed")
    done = done.where(UserTask.element_id == element_id, *_within(UserTask.completed_at, stretch))
    then = done.cte("then").prefix_with("MATERIALIZED")
    told = and_(answered.case_key == then.c.case_key, answered.task_key == then.c.key)
    query = select(*columns, *_kinds(then.c.case_key, apart=apart)).select_from(then)
    query = query.join(answered, told).where(answered.kind == "completed", _of_case(then.c.case_key, whose))
    both = query.subquery()
    rows: Any = session.execute(select(*both.c, func.count()).group_by(*both.c))
    # Not in SQL: it would look for the advice a second time.
    return [Acts(tuple(row[:2]), *row[2:]) for row in rows if row[0] is not None and row[1] is not None]


def _kinds(case_key: Any, *, apart: bool) -> list[ColumnElement[str]]:
    """The route and theme of a case, or nothing twice."""
    if not apart:
        return [literal_column("''", String).label(column.key) for column in (Case.route, Case.theme)]
    # Asked for each: on SQLite a join may begin with all cases.
    return [
        select(column).where(Case.key == case_key).scalar_subquery().label(column.key)
        for column in (Case.route, Case.theme)
    ]


def _cases(whose: Whose) -> list[ColumnElement[bool]]:
    """The conditions on `case`, without an index: SQLite would rather walk all of a house than a period."""
    conditions = [
        _plain(Case.house_key).in_(sorted(whose.houses)),
        _plain(Case.compartment).in_(sorted(whose.compartments)),
    ]
    return conditions + _chosen(whose)


def _tasks(whose: Whose) -> list[ColumnElement[bool]]:
    """The conditions on `user_task`, which knows its house and compartment; others are asked of its case."""
    conditions = _reached(UserTask, whose)
    if whose.house:
        conditions.append(UserTask.house_key == whose.house)
    if whose.route or whose.theme:
        conditions.append(_of_case(UserTask.case_key, whose))
    return conditions


def _of_case(case_key: Any, whose: Whose) -> ColumnElement[bool]:
    # EXISTS: on SQLite a join may begin with the cases, which are many more than happened in a period.
    return exists().where(Case.key == case_key, *_reached(Case, whose), *_chosen(whose))


def _reached(table: type[Case] | type[UserTask], whose: Whose) -> list[ColumnElement[bool]]:
    # Column by column: of anything else PostgreSQL expects a handful, and begins with all cases there are.
    closed = table.compartment.in_(sorted(whose.compartments - {""}))
    none = [table.compartment.is_(None)] if "" in whose.compartments else []
    return [table.house_key.in_(sorted(whose.houses)), or_(*none, closed)]


def _chosen(whose: Whose) -> list[ColumnElement[bool]]:
    columns = (Case.house_key, whose.house), (Case.route, whose.route), (Case.theme, whose.theme)
    return [_plain(column) == value for column, value in columns if value]


def _plain(column: Any) -> ColumnElement[str]:
    """The column where no index of it counts: that of the period reads less."""
    return func.coalesce(column, "")


def _within(column: Any, stretch: Stretch) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return column >= stretch.begin, column < stretch.end


def _places(number: int) -> list[ColumnElement[Any]]:
    """The first columns of a query, to group by: an expression with parameters would be another one there."""
    return [literal_column(str(place + 1)) for place in range(number)]


def _month(session: Session, column: Any, stretch: Stretch) -> ColumnElement[int]:
    """Which month of the period, from 0."""
    # As a text in the query: as a parameter it would be another expression to group by.
    later = [
        (column >= begin, literal_column(str(place), Integer))
        for place, begin in reversed(list(enumerate(stretch.months, start=1)))
    ]
    return case(*later, else_=literal_column("0", Integer)) if later else literal_column("0", Integer)


def _hours(session: Session, first: Any, last: Any) -> ColumnElement[int]:
    """Whole hours between two moments, each cut off to a whole second."""
    return seconds(session, first, last) // literal_column(str(HOUR_SECONDS), Integer)


def seconds(session: Session, first: Any, last: Any) -> ColumnElement[int]:
    """Seconds between two moments, each cut off to a whole one."""
    return _seconds(session, last) - _seconds(session, first)


def _seconds(session: Session, moment: Any) -> ColumnElement[int]:
    if session.get_bind().dialect.name == "postgresql":
        return cast(func.floor(extract("epoch", moment)), BigInteger)
    return cast(func.strftime("%s", moment), Integer)
