"""Queries for the daily summary: who wants it, and which cases stand in it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select, update
from sqlalchemy.orm import Session

from app.store.cases import Sight, in_sight
from app.store.inbox import IS_OPEN
from app.store.models import Case, Incident, Summary, Token, UserTask

RUNNING = "running"


def due(session: Session, day: date, *, now: datetime) -> list[int]:
    """The people (by key) whose summary of this day is still to be made, and whom nobody is busy with."""
    return list(
        session.scalars(select(Summary.person_key).where(*_free(day, now)).order_by(Summary.person_key))
    )


def take(session: Session, person_key: int, day: date, *, until: datetime, now: datetime) -> Summary | None:
    """Keep it for one worker until a moment: of several at once, one gets it."""
    query = update(Summary).where(Summary.person_key == person_key, *_free(day, now))
    taken = query.values(attempts=Summary.attempts + 1, not_before=until).returning(Summary.person_key)
    if session.execute(taken, execution_options={"synchronize_session": False}).one_or_none() is None:
        return None
    return session.get_one(Summary, person_key, populate_existing=True)


def finish(session: Session, person_key: int, attempt: int, **values: Any) -> None:
    """Write down how it went, unless another worker has it by now."""
    query = update(Summary).where(Summary.person_key == person_key, Summary.attempts == attempt)
    session.execute(query.values(**values), execution_options={"synchronize_session": False})


def _free(day: date, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return Summary.done_day < day, or_(Summary.not_before.is_(None), Summary.not_before <= now)


def with_tasks_due(session: Session, sight: Sight, *, begin: datetime | None, end: datetime) -> list[str]:
    """The numbers of running cases with an open task whose term is over between these moments."""
    term = [UserTask.sort_due_at < end] + ([UserTask.sort_due_at >= begin] if begin else [])
    at = select(UserTask.case_key).where(IS_OPEN, UserTask.house_key.in_(sorted(sight.houses)), *term)
    return _numbers(session, sight, [Case.key.in_(at)])


def standing_still(session: Session, sight: Sight, *, since: datetime) -> list[str]:
    """The numbers of running cases of which nothing moved since a moment."""
    moved = exists().where(Token.case_key == Case.key, Token.since >= since).correlate(Case)
    return _numbers(session, sight, [~moved, Case.started_at < since])


def with_incidents(session: Session, sight: Sight) -> list[str]:
    """The numbers of cases with a failure that waits for somebody."""
    failed = select(Incident.case_key).where(Incident.resolved_at.is_(None))
    return _numbers(session, sight, [Case.key.in_(failed)], running=False)


def _numbers(
    session: Session, sight: Sight, conditions: Sequence[ColumnElement[bool]], *, running: bool = True
) -> list[str]:
    query = select(Case.number).where(in_sight(sight), *conditions)
    if running:
        query = query.where(Case.state == RUNNING)
    return list(session.scalars(query.order_by(Case.key)))
