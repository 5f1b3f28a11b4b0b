"""Loops, filters, and calls of the built-in functions."""

from app.checks.dataflow import builtins, words
from app.checks.dataflow.reading.model import Names
from app.checks.dataflow.reading.operators import must_be_boolean, possible
from app.checks.dataflow.reading.reader import Reader, reads
from app.checks.dataflow.types import ANY, BOOLEAN, NUMBER, UNKNOWN, Type, list_of, nullable
from app.checks.names import closest
from app.feel import syntax
from app.feel.builtins import BUILTIN_NAMES, TABLE
from app.feel.printer import source


@reads(syntax.For)
def loop(to: Reader, node: syntax.For, names: Names, copied: bool) -> Type:
    names = _iterated(to, node.iterators, names)
    item = to.visit(node.body, names.inner({"partial": Type("list")}), copied=True)
    return list_of(item)


@reads(syntax.Quantified)
def quantified(to: Reader, node: syntax.Quantified, names: Names, copied: bool) -> Type:
    names = _iterated(to, node.iterators, names)
    must_be_boolean(to, node.condition, to.visit(node.condition, names))
    return BOOLEAN


def _iterated(to: Reader, iterators: tuple[syntax.Iterator, ...], names: Names) -> Names:
    for one in iterators:
        found = to.visit(one.source, names)
        if one.end is not None:
            to.visit(one.end, names)
            item = NUMBER if found.kind == "number" else UNKNOWN
        else:
            item = (found.item or UNKNOWN) if found.kind == "list" else UNKNOWN
        names = names.inner({one.name: item})
    return names


@reads(syntax.Filter)
def filtered(to: Reader, node: syntax.Filter, names: Names, copied: bool) -> Type:
    target = to.visit(node.target, names)
    item = (target.item or UNKNOWN) if target.kind == "list" else UNKNOWN
    members = dict(item.members) if item.kind == "context" and item.members is not None else None
    # Of an item that is not known any name may be a member.
    unknown = members is None and (item.kind in (ANY, "context") or item is UNKNOWN)
    inner = names.inner({"item": item, **(members or {})}, open=unknown)
    condition = to.visit(node.condition, inner)
    if condition.kind == "number":
        return nullable(item)
    if condition.kind == "boolean":
        return list_of(item, nullable=target.nullable)
    return UNKNOWN


@reads(syntax.Call)
def call(to: Reader, node: syntax.Call, names: Names, copied: bool) -> Type:
    name = node.target.name if isinstance(node.target, syntax.Name) else ""
    own, _ = names.find(name) if name else (None, False)
    if not name or own is not None or name not in BUILTIN_NAMES:
        if not name:
            to.visit(node.target, names)
        elif own is None and not names.open:
            _no_function(to, name)
        for argument in node.arguments:
            to.visit(argument, names)
        return UNKNOWN
    given = [to.visit(argument, names) for argument in node.arguments]
    if node.names:
        return nullable(builtins.result(name, given))
    _check_arguments(to, node, name, given)
    found = builtins.result(name, given)
    if name == "get or else":
        return found
    if name in builtins.NEVER_EMPTY:
        return nullable(found, name == "list contains" and bool(given) and given[0].nullable)
    return nullable(found, any(one.nullable for one in given))


def _no_function(to: Reader, name: str) -> None:
    meant = closest(name, BUILTIN_NAMES)
    hint = f" Bedoelt u '{meant}'?" if meant else ""
    to.fault("member", f"De functie '{name}' bestaat niet.{hint}")


def _check_arguments(to: Reader, node: syntax.Call, name: str, given: list[Type]) -> None:
    if name == "list contains" and len(given) == 2 and given[0].kind == "list" and given[0].item:
        possible(to, node.arguments[0], given[0].item, node.arguments[1])
    if name not in TABLE:
        return
    wrong = builtins.misfit(name, given)
    if wrong is not None:
        place, wanted = wrong
        to.fault(
            "type",
            f"'{source(node.arguments[place])}' is {given[place].dutch}, "
            f"en '{name}' wil daar {words.kind(wanted)}.",
        )
