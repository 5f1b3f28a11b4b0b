"""Compiling constants, names, operators and the literals of lists, contexts and ranges."""

from decimal import Decimal
from typing import Any

from app.feel import arithmetic, syntax, values
from app.feel.builtins import TABLE, Builtin
from app.feel.compiler.compilation import Compilation, Run, compiles
from app.feel.properties import member
from app.feel.scope import NOTHING, Scope
from app.feel.types import is_instance
from app.feel.values import Function, Range, known

_ARITHMETIC = {
    "+": arithmetic.add,
    "-": arithmetic.subtract,
    "*": arithmetic.multiply,
    "/": arithmetic.divided,
    "**": arithmetic.power,
}


@compiles(syntax.Constant)
def _constant(node: syntax.Constant, to: Compilation) -> Run:
    value = node.value
    return lambda scope: value


@compiles(syntax.Name)
def _name(node: syntax.Name, to: Compilation) -> Run:
    name = node.name
    builtin = TABLE.get(name)

    def run(scope: Scope) -> Any:
        # Most names stand in the innermost scope, with a plain value.
        value = scope.names.get(name)
        if type(value) in values.PLAIN:
            return value
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


@compiles(syntax.ListLiteral)
def _list(node: syntax.ListLiteral, to: Compilation) -> Run:
    items = [to.run(item) for item in node.items]
    return lambda scope: [item(scope) for item in items]


@compiles(syntax.ContextLiteral)
def _context(node: syntax.ContextLiteral, to: Compilation) -> Run:
    entries = [(name, to.run(value)) for name, value in node.entries]

    def run(scope: Scope) -> Any:
        made: dict[str, Any] = {}
        inner = scope.inner(made)
        for name, value in entries:
            made[name] = value(inner)
        return made

    return run


@compiles(syntax.Boxed)
def _boxed(node: syntax.Boxed, to: Compilation) -> Run:
    entries = [(name, to.run(value)) for name, value in node.entries]
    result = to.run(node.result)

    def run(scope: Scope) -> Any:
        made: dict[str, Any] = {}
        inner = scope.inner(made)
        for name, value in entries:
            made[name] = value(inner)
        return result(inner)

    return run


@compiles(syntax.Coerced)
def _coerced(node: syntax.Coerced, to: Compilation) -> Run:
    value, coerce = to.run(node.value), node.coerce
    return lambda scope: coerce(value(scope))


@compiles(syntax.Embedded)
def _embedded(node: syntax.Embedded, to: Compilation) -> Run:
    return node.run


@compiles(syntax.RangeLiteral)
def _range(node: syntax.RangeLiteral, to: Compilation) -> Run:
    low, high = to.run(node.low), to.run(node.high)

    def run(scope: Scope) -> Any:
        start, end = low(scope), high(scope)
        same = values.kind(start) == values.kind(end) and values.kind(start) in values.ORDERED
        if not same and not (start is None) ^ (end is None):
            return None
        return Range(start, end, node.low_included, node.high_included)

    return run


@compiles(syntax.OperatorRange)
def _operator_range(node: syntax.OperatorRange, to: Compilation) -> Run:
    operator, operand = node.operator, to.run(node.operand)

    def run(scope: Scope) -> Any:
        value = operand(scope)
        return Range.of(operator, value) if values.kind(value) in values.ORDERED else None

    return run


@compiles(syntax.Negation)
def _negation(node: syntax.Negation, to: Compilation) -> Run:
    operand = to.run(node.operand)
    return lambda scope: arithmetic.minus(operand(scope))


@compiles(syntax.Arithmetic)
def _arithmetic(node: syntax.Arithmetic, to: Compilation) -> Run:
    operation = _ARITHMETIC[node.operator]
    left, right = to.run(node.left), to.run(node.right)
    return lambda scope: operation(left(scope), right(scope))


@compiles(syntax.Comparison)
def _comparison(node: syntax.Comparison, to: Compilation) -> Run:
    compare = values.COMPARE[node.operator]
    left, right = to.run(node.left), to.run(node.right)
    if not isinstance(node.right, syntax.Constant) or to.watch is not None:
        return lambda scope: compare(left(scope), right(scope))
    wanted = node.right.value
    direct = values.PYTHON[node.operator]
    kinds = _alike(wanted, node.operator)
    if isinstance(node.left, syntax.Name):
        name = node.left.name

        def name_with_constant(scope: Scope) -> Any:
            value = scope.names.get(name)
            return direct(value, wanted) if type(value) in kinds else compare(left(scope), wanted)

        return name_with_constant

    def with_constant(scope: Scope) -> Any:
        value = left(scope)
        return direct(value, wanted) if type(value) in kinds else compare(value, wanted)

    return with_constant


def _alike(wanted: Any, operator: str) -> frozenset[type]:
    """The types whose values Python compares with this constant just as FEEL does."""
    if type(wanted) in (int, Decimal):
        return frozenset([int])
    if type(wanted) is str or (type(wanted) is bool and operator in ("=", "!=")):
        return frozenset([type(wanted)])
    return frozenset()


@compiles(syntax.Logic)
def _logic(node: syntax.Logic, to: Compilation) -> Run:
    operands = [to.run(operand) for operand in node.operands]
    decided = node.operator == "or"
    if len(operands) == 2:
        return _logic_of_two(operands[0], operands[1], decided)

    def run(scope: Scope) -> Any:
        result: bool | None = not decided
        for operand in operands:
            value = operand(scope)
            if value is decided:
                return value
            if type(value) is not bool:
                result = None
        return result

    return run


def _logic_of_two(left: Run, right: Run, decided: bool) -> Run:
    def run(scope: Scope) -> Any:
        first = left(scope)
        if first is decided:
            return decided
        second = right(scope)
        if second is decided:
            return decided
        return not decided if type(first) is bool and type(second) is bool else None

    return run


@compiles(syntax.Between)
def _between(node: syntax.Between, to: Compilation) -> Run:
    value, low, high = to.run(node.value), to.run(node.low), to.run(node.high)

    def run(scope: Scope) -> Any:
        found = value(scope)
        above = values.at_least(found, low(scope))
        return False if above is False else values.both(above, values.at_most(found, high(scope)))

    return run


@compiles(syntax.InstanceOf)
def _instance_of(node: syntax.InstanceOf, to: Compilation) -> Run:
    value, wanted = to.run(node.value), node.type
    return lambda scope: is_instance(value(scope), wanted)


@compiles(syntax.If)
def _if(node: syntax.If, to: Compilation) -> Run:
    condition, then, otherwise = to.run(node.condition), to.run(node.then), to.run(node.otherwise)
    return lambda scope: then(scope) if condition(scope) is True else otherwise(scope)


@compiles(syntax.Path)
def _path(node: syntax.Path, to: Compilation) -> Run:
    target, name = to.run(node.target), node.name

    def run(scope: Scope) -> Any:
        value = target(scope)
        return known(value.get(name)) if type(value) is dict else member(value, name)

    return run
