"""Numeric functions (DMN 1.3, 10.3.4.5), and Camunda's `odd` and `even` for whole numbers."""

import decimal
from decimal import Decimal
from typing import Any

from app.feel import arithmetic
from app.feel.functions import MISSING, builtin
from app.feel.values import NUMBERS, finite, number, position, whole

_MAX_SCALE = 6111


def _round(value: Any, scale: Any, rounding: str) -> Decimal | None:
    amount, digits = number(value), 0 if scale is MISSING else position(scale)
    if amount is None or digits is None or not -_MAX_SCALE <= digits <= _MAX_SCALE + 65:
        return None
    if amount.is_zero() or int(amount.as_tuple().exponent) >= -digits:
        return amount
    step = Decimal((0, (1,), -digits))
    # Rounding to fewer digits than there are always fits.
    return finite(amount.quantize(step, rounding=rounding, context=NUMBERS))


def _register(name: str, rounding: str, *, scale: str) -> None:
    @builtin(f"{name}(n: number, scale: number {scale})")
    def rounded(value: Any, scale: Any = MISSING) -> Decimal | None:
        return _round(value, scale, rounding)


_register("decimal", decimal.ROUND_HALF_EVEN, scale="")
_register("floor", decimal.ROUND_FLOOR, scale="=")
_register("ceiling", decimal.ROUND_CEILING, scale="=")
_register("round up", decimal.ROUND_UP, scale="=")
_register("round down", decimal.ROUND_DOWN, scale="=")
_register("round half up", decimal.ROUND_HALF_UP, scale="=")
_register("round half down", decimal.ROUND_HALF_DOWN, scale="=")


@builtin("abs(n: any)")
def absolute(value: Any) -> Any:
    return arithmetic.absolute(value)


@builtin("modulo(dividend: number, divisor: number)")
def modulo(dividend: Any, divisor: Any) -> Decimal | None:
    """With the sign of the divisor: dividend - divisor * floor(dividend / divisor)."""
    left, right = number(dividend), number(divisor)
    if left is None or not right:
        return None
    rest = finite(NUMBERS.remainder(left, right))
    if rest is None:
        return None
    return NUMBERS.add(rest, right) if rest and (rest < 0) != (right < 0) else rest


@builtin("sqrt(number: number)")
def sqrt(value: Any) -> Decimal | None:
    amount = number(value)
    return None if amount is None or amount < 0 else finite(NUMBERS.sqrt(amount))


@builtin("log(number: number)")
def log(value: Any) -> Decimal | None:
    amount = number(value)
    return None if amount is None or amount <= 0 else finite(NUMBERS.ln(amount))


@builtin("exp(number: number)")
def exp(value: Any) -> Decimal | None:
    amount = number(value)
    return None if amount is None else finite(NUMBERS.exp(amount))


@builtin("odd(number: number)")
def odd(value: Any) -> bool | None:
    amount = whole(value)
    return None if amount is None else amount % 2 == 1


@builtin("even(number: number)")
def even(value: Any) -> bool | None:
    amount = whole(value)
    return None if amount is None else amount % 2 == 0
