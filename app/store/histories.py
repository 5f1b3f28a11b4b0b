"""Queries about the past of many cases at once, a bit at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.store.cases import Sight, in_sight
from app.store.models import Case, Event, UserTask

BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Fact:
    """An event of a case: what, when, and at which element; never who, and never what somebody answered."""

    key: int
    case_key: int
    kind: str
    at: datetime
    process_id: str
    element_id: str
    element_type: str
    name: str
    task_key: int | None


@dataclass(frozen=True, slots=True)
class Span:
    """Which cases: those that began in this time, of one house or all."""

    begin: datetime | None = None
    end: datetime | None = None
    house: str = ""
    route: str = ""


_COLUMNS = (
    Event.key,
    Event.case_key,
    Event.kind,
    Event.at,
    Event.process_id,
    Event.element_id,
    Event.element_type,
    Event.name,
    Event.task_key,
)


def cases(session: Session, sight: Sight | None, span: Span) -> list[Case]:
    """In the order in which they began. Without `sight`: all but closed compartments."""
    query = select(Case).where(*narrowed(sight, span)).order_by(Case.key)
    return list(session.scalars(query).unique())


def facts(
    session: Session, sight: Sight | None, span: Span, *, kinds: Sequence[str], types: Sequence[str]
) -> Iterator[Fact]:
    """What happened at elements of these types, case after case, each in order."""
    query = (
        select(*_COLUMNS)
        .join(Case, Case.key == Event.case_key)
        .where(Event.kind.in_(kinds), Event.element_type.in_(types), *narrowed(sight, span))
        .order_by(Event.case_key, Event.key)
    )
    return _facts(session, query)


def facts_of(
    session: Session, case_keys: Sequence[int], *, kinds: Sequence[str], types: Sequence[str]
) -> Iterator[Fact]:
    """The same of these cases, which are not too many for one question."""
    query = (
        select(*_COLUMNS)
        .where(Event.case_key.in_(case_keys), Event.kind.in_(kinds), Event.element_type.in_(types))
        .order_by(Event.case_key, Event.key)
    )
    return _facts(session, query)


def _facts(session: Session, query: Any) -> Iterator[Fact]:
    for row in session.execute(query.execution_options(yield_per=BATCH)):
        found: Any = row
        yield Fact(*found)


def task_roles(session: Session, sight: Sight | None, span: Span) -> dict[int, str]:
    """The role or organisation that each task was for, by the task's key; never a person."""
    query = (
        select(UserTask.key, UserTask.groups)
        .join(Case, Case.key == UserTask.case_key)
        .where(*narrowed(sight, span))
        .order_by(UserTask.key)
    )
    found: dict[int, str] = {}
    for key, groups in session.execute(query.execution_options(yield_per=BATCH)):
        roles = sorted(group for group in groups if not group.startswith("persoon:"))
        if roles:
            found[key] = roles[0]
    return found


def narrowed(sight: Sight | None, span: Span) -> list[ColumnElement[bool]]:
    """The conditions on `case`."""
    # Who runs the installation is no reader of closed compartments.
    conditions = [Case.compartment.is_(None) if sight is None else in_sight(sight)]
    if span.begin is not None:
        conditions.append(Case.started_at >= span.begin)
    if span.end is not None:
        conditions.append(Case.started_at < span.end)
    if span.house:
        conditions.append(Case.house_key == span.house)
    if span.route:
        conditions.append(Case.route == span.route)
    return conditions
