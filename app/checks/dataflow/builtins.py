"""What the built-in functions of FEEL give, by the types of what they get."""

from collections.abc import Callable, Sequence
from typing import Final

from app.checks.dataflow.types import BOOLEAN, NUMBER, TEXT, UNKNOWN, Type, joined, list_of, sure, text
from app.feel.builtins import TABLE
from app.feel.functions import Overload

Arguments = Sequence[Type]

NEVER_EMPTY: Final = frozenset(["now", "today", "is defined", "is", "list contains", "append", "concatenate"])
"""What never gives null because an argument is null, or not because of every argument."""
_SAME: Final = frozenset(["sublist", "remove", "reverse", "distinct values", "duplicate values", "sort"])
_JOINED: Final = frozenset(["concatenate", "union"])
_KINDS: Final[dict[str, Type]] = {
    **dict.fromkeys(
        (
            *("string", "substring", "upper case", "lower case", "substring before", "substring after"),
            *("trim", "string join", "replace", "day of week", "month of year"),
        ),
        TEXT,
    ),
    **dict.fromkeys(
        (
            *("number", "string length", "count", "modulo", "sqrt", "log", "exp", "decimal", "floor"),
            *("ceiling", "round up", "round down", "round half up", "round half down", "day of year"),
            *("week of year", "working days between", "mean", "median", "stddev", "product"),
        ),
        NUMBER,
    ),
    **dict.fromkeys(
        (
            *("not", "contains", "starts with", "ends with", "matches", "is blank", "list contains"),
            *("is empty", "all", "any", "odd", "even", "is defined", "is", "before", "after", "meets"),
            *("met by", "overlaps", "overlaps before", "overlaps after", "includes", "during", "starts"),
            *("started by", "finishes", "finished by", "coincides"),
        ),
        BOOLEAN,
    ),
    "date": Type("date"),
    "today": Type("date"),
    "time": Type("time"),
    "date and time": Type("date and time"),
    "now": Type("date and time"),
    "add working days": Type("date and time"),
    "years and months duration": Type("years and months duration"),
    "split": list_of(text()),
    "extract": list_of(text()),
    "index of": list_of(NUMBER),
    "mode": list_of(NUMBER),
    "partition": list_of(UNKNOWN),
    "flatten": list_of(UNKNOWN),
    "get entries": list_of(Type("context")),
    "context": Type("context"),
    "context put": Type("context"),
    "context merge": Type("context"),
}


def result(name: str, given: Arguments) -> Type:
    """What a built-in gives, apart from whether it can be empty."""
    special = _SPECIAL.get(name)
    if special is not None:
        return special(given)
    if name in _SAME and given:
        return _as_list(given[0])
    if name in _JOINED:
        lists = given if len(given) > 1 else [given[0].item or UNKNOWN] if given else []
        return joined(_as_list(one) for one in lists)
    return _KINDS.get(name, UNKNOWN)


def _as_list(one: Type) -> Type:
    if one.kind == "list":
        return sure(one)
    return list_of(sure(one)) if one.known else Type("list")


def _added(given: Arguments) -> Type:
    """`append`, `insert before` and `list replace`: a list, and what comes in it."""
    items = [one.item or UNKNOWN for one in given[:1] if one.kind == "list"]
    return list_of(joined([*items, *given[1:]])) if items else Type("list")


def _extreme(given: Arguments) -> Type:
    items = given if len(given) > 1 else [one.item or UNKNOWN for one in given]
    return joined(items)


_SPECIAL: Final[dict[str, Callable[[Arguments], Type]]] = {
    "append": _added,
    "insert before": lambda given: _added([*given[:1], *given[2:]]),
    "list replace": lambda given: _added([*given[:1], *given[2:]]),
    "min": _extreme,
    "max": _extreme,
    "sum": _extreme,
    "abs": lambda given: given[0] if given else UNKNOWN,
    "get or else": lambda given: joined([sure(given[0]), *given[1:2]]) if given else UNKNOWN,
}


def misfit(name: str, given: Arguments) -> tuple[int, str] | None:
    """The first argument that no way of calling this function takes, and the type that it wants."""
    ways = [one for one in TABLE[name].overloads if one.fits(len(given))]
    if not ways or any(parameter.many for way in ways for parameter in way.parameters):
        return None
    for place, one in enumerate(given):
        if one.known and not any(_takes(way, place, one) for way in ways):
            return place, ways[0].parameters[place].type
    return None


def _takes(way: Overload, place: int, given: Type) -> bool:
    wanted = way.parameters[place].type
    # A list and its one item stand for each other.
    return wanted in ("any", given.kind, "list") or given.kind == "list"
