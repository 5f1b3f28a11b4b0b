"""Syntax tree -> text that means the same: for showing a part of an expression, and to check the parser."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from app.feel import syntax
from app.feel.builtins import BUILTIN_NAMES
from app.feel.parser.token_stream import RESERVED
from app.feel.syntax import Node, Test, Type
from app.feel.text import scalar

_OR, _AND, _COMPARE, _SUM, _PRODUCT, _POWER, _SIGN, _TERM = range(8)
_OPERATORS = {"+": _SUM, "-": _SUM, "*": _PRODUCT, "/": _PRODUCT, "**": _POWER}
_PLAIN_NAME = re.compile(r"[A-Za-z_?][A-Za-z0-9_?]*")
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def source(node: Node) -> str:
    """The text of an expression. Names that are more than one word stand between back quotes."""
    return _expression(node)


def tests_source(tests: syntax.Tests) -> str:
    """The text of a cell."""
    inner = ", ".join(_test(test) for test in tests.tests) or "-"
    return f"not({inner})" if tests.negated else inner


def _expression(node: Node) -> str:
    return _PRINTERS[type(node)](node)[1]


def _at(node: Node, level: int) -> str:
    """The text of a part; in brackets when it binds looser than its place asks."""
    own, text = _PRINTERS[type(node)](node)
    return text if own >= level else f"({text})"


def _name(name: str) -> str:
    plain = _PLAIN_NAME.fullmatch(name) and name not in RESERVED
    return name if plain or name in BUILTIN_NAMES else f"`{name}`"


def _constant(node: syntax.Constant) -> tuple[int, str]:
    value: Any = node.value
    if type(value) is str:
        return _TERM, f'"{value.translate(_ESCAPES)}"'
    if type(value) is Decimal:
        text = str(value)
        return (_SIGN, text) if text.startswith("-") else (_TERM, text)
    if value is None or type(value) in (bool, int):
        text = scalar(value)
        return (_SIGN if text.startswith("-") else _TERM), text
    return _TERM, f'@"{scalar(value)}"'


def _listed(node: syntax.ListLiteral) -> tuple[int, str]:
    return _TERM, f"[{', '.join(map(_expression, node.items))}]"


def _context(entries: tuple[tuple[str, Node], ...]) -> str:
    shown = ", ".join(f'"{key.translate(_ESCAPES)}": {_expression(value)}' for key, value in entries)
    return f"{{{shown}}}"


def _range(node: syntax.RangeLiteral) -> tuple[int, str]:
    start, end = ("[" if node.low_included else "("), ("]" if node.high_included else ")")
    return _TERM, f"{start}{_at(node.low, _SUM)}..{_at(node.high, _SUM)}{end}"


def _operated(node: syntax.Arithmetic) -> tuple[int, str]:
    level = _OPERATORS[node.operator]
    return level, f"{_at(node.left, level)} {node.operator} {_at(node.right, level + 1)}"


def _compared(node: syntax.Comparison) -> tuple[int, str]:
    return _COMPARE, f"{_at(node.left, _SUM)} {node.operator} {_at(node.right, _SUM)}"


def _logic(node: syntax.Logic) -> tuple[int, str]:
    level = _OR if node.operator == "or" else _AND
    return level, f" {node.operator} ".join(_at(operand, level + 1) for operand in node.operands)


def _between(node: syntax.Between) -> tuple[int, str]:
    value, low, high = (_at(part, _SUM) for part in (node.value, node.low, node.high))
    return _COMPARE, f"{value} between {low} and {high}"


def _in(node: syntax.In) -> tuple[int, str]:
    return _COMPARE, f"{_at(node.value, _SUM)} in ({', '.join(map(_test, node.tests))})"


def _test(test: Test) -> str:
    if test.operator is None:
        return _expression(test.operand)
    return f"{test.operator} {_at(test.operand, _SUM)}"


def _instance(node: syntax.InstanceOf) -> tuple[int, str]:
    return _COMPARE, f"{_at(node.value, _SUM)} instance of {type_source(node.type)}"


def type_source(kind: Type) -> str:
    """The text of a type."""
    if kind.name == "function" and kind.arguments:
        *taken, given = map(type_source, kind.arguments)
        return f"function<{', '.join(taken)}> -> {given}"
    inner = [*map(type_source, kind.arguments), *(f"{_name(n)}: {type_source(t)}" for n, t in kind.fields)]
    return f"{kind.name}<{', '.join(inner)}>" if inner else kind.name


def _iterators(iterators: tuple[syntax.Iterator, ...]) -> str:
    shown = []
    for one in iterators:
        end = "" if one.end is None else f"..{_at(one.end, _SUM)}"
        shown.append(f"{_name(one.name)} in {_at(one.source, _SUM)}{end}")
    return ", ".join(shown)


def _if(node: syntax.If) -> tuple[int, str]:
    condition, then, otherwise = map(_expression, (node.condition, node.then, node.otherwise))
    return _OR, f"if {condition} then {then} else {otherwise}"


def _for(node: syntax.For) -> tuple[int, str]:
    return _OR, f"for {_iterators(node.iterators)} return {_expression(node.body)}"


def _quantified(node: syntax.Quantified) -> tuple[int, str]:
    return _OR, f"{node.kind} {_iterators(node.iterators)} satisfies {_expression(node.condition)}"


def _call(node: syntax.Call) -> tuple[int, str]:
    arguments = [_expression(argument) for argument in node.arguments]
    if node.names:
        arguments = [f"{_name(name)}: {text}" for name, text in zip(node.names, arguments, strict=True)]
    return _TERM, f"{_at(node.target, _TERM)}({', '.join(arguments)})"


def _function(node: syntax.FunctionLiteral) -> tuple[int, str]:
    parameters = [
        _name(name) if kind is None else f"{_name(name)}: {type_source(kind)}"
        for name, kind in zip(node.parameters, node.types, strict=True)
    ]
    return _OR, f"function({', '.join(parameters)}) {_expression(node.body)}"


_PRINTERS: dict[type[Node], Callable[[Any], tuple[int, str]]] = {
    syntax.Constant: _constant,
    syntax.Name: lambda node: (_TERM, _name(node.name)),
    syntax.ListLiteral: _listed,
    syntax.ContextLiteral: lambda node: (_TERM, _context(node.entries)),
    syntax.RangeLiteral: _range,
    syntax.OperatorRange: lambda node: (_TERM, f"({node.operator} {_at(node.operand, _SUM)})"),
    syntax.Negation: lambda node: (_SIGN, f"-{_at(node.operand, _SIGN)}"),
    syntax.Arithmetic: _operated,
    syntax.Comparison: _compared,
    syntax.Logic: _logic,
    syntax.Between: _between,
    syntax.In: _in,
    syntax.InstanceOf: _instance,
    syntax.If: _if,
    syntax.For: _for,
    syntax.Quantified: _quantified,
    syntax.Filter: lambda node: (_TERM, f"{_at(node.target, _TERM)}[{_expression(node.condition)}]"),
    syntax.Path: lambda node: (_TERM, f"{_at(node.target, _TERM)}.{_member(node.name)}"),
    syntax.Call: _call,
    syntax.FunctionLiteral: _function,
    syntax.Boxed: lambda node: (_TERM, f"{_context(node.entries)}.({_expression(node.result)})"),
    syntax.Coerced: lambda node: _PRINTERS[type(node.value)](node.value),
    syntax.Embedded: lambda node: (_TERM, "(tabel)"),
}


def _member(name: str) -> str:
    return name if _PLAIN_NAME.fullmatch(name) else f"`{name}`"
