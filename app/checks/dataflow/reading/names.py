"""Names and paths, and the literals of lists, contexts and functions."""

from app.checks.dataflow import types, words
from app.checks.dataflow.reading.model import Names, Path, Use
from app.checks.dataflow.reading.reader import Reader, path_of, reads
from app.checks.dataflow.types import ANY, NEVER, NULL, UNKNOWN, Type, joined, list_of, nullable, sure, text
from app.checks.names import closest
from app.checks.repairs import named
from app.feel import syntax, values
from app.feel.builtins import TABLE
from app.feel.printer import source
from app.feel.syntax import Node


@reads(syntax.Name)
def name(to: Reader, node: syntax.Name, names: Names, copied: bool) -> Type:
    return _root(to, node, (node.name,), names, copied)


def _root(to: Reader, node: syntax.Name, path: Path, names: Names, copied: bool) -> Type:
    fact, own = names.find(node.name)
    if fact is None and node.name in TABLE:
        return Type("function")
    guarded = any(path[:length] in to.guards for length in range(1, len(path) + 1))
    if not own and not (fact is None and names.open):
        meant = None if fact is not None else closest(node.name, names.all())
        to.found.uses.append(Use(node.name, path, fact, guarded, copied, meant=meant))
    if fact is None:
        # What nobody fills in is empty.
        return UNKNOWN if names.open else NULL
    # Who tests it for null knows what to do where it is.
    return sure(fact.type) if path[:1] in to.guards else nullable(fact.type, not fact.certain)


@reads(syntax.Path)
def path(to: Reader, node: syntax.Path, names: Names, copied: bool) -> Type:
    whole = next(path_of(node), None)
    if whole is None or not isinstance(node.target, syntax.Name):
        target = to.visit(node.target, names, copied=copied)
    else:
        target = _root(to, node.target, whole, names, copied)
    found = _member(to, node, target)
    return sure(found) if whole in to.guards else found


def _member(to: Reader, node: syntax.Path, target: Type) -> Type:
    match target.kind:
        case "context":
            found = target.member(node.name)
            if found is None:
                _no_member(to, node, target)
                return UNKNOWN
            return nullable(found, target.nullable)
        case "list":
            if target.item is None or not target.item.known:
                return Type("list", target.nullable)
            return list_of(_member(to, node, target.item), nullable=target.nullable)
        case "string" | "number" | "boolean":
            hint = (
                f" Maak er eerst {words.kind(target.holds)} van: {target.holds}({source(node.target)})."
                if target.holds
                else ""
            )
            message = f"'{source(node.target)}' is {target.dutch}, en heeft geen '{node.name}'.{hint}"
            to.fault("type", message)
    return UNKNOWN


def _no_member(to: Reader, node: syntax.Path, target: Type) -> None:
    meant = closest(node.name, [name for name, _ in target.members or ()])
    message = f"'{source(node.target)}' heeft geen '{node.name}'."
    if meant is None:
        to.fault("member", message)
    else:
        repair = named("correct-name", node.name, meant)
        to.fault("member", f"{message} Bedoelt u '{meant}'?", repair)


@reads(syntax.Constant)
def constant(to: Reader, node: syntax.Constant, names: Names, copied: bool) -> Type:
    value = node.value
    if value is None:
        return NULL
    if type(value) is str:
        return text([value])
    return Type(values.kind(value) or ANY)


@reads(syntax.ListLiteral)
def listed(to: Reader, node: syntax.ListLiteral, names: Names, copied: bool) -> Type:
    items = [to.visit(item, names, copied=True) for item in node.items]
    return list_of(joined(items)) if items else list_of(NEVER)


@reads(syntax.ContextLiteral)
def a_context(to: Reader, node: syntax.ContextLiteral, names: Names, copied: bool) -> Type:
    members: dict[str, Type] = {}
    for name, value in node.entries:
        members[name] = to.visit(value, names, copied=True)
        names = names.inner({name: members[name]})
    return types.context(members)


@reads(syntax.Boxed)
def boxed(to: Reader, node: syntax.Boxed, names: Names, copied: bool) -> Type:
    for name, value in node.entries:
        names = names.inner({name: to.visit(value, names, copied=True)})
    return to.visit(node.result, names, copied=copied)


@reads(syntax.Coerced)
def coerced(to: Reader, node: syntax.Coerced, names: Names, copied: bool) -> Type:
    return nullable(to.visit(node.value, names, copied=copied))


@reads(syntax.RangeLiteral)
@reads(syntax.OperatorRange)
def a_range(to: Reader, node: Node, names: Names, copied: bool) -> Type:
    for child in syntax.children(node):
        to.visit(child, names)
    return Type("range")


@reads(syntax.FunctionLiteral)
def function(to: Reader, node: syntax.FunctionLiteral, names: Names, copied: bool) -> Type:
    to.visit(node.body, names.inner(dict.fromkeys(node.parameters, UNKNOWN)))
    return Type("function")
