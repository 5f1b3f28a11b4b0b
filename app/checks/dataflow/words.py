"""What is wrong with an expression, in plain Dutch, and which repair goes with it."""

from collections.abc import Iterable
from typing import Final

from app.checks.dataflow.types import DUTCH, Type
from app.checks.names import closest
from app.checks.repairs import named
from app.engine.model import Element
from app.feel import syntax
from app.feel.printer import source
from app.feel.syntax import Node

MAX_LISTED = 8
_DONE: Final = {
    "+": "opgeteld",
    "-": "van elkaar afgetrokken",
    "*": "vermenigvuldigd",
    "/": "gedeeld",
    "**": "tot een macht verheven",
}


def kind(name: str) -> str:
    """A type of FEEL in Dutch."""
    return DUTCH.get(name, name)


def listed(values: Iterable[str]) -> str:
    """Some texts in order of the alphabet, with 'of' before the last."""
    return either(sorted(values))


def no_sum(node: syntax.Arithmetic, left: Type, right: Type) -> str:
    """Two values that can't be calculated with together."""
    message = f"'{source(node)}' kan niet: {left.dutch} en {right.dutch} worden niet {_DONE[node.operator]}."
    if node.operator == "+" and "string" in (left.kind, right.kind):
        other = node.right if left.kind == "string" else node.left
        message += f" Maak er eerst tekst van: string({source(other)})."
    return message


def no_match(node: syntax.Comparison, left: Type, right: Type) -> tuple[str, str | None]:
    """A comparison of two kinds that never gives an answer, and how to mend it."""
    message = f"'{source(node)}' vergelijkt {left.dutch} met {right.dutch}; dat klopt nooit."
    fix = None
    for place, one, other, constant in (
        (node.left, left, right, node.right),
        (node.right, right, left, node.left),
    ):
        if one.holds and other.kind == one.holds:
            return f"{message} Schrijf {one.holds}({source(place)}).", None
        if one.kind == "list" and other.kind == "string":
            return f"{message} Schrijf list contains({source(place)}, {source(constant)}).", None
        if one.kind == "boolean" and other.kind == "string":
            return f"{message} Een vinkje is true of false, zonder aanhalingstekens.", None
        if one.kind == "string" and isinstance(constant, syntax.Constant) and other.kind != "string":
            message += f' Zet aanhalingstekens om de waarde: "{source(constant)}".'
            fix = named("quote", source(constant))
    return message, fix


def never_fits(node: Node, one: Type, other: Type) -> str:
    """A test with a value of another kind."""
    return f"'{source(node)}' vergelijkt {one.dutch} met {other.dutch}; dat klopt nooit."


def impossible(place: str, value: str, options: Iterable[str]) -> tuple[str, str | None]:
    """A value that is none of the options."""
    known = list(options)
    meant = closest(value, known)
    message = f"'{place}' kan niet \"{value}\" zijn, wel {listed(known)}."
    if meant is None:
        return message, None
    return f'{message} Bedoelt u "{meant}"?', named("correct-text", value, meant)


def step(element: Element) -> str:
    """A step as people know it."""
    return f"'{element.name or element.id}'"


def steps(elements: Iterable[Element]) -> str:
    """Some steps, by name."""
    names = list(dict.fromkeys(map(step, elements)))
    more = len(names) - MAX_LISTED
    shown = names[:MAX_LISTED] if more > 0 else names
    last = f"nog {more} andere" if more > 0 else shown.pop()
    return f"{', '.join(shown)} en {last}" if shown else last


def either(found: list[str]) -> str:
    """Some phrases in their order, with 'of' before the last."""
    more = len(found) - MAX_LISTED
    shown = found[:MAX_LISTED] if more > 0 else list(found)
    last = f"nog {more} andere" if more > 0 else shown.pop() if shown else ""
    return f"{', '.join(shown)} of {last}" if shown else last


def values(found: Iterable[object]) -> str:
    """Some values as a person would say them."""
    return listed(map(_value, found))


def _value(value: object) -> str:
    if value is None:
        return "leeg"
    if isinstance(value, bool):
        return "waar" if value else "onwaar"
    if isinstance(value, tuple):
        return " en ".join(f'"{one}"' for one in value) or "niets"
    return f'"{value}"' if isinstance(value, str) else str(value)
