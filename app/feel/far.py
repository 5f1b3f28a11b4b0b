"""Dates before the year 1 and after 9999, which Python's own cannot hold (DMN 1.3, 10.3.2.3.4: ±999,999,999).

The calendar repeats itself every 400 years, weekdays as well. So a far date is a near one, in the years 2000
to 2399, and the number of times 400 years between them.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

MAX_YEAR = 999_999_999
DAYS_IN_ERA = 146_097
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, eq=False)
class FarDate:
    """`near` is a date, or in a FarMoment a date and time, in the years 2000 to 2399."""

    era: int
    near: Any

    @property
    def year(self) -> int:
        return int(self.near.year) + 400 * self.era

    def __getattr__(self, name: str) -> Any:
        # Month, day, weekday, hour and so on are the same in each era.
        return getattr(self.near, name)

    def __lt__(self, other: Any) -> bool:
        return _order(self) < _order(other)

    def __gt__(self, other: Any) -> bool:
        return _order(self) > _order(other)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FarDate) and (self.era, self.near) == (other.era, other.near)

    def __hash__(self) -> int:
        return hash((self.era, self.near))


class FarMoment(FarDate):
    """A far date with a time."""

    __slots__ = ()


def split(value: Any) -> tuple[int, Any]:
    """The era, and the value as it would be in the years 2000 to 2399."""
    if isinstance(value, FarDate):
        return value.era, value.near
    era, year = divmod(value.year - 2000, 400)
    return era, value.replace(year=2000 + year)


def joined(era: int, near: Any) -> Any:
    """The value: Python's own where that can be. Raises OverflowError beyond MAX_YEAR."""
    more, near = split(near)
    era += more
    year = near.year + 400 * era
    if 1 <= year <= 9999:
        return near.replace(year=year)
    if abs(year) > MAX_YEAR:
        raise OverflowError
    return FarMoment(era, near) if isinstance(near, datetime) else FarDate(era, near)


def of(year: int, month: int, day: int) -> Any:
    """A date in any year. Raises ValueError or OverflowError."""
    era, rest = divmod(year - 2000, 400)
    return joined(era, date(2000 + rest, month, day))


def combined(day: Any, at: Any) -> Any:
    """A date and a time together."""
    era, near = split(day)
    return joined(era, datetime.combine(near, at))


def day_of(moment: Any) -> Any:
    """The date of a date and time."""
    era, near = split(moment)
    return joined(era, near.date())


def plus(value: Any, span: timedelta) -> Any:
    """So much later. With a zone: so much time that really passes."""
    era, near = split(value)
    eras, rest = divmod(span, _DAY * DAYS_IN_ERA)
    if not isinstance(near, datetime):
        return joined(era + eras, (datetime(near.year, near.month, near.day) + rest).date())  # noqa: DTZ001
    if near.tzinfo is None:
        return joined(era + eras, near + rest)
    return joined(era + eras, (near.astimezone(UTC) + rest).astimezone(near.tzinfo))


def between(left: Any, right: Any) -> timedelta:
    """left - right. Raises OverflowError when that is too long for a duration."""
    (left_era, left_near), (right_era, right_near) = split(left), split(right)
    apart: timedelta = left_near - right_near
    return apart + _DAY * (DAYS_IN_ERA * (left_era - right_era))


def _order(value: Any) -> tuple[int, Any]:
    era, near = split(value)
    if isinstance(near, datetime) and near.tzinfo is not None:
        more, near = split(near.astimezone(UTC).replace(tzinfo=None))
        return era + more, near
    return era, near
