"""Months that are over are counted ahead by the workers, so that figures of years need not count every task.

And quarters, so that a year is a few numbers to add up, and thirds of months and days: a period seldom begins
with a month.

Each such part goes through three moments. Some time after its end it is listed; from then on the triggers
of migrations 0012 and 0013 say of every change in it, within the transaction of that change. Later again it
is counted, and that is kept only if no change was told meanwhile. A task that was completed in its last
second and is kept after that is thus never missed: a transaction that did not see the part listed is over by
then. None takes that long: PostgreSQL ends a statement after 30 seconds, and a transaction in which nothing
is asked after 60 (`store.session`); SQLite has one writer at a time.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy.orm import Session

from app.clock import AMSTERDAM
from app.services import past
from app.services.past import LAYOUT
from app.store import figures as figure_rows
from app.store import past as rows
from app.store.figures import Stretch, Whose
from app.store.past import Uncounted

SAFE = timedelta(hours=1)
"""After its end until a part is listed, and from then until it is counted."""
DAYS, LAST_BEGINS = 10, 21
MONTHS, QUARTER = 12, 3
MOST_PARTS = 20 * (366 + MONTHS * 4 + MONTHS // QUARTER)
"""A period is ten years at most, and so is the one before it."""


def unlisted(session: Session, *, now: datetime) -> list[Stretch]:
    """What is over since the first case and not listed yet, looked up by reading."""
    first = rows.first_start(session)
    if first is None:
        return []
    listed = rows.listed(session)
    closed = list(_closed(first, now))[-MOST_PARTS:]
    return [one for one in closed if (one.begin, one.end) not in listed]


def add(session: Session, parts: list[Stretch], *, now: datetime) -> None:
    """List them: from here on it is seen when they change."""
    rows.add(session, parts, since=now)


def next_to_count(session: Session, *, now: datetime) -> Uncounted | None:
    """The last part that is to be counted, looked up by reading."""
    return rows.uncounted(session, seen_before=now - SAFE, layout=LAYOUT)


def count(session: Session, part: Uncounted) -> list[dict[str, Any]]:
    """What happened in a part, for each house and closed compartment, and there for each route and theme.

    Only reads. What was counted of the parts within it is added up.
    """
    figure_rows.prepare(session)
    stretch = Stretch(part.begin, part.end, tuple(_later_months(part)))
    return [
        {"house_key": house, "compartment": compartment, "narrowed": narrowed, **counts.packed()}
        for house, compartment in rows.places(session)
        for narrowed, counts in past.apart(
            session, Whose(frozenset({house}), frozenset({compartment})), stretch
        ).items()
    ]


def keep(session: Session, part: Uncounted, found: list[dict[str, Any]]) -> bool:
    """Keep it. False where it was changed meanwhile, or another worker was first."""
    return rows.keep(session, part, found, layout=LAYOUT)


def _closed(first: datetime, now: datetime) -> Iterator[Stretch]:
    """The parts of the calendar in Amsterdam, from the month of `first` on, that are over."""
    local = first.astimezone(AMSTERDAM)
    month = date(local.year, local.month, 1)
    while True:
        later = _later(month, 1)
        days = [month + timedelta(days=day) for day in range((later - month).days + 1)]
        thirds = [month, month.replace(day=1 + DAYS), month.replace(day=LAST_BEGINS), later]
        begins = [*pairwise(days), *pairwise(thirds), (month, later)]
        if month.month % QUARTER == 1:
            begins.append((month, _later(month, QUARTER)))
        over = [(begin, end) for begin, end in begins if _midnight(end) + SAFE <= now]
        yield from (Stretch(_midnight(begin), _midnight(end)) for begin, end in over)
        if not over:
            return
        month = later


def _later(month: date, number: int) -> date:
    """The first day of a month that comes so many later."""
    months = month.year * MONTHS + month.month - 1 + number
    return date(months // MONTHS, months % MONTHS + 1, 1)


def _later_months(part: Uncounted) -> Iterator[datetime]:
    """Where months begin within a part."""
    month = _later(part.begin.astimezone(AMSTERDAM).date().replace(day=1), 1)
    while _midnight(month) < part.end:
        yield _midnight(month)
        month = _later(month, 1)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), AMSTERDAM)
