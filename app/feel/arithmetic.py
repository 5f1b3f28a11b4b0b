"""+ - * / ** and unary minus, on numbers, text, dates and durations (DMN 1.3, tables 55 to 58). Else null."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from app.feel import far, limits
from app.feel.values import NUMBERS, Months, divide, finite, kind, number

_Table = dict[tuple[str, str], Callable[[Any, Any], Any]]
_DAY = timedelta(days=1)
_MICROSECOND = timedelta(microseconds=1)


_SMALL = 10**15
"""Whole numbers below this are counted as int; above it as the standard's decimals of 34 digits."""


def add(left: Any, right: Any) -> Any:
    if type(left) is int and type(right) is int and -_SMALL < left + right < _SMALL:
        return left + right
    if type(left) is str and type(right) is str:
        limits.check_string(len(left) + len(right))
        return left + right
    return _either_way(_PLUS, left, right)


def subtract(left: Any, right: Any) -> Any:
    if type(left) is int and type(right) is int and -_SMALL < left - right < _SMALL:
        return left - right
    opposite = minus(right)
    if opposite is not None:
        return _calculate(_PLUS, left, opposite)
    return _calculate(_MINUS, left, right)


def multiply(left: Any, right: Any) -> Any:
    if type(left) is int and type(right) is int and -_SMALL < left * right < _SMALL:
        return left * right
    return _either_way(_TIMES, left, right)


def divided(left: Any, right: Any) -> Any:
    return _calculate(_DIVIDED, left, right)


def minus(value: Any) -> Any:
    amount = number(value)
    if amount is not None:
        return NUMBERS.minus(amount)
    if type(value) is timedelta:
        return -value
    return Months(-value.total) if type(value) is Months else None


def power(left: Any, right: Any) -> Decimal | None:
    base, exponent = number(left), number(right)
    if base is None or exponent is None:
        return None
    return Decimal(1) if not exponent else finite(NUMBERS.power(base, exponent))


def _either_way(table: _Table, left: Any, right: Any) -> Any:
    """A duration may stand on either side."""
    result = _calculate(table, left, right)
    return _calculate(table, right, left) if result is None else result


def _calculate(table: _Table, left: Any, right: Any) -> Any:
    operation = table.get((kind(left) or "", kind(right) or ""))
    try:
        return operation(left, right) if operation is not None else None
    except (OverflowError, ValueError):
        # Before the year 1 or after 9999.
        return None


def _time_plus(at: time, span: timedelta) -> time:
    return (
        (datetime.combine(date(2000, 1, 1), at.replace(tzinfo=None)) + span % _DAY)
        .time()
        .replace(tzinfo=at.tzinfo)
    )


def plus_months(day: Any, months: int) -> Any:
    """The same day so many months on, or the last day of a shorter month."""
    total = day.year * 12 + day.month - 1 + months
    year, month = divmod(total, 12)
    last = min(day.day, _days_in(year, month + 1))
    if not isinstance(day, far.FarDate) and 1 <= year <= 9999:
        return day.replace(year=year, month=month + 1, day=last)
    era, rest = divmod(year - 2000, 400)
    return far.joined(era, far.split(day)[1].replace(year=2000 + rest, month=month + 1, day=last))


def _days_in(year: int, month: int) -> int:
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def _between(left: Any, right: Any) -> timedelta | None:
    if (left.tzinfo is None) != (right.tzinfo is None):
        return None
    return far.between(left, right)


def _times_between(left: time, right: time) -> timedelta | None:
    if (left.tzinfo is None) != (right.tzinfo is None):
        return None
    any_day = date(2000, 1, 1)
    return _between(datetime.combine(any_day, left), datetime.combine(any_day, right))


def _midnight(day: Any) -> Any:
    """A date as date and time: the standard takes the midnight of UTC."""
    return far.combined(day, time(tzinfo=UTC))


def _times_span(span: timedelta, amount: Any) -> timedelta:
    return timedelta(microseconds=int(Decimal(span // _MICROSECOND) * (number(amount) or 0)))


def _span_divided(span: timedelta, amount: Any) -> timedelta | None:
    result = divide(Decimal(span // _MICROSECOND), number(amount) or Decimal(0))
    return None if result is None else timedelta(microseconds=int(result))


def _months_divided(months: Months, amount: Any) -> Months | None:
    result = divide(Decimal(months.total), number(amount) or Decimal(0))
    return None if result is None else Months(int(result))


def _numbers(operation: Callable[[Decimal, Decimal], Decimal | None]) -> Callable[[Any, Any], Decimal | None]:
    def calculate(left: Any, right: Any) -> Decimal | None:
        a, b = number(left), number(right)
        return None if a is None or b is None else operation(a, b)

    return calculate


_DAYS, _MONTHS = "days and time duration", "years and months duration"
_PLUS: _Table = {
    ("number", "number"): _numbers(lambda a, b: finite(NUMBERS.add(a, b))),
    ("date and time", _DAYS): far.plus,
    ("date", _DAYS): far.plus,
    ("time", _DAYS): _time_plus,
    ("date and time", _MONTHS): lambda moment, months: plus_months(moment, months.total),
    ("date", _MONTHS): lambda day, months: plus_months(day, months.total),
    (_DAYS, _DAYS): lambda a, b: a + b,
    (_MONTHS, _MONTHS): lambda a, b: Months(a.total + b.total),
}
_MINUS: _Table = {
    ("date", "date"): far.between,
    ("date and time", "date and time"): _between,
    ("date and time", "date"): lambda a, b: _between(a, _midnight(b)),
    ("date", "date and time"): lambda a, b: _between(_midnight(a), b),
    ("time", "time"): _times_between,
}
_TIMES: _Table = {
    ("number", "number"): _numbers(lambda a, b: finite(NUMBERS.multiply(a, b))),
    (_DAYS, "number"): _times_span,
    (_MONTHS, "number"): lambda months, amount: Months(int(months.total * (number(amount) or 0))),
}
_DIVIDED: _Table = {
    ("number", "number"): _numbers(divide),
    (_DAYS, "number"): _span_divided,
    (_MONTHS, "number"): _months_divided,
    (_DAYS, _DAYS): lambda a, b: divide(Decimal(a // _MICROSECOND), Decimal(b // _MICROSECOND)),
    (_MONTHS, _MONTHS): lambda a, b: divide(Decimal(a.total), Decimal(b.total)),
}


def absolute(value: Any) -> Any:
    """Of a number or a duration."""
    amount = number(value)
    if amount is not None:
        return abs(amount)
    if type(value) is timedelta:
        return abs(value)
    return Months(abs(value.total)) if type(value) is Months else None
