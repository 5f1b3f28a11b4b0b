"""Date and time functions (DMN 1.3, 10.3.4.8), Camunda's `last day of month`, and the Dutch working days.

`now()` and `today()` are those of Amsterdam: what people there see on the clock.
"""

from datetime import date, datetime, timedelta
from typing import Any

from app import workdays
from app.clock import AMSTERDAM
from app.feel import far, temporal, values
from app.feel.arithmetic import plus_months
from app.feel.far import FarDate
from app.feel.functions import builtin

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@builtin("now()", clock=True)
def now_(now: datetime | None) -> datetime | None:
    return None if now is None else now.astimezone(AMSTERDAM)


@builtin("today()", clock=True)
def today(now: datetime | None) -> date | None:
    return None if now is None else now.astimezone(AMSTERDAM).date()


def _day(value: Any) -> Any:
    """A date, or a date and time; one far away as its like in the years 2000 to 2399."""
    return value.near if isinstance(value, FarDate) else value if isinstance(value, date) else None


@builtin("day of week(date: any)")
def day_of_week(value: Any) -> str | None:
    day = _day(value)
    return None if day is None else _DAYS[day.weekday()]


@builtin("month of year(date: any)")
def month_of_year(value: Any) -> str | None:
    day = _day(value)
    return None if day is None else _MONTHS[day.month - 1]


@builtin("day of year(date: any)")
def day_of_year(value: Any) -> int | None:
    day = _day(value)
    return None if day is None else day.timetuple().tm_yday


@builtin("week of year(date: any)")
def week_of_year(value: Any) -> int | None:
    day = _day(value)
    return None if day is None else day.isocalendar().week


@builtin("last day of month(date: any)")
def last_day_of_month(value: Any) -> Any:
    if not values.is_day(value):
        return None
    first = far.of(value.year, value.month, 1)
    return far.plus(plus_months(first, 1), timedelta(days=-1))


def _from_text(value: Any) -> Any:
    """A date, or a date and time, or either as the ISO text in which process variables keep them."""
    if type(value) is str:
        return temporal.parse_date(value) or temporal.parse_moment(value)
    return _day(value)


@builtin("add working days(from: any, n: number)")
def add_working_days(start: Any, count: Any) -> datetime | None:
    """Ours: n working days later. From a date, the end of that working day."""
    day, days = _from_text(start), values.whole(count)
    if day is None or days is None or abs(days) > workdays.MAX_DAYS:
        return None
    return workdays.add(day, days)


@builtin("working days between(from: any, to: any)")
def working_days_between(start: Any, end: Any) -> int | None:
    """Ours: how many working days lie after `from`, up to and including `to`."""
    first, last = _from_text(start), _from_text(end)
    return None if first is None or last is None else workdays.between(first, last)
