"""Compiling what repeats: `for`, `some`, `every` and filters."""

from typing import Any

from app.feel import limits, syntax, values
from app.feel.compiler import iteration
from app.feel.compiler.compilation import Compilation, Run, compiles, size
from app.feel.scope import Scope
from app.feel.values import known


@compiles(syntax.For)
def _for(node: syntax.For, to: Compilation) -> Run:
    rounds, body = _rounds(node.iterators, to), to.run(node.body)
    cost = size(node.body)

    def run(scope: Scope) -> Any:
        made: list[Any] = []
        for inner in rounds(scope.inner({"partial": made})):
            if inner is None:
                return None
            limits.spend(cost)
            made.append(body(inner))
            limits.check_longer(len(made))
        return made

    return run


@compiles(syntax.Quantified)
def _quantified(node: syntax.Quantified, to: Compilation) -> Run:
    rounds, condition = _rounds(node.iterators, to), to.run(node.condition)
    cost = size(node.condition)
    decided = node.kind == "some"
    combine = values.either if decided else values.both

    def run(scope: Scope) -> Any:
        result: bool | None = not decided
        for inner in rounds(scope):
            if inner is None:
                return None
            limits.spend(cost)
            result = combine(result, condition(inner))
            if result is decided:
                return result
        return result

    return run


def _rounds(iterators: tuple[syntax.Iterator, ...], to: Compilation) -> iteration.Rounds:
    return iteration.rounds(
        [
            (one.name, to.run(one.source), None if one.end is None else to.run(one.end), size(one.source))
            for one in iterators
        ]
    )


@compiles(syntax.Filter)
def _filter(node: syntax.Filter, to: Compilation) -> Run:
    target, condition = to.run(node.target), to.run(node.condition)
    cost = size(node.condition)
    # `list[-1]` and `list[2]` are told from conditions without trying them on each item.
    position = isinstance(node.condition, syntax.Constant | syntax.Negation | syntax.Arithmetic)

    def run(scope: Scope) -> Any:
        found = target(scope)
        if found is None:
            return None
        items = found if type(found) is list else [found]
        if position:
            return _at(items, condition(scope))
        return _chosen(items, condition, scope, cost)

    return run


def _at(items: list[Any], position: Any) -> Any:
    place = values.whole(position)
    if place is None or not 0 < abs(place) <= len(items):
        return None
    return known(items[place - 1 if place > 0 else place])


def _chosen(items: list[Any], condition: Run, scope: Scope, cost: int) -> Any:
    chosen: list[Any] = []
    for item in items:
        limits.spend(cost)
        item = known(item)
        names = {"item": item} | item if type(item) is dict else {"item": item}
        answer = condition(scope.inner(names))
        if answer is True:
            chosen.append(item)
        elif values.kind(answer) == "number":
            return _at(items, answer)
    return chosen
