"""Syntax tree -> closures: each node becomes one function of a scope. No text is ever run as Python.

A straight expression costs no more than its text is long, so its operators don't pay for their work. What
repeats or grows (loops, filters, calls, lists, texts) pays from the budget in `limits`, each round for the
`size` of its tree.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from app.feel import limits
from app.feel.errors import FeelLimitError
from app.feel.scope import Scope
from app.feel.syntax import Node, Test, children

Run = Callable[[Scope], Any]
Watch = Callable[[Node, Any, Scope], None]
"""Is told the value of each node when it is known."""
Matcher = Callable[[Any, Scope], bool | None]
"""Whether a value fits, where that can be told."""

N = TypeVar("N", bound=Node)
_Compiler = Callable[[N, "Compilation"], Run]
_COMPILERS: dict[type[Node], Callable[[Any, "Compilation"], Run]] = {}


def compiles(kind: type[N]) -> Callable[[_Compiler[N]], _Compiler[N]]:
    """Register how a kind of node is compiled."""

    def register(compiler: _Compiler[N]) -> _Compiler[N]:
        _COMPILERS[kind] = compiler
        return compiler

    return register


class Compilation:
    """The compiling of one tree. With `watch` nothing is fused, so that each node can be seen."""

    def __init__(self, watch: Watch | None = None) -> None:
        self.watch = watch
        self._depth = 0

    def run(self, node: Node) -> Run:
        """Raises FeelLimitError for a tree that is too deep."""
        self._depth += 1
        if self._depth > limits.MAX_TREE_DEPTH:
            raise FeelLimitError("Deze expressie zit te diep in elkaar.", max_depth=limits.MAX_TREE_DEPTH)
        run = _COMPILERS[type(node)](node, self)
        self._depth -= 1
        return run if self.watch is None else _watched(node, run, self.watch)

    def test(self, test: Test) -> Matcher:
        """One unary test; `app.feel.compiler.tests` says how."""
        return _TESTS[0](test, self)


_TESTS: list[Callable[[Test, Compilation], Matcher]] = []


def compiles_tests(
    compiler: Callable[[Test, Compilation], Matcher],
) -> Callable[[Test, Compilation], Matcher]:
    _TESTS.append(compiler)
    return compiler


def _watched(node: Node, run: Run, watch: Watch) -> Run:
    def watched(scope: Scope) -> Any:
        value = run(scope)
        watch(node, value, scope)
        return value

    return watched


def size(node: Node) -> int:
    """How many nodes a tree has: what evaluating it once costs at most, what it calls not counted."""
    return 1 + sum(size(child) for child in children(node))
