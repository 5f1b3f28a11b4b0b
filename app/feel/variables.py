"""FEEL values as process variables: what JSON knows, with dates, times and durations as ISO texts."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from app.feel import temporal
from app.feel.errors import FeelLimitError, FeelValueError
from app.feel.far import FarDate, FarMoment
from app.feel.values import Months, number

MAX_DEPTH = 100
"""So deep, at most, lists and groups stand in each other in one variable."""
MAX_ITEMS = 500_000
"""In the lists and groups of one variable together."""


def to_variable(value: Any) -> Any:
    """str, int, Decimal, bool, None, list or dict.

    Raises FeelValueError for a range or a function, FeelLimitError for what is too large or too deep.
    """
    if value is None or type(value) in (str, bool, int):
        return value
    return _variable(value, MAX_DEPTH, _Room())


class _Room:
    """How much may still be copied."""

    left = MAX_ITEMS

    def take(self, items: int) -> None:
        self.left -= items
        if self.left < 0:
            raise FeelLimitError("Deze gegevens zijn te groot.", max_items=MAX_ITEMS)


def _variable(value: Any, depth: int, room: _Room) -> Any:
    if value is None or type(value) in (str, bool, int):
        return value
    if type(value) in (list, dict):
        # What stands in it twice is copied twice: what doubles in every round soon has no end.
        room.take(1 + len(value))
        if not depth:
            raise FeelLimitError("Deze gegevens staan te diep in elkaar.", max_depth=MAX_DEPTH)
        if type(value) is list:
            return [_variable(item, depth - 1, room) for item in value]
        return {key: _variable(item, depth - 1, room) for key, item in value.items()}
    amount = number(value)
    if amount is not None:
        return _plain_number(amount)
    return _temporal(value)


def _plain_number(amount: Decimal) -> int | Decimal:
    if amount == amount.to_integral_value() and abs(amount) < 10**15:
        return int(amount)
    return amount


def _temporal(value: Any) -> str:
    if type(value) in (datetime, FarMoment):
        return temporal.write_moment(value, zone_name=False)
    if type(value) in (date, FarDate):
        return temporal.write_date(value)
    if type(value) is time:
        return temporal.write_time(value, zone_name=False)
    if type(value) is timedelta:
        return temporal.write_days(value)
    if type(value) is Months:
        return temporal.write_months(value)
    raise FeelValueError("Een bereik of een functie kan geen gegeven van een casus zijn.")
