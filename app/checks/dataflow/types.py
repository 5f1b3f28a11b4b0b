"""What is known of a value before it is there: its kind, the texts that it can be, its members or items."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from typing import Final

MAX_DEPTH = 5
"""Deeper than this nothing is known of members: a script that wraps its own result would never end."""
MAX_VALUES = 60
"""So many texts are kept apart; with more of them it is any text."""

ANY: Final = "any"
TEMPORAL: Final = frozenset(
    ["date", "time", "date and time", "days and time duration", "years and months duration"]
)
DUTCH: Final = {
    "any": "iets onbekends",
    "null": "leeg",
    "never": "niets",
    "string": "een tekst",
    "number": "een getal",
    "boolean": "ja of nee",
    "list": "een lijst",
    "context": "een groep gegevens",
    "date": "een datum",
    "time": "een tijd",
    "date and time": "een datum met tijd",
    "days and time duration": "een duur",
    "years and months duration": "een duur",
    "range": "een bereik",
    "function": "een functie",
}


@dataclass(frozen=True, slots=True)
class Type:
    """`kind` is FEEL's name of the type, `any` where it is not known, `null` where it always is empty."""

    kind: str
    nullable: bool = False
    values: frozenset[str] | None = None
    """Of a text: all that it can be here; None where it can be any text."""
    options: frozenset[str] | None = None
    """Of a text: all that it can be at all, before a gateway told some of them away."""
    item: "Type | None" = None
    """Of a list."""
    members: tuple[tuple[str, "Type"], ...] | None = None
    """Of a context, by name; None where it can have any."""
    holds: str = ""
    """Of a text: the date, time, or date and time that is written in it."""
    filled: bool = False
    """Of a list: whether there surely is something in it."""

    @property
    def known(self) -> bool:
        return self.kind not in (ANY, "null", "never")

    def member(self, name: str) -> "Type | None":
        """The type of a member; None when it surely has none of this name."""
        if self.members is None:
            return UNKNOWN
        return next((one for key, one in self.members if key == name), None)

    @property
    def dutch(self) -> str:
        """What it is, in Dutch."""
        if self.holds and self.kind == "string":
            return f"een tekst met {DUTCH[self.holds]}"
        return DUTCH[self.kind]

    @property
    def label(self) -> str:
        """What it is in a word or two, for a list of variables."""
        if self.kind == "string" and self.holds:
            return DUTCH[self.holds].removeprefix("een ")
        if self.kind == "string" and self.values is not None:
            return "keuze"
        return "onbekend" if not self.known else DUTCH[self.kind].removeprefix("een ")


UNKNOWN: Final = Type(ANY, nullable=True)
NULL: Final = Type("null", nullable=True)
NEVER: Final = Type("never")
"""The items of a list without any."""
NUMBER: Final = Type("number")
BOOLEAN: Final = Type("boolean")
TEXT: Final = Type("string")


def text(values: Iterable[str] | None = None, *, nullable: bool = False) -> Type:
    """A text, or one of these."""
    found = None if values is None else frozenset(values)
    found = None if found is not None and len(found) > MAX_VALUES else found
    return Type("string", nullable, found, found)


def list_of(item: Type, *, nullable: bool = False) -> Type:
    return Type("list", nullable, item=item)


def context(members: Mapping[str, Type], *, nullable: bool = False) -> Type:
    return Type("context", nullable, members=tuple(sorted(members.items())))


def nullable(one: Type, also: bool = True) -> Type:
    """The same, that can also be empty."""
    return one if one.nullable or not also else replace(one, nullable=True)


def sure(one: Type) -> Type:
    """The same, but never empty."""
    return replace(one, nullable=False) if one.nullable else one


def join(left: Type, right: Type) -> Type:
    """What a value is that may be the one or the other."""
    if left is right or left == right:
        return left
    either = left.nullable or right.nullable
    if left.kind == "never" or right.kind == "never":
        return right if left.kind == "never" else left
    if left.kind == "null" or right.kind == "null":
        return nullable(right if left.kind == "null" else left)
    if left.kind != right.kind:
        return Type(ANY, either)
    return Type(
        left.kind,
        either,
        _both(left.values, right.values),
        _both(left.options, right.options),
        None if left.item is None or right.item is None else join(left.item, right.item),
        _members(left.members, right.members),
        left.holds if left.holds == right.holds else "",
        left.filled and right.filled,
    )


def joined(types: Iterable[Type]) -> Type:
    """What a value is that may be any of these; unknown if there are none."""
    found = list(types)
    return reduce(join, found) if found else UNKNOWN


def _both(left: frozenset[str] | None, right: frozenset[str] | None) -> frozenset[str] | None:
    if left is None or right is None or len(left | right) > MAX_VALUES:
        return None
    return left | right


Members = tuple[tuple[str, Type], ...] | None


def _members(left: Members, right: Members) -> Members:
    if left is None or right is None:
        return None
    one, other = dict(left), dict(right)
    found = {
        name: join(one[name], other[name])
        if name in one and name in other
        else nullable(one.get(name) or other[name])
        for name in {**one, **other}
    }
    return tuple(sorted(found.items()))


def merge(below: Type, above: Type) -> Type:
    """Two contexts in one, deep; `above` wins (as forms lay answers over what the case knows)."""
    if below.kind != "context" or above.kind != "context" or below.members is None or above.members is None:
        return above
    found = dict(below.members)
    for name, one in above.members:
        found[name] = merge(found[name], one) if name in found else one
    return context(found, nullable=above.nullable)


def shallow(one: Type, depth: int = MAX_DEPTH) -> Type:
    """The same, without what lies too deep to be told apart."""
    if one.item is None and not one.members:
        return one
    if depth == 0:
        return Type(one.kind, one.nullable)
    members = None if one.members is None else tuple((n, shallow(t, depth - 1)) for n, t in one.members)
    return replace(one, item=None if one.item is None else shallow(one.item, depth - 1), members=members)


def at(one: Type, path: tuple[str, ...]) -> Type | None:
    """What stands at a path of members; None when there surely is nothing."""
    found: Type | None = one
    for name in path:
        if found is None or found.kind not in ("context", ANY):
            return None
        found = UNKNOWN if found.kind == ANY else found.member(name)
    return found


def with_at(one: Type, path: tuple[str, ...], value: Type) -> Type:
    """The same with something else at a path of members; what is no context becomes one."""
    if not path:
        return value
    if one.kind == ANY or (one.kind == "context" and one.members is None):
        return Type("context")
    members = dict(one.members or ()) if one.kind == "context" else {}
    members[path[0]] = with_at(members.get(path[0], NULL), path[1:], value)
    return context(members)


def paths(name: str, one: Type, depth: int = 3) -> Iterator[tuple[str, Type]]:
    """A variable and its members, by the names that expressions have for them."""
    yield name, one
    if one.kind == "context" and depth > 1:
        for member, inner in one.members or ():
            yield from paths(f"{name}.{member}", inner, depth - 1)
