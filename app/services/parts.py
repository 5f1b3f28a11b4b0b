"""Months that are over are counted ahead by the workers, so that figures of years need not count every task.

In thirds: a period seldom begins with a month, and what lies at its edges is counted when somebody asks.

A third of a month goes through three moments. Some time after its end it is listed; from then on the triggers
of migration 0012 say of every change in it, within the transaction of that change. Some time later again it
is counted, and that is kept only if no change was told meanwhile. A task that was completed in its last
second and is kept after that is thus never missed: a transaction that did not see the part listed is over by
then. None takes that long: PostgreSQL ends a statement after 30 seconds, and a transaction in which nothing
is asked after 60 (`store.session`); SQLite has one writer at a time.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.clock import AMSTERDAM
from app.services.past import LAYOUT, Counts
from app.store import figures as figure_rows
from app.store import past as rows
from app.store.figures import Stretch, Whose
from app.store.past import Uncounted

SAFE = timedelta(hours=1)
"""After its end until a part is listed, and from then until it is counted."""
DAYS, LAST_BEGINS = 10, 21
MOST_PARTS = 720
"""A period is ten years at most, and so is the one before it."""


def unlisted(session: Session, *, now: datetime) -> list[Stretch]:
    """What is over since the first case and not listed yet, looked up by reading."""
    first = rows.first_start(session)
    if first is None:
        return []
    listed = rows.listed(session)
    closed = list(_closed(first, now))[-MOST_PARTS:]
    return [one for one in closed if one.begin not in listed]


def add(session: Session, parts: list[Stretch], *, now: datetime) -> None:
    """List them: from here on it is seen when they change."""
    rows.add(session, parts, since=now)


def next_to_count(session: Session, *, now: datetime) -> Uncounted | None:
    """The last part that is to be counted, looked up by reading."""
    return rows.uncounted(session, seen_before=now - SAFE, layout=LAYOUT)


def count(session: Session, part: Uncounted) -> list[dict[str, Any]]:
    """What happened in a part, for each house and closed compartment; only reads."""
    figure_rows.prepare(session)
    found = []
    for house, compartment in rows.places(session):
        counts, stretch = Counts(), Stretch(part.begin, part.end)
        whose = Whose(frozenset({house}), frozenset({compartment}))
        counts.count(session, whose, stretch)
        counts.count_acts(session, whose, stretch)
        found.append({"house_key": house, "compartment": compartment, **counts.packed()})
    return found


def keep(session: Session, part: Uncounted, found: list[dict[str, Any]]) -> bool:
    """Keep it. False where it was changed meanwhile, or another worker was first."""
    return rows.keep(session, part, found, layout=LAYOUT)


def _closed(first: datetime, now: datetime) -> Iterator[Stretch]:
    """The thirds of months on the calendar in Amsterdam, from the month of `first` on, that are over."""
    local = first.astimezone(AMSTERDAM)
    begin = date(local.year, local.month, 1)
    while True:
        if begin.day < LAST_BEGINS:
            end = begin + timedelta(days=DAYS)
        else:
            end = date(begin.year + begin.month // 12, begin.month % 12 + 1, 1)
        if _midnight(end) + SAFE > now:
            return
        yield Stretch(_midnight(begin), _midnight(end))
        begin = end


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), AMSTERDAM)
