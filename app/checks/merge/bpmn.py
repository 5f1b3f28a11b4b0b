"""Merging BPMN: what may not go together though nobody touched the same, and arrows that must follow."""

from collections.abc import Iterator

from app.checks import bpmn_parts
from app.checks.merge.compose import compose
from app.checks.merge.three_way import MINE, THEIRS, Plan, first_of, plan
from app.checks.xml_parts import Document, Key, Node, Part
from app.engine import reader
from app.errors import Invalid

_FORKS = ("parallelGateway", "inclusiveGateway", "eventBasedGateway")
"""Elements that may get a flow from either side: they do not ask which comes first."""
_REFERENCES = frozenset(
    {"sourceRef", "targetRef", "attachedToRef", "default", "messageRef", "errorRef", "signalRef"}
    | {"escalationRef", "activityRef", "processRef", "bpmnElement", "dataObjectRef", "categoryValueRef"}
)


def merge(base: bytes, mine: bytes, theirs: bytes) -> tuple[bytes | None, set[str]]:
    """The file, or the ids of the elements that clash (empty text: the file as a whole). Raises Invalid."""
    made = plan(*(bpmn_parts.read(one) for one in (base, mine, theirs)), is_drawing=_is_drawing)
    _settle_edges(made)
    _settle_labels(made)
    clashes = {_element(key) for key in made.clashes} | set(_together(made))
    if clashes:
        return None, clashes
    content = compose(made, order=lambda key, keys: keys, redraw=lambda part: _redrawn(made, part))
    clashes = set(_doubtful(made, content, mine, theirs))
    return (None, clashes) if clashes else (content, set())


def _is_drawing(key: Key) -> bool:
    return key[0] in ("shape", "plane", "diagram")


def _element(key: Key) -> str:
    """The id of the element that a key is about."""
    if key[0] == "shape":
        return key[2]
    return "" if key == ("root",) else key[1]


# ── What does not go together ────────────────────────────────────────────────────────────────────────────


def _together(made: Plan) -> Iterator[str]:
    sides = [_ways_out(one) for one in (made.base, made.mine, made.theirs)]
    for id in set(sides[1]) & set(sides[2]):
        was, mine, theirs = (one.get(id, ()) for one in sides)
        part = made.mine.parts.get(("id", id))
        if part is None or part.node.name in _FORKS or mine == theirs or was in (mine, theirs):
            continue
        # A step goes on in one way, and of a choice the first that holds is taken.
        yield id
    lanes = [_lanes(one) for one in (made.base, made.mine, made.theirs)]
    for id in {*lanes[1], *lanes[2]}:
        was_in, mine_in, theirs_in = (one.get(id, frozenset()) for one in lanes)
        if mine_in != theirs_in and was_in not in (mine_in, theirs_in):
            yield id


def _ways_out(document: Document) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for key, part in document.parts.items():
        if key[0] == "id" and part.node.name == "sequenceFlow":
            found.setdefault(part.node.attributes.get("sourceRef", ""), []).append(key[1])
    return {id: tuple(flows) for id, flows in found.items()}


def _lanes(document: Document) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for key in document.parts:
        if key[0] == "member":
            found.setdefault(key[2], set()).add(key[1])
    return {id: frozenset(lanes) for id, lanes in found.items()}


# ── Is it what was meant? ────────────────────────────────────────────────────────────────────────────────


def _doubtful(made: Plan, content: bytes, mine: bytes, theirs: bytes) -> Iterator[str]:
    """Elements of the result that are not what either side had, refer to nothing, or cannot be read."""
    try:
        result = bpmn_parts.read(content)
    except Invalid:
        yield ""
        return
    for key in {**made.side, **result.parts}:
        if not _is_drawing(key) and _is_otherwise(made, result, key):
            yield _element(key)
    known = _dangling(made.mine) | _dangling(made.theirs)
    for id, named in _dangling(result) - known:
        # What the one side refers to is what the other took away.
        yield named if ("id", named) in made.base.parts else id
    yield from _out_of_order(made, result)
    before = {str(one) for version in (mine, theirs) for one in reader.processes(version, file="")[1]}
    for problem in reader.processes(content, file="")[1]:
        if str(problem) not in before:
            yield problem.element_id or ""


def _is_otherwise(made: Plan, result: Document, key: Key) -> bool:
    part = result.parts.get(key)
    if part is None or key not in made.side:
        return True
    around = key if part.parent is None else part.parent.key
    return part.own != made.part(key).own or around != made.parent[key]


def _out_of_order(made: Plan, result: Document) -> Iterator[str]:
    """Choices whose ways are asked in an order that neither side gave them."""
    was, mine, theirs, now = (_ways_out(one) for one in (made.base, made.mine, made.theirs, result))
    for id, flows in now.items():
        part = result.parts.get(("id", id))
        if part is None or part.node.name in _FORKS:
            continue
        wanted = mine.get(id, ()) if theirs.get(id, ()) == was.get(id, ()) else theirs.get(id, ())
        if flows != wanted:
            yield id


def _dangling(document: Document) -> set[tuple[str, str]]:
    """(element, what it refers to and is not there)"""
    ids = {key[1] for key in document.parts if key[0] == "id"}
    found = set()
    for key, part in document.parts.items():
        if key[0] in ("in", "out", "member"):
            named = {key[2]}
        else:
            named = {
                node.attributes[name]
                for node in _own_nodes(part)
                for name in _REFERENCES & set(node.attributes)
            }
        found |= {(_element(key) or key[-1], one.rpartition(":")[2]) for one in named if one}
    return {(id, one) for id, one in found if one not in ids}


def _own_nodes(part: Part) -> list[Node]:
    return [part.node, *(one for one in part.node.children if one.name.endswith("EventDefinition"))]


# ── Arrows follow what they hang on ──────────────────────────────────────────────────────────────────────

_Box = tuple[float, float, float, float]


def _settle_edges(made: Plan) -> None:
    """An arrow that both drew otherwise clashes with nothing: it is drawn again, straight."""
    for key in [one for one in made.clashes if one[0] == "shape"]:
        parts = [one.parts.get(key) for one in (made.base, made.mine, made.theirs)]
        if all(part is not None and part.node.name == "BPMNEdge" for part in parts):
            made.clashes.remove(key)
            made.side[key] = first_of(parts[1], parts[2])
            made.parent[key] = ("plane", key[1])


def _settle_labels(made: Plan) -> None:
    """Who renames a step puts its label elsewhere: the label goes along with who moved the step."""
    for key in [one for one in made.clashes if one[0] == "shape"]:
        parts = [one.parts.get(key) for one in (made.base, made.mine, made.theirs)]
        was, mine, theirs = (_without_label(part) for part in parts)
        if None in (was, mine, theirs) or was not in (mine, theirs):
            continue
        made.clashes.remove(key)
        made.side[key] = first_of(parts[1], parts[2]) if mine == theirs else THEIRS if mine == was else MINE
        made.parent[key] = ("plane", key[1])


def _without_label(part: Part | None) -> object:
    """Where a shape stands and how it looks."""
    if part is None or part.node.name != "BPMNShape":
        return None
    return _box(part.node), tuple(sorted(part.node.attributes.items()))


def _redrawn(made: Plan, part: Part) -> bytes | None:
    """A straight edge, where one side drew it and the other moved what it hangs on, or both drew it."""
    key = part.key
    changed = [side for side in (MINE, THEIRS) if made.changed(side, key)]
    if key[0] != "shape" or part.node.name != "BPMNEdge" or not changed:
        return None
    flow = made.document(made.side[key]).parts.get(("id", key[2]))
    named = {} if flow is None else flow.node.attributes
    ends = [("shape", key[1], named.get(name, "")) for name in ("sourceRef", "targetRef")]
    if any(end not in made.side for end in ends):
        return None
    boxes = [_box(made.part(end).node) for end in ends]
    for side in changed:
        drawn = made.document(side).parts
        stood = [_box(drawn[end].node) if end in drawn else None for end in ends]
        if stood == boxes and drawn[key].own == part.own:
            return None
    return _with_points(part, [_border(boxes[0], boxes[1]), _border(boxes[1], boxes[0])])


def _box(node: Node) -> _Box:
    bounds = node.child("Bounds")
    said = {} if bounds is None else bounds.attributes
    try:
        x, y, width, height = (float(said.get(name, 0)) for name in ("x", "y", "width", "height"))
    except ValueError:
        return (0.0, 0.0, 0.0, 0.0)
    return (x, y, width, height)


def _border(box: _Box, other: _Box) -> tuple[int, int]:
    """Where the line from the middle of a box to the middle of another leaves it."""
    x, y = box[0] + box[2] / 2, box[1] + box[3] / 2
    right, down = other[0] + other[2] / 2 - x, other[1] + other[3] / 2 - y
    share = min(
        box[2] / 2 / abs(right) if right else float("inf"),
        box[3] / 2 / abs(down) if down else float("inf"),
        1.0,
    )
    return (round(x + right * share), round(y + down * share))


def _with_points(part: Part, points: list[tuple[int, int]]) -> bytes:
    first = next((item for item in part.items if item.name == "waypoint"), None)
    name = next((one.raw_name for one in part.node.children if one.name == "waypoint"), "di:waypoint")
    lead = b"" if first is None else first.lead
    written = b"".join(lead + f'<{name} x="{x}" y="{y}" />'.encode() for x, y in points)
    return part.open + written + part.close
