"""What operators give, and what they can't be used for."""

from dataclasses import replace
from typing import Final

from app.checks.dataflow import words
from app.checks.dataflow.reading.model import Names
from app.checks.dataflow.reading.reader import Reader, reads
from app.checks.dataflow.types import ANY, BOOLEAN, NUMBER, TEMPORAL, TEXT, Type, join, nullable
from app.feel import syntax
from app.feel.printer import source
from app.feel.syntax import Node

_SUMS: Final[dict[tuple[str, str, str], str]] = {
    ("+", "date", "days and time duration"): "date",
    ("+", "date", "years and months duration"): "date",
    ("+", "date and time", "days and time duration"): "date and time",
    ("+", "date and time", "years and months duration"): "date and time",
    ("-", "date", "days and time duration"): "date",
    ("-", "date", "years and months duration"): "date",
    ("-", "date and time", "days and time duration"): "date and time",
    ("-", "date and time", "years and months duration"): "date and time",
    ("-", "date", "date"): "days and time duration",
    ("-", "date and time", "date and time"): "days and time duration",
}


@reads(syntax.Negation)
def negation(to: Reader, node: syntax.Negation, names: Names, copied: bool) -> Type:
    operand = to.visit(node.operand, names)
    if operand.kind in ("string", "boolean", "list", "context"):
        to.fault("type", f"'{source(node.operand)}' is {operand.dutch}: daar hoort geen min voor.")
    return operand if operand.kind == "number" else Type(ANY, operand.nullable)


@reads(syntax.Arithmetic)
def arithmetic(to: Reader, node: syntax.Arithmetic, names: Names, copied: bool) -> Type:
    left, right = to.visit(node.left, names), to.visit(node.right, names)
    empty = left.nullable or right.nullable
    kinds = (left.kind, right.kind)
    if kinds == ("number", "number"):
        return nullable(NUMBER, empty)
    if kinds == ("string", "string") and node.operator == "+":
        return nullable(TEXT, empty)
    wrong = [one for one in (left, right) if one.kind in ("boolean", "list", "context", "string")]
    if left.known and right.known and wrong:
        to.fault("type", words.no_sum(node, left, right))
    found = _SUMS.get((node.operator, *kinds))
    return Type(found or ANY, empty)


@reads(syntax.Comparison)
def comparison(to: Reader, node: syntax.Comparison, names: Names, copied: bool) -> Type:
    left, right = to.visit(node.left, names), to.visit(node.right, names)
    if left.known and right.known and not _comparable(left, right):
        message, repair = words.no_match(node, left, right)
        to.fault("type", message, repair)
    elif node.operator in ("=", "!="):
        possible(to, node.left, left, node.right)
        possible(to, node.right, right, node.left)
        _bare(to, node.right, left)
        _bare(to, node.left, right)
    return nullable(BOOLEAN, node.operator not in ("=", "!=") and (left.nullable or right.nullable))


def possible(to: Reader, place: Node, one: Type, constant: Node) -> None:
    """A text that is compared with what it can't be."""
    if isinstance(constant, syntax.Constant) and type(constant.value) is str and one.values is not None:
        if isinstance(place, syntax.Constant):
            return
        if constant.value not in (one.options or one.values):
            message, repair = words.impossible(source(place), constant.value, one.options or one.values)
            to.fault("impossible", message, repair)
        elif constant.value not in one.values:
            message = f"'{source(place)}' kan hier niet meer \"{constant.value}\" zijn."
            to.fault("gone", message)


def _bare(to: Reader, node: Node, other: Type) -> None:
    """A name that nobody knows beside a text: probably a text without its quotes."""
    fits = other.kind == "string" and other.holds == ""
    if isinstance(node, syntax.Name) and fits and (other.options is None or node.name in other.options):
        to.found.uses = [
            replace(use, literal=True) if use.path == (node.name,) and use.fact is None else use
            for use in to.found.uses
        ]


@reads(syntax.Logic)
def logic(to: Reader, node: syntax.Logic, names: Names, copied: bool) -> Type:
    found = [to.visit(operand, names) for operand in node.operands]
    for operand, one in zip(node.operands, found, strict=True):
        must_be_boolean(to, operand, one)
    return nullable(BOOLEAN, any(one.nullable for one in found))


def must_be_boolean(to: Reader, node: Node, one: Type) -> None:
    if one.known and one.kind != "boolean":
        to.fault("type", f"'{source(node)}' is {one.dutch}, en niet waar of onwaar.")


@reads(syntax.Between)
def between(to: Reader, node: syntax.Between, names: Names, copied: bool) -> Type:
    value = to.visit(node.value, names)
    for bound in (node.low, node.high):
        _matches(to, node, value, to.visit(bound, names))
    return nullable(BOOLEAN, value.nullable)


def _matches(to: Reader, node: Node, one: Type, other: Type) -> None:
    if one.known and other.known and not _comparable(one, other):
        to.fault("type", words.never_fits(node, one, other))


@reads(syntax.In)
def inside(to: Reader, node: syntax.In, names: Names, copied: bool) -> Type:
    value = to.visit(node.value, names)
    for test in node.tests:
        inner = names.inner({"?": value})
        _test(to, node, value, test.operand, inner)
    return BOOLEAN


def _test(to: Reader, node: syntax.In, value: Type, operand: Node, names: Names) -> None:
    match operand:
        case syntax.RangeLiteral(low=low, high=high):
            _matches(to, node, value, to.visit(low, names))
            _matches(to, node, value, to.visit(high, names))
        case syntax.ListLiteral(items=items):
            for item in items:
                _test(to, node, value, item, names)
        case syntax.Constant():
            _matches(to, node, value, to.visit(operand, names))
            possible(to, node.value, value, operand)
        case _:
            to.visit(operand, names)


@reads(syntax.InstanceOf)
def instance(to: Reader, node: syntax.InstanceOf, names: Names, copied: bool) -> Type:
    to.visit(node.value, names)
    return BOOLEAN


@reads(syntax.If)
def choice(to: Reader, node: syntax.If, names: Names, copied: bool) -> Type:
    condition = to.visit(node.condition, names)
    must_be_boolean(to, node.condition, condition)
    known = to.assumed.get(source(node.condition), frozenset())
    before = to.guards
    to.guards = before | {(name,) for name in known}
    then = to.visit(node.then, names, copied=copied)
    to.guards = before
    return join(then, to.visit(node.otherwise, names, copied=copied))


def _comparable(left: Type, right: Type) -> bool:
    if left.kind == right.kind:
        return True
    # A moment and a day can be told apart, and a duration of either kind may come out of one function.
    return (
        False
        if {left.kind, right.kind} <= {"string", "number", "boolean", "list", "context"}
        else (not (left.kind in TEMPORAL) ^ (right.kind in TEMPORAL))
    )
