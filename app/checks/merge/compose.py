"""A plan -> the file. What nobody changed keeps its text to the byte; what is put in keeps its own."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from app.checks.merge.three_way import MINE, THEIRS, Name, Plan
from app.checks.xml_parts import Document, Item, Key, Part

_RANKS = {"documentation": 0, "description": 0, "extensionElements": 1, "incoming": 2, "outgoing": 3}
"""What must stand first in an element, in this order."""
_LATER = 9
Redraw = Callable[[Part], bytes | None]
"""Another text for a part of the drawing; None to keep it."""


def compose(made: Plan, *, order: "Order", redraw: Redraw = lambda part: None) -> bytes:
    """Only for a plan without clashes."""
    root = made.part(("root",))
    document = made.document(made.side[("root",)])
    writer = _Writer(made, order, redraw, made.inside())
    return document.before + writer.part(root.key, {}) + document.after


Order = Callable[[Key, list[Key]], list[Key]]
"""The order of the parts within a part, where the format knows better."""


@dataclass(slots=True)
class _Writer:
    made: Plan
    order: Order
    redraw: Redraw
    inside: Mapping[Key, set[Key]]

    def part(self, key: Key, scope: Mapping[str, str]) -> bytes:
        part = self.made.part(key)
        text = self.redraw(part)
        if text is not None:
            return text
        items = self.items(part)
        start, end = part.open, part.close
        if items and not part.close:
            start, end = self.opened(part)
        own = b"".join([start, *(item.text for item in items), end])
        missing = _missing(own, part, scope)
        declared = "".join(f' xmlns{":" if name else ""}{name}="{uri}"' for name, uri in missing.items())
        if declared:
            cut = len(start) - (2 if start.endswith(b"/>") else 1)
            start = start[:cut] + declared.encode() + start[cut:]
        inner = {**scope, **_declared(part), **missing}
        written = (
            item.lead + (item.text if item.part is None else self.part(item.part.key, inner))
            for item in items
        )
        return b"".join([start, *written, end])

    def opened(self, part: Part) -> tuple[bytes, bytes]:
        """The tags of an element that closed itself, and has something in it now."""
        other = self.made.document(THEIRS if self.made.side[part.key] == MINE else MINE).parts.get(part.key)
        lead = b"" if other is None else other.close.partition(b"<")[0]
        return part.open[:-2].rstrip() + b">", lead + f"</{part.node.raw_name}>".encode()

    def items(self, part: Part) -> list[Item]:
        """Its own content and the parts in it, in order."""
        wanted = self.inside.get(part.key, set())
        found = [item for item in part.items if item.part is None or item.part.key in wanted]
        found = self.ordered(part.key, found)
        present = {item.part.key for item in found if item.part is not None}
        for side in (MINE, THEIRS):
            other = self.made.document(side).parts.get(part.key)
            for item in [] if other is None else other.items:
                key = None if item.part is None else item.part.key
                if key in wanted and key not in present:
                    present.add(key)
                    _insert(found, item, other.items if other is not None else [])
        return self.arranged(part.key, found)

    def ordered(self, key: Key, items: list[Item]) -> list[Item]:
        """In the order of the side that changed it, if one did."""
        side = _order_side(self.made, key)
        if side is None:
            return items
        places = {one.key: place for place, one in enumerate(self.made.document(side).parts[key].parts)}
        slots = [
            index for index, item in enumerate(items) if item.part is not None and item.part.key in places
        ]
        sorted_items = sorted(
            (items[index] for index in slots), key=lambda item: places[item.part.key] if item.part else 0
        )
        arranged = list(items)
        for index, item in zip(slots, sorted_items, strict=True):
            arranged[index] = Item(items[index].lead, item.text, item.part, item.name)
        return arranged

    def arranged(self, key: Key, items: list[Item]) -> list[Item]:
        slots = [index for index, item in enumerate(items) if item.part is not None]
        keys = [item.part.key for item in items if item.part is not None]
        wanted = self.order(key, keys)
        if wanted == keys:
            return items
        by_key = {item.part.key: item for item in items if item.part is not None}
        found = list(items)
        for index, one in zip(slots, wanted, strict=True):
            found[index] = by_key[one]
        return found


def _insert(items: list[Item], new: Item, others: Sequence[Item]) -> None:
    """Behind the part that it stands behind on its own side; else before the one that it stands before."""
    rank = _RANKS.get(new.name, _LATER)
    if rank < _LATER:
        places = [place for place, item in enumerate(items) if _RANKS.get(item.name, _LATER) <= rank]
        items.insert(places[-1] + 1 if places else 0, new)
        return
    here = {item.part.key: place for place, item in enumerate(items) if item.part is not None}
    keys = [item.part.key for item in others if item.part is not None]
    own = keys.index(new.part.key) if new.part is not None else 0
    for key in reversed(keys[:own]):
        if key in here:
            items.insert(here[key] + 1, new)
            return
    for key in keys[own + 1 :]:
        if key in here:
            items.insert(here[key], new)
            return
    items.append(new)


def _order_side(made: Plan, key: Key) -> Name | None:
    """The side that put the parts of this part in another order, where the text comes from the other one."""
    documents = {name: one.parts.get(key) for name, one in _named(made).items()}
    if any(part is None for part in documents.values()):
        return None
    listed = {name: [one.key for one in part.parts] for name, part in documents.items() if part is not None}
    common = set.intersection(*(set(keys) for keys in listed.values()))
    orders = {name: [one for one in keys if one in common] for name, keys in listed.items()}
    changed = [name for name in (MINE, THEIRS) if orders[name] != orders["base"]]
    side = changed[0] if changed else None
    return None if side == made.side[key] else side


def both_reordered(made: Plan, key: Key) -> bool:
    """Whether both sides put the parts of this part in another order, each in its own way."""
    parts = [one.parts.get(key) for one in (made.base, made.mine, made.theirs)]
    listed = [[one.key for one in part.parts] for part in parts if part is not None]
    if len(listed) < 3:
        return False
    common = set(listed[0]) & set(listed[1]) & set(listed[2])
    was, mine, theirs = ([one for one in keys if one in common] for keys in listed)
    return was not in (mine, theirs) and mine != theirs


def _named(made: Plan) -> dict[str, Document]:
    return {"base": made.base, MINE: made.mine, THEIRS: made.theirs}


def _declared(part: Part) -> dict[str, str]:
    """The namespaces that its own start tag declares."""
    around = {} if part.parent is None else part.parent.node.prefixes
    return {name: uri for name, uri in part.node.prefixes.items() if around.get(name) != uri}


def _missing(own: bytes, part: Part, scope: Mapping[str, str]) -> dict[str, str]:
    """The namespaces that it uses and that mean something else, or nothing, where it is put."""
    known = {**scope, **_declared(part)}
    found = {
        name: uri
        for name, uri in part.node.prefixes.items()
        if name and name != "xml" and known.get(name) != uri and f"{name}:".encode() in own
    }
    default = part.node.prefixes.get("", "")
    return found | ({"": default} if known.get("", "") != default else {})
