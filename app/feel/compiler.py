"""Syntax tree -> closures: each node becomes one function of a scope. No text is ever run as Python."""

from collections.abc import Callable
from typing import Any

from app.feel import arithmetic, limits, loops, syntax, values
from app.feel.builtins import SORT, TABLE, Builtin
from app.feel.errors import FeelLimitError
from app.feel.properties import member
from app.feel.scope import NOTHING, Scope
from app.feel.syntax import MISFIT, Node
from app.feel.types import coerce, is_instance
from app.feel.values import Function, Range, known

Run = Callable[[Scope], Any]

_ARITHMETIC = {
    "+": arithmetic.add,
    "-": arithmetic.subtract,
    "*": arithmetic.multiply,
    "/": arithmetic.divided,
    "**": arithmetic.power,
}


def compile_node(node: Node, depth: int = 0) -> Run:
    """Raises FeelLimitError for a tree that is too deep."""
    if depth > limits.MAX_TREE_DEPTH:
        raise FeelLimitError("Deze expressie zit te diep in elkaar.", max_depth=limits.MAX_TREE_DEPTH)
    return _COMPILERS[type(node)](node, depth + 1)


def _constant(node: syntax.Constant, depth: int) -> Run:
    value = node.value
    return lambda scope: value


def _name(node: syntax.Name, depth: int) -> Run:
    name = node.name
    builtin = TABLE.get(name)

    def run(scope: Scope) -> Any:
        found = scope.find(name)
        if found is not NOTHING:
            return found
        return None if builtin is None else _as_value(builtin, scope)

    return run


def _as_value(builtin: Builtin, scope: Scope) -> Function:
    parameters = builtin.overloads[0].parameters
    return Function(
        tuple(one.name for one in parameters),
        lambda arguments: builtin.call(arguments, scope.evaluation.now),
        tuple(None if one.type == "any" else syntax.Type(one.type) for one in parameters),
    )


def _list(node: syntax.ListLiteral, depth: int) -> Run:
    items = [compile_node(item, depth) for item in node.items]

    def run(scope: Scope) -> Any:
        limits.check_list(len(items))
        return [item(scope) for item in items]

    return run


def _context(node: syntax.ContextLiteral, depth: int) -> Run:
    entries = [(name, compile_node(value, depth)) for name, value in node.entries]

    def run(scope: Scope) -> Any:
        limits.spend(len(entries))
        made: dict[str, Any] = {}
        inner = scope.inner(made)
        for name, value in entries:
            made[name] = value(inner)
        return made

    return run


def _range(node: syntax.RangeLiteral, depth: int) -> Run:
    low, high = compile_node(node.low, depth), compile_node(node.high, depth)

    def run(scope: Scope) -> Any:
        start, end = low(scope), high(scope)
        same = values.kind(start) == values.kind(end) and values.kind(start) in values.ORDERED
        if not same and not (start is None) ^ (end is None):
            return None
        return Range(start, end, node.low_included, node.high_included)

    return run


def _operator_range(node: syntax.OperatorRange, depth: int) -> Run:
    operator, operand = node.operator, compile_node(node.operand, depth)

    def run(scope: Scope) -> Any:
        value = operand(scope)
        return Range.of(operator, value) if values.kind(value) in values.ORDERED else None

    return run


def _negation(node: syntax.Negation, depth: int) -> Run:
    operand = compile_node(node.operand, depth)
    return lambda scope: arithmetic.minus(operand(scope))


def _arithmetic(node: syntax.Arithmetic, depth: int) -> Run:
    operation = _ARITHMETIC[node.operator]
    left, right = compile_node(node.left, depth), compile_node(node.right, depth)

    def run(scope: Scope) -> Any:
        limits.spend()
        return operation(left(scope), right(scope))

    return run


def _comparison(node: syntax.Comparison, depth: int) -> Run:
    operator = node.operator
    left, right = compile_node(node.left, depth), compile_node(node.right, depth)

    def run(scope: Scope) -> Any:
        limits.spend()
        return values.compare(operator, left(scope), right(scope))

    return run


def _logic(node: syntax.Logic, depth: int) -> Run:
    operands = [compile_node(operand, depth) for operand in node.operands]
    combine, decided = (values.both, False) if node.operator == "and" else (values.either, True)

    def run(scope: Scope) -> Any:
        result: bool | None = not decided
        for operand in operands:
            result = combine(result, operand(scope))
            if result is decided:
                return result
        return result

    return run


def _between(node: syntax.Between, depth: int) -> Run:
    value, low, high = (compile_node(part, depth) for part in (node.value, node.low, node.high))

    def run(scope: Scope) -> Any:
        found = value(scope)
        above = values.compare(">=", found, low(scope))
        return values.both(above, values.compare("<=", found, high(scope)))

    return run


Matcher = Callable[[Any, Scope], bool | None]


def compile_tests(tests: tuple[syntax.Test, ...], depth: int = 0) -> Matcher:
    """Whether any of these unary tests fits a value; null where that can't be told."""
    matchers = [_test(test, depth) for test in tests]

    def matches(value: Any, scope: Scope) -> bool | None:
        result: bool | None = False
        for matcher in matchers:
            result = values.either(result, matcher(value, scope))
            if result is True:
                return True
        return result

    return matches


def _test(test: syntax.Test, depth: int) -> Matcher:
    operand, operator = compile_node(test.operand, depth), test.operator

    def matches(value: Any, scope: Scope) -> bool | None:
        limits.spend()
        wanted = operand(scope.inner({"?": value}))
        if operator is not None:
            return values.compare(operator, value, wanted)
        if type(wanted) is bool and type(value) is not bool:
            return wanted
        return values.satisfies(value, wanted)

    return matches


def _in(node: syntax.In, depth: int) -> Run:
    value, matches = compile_node(node.value, depth), compile_tests(node.tests, depth)
    return lambda scope: matches(value(scope), scope)


def _instance_of(node: syntax.InstanceOf, depth: int) -> Run:
    value, wanted = compile_node(node.value, depth), node.type
    return lambda scope: is_instance(value(scope), wanted)


def _if(node: syntax.If, depth: int) -> Run:
    condition, then, otherwise = (
        compile_node(part, depth) for part in (node.condition, node.then, node.otherwise)
    )
    return lambda scope: then(scope) if condition(scope) is True else otherwise(scope)


def _for(node: syntax.For, depth: int) -> Run:
    rounds, body = _rounds(node.iterators, depth), compile_node(node.body, depth)

    def run(scope: Scope) -> Any:
        made: list[Any] = []
        for inner in rounds(scope.inner({"partial": made})):
            if inner is None:
                return None
            made.append(body(inner))
            limits.check_list(1)
        return made

    return run


def _quantified(node: syntax.Quantified, depth: int) -> Run:
    rounds, condition = _rounds(node.iterators, depth), compile_node(node.condition, depth)
    decided = node.kind == "some"
    combine = values.either if decided else values.both

    def run(scope: Scope) -> Any:
        result: bool | None = not decided
        for inner in rounds(scope):
            if inner is None:
                return None
            result = combine(result, condition(inner))
            if result is decided:
                return result
        return result

    return run


def _rounds(iterators: tuple[syntax.Iterator, ...], depth: int) -> loops.Rounds:
    return loops.rounds(
        [
            (
                one.name,
                compile_node(one.source, depth),
                None if one.end is None else compile_node(one.end, depth),
            )
            for one in iterators
        ]
    )


def _filter(node: syntax.Filter, depth: int) -> Run:
    target, condition = compile_node(node.target, depth), compile_node(node.condition, depth)
    # `list[-1]` and `list[2]` are told from conditions without trying them on each item.
    position = isinstance(node.condition, syntax.Constant | syntax.Negation | syntax.Arithmetic)

    def run(scope: Scope) -> Any:
        found = target(scope)
        if found is None:
            return None
        items = found if type(found) is list else [found]
        if position:
            return _at(items, condition(scope))
        return _chosen(items, condition, scope)

    return run


def _at(items: list[Any], position: Any) -> Any:
    place = values.whole(position)
    if place is None or not 0 < abs(place) <= len(items):
        return None
    return known(items[place - 1 if place > 0 else place])


def _chosen(items: list[Any], condition: Run, scope: Scope) -> Any:
    chosen: list[Any] = []
    for item in items:
        limits.spend()
        item = known(item)
        names = {"item": item} | item if type(item) is dict else {"item": item}
        answer = condition(scope.inner(names))
        if values.kind(answer) == "number":
            return _at(items, answer)
        if answer is True:
            chosen.append(item)
    return chosen


def _path(node: syntax.Path, depth: int) -> Run:
    target, name = compile_node(node.target, depth), node.name
    return lambda scope: member(target(scope), name)


def _call(node: syntax.Call, depth: int) -> Run:
    arguments = [compile_node(argument, depth) for argument in node.arguments]
    names = node.names
    builtin = TABLE.get(node.target.name) if isinstance(node.target, syntax.Name) else None
    target = compile_node(node.target, depth)
    sorts = isinstance(node.target, syntax.Name) and node.target.name == SORT

    def run(scope: Scope) -> Any:
        given = [argument(scope) for argument in arguments]
        if sorts and scope.find(SORT) is NOTHING:
            return loops.sort(dict(zip(names, given, strict=True)) if names else given)
        if builtin is not None and scope.find(builtin.name) is NOTHING:
            if names:
                return builtin.call_named(dict(zip(names, given, strict=True)), scope.evaluation.now)
            return builtin.call(given, scope.evaluation.now)
        return loops.invoke(target(scope), given, names)

    return run


def _function(node: syntax.FunctionLiteral, depth: int) -> Run:
    parameters, types, body = node.parameters, node.types, compile_node(node.body, depth)

    def run(scope: Scope) -> Any:
        def call(arguments: list[Any]) -> Any:
            given = [
                value if wanted is None else coerce(value, wanted)
                for value, wanted in zip(arguments, types, strict=True)
            ]
            if any(value is MISFIT for value in given):
                return None
            limits.enter_call()
            try:
                return body(scope.inner(dict(zip(parameters, given, strict=True))))
            finally:
                limits.leave_call()

        return Function(parameters, call, types)

    return run


def _boxed(node: syntax.Boxed, depth: int) -> Run:
    entries = [(name, compile_node(value, depth)) for name, value in node.entries]
    result = compile_node(node.result, depth)

    def run(scope: Scope) -> Any:
        made: dict[str, Any] = {}
        inner = scope.inner(made)
        for name, value in entries:
            made[name] = value(inner)
        return result(inner)

    return run


def _coerced(node: syntax.Coerced, depth: int) -> Run:
    value, coerce = compile_node(node.value, depth), node.coerce
    return lambda scope: coerce(value(scope))


def _embedded(node: syntax.Embedded, depth: int) -> Run:
    return node.run


_COMPILERS: dict[type[Node], Callable[[Any, int], Run]] = {
    syntax.Constant: _constant,
    syntax.Name: _name,
    syntax.ListLiteral: _list,
    syntax.ContextLiteral: _context,
    syntax.RangeLiteral: _range,
    syntax.OperatorRange: _operator_range,
    syntax.Negation: _negation,
    syntax.Arithmetic: _arithmetic,
    syntax.Comparison: _comparison,
    syntax.Logic: _logic,
    syntax.Between: _between,
    syntax.In: _in,
    syntax.InstanceOf: _instance_of,
    syntax.If: _if,
    syntax.For: _for,
    syntax.Quantified: _quantified,
    syntax.Filter: _filter,
    syntax.Path: _path,
    syntax.Call: _call,
    syntax.FunctionLiteral: _function,
    syntax.Boxed: _boxed,
    syntax.Coerced: _coerced,
    syntax.Embedded: _embedded,
}
