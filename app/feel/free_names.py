"""Which variables an expression reads, and which functions it calls: for checks, without running it."""

from collections.abc import Generator
from collections.abc import Iterator as Iterated

from app.feel import syntax
from app.feel.functions import TABLE
from app.feel.syntax import Node, children

Paths = frozenset[tuple[str, ...]]


def variables(node: Node) -> Paths:
    """The free variables as paths: `a.b + c` reads ("a", "b") and ("c",)."""
    return frozenset(_free(node, frozenset()))


def functions(node: Node) -> frozenset[str]:
    """The names that are called and not defined in the expression itself."""
    return frozenset(
        call.target.name
        for call in _all(node)
        if isinstance(call, syntax.Call) and isinstance(call.target, syntax.Name)
    )


def _free(node: Node, bound: frozenset[str]) -> Iterated[tuple[str, ...]]:
    path = _path(node)
    if path is not None:
        if path[0] not in bound:
            yield path
        return
    match node:
        case syntax.For(iterators=iterators, body=body):
            inner = yield from _iterators(iterators, bound)
            yield from _free(body, inner | {"partial"})
        case syntax.Quantified(iterators=iterators, condition=condition):
            inner = yield from _iterators(iterators, bound)
            yield from _free(condition, inner)
        case syntax.FunctionLiteral(parameters=parameters, body=body):
            yield from _free(body, bound | set(parameters))
        case syntax.Filter(target=target, condition=condition):
            yield from _free(target, bound)
            # A name in a filter may be an entry of the item: it is reported all the same.
            yield from _free(condition, bound | {"item"})
        case syntax.ContextLiteral(entries=entries):
            for name, value in entries:
                yield from _free(value, bound)
                bound = bound | {name}
        case syntax.Call(target=syntax.Name(name=name), arguments=arguments) if (
            name in TABLE or name == "sort"
        ):
            for argument in arguments:
                yield from _free(argument, bound)
        case _:
            for child in children(node):
                yield from _free(child, bound)


def _iterators(
    iterators: tuple[syntax.Iterator, ...], bound: frozenset[str]
) -> Generator[tuple[str, ...], None, frozenset[str]]:
    """Gives what the iterators read; its value is the names that are bound behind them."""
    for iterator in iterators:
        yield from _free(iterator.source, bound)
        if iterator.end is not None:
            yield from _free(iterator.end, bound)
        bound = bound | {iterator.name}
    return bound


def _path(node: Node) -> tuple[str, ...] | None:
    if isinstance(node, syntax.Name):
        return (node.name,)
    if isinstance(node, syntax.Path):
        start = _path(node.target)
        return None if start is None else (*start, node.name)
    return None


def _all(node: Node) -> Iterated[Node]:
    yield node
    for child in children(node):
        yield from _all(child)
