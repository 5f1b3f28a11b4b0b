"""Compiling function calls and functions."""

from typing import Any

from app.feel import limits, syntax
from app.feel.builtins import SORT, TABLE, Builtin
from app.feel.compiler import iteration
from app.feel.compiler.compilation import Compilation, Run, compiles, size
from app.feel.functions import Overload
from app.feel.scope import NOTHING, Scope
from app.feel.syntax import MISFIT
from app.feel.types import coerce
from app.feel.values import Function


@compiles(syntax.Call)
def _call(node: syntax.Call, to: Compilation) -> Run:
    arguments = [to.run(argument) for argument in node.arguments]
    names = node.names
    name = node.target.name if isinstance(node.target, syntax.Name) else ""
    target = to.run(node.target)

    def call(scope: Scope) -> Any:
        return iteration.invoke(target(scope), [argument(scope) for argument in arguments], names)

    if name == SORT:
        return _unless_shadowed(SORT, _sort(arguments, names), call)
    if name in TABLE:
        return _unless_shadowed(name, _builtin(TABLE[name], arguments, names), call)
    return call


def _unless_shadowed(name: str, built_in: Run, own: Run) -> Run:
    """A name that is in scope goes before a built-in function."""

    def run(scope: Scope) -> Any:
        if scope.outer is None:
            return own(scope) if name in scope.names else built_in(scope)
        return built_in(scope) if scope.find(name) is NOTHING else own(scope)

    return run


def _builtin(builtin: Builtin, arguments: list[Run], names: tuple[str, ...]) -> Run:
    def named(scope: Scope) -> Any:
        given = {name: argument(scope) for name, argument in zip(names, arguments, strict=True)}
        return builtin.call_named(given, scope.evaluation.now)

    def positional(scope: Scope) -> Any:
        return builtin.call([argument(scope) for argument in arguments], scope.evaluation.now)

    if names:
        return named
    fitting = [overload for overload in builtin.overloads if overload.fits(len(arguments))]
    if len(fitting) == 1 and len(arguments) in _QUICK and fitting[0].plain:
        return _QUICK[len(arguments)](fitting[0], arguments)
    return positional


def _with_one(overload: Overload, arguments: list[Run]) -> Run:
    argument, accepts, function = arguments[0], overload.parameters[0].accepts, overload.function

    def run(scope: Scope) -> Any:
        value = argument(scope)
        if type(value) not in accepts:
            return overload.call([value], None)
        limits.spend()
        try:
            return function(value)
        except (ValueError, ArithmeticError):
            return None

    return run


def _with_two(overload: Overload, arguments: list[Run]) -> Run:
    left, right = arguments
    accepts_left, accepts_right = (one.accepts for one in overload.parameters[:2])
    function = overload.function

    def run(scope: Scope) -> Any:
        first, second = left(scope), right(scope)
        if type(first) not in accepts_left or type(second) not in accepts_right:
            return overload.call([first, second], None)
        limits.spend()
        try:
            return function(first, second)
        except (ValueError, ArithmeticError):
            return None

    return run


_QUICK = {1: _with_one, 2: _with_two}
"""The same for the commonest calls, whose arguments mostly are of the right type already."""


def _sort(arguments: list[Run], names: tuple[str, ...]) -> Run:
    def run(scope: Scope) -> Any:
        given = [argument(scope) for argument in arguments]
        return iteration.sort(dict(zip(names, given, strict=True)) if names else given)

    return run


@compiles(syntax.FunctionLiteral)
def _function(node: syntax.FunctionLiteral, to: Compilation) -> Run:
    parameters, types, body = node.parameters, node.types, to.run(node.body)
    cost = size(node.body)

    def run(scope: Scope) -> Any:
        def call(arguments: list[Any]) -> Any:
            given = [
                value if wanted is None else coerce(value, wanted)
                for value, wanted in zip(arguments, types, strict=True)
            ]
            if any(value is MISFIT for value in given):
                return None
            limits.enter_call(cost)
            try:
                return body(scope.inner(dict(zip(parameters, given, strict=True))))
            finally:
                limits.leave_call()

        return Function(parameters, call, types)

    return run
