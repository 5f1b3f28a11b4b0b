"""All of the language, compiled: trees and unary tests -> functions of a scope."""

from app.feel import syntax
from app.feel.compiler import calls, loops, operators, tests
from app.feel.compiler.compilation import Compilation, Matcher, Run, Watch

PARTS = (operators, tests, loops, calls)


def compile_node(node: syntax.Node, watch: Watch | None = None) -> Run:
    """Raises FeelLimitError for a tree that is too deep."""
    return Compilation(watch).run(node)


def compile_matcher(cell: tuple[syntax.Test, ...], watch: Watch | None = None) -> Matcher:
    """Whether any of these unary tests fits a value; null where that can't be told."""
    return tests.matcher(cell, Compilation(watch))
