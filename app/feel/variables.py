"""FEEL values as process variables: what JSON knows, with dates, times and durations as ISO texts."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from app.feel import temporal
from app.feel.errors import FeelValueError
from app.feel.far import FarDate, FarMoment
from app.feel.values import Months, number


def to_variable(value: Any) -> Any:
    """str, int, Decimal, bool, None, list or dict. Raises FeelValueError for a range or a function."""
    if value is None or type(value) in (str, bool, int):
        return value
    if type(value) is list:
        return [to_variable(item) for item in value]
    if type(value) is dict:
        return {key: to_variable(item) for key, item in value.items()}
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
