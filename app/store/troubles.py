"""Queries about failures by cause: the same message at the same step is one thing to mend."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, lazyload

from app.store.cases import Sight, in_sight
from app.store.models import Case, Incident, Instance, Job

_CAUSE = (Incident.process_id, Incident.element_id, Incident.message)


@dataclass(frozen=True, slots=True)
class Cause:
    """How often this message stands open at this step; `key` is of the oldest failure of it."""

    process_id: str
    element_id: str
    message: str
    key: int
    number: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Retried:
    """Work of a step that failed and that is tried again by itself."""

    process_id: str
    element_id: str
    number: int
    attempts: int
    next_at: datetime


def number(session: Session, sight: Sight) -> int:
    """How many failures are open."""
    query = select(func.count()).select_from(Incident).join(Case, Case.key == Incident.case_key)
    return session.scalar(query.where(Incident.resolved_at.is_(None), in_sight(sight))) or 0


def causes(session: Session, sight: Sight, *, limit: int) -> list[Cause]:
    """The causes of open failures, the most frequent first."""
    times, first = func.count(), func.min(Incident.key)
    query = (
        select(*_CAUSE, first, times, func.min(Incident.opened_at))
        .join(Case, Case.key == Incident.case_key)
        .where(Incident.resolved_at.is_(None), in_sight(sight))
        .group_by(*_CAUSE)
        .order_by(times.desc(), first)
        .limit(limit)
    )
    return [Cause(*row) for row in session.execute(query)]


def examples(session: Session, sight: Sight, *, each: int) -> dict[tuple[str, str, str], list[Case]]:
    """The cases of the oldest failures of each cause, by (process id, element id, message)."""
    ranked = (
        select(
            *_CAUSE,
            Incident.case_key,
            func.row_number().over(partition_by=_CAUSE, order_by=Incident.key).label("rank"),
        )
        .join(Case, Case.key == Incident.case_key)
        .where(Incident.resolved_at.is_(None), in_sight(sight))
        .subquery()
    )
    place = ranked.c.process_id, ranked.c.element_id, ranked.c.message
    query = select(*place, Case).join(Case, Case.key == ranked.c.case_key)
    query = query.where(ranked.c.rank <= each).order_by(ranked.c.rank).options(lazyload(Case.house))
    found: dict[tuple[str, str, str], list[Case]] = {}
    for process_id, element_id, message, case in session.execute(query):
        found.setdefault((process_id, element_id, message), []).append(case)
    return found


def one(session: Session, sight: Sight, key: int) -> Incident | None:
    """A failure of one of these cases, open or not."""
    query = select(Incident).join(Case, Case.key == Incident.case_key)
    return session.scalars(query.where(Incident.key == key, in_sight(sight))).one_or_none()


def open_keys(session: Session, sight: Sight, cause: Incident, *, limit: int | None = None) -> list[int]:
    """The oldest open failures with the cause of this one."""
    query = select(Incident.key).join(Case, Case.key == Incident.case_key)
    query = query.where(*_same(cause), Incident.resolved_at.is_(None), in_sight(sight))
    return list(session.scalars(query.order_by(Incident.key).limit(limit)))


def open_cases(session: Session, sight: Sight, cause: Incident, *, not_on: int) -> list[int]:
    """The cases that stand still by this cause and follow another release."""
    query = select(Incident.case_key).join(Case, Case.key == Incident.case_key)
    query = query.join(Instance, Instance.case_key == Case.key).where(Instance.release_number != not_on)
    query = query.where(*_same(cause), Incident.resolved_at.is_(None), in_sight(sight))
    return list(session.scalars(query.distinct().order_by(Incident.case_key)))


def of_cause(
    session: Session, sight: Sight, cause: Incident, *, resolved_since: datetime, limit: int
) -> list[tuple[Incident, Case]]:
    """The failures with the cause of this one that are open, and those that were resolved since."""
    query = select(Incident, Case).join(Case, Case.key == Incident.case_key).options(lazyload(Case.house))
    query = query.where(*_same(cause), in_sight(sight)).order_by(Incident.key).limit(limit)
    still = session.execute(query.where(Incident.resolved_at.is_(None))).all()
    # By themselves first: joined with their cases, SQLite would walk all cases of the house.
    lately = select(Incident.key).where(*_same(cause), Incident.resolved_at >= resolved_since)
    keys = session.scalars(lately.order_by(Incident.resolved_at.desc()).limit(limit)).all()
    over = session.execute(query.where(Incident.key.in_(keys))).all() if keys else []
    return [(incident, case) for incident, case in (*still, *over)][:limit]


def _same(cause: Incident) -> tuple[ColumnElement[bool], ...]:
    return (
        Incident.process_id == cause.process_id,
        Incident.element_id == cause.element_id,
        Incident.message == cause.message,
    )


def jobs(session: Session, keys: Sequence[int]) -> dict[int, Job]:
    return {job.key: job for job in session.scalars(select(Job).where(Job.key.in_(keys)))}


def retried(session: Session, sight: Sight, *, until: datetime) -> list[Retried]:
    """What failed, is not given up, and is tried again before that moment; the first to come first."""
    due = func.min(Job.due_at)
    query = (
        select(Job.process_id, Job.element_id, func.count(), func.max(Job.attempts), due)
        .join(Case, Case.key == Job.case_key)
        .where(Job.parked.is_(False), Job.due_at <= until, Job.attempts > 0, in_sight(sight))
        .group_by(Job.process_id, Job.element_id)
        .order_by(due)
    )
    return [Retried(*row) for row in session.execute(query)]
