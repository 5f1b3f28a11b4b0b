"""Any value as text, as `string()` and text templates show it."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from app.feel import limits, temporal
from app.feel.far import FarDate, FarMoment
from app.feel.values import Months, Range, number


def to_text(value: Any) -> str:
    """FEEL's text of a value; inside lists and contexts, text stands in quotes. Raises FeelLimitError."""
    limits.renew()
    return text_of(value)


def text_of(value: Any) -> str:
    """The same inside an evaluation that is going on: it pays from that one's budget."""
    if type(value) is str:
        return value
    text = _nested(value)
    limits.check_string(len(text))
    return text


def _nested(value: Any) -> str:
    limits.spend()
    if type(value) is str:
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if type(value) is list:
        return _listed("[", [_nested(item) for item in value], "]")
    if type(value) is dict:
        return _listed("{", [f"{key}: {_nested(item)}" for key, item in value.items()], "}")
    if type(value) is Range:
        return _range(value)
    return scalar(value)


def scalar(value: Any) -> str:
    """The text of a value that holds no other values."""
    if value is None:
        return "null"
    if type(value) is bool:
        return "true" if value else "false"
    amount = number(value)
    if amount is not None:
        return number_text(amount)
    if type(value) in (date, FarDate):
        return temporal.write_date(value)
    if type(value) in (datetime, FarMoment):
        return temporal.write_moment(value)
    if type(value) is time:
        return temporal.write_time(value)
    if type(value) is timedelta:
        return temporal.write_days(value)
    return temporal.write_months(value) if type(value) is Months else "function"


def number_text(amount: Decimal) -> str:
    """Without exponent and without zeros behind the point that say nothing."""
    text = format(amount, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def _listed(start: str, parts: list[str], end: str) -> str:
    limits.check_string(sum(map(len, parts)) + 2 * len(parts) + 2)
    return start + ", ".join(parts) + end


def _range(value: Range) -> str:
    if value.operator:
        return f"({value.operator} {_nested(value.high if value.low is None else value.low)})"
    start, end = ("[" if value.low_included else "("), ("]" if value.high_included else ")")
    low = "" if value.low is None else _nested(value.low)
    high = "" if value.high is None else _nested(value.high)
    return f"{start}{low}..{high}{end}"
