"""What stands elsewhere in the drawing, and works as it did."""

from collections.abc import Iterator, Mapping

from app.checks.compare.model import Change
from app.checks.compare.side import Side
from app.checks.compare.words import capital
from app.checks.xml_parts import Node, Part

TOLERANCE = 1.0
"""Points; tools round differently."""
_Key = tuple[str, str]
"""The plane and the element."""
Box = tuple[float, float, float, float]


def changes(before: Side, after: Side, same: Mapping[str, str]) -> Iterator[Change]:
    """Of every shape that both drawings have: another place, size, colour or form.

    A drawing that was shifted as a whole did not change. A flow is told of only when it is drawn otherwise
    between two steps that stayed where they were; the places of names are not.
    """
    old, new = _drawn(before), _drawn(after)
    both = {
        key: found for key in old if (found := (same.get(key[0], key[0]), same.get(key[1], key[1]))) in new
    }
    boxes = {
        key: (_box(old[key].node), _box(new[found].node))
        for key, found in both.items()
        if old[key].node.name == "BPMNShape"
    }
    shift = _shift(list(boxes.values()))
    yield from _appeared(before, after, same, old, new)
    moved: set[str] = set()
    for key, found in both.items():
        if old[key].node.name != "BPMNShape":
            continue
        text = _shape(before, *boxes[key], shift, old[key].node, new[found].node, key[1])
        if text:
            moved.add(key[1])
            yield Change("moved", "layout", text, key[1], found[1])
    for key, found in both.items():
        if old[key].node.name != "BPMNShape":
            yield from _edge(before, old[key].node, new[found].node, shift, moved, key[1], found[1])


def _appeared(
    before: Side, after: Side, same: Mapping[str, str], old: Mapping[_Key, Part], new: Mapping[_Key, Part]
) -> Iterator[Change]:
    """What was there all along, and is drawn now, or not any more."""
    drawn = {id for _, id in old}, {id for _, id in new}
    for id, now in same.items():
        if before.part(id) is None or (id in drawn[0]) == (now in drawn[1]):
            continue
        verb = "is nu ook getekend" if now in drawn[1] else "is niet meer getekend"
        yield Change("moved", "layout", f"{capital(after.called(now))} {verb}.", id, now)


def _drawn(side: Side) -> dict[tuple[str, str], Part]:
    return {(key[1], key[2]): part for key, part in side.document.parts.items() if key[0] == "shape"}


def _shape(side: Side, was: Box, now: Box, shift: tuple[float, float], old: Node, new: Node, id: str) -> str:
    called = capital(side.called(id))
    if old.attributes.get("isExpanded", "") != new.attributes.get("isExpanded", ""):
        verb = "uitgeklapt" if new.attributes.get("isExpanded") == "true" else "ingeklapt"
        return f"{called} is in de tekening {verb}."
    if not _near(was[:2], now[:2], shift):
        return f"{called} staat op een andere plek in de tekening."
    if not _near(was[2:], now[2:], (0, 0)):
        return f"{called} heeft een andere grootte in de tekening."
    if _colours(old) != _colours(new):
        return f"{called} heeft een andere kleur in de tekening."
    return ""


def _edge(
    side: Side, old: Node, new: Node, shift: tuple[float, float], moved: set[str], was_id: str, id: str
) -> Iterator[Change]:
    flow = side.flows.get(was_id)
    if flow is None or flow.source in moved or flow.target in moved:
        return
    was, now = _points(old), _points(new)
    if len(was) == len(now) and all(_near(a, b, shift) for a, b in zip(was, now, strict=True)):
        return
    text = f"{capital(side.way(was_id))} is anders getekend."
    yield Change("moved", "layout", text, was_id, id)


def _shift(boxes: list[tuple[Box, Box]]) -> tuple[float, float]:
    """How far the whole drawing was moved; nothing where only parts of it moved."""
    if not boxes:
        return (0.0, 0.0)
    was, now = boxes[0]
    shift = (now[0] - was[0], now[1] - was[1])
    return shift if all(_near(a[:2], b[:2], shift) for a, b in boxes) else (0.0, 0.0)


def _near(was: tuple[float, ...], now: tuple[float, ...], shift: tuple[float, float]) -> bool:
    return all(abs(b - a - by) <= TOLERANCE for a, b, by in zip(was, now, shift, strict=True))


def _box(node: Node) -> Box:
    bounds = node.child("Bounds")
    said = {} if bounds is None else bounds.attributes
    return (_number(said, "x"), _number(said, "y"), _number(said, "width"), _number(said, "height"))


def _points(node: Node) -> list[tuple[float, float]]:
    found = [one.attributes for one in node.children if one.name == "waypoint"]
    return [(_number(said, "x"), _number(said, "y")) for said in found]


def _number(said: Mapping[str, str], name: str) -> float:
    try:
        return float(said.get(name, 0))
    except ValueError:
        return 0.0


def _colours(node: Node) -> dict[str, str]:
    return {name: value for name, value in node.attributes.items() if name.startswith("{")}


def position(side: Side) -> dict[str, tuple[float, float]]:
    """Where each element is drawn, to tell of them from left to right."""
    found: dict[str, tuple[float, float]] = {}
    for (_, id), part in _drawn(side).items():
        if part.node.name == "BPMNShape":
            found[id] = _box(part.node)[:2]
        else:
            found[id] = next(iter(_points(part.node)), (0.0, 0.0))
    return found
