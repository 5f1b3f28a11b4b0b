"""Iterating, sorting with a function, and calling one that was made in an expression."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from functools import cmp_to_key
from typing import Any

from app.feel import limits, values
from app.feel.scope import Scope
from app.feel.values import Function, Range, known

Rounds = Callable[[Scope], Iterator[Scope | None]]
"""Gives the scope of each round; None when something that is no list was to be gone through."""

_Source = tuple[str, Callable[[Scope], Any], Callable[[Scope], Any] | None, int]
"""A name, where its values come from (and where a range ends), and what that costs."""


def rounds(sources: Sequence[_Source]) -> Rounds:
    """All combinations, the last iterator running fastest; a later one may use the names of earlier ones."""
    name, source, end, cost = sources[0]
    rest = rounds(sources[1:]) if len(sources) > 1 else None

    def run(scope: Scope) -> Iterator[Scope | None]:
        items = _items(source(scope), None if end is None else end(scope), ranged=end is not None)
        if items is None:
            yield None
            return
        for item in items:
            limits.spend(cost)
            inner = scope.inner({name: known(item)})
            if rest is None:
                yield inner
            else:
                yield from rest(inner)

    return run


def _items(start: Any, end: Any, *, ranged: bool) -> Sequence[Any] | Iterator[Any] | None:
    if ranged:
        return _between(start, end)
    if type(start) is Range:
        first, last = start.low, start.high
        if values.kind(first) != "number" and type(first) is not date:
            return None
        return _between(first, last, skip_first=not start.low_included, skip_last=not start.high_included)
    if start is None:
        return None
    return start if type(start) is list else [start]


def _between(
    start: Any, end: Any, *, skip_first: bool = False, skip_last: bool = False
) -> Iterator[Any] | None:
    """From start to end in steps of one (or one day), backwards when the end is smaller."""
    if type(start) is date and type(end) is date:
        days = (end - start).days
        return (start + timedelta(days=day) for day in _whole_steps(0, days, skip_first, skip_last))
    first, last = values.whole(start), values.whole(end)
    if first is None or last is None:
        return None
    return (values.number(step) for step in _whole_steps(first, last, skip_first, skip_last))


def _whole_steps(first: int, last: int, skip_first: bool, skip_last: bool) -> Iterator[int]:
    step = 1 if last >= first else -1
    for value in range(first, last + step, step):
        if not (skip_first and value == first) and not (skip_last and value == last):
            yield value


def invoke(function: Any, arguments: list[Any], names: tuple[str, ...]) -> Any:
    """Call a function value; null if it is none, or when the arguments don't fit."""
    if type(function) is not Function:
        return None
    if names:
        given = dict(zip(names, arguments, strict=True))
        if set(given) != set(function.parameters):
            return None
        arguments = [given[name] for name in function.parameters]
    elif len(arguments) != len(function.parameters):
        return None
    return function.call(arguments)


def sort(given: list[Any] | dict[str, Any]) -> Any:
    """`sort(list, precedes)` (DMN 1.3, 10.3.4.9); without a function in ascending order."""
    if isinstance(given, dict):
        given = [given.get("list"), *([given["precedes"]] if "precedes" in given else [])]
    if not given or len(given) > 2 or given[0] is None:
        return None
    items = given[0] if type(given[0]) is list else [given[0]]
    precedes = given[1] if len(given) == 2 else None
    if len(given) == 2 and (type(precedes) is not Function or len(precedes.parameters) != 2):
        return None
    limits.check_list(len(items))

    def order(left: Any, right: Any) -> int:
        limits.spend()
        if type(precedes) is Function:
            return (
                -1
                if precedes.call([left, right]) is True
                else 1
                if precedes.call([right, left]) is True
                else 0
            )
        return -1 if values.less(left, right) else 1 if values.less(right, left) else 0

    return sorted(items, key=cmp_to_key(order))
