"""What stands behind a dot: the entries of a context, and the properties of dates, durations and ranges.

DMN 1.3, table 53. Nothing else has properties: Python attributes cannot be reached.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from app.feel import limits
from app.feel.far import FarDate, FarMoment
from app.feel.values import Months, Range, known

_Reader = Callable[[Any], Any]

PROPERTY_NAMES = ("time offset", "start included", "end included")


def _years(value: Months) -> Decimal:
    return Decimal(int(value.total / 12))


def _months(value: Months) -> Decimal:
    return Decimal(value.total - int(value.total / 12) * 12)


def _part(seconds: int, wrap: int | None = None) -> Callable[[timedelta], Decimal]:
    def read(value: timedelta) -> Decimal:
        size = int(abs(value).total_seconds()) // seconds
        size = size % wrap if wrap else size
        return Decimal(-size if value < timedelta(0) else size)

    return read


def _seconds(value: Any) -> Decimal:
    return Decimal(value.second) + Decimal(value.microsecond) / 1_000_000


def _zone(value: time | datetime) -> str | None:
    return value.tzinfo.key if isinstance(value.tzinfo, ZoneInfo) else None


_DAY: dict[str, _Reader] = {
    "year": lambda value: Decimal(value.year),
    "month": lambda value: Decimal(value.month),
    "day": lambda value: Decimal(value.day),
    "weekday": lambda value: Decimal(value.isoweekday()),
}
_CLOCK: dict[str, _Reader] = {
    "hour": lambda value: Decimal(value.hour),
    "minute": lambda value: Decimal(value.minute),
    "second": _seconds,
    "time offset": lambda value: value.utcoffset(),
    "timezone": _zone,
}
_PROPERTIES: dict[type, dict[str, _Reader]] = {
    date: _DAY,
    time: _CLOCK,
    datetime: {**_DAY, **_CLOCK},
    FarDate: _DAY,
    FarMoment: {**_DAY, **_CLOCK},
    Months: {"years": _years, "months": _months},
    timedelta: {
        "days": _part(86400),
        "hours": _part(3600, 24),
        "minutes": _part(60, 60),
        "seconds": _part(1, 60),
    },
    Range: {
        "start": lambda value: value.low,
        "end": lambda value: value.high,
        "start included": lambda value: value.low_included,
        "end included": lambda value: value.high_included,
    },
}


def member(value: Any, name: str) -> Any:
    """The entry or property with this name; null if there is none. Of a list: that of each item."""
    if type(value) is dict:
        return known(value.get(name))
    if type(value) is list:
        limits.spend(len(value))
        return [member(item, name) for item in value]
    read = _PROPERTIES.get(type(value), {}).get(name)
    return None if read is None else read(value)
