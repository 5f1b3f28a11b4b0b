"""Queries about parts of the past that are counted ahead, and which of them are as they were counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, insert, or_, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.store.figures import Stretch, Whose
from app.store.models import Case, House, PastFigures, PastPart

ROUTE, THEME = "route:", "theme:"
"""Before what cases have in common that were counted apart."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What was counted of a part, for one house and compartment."""

    begin: datetime
    end: datetime
    narrowed: str
    ended: dict[str, Any] | None
    """None in a part without any case, as are the others."""
    done: list[Any] | None
    reminded: list[Any] | None
    advised: list[Any] | None


@dataclass(frozen=True, slots=True)
class Uncounted:
    """A part that is to be counted, and how often it had been changed when that was seen."""

    begin: datetime
    end: datetime
    changes: int


def narrowed(whose: Whose) -> str | None:
    """The name of what somebody asks for; None of what is not counted apart."""
    if whose.route and whose.theme:
        return None
    return f"{ROUTE}{whose.route}" if whose.route else f"{THEME}{whose.theme}" if whose.theme else ""


def kept(session: Session, whose: Whose, begin: datetime, end: datetime, *, layout: int) -> list[Kept]:
    """Of the largest parts that lie in this time and are as they were counted, in their order."""
    name = narrowed(whose)
    if name is None:
        return []
    mine = and_(_of(whose), PastFigures.narrowed == name)
    return _kept(session, mine, _largest(session, begin, end, layout=layout), layout=layout)


def kept_apart(session: Session, whose: Whose, begin: datetime, end: datetime, *, layout: int) -> list[Kept]:
    """The same of all of them and of each route and theme."""
    return _kept(session, _of(whose), _largest(session, begin, end, layout=layout), layout=layout)


def routes(
    session: Session, whose: Whose, begin: datetime, end: datetime, *, layout: int
) -> list[tuple[datetime, datetime, str | None]]:
    """The routes of the cases that ended in each of those parts; None in one without any."""
    largest = _largest(session, begin, end, layout=layout)
    mine = and_(_of(whose), PastFigures.narrowed.startswith(ROUTE), PastFigures.cases > 0)
    found = _rows(session, (PastFigures.narrowed,), mine, largest, layout=layout)
    return [(begin, end, name and name.removeprefix(ROUTE)) for begin, end, name in found]


def _largest(
    session: Session, begin: datetime, end: datetime, *, layout: int
) -> list[tuple[datetime, datetime]]:
    """The parts, as large as can be, that do not overlap."""
    query = select(PastPart.begins_at, PastPart.ends_at)
    query = query.where(PastPart.begins_at >= begin, PastPart.ends_at <= end, _holds(layout))
    found: list[tuple[datetime, datetime]] = []
    for part in session.execute(query.order_by(PastPart.begins_at, PastPart.ends_at.desc())):
        if not found or part.begins_at >= found[-1][1]:
            found.append((part.begins_at, part.ends_at))
    return found


def _of(whose: Whose) -> ColumnElement[bool]:
    houses = whose.houses & {whose.house} if whose.house else whose.houses
    return and_(
        PastFigures.house_key.in_(sorted(houses)),
        PastFigures.compartment.in_(sorted(whose.compartments)),
    )


def _kept(
    session: Session,
    mine: ColumnElement[bool],
    parts: Sequence[tuple[datetime, datetime]],
    *,
    layout: int,
) -> list[Kept]:
    columns = (
        PastFigures.narrowed,
        PastFigures.ended,
        PastFigures.done,
        PastFigures.reminded,
        PastFigures.advised,
    )
    rows = _rows(session, columns, mine, parts, layout=layout)
    return [Kept(begin, end, name or "", *rest) for begin, end, name, *rest in rows]


def _rows(
    session: Session,
    columns: Sequence[Any],
    mine: ColumnElement[bool],
    parts: Sequence[tuple[datetime, datetime]],
    *,
    layout: int,
) -> Any:
    if not parts:
        return ()
    # What holds is asked again: it and what was counted must be of the same moment.
    same = and_(PastFigures.begins_at == PastPart.begins_at, PastFigures.ends_at == PastPart.ends_at, mine)
    query = select(PastPart.begins_at, PastPart.ends_at, *columns).outerjoin(PastFigures, same)
    query = query.where(tuple_(PastPart.begins_at, PastPart.ends_at).in_(parts), _holds(layout))
    return session.execute(query.order_by(PastPart.begins_at))


def _holds(layout: int) -> ColumnElement[bool]:
    return and_(PastPart.counted == PastPart.changes, PastPart.layout == layout)


def first_start(session: Session) -> datetime | None:
    """When the first case began."""
    return session.scalar(select(func.min(Case.started_at)))


def listed(session: Session) -> set[tuple[datetime, datetime]]:
    """The parts that the triggers see: where each begins and ends."""
    return {(begin, end) for begin, end in session.execute(select(PastPart.begins_at, PastPart.ends_at))}


def add(session: Session, parts: Sequence[Stretch], *, since: datetime) -> None:
    """Let the triggers see these parts, but for those that they see already."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    rows = [{"begins_at": one.begin, "ends_at": one.end, "since": since, "changes": 0} for one in parts]
    session.execute(dialect.insert(PastPart).on_conflict_do_nothing(), rows)


def uncounted(session: Session, *, seen_before: datetime, layout: int) -> Uncounted | None:
    """The last part that is to be counted, of those that the triggers see for long enough.

    What lies within another part comes before it: the larger is counted from the smaller.
    """
    query = select(PastPart.begins_at, PastPart.ends_at, PastPart.changes)
    query = query.where(PastPart.since <= seen_before, or_(PastPart.counted.is_(None), ~_holds(layout)))
    row = session.execute(query.order_by(PastPart.begins_at.desc(), PastPart.ends_at).limit(1)).one_or_none()
    return None if row is None else Uncounted(*row)


def places(session: Session) -> list[tuple[str, str]]:
    """Each house, with each closed compartment (or empty) that there are cases in."""
    compartments = select(Case.compartment).where(Case.compartment.is_not(None)).distinct()
    closed = [compartment for compartment in session.scalars(compartments) if compartment]
    return [(house, one) for house in session.scalars(select(House.key)) for one in ("", *closed)]


def keep(session: Session, part: Uncounted, rows: Sequence[dict[str, Any]], *, layout: int) -> bool:
    """Keep what was counted; False where the part was changed meanwhile, or somebody else counted it."""
    moments = {"begins_at": part.begin, "ends_at": part.end}
    # The part stays locked: who changes it now waits, and then makes that this counts no more.
    mine = update(PastPart).filter_by(**moments).where(PastPart.changes == part.changes)
    mine = mine.where(or_(PastPart.counted.is_(None), ~_holds(layout)))
    mine = mine.values(counted=PastPart.changes, layout=layout).returning(PastPart.begins_at)
    if session.execute(mine, execution_options={"synchronize_session": False}).one_or_none() is None:
        return False
    session.execute(delete(PastFigures).filter_by(**moments))
    if rows:
        session.execute(insert(PastFigures), [{**moments, **row} for row in rows])
    return True
