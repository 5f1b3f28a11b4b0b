"""How the shipped diagrams are drawn: orthogonal, nothing over anything else, every step in its lane."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from lxml import etree

PROJECT = Path(__file__).parent.parent
DIAGRAMS = sorted((PROJECT / "processes").glob("*.bpmn"))
NAMES = {
    "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
}
NEAR = 2.0
"""Pixels of rounding that nobody sees."""

Point = tuple[float, float]


@dataclass(frozen=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: "Box") -> bool:
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across > NEAR and down > NEAR

    def holds(self, other: "Box") -> bool:
        return (
            self.left <= other.left
            and self.top <= other.top
            and other.right <= self.right
            and other.bottom <= self.bottom
        )

    def on_border(self, point: Point) -> bool:
        x, y = point
        inside = self.left - NEAR <= x <= self.right + NEAR and self.top - NEAR <= y <= self.bottom + NEAR
        edges = (abs(x - self.left), abs(x - self.right), abs(y - self.top), abs(y - self.bottom))
        return inside and min(edges) <= NEAR


def _box(node: etree._Element) -> Box:
    x, y, width, height = (float(node.get(name, "0")) for name in ("x", "y", "width", "height"))
    return Box(x, y, x + width, y + height)


@dataclass
class Drawing:
    """One diagram: its nodes, flows and labels with where they stand."""

    nodes: dict[str, etree._Element] = field(default_factory=dict)
    flows: dict[str, etree._Element] = field(default_factory=dict)
    boxes: dict[str, Box] = field(default_factory=dict)
    labels: dict[str, Box] = field(default_factory=dict)
    lines: dict[str, list[Point]] = field(default_factory=dict)
    lanes: dict[str, str] = field(default_factory=dict)

    def may_touch(self, one: str, other: str) -> bool:
        """A boundary event and its host, or something in a phase and that phase."""
        return (
            other in self._around(one)
            or one in self._around(other)
            or any(self.nodes[name].get("attachedToRef") in (one, other) for name in (one, other))
        )

    def _around(self, name: str) -> set[str]:
        return {str(above.get("id")) for above in self.nodes[name].iterancestors()}


@pytest.fixture(params=DIAGRAMS, ids=lambda file: file.stem)
def drawing(request: pytest.FixtureRequest) -> Drawing:
    return read(request.param)


def read(file: Path) -> Drawing:
    root = etree.fromstring(file.read_bytes())
    found = Drawing()
    for node in root.find("bpmn:process", NAMES).iter(f"{{{NAMES['bpmn']}}}*"):
        name = etree.QName(node).localname
        if name == "sequenceFlow":
            found.flows[node.get("id")] = node
        elif node.find("bpmn:incoming", NAMES) is not None or node.find("bpmn:outgoing", NAMES) is not None:
            found.nodes[node.get("id")] = node
    for lane in root.iter(f"{{{NAMES['bpmn']}}}lane"):
        for reference in lane.iterfind("bpmn:flowNodeRef", NAMES):
            found.lanes[str(reference.text)] = str(lane.get("id"))
    for shape in root.iter(f"{{{NAMES['bpmndi']}}}BPMNShape"):
        found.boxes[shape.get("bpmnElement")] = _box(shape.find("dc:Bounds", NAMES))
    for edge in root.iter(f"{{{NAMES['bpmndi']}}}BPMNEdge"):
        points = [(float(one.get("x")), float(one.get("y"))) for one in edge.iterfind("di:waypoint", NAMES)]
        found.lines[edge.get("bpmnElement")] = points
    for label in root.iter(f"{{{NAMES['bpmndi']}}}BPMNLabel"):
        bounds = label.find("dc:Bounds", NAMES)
        if bounds is not None:
            found.labels[label.getparent().get("bpmnElement")] = _box(bounds)
    return found


def test_everything_is_drawn(drawing: Drawing) -> None:
    assert len(drawing.nodes) > 2
    assert set(drawing.nodes) <= set(drawing.boxes)
    assert set(drawing.flows) == set(drawing.lines)


def test_flows_are_orthogonal_and_join_what_they_connect(drawing: Drawing) -> None:
    for name, points in drawing.lines.items():
        for (x1, y1), (x2, y2) in itertools.pairwise(points):
            assert min(abs(x1 - x2), abs(y1 - y2)) <= NEAR / 2, name
        flow = drawing.flows[name]
        assert drawing.boxes[flow.get("sourceRef")].on_border(points[0]), name
        assert drawing.boxes[flow.get("targetRef")].on_border(points[-1]), name


def test_no_flow_runs_through_a_step(drawing: Drawing) -> None:
    for name, points in drawing.lines.items():
        ends = [drawing.flows[name].get("sourceRef"), drawing.flows[name].get("targetRef")]
        for node, box in _others(drawing, ends):
            for line in _segments(points):
                assert not box.overlaps(line), f"{name} through {node}"


def _segments(points: list[Point]) -> Iterator[Box]:
    """Each part of a line as a thin box."""
    for (x1, y1), (x2, y2) in itertools.pairwise(points):
        yield Box(min(x1, x2) - NEAR, min(y1, y2) - NEAR, max(x1, x2) + NEAR, max(y1, y2) + NEAR)


def _others(drawing: Drawing, ends: list[str]) -> Iterator[tuple[str, Box]]:
    for node in drawing.nodes:
        if node not in ends and not any(drawing.may_touch(node, end) for end in ends):
            yield node, drawing.boxes[node]


def test_no_step_lies_over_another(drawing: Drawing) -> None:
    names = sorted(drawing.nodes)
    for index, one in enumerate(names):
        for other in names[index + 1 :]:
            if not drawing.may_touch(one, other):
                assert not drawing.boxes[one].overlaps(drawing.boxes[other]), f"{one} over {other}"


def test_no_label_lies_over_a_step_a_flow_or_another_label(drawing: Drawing) -> None:
    labels = sorted(drawing.labels.items())
    for index, (one, box) in enumerate(labels):
        for other, second in labels[index + 1 :]:
            assert not box.overlaps(second), f"labels of {one} and {other}"
        for node in drawing.nodes:
            inside = one in drawing.nodes and drawing.may_touch(one, node) and node in drawing._around(one)
            if node != one and not inside and not _flow_inside(drawing, one, node):
                assert not box.overlaps(drawing.boxes[node]), f"label of {one} over {node}"
        for flow, points in drawing.lines.items():
            for line in _segments(points):
                assert not box.overlaps(line), f"label of {one} over {flow}"


def _flow_inside(drawing: Drawing, name: str, node: str) -> bool:
    return name in drawing.flows and node in {
        str(above.get("id")) for above in drawing.flows[name].iterancestors()
    }


def test_every_step_stands_in_its_lane(drawing: Drawing) -> None:
    for node, lane in drawing.lanes.items():
        if drawing.nodes[node].get("attachedToRef") is None:
            assert drawing.boxes[lane].holds(drawing.boxes[node]), node
