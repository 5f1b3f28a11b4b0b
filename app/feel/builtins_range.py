"""How points and ranges lie towards each other (DMN 1.3, 10.3.4.9, table 78)."""

from typing import Any

from app.feel.functions import builtin
from app.feel.values import Range, both, compare, contains, either


def _range(value: Any) -> Range:
    """A point is a range of itself."""
    return value if type(value) is Range else Range(value, value, True, True)


@builtin("before(range1: any, range2: any)")
def before(left: Any, right: Any) -> bool | None:
    a, b = _range(left), _range(right)
    touching = None if a.high_included and b.low_included else compare("=", a.high, b.low)
    apart = compare("<", a.high, b.low)
    return apart if touching is None else either(apart, touching)


@builtin("after(range1: any, range2: any)")
def after(left: Any, right: Any) -> bool | None:
    return before(right, left)


@builtin("meets(range1: range, range2: range)")
def meets(a: Range, b: Range) -> bool | None:
    return both(a.high_included and b.low_included, compare("=", a.high, b.low))


@builtin("met by(range1: range, range2: range)")
def met_by(a: Range, b: Range) -> bool | None:
    return meets(b, a)


@builtin("overlaps(range1: range, range2: range)")
def overlaps(a: Range, b: Range) -> bool | None:
    first, second = before(a, b), before(b, a)
    return None if first is None or second is None else not (first or second)


@builtin("overlaps before(range1: range, range2: range)")
def overlaps_before(a: Range, b: Range) -> bool | None:
    return both(both(_starts_first(a, b), overlaps(a, b)), _ends_in_or_with(a, b))


@builtin("overlaps after(range1: range, range2: range)")
def overlaps_after(a: Range, b: Range) -> bool | None:
    later_end = either(
        compare(">", a.high, b.high), _touch(a.high_included and not b.high_included, a.high, b.high)
    )
    starts_inside = either(
        compare(">", a.low, b.low), _touch(b.low_included or not a.low_included, a.low, b.low)
    )
    return both(both(later_end, overlaps(a, b)), starts_inside)


def _starts_first(a: Range, b: Range) -> bool | None:
    return either(compare("<", a.low, b.low), _touch(a.low_included and not b.low_included, a.low, b.low))


def _ends_in_or_with(a: Range, b: Range) -> bool | None:
    return either(
        compare("<", a.high, b.high), _touch(b.high_included or not a.high_included, a.high, b.high)
    )


def _touch(counts: bool, left: Any, right: Any) -> bool | None:
    return both(counts, compare("=", left, right))


@builtin("includes(range: range, point: any)")
def includes(a: Range, point: Any) -> bool | None:
    if type(point) is not Range:
        return contains(a, point)
    low = either(
        compare("<", a.low, point.low), _touch(a.low_included or not point.low_included, a.low, point.low)
    )
    high = either(
        compare(">", a.high, point.high),
        _touch(a.high_included or not point.high_included, a.high, point.high),
    )
    return both(low, high)


@builtin("during(range1: any, range2: range)")
def during(point: Any, a: Range) -> bool | None:
    return includes(a, point)


@builtin("starts(range1: any, range2: range)")
def starts(point: Any, a: Range) -> bool | None:
    inner = _range(point)
    same = both(compare("=", inner.low, a.low), inner.low_included == a.low_included)
    return both(same, includes(a, point))


@builtin("started by(range1: range, range2: any)")
def started_by(a: Range, point: Any) -> bool | None:
    return starts(point, a)


@builtin("finishes(range1: any, range2: range)")
def finishes(point: Any, a: Range) -> bool | None:
    inner = _range(point)
    same = both(compare("=", inner.high, a.high), inner.high_included == a.high_included)
    return both(same, includes(a, point))


@builtin("finished by(range1: range, range2: any)")
def finished_by(a: Range, point: Any) -> bool | None:
    return finishes(point, a)


@builtin("coincides(range1: any, range2: any)")
def coincides(left: Any, right: Any) -> bool | None:
    return compare("=", left, right)
