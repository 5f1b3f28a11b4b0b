"""Working days of the Dutch calendar: no weekends, and no public holidays.

Terms in the diagrams count in these days. Of the holidays that the `holidays` library knows, Goede Vrijdag is
an ordinary working day, as in most collective agreements; Bevrijdingsdag is a day off in lustrum years only
(2025, 2030, …), which is how the library counts it. [A] The owner of the way of working may decide otherwise.
"""

from datetime import date, datetime, time, timedelta
from functools import lru_cache

import holidays

from app.clock import AMSTERDAM

END_OF_DAY = time(17)
"""When a working day ends, in Amsterdam: the hour at which a term given as a date runs out."""
MAX_DAYS = 5_000
"""Twenty years of working days: more is a mistake."""

_DAY = timedelta(days=1)


@lru_cache(maxsize=128)
def days_off(year: int) -> frozenset[date]:
    """The public holidays of a year on which nobody works."""
    found = holidays.country_holidays("NL", years=year, language="en_US")
    return frozenset(day for day, name in found.items() if name != "Good Friday")


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in days_off(day.year)


def add(start: date, days: int) -> datetime:
    """So many working days after `start` (before it, when negative).

    From a date: the end of that working day in Amsterdam. From a date and time: the same time of day there;
    one without a zone is read as Amsterdam time. No days at all: the first working day from `start` on.
    """
    day, at = _local(start)
    step = _DAY if days >= 0 else -_DAY
    left = abs(days)
    while left or not is_working_day(day):
        day += step
        left -= is_working_day(day) and left > 0
    return datetime.combine(day, at, AMSTERDAM)


def between(start: date, end: date) -> int:
    """How many working days lie after `start`, up to and including `end`; negative when `end` is earlier."""
    first, last = _local(start)[0], _local(end)[0]
    if last < first:
        return -between(last, first)
    weeks, rest = divmod((last - first).days, 7)
    loose = sum((first + _DAY * (number + 1)).weekday() < 5 for number in range(rest))
    return weeks * 5 + loose - _holidays_between(first, last)


def _holidays_between(first: date, last: date) -> int:
    years = range(first.year, last.year + 1)
    return sum(first < day <= last and day.weekday() < 5 for year in years for day in days_off(year))


def _local(start: date) -> tuple[date, time]:
    """The day and time of day in Amsterdam."""
    if not isinstance(start, datetime):
        return start, END_OF_DAY
    if start.tzinfo is not None:
        start = start.astimezone(AMSTERDAM)
    return start.date(), start.time()
