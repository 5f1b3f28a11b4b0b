"""Queries about what takes too long: terms of open tasks, cases that stand still, partners waited for."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session, contains_eager, joinedload, lazyload

from app.store.cases import CaseFilters, Sight, in_sight, narrowed
from app.store.inbox import IS_OPEN
from app.store.models import Case, InboxEntry, Token, UserTask

CALLS = ("callActivity", "subProcess", "transaction", "adHocSubProcess")
"""Tokens of these stand around the one that waits."""


@dataclass(frozen=True, slots=True)
class Step:
    """The open tasks of one step whose term is over or is soon."""

    process_id: str
    element_id: str
    name: str
    overdue: int
    soon: int
    first_due: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """The open tasks of one candidate group: how many, how many overdue, and since when the first waits."""

    group: str
    tasks: int
    overdue: int
    since: datetime


def steps(
    session: Session, sight: Sight, filters: CaseFilters, *, until: datetime, now: datetime
) -> list[Step]:
    """The steps with a task that is due before `until`, the one that is over longest first."""
    first = func.min(UserTask.sort_due_at)
    query = select(
        UserTask.process_id,
        UserTask.element_id,
        func.max(UserTask.name),
        _number(UserTask.sort_due_at < now),
        _number(UserTask.sort_due_at >= now),
        first,
    ).join(Case, Case.key == UserTask.case_key)
    query = query.where(*_due(sight, filters, until=until, now=now))
    query = query.group_by(UserTask.process_id, UserTask.element_id).order_by(first)
    return [Step(*row) for row in session.execute(query)]


def tasks(
    session: Session, sight: Sight, filters: CaseFilters, *, until: datetime, limit: int, now: datetime
) -> list[UserTask]:
    """Of those the tasks themselves, in the same order."""
    query = _tasks().where(*_due(sight, filters, until=until, now=now))
    return list(session.scalars(query.order_by(UserTask.sort_due_at, UserTask.key).limit(limit)))


def still(
    session: Session, sight: Sight, filters: CaseFilters, *, before: datetime, limit: int, now: datetime
) -> list[Case]:
    """Running cases that last moved before this moment, the one that stands still longest first."""
    query = select(Case).options(lazyload(Case.house)).where(*_still(sight, filters, before=before, now=now))
    return list(session.scalars(query.order_by(Case.moved_at, Case.key).limit(limit)))


def count_still(
    session: Session, sight: Sight, filters: CaseFilters, *, before: datetime, now: datetime
) -> int:
    query = select(func.count()).select_from(Case).where(*_still(sight, filters, before=before, now=now))
    return session.scalar(query) or 0


def standing(session: Session, case_keys: Collection[int]) -> list[tuple[int, str]]:
    """(case key, name of the step) for every token that waits, not for the calls around it."""
    query = select(Token.case_key, Token.name).where(
        Token.case_key.in_(sorted(case_keys)), Token.type.not_in(CALLS)
    )
    return [(case_key, name) for case_key, name in session.execute(query.order_by(Token.key))]


def waiting(
    session: Session, sight: Sight, filters: CaseFilters, groups: Sequence[str], *, now: datetime
) -> list[Waiting]:
    """What waits for each of these groups, the one that lets wait longest first."""
    since = func.min(UserTask.opened_at)
    query = select(InboxEntry.group, func.count(), _number(UserTask.sort_due_at < now), since)
    query = query.select_from(InboxEntry).join(UserTask, UserTask.key == InboxEntry.task_key)
    query = query.join(Case, Case.key == UserTask.case_key)
    query = query.where(*_for_groups(sight, filters, groups, now=now))
    return [Waiting(*row) for row in session.execute(query.group_by(InboxEntry.group).order_by(since))]


def waiting_tasks(
    session: Session,
    sight: Sight,
    filters: CaseFilters,
    groups: Sequence[str],
    *,
    limit: int,
    now: datetime,
) -> list[tuple[UserTask, str]]:
    """Of those the tasks themselves with their group, the one that waits longest first."""
    query = _tasks().add_columns(InboxEntry.group).join(InboxEntry, InboxEntry.task_key == UserTask.key)
    query = query.where(*_for_groups(sight, filters, groups, now=now))
    rows = session.execute(query.order_by(UserTask.opened_at, UserTask.key, InboxEntry.group).limit(limit))
    return [(task, group) for task, group in rows]


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _tasks() -> Select[UserTask]:
    return (
        select(UserTask)
        .join(UserTask.case)
        .options(contains_eager(UserTask.case).lazyload(Case.house), joinedload(UserTask.assignee))
    )


def _due(sight: Sight, filters: CaseFilters, *, until: datetime, now: datetime) -> list[ColumnElement[bool]]:
    # The house of the task too: by that an index has the open ones in the order of their terms.
    return [
        IS_OPEN,
        UserTask.house_key.in_(sorted(sight.houses)),
        UserTask.sort_due_at < until,
        in_sight(sight),
        *narrowed(filters, now=now),
    ]


def _still(
    sight: Sight, filters: CaseFilters, *, before: datetime, now: datetime
) -> list[ColumnElement[bool]]:
    # That it has not ended as well: by that an index has these few.
    still = [Case.ended_at.is_(None), Case.moved_at < before]
    return [*still, in_sight(sight), *narrowed(filters, now=now)]


def _for_groups(
    sight: Sight, filters: CaseFilters, groups: Sequence[str], *, now: datetime
) -> list[ColumnElement[Any]]:
    return [
        InboxEntry.house_key.in_(sorted(sight.houses)),
        InboxEntry.group.in_(groups),
        in_sight(sight),
        *narrowed(filters, now=now),
    ]
