"""The syntax tree of FEEL (DMN 1.3, 10.3.1): small frozen nodes. `at` is the offset in the text."""

from collections.abc import Callable, Collection, Generator
from dataclasses import dataclass
from typing import Any, Literal, Protocol


@dataclass(frozen=True, slots=True)
class Node:
    at: int


@dataclass(frozen=True, slots=True)
class Constant(Node):
    value: Any


@dataclass(frozen=True, slots=True)
class Name(Node):
    name: str


@dataclass(frozen=True, slots=True)
class ListLiteral(Node):
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ContextLiteral(Node):
    entries: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class RangeLiteral(Node):
    low: Node
    high: Node
    low_included: bool
    high_included: bool


@dataclass(frozen=True, slots=True)
class OperatorRange(Node):
    """A range such as `(< 10)` or `(!= 3)`."""

    operator: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Negation(Node):
    operand: Node


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Logic(Node):
    operator: Literal["and", "or"]
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Between(Node):
    value: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class Test(Node):
    """One positive unary test. Without an operator: a value, range, list, or condition on `?`."""

    operator: str | None
    operand: Node


@dataclass(frozen=True, slots=True)
class Tests(Node):
    """The text of a decision table's cell. No tests at all is `-`: everything matches."""

    tests: tuple[Test, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class In(Node):
    value: Node
    tests: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class Type:
    """A type in `instance of`: `list<number>` has one argument, contexts have named fields.

    `fit` belongs to a type that is defined elsewhere: it gives a value as this type, or MISFIT.
    """

    name: str
    arguments: tuple["Type", ...] = ()
    fields: tuple[tuple[str, "Type"], ...] = ()
    fit: Callable[[Any], Any] | None = None


MISFIT: Any = object()
"""What a value is that does not fit a type; null is a value."""


class NamedTypes(Protocol):
    """Types that an expression may name, such as the item definitions of a DMN file."""

    @property
    def names(self) -> Collection[str]: ...

    def fit(self, name: str, value: Any) -> Any:
        """The value as the type with this name, or MISFIT."""


@dataclass(frozen=True, slots=True)
class InstanceOf(Node):
    value: Node
    type: Type


@dataclass(frozen=True, slots=True)
class If(Node):
    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Iterator:
    """`name in source`, or `name in source..end`."""

    name: str
    source: Node
    end: Node | None


@dataclass(frozen=True, slots=True)
class For(Node):
    iterators: tuple[Iterator, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    kind: Literal["some", "every"]
    iterators: tuple[Iterator, ...]
    condition: Node


@dataclass(frozen=True, slots=True)
class Filter(Node):
    target: Node
    condition: Node


@dataclass(frozen=True, slots=True)
class Path(Node):
    target: Node
    name: str


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A function call. `names` stands beside `arguments` when they are named, else it is empty."""

    target: Node
    arguments: tuple[Node, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FunctionLiteral(Node):
    """`types` stands beside `parameters`; None where a parameter takes anything."""

    parameters: tuple[str, ...]
    types: tuple[Type | None, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Boxed(Node):
    """A context with a result of its own (DMN's boxed context with a last entry that has no name)."""

    entries: tuple[tuple[str, Node], ...]
    result: Node


@dataclass(frozen=True, slots=True)
class Coerced(Node):
    """A value that has to be of a type: `coerce` gives it as that type, or null."""

    value: Node
    coerce: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Embedded(Node):
    """Logic that is no expression itself, such as a decision table; `run` takes the scope."""

    parts: tuple[Node, ...]
    run: Callable[[Any], Any]


def children(node: Node) -> Generator[Node, None, None]:
    """The nodes right below one, in the order of the text."""
    for field in node.__dataclass_fields__:
        yield from _nodes(getattr(node, field))


def _nodes(value: object) -> Generator[Node, None, None]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _nodes(item)
    elif isinstance(value, Iterator):
        yield value.source
        if value.end is not None:
            yield value.end
