"""FEEL, the expression language of DMN: the one language of diagrams, decision tables and forms.

`compile("a + 1").evaluate({"a": 2})` gives Decimal("3"). Evaluating never reaches Python objects, files or
the network, and stops with FeelLimitError when it asks for too much. What goes wrong inside an expression
gives null, as the standard says (DMN 1.3, chapter 10).
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any

from app.feel import free_names, limits
from app.feel.compiler import compile_matcher, compile_node
from app.feel.errors import FeelLimitError, FeelSyntaxError, FeelValueError
from app.feel.explain import Explanation, Reason, Witness
from app.feel.functions import TABLE
from app.feel.parser import parse_expression, parse_tests
from app.feel.scope import TIMELESS, Evaluation, Scope
from app.feel.syntax import Constant, NamedTypes, Node, Tests
from app.feel.text import to_text
from app.feel.values import negate
from app.feel.variables import to_variable

__all__ = [
    "Explanation",
    "Expression",
    "FeelLimitError",
    "FeelSyntaxError",
    "FeelValueError",
    "Reason",
    "UnaryTests",
    "compile",
    "compile_value",
    "signatures",
    "to_text",
    "to_variable",
    "unary_tests",
]

CACHED = 4096


class Expression:
    """A FEEL expression that is ready to run; safe to share between threads."""

    def __init__(self, text: str, node: Node) -> None:
        self.text = text
        self._node = node
        self.run = compile_node(node)

    @property
    def tree(self) -> Node:
        """The syntax tree."""
        return self._node

    def evaluate(self, context: Mapping[str, Any], *, now: datetime | None = None) -> Any:
        """The value in this context; `now` is what `now()` and `today()` tell.

        Raises FeelLimitError, and FeelValueError when an `assert` fails. Any other error gives null.
        """
        limits.renew()
        return self.run(Scope(context, None, TIMELESS if now is None else Evaluation(now)))

    def explain(self, context: Mapping[str, Any], *, now: datetime | None = None) -> Explanation:
        """The value, and for every null that comes from an error which part gave it and why.

        Slower than `evaluate`: it is for showing. Raises FeelLimitError.
        """
        witness = Witness(self.text)
        run = compile_node(self._node, witness.watch)
        limits.renew()
        value = run(Scope(context, None, Evaluation(now)))
        return Explanation(value, tuple(witness.reasons))

    @cached_property
    def variables(self) -> free_names.Paths:
        """The free variables, as paths: `a.b + c` reads ("a", "b") and ("c",)."""
        return free_names.variables(self._node)

    @cached_property
    def functions(self) -> frozenset[str]:
        """The names of the functions that are called."""
        return free_names.functions(self._node)

    def __repr__(self) -> str:
        return f"<FEEL {self.text}>"


class UnaryTests:
    """The text of a decision table's cell, such as `"a","b"` or `not(< 10)`."""

    def __init__(self, text: str, node: Tests) -> None:
        self.text = text
        self._node = node
        self._matches = compile_matcher(node.tests)

    def matches(self, value: Any, context: Mapping[str, Any], *, now: datetime | None = None) -> bool | None:
        """Whether the value fits; None where that can't be told. `-` fits everything."""
        limits.renew()
        return self.check(value, Scope(context, None, TIMELESS if now is None else Evaluation(now)))

    def check(self, value: Any, scope: Scope) -> bool | None:
        """The same inside an evaluation that is going on: it pays from that one's budget."""
        if not self._node.tests:
            return True
        answer = self._matches(value, scope)
        return negate(answer) if self._node.negated else answer

    @property
    def tree(self) -> Tests:
        """The syntax tree."""
        return self._node

    @cached_property
    def variables(self) -> free_names.Paths:
        """The free variables of all tests, `?` among them."""
        return frozenset().union(*(free_names.variables(test.operand) for test in self._node.tests))

    def __repr__(self) -> str:
        return f"<FEEL tests {self.text}>"


def compile(
    text: str,
    *,
    names: Collection[str] = (),
    members: Collection[str] = (),
    types: NamedTypes | None = None,
) -> Expression:
    """Read an expression that may use `names` with spaces, such `members` behind a dot, and `types`.

    Raises FeelSyntaxError or FeelLimitError.
    """
    if types is not None:
        return Expression(text, parse_expression(text, names, members, types))
    return _compile(text, tuple(sorted(names)), tuple(sorted(members)))


def unary_tests(
    text: str,
    *,
    names: Collection[str] = (),
    members: Collection[str] = (),
    types: NamedTypes | None = None,
) -> UnaryTests:
    """Read the tests of a cell. Raises FeelSyntaxError or FeelLimitError."""
    if types is not None:
        return UnaryTests(text, parse_tests(text, names, members, types))
    return _unary_tests(text, tuple(sorted(names)), tuple(sorted(members)))


def compile_value(text: str) -> Expression:
    """A value in a diagram or form: an expression behind `=`, else just this text (Camunda's convention)."""
    if text.startswith("="):
        return compile(text[1:])
    return Expression(text, Constant(0, text))


def signatures() -> list[tuple[str, tuple[str, ...]]]:
    """The built-in functions by name, each with the names of the parameters that it must have."""
    found = []
    for name, entry in sorted(TABLE.items()):
        overload = entry.overloads[0]
        required = [one.name for one in overload.parameters if not one.optional]
        found.append((name, tuple(required)))
    return found


@lru_cache(maxsize=CACHED)
def _compile(text: str, names: tuple[str, ...], members: tuple[str, ...]) -> Expression:
    return Expression(text, parse_expression(text, names, members))


@lru_cache(maxsize=CACHED)
def _unary_tests(text: str, names: tuple[str, ...], members: tuple[str, ...]) -> UnaryTests:
    return UnaryTests(text, parse_tests(text, names, members))
