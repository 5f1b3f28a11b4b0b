"""The inbox: open tasks in reading order.

Each view is a few walks along an index, each through the tasks of one group or house, and each stops after a
page. So a page costs the same with a thousand open tasks and with a million.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    bindparam,
    exists,
    func,
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


Kind = Literal["person", "group", "house"]


@dataclass(frozen=True, slots=True)
class Walk:
    """Open tasks of one person, group or house, along the index that has them in reading order."""

    kind: Kind
    house: str | None
    """None where it passes several."""
    given: Mapping[str, Any]
    """The values of what its condition names."""


def of_person(session: Session, reach: Reach, person_key: int) -> list[Walk]:
    """What they picked up, as far as they may still do it."""
    places = [f"{house} {group}" for group, house in _everywhere(session, reach)]
    given = {"assignee": person_key, "places": places, "compartments": sorted(reach.compartments)}
    return [Walk("person", None, given)] if places else []


def of_groups(session: Session, reach: Reach, *, taken: bool) -> list[Walk]:
    """What their groups may do, picked up by somebody or by nobody yet."""
    return [
        Walk("group", house, {"house": house, "group": group, "compartment": compartment, "taken": taken})
        for group, house in _everywhere(session, reach)
        for compartment in ("", *sorted(reach.compartments))
    ]


def of_houses(session: Session, reach: Reach) -> list[Walk]:
    """All that they may know of: what stands in the houses that they see, and elsewhere what they may do."""
    compartments = sorted(reach.compartments)
    seen = [
        Walk("house", house, {"house": house, "compartments": compartments}) for house in sorted(reach.houses)
    ]
    groups = [walk for taken in (False, True) for walk in of_groups(session, reach, taken=taken)]
    return seen + [walk for walk in groups if walk.house not in reach.houses]


def _everywhere(session: Session, reach: Reach) -> list[tuple[str, str]]:
    """Their groups with each house in which one counts."""
    houses = sorted(people_rows.house_keys(session))
    return [(group, one) for group, house in reach.groups for one in ([house] if house else houses)]


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
    given = _given(filters, now)
    if after:
        moment, given["behind_priority"], given["behind_key"] = place(after, str, int, int)
        given["behind_due"] = _moment(moment)
    walks = _kept(walks, filters)
    if not walks:
        return []
    kinds = tuple(walk.kind for walk in walks)
    query = _page(kinds, _asked(filters), bool(after), limit, session.get_bind().dialect.name)
    return list(session.scalars(query, given | _of_walks(walks, "a")))


def page_end(task: UserTask) -> str:
    """The cursor behind this task."""
    return cursor(task.sort_due_at.isoformat(), task.sort_priority, task.key)


def counts(
    session: Session, views: Mapping[str, tuple[Sequence[Walk], Filters]], *, now: datetime
) -> dict[str, int]:
    """How many open tasks there are in each view, in one statement; MOST_COUNTED + 1 stands for any more."""
    kept = {name: (_kept(walks, filters), filters) for name, (walks, filters) in views.items()}
    kept = {name: found for name, found in kept.items() if found[0]}
    if not kept:
        return dict.fromkeys(views, 0)
    given: dict[str, Any] = {"now": now}
    shape = []
    for name, (walks, filters) in kept.items():
        given |= _given(filters, now) | _of_walks(walks, name)
        shape.append((name, tuple(walk.kind for walk in walks), _asked(filters)))
    row = session.execute(_counts(tuple(shape), session.get_bind().dialect.name), given).one()
    return {name: min(getattr(row, name, 0), MOST_COUNTED + 1) for name in views}


def _kept(walks: Sequence[Walk], filters: Filters) -> list[Walk]:
    return [walk for walk in walks if not filters.house or walk.house in (None, filters.house)]


def _asked(filters: Filters) -> frozenset[str]:
    """By what it is narrowed, without the values."""
    return frozenset(name for name in Filters.__slots__ if getattr(filters, name))


def _given(filters: Filters, now: datetime) -> dict[str, Any]:
    text = filters.text.replace("/", "//").replace("%", "/%").replace("_", "/_")
    values = {"process": filters.process_id, "element": filters.element_id, "of_house": filters.house}
    return {"now": now, "text": f"%{text}%", **values}


def _of_walks(walks: Sequence[Walk], name: str) -> dict[str, Any]:
    return {
        f"{name}{number}_{key}": value
        for number, walk in enumerate(walks)
        for key, value in walk.given.items()
    }


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise no_such_page() from error
    if moment.tzinfo is None:
        raise no_such_page()
    return moment


# ── the statements: each is made once, for making one takes longer than what the database does for it ──


@lru_cache(maxsize=256)
def _page(
    kinds: tuple[Kind, ...], asked: frozenset[str], behind: bool, limit: int, dialect: str
) -> Select[UserTask]:
    found = _first(kinds, asked, limit, "a", dialect, behind=behind)
    order = (found.c.sort_due_at, found.c.sort_priority, found.c.key)
    keys = select(found.c.key).order_by(*order).limit(_written(limit))
    query = select(UserTask).join(Case, Case.key == UserTask.case_key).where(UserTask.key.in_(keys))
    query = query.order_by(UserTask.sort_due_at, UserTask.sort_priority, UserTask.key)
    assignee = joinedload(UserTask.assignee)
    name_only = assignee.options(lazyload(Person.organisation), lazyload(Person.memberships))
    return query.options(contains_eager(UserTask.case), name_only)


@lru_cache(maxsize=256)
def _counts(views: tuple[tuple[str, tuple[Kind, ...], frozenset[str]], ...], dialect: str) -> Select[Any]:
    columns = []
    for name, kinds, asked in views:
        found = _first(kinds, asked, MOST_COUNTED + 1, name, dialect)
        columns.append(select(func.count()).select_from(found).scalar_subquery().label(name))
    return select(*columns)


def _first(
    kinds: tuple[Kind, ...],
    asked: frozenset[str],
    limit: int,
    name: str,
    dialect: str,
    *,
    behind: bool = False,
) -> FromClause:
    """The first so many of each walk together, each task once."""
    parts = [
        _stretch(kind, asked, limit, f"{name}{number}_", dialect, behind=behind)
        for number, kind in enumerate(kinds)
    ]
    return union(*(select(part.subquery()) for part in parts)).subquery()


def _stretch(
    kind: Kind, asked: frozenset[str], limit: int, prefix: str, dialect: str, *, behind: bool
) -> Select[datetime, int, int]:
    """The first so many tasks of a walk: when they are due, their priority, their key."""
    source = InboxEntry if kind == "group" else UserTask
    key = InboxEntry.task_key if kind == "group" else UserTask.key
    order = (source.sort_due_at, source.sort_priority, key.label("key"))
    query = select(*order).where(*_conditions(kind, prefix, dialect))
    if kind == "group" and asked & {"text", "process_id", "element_id"}:
        query = query.join(UserTask, UserTask.key == InboxEntry.task_key)
    if "text" in asked:
        text = func.lower(bindparam("text"))
        like = (func.lower(column).like(text, escape="/") for column in (Case.number, Case.title))
        query = query.join(Case, Case.key == UserTask.case_key).where(or_(*like))
    if "process_id" in asked:
        query = query.where(UserTask.process_id == bindparam("process"))
    if "element_id" in asked:
        query = query.where(UserTask.element_id == bindparam("element"))
    if "house" in asked:
        query = query.where(source.house_key == bindparam("of_house"))
    if "overdue" in asked:
        query = query.where(source.sort_due_at < bindparam("now"))
    if behind:
        columns = (source.sort_due_at, source.sort_priority, key)
        names = ("behind_due", "behind_priority", "behind_key")
        there = (bindparam(name, type_=column.type) for name, column in zip(names, columns, strict=True))
        query = query.where(tuple_(*columns) > tuple_(*there))
    return query.order_by(*order).limit(_written(limit))


def _conditions(kind: Kind, prefix: str, dialect: str) -> list[ColumnElement[bool]]:
    def given(name: str, **how: Any) -> Any:
        return bindparam(prefix + name, **how)

    if kind == "group":
        return [
            InboxEntry.house_key == given("house"),
            InboxEntry.group == given("group"),
            InboxEntry.compartment == given("compartment"),
            InboxEntry.taken == given("taken"),
        ]
    hidden_ones = given("compartments", expanding=True)
    not_closed = or_(UserTask.compartment.is_(None), UserTask.compartment.in_(hidden_ones))
    if kind == "house":
        return [IS_OPEN, UserTask.house_key == given("house"), not_closed]
    rows = func.json_array_elements_text if dialect == "postgresql" else func.json_each
    group = rows(UserTask.groups).table_valued("value")
    there = UserTask.house_key.concat(" ").concat(group.c.value)
    doable: Select[Any] = select(literal_column("1")).select_from(group)
    doable = doable.where(there.in_(given("places", expanding=True))).correlate(UserTask)
    return [IS_OPEN, UserTask.assignee_key == given("assignee"), not_closed, exists(doable)]


def _written(number: int) -> ColumnElement[int]:
    # Not as a parameter: without knowing it, PostgreSQL prepares for a tenth of the table.
    return literal_column(str(int(number)))
