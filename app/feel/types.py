"""`instance of`, and values made to fit the type of a parameter (DMN 1.3, 10.3.2.9)."""

from typing import Any

from app.feel import limits
from app.feel.syntax import MISFIT, Type
from app.feel.values import Function, Range, kind, known

_NAMES = {
    "dateTime": "date and time",
    "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
}


def is_instance(value: Any, wanted: Type) -> bool:
    """Null is an instance of Null only."""
    limits.spend()
    name = _NAMES.get(wanted.name, wanted.name)
    if value is None:
        return name == "Null"
    if wanted.fit is not None:
        fitted = wanted.fit(value)
        return fitted is not MISFIT and kind(fitted) == kind(value)
    if name == "Any":
        return True
    check = _CHECKS.get(name)
    return kind(value) == name if check is None else kind(value) == name and check(value, wanted)


def coerce(value: Any, wanted: Type) -> Any:
    """The value as this type, or MISFIT: a list of one and its item stand for each other."""
    if value is None:
        return None
    if wanted.fit is not None:
        return wanted.fit(value)
    if is_instance(value, wanted):
        return value
    if wanted.name == "list":
        return [value] if is_instance([value], wanted) else MISFIT
    if type(value) is list and len(value) == 1 and is_instance(known(value[0]), wanted):
        return value[0]
    return MISFIT


def _is_list(value: list[Any], wanted: Type) -> bool:
    return all(_fits(known(item), argument) for argument in wanted.arguments for item in value)


def _is_context(value: dict[str, Any], wanted: Type) -> bool:
    return all(key in value and _fits(known(value[key]), field) for key, field in wanted.fields)


def _fits(value: Any, wanted: Type) -> bool:
    """Inside a list or context null takes the place of anything."""
    return value is None or is_instance(value, wanted)


def _is_range(value: Range, wanted: Type) -> bool:
    ends = [end for end in (value.low, value.high) if end is not None]
    return all(is_instance(end, argument) for argument in wanted.arguments for end in ends)


def _is_function(value: Function, wanted: Type) -> bool:
    """A function must take what it may be given; what it returns can't be told before it is called."""
    if not wanted.arguments:
        return True
    given = wanted.arguments[:-1]
    taken = value.types or (None,) * len(value.parameters)
    return len(given) == len(value.parameters) and all(
        takes is None or takes.name == "Any" or _same(takes, gives)
        for takes, gives in zip(taken, given, strict=True)
    )


def _same(left: Type, right: Type) -> bool:
    names = [_NAMES.get(one.name, one.name) for one in (left, right)]
    return names[0] == names[1] and (
        not left.arguments
        or (len(left.arguments) == len(right.arguments) and all(map(_same, left.arguments, right.arguments)))
    )


_CHECKS: dict[str, Any] = {
    "list": _is_list,
    "context": _is_context,
    "range": _is_range,
    "function": _is_function,
}
