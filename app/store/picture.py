"""Queries for the live picture: where running cases stand, are late, failed, and since when.

Only tokens, open tasks and open incidents are read: what is over has no part in it, however much there is.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union,
    union_all,
)
from sqlalchemy.orm import Session

from app.store.cases import CaseFilters, Sight, in_sight, narrowed
from app.store.inbox import IS_OPEN
from app.store.models import Case, Incident, Release, Token, UserTask

Rows = Select[*tuple[Any, ...]]
Place = tuple[str, str | None]
"""(process id, element id); None for the whole process."""


def standing(
    session: Session,
    sight: Sight,
    filters: CaseFilters,
    *,
    processes: Collection[str] | None,
    now: datetime,
) -> dict[Place, int]:
    """How many cases stand at each place; of these processes, or of all."""
    tokens = select(Token.process_id, Token.element_id, Token.case_key)
    tokens = tokens.join(Case, Case.key == Token.case_key).where(in_sight(sight), *narrowed(filters, now=now))
    # A token that failed has no row in `token`: its incident says where it stands.
    failures = _failures(sight, filters, now=now)
    return _counted(session, _within(tokens, processes), _within(failures, processes))


def late(
    session: Session,
    sight: Sight,
    filters: CaseFilters,
    *,
    processes: Collection[str] | None,
    now: datetime,
) -> dict[Place, int]:
    """How many cases have an overdue task at each place, or within what is called there."""
    tasks = (
        select(UserTask.case_key, UserTask.element_id, UserTask.path)
        .join(Case, Case.key == UserTask.case_key)
        .where(IS_OPEN, UserTask.house_key.in_(sorted(sight.houses)), UserTask.sort_due_at < now)
        .where(in_sight(sight), *narrowed(filters, now=now))
    )
    return _counted(session, _at_and_around(session, tasks, processes))


def failed(
    session: Session,
    sight: Sight,
    filters: CaseFilters,
    *,
    processes: Collection[str] | None,
    now: datetime,
) -> dict[Place, int]:
    """How many cases have an open incident at each place, or within what is called there."""
    failures = _failures(sight, filters, now=now)
    still = failures.with_only_columns(Incident.case_key, Incident.element_id, Incident.path)
    of_jobs = failures.with_only_columns(Token.case_key, Token.element_id, Token.path).join(
        Token,
        and_(
            Token.case_key == Incident.case_key,
            Token.process_id == Incident.process_id,
            Token.element_id == Incident.element_id,
        ),
    )
    around = [_at_and_around(session, positions, processes) for positions in (still, of_jobs)]
    return _counted(session, _within(failures, processes), *around)


def since(
    session: Session,
    sight: Sight,
    filters: CaseFilters,
    marks: Mapping[str, Sequence[Place]],
    *,
    now: datetime,
) -> dict[str, datetime]:
    """Since when half of the cases at each mark, or more, stand at their step; a mark is of these places."""
    parts = [
        select(literal(mark).label("mark"), Token.case_key, Token.since).where(*_is(place))
        for mark, places in marks.items()
        for place in places
    ]
    if not parts:
        return {}
    at = union_all(*parts).subquery()
    cases = (
        select(at.c.mark, func.min(at.c.since).label("since"))
        .join(Case, Case.key == at.c.case_key)
        .where(in_sight(sight), *narrowed(filters, now=now))
        .group_by(at.c.mark, at.c.case_key)
        .subquery()
    )
    ranked = select(
        cases.c.mark,
        cases.c.since,
        func.row_number().over(partition_by=cases.c.mark, order_by=cases.c.since).label("rank"),
        func.count().over(partition_by=cases.c.mark).label("number"),
    ).subquery()
    middle = select(ranked.c.mark, ranked.c.since).where(
        or_(2 * ranked.c.rank == ranked.c.number, 2 * ranked.c.rank == ranked.c.number + 1)
    )
    return dict(session.execute(middle).all())


def releases(session: Session) -> list[int]:
    """The numbers of all releases, the newest first."""
    return list(session.scalars(select(Release.number).order_by(Release.number.desc())))


def _failures(sight: Sight, filters: CaseFilters, *, now: datetime) -> Rows:
    """The places of open incidents; one of a case whole is at no place."""
    return (
        select(Incident.process_id, Incident.element_id, Incident.case_key)
        .join(Case, Case.key == Incident.case_key)
        .where(Incident.resolved_at.is_(None), Incident.element_id != "")
        .where(in_sight(sight), *narrowed(filters, now=now))
    )


def _is(place: Place) -> list[ColumnElement[bool]]:
    process_id, element_id = place
    of_process = Token.process_id == process_id
    return [of_process] if element_id is None else [of_process, Token.element_id == element_id]


def _within(query: Rows, processes: Collection[str] | None) -> Rows:
    """`query` has the process in its first column."""
    if processes is None:
        return query
    return query.where(query.exported_columns.values()[0].in_(sorted(processes)))


def _at_and_around(session: Session, positions: Rows, processes: Collection[str] | None) -> Rows:
    """The tokens at these positions (case key, element id, path), and those of the calls around them."""
    found = positions.subquery()
    here, there = cast(Token.path, String), cast(found.c.path, String)
    level = func.json_array_length(Token.path)
    postgresql = session.get_bind().dialect.name == "postgresql"
    call = (
        found.c.path.op("->>")(level)
        if postgresql
        else func.json_extract(found.c.path, literal("$[").concat(level).concat("]"))
    )
    at = and_(here == there, Token.element_id == found.c.element_id)
    # A path is written as a list of strings: without its bracket it ends where a step's name ends.
    length = func.length(here) - 1
    around = and_(func.substr(there, 1, length) == func.substr(here, 1, length), call == Token.element_id)
    tokens = select(Token.process_id, Token.element_id, Token.case_key)
    return _within(tokens.join(found, and_(Token.case_key == found.c.case_key, or_(at, around))), processes)


def _counted(session: Session, *queries: Rows) -> dict[Place, int]:
    """How many cases each place has of these rows (process id, element id, case key), and each process."""
    rows = queries[0].distinct() if len(queries) == 1 else union(*queries)
    at = rows.cte("at_place")
    process_id, element_id, case_key = at.c
    in_process = select(process_id, case_key).distinct().subquery()
    both = union_all(
        select(process_id, element_id, func.count()).group_by(process_id, element_id),
        select(in_process.c.process_id, null(), func.count()).group_by(in_process.c.process_id),
    )
    return {(process, element): cases for process, element, cases in session.execute(both)}
