"""What holds for any expression: printing and reading give the same tree, and nothing hangs or escapes."""

import random
import string
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import feel
from app.feel import limits
from app.feel.builtins import BUILTIN_NAMES
from app.feel.compiler import compile_node
from app.feel.parser import parse_expression
from app.feel.printer import source
from app.feel.scope import TIMELESS, Scope
from tests.feel.trees import TREES

NOW = datetime(2026, 11, 24, tzinfo=UTC)
CONTEXT: dict[str, Any] = {
    "a": 3,
    "b": "tekst",
    "x": None,
    "lijst": [1, 2, 3],
    "groep": {"a": True, "b c": [{"a": 1}]},
    "een naam": False,
}
_calm = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=400)


def shape(value: Any) -> Any:
    """A tree without its places in the text."""
    if is_dataclass(value) and not isinstance(value, type):
        parts = [shape(getattr(value, one.name)) for one in fields(value) if one.name not in ("at", "fit")]
        return (type(value).__name__, *parts)
    if isinstance(value, tuple):
        return tuple(shape(item) for item in value)
    return (type(value).__name__, str(value))


@_calm
@given(TREES)
def test_printing_and_reading_give_the_same_tree(tree: Any) -> None:
    try:
        again = parse_expression(source(tree))
    except feel.FeelLimitError:
        return

    assert shape(again) == shape(tree)


def _settle(run: Any) -> Any:
    """What an evaluation gives; a limit or a failed `assert` is an answer as well."""
    limits.renew()
    try:
        return run()
    except (feel.FeelLimitError, feel.FeelValueError) as error:
        return error


@_calm
@given(TREES)
def test_no_tree_raises_or_hangs(tree: Any) -> None:
    value = _settle(lambda: compile_node(tree)(Scope(CONTEXT, None, TIMELESS)))

    assert _settle(lambda: feel.to_text(value)) is not None


@_calm
@given(TREES)
def test_explaining_gives_the_same_value(tree: Any) -> None:
    expression = feel.Expression(source(tree), tree)

    told = _settle(lambda: feel.to_text(expression.explain(CONTEXT, now=NOW).value))
    plain = _settle(lambda: feel.to_text(expression.evaluate(CONTEXT, now=NOW)))

    # Only a limit may be met sooner or later.
    assert told == plain or isinstance(plain, Exception)


SIGNS = "+ - * / ** = != < <= > >= ( ) [ ] { } .. . , : @ ? \" ' `"
WORDS = (
    "and or if then else for in return some every satisfies between instance of function null item partial"
)
VALUES = 'a b lijst groep 1 0 9999999999 1e6000 .5 "x" "2026-11-24" // /* */ \\u00'
PIECES = [*BUILTIN_NAMES, *SIGNS.split(), *WORDS.split(), *VALUES.split()]


@_calm
@given(st.lists(st.sampled_from(PIECES), max_size=25).map(" ".join) | st.text(max_size=60))
def test_no_text_raises_or_hangs(text: str) -> None:
    for compiler in (feel.compile, feel.unary_tests):
        try:
            ready = compiler(text)
        except (feel.FeelSyntaxError, feel.FeelLimitError) as error:
            assert error.message
            continue
        if isinstance(ready, feel.Expression):
            _settle(lambda ready=ready: ready.evaluate(CONTEXT, now=NOW))
        else:
            _settle(lambda ready=ready: ready.matches(3, CONTEXT, now=NOW))


@_calm
@given(st.sampled_from(BUILTIN_NAMES), st.lists(TREES, max_size=4))
def test_no_function_raises_on_any_arguments(name: str, arguments: list[Any]) -> None:
    text = f"{name}({', '.join(map(source, arguments))})"
    try:
        expression = feel.compile(text)
    except (feel.FeelSyntaxError, feel.FeelLimitError):
        return

    _settle(lambda: expression.evaluate(CONTEXT, now=NOW))


def test_a_long_random_text_is_read_or_refused() -> None:
    source_ = random.Random(7)
    for _ in range(300):
        text = "".join(source_.choices(string.printable, k=source_.randrange(400)))
        try:
            feel.compile(text)
        except (feel.FeelSyntaxError, feel.FeelLimitError) as error:
            assert error.message
