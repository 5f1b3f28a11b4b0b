"""The list of cases: pages along an index in the order that was asked for, and what waits in each case."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, literal, literal_column, select, true, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.store.cases import CaseFilters, Sight, in_sight, of_others, of_themselves
from app.store.inbox import IS_OPEN
from app.store.models import Case, Person, Token, UserTask
from app.store.paging import cursor, no_such_page, place

TITLE: ColumnElement[str] = literal_column('substr(lower("case".title), 1, 100)', Case.title.type)
"""As its index has it: written out, for a database does not recognise it with parameters in it."""

Column = ColumnElement[Any] | InstrumentedAttribute[Any]
SORTS: dict[str, Column] = {
    # Numbers are given out in order within a house: as text, 10000 would stand before 9999.
    "number": Case.house_key,
    "started": Case.started_at,
    "moved": Case.moved_at,
    "term": Case.next_due_at,
    "title": TITLE,
}
"""By what cases can be sorted; what is the same there goes by key."""
MOMENTS = ("started", "moved", "term")


@dataclass(frozen=True, slots=True)
class Order:
    """How the list is sorted; the newest case first unless asked otherwise."""

    sort: str = "started"
    descending: bool = True


@dataclass(frozen=True, slots=True)
class Found:
    """Cases of one page, and the cursor behind the last one."""

    cases: list[Case]
    end: str | None


def page(
    session: Session,
    sight: Sight,
    filters: CaseFilters,
    order: Order,
    *,
    after: str | None,
    limit: int,
    now: datetime,
) -> Found:
    """So many cases from just behind the cursor `after`; `end` is None where no other follows.

    Raises Invalid for a cursor that is not one of ours, or of another order.
    """
    column = SORTS[order.sort]
    query = select(Case, column.label("sorted_by")).where(*_conditions(session, sight, filters, now))
    if after:
        query = query.where(_behind(order, _place(session, sight, order, after)))
    query = query.order_by(*_by(order)).limit(_written(limit + 1))
    rows: Sequence[Any] = session.execute(query).unique().all()
    end = _end(order, *rows[limit - 1]) if len(rows) > limit else None
    return Found([case for case, _ in rows[:limit]], end)


def keys(
    session: Session, sight: Sight, filters: CaseFilters, order: Order, *, limit: int, now: datetime
) -> list[int]:
    """The keys of the first so many cases, in order."""
    query = select(Case.key).where(*_conditions(session, sight, filters, now))
    return list(session.scalars(query.order_by(*_by(order)).limit(_written(limit))))


def those(session: Session, sight: Sight, keys: Sequence[int]) -> list[Case]:
    """The cases with these keys, in that order, as far as they are in sight."""
    query = select(Case).where(Case.key.in_(keys), in_sight(sight))
    found = {case.key: case for case in session.scalars(query).unique()}
    return [found[key] for key in keys if key in found]


def _conditions(
    session: Session, sight: Sight, filters: CaseFilters, now: datetime
) -> list[ColumnElement[bool]]:
    own = [in_sight(sight), *of_themselves(filters, now=now)]
    return [*(_without_index(session, condition) for condition in own), *of_others(filters)]


def _without_index(session: Session, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """The same, but SQLite walks along the index that has the order.

    It has no statistics: it would take any condition for rare, and sort all cases to show a few.
    """
    return condition.self_group().is_(true()) if session.get_bind().dialect.name == "sqlite" else condition


def _by(order: Order) -> list[ColumnElement[Any]]:
    columns = (SORTS[order.sort], Case.key)
    return [column.desc() if order.descending else column.asc() for column in columns]


def _behind(order: Order, there: Sequence[Any]) -> ColumnElement[bool]:
    columns = (SORTS[order.sort], Case.key)
    here, end = (
        tuple_(*columns),
        tuple_(*(literal(value, column.type) for value, column in zip(there, columns, strict=True))),
    )
    return here < end if order.descending else here > end


def _end(order: Order, case: Case, value: Any) -> str:
    way = "af" if order.descending else "op"
    if order.sort == "title":
        return cursor(order.sort, way, "", case.key)  # what a case is about does not belong in an address
    said = value.isoformat() if order.sort in MOMENTS else value
    return cursor(order.sort, way, said, case.key)


def _place(session: Session, sight: Sight, order: Order, after: str) -> tuple[Any, int]:
    sort, way, said, key = place(after, str, str, str, int)
    if (sort, way) != (order.sort, "af" if order.descending else "op"):
        raise no_such_page()
    if sort == "title":
        title = session.scalar(select(TITLE).select_from(Case).where(Case.key == key, in_sight(sight)))
        if title is None:
            raise no_such_page()
        return title, key
    return (_moment(said) if sort in MOMENTS else said), key


def _moment(said: str) -> datetime:
    try:
        moment = datetime.fromisoformat(said)
    except ValueError as error:
        raise no_such_page() from error
    if moment.tzinfo is None:
        raise no_such_page()
    return moment


def _written(number: int) -> ColumnElement[int]:
    # Not as a parameter: without knowing it, PostgreSQL prepares for a tenth of the table.
    return literal_column(str(int(number)))


def routes(session: Session, sight: Sight) -> list[str]:
    """The routes that cases in sight go. One look in the index for each, and not one for each case."""
    found = select(literal("", Case.route.type).label("route")).cte("found", recursive=True)
    following = select(Case.route).where(Case.route > found.c.route, _without_index(session, in_sight(sight)))
    following = following.order_by(Case.route).limit(_written(1)).correlate(found)
    more = select(following.scalar_subquery()).where(found.c.route.is_not(None))
    found = found.union_all(more)
    return list(session.scalars(select(found.c.route).where(found.c.route != "")))


@dataclass(frozen=True, slots=True)
class Waiting:
    """An open task, for in the list: what waits, until when, and for whom."""

    case_key: int
    due_at: datetime | None
    groups: Sequence[str]
    assignee: str | None


def waiting(session: Session, case_keys: Collection[int]) -> Iterator[Waiting]:
    """The open tasks of these cases, by term."""
    query = select(UserTask.case_key, UserTask.due_at, UserTask.groups, Person.name)
    query = query.outerjoin(Person, Person.key == UserTask.assignee_key)
    query = query.where(UserTask.case_key.in_(case_keys), IS_OPEN)
    for row in session.execute(query.order_by(UserTask.sort_due_at, UserTask.key)):
        yield Waiting(*row)


@dataclass(frozen=True, slots=True)
class Place:
    """Where one case stands: an element with its name, within these calls."""

    case_key: int
    element_id: str
    name: str
    path: tuple[str, ...]


def places(session: Session, case_keys: Collection[int]) -> list[Place]:
    """Every token of these cases."""
    query = select(Token.case_key, Token.element_id, Token.name, Token.path)
    rows = session.execute(query.where(Token.case_key.in_(case_keys)).order_by(Token.key))
    return [Place(case, element, name, tuple(path)) for case, element, name, path in rows]
