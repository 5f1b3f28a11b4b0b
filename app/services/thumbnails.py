"""A small picture of a diagram: its shapes and flows as SVG, from the drawing in the file. Pure.

Only numbers and words of our own go into the picture: nothing that somebody typed.
"""

import hashlib
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from app import safe_xml
from app.errors import Invalid
from app.safe_xml import local

MAX_PARTS = 4_000
MARGIN = 10.0
EMPTY = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 60"/>'
_NAMES = {
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
}
_AREAS = {"participant", "lane", "subProcess", "transaction", "adHocSubProcess", "group"}
_LARGEST = 1_000_000.0
# Readable on a light and on a dark ground: a picture doesn't know which one it lies on.
_LINE, _PERSON, _OTHER = "#6b7a86", "#2a8f89", "#8a97a1"


@dataclass(frozen=True, slots=True)
class _Box:
    x: float
    y: float
    width: float
    height: float
    kind: str


def picture(content: bytes) -> str:
    """The picture of a .bpmn file, drawn once for each content."""
    key = hashlib.sha256(content).hexdigest()
    found = _drawings.get(key)
    if found is None:
        found = _drawings[key] = svg(content)
        while len(_drawings) > KEPT:
            _drawings.pop(next(iter(_drawings)), None)
    return found


KEPT = 256
_drawings: dict[str, str] = {}
"""By the hash of the file."""


def svg(content: bytes) -> str:
    """The picture of a .bpmn file; an empty one where nothing is drawn in it."""
    try:
        root = safe_xml.read(content)
    except Invalid:
        return EMPTY
    plane = next(iter(root.iterfind(".//bpmndi:BPMNPlane", _NAMES)), None)
    if plane is None:
        return EMPTY
    kinds = {node.get("id"): local(node) for node in root.iter("{*}*") if node.get("id")}
    boxes = [box for box in _boxes(plane, kinds) if box.width > 0 and box.height > 0][:MAX_PARTS]
    lines = list(_lines(plane))[:MAX_PARTS]
    if not boxes:
        return EMPTY
    # What contains something lies under it.
    boxes.sort(key=lambda box: (box.kind not in _AREAS, -box.width * box.height))
    return _drawn(boxes, lines)


def _boxes(plane: etree._Element, kinds: Mapping[str, str]) -> Iterator[_Box]:
    for shape in plane.iterfind("bpmndi:BPMNShape", _NAMES):
        bounds = shape.find("dc:Bounds", _NAMES)
        if bounds is not None:
            x, y, width, height = (_number(bounds.get(name)) for name in ("x", "y", "width", "height"))
            yield _Box(x, y, width, height, kinds.get(shape.get("bpmnElement"), ""))


def _lines(plane: etree._Element) -> Iterator[list[tuple[float, float]]]:
    for edge in plane.iterfind("bpmndi:BPMNEdge", _NAMES):
        points = edge.findall("di:waypoint", _NAMES)[:100]
        yield [(_number(point.get("x")), _number(point.get("y"))) for point in points]


def _number(text: str | None) -> float:
    try:
        number = float(text or "")
    except ValueError:
        return 0.0
    return max(-_LARGEST, min(_LARGEST, number)) if math.isfinite(number) else 0.0


def _drawn(boxes: list[_Box], lines: list[list[tuple[float, float]]]) -> str:
    points = [point for line in lines for point in line]
    across = [x for x, _ in points] + [side for box in boxes for side in (box.x, box.x + box.width)]
    down = [y for _, y in points] + [side for box in boxes for side in (box.y, box.y + box.height)]
    left, top, right, bottom = min(across), min(down), max(across), max(down)
    view = (left - MARGIN, top - MARGIN, right - left + 2 * MARGIN, bottom - top + 2 * MARGIN)
    areas = [_shape(box) for box in boxes if box.kind in _AREAS]
    steps = [_shape(box) for box in boxes if box.kind not in _AREAS]
    flows = [f'<polyline points="{_points(line)}"/>' for line in lines if len(line) > 1]
    # A wide diagram gets thicker lines, so that they show when it is drawn small.
    width = max(2.0, view[2] / 350)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{" ".join(map(_text, view))}">'
        f'<g fill="none" stroke="{_LINE}" stroke-width="{_text(width)}">'
        f"{''.join(areas)}{''.join(flows)}{''.join(steps)}</g></svg>"
    )


def _points(line: list[tuple[float, float]]) -> str:
    return " ".join(f"{_text(x)},{_text(y)}" for x, y in line)


def _text(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")


def _shape(box: _Box) -> str:
    x, y, width, height = box.x, box.y, box.width, box.height
    if box.kind in _AREAS:
        place = _rectangle(box)
        return f'<rect {place} rx="4" stroke-opacity="0.45"/>'
    if box.kind.endswith("Event"):
        middle = f'cx="{_text(x + width / 2)}" cy="{_text(y + height / 2)}"'
        weight = ' stroke-width="6"' if box.kind == "endEvent" else ""
        return f'<circle {middle} r="{_text(min(width, height) / 2)}" {_fill(_OTHER)}{weight}/>'
    if box.kind.endswith("Gateway"):
        corners = [
            (x + width / 2, y),
            (x + width, y + height / 2),
            (x + width / 2, y + height),
            (x, y + height / 2),
        ]
        return f'<polygon points="{_points(corners)}" {_fill(_OTHER)}/>'
    colour = _PERSON if box.kind in ("userTask", "manualTask") else _OTHER
    return f'<rect {_rectangle(box)} rx="10" {_fill(colour)}/>'


def _rectangle(box: _Box) -> str:
    return f'x="{_text(box.x)}" y="{_text(box.y)}" width="{_text(box.width)}" height="{_text(box.height)}"'


def _fill(colour: str) -> str:
    return f'fill="{colour}" fill-opacity="0.3"'
