"""Two versions of a DMN file: decisions, their expressions, and of tables the columns, rules and cells."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from app.checks import dmn_parts
from app.checks.compare.model import Change, Piece, State
from app.checks.compare.rules import Rules
from app.checks.compare.table_text import Table, read_table
from app.checks.compare.words import as_it_is, capital, count, normal, now_was, plain, quoted, shown, told
from app.checks.xml_parts import Canonical, Document, Node, Part
from app.errors import Invalid

_NOUNS = {
    "decision": "de beslissing",
    "businessKnowledgeModel": "de rekenregel",
    "inputData": "het invoergegeven",
    "decisionService": "de beslisdienst",
    "itemDefinition": "het gegevenstype",
    "knowledgeSource": "de bron",
    "import": "het ingevoegde bestand",
}
_DECIDES = ("decision", "businessKnowledgeModel")


@dataclass(slots=True)
class _Side:
    """One version: its elements by id."""

    document: Document
    elements: dict[str, Part] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for part in self.document.root.parts:
            if part.key[0] == "id":
                self.elements[part.key[1]] = part

    def name(self, reference: str) -> str:
        part = self.elements.get(reference.rpartition("#")[2])
        return reference.rpartition("#")[2] if part is None else part.node.attributes.get("name", part.key[1])

    def table(self, id: str) -> Table | None:
        part = self.document.parts.get(("table", id))
        return None if part is None else read_table(part.node)


def compare(before: bytes, after: bytes) -> tuple[Piece, ...]:
    """Raises Invalid when either version cannot be read."""
    old, new = _Side(dmn_parts.read(before)), _Side(dmn_parts.read(after))
    same = _matched(old, new)
    pieces = [*_decisions(old, new, same)]
    loose = [*_others(old, new, same), *_of_file(old, new)]
    if loose:
        pieces.append(Piece("file", "Het hele bestand", "changed", tuple(loose)))
    return tuple(pieces)


def whole(content: bytes, *, new: bool) -> tuple[Piece, ...]:
    """A file that came or went, in one sentence a decision. Raises Invalid."""
    side = _Side(dmn_parts.read(content))
    found = [part for part in side.elements.values() if part.node.name in _DECIDES]
    if not found:
        raise Invalid("Dit bestand bevat geen beslissing.")
    return tuple(_whole(side, part, new=new) for part in found)


def _whole(side: _Side, part: Part, *, new: bool) -> Piece:
    id, name = part.key[1], part.node.attributes.get("name", part.key[1])
    table = side.table(id)
    size = f" ({count(len(table.rules), 'regel', 'regels')})" if table is not None else ""
    text = f"{capital(_NOUNS[part.node.name])} {quoted(name)} is {'nieuw' if new else 'vervallen'}{size}."
    ids = (None, id) if new else (id, None)
    state: Literal["added", "removed"] = "added" if new else "removed"
    return Piece("decision", name, state, (Change(state, "decision", text, *ids),), *ids)


def _matched(old: _Side, new: _Side) -> dict[str, str]:
    """Id before -> id after; an element with another id is known by its kind and name."""
    same = {id: id for id in old.elements if id in new.elements}
    named: dict[tuple[str, str], list[str]] = {}
    for id, part in new.elements.items():
        if id not in same:
            named.setdefault((part.node.name, part.node.attributes.get("name", "")), []).append(id)
    for id, part in old.elements.items():
        found = named.get((part.node.name, part.node.attributes.get("name", "")), [])
        if id not in same and len(found) == 1:
            same[id] = found.pop()
    return same


def _decisions(old: _Side, new: _Side, same: Mapping[str, str]) -> Iterator[Piece]:
    back = {now: was for was, now in same.items()}
    for id, part in new.elements.items():
        if part.node.name not in _DECIDES:
            continue
        if id not in back:
            yield _whole(new, part, new=True)
            continue
        rules = Rules.of(back[id], id, old.table(back[id]), new.table(id))
        found = [*_decision(old, new, same, back[id], id), *(rules.changes() if rules else ())]
        found += _untold(old, new, back[id], id, told_of=bool(found))
        state: State = "changed" if found else "same"
        drawing = rules.drawing() if rules and rules.different() else None
        name = part.node.attributes.get("name", id)
        yield Piece("decision", name, state, tuple(found), back[id], id, drawing)
    for id, part in old.elements.items():
        if part.node.name in _DECIDES and id not in same:
            yield _whole(old, part, new=False)


def _decision(old: _Side, new: _Side, same: Mapping[str, str], was_id: str, id: str) -> Iterator[Change]:
    was, now = old.elements[was_id].node, new.elements[id].node
    names = [one.attributes.get("name", "") for one in (was, now)]
    called = f"{_NOUNS[now.name]} {quoted(names[1])}"

    def change(about: str, text: str, before: str = "", after: str = "") -> Change:
        return Change("changed", about, text, was_id, id, before, after)

    if names[0] != names[1]:
        text = f"{capital(_NOUNS[now.name])} {quoted(names[0])} heet nu {quoted(names[1])}."
        yield change("name", text, *names)
    if was_id != id:
        text = f"{capital(called)} heeft intern een andere id: nu {quoted(id)}, was {quoted(was_id)}."
        yield change("id", text, was_id, id)
    notes = [_content(one, "description") for one in (was, now)]
    if normal(notes[0]) != normal(notes[1]):
        yield change("documentation", told("de uitleg", called, *notes, say=as_it_is), *notes)
    for about, what in (("name", "de naam van de uitkomst"), ("typeRef", "het soort uitkomst")):
        values = [_variable(one, about) for one in (was, now)]
        if values[0] != values[1]:
            yield change("variable", told(what, called, *values, say=as_it_is), *values)
    yield from _needs(old, new, same, was_id, id, called)
    yield from _logic(old, new, was_id, id, called)


def _content(node: Node, name: str) -> str:
    inner = node.child(name)
    return "" if inner is None else inner.text.strip()


def _variable(node: Node, attribute: str) -> str:
    variable = node.child("variable")
    return "" if variable is None else variable.attributes.get(attribute, "")


def _needs(
    old: _Side, new: _Side, same: Mapping[str, str], was_id: str, id: str, called: str
) -> Iterator[Change]:
    was = {same.get(one, one): one for one in _needed(old, was_id)}
    now = _needed(new, id)
    for reference in now:
        if reference not in was:
            text = f"{capital(called)} steunt nu ook op {quoted(new.name(reference))}."
            yield Change("changed", "needs", text, was_id, id, "", reference)
    for reference, before in was.items():
        if reference not in now:
            text = f"{capital(called)} steunt niet meer op {quoted(old.name(before))}."
            yield Change("changed", "needs", text, was_id, id, before, "")


def _needed(side: _Side, id: str) -> list[str]:
    keys = [key for key in side.document.parts if key[0] == "need" and key[1] == id]
    return [key[2].removeprefix("#") for key in keys]


def _logic(old: _Side, new: _Side, was_id: str, id: str, called: str) -> Iterator[Change]:
    parts = [
        side.document.parts.get(("table", one)) or side.document.parts.get(("logic", one))
        for side, one in ((old, was_id), (new, id))
    ]
    kinds = ["" if part is None else part.node.name for part in parts]
    if kinds[0] != kinds[1]:
        words = [_LOGIC.get(kind, "een andere berekening") for kind in kinds]
        text = f"{capital(called)} is nu {words[1]}, was {words[0]}."
        yield Change("changed", "logic", text, was_id, id)
    elif kinds[0] == "literalExpression":
        texts = [dmn_parts.text_of(None if part is None else part.node) for part in parts]
        if normal(texts[0]) != normal(texts[1]):
            text = f"De berekening van {called} is {now_was(*texts)}."
            yield Change("changed", "expression", text, was_id, id, *texts)


_LOGIC = {
    "": "leeg",
    "decisionTable": "een tabel",
    "literalExpression": "één expressie",
    "context": "een berekening in stappen",
    "functionDefinition": "een functie",
}
_TOLD = ("description", "variable")


def _untold(old: _Side, new: _Side, was_id: str, id: str, *, told_of: bool) -> Iterator[Change]:
    """What has no sentence of its own: other kinds of logic, and technical settings."""
    name = new.elements[id].node.attributes.get("name", id)
    for kind in ("logic", "function"):
        parts = [side.document.parts.get((kind, one)) for side, one in ((old, was_id), (new, id))]
        if parts[0] is None or parts[1] is None or parts[0].node.name != parts[1].node.name:
            continue
        if parts[1].node.name != "literalExpression" and parts[0].own != parts[1].own:
            text = f"De berekening van {quoted(name)} is anders."
            yield Change("changed", "logic", text, was_id, id)
            return
    owns = [_rest(side.elements[one].own) for side, one in ((old, was_id), (new, id))]
    if owns[0] != owns[1] and not told_of:
        yield Change(
            "changed", "technical", f"Een technische instelling van {quoted(name)} is anders.", was_id, id
        )


def _rest(own: Canonical) -> Canonical:
    space, name, attributes, text, children = own
    kept = tuple(one for one in attributes if one[0] != "name")
    return (space.split("/DMN/")[0], name, kept, text, tuple(one for one in children if one[1] not in _TOLD))


def _others(old: _Side, new: _Side, same: Mapping[str, str]) -> Iterator[Change]:
    """Input data, types, imports and services."""
    for id, part in old.elements.items():
        if part.node.name in _DECIDES:
            continue
        called = f"{_NOUNS.get(part.node.name, 'het onderdeel')} {quoted(old.name(id))}"
        if id not in same:
            yield Change("removed", "other", f"{capital(called)} is vervallen.", id, None)
            continue
        now = new.elements[same[id]]
        names = old.name(id), new.name(same[id])
        types = _variable(part.node, "typeRef"), _variable(now.node, "typeRef")
        if names[0] != names[1]:
            yield Change(
                "changed", "name", f"{capital(called)} heet nu {quoted(names[1])}.", id, same[id], *names
            )
        elif types[0] != types[1]:
            text = told("het soort", called, *types, say=as_it_is)
            yield Change("changed", "type", text, id, same[id], *types)
        elif part.own != now.own:
            yield Change("changed", "other", f"{capital(called)} is anders.", id, same[id])
    for id, part in new.elements.items():
        if id not in same.values() and part.node.name not in _DECIDES:
            kind = _NOUNS.get(part.node.name, "het onderdeel").split(" ", 1)[1]
            text = f"Er is een {kind} bijgekomen: {shown(plain(new.name(id)))}."
            yield Change("added", "other", text, None, id)


def _of_file(old: _Side, new: _Side) -> Iterator[Change]:
    owns = [_root(side.document.root.own) for side in (old, new)]
    if owns[0] != owns[1]:
        yield Change("changed", "technical", "Een technische instelling van het bestand is anders.")


def _root(own: Canonical) -> Canonical:
    _, name, attributes, text, children = own
    return (name, attributes, text, children)
