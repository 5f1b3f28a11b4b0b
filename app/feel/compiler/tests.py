"""Compiling unary tests: those of a decision table's cell, and those behind `in`."""

from typing import Any

from app.feel import syntax, values
from app.feel.compiler.compilation import Compilation, Matcher, Run, compiles, compiles_tests
from app.feel.scope import Scope
from app.feel.syntax import Node, children


def matcher(tests: tuple[syntax.Test, ...], to: Compilation) -> Matcher:
    """Whether any of these tests fits a value; null where that can't be told."""
    matchers = [to.test(test) for test in tests]
    if len(matchers) == 1:
        return matchers[0]

    def matches(value: Any, scope: Scope) -> bool | None:
        result: bool | None = False
        for one in matchers:
            answer = one(value, scope)
            if answer is True:
                return True
            if answer is None:
                result = None
        return result

    return matches


@compiles_tests
def _test(test: syntax.Test, to: Compilation) -> Matcher:
    operand, operator = to.run(test.operand), test.operator
    if operator is not None:
        compare = values.COMPARE[operator]
        if isinstance(test.operand, syntax.Constant):
            wanted = test.operand.value
            return lambda value, scope: compare(value, wanted)
        return lambda value, scope: compare(value, operand(scope.inner({"?": value})))
    if isinstance(test.operand, syntax.Constant) and type(test.operand.value) is not bool:
        equal, constant = values.equal, test.operand.value
        return lambda value, scope: (equal if type(value) is not list else values.satisfies)(value, constant)
    return _condition(operand) if _mentions_value(test.operand) else _value_or_condition(operand)


def _condition(operand: Run) -> Matcher:
    """A test that speaks of `?` is a condition."""

    def matches(value: Any, scope: Scope) -> bool | None:
        answer = operand(scope.inner({"?": value}))
        # `[1, ?]` is no condition: then the value has to be in it, as without `?`.
        return answer if answer is None or type(answer) is bool else values.satisfies(value, answer)

    return matches


def _value_or_condition(operand: Run) -> Matcher:
    def matches(value: Any, scope: Scope) -> bool | None:
        wanted = operand(scope.inner({"?": value}))
        if type(wanted) is bool and type(value) is not bool:
            return wanted
        return values.satisfies(value, wanted)

    return matches


def _mentions_value(node: Node) -> bool:
    if isinstance(node, syntax.Name) and node.name == "?":
        return True
    return any(_mentions_value(child) for child in children(node))


@compiles(syntax.In)
def _in(node: syntax.In, to: Compilation) -> Run:
    value, matches = to.run(node.value), matcher(node.tests, to)
    texts = frozenset(
        test.operand.value
        for test in node.tests
        if isinstance(test.operand, syntax.Constant) and type(test.operand.value) is str and not test.operator
    )
    if len(texts) < len(node.tests):
        return lambda scope: matches(value(scope), scope)

    def among_texts(scope: Scope) -> Any:
        found = value(scope)
        return found in texts if type(found) is str else matches(found, scope)

    return among_texts
