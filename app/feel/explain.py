"""Why an expression gives null: which part of it could not be worked out, and the reason in plain Dutch."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.feel import syntax, values
from app.feel.builtins import BUILTIN_NAMES, SORT, TABLE
from app.feel.functions import Overload
from app.feel.parser.token_stream import suggestion
from app.feel.printer import source
from app.feel.scope import NOTHING, Scope
from app.feel.syntax import Node
from app.feel.values import Function

MAX_REASONS = 20
_DUTCH = {
    "number": "een getal",
    "string": "een tekst",
    "boolean": "waar of onwaar",
    "null": "leeg",
    "list": "een lijst",
    "context": "een groep gegevens",
    "date": "een datum",
    "time": "een tijd",
    "date and time": "een datum met tijd",
    "days and time duration": "een duur in dagen of tijd",
    "years and months duration": "een duur in jaren en maanden",
    "range": "een bereik",
    "function": "een functie",
}
_DONE = {
    "+": "opgeteld",
    "-": "van elkaar afgetrokken",
    "*": "vermenigvuldigd",
    "/": "gedeeld",
    "**": "tot een macht verheven",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """`text` is the part that gave null, `line` and `column` (from 1) say where in the expression."""

    text: str
    message: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """`reasons` in the order in which they were met, the innermost first; none when nothing went wrong."""

    value: Any
    reasons: tuple[Reason, ...]


class Witness:
    """Watches an evaluation, and writes down a reason for each null that comes from an error."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.reasons: list[Reason] = []
        self._seen: dict[int, Any] = {}

    def watch(self, node: Node, value: Any, scope: Scope) -> None:
        self._seen[id(node)] = value
        if value is None and len(self.reasons) < MAX_REASONS:
            message = self._why(node, scope)
            if message:
                self._note(node, message)

    def _note(self, node: Node, message: str) -> None:
        before = self.text[: node.at]
        line, column = before.count("\n") + 1, node.at - (before.rfind("\n") + 1) + 1
        reason = Reason(source(node), message, line, column)
        if reason not in self.reasons:
            self.reasons.append(reason)

    def _of(self, node: Node) -> Any:
        return self._seen.get(id(node))

    def _why(self, node: Node, scope: Scope) -> str:
        explain = _WHY.get(type(node))
        return "" if explain is None else explain(self, node, scope)

    def name(self, node: syntax.Name, scope: Scope) -> str:
        if scope.find(node.name) is not NOTHING or node.name == "?":
            return ""
        known = [*BUILTIN_NAMES, *_names(scope)]
        return f"De naam '{node.name}' bestaat hier niet.{suggestion([node.name], known)}"

    def arithmetic(self, node: syntax.Arithmetic, scope: Scope) -> str:
        left, right = self._of(node.left), self._of(node.right)
        empty = self._empty(node.left, node.right)
        if empty:
            return f"Hier valt niet te rekenen: {empty}."
        if node.operator == "/" and values.number(right) == 0:
            return "Delen door nul kan niet."
        return f"{_upper(dutch(left))} en {dutch(right)} kunnen niet worden {_DONE[node.operator]}."

    def negation(self, node: syntax.Negation, scope: Scope) -> str:
        return f"Van {dutch(self._of(node.operand))} bestaat geen tegengestelde."

    def comparison(self, node: syntax.Comparison | syntax.Between, scope: Scope) -> str:
        parts = (
            (node.left, node.right)
            if isinstance(node, syntax.Comparison)
            else (node.value, node.low, node.high)
        )
        empty = self._empty(*parts)
        if empty:
            return f"Hier valt niet te vergelijken: {empty}."
        kinds = [dutch(self._of(part)) for part in parts]
        return f"{_upper(kinds[0])} en {kinds[-1]} zijn niet te vergelijken."

    def logic(self, node: syntax.Logic, scope: Scope) -> str:
        for operand in node.operands:
            value = self._of(operand)
            if type(value) is not bool:
                return f"'{source(operand)}' is {dutch(value)}, en niet waar of onwaar."
        return ""

    def path(self, node: syntax.Path, scope: Scope) -> str:
        target = self._of(node.target)
        if target is None:
            return f"'{source(node.target)}' is leeg, en heeft dus geen '{node.name}'."
        if type(target) is dict:
            if node.name in target:
                return ""
            return f"Er is geen '{node.name}' in '{source(node.target)}'.{suggestion([node.name], target)}"
        return f"{_upper(dutch(target))} heeft geen '{node.name}'."

    def filter(self, node: syntax.Filter, scope: Scope) -> str:
        target = self._of(node.target)
        if target is None:
            return f"'{source(node.target)}' is leeg: er valt niets te kiezen."
        count = len(target) if type(target) is list else 1
        return f"Er is geen plaats {source(node.condition)} in een lijst van {count}."

    def range(self, node: syntax.RangeLiteral, scope: Scope) -> str:
        return (
            f"Van {dutch(self._of(node.low))} tot {dutch(self._of(node.high))} is geen bereik: "
            "beide kanten moeten van dezelfde soort zijn."
        )

    def loop(self, node: syntax.For | syntax.Quantified, scope: Scope) -> str:
        for one in node.iterators:
            value = self._of(one.source)
            if value is None or one.end is not None or type(value) is values.Range:
                return f"'{source(one.source)}' is geen lijst of bereik waar doorheen te lopen is."
        return ""

    def call(self, node: syntax.Call, scope: Scope) -> str:
        name = node.target.name if isinstance(node.target, syntax.Name) else ""
        own = scope.find(name) if name else self._of(node.target)
        if name in TABLE and own is NOTHING:
            return self._builtin(node, name)
        if name == SORT and own is NOTHING:
            return "'sort' krijgt een lijst, en een functie van twee waarden die zegt welke eerst komt."
        if type(own) is Function:
            return _wrong_count(name, len(node.arguments), own.parameters)
        return f"'{source(node.target)}' is geen functie.{suggestion([name], BUILTIN_NAMES)}"

    def _builtin(self, node: syntax.Call, name: str) -> str:
        overloads = TABLE[name].overloads
        fitting = [one for one in overloads if one.fits(len(node.arguments))]
        if not fitting or (node.names and not any(set(node.names) <= _parameters(one) for one in overloads)):
            ways = " of ".join(sorted({_signature(name, one) for one in overloads}))
            return f"Zo is '{name}' niet aan te roepen; het is {ways}."
        if node.names:
            return f"'{name}' kan niets met deze waarden."
        given = [self._of(argument) for argument in node.arguments]
        for parameter, value in zip(fitting[0].parameters, given, strict=False):
            if type(value) not in parameter.accepts and parameter.accepts and len(fitting) == 1:
                wanted = _DUTCH.get(parameter.type, parameter.type)
                return f"'{parameter.name}' is {dutch(value)}, en moet {wanted} zijn."
        return f"'{name}' kan niets met {' en '.join(map(_shown, given))}." if given else ""

    def _empty(self, *parts: Node) -> str:
        empty = [source(part) for part in parts if self._of(part) is None]
        return " en ".join(f"'{text}' is leeg" for text in empty)


_WHY: dict[type[Node], Callable[[Witness, Any, Scope], str]] = {
    syntax.Name: Witness.name,
    syntax.Arithmetic: Witness.arithmetic,
    syntax.Negation: Witness.negation,
    syntax.Comparison: Witness.comparison,
    syntax.Between: Witness.comparison,
    syntax.Logic: Witness.logic,
    syntax.Path: Witness.path,
    syntax.Filter: Witness.filter,
    syntax.RangeLiteral: Witness.range,
    syntax.For: Witness.loop,
    syntax.Quantified: Witness.loop,
    syntax.Call: Witness.call,
}


def dutch(value: Any) -> str:
    """What kind of value it is, in Dutch."""
    return _DUTCH.get(values.kind(value) or "", "iets onbekends")


def _shown(value: Any) -> str:
    """A short value as it stands, else what kind of value it is."""
    text = source(syntax.Constant(0, value)) if type(value) in (str, int, Decimal) else dutch(value)
    return text if len(text) <= 40 else dutch(value)


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _names(scope: Scope | None) -> Iterable[str]:
    while scope is not None:
        yield from scope.names
        scope = scope.outer


def _parameters(overload: Overload) -> set[str]:
    return {parameter.name for parameter in overload.parameters}


def _signature(name: str, overload: Overload) -> str:
    return f"{name}({', '.join(parameter.name for parameter in overload.parameters)})"


def _wrong_count(name: str, count: int, parameters: tuple[str, ...]) -> str:
    if count == len(parameters):
        return ""
    called = f"'{name}'" if name else "Deze functie"
    amount = "waarde" if len(parameters) == 1 else "waarden"
    return f"{called} krijgt {len(parameters)} {amount} ({', '.join(parameters)}), geen {count}."
