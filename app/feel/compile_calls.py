"""Compiling function calls and functions."""

from typing import Any

from app.feel import limits, loops, syntax
from app.feel.builtins import SORT, TABLE, Builtin
from app.feel.compilation import Compilation, Run, compiles, size
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
        return loops.invoke(target(scope), [argument(scope) for argument in arguments], names)

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

    fitting = [overload for overload in builtin.overloads if overload.fits(len(arguments))]
    call = fitting[0].call if len(fitting) == 1 else builtin.call

    def positional(scope: Scope) -> Any:
        return call([argument(scope) for argument in arguments], scope.evaluation.now)

    def with_one(scope: Scope) -> Any:
        return call([arguments[0](scope)], scope.evaluation.now)

    if names:
        return named
    return with_one if len(arguments) == 1 else positional


def _sort(arguments: list[Run], names: tuple[str, ...]) -> Run:
    def run(scope: Scope) -> Any:
        given = [argument(scope) for argument in arguments]
        return loops.sort(dict(zip(names, given, strict=True)) if names else given)

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
