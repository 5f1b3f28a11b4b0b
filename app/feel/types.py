"""`instance of`: whether a value is of a type (DMN 1.3, 10.3.2.9)."""

from typing import Any

from app.feel import limits
from app.feel.syntax import Type
from app.feel.values import Range, kind, known

_NAMES = {"dayTimeDuration": "days and time duration", "yearMonthDuration": "years and months duration"}


def is_instance(value: Any, wanted: Type) -> bool:
    """Null is an instance of Null only."""
    limits.spend()
    name = _NAMES.get(wanted.name, wanted.name)
    if value is None:
        return name == "Null"
    if name == "Any":
        return True
    if name == "list":
        return _is_list(value, wanted)
    if name == "context":
        return _is_context(value, wanted)
    if name == "range":
        return _is_range(value, wanted)
    return kind(value) == name


def _is_list(value: Any, wanted: Type) -> bool:
    if type(value) is not list:
        return False
    return all(is_instance(known(item), argument) for argument in wanted.arguments for item in value)


def _is_context(value: Any, wanted: Type) -> bool:
    if type(value) is not dict:
        return False
    return all(key in value and is_instance(known(value[key]), field) for key, field in wanted.fields)


def _is_range(value: Any, wanted: Type) -> bool:
    if type(value) is not Range:
        return False
    ends = [end for end in (value.low, value.high) if end is not None]
    return all(is_instance(end, argument) for argument in wanted.arguments for end in ends)
