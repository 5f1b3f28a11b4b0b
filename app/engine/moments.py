"""Moments, durations and repetitions as diagrams give them: FEEL values or ISO 8601 texts."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from app.clock import AMSTERDAM
from app.errors import EngineError
from app.feel import temporal
from app.feel.arithmetic import plus_months
from app.feel.values import Months
from app.workdays import END_OF_DAY

_CYCLE = re.compile(r"R(\d*)/(P.+)")


@dataclass(frozen=True, slots=True)
class Cycle:
    """`left` is how often it still comes, -1 for always; `span` is an ISO 8601 duration."""

    left: int
    span: str


def moment(value: Any) -> datetime | None:
    """Aware, in UTC. A date is the end of that working day; a time without a zone is one in Amsterdam."""
    if isinstance(value, str):
        value = temporal.parse_moment(value) or temporal.parse_date(value)
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=AMSTERDAM)).astimezone(UTC)
    if isinstance(value, date):
        return datetime.combine(value, END_OF_DAY, AMSTERDAM).astimezone(UTC)
    return None


def after(span: Any, start: datetime) -> datetime | None:
    """`start` plus a duration; months and days go by the calendar of Amsterdam."""
    if isinstance(span, str):
        span = temporal.parse_duration(span)
    try:
        if isinstance(span, Months):
            moved: datetime = plus_months(start.astimezone(AMSTERDAM), span.total)
            return moved.astimezone(UTC)
        if isinstance(span, timedelta):
            return _days_after(span, start)
    except (OverflowError, ValueError):
        return None
    return None


def _days_after(span: timedelta, start: datetime) -> datetime:
    whole = timedelta(days=span.days)
    local = start.astimezone(AMSTERDAM)
    day = (datetime.combine(local.date(), time()) + whole).date()
    return datetime.combine(day, local.timetz()).astimezone(UTC) + (span - whole)


def cycle(value: Any) -> Cycle | None:
    """`R3/P1D`: three times, a day apart. `R/P42D`: for ever."""
    match = _CYCLE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return None
    return Cycle(int(match.group(1)) if match.group(1) else -1, match.group(2))


def first_due(
    kind: str, value: Any, *, now: datetime, element_id: str, name: str = ""
) -> tuple[datetime, Cycle | None]:
    """When a timer is due first, and how it repeats. Raises EngineError if the value is no such thing.

    `name` is what people call the timer.
    """
    repeats = cycle(value) if kind == "timeCycle" else None
    if repeats is not None:
        due = after(repeats.span, now)
    elif kind == "timeDate":
        due = moment(value)
    else:
        due = after(value, now) or (moment(value) if kind == "timeCycle" else None)
    if due is None:
        which = f"De timer ‘{name}’" if name else "Deze timer"
        raise EngineError(f"{which} krijgt geen bruikbaar tijdstip of tijdsduur.", element_id=element_id)
    return due, repeats


def next_due(repeats: Cycle, due: datetime, *, now: datetime) -> datetime | None:
    """The next time behind `now`; rounds that were missed are not made up for."""
    while due <= now:
        following = after(repeats.span, due)
        if following is None or following <= due:
            return None
        due = following
    return due
