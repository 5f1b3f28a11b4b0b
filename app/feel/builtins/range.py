"""How points and ranges lie towards each other (DMN 1.3, 10.3.4.9, table 78)."""

from decimal import Decimal
from typing import Any

from app.feel import temporal
from app.feel.errors import FeelSyntaxError
from app.feel.functions import MISSING, TABLE, builtin
from app.feel.lexer import Token, tokens, unquote
from app.feel.values import ORDERED, Range, both, compare, contains, either, kind

TEMPORAL = ("date", "time", "date and time", "duration")


def _range(value: Any) -> Range:
    """A point is a range of itself."""
    return value if type(value) is Range else Range(value, value, True, True)


@builtin("range(from: string)")
def range_of(text: str) -> Range | None:
    """A range out of its text, with constants at both ends (DMN 1.4, 10.3.4.1)."""
    try:
        found = tokens(text)
    except FeelSyntaxError:
        return None
    dots = [place for place, token in enumerate(found) if token.text == ".." and token.kind == "symbol"]
    if len(found) < 4 or len(dots) != 1 or found[0].text not in "[(]" or found[-2].text not in "])[":
        return None
    low = _constant(found[1 : dots[0]], text)
    high = _constant(found[dots[0] + 1 : -2], text)
    ordered = either(compare("<", low, high), compare("=", low, high))
    if MISSING in (low, high) or (low is None and high is None) or ordered is False:
        return None
    if None not in (low, high) and (kind(low) != kind(high) or kind(low) not in ORDERED):
        return None
    return Range(low, high, found[0].text == "[", found[-2].text == "]")


def _constant(parts: list[Token], text: str) -> Any:
    """A number, text, @-literal, `date("…")` and the like; null when nothing stands there; or MISSING."""
    words = " ".join(part.text for part in parts if part.kind == "name")
    shape = [part.kind if part.kind != "symbol" else part.text for part in parts]
    if not parts:
        return MISSING
    if shape == ["name"] and words == "null":
        return None
    if shape in (["number"], ["-", "number"]):
        amount = Decimal(parts[-1].text)
        return -amount if len(parts) == 2 else amount
    if shape == ["string"]:
        return unquote(parts[0], text)
    value = None
    if shape == ["@", "string"]:
        value = temporal.parse(unquote(parts[1], text))
    elif words in TEMPORAL and shape == ["name"] * len(words.split()) + ["(", "string", ")"]:
        value = TABLE[words].call([unquote(parts[-2], text)], None)
    return MISSING if value is None else value


@builtin("before(point1: any, point2: any)")
@builtin("before(point: any, range: range)")
@builtin("before(range: range, point: any)")
@builtin("before(range1: any, range2: any)")
def before(left: Any, right: Any) -> bool | None:
    a, b = _range(left), _range(right)
    touching = None if a.high_included and b.low_included else compare("=", a.high, b.low)
    apart = compare("<", a.high, b.low)
    return apart if touching is None else either(apart, touching)


@builtin("after(point1: any, point2: any)")
@builtin("after(point: any, range: range)")
@builtin("after(range: range, point: any)")
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
@builtin("includes(range1: range, range2: any)")
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


@builtin("during(point: any, range: range)")
@builtin("during(range1: any, range2: range)")
def during(point: Any, a: Range) -> bool | None:
    return includes(a, point)


@builtin("starts(point: any, range: range)")
@builtin("starts(range1: any, range2: range)")
def starts(point: Any, a: Range) -> bool | None:
    inner = _range(point)
    same = both(compare("=", inner.low, a.low), inner.low_included == a.low_included)
    return both(same, includes(a, point))


@builtin("started by(range: range, point: any)")
@builtin("started by(range1: range, range2: any)")
def started_by(a: Range, point: Any) -> bool | None:
    return starts(point, a)


@builtin("finishes(point: any, range: range)")
@builtin("finishes(range1: any, range2: range)")
def finishes(point: Any, a: Range) -> bool | None:
    inner = _range(point)
    same = both(compare("=", inner.high, a.high), inner.high_included == a.high_included)
    return both(same, includes(a, point))


@builtin("finished by(range: range, point: any)")
@builtin("finished by(range1: range, range2: any)")
def finished_by(a: Range, point: Any) -> bool | None:
    return finishes(point, a)


@builtin("coincides(point1: any, point2: any)")
@builtin("coincides(range1: any, range2: any)")
def coincides(left: Any, right: Any) -> bool | None:
    return compare("=", left, right)
