"""Where things stand in the drawing of a diagram, and where there is room for something new."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.checks.repairs.xml_text import Node, XmlText

GAP = 50
STEP = 80
MAX_STEPS = 40
SIZES = {"endEvent": (36, 36), "startEvent": (36, 36), "gateway": (50, 50)}
TASK = (100, 80)

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> Point:
        return self.x + self.width, self.y + self.height / 2

    @property
    def left(self) -> Point:
        return self.x, self.y + self.height / 2

    @property
    def bottom(self) -> Point:
        return self.x + self.width / 2, self.y + self.height

    def near(self, other: "Box", margin: float = 10) -> bool:
        return (
            self.x < other.x + other.width + margin
            and other.x < self.x + self.width + margin
            and self.y < other.y + other.height + margin
            and other.y < self.y + self.height + margin
        )


class Drawing:
    """The BPMN DI of a file; without one nothing is drawn."""

    def __init__(self, xml: XmlText) -> None:
        self.xml = xml
        self.planes = [node for node in xml.root.walk() if node.name == "BPMNPlane"]
        self.drawn = {
            node.attributes.get("bpmnElement", ""): node for plane in self.planes for node in plane.children
        }
        """By element its shape or line; a collapsed subprocess has a plane of its own for what is in it."""

    def plane(self, beside: str) -> Node | None:
        """Where something is drawn; what is drawn nowhere belongs on the first plane."""
        drawn = self.drawn.get(beside)
        if drawn is not None:
            return drawn.parent
        return self.planes[0] if self.planes else None

    def box(self, element_id: str) -> Box | None:
        shape = self.drawn.get(element_id)
        bounds = None if shape is None else shape.child("Bounds")
        if bounds is None:
            return None
        try:
            x, y, width, height = (float(bounds.attributes[one]) for one in ("x", "y", "width", "height"))
        except (KeyError, ValueError):
            return None
        return Box(x, y, width, height)

    def boxes(self, plane: Node | None) -> Iterator[Box]:
        """All that stands on a plane, but for what other things stand in."""
        around = {"subProcess", "transaction", "participant", "lane"}
        for id, drawn in self.drawn.items():
            node = self.xml.ids.get(id)
            box = self.box(id) if drawn.parent is plane else None
            if box is not None and node is not None and node.name not in around:
                yield box

    def room(self, beside: Box, size: tuple[int, int], plane: Node | None, *, below: bool = False) -> Box:
        """The first free place to the right of something, and then further down."""
        width, height = size
        x = beside.x + beside.width + GAP
        y = beside.y + beside.height / 2 - height / 2 + (STEP if below else 0)
        others = list(self.boxes(plane))
        for step in range(MAX_STEPS):
            place = Box(x, y + step * STEP, width, height)
            if not any(place.near(other) for other in others):
                return place
        return Box(x, y + MAX_STEPS * STEP, width, height)

    def waypoints(self, flow_id: str) -> list[Node]:
        edge = self.drawn.get(flow_id)
        return [] if edge is None else [node for node in edge.children if node.name == "waypoint"]

    def remove(self, element_id: str) -> None:
        drawn = self.drawn.get(element_id)
        if drawn is not None:
            self.xml.remove(drawn)

    def add_shape(self, element_id: str, box: Box, plane: Node) -> None:
        bounds = self._named("dc", "Bounds", "http://www.omg.org/spec/DD/20100524/DC")
        shape = f"{plane.prefix}:BPMNShape" if plane.prefix else "BPMNShape"
        id = self.xml.new_id(f"{element_id}_vorm")
        x, y, width, height = map(_number, (box.x, box.y, box.width, box.height))
        self.xml.append(
            plane,
            f'<{shape} id="{id}" bpmnElement="{element_id}">\n'
            f'  <{bounds} x="{x}" y="{y}" width="{width}" height="{height}" />\n'
            f"</{shape}>",
        )

    def add_edge(self, flow_id: str, start: Box, end: Box, plane: Node) -> None:
        """From the right of one to the left of the other, with right angles."""
        points = _route(start, end)
        waypoint = self._named("di", "waypoint", "http://www.omg.org/spec/DD/20100524/DI")
        edge = f"{plane.prefix}:BPMNEdge" if plane.prefix else "BPMNEdge"
        id = self.xml.new_id(f"{flow_id}_lijn")
        lines = "".join(f'\n  <{waypoint} x="{_number(x)}" y="{_number(y)}" />' for x, y in points)
        self.xml.append(plane, f'<{edge} id="{id}" bpmnElement="{flow_id}">{lines}\n</{edge}>')

    def _named(self, usual: str, name: str, namespace: str) -> str:
        """The start of a tag, with the prefix of the file for its namespace, or with one of its own."""
        for node in self.xml.root.walk():
            for attribute, value in node.attributes.items():
                if value == namespace and attribute.startswith("xmlns"):
                    prefix = attribute.partition(":")[2]
                    return f"{prefix}:{name}" if prefix else name
        return f'{usual}:{name} xmlns:{usual}="{namespace}"'


def _route(start: Box, end: Box) -> list[Point]:
    if end.left[0] <= start.right[0]:
        # Back to the left: out at the bottom, and in from the side.
        low = max(start.bottom[1], end.y + end.height) + 20
        return [
            start.bottom,
            (start.bottom[0], low),
            (end.left[0] - 20, low),
            (end.left[0] - 20, end.left[1]),
            end.left,
        ]
    if start.right[1] == end.left[1]:
        return [start.right, end.left]
    middle = (start.right[0] + end.left[0]) / 2
    return [start.right, (middle, start.right[1]), (middle, end.left[1]), end.left]


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else str(value)
