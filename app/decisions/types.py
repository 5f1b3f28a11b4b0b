"""Item definitions: the types of inputs, results and parameters, and values made to fit them.

DMN 1.3, 7.3.3 and 10.3.2.9.4: a list of one and its item stand for each other, a date is also the moment at
its midnight, and anything else that does not fit becomes null.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app import feel
from app.feel import limits
from app.feel.scope import TIMELESS, Scope
from app.feel.syntax import MISFIT, Type
from app.feel.temporal import parse as parse_temporal
from app.feel.types import is_instance
from app.feel.values import kind, known

MAX_DEPTH = 40

FEEL_TYPES = {
    "Any": "Any",
    "number": "number",
    "string": "string",
    "boolean": "boolean",
    "date": "date",
    "time": "time",
    "dateTime": "date and time",
    "date and time": "date and time",
    "dayTimeDuration": "days and time duration",
    "days and time duration": "days and time duration",
    "yearMonthDuration": "years and months duration",
    "years and months duration": "years and months duration",
    "context": "context",
    "list": "list",
    "range": "range",
    "function": "function",
}
_TEMPORAL = frozenset(
    ["date", "time", "date and time", "days and time duration", "years and months duration"]
)


@dataclass(slots=True)
class ItemType:
    """`base` is the type below it, by name or as a FEEL type; `allowed` tests each item of a collection."""

    name: str
    base: "ItemType | Type | None" = None
    components: tuple[tuple[str, "ItemType"], ...] = ()
    collection: bool = False
    allowed: feel.UnaryTests | None = None
    constraint: feel.UnaryTests | None = None
    """What the value as a whole must be (DMN 1.5)."""
    returns: "ItemType | None" = None
    """What a function of this type gives."""


def builtin(name: str) -> ItemType | None:
    """One of FEEL's own types, by any of its names."""
    known_as = FEEL_TYPES.get(name.removeprefix("feel:").strip())
    return None if known_as is None else ItemType(known_as, Type(known_as))


def coercion(wanted: ItemType) -> Callable[[Any], Any]:
    """A function that gives a value as this type, or null."""
    if isinstance(wanted.base, Type) and wanted.base.name == "Any" and not wanted.collection:
        return lambda value: value

    def coerce(value: Any) -> Any:
        fitted = fit(value, wanted)
        return None if fitted is MISFIT else fitted

    return coerce


def fit(value: Any, wanted: ItemType, depth: int = 0) -> Any:
    """The value as `wanted`, or MISFIT. Null fits everything."""
    value = known(value)
    if value is None or depth > MAX_DEPTH:
        return None if value is None else MISFIT
    limits.spend()
    if wanted.collection:
        items = [_fit_one(item, wanted, depth) for item in (value if type(value) is list else [value])]
        fitted: Any = MISFIT if any(item is MISFIT for item in items) else items
    else:
        fitted = _fit_one(value, wanted, depth)
    if wanted.constraint is not None and fitted is not MISFIT and not _passes(fitted, wanted.constraint):
        return MISFIT
    return fitted


def _fit_one(value: Any, wanted: ItemType, depth: int) -> Any:
    if value is None:
        return None
    fitted = _fit_base(value, wanted, depth)
    if fitted is MISFIT and type(value) is list and len(value) == 1:
        fitted = _fit_base(known(value[0]), wanted, depth)
    if fitted is not MISFIT and wanted.allowed is not None and not _passes(fitted, wanted.allowed):
        return MISFIT
    return fitted


def _fit_base(value: Any, wanted: ItemType, depth: int) -> Any:
    if wanted.components:
        return _fit_context(value, wanted, depth)
    if isinstance(wanted.base, ItemType):
        return fit(value, wanted.base, depth + 1)
    if wanted.base is None:
        return value
    if wanted.base.name == "date and time" and type(value) is date:
        return datetime.fromisoformat(f"{value.isoformat()}T00:00:00+00:00")
    return value if is_instance(value, wanted.base) else MISFIT


def _fit_context(value: Any, wanted: ItemType, depth: int) -> Any:
    if kind(value) != "context":
        return MISFIT
    fitted = dict(value)
    for name, component in wanted.components:
        if name in fitted:
            fitted[name] = fit(fitted[name], component, depth + 1)
            if fitted[name] is MISFIT:
                return MISFIT
    return fitted


def _passes(value: Any, tests: feel.UnaryTests) -> bool:
    return tests.check(value, Scope({}, None, TIMELESS)) is True


def from_variable(value: Any, wanted: ItemType, depth: int = 0) -> Any:
    """A process variable as FEEL value: where a date, time or duration is wanted, its ISO text is read."""
    if depth > MAX_DEPTH:
        return value
    if type(value) is list:
        return [from_variable(item, wanted, depth + 1) for item in value]
    if isinstance(wanted.base, ItemType):
        return from_variable(value, wanted.base, depth + 1)
    if type(value) is dict and wanted.components:
        types = dict(wanted.components)
        return {
            key: from_variable(item, types[key], depth + 1) if key in types else item
            for key, item in value.items()
        }
    if type(value) is str and isinstance(wanted.base, Type) and wanted.base.name in _TEMPORAL:
        read = parse_temporal(value)
        return value if read is None else read
    return value
