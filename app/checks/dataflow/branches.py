"""What the conditions of a gateway let through: which values go which way, and which go nowhere.

Conditions are not interpreted but asked: with every value that could make a difference, one by one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from itertools import combinations, pairwise, product
from math import prod
from typing import Any

from app import feel
from app.checks.dataflow import types
from app.checks.dataflow.state import State
from app.checks.dataflow.types import Type
from app.engine.model import Element
from app.feel import syntax
from app.feel.printer import source
from app.feel.syntax import Node

Path = tuple[str, ...]
Value = str | bool | Decimal | tuple[str, ...] | None

GATEWAYS = ("exclusiveGateway", "inclusiveGateway")
MAX_COMBINATIONS = 2_000
MAX_OPTIONS = 6
"""Of a list of choices, all sets of up to so many options are tried."""


@dataclass(frozen=True, slots=True)
class Branch:
    """A way out of a gateway. `condition` is None where it always holds, `readable` where it is FEEL."""

    flow_id: str
    target: str
    condition: feel.Expression | None
    readable: bool
    default: bool


def branches(gateway: Element) -> list[Branch]:
    """The ways out, in the order in which they are tried; the default one last."""
    found = []
    for flow in gateway.outgoing:
        default = flow.id == gateway.default_flow
        expression = None if default or flow.condition is None else compiled(flow.condition)
        readable = default or flow.condition is None or expression is not None
        found.append(Branch(flow.id, flow.target, expression, readable, default))
    return sorted(found, key=lambda one: one.default)


def compiled(text: str) -> feel.Expression | None:
    """A condition, with or without `=`; None when it is no FEEL."""
    try:
        return feel.compile(text.removeprefix("="))
    except (feel.FeelSyntaxError, feel.FeelLimitError):
        return None


@lru_cache(maxsize=16_384)
def _holds(text: str, given: tuple[tuple[Path, Value], ...]) -> bool | None:
    """Whether a condition is true with these values; None when it asks for too much."""
    values: dict[str, Any] = {}
    for path, value in given:
        here = values
        for name in path[:-1]:
            inner = here.setdefault(name, {})
            here = inner if isinstance(inner, dict) else {}
        here[path[-1]] = list(value) if isinstance(value, tuple) else value
    try:
        return feel.compile(text).evaluate(values) is True
    except (feel.FeelLimitError, feel.FeelValueError):
        return None


def _clocked(expression: feel.Expression) -> bool:
    return bool(expression.functions & {"now", "today"})


def samples(one: Type, conditions: list[feel.Expression]) -> list[Value] | None:
    """Every value that could make a difference to these conditions; None where they can't be listed."""
    found: list[Value]
    match one.kind:
        case "null":
            return [None]
        case "string" if one.values is not None:
            found = [*sorted(one.values)]
        case "boolean":
            found = [True, False]
        case "number":
            found = [*_numbers(conditions)]
        case "list" if one.item is not None and one.item.values is not None:
            if len(one.item.values) > MAX_OPTIONS:
                return None
            found = [*_sets(sorted(one.item.values), least=int(one.filled))]
        case _:
            return None
    return [*found, None] if one.nullable else found


def _sets(options: list[str], *, least: int) -> Iterator[tuple[str, ...]]:
    for size in range(least, len(options) + 1):
        yield from combinations(options, size)


def _numbers(conditions: list[feel.Expression]) -> Iterator[Decimal]:
    """The numbers that stand in the conditions, and one below, between and above them."""
    found = sorted({number for one in conditions for number in _constants(one.tree)})
    if not found:
        yield Decimal(0)
        return
    yield found[0] - 1
    for low, high in pairwise(found):
        yield from (low, (low + high) / 2)
    yield from (found[-1], found[-1] + 1)


def _constants(node: Node) -> Iterator[Decimal]:
    if isinstance(node, syntax.Constant) and type(node.value) in (int, Decimal):
        yield Decimal(node.value)
    if isinstance(node, syntax.Negation):
        yield from (-number for number in _constants(node.operand))
        return
    for child in syntax.children(node):
        yield from _constants(child)


# ── going a way ──


def narrowed(state: State, gateway: Element) -> Mapping[str, State]:
    """By flow, what is known behind it: some values only go one way."""
    found = branches(gateway)
    known = [one.condition for one in found if one.condition is not None]
    paths = {path for one in known for path in one.variables}
    result = {one.flow_id: state for one in found}
    for path in sorted(paths):
        fact = state.facts.get(path[0])
        place = None if fact is None else types.at(fact.type, path[1:])
        if fact is None or place is None:
            continue
        whole = types.nullable(place, not fact.certain or fact.type.nullable)
        for one in found:
            better = _kept(whole, path, one, found, exclusive=gateway.type == "exclusiveGateway")
            if better is not None and better != whole:
                result[one.flow_id] = _with(result[one.flow_id], path, better)
    return result


def _kept(whole: Type, path: Path, way: Branch, ways: list[Branch], *, exclusive: bool) -> Type | None:
    """The type of a variable behind one way; None when nothing can be told, or nothing is left of it."""
    wanted = (
        [] if way.condition is None else [one for one in _parts(way.condition) if one.variables == {path}]
    )
    before = ways[: ways.index(way)] if exclusive or way.default else []
    refused = [
        one.condition for one in before if one.condition is not None and one.condition.variables == {path}
    ]
    if not (wanted or refused) or any(map(_clocked, [*wanted, *refused])):
        return None
    listed = samples(whole, [*wanted, *refused])
    values = [None] if listed is None and whole.nullable else listed or []
    kept = [
        value
        for value in values
        if all(_holds(one.text, ((path, value),)) is not False for one in wanted)
        and not any(_holds(one.text, ((path, value),)) for one in refused)
    ]
    empty = whole.nullable and None in kept
    if listed is None:
        return replace(whole, nullable=empty)
    if not kept:
        return None
    if whole.kind == "string":
        texts = frozenset(value for value in kept if isinstance(value, str))
        return replace(whole, nullable=empty, values=texts) if texts else types.NULL
    return replace(whole, nullable=empty)


def _parts(condition: feel.Expression) -> Iterator[feel.Expression]:
    """The conditions that all must hold for this one to hold."""
    if isinstance(condition.tree, syntax.Logic) and condition.tree.operator == "and":
        for operand in condition.tree.operands:
            part = compiled(source(operand))
            if part is not None:
                yield part
    else:
        yield condition


def _with(state: State, path: Path, better: Type) -> State:
    fact = state.facts[path[0]]
    there = not better.nullable
    made = types.with_at(types.sure(fact.type) if there else fact.type, path[1:], better)
    if len(path) == 1 and not there:
        # That nobody filled it in is known already.
        made = replace(made, nullable=fact.type.nullable)
    return state.replaced(path[0], replace(fact, type=made, certain=fact.certain or there))


# ── going nowhere ──


@dataclass(frozen=True, slots=True)
class Gap:
    """Values with which no way out is open, by the path of the variable."""

    values: tuple[tuple[Path, Value], ...]


def gaps(state: State, gateway: Element) -> list[Gap] | None:
    """All values with which a token can't go on; None when that can't be told.

    An empty list proves that the gateway has a way out for everything.
    """
    found = branches(gateway)
    if any(one.default or (one.condition is None and one.readable) for one in found):
        return []
    known = [one.condition for one in found if one.condition is not None]
    if len(known) < len(found) or any(map(_clocked, known)):
        return None
    paths = sorted({path for one in known for path in one.variables})
    listed = []
    for path in paths:
        fact = state.facts.get(path[0])
        place = None if fact is None else types.at(fact.type, path[1:])
        if fact is None or place is None:
            return None
        values = samples(types.nullable(place, not fact.certain or fact.type.nullable), known)
        if values is None:
            return None
        listed.append(values)
    if not listed or prod(map(len, listed)) > MAX_COMBINATIONS:
        return None
    open_ends = []
    for chosen in product(*listed):
        given = tuple(zip(paths, chosen, strict=True))
        answers = [_holds(one.text, given) for one in known]
        if None in answers:
            return None
        if not any(answers):
            open_ends.append(Gap(given))
    return open_ends
