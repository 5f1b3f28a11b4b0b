"""What one expression reads, of which type it is, and what in it can't be right.

It goes through FEEL's own syntax tree with the types of the names; only what is certain is told.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from app import feel
from app.checks.cached import by_identity
from app.checks.dataflow import builtins, words
from app.checks.dataflow.state import Fact
from app.checks.dataflow.types import (
    ANY,
    BOOLEAN,
    NEVER,
    NULL,
    NUMBER,
    TEMPORAL,
    TEXT,
    UNKNOWN,
    Type,
    context,
    join,
    joined,
    list_of,
    nullable,
    sure,
    text,
)
from app.checks.names import closest
from app.checks.repairs import named
from app.feel import syntax, values
from app.feel.builtins import BUILTIN_NAMES, TABLE
from app.feel.printer import source
from app.feel.syntax import Node

Path = tuple[str, ...]


class Names:
    """The names that an expression may use, the nearest scope first.

    `own` are names that the expression itself or its form brings: using one needs nobody to fill it in.
    """

    __slots__ = ("facts", "open", "outer", "own")

    def __init__(
        self,
        facts: Mapping[str, Fact],
        outer: "Names | None" = None,
        *,
        open: bool = False,
        own: bool = False,
    ) -> None:
        self.facts, self.outer, self.own = facts, outer, own
        self.open: bool = open or (outer is not None and outer.open)

    def find(self, name: str) -> tuple[Fact | None, bool]:
        """What is known of a name, and whether it is an own one."""
        here: Names | None = self
        while here is not None:
            if name in here.facts:
                return here.facts[name], here.own
            here = here.outer
        return None, False

    def all(self) -> set[str]:
        outer = set() if self.outer is None else self.outer.all()
        return outer | set(self.facts)

    def inner(self, types: Mapping[str, Type], *, open: bool = False) -> "Names":
        return Names({name: Fact(one) for name, one in types.items()}, self, open=open, own=True)


@dataclass(frozen=True, slots=True)
class Use:
    """A variable that is read. `guarded`: the expression reckons with its being empty.

    `copied`: its value is only passed on, so that nothing goes wrong here when it is empty. `literal`: a text
    would fit in its place, which somebody forgot to put between quotes. `meant` is the known name that one
    that is not known was probably meant to be.
    """

    name: str
    path: Path
    fact: Fact | None
    guarded: bool
    copied: bool
    literal: bool = False
    meant: str | None = None

    @property
    def may_be_missing(self) -> bool:
        """Whether some way does not fill it in, and that matters here."""
        known = self.fact is not None and not self.fact.certain
        return known and not self.guarded and not self.copied


Kind = Literal["type", "member", "impossible", "gone"]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that can't be right. `gone` is a value that a gateway before this one told away."""

    kind: Kind
    message: str
    repair: str | None = None


@dataclass(slots=True)
class Reading:
    """One expression, read."""

    type: Type = UNKNOWN
    uses: list[Use] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    copy: Fact | None = None
    """The variable that the whole expression only passes on."""
    guards: frozenset[Path] = frozenset()
    """What the expression reckons with being empty."""


Assumed = Mapping[str, frozenset[str]]
"""By the text of a condition: the variables that are filled in where it holds."""


def read(
    node: Node,
    names: Names,
    *,
    guards: Iterable[Path] = (),
    assumed: Assumed | None = None,
    shown: bool = False,
) -> Reading:
    """Read an expression. `shown`: people see its value, so that copying a name is a use of it."""
    reader = _Reader({*guards, *null_tests(node)}, assumed or {})
    found = reader.found
    found.guards = frozenset(reader.guards)
    found.type = reader.visit(node, names, copied=not shown)
    if isinstance(node, syntax.Name) and found.uses:
        found.copy = found.uses[0].fact
    return found


@by_identity(8192)
def null_tests(node: Node) -> frozenset[Path]:
    """The paths that an expression compares with null, or takes another value for."""
    return frozenset(_null_tests(node))


def _null_tests(node: Node) -> Iterator[Path]:
    match node:
        case syntax.Comparison(operator="=" | "!=", left=left, right=right):
            for one, other in ((left, right), (right, left)):
                if isinstance(other, syntax.Constant) and other.value is None:
                    yield from _path(one)
        case syntax.Call(target=syntax.Name(name="is defined" | "get or else"), arguments=(first, *_)):
            yield from _path(first)
        case syntax.InstanceOf(value=value):
            yield from _path(value)
    for child in syntax.children(node):
        yield from _null_tests(child)


def _path(node: Node) -> Iterator[Path]:
    names: list[str] = []
    while isinstance(node, syntax.Path):
        names.append(node.name)
        node = node.target
    if isinstance(node, syntax.Name):
        yield (node.name, *reversed(names))


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


class _Reader:
    def __init__(self, guards: set[Path], assumed: Assumed) -> None:
        self.guards, self.assumed = guards, assumed
        self.found = Reading()

    def visit(self, node: Node, names: Names, *, copied: bool = False) -> Type:
        reader = _READERS.get(type(node))
        if reader is None:
            for child in syntax.children(node):
                self.visit(child, names)
            return UNKNOWN
        return reader(self, node, names, copied)

    def fault(self, kind: Kind, message: str, repair: str | None = None) -> None:
        one = Fault(kind, message, repair)
        if one not in self.found.faults:
            self.found.faults.append(one)

    # ── names ──

    def name(self, node: syntax.Name, names: Names, copied: bool) -> Type:
        return self._root(node, (node.name,), names, copied)

    def _root(self, node: syntax.Name, path: Path, names: Names, copied: bool) -> Type:
        fact, own = names.find(node.name)
        if fact is None and node.name in TABLE:
            return Type("function")
        guarded = any(path[:length] in self.guards for length in range(1, len(path) + 1))
        if not own and not (fact is None and names.open):
            meant = None if fact is not None else closest(node.name, names.all())
            self.found.uses.append(Use(node.name, path, fact, guarded, copied, meant=meant))
        if fact is None:
            # What nobody fills in is empty.
            return UNKNOWN if names.open else NULL
        # Who tests it for null knows what to do where it is.
        return sure(fact.type) if path[:1] in self.guards else nullable(fact.type, not fact.certain)

    def path(self, node: syntax.Path, names: Names, copied: bool) -> Type:
        whole = next(_path(node), None)
        if whole is None or not isinstance(node.target, syntax.Name):
            target = self.visit(node.target, names, copied=copied)
        else:
            target = self._root(node.target, whole, names, copied)
        found = self._member(node, target)
        return sure(found) if whole in self.guards else found

    def _member(self, node: syntax.Path, target: Type) -> Type:
        match target.kind:
            case "context":
                found = target.member(node.name)
                if found is None:
                    self._no_member(node, target)
                    return UNKNOWN
                return nullable(found, target.nullable)
            case "list":
                if target.item is None or not target.item.known:
                    return Type("list", target.nullable)
                return list_of(self._member(node, target.item), nullable=target.nullable)
            case "string" | "number" | "boolean":
                hint = (
                    f" Maak er eerst {words.kind(target.holds)} van: {target.holds}({source(node.target)})."
                    if target.holds
                    else ""
                )
                message = f"'{source(node.target)}' is {target.dutch}, en heeft geen '{node.name}'.{hint}"
                self.fault("type", message)
        return UNKNOWN

    def _no_member(self, node: syntax.Path, target: Type) -> None:
        meant = closest(node.name, [name for name, _ in target.members or ()])
        message = f"'{source(node.target)}' heeft geen '{node.name}'."
        if meant is None:
            self.fault("member", message)
        else:
            repair = named("correct-name", node.name, meant)
            self.fault("member", f"{message} Bedoelt u '{meant}'?", repair)

    # ── literals ──

    def constant(self, node: syntax.Constant, names: Names, copied: bool) -> Type:
        value = node.value
        if value is None:
            return NULL
        if type(value) is str:
            return text([value])
        return Type(values.kind(value) or ANY)

    def listed(self, node: syntax.ListLiteral, names: Names, copied: bool) -> Type:
        items = [self.visit(item, names, copied=True) for item in node.items]
        return list_of(joined(items)) if items else list_of(NEVER)

    def context(self, node: syntax.ContextLiteral, names: Names, copied: bool) -> Type:
        members: dict[str, Type] = {}
        for name, value in node.entries:
            members[name] = self.visit(value, names, copied=True)
            names = names.inner({name: members[name]})
        return context(members)

    def boxed(self, node: syntax.Boxed, names: Names, copied: bool) -> Type:
        for name, value in node.entries:
            names = names.inner({name: self.visit(value, names, copied=True)})
        return self.visit(node.result, names, copied=copied)

    def coerced(self, node: syntax.Coerced, names: Names, copied: bool) -> Type:
        return nullable(self.visit(node.value, names, copied=copied))

    def range(self, node: Node, names: Names, copied: bool) -> Type:
        for child in syntax.children(node):
            self.visit(child, names)
        return Type("range")

    def function(self, node: syntax.FunctionLiteral, names: Names, copied: bool) -> Type:
        self.visit(node.body, names.inner(dict.fromkeys(node.parameters, UNKNOWN)))
        return Type("function")

    # ── operators ──

    def negation(self, node: syntax.Negation, names: Names, copied: bool) -> Type:
        operand = self.visit(node.operand, names)
        if operand.kind in ("string", "boolean", "list", "context"):
            self.fault("type", f"'{source(node.operand)}' is {operand.dutch}: daar hoort geen min voor.")
        return operand if operand.kind == "number" else Type(ANY, operand.nullable)

    def arithmetic(self, node: syntax.Arithmetic, names: Names, copied: bool) -> Type:
        left, right = self.visit(node.left, names), self.visit(node.right, names)
        empty = left.nullable or right.nullable
        kinds = (left.kind, right.kind)
        if kinds == ("number", "number"):
            return nullable(NUMBER, empty)
        if kinds == ("string", "string") and node.operator == "+":
            return nullable(TEXT, empty)
        wrong = [one for one in (left, right) if one.kind in ("boolean", "list", "context", "string")]
        if left.known and right.known and wrong:
            self.fault("type", words.no_sum(node, left, right))
        found = _SUMS.get((node.operator, *kinds))
        return Type(found or ANY, empty)

    def comparison(self, node: syntax.Comparison, names: Names, copied: bool) -> Type:
        left, right = self.visit(node.left, names), self.visit(node.right, names)
        if left.known and right.known and not _comparable(left, right):
            message, repair = words.no_match(node, left, right)
            self.fault("type", message, repair)
        elif node.operator in ("=", "!="):
            self._possible(node.left, left, node.right)
            self._possible(node.right, right, node.left)
            self._bare(node.right, left)
            self._bare(node.left, right)
        return nullable(BOOLEAN, node.operator not in ("=", "!=") and (left.nullable or right.nullable))

    def _possible(self, place: Node, one: Type, constant: Node) -> None:
        """A text that is compared with what it can't be."""
        if isinstance(constant, syntax.Constant) and type(constant.value) is str and one.values is not None:
            if isinstance(place, syntax.Constant):
                return
            if constant.value not in (one.options or one.values):
                message, repair = words.impossible(source(place), constant.value, one.options or one.values)
                self.fault("impossible", message, repair)
            elif constant.value not in one.values:
                message = f"'{source(place)}' kan hier niet meer \"{constant.value}\" zijn."
                self.fault("gone", message)

    def _bare(self, node: Node, other: Type) -> None:
        """A name that nobody knows beside a text: probably a text without its quotes."""
        fits = other.kind == "string" and other.holds == ""
        if isinstance(node, syntax.Name) and fits and (other.options is None or node.name in other.options):
            self.found.uses = [
                replace(use, literal=True) if use.path == (node.name,) and use.fact is None else use
                for use in self.found.uses
            ]

    def logic(self, node: syntax.Logic, names: Names, copied: bool) -> Type:
        found = [self.visit(operand, names) for operand in node.operands]
        for operand, one in zip(node.operands, found, strict=True):
            self._must_be_boolean(operand, one)
        return nullable(BOOLEAN, any(one.nullable for one in found))

    def _must_be_boolean(self, node: Node, one: Type) -> None:
        if one.known and one.kind != "boolean":
            self.fault("type", f"'{source(node)}' is {one.dutch}, en niet waar of onwaar.")

    def between(self, node: syntax.Between, names: Names, copied: bool) -> Type:
        value = self.visit(node.value, names)
        for bound in (node.low, node.high):
            self._matches(node, value, self.visit(bound, names))
        return nullable(BOOLEAN, value.nullable)

    def _matches(self, node: Node, one: Type, other: Type) -> None:
        if one.known and other.known and not _comparable(one, other):
            self.fault("type", words.never_fits(node, one, other))

    def inside(self, node: syntax.In, names: Names, copied: bool) -> Type:
        value = self.visit(node.value, names)
        for test in node.tests:
            inner = names.inner({"?": value})
            self._test(node, value, test.operand, inner)
        return BOOLEAN

    def _test(self, node: syntax.In, value: Type, operand: Node, names: Names) -> None:
        match operand:
            case syntax.RangeLiteral(low=low, high=high):
                self._matches(node, value, self.visit(low, names))
                self._matches(node, value, self.visit(high, names))
            case syntax.ListLiteral(items=items):
                for item in items:
                    self._test(node, value, item, names)
            case syntax.Constant():
                self._matches(node, value, self.visit(operand, names))
                self._possible(node.value, value, operand)
            case _:
                self.visit(operand, names)

    def instance(self, node: syntax.InstanceOf, names: Names, copied: bool) -> Type:
        self.visit(node.value, names)
        return BOOLEAN

    def choice(self, node: syntax.If, names: Names, copied: bool) -> Type:
        condition = self.visit(node.condition, names)
        self._must_be_boolean(node.condition, condition)
        known = self.assumed.get(source(node.condition), frozenset())
        before = self.guards
        self.guards = before | {(name,) for name in known}
        then = self.visit(node.then, names, copied=copied)
        self.guards = before
        return join(then, self.visit(node.otherwise, names, copied=copied))

    # ── lists ──

    def loop(self, node: syntax.For, names: Names, copied: bool) -> Type:
        names = self._iterated(node.iterators, names)
        item = self.visit(node.body, names.inner({"partial": Type("list")}), copied=True)
        return list_of(item)

    def quantified(self, node: syntax.Quantified, names: Names, copied: bool) -> Type:
        names = self._iterated(node.iterators, names)
        self._must_be_boolean(node.condition, self.visit(node.condition, names))
        return BOOLEAN

    def _iterated(self, iterators: tuple[syntax.Iterator, ...], names: Names) -> Names:
        for one in iterators:
            found = self.visit(one.source, names)
            if one.end is not None:
                self.visit(one.end, names)
                item = NUMBER if found.kind == "number" else UNKNOWN
            else:
                item = (found.item or UNKNOWN) if found.kind == "list" else UNKNOWN
            names = names.inner({one.name: item})
        return names

    def filter(self, node: syntax.Filter, names: Names, copied: bool) -> Type:
        target = self.visit(node.target, names)
        item = (target.item or UNKNOWN) if target.kind == "list" else UNKNOWN
        members = dict(item.members) if item.kind == "context" and item.members is not None else None
        # Of an item that is not known any name may be a member.
        unknown = members is None and (item.kind in (ANY, "context") or item is UNKNOWN)
        inner = names.inner({"item": item, **(members or {})}, open=unknown)
        condition = self.visit(node.condition, inner)
        if condition.kind == "number":
            return nullable(item)
        if condition.kind == "boolean":
            return list_of(item, nullable=target.nullable)
        return UNKNOWN

    # ── calls ──

    def call(self, node: syntax.Call, names: Names, copied: bool) -> Type:
        name = node.target.name if isinstance(node.target, syntax.Name) else ""
        own, _ = names.find(name) if name else (None, False)
        if not name or own is not None or name not in BUILTIN_NAMES:
            if not name:
                self.visit(node.target, names)
            elif own is None and not names.open:
                self._no_function(name)
            for argument in node.arguments:
                self.visit(argument, names)
            return UNKNOWN
        given = [self.visit(argument, names) for argument in node.arguments]
        if node.names:
            return nullable(builtins.result(name, given))
        self._check_arguments(node, name, given)
        found = builtins.result(name, given)
        if name == "get or else":
            return found
        if name in builtins.NEVER_EMPTY:
            return nullable(found, name == "list contains" and bool(given) and given[0].nullable)
        return nullable(found, any(one.nullable for one in given))

    def _no_function(self, name: str) -> None:
        meant = closest(name, BUILTIN_NAMES)
        hint = f" Bedoelt u '{meant}'?" if meant else ""
        self.fault("member", f"De functie '{name}' bestaat niet.{hint}")

    def _check_arguments(self, node: syntax.Call, name: str, given: list[Type]) -> None:
        if name == "list contains" and len(given) == 2 and given[0].kind == "list" and given[0].item:
            self._possible(node.arguments[0], given[0].item, node.arguments[1])
        if name not in TABLE:
            return
        wrong = builtins.misfit(name, given)
        if wrong is not None:
            place, wanted = wrong
            self.fault(
                "type",
                f"'{source(node.arguments[place])}' is {given[place].dutch}, "
                f"en '{name}' wil daar {words.kind(wanted)}.",
            )


def _comparable(left: Type, right: Type) -> bool:
    if left.kind == right.kind:
        return True
    # A moment and a day can be told apart, and a duration of either kind may come out of one function.
    return (
        False
        if {left.kind, right.kind} <= {"string", "number", "boolean", "list", "context"}
        else (not (left.kind in TEMPORAL) ^ (right.kind in TEMPORAL))
    )


_READERS: dict[type[Node], Callable[[_Reader, Any, Names, bool], Type]] = {
    syntax.Name: _Reader.name,
    syntax.Path: _Reader.path,
    syntax.Constant: _Reader.constant,
    syntax.ListLiteral: _Reader.listed,
    syntax.ContextLiteral: _Reader.context,
    syntax.Boxed: _Reader.boxed,
    syntax.Coerced: _Reader.coerced,
    syntax.RangeLiteral: _Reader.range,
    syntax.OperatorRange: _Reader.range,
    syntax.FunctionLiteral: _Reader.function,
    syntax.Negation: _Reader.negation,
    syntax.Arithmetic: _Reader.arithmetic,
    syntax.Comparison: _Reader.comparison,
    syntax.Logic: _Reader.logic,
    syntax.Between: _Reader.between,
    syntax.In: _Reader.inside,
    syntax.InstanceOf: _Reader.instance,
    syntax.If: _Reader.choice,
    syntax.For: _Reader.loop,
    syntax.Quantified: _Reader.quantified,
    syntax.Filter: _Reader.filter,
    syntax.Call: _Reader.call,
}


def parse(text: str) -> Node | None:
    """The tree of a text of a diagram or form, without its `=`; None where it is no FEEL."""
    try:
        return feel.compile(text).tree
    except (feel.FeelSyntaxError, feel.FeelLimitError):
        return None
