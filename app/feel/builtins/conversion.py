"""Conversion and boolean functions (DMN 1.3, 10.3.4.1 and 10.3.4.2)."""

import re
from datetime import time, timedelta
from decimal import Decimal
from typing import Any

from app.feel import far, temporal, values
from app.feel.functions import MISSING, builtin
from app.feel.text import text_of
from app.feel.values import NUMBERS, Months

_NUMBER = re.compile(r"\s*[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?\s*")


@builtin("number(from: any)")
def number_of(value: Any) -> Decimal | None:
    if type(value) is str:
        return values.finite(NUMBERS.create_decimal(value.strip())) if _NUMBER.fullmatch(value) else None
    return values.number(value)


@builtin("number(from: string, grouping separator: string?, decimal separator: string? =)")
def number_with_separators(text: str, grouping: str | None, point: Any = None) -> Decimal | None:
    point = None if point is MISSING else point
    if (
        grouping not in (None, " ", ",", ".")
        or point not in (None, ",", ".")
        or (grouping and grouping == point)
    ):
        return None
    if grouping:
        text = text.replace(grouping, "")
    if point == ",":
        if "." in text:
            return None
        text = text.replace(",", ".")
    return number_of(text)


@builtin("string(from: any)")
def string_of(value: Any) -> str | None:
    return None if value is None else text_of(value)


@builtin("not(negand: any)")
def not_(value: Any) -> bool | None:
    return values.negate(value)


@builtin("date(from: any)")
def date_of(value: Any) -> Any:
    if type(value) is str:
        return temporal.parse_date(value)
    if values.kind(value) == "date and time":
        return far.day_of(value)
    return value if values.kind(value) == "date" else None


@builtin("date(year: number, month: number, day: number)")
def date_of_parts(year: Any, month: Any, day: Any) -> Any:
    parts = [values.whole(part) for part in (year, month, day)]
    return None if None in parts else far.of(*[part or 0 for part in parts])


@builtin("time(from: any)")
def time_of(value: Any) -> Any:
    if type(value) is str:
        return temporal.parse_time(value)
    if values.kind(value) == "date and time":
        return far.split(value)[1].timetz()
    if values.kind(value) == "date":
        return temporal.parse_time("00:00:00Z")
    return value if type(value) is time else None


@builtin("time(hour: number, minute: number, second: number, offset: days and time duration? =)")
def time_of_parts(hour: Any, minute: Any, second: Any, offset: Any = None) -> time | None:
    hours, minutes, seconds = values.whole(hour), values.whole(minute), values.number(second)
    if hours is None or minutes is None or seconds is None or not 0 <= seconds < 60:
        return None
    whole = int(seconds)
    zone = None
    if type(offset) is timedelta:
        zone = temporal.parse_zone(temporal.write_offset(offset))
    return time(hours, minutes, whole, int((seconds - whole) * 1_000_000), zone)


@builtin("date and time(from: any)")
def moment_of(value: Any) -> Any:
    if type(value) is str:
        moment = temporal.parse_moment(value)
        day = temporal.parse_date(value) if moment is None else None
        return moment if day is None else far.combined(day, time())
    if values.kind(value) == "date":
        return far.combined(value, time())
    return value if values.kind(value) == "date and time" else None


@builtin("date and time(date: any, time: time)")
def moment_of_parts(day: Any, at: time) -> Any:
    if values.kind(day) == "date and time":
        day = far.day_of(day)
    return far.combined(day, at) if values.kind(day) == "date" else None


@builtin("date and time(date: date and time, timezone: string)")
def moment_in_zone(moment: Any, zone_name: str) -> Any:
    zone = temporal.parse_zone("@" + zone_name)
    if zone is None:
        return None
    era, near = far.split(moment)
    return far.joined(era, near.astimezone(zone) if near.tzinfo else near.replace(tzinfo=zone))


@builtin("duration(from: any)")
def duration_of(value: Any) -> Months | timedelta | None:
    if type(value) is str:
        return temporal.parse_duration(value)
    return value if type(value) in (timedelta, Months) else None


@builtin("years and months duration(from: any, to: any)")
def months_between(start: Any, end: Any) -> Months | None:
    if not values.is_day(start) or not values.is_day(end):
        return None
    months = (end.year - start.year) * 12 + end.month - start.month
    # Part of a month does not count, in either direction.
    if months > 0 and end.day < start.day:
        months -= 1
    elif months < 0 and end.day > start.day:
        months += 1
    return Months(months)
