"""A column of conditions as a finite set: every value that could make a difference, once.

The constants of a column cut its values up into pieces (below 12, 12, between 12 and 18, 18, above 18; each
text that is named, and any other). All values of one piece fit the same cells, so one of them stands for the
piece, and a cell is the set of pieces that fit it, a bit each. What fits is asked from the cell itself.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal
from typing import Any

from app import feel
from app.decisions.model import Input, Table
from app.decisions.types import FEEL_TYPES
from app.feel import free_names, limits, syntax, values
from app.feel.compiler import compile_node
from app.feel.scope import TIMELESS, Scope
from app.feel.syntax import Node, children
from app.feel.temporal import parse as parse_temporal

MAX_PIECES = 2_000
_EMPTY = Scope({}, None, TIMELESS)
_CLOCK = frozenset(["now", "today"])
_WHOLE = frozenset(["integer", "long"])
_UNKNOWN: Any = object()
_SAMPLES: dict[str, Any] = {
    "number": Decimal(0),
    "date": date(2026, 1, 1),
    "time": parse_temporal("12:00:00"),
    "date and time": parse_temporal("2026-01-01T12:00:00Z"),
    "days and time duration": parse_temporal("P1D"),
    "years and months duration": parse_temporal("P1Y"),
}
"""A value of each type, for a column that names none of them."""


@dataclass(frozen=True, slots=True)
class Column:
    """`pieces` has a value of each piece; `cells` a bit set per rule, None where a cell can't be known.

    `steps` are the bounds of numbers or dates in order, whose pieces come first: below the first bound, the
    bound, between it and the next, and so on. `direct` has the pieces of texts and booleans.
    """

    input: Input
    pieces: tuple[Any, ...]
    cells: tuple[int | None, ...]
    kind: str
    steps: tuple[Any, ...]
    direct: dict[Any, int]
    other: int | None
    """The piece of all texts that are not named."""
    possible: int
    """The pieces with a value in them: between two days that follow each other lies nothing."""

    def piece(self, value: Any) -> int | None:
        """The number of the piece that a value lies in; None if it lies in none of them."""
        if type(value) in (str, bool):
            return self.direct.get((type(value), value), self.other if type(value) is str else None)
        if type(value) is not int or self.kind != "number":
            if not self.steps or values.kind(value) != self.kind:
                return None
            value = values.number(value) if self.kind == "number" else value
            if value is None:
                return None
        at = bisect_left(self.steps, value)
        found = at < len(self.steps) and self.steps[at] == value
        return 2 * at + 1 if found else 2 * at


def columns(table: Table) -> list[Column]:
    """The columns of a table."""
    return [_column(one, [rule.tests[at] for rule in table.rules]) for at, one in enumerate(table.inputs)]


def _column(asked: Input, cells: list[feel.UnaryTests]) -> Column:
    known = [constants(cell) for cell in cells]
    allowed = None if asked.allowed is None else constants(asked.allowed)
    found = [value for listed in (*known, allowed) if listed is not None for value in listed]
    kinds = {values.kind(value) for value in found} - {"null"}
    kind = next((one for one in ("number", "date") if one in kinds), "")
    kind = kind if len(kinds & set(values.ORDERED) - {"string"}) <= 1 else ""
    steps = sorted({_plain(value) for value in found if values.kind(value) == kind}) if kind else []
    pieces = list(_between(steps, whole=asked.type_name in _WHOLE)) if steps else []
    direct, other = _named(found, asked, pieces)
    masks = [
        None if listed is None or not _orderly(listed, kind) else _fitting(cell, pieces, steps, kind)
        for cell, listed in zip(cells, known, strict=True)
    ]
    if len(pieces) > MAX_PIECES:
        pieces, masks = [None], [None] * len(cells)
    # Where nothing lies between two bounds, the lower one stands for it once more.
    empty = sum(1 << at + 1 for at in range(2 * len(steps)) if at % 2 and pieces[at] == pieces[at + 1])
    possible = _of_type(pieces, FEEL_TYPES.get(asked.type_name, "")) & ~empty
    bounds = tuple(int(step) if kind == "number" and step == int(step) else step for step in steps)
    return Column(asked, tuple(pieces), tuple(masks), kind, bounds, direct, other, possible)


def _of_type(pieces: list[Any], wanted: str) -> int:
    """The pieces of values that an input of this type can have; all of them for a type that is not known."""
    if wanted not in (*_SAMPLES, "string", "boolean"):
        return (1 << len(pieces)) - 1
    return sum(1 << at for at, piece in enumerate(pieces) if piece is None or values.kind(piece) == wanted)


def _plain(value: Any) -> Any:
    return values.number(value) if values.kind(value) == "number" else value


def _orderly(listed: list[Any], kind: str) -> bool:
    """Whether these constants are of kinds that were cut up into pieces."""
    return all(values.kind(value) in (kind, "string", "boolean", "null") for value in listed)


def _named(found: list[Any], asked: Input, pieces: list[Any]) -> tuple[dict[Any, int], int | None]:
    """Add the pieces of texts, booleans and null that are named, or that the type of the input brings."""
    direct: dict[Any, int] = {}
    named = list(dict.fromkeys((type(value), value) for value in found if type(value) in (str, bool)))
    wanted = FEEL_TYPES.get(asked.type_name, "")
    if wanted == "boolean" or any(kind is bool for kind, _ in named):
        named = [one for one in named if one[0] is not bool] + [(bool, True), (bool, False)]
    for one in named:
        direct[one] = len(pieces)
        pieces.append(one[1])
    other = None
    if any(kind is str for kind, _ in named) or wanted == "string":
        other = len(pieces)
        pieces.append(_another([value for kind, value in named if kind is str]))
    if wanted in _SAMPLES and not any(values.kind(piece) == wanted for piece in pieces):
        pieces.append(_SAMPLES[wanted])
    if any(value is None for value in found):
        pieces.append(None)
    if not pieces:
        pieces.append(_UNKNOWN)
    return direct, other


def _another(named: list[str]) -> str:
    text = "iets anders"
    while text in named:
        text += "…"
    return text


def _between(steps: list[Any], *, whole: bool) -> Iterator[Any]:
    """A value of each piece: below the first bound, each bound, and between two of them.

    Where nothing lies between (two days that follow each other) the lower one stands for it once more.
    """
    one: Any = timedelta(days=1) if isinstance(steps[0], date) else Decimal(1)
    yield steps[0] - one
    for at, step in enumerate(steps):
        yield step
        if at + 1 < len(steps):
            half = (steps[at + 1] - step) / 2
            yield step + (half.to_integral_value(ROUND_FLOOR) if whole else half)
    yield steps[-1] + one


def _fitting(cell: feel.UnaryTests, pieces: list[Any], steps: list[Any], kind: str) -> int:
    spans = None if cell.tree.negated else _spans(cell, steps, kind)
    if spans is not None:
        return spans
    fits = 0
    for at, value in enumerate(pieces):
        # What is not known of an input at all fits no test but `-`.
        if not cell.tree.tests or (value is not _UNKNOWN and cell.matches(value, {}) is True):
            fits |= 1 << at
    return fits


def _spans(cell: feel.UnaryTests, steps: list[Any], kind: str) -> int | None:
    """The pieces of a cell with nothing but numbers or dates and ranges of them, found without trying."""
    fits = 0
    for test in cell.tree.tests:
        value = constant(test.operand)
        if test.operator in ("<", "<=", ">", ">="):
            value = values.Range.of(test.operator, value)
        elif values.kind(value) == kind and test.operator in (None, "="):
            value = values.Range(value, value, True, True)
        if type(value) is not values.Range or value.operator == "!=":
            return None
        if any(end is not None and values.kind(end) != kind for end in (value.low, value.high)):
            return None
        low, high = (None if end is None else bisect_left(steps, end) for end in (value.low, value.high))
        first = 0 if low is None else 2 * low + (1 if value.low_included else 2)
        last = 2 * len(steps) if high is None else 2 * high + (1 if value.high_included else 0)
        if first <= last:
            fits |= (1 << last + 1) - (1 << first)
    return fits if cell.tree.tests else None


def constants(cell: feel.UnaryTests) -> list[Any] | None:
    """The constants that a cell compares its value with; None when it does something else as well."""
    found: list[Any] = []
    for test in cell.tree.tests:
        if not _compares(test.operand, found, tested=test.operator is not None):
            return None
    return found


def _compares(node: Node, found: list[Any], *, tested: bool = False) -> bool:
    value = constant(node)
    if value is not _UNKNOWN:
        return _add(value, found, ordered=tested)
    if isinstance(node, syntax.Logic):
        return all(_compares(operand, found) for operand in node.operands)
    if isinstance(node, syntax.Comparison):
        return _with_value(node.left, node.right, found, ordered=node.operator not in ("=", "!="))
    if isinstance(node, syntax.Between):
        return _with_value(node.value, node.low, found) and _with_value(node.value, node.high, found)
    if isinstance(node, syntax.In) and _is_value(node.value):
        return all(_compares(test.operand, found, tested=test.operator is not None) for test in node.tests)
    return False


def _with_value(left: Node, right: Node, found: list[Any], *, ordered: bool = True) -> bool:
    if _is_value(right):
        left, right = right, left
    value = constant(right)
    return _is_value(left) and value is not _UNKNOWN and _add(value, found, ordered=ordered)


def _is_value(node: Node) -> bool:
    return isinstance(node, syntax.Name) and node.name == "?"


def _add(value: Any, found: list[Any], *, ordered: bool = False) -> bool:
    """Note a constant; texts that are ordered rather than compared are not cut up into pieces."""
    if type(value) is values.Range:
        ends = [end for end in (value.low, value.high) if end is not None]
        return all(_add(end, found, ordered=True) for end in ends)
    if type(value) is list:
        return all(_add(item, found) for item in value)
    if values.kind(value) in ("number", "date", "boolean", "null") or (type(value) is str and not ordered):
        found.append(value)
        return True
    return False


def constant(node: Node) -> Any:
    """The value of an expression that always gives the same one; else _UNKNOWN."""
    if isinstance(node, syntax.Constant):
        return node.value
    if free_names.variables(node) or free_names.functions(node) & _CLOCK or _embeds(node):
        return _UNKNOWN
    limits.renew()
    try:
        return compile_node(node)(_EMPTY)
    except feel.FeelLimitError:
        return _UNKNOWN


def is_constant(value: Any) -> bool:
    return value is not _UNKNOWN


def _embeds(node: Node) -> bool:
    return isinstance(node, syntax.Embedded) or any(map(_embeds, children(node)))


def shown(column: Column, piece: int) -> str:
    """A value of a piece as FEEL; of a date or number between two bounds an example."""
    value = column.pieces[piece]
    return "iets anders" if piece == column.other else "wat dan ook" if value is _UNKNOWN else _text(value)


def _text(value: Any) -> str:
    return f'"{value}"' if type(value) is str else feel.to_text(value)


def bits(mask: int) -> Iterator[int]:
    """The numbers in a set, from low to high."""
    while mask:
        yield (mask & -mask).bit_length() - 1
        mask &= mask - 1
