"""FEEL's values (DMN 1.3, 10.3.2.3) and how they compare.

number: Decimal (int and float are taken in as well) · string: str · boolean: bool · null: None
list: list · context: dict · date, time, date and time: datetime.date, .time, .datetime
days and time duration: timedelta · years and months duration: Months · range: Range · function: Function
"""

import decimal
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from app.feel import limits
from app.feel.errors import FeelLimitError
from app.feel.far import FarDate, FarMoment

# IEEE 754 decimal128, as the standard asks. Nothing is trapped: a result that is no number becomes null.
NUMBERS = decimal.Context(prec=34, rounding=decimal.ROUND_HALF_EVEN, Emin=-6143, Emax=6144, traps=[])


@dataclass(frozen=True, slots=True, order=True)
class Months:
    """A years and months duration."""

    total: int


@dataclass(frozen=True, slots=True)
class Range:
    """From `low` to `high`; None is no limit on that side. `operator` is that of a range such as `(< 10)`."""

    low: Any
    high: Any
    low_included: bool
    high_included: bool
    operator: str = ""

    @classmethod
    def of(cls, sign: str, value: Any) -> "Range":
        """The range of all values that stand in this relation to one value."""
        if sign.startswith("<"):
            return cls(None, value, False, sign == "<=", sign)
        if sign.startswith(">"):
            return cls(value, None, sign == ">=", False, sign)
        return cls(value, value, sign == "=", sign == "=", sign)


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """Something that can be called. `parameters` name its arguments, in order; `types` are syntax.Type's."""

    parameters: tuple[str, ...]
    call: Callable[[list[Any]], Any]
    types: tuple[Any, ...] = ()


_KINDS: dict[type, str] = {
    Decimal: "number",
    int: "number",
    float: "number",
    str: "string",
    bool: "boolean",
    list: "list",
    dict: "context",
    date: "date",
    datetime: "date and time",
    time: "time",
    timedelta: "days and time duration",
    Months: "years and months duration",
    Range: "range",
    Function: "function",
    type(None): "null",
    FarDate: "date",
    FarMoment: "date and time",
}


def types_of(name: str) -> frozenset[type]:
    """The Python types of a FEEL type; of `any` all of them."""
    return frozenset(one for one, named in _KINDS.items() if name in (named, "any"))


PLAIN = frozenset([str, int, bool, Decimal])
"""Types that are values as they stand, and not null."""


def kind(value: Any) -> str | None:
    """FEEL's name for the type of a value; None for an object that is no FEEL value."""
    return _KINDS.get(type(value))


def is_day(value: Any) -> bool:
    """Whether it is a date, or a date and time."""
    return isinstance(value, date | FarDate)


def known(value: Any) -> Any:
    """The value, or null for anything that is no FEEL value: Python objects stay outside."""
    if type(value) in _KINDS:
        return value
    if isinstance(value, tuple):
        return list(value)
    return dict(value) if isinstance(value, Mapping) else None


def number(value: Any) -> Decimal | None:
    """A Decimal of a number; None for anything else or infinity. Raises FeelLimitError if too large."""
    if type(value) is Decimal:
        return value if value.is_finite() else None
    if type(value) is int:
        return finite(NUMBERS.create_decimal(value))
    if type(value) is float:
        return number(Decimal(repr(value)))
    return None


def finite(value: Decimal) -> Decimal | None:
    """What came out of a calculation. Raises FeelLimitError when it overflowed."""
    if value.is_finite():
        return value
    if value.is_infinite():
        raise FeelLimitError("Dit getal wordt te groot.")
    return None


def divide(left: Decimal, right: Decimal) -> Decimal | None:
    return finite(NUMBERS.divide(left, right)) if right else None


def whole(value: Any) -> int | None:
    """An int of a number without a fraction that can be a position or a count; else None."""
    amount = number(value)
    if amount is None or amount != amount.to_integral_value() or abs(amount) > 10**15:
        return None
    return int(amount)


def position(value: Any) -> int | None:
    """An int of a number that is a position or a count: what stands behind the point does not count."""
    amount = number(value)
    return None if amount is None or abs(amount) > 10**15 else int(amount)


def equal(left: Any, right: Any) -> bool | None:
    """FEEL's `=`: null for values of different types, but only null equals null (10.3.2.13)."""
    if left is None or right is None:
        return left is right
    if type(left) is str and type(right) is str:
        return left == right
    same = kind(left)
    if same is None or same != kind(right):
        return None
    if same == "number":
        return number(left) == number(right)
    if same == "list":
        return _equal_lists(left, right)
    if same == "context":
        return _equal_contexts(left, right)
    if same == "range":
        return _equal_ranges(left, right)
    if same in ("time", "date and time"):
        return bool(_to_the_second(left) == _to_the_second(right))
    return bool(left == right)


def _to_the_second(value: Any) -> Any:
    """The parts of a second do not count when two times are compared for being equal (10.3.2.13)."""
    if isinstance(value, FarMoment):
        return FarMoment(value.era, value.near.replace(microsecond=0))
    return value.replace(microsecond=0)


def _equal_lists(left: list[Any], right: list[Any]) -> bool:
    if len(left) != len(right):
        return False
    limits.spend(len(left) + 1)
    return all(equal(a, b) is True for a, b in zip(left, right, strict=True))


def _equal_contexts(left: dict[str, Any], right: dict[str, Any]) -> bool:
    limits.spend(len(left) + 1)
    return left.keys() == right.keys() and all(
        equal(value, right[key]) is True for key, value in left.items()
    )


def _equal_ranges(left: Range, right: Range) -> bool:
    return (
        left.operator == right.operator
        and left.low_included == right.low_included
        and left.high_included == right.high_included
        and equal(left.low, right.low) is True
        and equal(left.high, right.high) is True
    )


ORDERED = frozenset(
    [
        "number",
        "string",
        "date",
        "time",
        "date and time",
        "days and time duration",
        "years and months duration",
    ]
)


def less(left: Any, right: Any) -> bool | None:
    """FEEL's `<`; null where the two cannot be compared."""
    if type(left) is int and type(right) is int:
        return left < right
    same = kind(left)
    if same not in ORDERED or same != kind(right):
        return None
    if same == "number":
        left, right = number(left), number(right)
        return None if left is None or right is None else left < right
    try:
        return bool(left < right)
    except TypeError:
        # One of two moments has no zone.
        return None


def different(left: Any, right: Any) -> bool | None:
    return negate(equal(left, right))


def greater(left: Any, right: Any) -> bool | None:
    return less(right, left)


def at_most(left: Any, right: Any) -> bool | None:
    return negate(less(right, left))


def at_least(left: Any, right: Any) -> bool | None:
    return negate(less(left, right))


COMPARE: dict[str, Callable[[Any, Any], bool | None]] = {
    "=": equal,
    "!=": different,
    "<": less,
    "<=": at_most,
    ">": greater,
    ">=": at_least,
}
PYTHON: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
"""The same on values of one type that Python compares as FEEL does."""


def compare(sign: str, left: Any, right: Any) -> bool | None:
    """`=`, `!=`, `<`, `<=`, `>` or `>=` on two values."""
    return COMPARE[sign](left, right)


def negate(value: Any) -> bool | None:
    """Three-valued not."""
    return not value if type(value) is bool else None


def both(left: Any, right: Any) -> bool | None:
    """Three-valued and."""
    if left is False or right is False:
        return False
    return True if left is True and right is True else None


def either(left: Any, right: Any) -> bool | None:
    """Three-valued or."""
    if left is True or right is True:
        return True
    return False if left is False and right is False else None


def contains(span: Range, value: Any) -> bool | None:
    """Whether a value lies in a range."""
    if span.operator == "!=":
        return negate(equal(value, span.low))
    above: bool | None = True
    if span.low is not None:
        above = compare(">=" if span.low_included else ">", value, span.low)
    below: bool | None = True
    if span.high is not None:
        below = compare("<=" if span.high_included else "<", value, span.high)
    if span.low is None and span.high is None:
        return None
    return both(above, below)


def satisfies(value: Any, wanted: Any) -> bool | None:
    """Whether a value fits what stands in a unary test: a range holds it, a list has it, else it is equal."""
    if type(wanted) is Range:
        return equal(value, wanted) if type(value) is Range else contains(wanted, value)
    if type(wanted) is list:
        limits.spend(len(wanted) + 1)
        if type(value) is list and equal(value, wanted) is True:
            return True
        return any(satisfies(value, one) is True for one in wanted)
    return equal(value, wanted)
