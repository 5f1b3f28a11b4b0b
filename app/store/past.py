"""Queries about parts of months that are counted ahead, and about which of them are as they were counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.store.figures import Stretch, Whose
from app.store.models import Case, PastFigures, PastPart


@dataclass(frozen=True, slots=True)
class Kept:
    """What was counted of a part, for one house and compartment."""

    begin: datetime
    end: datetime
    ended: dict[str, Any]
    done: list[Any]
    reminded: list[Any]
    advised: list[Any]


@dataclass(frozen=True, slots=True)
class Uncounted:
    """A part that is to be counted, and how often it had been changed when that was seen."""

    begin: datetime
    end: datetime
    changes: int


def kept(session: Session, whose: Whose, begin: datetime, end: datetime, *, layout: int) -> list[Kept]:
    """Of the parts that lie in this time and are as they were counted; one without any case is empty."""
    columns = (PastFigures.ended, PastFigures.done, PastFigures.reminded, PastFigures.advised)
    rows = _kept(session, whose, begin, end, columns, layout=layout)
    return [
        Kept(begin, end, ended or {}, done or [], reminded or [], advised or [])
        for begin, end, ended, done, reminded, advised in rows
    ]


def ended(
    session: Session, whose: Whose, begin: datetime, end: datetime, *, layout: int
) -> list[tuple[datetime, datetime, dict[str, Any]]]:
    """The same, and of it only what cases ended."""
    rows = _kept(session, whose, begin, end, (PastFigures.ended,), layout=layout)
    return [(begin, end, ended or {}) for begin, end, ended in rows]


def _kept(
    session: Session, whose: Whose, begin: datetime, end: datetime, columns: Sequence[Any], *, layout: int
) -> Any:
    # In one statement: what holds and what was counted must be of the same moment.
    houses = whose.houses & {whose.house} if whose.house else whose.houses
    of_them = and_(
        PastFigures.begins_at == PastPart.begins_at,
        PastFigures.house_key.in_(sorted(houses)),
        PastFigures.compartment.in_(sorted(whose.compartments)),
    )
    query = select(PastPart.begins_at, PastPart.ends_at, *columns).outerjoin(PastFigures, of_them)
    query = query.where(PastPart.begins_at >= begin, PastPart.ends_at <= end, _holds(layout))
    return session.execute(query.order_by(PastPart.begins_at))


def _holds(layout: int) -> ColumnElement[bool]:
    return and_(PastPart.counted == PastPart.changes, PastPart.layout == layout)


def first_start(session: Session) -> datetime | None:
    """When the first case began."""
    return session.scalar(select(func.min(Case.started_at)))


def listed(session: Session) -> set[datetime]:
    """Where the parts begin that the triggers see."""
    return set(session.scalars(select(PastPart.begins_at)))


def add(session: Session, parts: Sequence[Stretch], *, since: datetime) -> None:
    """Let the triggers see these parts, but for those that they see already."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    rows = [{"begins_at": one.begin, "ends_at": one.end, "since": since, "changes": 0} for one in parts]
    session.execute(dialect.insert(PastPart).values(rows).on_conflict_do_nothing())


def uncounted(session: Session, *, seen_before: datetime, layout: int) -> Uncounted | None:
    """The last part that is to be counted, of those that the triggers see for long enough."""
    query = select(PastPart.begins_at, PastPart.ends_at, PastPart.changes)
    query = query.where(
        PastPart.since <= seen_before, or_(PastPart.counted.is_(None), ~_holds(layout))
    ).order_by(PastPart.begins_at.desc())
    row = session.execute(query.limit(1)).one_or_none()
    return None if row is None else Uncounted(*row)


def places(session: Session) -> list[tuple[str, str]]:
    """Each house and closed compartment (or empty) that there are cases of."""
    columns = (Case.house_key, func.coalesce(Case.compartment, ""))
    return [(house, compartment) for house, compartment in session.execute(select(*columns).distinct())]


def keep(session: Session, part: Uncounted, rows: Sequence[dict[str, Any]], *, layout: int) -> bool:
    """Keep what was counted; False where the part was changed meanwhile, or somebody else counted it."""
    # The part stays locked: who changes it now waits, and then makes that this counts no more.
    mine = update(PastPart).where(
        PastPart.begins_at == part.begin,
        PastPart.changes == part.changes,
        or_(PastPart.counted.is_(None), ~_holds(layout)),
    )
    mine = mine.values(counted=PastPart.changes, layout=layout).returning(PastPart.begins_at)
    if session.execute(mine, execution_options={"synchronize_session": False}).one_or_none() is None:
        return False
    session.execute(delete(PastFigures).where(PastFigures.begins_at == part.begin))
    if rows:
        session.execute(insert(PastFigures), [{"begins_at": part.begin, **row} for row in rows])
    return True
