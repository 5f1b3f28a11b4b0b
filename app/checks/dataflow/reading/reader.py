"""Going through a syntax tree; what each kind of node gives is said in the modules beside this one."""

from collections.abc import Callable, Iterator
from typing import Any

from app.checks.cached import by_identity
from app.checks.dataflow.reading.model import Assumed, Fault, Kind, Names, Path, Reading
from app.checks.dataflow.types import UNKNOWN, Type
from app.feel import syntax
from app.feel.syntax import Node

Rule = Callable[["Reader", Any, Names, bool], Type]
_RULES: dict[type[Node], Rule] = {}


def reads(kind: type[Node]) -> Callable[[Rule], Rule]:
    """Register what reads one kind of node."""

    def register(rule: Rule) -> Rule:
        _RULES[kind] = rule
        return rule

    return register


class Reader:
    """Goes through one expression. `guards` is what that reckons with being empty, as far as it has got."""

    def __init__(self, guards: set[Path], assumed: Assumed) -> None:
        self.guards, self.assumed = guards, assumed
        self.found = Reading()

    def visit(self, node: Node, names: Names, *, copied: bool = False) -> Type:
        """The type of a part. `copied`: its value is only passed on."""
        rule = _RULES.get(type(node))
        if rule is None:
            for child in syntax.children(node):
                self.visit(child, names)
            return UNKNOWN
        return rule(self, node, names, copied)

    def fault(self, kind: Kind, message: str, repair: str | None = None) -> None:
        one = Fault(kind, message, repair)
        if one not in self.found.faults:
            self.found.faults.append(one)


@by_identity(8192)
def null_tests(node: Node) -> frozenset[Path]:
    """The paths that an expression compares with null, or takes another value for."""
    return frozenset(_null_tests(node))


def _null_tests(node: Node) -> Iterator[Path]:
    match node:
        case syntax.Comparison(operator="=" | "!=", left=left, right=right):
            for one, other in ((left, right), (right, left)):
                if isinstance(other, syntax.Constant) and other.value is None:
                    yield from path_of(one)
        case syntax.Call(target=syntax.Name(name="is defined" | "get or else"), arguments=(first, *_)):
            yield from path_of(first)
        case syntax.InstanceOf(value=value):
            yield from path_of(value)
    for child in syntax.children(node):
        yield from _null_tests(child)


def path_of(node: Node) -> Iterator[Path]:
    names: list[str] = []
    while isinstance(node, syntax.Path):
        names.append(node.name)
        node = node.target
    if isinstance(node, syntax.Name):
        yield (node.name, *reversed(names))
