"""All of the language, compiled: trees and unary tests -> functions of a scope."""

from app.feel import compile_calls, compile_loops, compile_operators, compile_tests
from app.feel.compilation import Compilation, Matcher, Run, Watch
from app.feel.syntax import Node, Test

PARTS = (compile_operators, compile_tests, compile_loops, compile_calls)


def compile_node(node: Node, watch: Watch | None = None) -> Run:
    """Raises FeelLimitError for a tree that is too deep."""
    return Compilation(watch).run(node)


def compile_matcher(tests: tuple[Test, ...], watch: Watch | None = None) -> Matcher:
    """Whether any of these unary tests fits a value; null where that can't be told."""
    return compile_tests.matcher(tests, Compilation(watch))
