"""The parts of a BPMN file: root elements, steps, flows, lanes and who stands in them, shapes and edges."""

from app.checks.xml_parts import Document, Ignored, Key, Node, Part, document
from app.engine.dialect import BPMN
from app.engine.reader import FLOW_NODES

DI = "http://www.omg.org/spec/BPMN/20100524/DI"
OBJECTS = (
    "textAnnotation",
    "association",
    "group",
    "dataObject",
    "dataObjectReference",
    "dataStoreReference",
)
SUBPROCESSES = ("subProcess", "adHocSubProcess", "transaction")
_INSIDE = frozenset(
    (*FLOW_NODES, *OBJECTS, "sequenceFlow", "laneSet", "childLaneSet", "lane", "participant", "messageFlow")
)
_REFERENCES = {"incoming": "in", "outgoing": "out", "flowNodeRef": "member"}
IGNORED = Ignored(
    of_root=frozenset(
        {
            "exporter",
            "exporterVersion",
            "{http://camunda.org/schema/modeler/1.0}executionPlatformVersion",
            "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation",
        }
    ),
    unordered=frozenset({"extensionElements", "properties", "taskHeaders"}),
    numbers=frozenset({"x", "y", "width", "height"}),
)


def read(content: bytes) -> Document:
    """Keys: `("id", id)` of an element, `("in" | "out" | "member", id, reference)`, `("shape", plane, id)`.

    Raises Invalid.
    """
    return document(content, _key, IGNORED)


def _key(node: Node, parent: Part | None, place: int) -> Key | None:
    if parent is None:
        return ("root",)
    if node.space == DI:
        return _drawn(node, parent)
    if node.space != BPMN or parent.node.space != BPMN:
        return None
    if node.name in _REFERENCES:
        return (_REFERENCES[node.name], parent.key[-1], node.text.strip())
    if not node.id:
        return None
    return ("id", node.id) if parent.key == ("root",) or node.name in _INSIDE else None


def _drawn(node: Node, parent: Part) -> Key | None:
    if node.name == "BPMNDiagram":
        plane = node.child("BPMNPlane")
        return ("diagram", plane.attributes.get("bpmnElement", "") if plane is not None else node.id)
    if node.name == "BPMNPlane":
        return ("plane", node.attributes.get("bpmnElement", ""))
    if node.name in ("BPMNShape", "BPMNEdge"):
        return ("shape", parent.key[-1], node.attributes.get("bpmnElement", "") or node.id)
    return None


def name_of(part: Part) -> str:
    """What people call it: its name, or the text of a note."""
    text = part.node.child("text")
    return " ".join((part.node.attributes.get("name") or (text.text if text is not None else "")).split())
