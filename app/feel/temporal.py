"""Dates, times and durations as text: ISO 8601 in, ISO 8601 out (DMN 1.3, 10.3.2.3 and 10.3.4.1).

As in Camunda, the seconds of a time may be left out: `09:30`.
"""

import re
from datetime import UTC, time, timedelta, timezone, tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.feel import far
from app.feel.values import Months

_DATE = re.compile(r"(-?(?:[1-9][0-9]{4,8}|[0-9]{4}))-([0-9]{2})-([0-9]{2})")
_TIME = re.compile(
    r"([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,9}))?)?"
    r"(Z|z|[+-][0-9]{2}:[0-9]{2}(?::[0-9]{2})?|@[A-Za-z0-9_+/-]+)?"
)
_MONTHS = re.compile(r"(-)?P(?:([0-9]{1,9})Y)?(?:([0-9]{1,9})M)?")
_DAYS = re.compile(
    r"(-)?P(?:([0-9]{1,9})D)?(?:(T)(?:([0-9]{1,12})H)?(?:([0-9]{1,12})M)?(?:([0-9]{1,12}(?:\.[0-9]{0,9})?)S)?)?"
)


def parse(text: str) -> Any:
    """The date, time, date and time or duration that stands in an @-literal; None if it is none of them."""
    for read in (parse_date, parse_time, parse_moment, parse_duration):
        value = read(text)
        if value is not None:
            return value
    return None


def parse_date(text: str) -> Any:
    """A date, which is a FarDate before the year 1 and after 9999; None for a text that is none."""
    match = _DATE.fullmatch(text)
    try:
        return far.of(*map(int, match.groups())) if match else None
    except (ValueError, OverflowError):
        return None


def parse_time(text: str) -> time | None:
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    hour, minute, second, fraction, zone_text = match.groups()
    zone = parse_zone(zone_text) if zone_text else None
    if zone_text and zone is None:
        return None
    try:
        return time(int(hour), int(minute), int(second or 0), int((fraction or "0").ljust(6, "0")[:6]), zone)
    except ValueError:
        return None


def parse_moment(text: str) -> Any:
    """A date and time; one without a zone stays without. `24:00:00` is the end of the day."""
    day_text, separator, time_text = text.partition("T")
    day = parse_date(day_text)
    if not separator or day is None:
        return None
    if time_text.startswith("24:00:00"):
        day, time_text = far.plus(day, timedelta(days=1)), time_text.replace("24", "00", 1)
    at = parse_time(time_text)
    return None if at is None else far.combined(day, at)


@lru_cache(maxsize=256)
def parse_zone(text: str) -> tzinfo | None:
    """`Z`, `+01:00` or `@Europe/Amsterdam`."""
    if text in ("Z", "z"):
        return UTC
    if text.startswith("@"):
        try:
            return ZoneInfo(text[1:])
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return None
    hours, minutes, *seconds = (int(part) for part in text[1:].split(":"))
    if hours > 18 or minutes > 59:
        return None
    offset = timedelta(hours=hours, minutes=minutes, seconds=seconds[0] if seconds else 0)
    return timezone(-offset if text.startswith("-") else offset)


def parse_duration(text: str) -> Months | timedelta | None:
    match = _MONTHS.fullmatch(text)
    if match and (match[2] or match[3]):
        total = int(match[2] or 0) * 12 + int(match[3] or 0)
        return Months(-total if match[1] else total)
    match = _DAYS.fullmatch(text)
    if (
        match is None
        or not any(match.groups()[1:2] + match.groups()[3:])
        or (match[3] and not any(match.groups()[3:]))
    ):
        return None
    sign, days, _, hours, minutes, seconds = match.groups()
    micros = int(Decimal(seconds or 0) * 1_000_000)
    try:
        span = timedelta(int(days or 0), 0, micros, 0, int(minutes or 0), int(hours or 0))
    except OverflowError:
        return None
    return -span if sign else span


def write_date(value: Any) -> str:
    sign = "-" if value.year < 0 else ""
    return f"{sign}{abs(value.year):04d}-{value.month:02d}-{value.day:02d}"


def write_time(value: Any, *, zone_name: bool = True) -> str:
    """With the name of the zone, or for other systems with the offset only."""
    text = f"{value.hour:02d}:{value.minute:02d}:{value.second:02d}"
    if value.microsecond:
        text += f".{value.microsecond:06d}".rstrip("0")
    if isinstance(value.tzinfo, ZoneInfo) and zone_name:
        return f"{text}@{value.tzinfo.key}"
    return text + write_offset(value.utcoffset())


def write_moment(value: Any, *, zone_name: bool = True) -> str:
    return f"{write_date(value)}T{write_time(value, zone_name=zone_name)}"


def write_offset(offset: timedelta | None) -> str:
    if offset is None:
        return ""
    seconds = int(offset.total_seconds())
    if not seconds:
        return "Z"
    sign, seconds = ("-" if seconds < 0 else "+"), abs(seconds)
    text = f"{sign}{seconds // 3600:02d}:{seconds // 60 % 60:02d}"
    return f"{text}:{seconds % 60:02d}" if seconds % 60 else text


def write_months(value: Months) -> str:
    years, months = divmod(abs(value.total), 12)
    body = (f"{years}Y" if years else "") + (f"{months}M" if months else "")
    return ("-" if value.total < 0 else "") + "P" + (body or "0M")


def write_days(value: timedelta) -> str:
    size = abs(value)
    hours, rest = divmod(size.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    body = f"{size.days}D" if size.days else ""
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    if size.microseconds:
        clock += f"{seconds}.{size.microseconds:06d}".rstrip("0") + "S"
    elif seconds:
        clock += f"{seconds}S"
    if not body and not clock:
        return "PT0S"
    return ("-" if value < timedelta(0) else "") + "P" + body + (f"T{clock}" if clock else "")
