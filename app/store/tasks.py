"""Queries about user tasks: the inbox, and the conditional updates of which only one person wins."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, false, func, literal, or_, select, tuple_, update
from sqlalchemy.orm import Session, contains_eager, joinedload, lazyload

from app.store.models import Candidate, Case, Membership, Organisation, Person, Role, UserTask
from app.store.paging import cursor, no_such_page, place

# Not the year's last day: a database that shows it in a zone east of UTC would need the year 10000.
END_OF_TIME = datetime(9999, 1, 1, tzinfo=UTC)
"""When a task without a term is due, for sorting."""

OPEN = "open"


@dataclass(frozen=True, slots=True)
class Reach:
    """The tasks that somebody may do, as groups with the house in which they count, and may know of."""

    groups: tuple[tuple[str, str | None], ...]
    """(role key, `organisatie:<key>` or `persoon:<login>`; house, None for both)."""
    compartments: frozenset[str] = frozenset()
    houses: frozenset[str] = field(default_factory=frozenset)
    """They may see the cases of these houses, so the tasks too, without doing them."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What the inbox is narrowed to; empty means everything."""

    text: str = ""
    """Part of the case's number or title."""
    process_id: str = ""
    element_id: str = ""
    house: str = ""
    overdue: bool = False


def may_do(reach: Reach) -> ColumnElement[bool]:
    """The condition on `user_task` that one of its candidate groups is theirs, in its house."""
    anywhere = sorted({group for group, house in reach.groups if house is None})
    per_house: dict[str, list[str]] = {}
    for group, house in reach.groups:
        if house is not None and group not in anywhere:
            per_house.setdefault(house, []).append(group)
    theirs: list[ColumnElement[bool]] = [Candidate.group.in_(anywhere)] if anywhere else []
    theirs += [
        and_(UserTask.house_key == house, Candidate.group.in_(sorted(groups)))
        for house, groups in sorted(per_house.items())
    ]
    if not theirs:
        return false()
    return exists().where(Candidate.task_key == UserTask.key, or_(*theirs)).correlate(UserTask)


def not_closed(compartments: Collection[str]) -> ColumnElement[bool]:
    """The condition on `user_task` that hides closed compartments."""
    return or_(UserTask.compartment.is_(None), UserTask.compartment.in_(sorted(compartments)))


def may_see(reach: Reach) -> ColumnElement[bool]:
    return or_(may_do(reach), UserTask.house_key.in_(sorted(reach.houses))) if reach.houses else may_do(reach)


def page(
    session: Session, conditions: Sequence[ColumnElement[bool]], *, after: str | None, limit: int
) -> list[UserTask]:
    """Open tasks by due date, then priority, then key, from just behind the cursor `after`."""
    order = (UserTask.sort_due_at, UserTask.sort_priority, UserTask.key)
    query = select(UserTask).join(Case, Case.key == UserTask.case_key)
    query = query.where(UserTask.state == OPEN, *conditions)
    if after:
        moment, priority, key = place(after, str, int, int)
        query = query.where(tuple_(*order) > tuple_(_moment(moment), priority, key))
    query = query.order_by(*order).limit(limit)
    return list(session.scalars(query.options(contains_eager(UserTask.case), *_assignee_only())))


def page_end(task: UserTask) -> str:
    """The cursor behind this task."""
    return cursor(task.sort_due_at.isoformat(), task.sort_priority, task.key)


def _moment(text: str) -> Any:
    try:
        return literal(datetime.fromisoformat(text), UserTask.sort_due_at.type)
    except ValueError as error:
        raise no_such_page() from error


def _assignee_only() -> list[Any]:
    name_only = joinedload(UserTask.assignee)
    return [name_only.options(lazyload(Person.organisation), lazyload(Person.memberships))]


def narrowed(filters: Filters, *, now: datetime) -> list[ColumnElement[bool]]:
    """The conditions on `user_task` and `case` that stand for `filters`."""
    conditions: list[ColumnElement[bool]] = []
    if filters.text:
        number_or_title = (
            column.icontains(filters.text, autoescape=True) for column in (Case.number, Case.title)
        )
        conditions.append(or_(*number_or_title))
    for column, value in (
        (UserTask.process_id, filters.process_id),
        (UserTask.element_id, filters.element_id),
        (UserTask.house_key, filters.house),
    ):
        if value:
            conditions.append(column == value)
    if filters.overdue:
        conditions.append(UserTask.due_at < now)
    return conditions


def count(
    session: Session,
    within: Sequence[ColumnElement[bool]],
    parts: dict[str, ColumnElement[bool]],
) -> dict[str, int]:
    """How many open tasks there are in each part, in one statement."""
    counts = [func.count().filter(condition).label(name) for name, condition in parts.items()]
    row = session.execute(select(*counts).select_from(UserTask).where(UserTask.state == OPEN, *within)).one()
    return dict(row._mapping)


def by_id(session: Session, id: UUID) -> UserTask | None:
    """The task as it is now, also where this session read it before somebody else changed it."""
    query = select(UserTask).where(UserTask.id == id).execution_options(populate_existing=True)
    return session.scalars(query).one_or_none()


def case_key_of(session: Session, id: UUID) -> int | None:
    found: int | None = session.scalar(select(UserTask.case_key).where(UserTask.id == id))
    return found


def change_if(session: Session, task: UserTask, *conditions: ColumnElement[bool], **values: Any) -> bool:
    """Change the task if it is open and the conditions hold; who is second gets False."""
    changed = session.execute(
        update(UserTask)
        .where(UserTask.key == task.key, UserTask.state == OPEN, *conditions)
        .values(**values)
        .returning(UserTask.key),
        execution_options={"synchronize_session": False},
    ).one_or_none()
    session.expire(task)
    return changed is not None


def person_keys(session: Session, logins: Collection[str]) -> dict[str, int]:
    """The keys of active people, by login."""
    query = select(Person.login, Person.key).where(Person.login.in_(logins), Person.active)
    return dict(session.execute(query).all())


def person_names(session: Session, keys: Collection[int]) -> dict[int, str]:
    if not keys:
        return {}
    return dict(session.execute(select(Person.key, Person.name).where(Person.key.in_(keys))).all())


def group_names(session: Session, groups: Collection[str]) -> dict[str, str]:
    """What people call a candidate group: the name of its role, organisation or person."""
    if not groups:
        return {}
    names = dict(session.execute(select(Role.key, Role.name).where(Role.key.in_(groups))).all())
    for prefix, key, name in (
        ("organisatie:", Organisation.key, Organisation.name),
        ("persoon:", Person.login, Person.name),
    ):
        keys = [group.removeprefix(prefix) for group in groups if group.startswith(prefix)]
        if keys:
            found = session.execute(select(key, name).where(key.in_(keys)))
            names |= {f"{prefix}{found_key}": found_name for found_key, found_name in found}
    return names


def people_in(session: Session, groups: Collection[str], house: str) -> list[Person]:
    """Active people who belong to one of the candidate groups in this house, by name."""
    organisations = [
        group.removeprefix("organisatie:") for group in groups if group.startswith("organisatie:")
    ]
    logins = [group.removeprefix("persoon:") for group in groups if group.startswith("persoon:")]
    in_role = exists().where(
        Membership.person_key == Person.key,
        Membership.role_key.in_(groups),
        or_(Membership.house_key.is_(None), Membership.house_key == house),
    )
    fits = or_(in_role, Person.organisation_key.in_(organisations), Person.login.in_(logins))
    return list(session.scalars(select(Person).where(Person.active, fits).order_by(Person.name, Person.key)))
