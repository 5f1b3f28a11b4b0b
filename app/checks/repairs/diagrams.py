"""Repairs in a diagram: flows, gateways, ends, ids and references. The drawing goes along."""

from collections.abc import Callable, Mapping
from xml.sax.saxutils import quoteattr

from app.checks.repairs.drawing import SIZES, TASK, Box, Drawing
from app.checks.repairs.xml_text import Node, XmlText
from app.engine.reader import FLOW_NODES
from app.errors import Invalid

Files = Mapping[str, bytes]
Repair = Callable[[bytes, str | None, list[str], Files], bytes]
BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
_SCOPES = ("process", "subProcess", "transaction", "adHocSubProcess")


class _Diagram:
    def __init__(self, content: bytes) -> None:
        self.xml = XmlText(content)
        self.drawing = Drawing(self.xml)
        self.prefix = self.xml.root.prefix

    def name(self, local: str) -> str:
        return f"{self.prefix}:{local}" if self.prefix else local

    def flow(self, flow_id: str) -> Node:
        found = self.xml.node(flow_id)
        if found.name != "sequenceFlow":
            raise Invalid("Dit is geen pijl.", element=flow_id)
        return found

    def flows(self, *, source: str = "", target: str = "") -> list[Node]:
        return [
            node
            for node in self.xml.root.walk()
            if node.name == "sequenceFlow"
            and (not source or node.attributes.get("sourceRef") == source)
            and (not target or node.attributes.get("targetRef") == target)
        ]

    def references(self, id: str) -> list[Node]:
        """The `incoming`, `outgoing` and `flowNodeRef` elements that name something."""
        found = []
        for node in self.xml.root.walk():
            if node.name in ("incoming", "outgoing", "flowNodeRef") and self.xml.text(node).strip() == id:
                found.append(node)
        return found

    def note(self, element: Node, name: str, flow_id: str) -> None:
        """Write down at an element that a flow goes out or comes in: behind others, before what it holds."""
        text = f"<{self.name(name)}>{flow_id}</{self.name(name)}>"
        head = ("documentation", "extensionElements", "incoming", "outgoing")
        before = [one for one in element.children if one.name in head]
        if before:
            self.xml.after(before[-1], text)
        elif element.children:
            self.xml.before(element.children[0], text)
        else:
            self.xml.append(element, text)

    def take_out_flow(self, flow: Node) -> None:
        id = flow.attributes["id"]
        for node in self.references(id):
            self.xml.remove(node)
        source = self.xml.ids.get(flow.attributes.get("sourceRef", ""))
        if source is not None and source.attributes.get("default") == id:
            self.xml.unset(source, "default")
        self.drawing.remove(id)
        self.xml.remove(flow)

    def add_end(self, behind: Node, *, name: str = "", below: bool = False) -> str:
        """An end event with a flow to it; gives the id of the flow."""
        scope = behind.parent
        id = behind.attributes["id"]
        if scope is None or scope.name not in _SCOPES:
            raise Invalid("Hier kan geen eindpunt achter.", element=id)
        end_id = self.xml.new_id(f"{id}_einde")
        flow_id = self.xml.new_id(f"{id}__{end_id}")
        self.note(behind, "outgoing", flow_id)
        end, incoming, flow = map(self.name, ("endEvent", "incoming", "sequenceFlow"))
        self.xml.append(
            scope,
            f'<{end} id="{end_id}">\n  <{incoming}>{flow_id}</{incoming}>\n</{end}>',
            f'<{flow} id="{flow_id}"{name} sourceRef="{id}" targetRef="{end_id}" />',
        )
        for reference in self.references(id):
            if reference.name == "flowNodeRef":
                lane = self.name("flowNodeRef")
                self.xml.after(reference, f"<{lane}>{end_id}</{lane}>")
        box, plane = self.drawing.box(id), self.drawing.plane(id)
        if box is not None and plane is not None:
            place = self.drawing.room(box, SIZES["endEvent"], plane, below=below)
            self.drawing.add_shape(end_id, place, plane)
            self.drawing.add_edge(flow_id, box, place, plane)
        return flow_id


def _set_default(content: bytes, element_id: str | None, arguments: list[str], files: Files) -> bytes:
    diagram = _Diagram(content)
    gateway, flow = diagram.xml.node(element_id), diagram.flow(arguments[0])
    if flow.attributes.get("sourceRef") != element_id:
        raise Invalid("Deze pijl gaat niet uit deze gateway.")
    diagram.xml.set(gateway, "default", arguments[0])
    condition = flow.child("conditionExpression")
    if condition is not None:
        diagram.xml.remove(condition)
    return diagram.xml.done()


def _add_default_branch(content: bytes, element_id: str | None, arguments: list[str], files: Files) -> bytes:
    diagram = _Diagram(content)
    gateway = diagram.xml.node(element_id)
    if not gateway.name.endswith("Gateway"):
        raise Invalid("Alleen een gateway heeft een standaardweg.")
    flow_id = diagram.add_end(gateway, name=' name="Anders"', below=True)
    diagram.xml.set(gateway, "default", flow_id)
    return diagram.xml.done()


def _give_ids(content: bytes, element_id: str | None, arguments: list[str], files: Files) -> bytes:
    diagram = _Diagram(content)
    for node in list(diagram.xml.root.walk()):
        counts = node.name in FLOW_NODES or node.name in ("sequenceFlow", "process")
        inside = node.name == "process" or (node.parent is not None and node.parent.name in _SCOPES)
        if counts and inside and not node.attributes.get("id"):
            id = diagram.xml.new_id(_stem(node))
            diagram.xml.set(node, "id", id)
            _draw(diagram, node, id)
    return diagram.xml.done()


def _stem(node: Node) -> str:
    if node.name == "sequenceFlow":
        return f"{node.attributes.get('sourceRef', '')}__{node.attributes.get('targetRef', '')}"
    return node.name


def _draw(diagram: _Diagram, node: Node, id: str) -> None:
    """What had no id can't have been drawn."""
    drawing = diagram.drawing
    if node.name == "sequenceFlow":
        source, target = node.attributes.get("sourceRef", ""), node.attributes.get("targetRef", "")
        start, end, plane = drawing.box(source), drawing.box(target), drawing.plane(source)
        if start is not None and end is not None and plane is not None:
            drawing.add_edge(id, start, end, plane)
        return
    beside = node.parent.attributes.get("id", "") if node.parent is not None else ""
    plane = drawing.plane(beside)
    if node.name != "process" and plane is not None:
        boxes = list(drawing.boxes(plane)) or [Box(0, 0, 0, 0)]
        lowest = max(boxes, key=lambda box: box.y + box.height)
        kind = "gateway" if node.name.endswith("Gateway") else node.name
        drawing.add_shape(id, drawing.room(lowest, SIZES.get(kind, TASK), plane, below=True), plane)


def _remove_flow(content: bytes, element_id: str | None, arguments: list[str], files: Files) -> bytes:
    diagram = _Diagram(content)
    flow = diagram.flow(arguments[0])
    ends = {"source": flow.attributes.get("sourceRef", ""), "target": flow.attributes.get("targetRef", "")}
    # Of two the one that is drawn stays.
    hidden = [one for one in diagram.flows(**ends) if one.attributes.get("id") not in diagram.drawing.drawn]
    diagram.take_out_flow(hidden[0] if hidden and flow not in hidden else flow)
    return diagram.xml.done()


def _remove_gateway(content: bytes, element_id: str | None, arguments: list[str], files: Files) -> bytes:
    diagram = _Diagram(content)
    gateway = diagram.xml.node(element_id)
    coming, going = diagram.flows(target=element_id or ""), diagram.flows(source=element_id or "")
    if len(coming) != 1 or len(going) != 1 or not gateway.name.endswith("Gateway"):
        raise Invalid("Deze gateway heeft niet één pijl erin en één eruit.")
    kept, gone = coming[0], going[0]
    target = diagram.xml.node(gone.attributes.get("targetRef"))
    diagram.xml.set(kept, "targetRef", target.attributes["id"])
    for node in diagram.references(gone.attributes["id"]):
        if node.parent is target:
            diagram.xml.set_text(node, kept.attributes["id"])
    for node in diagram.references(element_id or ""):
        diagram.xml.remove(node)
    # One line: up to where the gateway stood, and on from there.
    edge = diagram.drawing.drawn.get(kept.attributes["id"])
    points = diagram.drawing.waypoints(gone.attributes["id"])
    if edge is not None and points:
        diagram.xml.append(edge, *(diagram.xml.source(point) for point in points))
    diagram.drawing.remove(gone.attributes["id"])
    diagram.drawing.remove(element_id or "")
    diagram.xml.remove(gone)
    diagram.xml.remove(gateway)
    return diagram.xml.done()


def _name(content: bytes, element_id: str | None, arguments: list[str], files: Files) -> bytes:
    diagram = _Diagram(content)
    node = diagram.xml.node(element_id)
    wanted = {"formDefinition": "formId", "calledElement": "processId", "calledDecision": "decisionId"}
    for inner in node.walk():
        id = inner.attributes.get(wanted.get(inner.name, ""), "")
        if id and not id.startswith("="):
            diagram.xml.set(node, "name", _title(id, files))
            return diagram.xml.done()
    raise Invalid("Deze stap heeft geen formulier of proces om naar te heten.")


def _title(id: str, files: Files) -> str:
    """The name of a process or decision in the release, else its id in words."""
    for name, content in files.items():
        if name.endswith((".bpmn", ".dmn")) and id.encode() in content:
            try:
                node = XmlText(content).ids.get(id)
            except Invalid:
                continue
            if node is not None and node.attributes.get("name"):
                return node.attributes["name"]
    words = id.replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:]


def _add_end_event(content: bytes, element_id: str | None, arguments: list[str], files: Files) -> bytes:
    diagram = _Diagram(content)
    diagram.add_end(diagram.xml.node(element_id))
    return diagram.xml.done()


def _plain_end(content: bytes, element_id: str | None, arguments: list[str], files: Files) -> bytes:
    diagram = _Diagram(content)
    node = diagram.xml.node(element_id).child("terminateEventDefinition")
    if node is None:
        raise Invalid("Dit eindpunt stopt niet alles.")
    diagram.xml.remove(node)
    return diagram.xml.done()


def _refers(extension: str, attribute: str) -> Repair:
    def mend(content: bytes, element_id: str | None, arguments: list[str], files: Files) -> bytes:
        xml = XmlText(content)
        for node in xml.node(element_id).walk():
            if node.name == extension:
                xml.set(node, attribute, arguments[0])
                return xml.done()
        raise Invalid("Deze verwijzing staat niet bij dit element.")

    return mend


def _set_header(content: bytes, element_id: str | None, arguments: list[str], files: Files) -> bytes:
    """A header of the work of a service task: another value, or one more."""
    key, value = arguments
    xml = XmlText(content)
    inside = list(xml.node(element_id).walk())
    for node in inside:
        if node.name == "header" and node.attributes.get("key") == key:
            xml.set(node, "value", value)
            return xml.done()
    work = next((node for node in inside if node.name == "taskDefinition"), None)
    if work is None:
        raise Invalid("Dit element heeft geen werk met headers.")
    prefix = f"{work.prefix}:" if work.prefix else ""
    header = f"<{prefix}header key={quoteattr(key)} value={quoteattr(value)} />"
    headers = next((node for node in inside if node.name == "taskHeaders"), None)
    if headers is None:
        xml.after(work, f"<{prefix}taskHeaders>{header}</{prefix}taskHeaders>")
    else:
        xml.append(headers, header)
    return xml.done()


REPAIRS: Mapping[str, Repair] = {
    "set-default": _set_default,
    "add-default-branch": _add_default_branch,
    "give-ids": _give_ids,
    "remove-flow": _remove_flow,
    "remove-gateway": _remove_gateway,
    "name-after-form": _name,
    "add-end-event": _add_end_event,
    "plain-end": _plain_end,
    "replace-form": _refers("formDefinition", "formId"),
    "replace-process": _refers("calledElement", "processId"),
    "replace-decision": _refers("calledDecision", "decisionId"),
    "replace-job-type": _refers("taskDefinition", "type"),
    "set-header": _set_header,
}
