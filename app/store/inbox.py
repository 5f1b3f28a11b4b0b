"""The inbox: open tasks in reading order.

Each view is a few walks along an index, each through the tasks of one group or house, and each stops after a
page. So a page costs the same with a thousand open tasks and with a million.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
    tuple_,
    union,
)
from sqlalchemy.orm import Session, contains_eager, joinedload, lazyload

from app.store import people as people_rows
from app.store.models import Case, InboxEntry, Person, UserTask
from app.store.paging import cursor, no_such_page, place

# Not the year's last day: a database that shows it in a zone east of UTC would need the year 10000.
END_OF_TIME = datetime(9999, 1, 1, tzinfo=UTC)
"""When a task without a term is due, for sorting."""

MOST_COUNTED = 1_000
"""Where counting stops: nobody reads further, and a million takes long to count."""

# Written out: a database does not use an index of open tasks for a state that it gets to hear later.
IS_OPEN: ColumnElement[bool] = UserTask.state == literal_column("'open'")


@dataclass(frozen=True, slots=True)
class Reach:
    """The tasks that somebody may do, as groups with the house in which they count, and may know of."""

    groups: tuple[tuple[str, str | None], ...]
    """(role key, `organisatie:<key>` or `persoon:<login>`; house, None for all)."""
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


@dataclass(frozen=True, slots=True)
class Walk:
    """Open tasks of one kind, by the index on `source` that has them in reading order."""

    source: type[InboxEntry] | type[UserTask]
    house: str | None
    """None where it may pass several."""
    conditions: tuple[ColumnElement[bool], ...]


def of_person(session: Session, reach: Reach, person_key: int) -> list[Walk]:
    """What they picked up, as far as they may still do it."""
    per_house: dict[str, list[str]] = {}
    for group, house in _everywhere(session, reach):
        per_house.setdefault(house, []).append(group)
    doable = [
        and_(UserTask.house_key == house, _has_one_of(session, groups)) for house, groups in per_house.items()
    ]
    if not doable:
        return []
    return [
        Walk(UserTask, None, (UserTask.assignee_key == person_key, _not_closed(reach), or_(*doable))),
    ]


def of_groups(session: Session, reach: Reach, *, taken: bool) -> list[Walk]:
    """What their groups may do, picked up by somebody or by nobody yet."""
    return [
        Walk(
            InboxEntry,
            house,
            (
                InboxEntry.house_key == house,
                InboxEntry.group == group,
                InboxEntry.compartment == compartment,
                InboxEntry.taken.is_(taken),
            ),
        )
        for group, house in _everywhere(session, reach)
        for compartment in ("", *sorted(reach.compartments))
    ]


def of_houses(session: Session, reach: Reach) -> list[Walk]:
    """All that they may know of: what stands in the houses that they see, and elsewhere what they may do."""
    seen = [
        Walk(UserTask, house, (UserTask.house_key == house, _not_closed(reach)))
        for house in sorted(reach.houses)
    ]
    groups = [walk for taken in (False, True) for walk in of_groups(session, reach, taken=taken)]
    return seen + [walk for walk in groups if walk.house not in reach.houses]


def _everywhere(session: Session, reach: Reach) -> list[tuple[str, str]]:
    """Their groups with each house in which one counts."""
    houses = sorted(people_rows.house_keys(session))
    return [(group, one) for group, house in reach.groups for one in ([house] if house else houses)]


def _has_one_of(session: Session, groups: Iterable[str]) -> ColumnElement[bool]:
    postgresql = session.get_bind().dialect.name == "postgresql"
    rows = func.json_array_elements_text if postgresql else func.json_each
    each = rows(UserTask.groups).table_valued("value")
    found: Select[Any] = select(literal_column("1")).select_from(each)
    return exists(found.where(each.c.value.in_(sorted(groups))).correlate(UserTask))


def _not_closed(reach: Reach) -> ColumnElement[bool]:
    """The condition that hides closed compartments."""
    return or_(UserTask.compartment.is_(None), UserTask.compartment.in_(sorted(reach.compartments)))


def page(
    session: Session,
    walks: Sequence[Walk],
    filters: Filters,
    *,
    after: str | None,
    limit: int,
    now: datetime,
) -> list[UserTask]:
    """Open tasks by due date, then priority, then key, from just behind the cursor `after`."""
    behind = place(after, str, int, int) if after else None
    bound = (_moment(behind[0]), *behind[1:]) if behind else None
    parts = [_stretch(walk, limit, filters, now=now, behind=bound) for walk in _kept(walks, filters)]
    if not parts:
        return []
    found = union(*(select(part.subquery()) for part in parts)).subquery()
    order = (found.c.sort_due_at, found.c.sort_priority, found.c.key)
    keys = select(found.c.key).order_by(*order).limit(_written(limit))
    query = select(UserTask).join(Case, Case.key == UserTask.case_key).where(UserTask.key.in_(keys))
    query = query.order_by(UserTask.sort_due_at, UserTask.sort_priority, UserTask.key)
    return list(session.scalars(query.options(contains_eager(UserTask.case), *_assignee_only())))


def page_end(task: UserTask) -> str:
    """The cursor behind this task."""
    return cursor(task.sort_due_at.isoformat(), task.sort_priority, task.key)


def counts(
    session: Session, views: Mapping[str, tuple[Sequence[Walk], Filters]], *, now: datetime
) -> dict[str, int]:
    """How many open tasks there are in each view, in one statement; MOST_COUNTED + 1 stands for any more."""
    columns = []
    for name, (walks, filters) in views.items():
        parts = [_stretch(walk, MOST_COUNTED + 1, filters, now=now) for walk in _kept(walks, filters)]
        if parts:
            found = union(*(select(part.subquery()) for part in parts)).subquery()
            columns.append(select(func.count()).select_from(found).scalar_subquery().label(name))
    row = session.execute(select(*columns)).one()._mapping if columns else {}
    return {name: min(row.get(name, 0), MOST_COUNTED + 1) for name in views}


def _kept(walks: Sequence[Walk], filters: Filters) -> list[Walk]:
    return [walk for walk in walks if not filters.house or walk.house in (None, filters.house)]


def _stretch(
    walk: Walk, limit: int, filters: Filters, *, now: datetime, behind: tuple[Any, int, int] | None = None
) -> Select[datetime, int, int]:
    """The first so many tasks of a walk: when they are due, their priority, their key."""
    key = InboxEntry.task_key if walk.source is InboxEntry else UserTask.key
    order = (walk.source.sort_due_at, walk.source.sort_priority, key.label("key"))
    query = select(*order).where(*walk.conditions)
    narrowed = _narrowed(filters)
    if walk.source is UserTask:
        query = query.where(IS_OPEN)
    elif narrowed:
        query = query.join(UserTask, UserTask.key == InboxEntry.task_key)
    if filters.text:
        query = query.join(Case, Case.key == UserTask.case_key)
    if filters.overdue:
        query = query.where(walk.source.sort_due_at < now)
    if behind:
        query = query.where(tuple_(walk.source.sort_due_at, walk.source.sort_priority, key) > tuple_(*behind))
    return query.where(*narrowed).order_by(*order).limit(_written(limit))


def _narrowed(filters: Filters) -> list[ColumnElement[bool]]:
    """The conditions on `user_task` and `case` that stand for `filters`."""
    conditions: list[ColumnElement[bool]] = []
    if filters.text:
        columns = (Case.number, Case.title)
        conditions.append(or_(*(column.icontains(filters.text, autoescape=True) for column in columns)))
    for column, value in (
        (UserTask.process_id, filters.process_id),
        (UserTask.element_id, filters.element_id),
        (UserTask.house_key, filters.house),
    ):
        if value:
            conditions.append(column == value)
    return conditions


def _written(limit: int) -> ColumnElement[int]:
    # Not as a parameter: without knowing it, PostgreSQL prepares for a tenth of the table.
    return literal_column(str(int(limit)))


def _moment(text: str) -> Any:
    try:
        return literal(datetime.fromisoformat(text), UserTask.sort_due_at.type)
    except ValueError as error:
        raise no_such_page() from error


def _assignee_only() -> list[Any]:
    name_only = joinedload(UserTask.assignee)
    return [name_only.options(lazyload(Person.organisation), lazyload(Person.memberships))]
