"""A BPMN file -> `model.Process`es. Nothing is judged here except that ids exist and are unique."""

from collections.abc import Iterator
from typing import Any

from lxml import etree

from app.engine import dialect
from app.engine.dialect import NAMES
from app.engine.model import Element, Event, Flow, Process
from app.errors import Invalid, Problem
from app.safe_xml import local, read

_NO_NODES = {
    *(
        "extensionElements",
        "documentation",
        "laneSet",
        "sequenceFlow",
        "incoming",
        "outgoing",
        "ioSpecification",
    ),
    *("textAnnotation", "association", "dataObject", "dataObjectReference", "dataStoreReference", "group"),
    *("property", "multiInstanceLoopCharacteristics", "category", "script"),
}
_EVENTS = "EventDefinition"


def processes(content: bytes, *, file: str) -> tuple[list[Process], list[Problem]]:
    """All processes of a file, also those that are not executable; or what keeps it from being read."""
    try:
        root = read(content)
    except Invalid as error:
        return [], [Problem(file, None, error.message)]
    nodes = root.findall("bpmn:process", NAMES)
    if not nodes:
        return [], [Problem(file, None, "Dit bestand bevat geen BPMN-proces.")]
    problems = [*_id_problems(root, file)]
    if problems:
        return [], problems
    return [_Reader(root, node, file).process() for node in nodes], []


def _id_problems(root: etree._Element, file: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for node in root.iter(f"{{{dialect.BPMN}}}*"):
        name, identifier = local(node), node.get("id")
        if identifier is None:
            if name == "sequenceFlow":
                yield Problem(file, None, f"Een pijl van '{node.get('sourceRef')}' heeft geen id.")
            continue
        if identifier in seen:
            yield Problem(file, identifier, "Deze id komt twee keer voor.")
        seen.add(identifier)


class _Reader:
    def __init__(self, root: etree._Element, node: etree._Element, file: str) -> None:
        self.root, self.node, self.file = root, node, file
        self.id = node.get("id") or file
        self.lanes = {
            (reference.text or "").strip(): lane.get("name", "")
            for lane in node.iter(f"{{{dialect.BPMN}}}lane")
            for reference in lane.iterfind("bpmn:flowNodeRef", NAMES)
        }
        self.texts = {
            kind: {one.get("id"): one for one in root.findall(f"bpmn:{kind}", NAMES)}
            for kind in ("message", "error", "escalation")
        }

    def process(self) -> Process:
        elements = {element.id: element for element in self._elements(self.node, self.id)}
        return Process(
            id=self.id,
            name=self.node.get("name") or self.id,
            file=self.file,
            executable=self.node.get("isExecutable") == "true",
            documentation=_documentation(self.node),
            properties=dialect.pairs(self.node, "properties/zeebe:property", "name"),
            elements=elements,
            has_lanes=bool(self.lanes),
        )

    def _elements(self, scope: etree._Element, scope_id: str) -> Iterator[Element]:
        flows = [self._flow(node) for node in scope.iterfind("bpmn:sequenceFlow", NAMES)]
        for node in scope:
            if not isinstance(node.tag, str) or local(node) in _NO_NODES:
                continue
            yield self._element(node, scope_id, flows)
            if local(node) in ("subProcess", "adHocSubProcess", "transaction"):
                yield from self._elements(node, node.get("id") or "")

    def _flow(self, node: etree._Element) -> Flow:
        condition = node.findtext("bpmn:conditionExpression", None, NAMES)
        return Flow(
            id=node.get("id") or "",
            source=node.get("sourceRef") or "",
            target=node.get("targetRef") or "",
            condition=condition.strip() if condition and condition.strip() else None,
        )

    def _element(self, node: etree._Element, scope_id: str, flows: list[Flow]) -> Element:
        identifier = node.get("id") or ""
        fields = dialect.extensions(node)
        unknown = [*fields.pop("unknown"), *self._unknown(node)]
        event, problem = self._event(node)
        return Element(
            id=identifier,
            name=node.get("name") or "",
            type=local(node),
            process_id=self.id,
            scope_id=scope_id,
            lane=self._lane(node),
            documentation=_documentation(node),
            event=event,
            attached_to=node.get("attachedToRef"),
            interrupting=node.get("cancelActivity") != "false",
            default_flow=node.get("default"),
            outgoing=tuple(flow for flow in flows if flow.source == identifier),
            incoming=tuple(flow for flow in flows if flow.target == identifier),
            loop=dialect.loop(node),
            unknown=tuple(unknown + problem),
            **fields,
        )

    def _lane(self, node: etree._Element) -> str | None:
        """The lane of the element, or of the subprocess or activity that it stands in or on."""
        here: etree._Element | None = node
        while here is not None and here is not self.node:
            name = self.lanes.get(here.get("id") or "") or self.lanes.get(here.get("attachedToRef") or "")
            if name:
                return str(name)
            here = here.getparent()
        return None

    def _unknown(self, node: etree._Element) -> Iterator[str]:
        if node.find("bpmn:standardLoopCharacteristics", NAMES) is not None:
            yield "een lus-markering (standardLoopCharacteristics)"
        if node.get("isForCompensation") == "true":
            yield "compensatie"
        if node.get("triggeredByEvent") == "true":
            yield "een subproces dat door een gebeurtenis start"
        if node.find("bpmn:script", NAMES) is not None:
            yield "een script in een andere taal dan FEEL"

    def _event(self, node: etree._Element) -> tuple[Event | None, list[str]]:
        found = [child for child in node if isinstance(child.tag, str) and local(child).endswith(_EVENTS)]
        if local(node) == "receiveTask":
            return self._message(node.get("messageRef")), []
        if not found:
            return None, []
        if len(found) > 1:
            return None, ["meer dan één soort gebeurtenis"]
        kind = local(found[0]).removesuffix(_EVENTS)
        reader = {"timer": _timer, "terminate": _terminate}.get(kind)
        if reader is not None:
            return reader(found[0]), []
        if kind == "message":
            return self._message(found[0].get("messageRef")), []
        if kind in ("error", "escalation"):
            named = self.texts[kind].get(found[0].get(f"{kind}Ref"))
            return Event(kind, "" if named is None else named.get(f"{kind}Code") or ""), []
        return None, [f"de gebeurtenis '{kind}'"]

    def _message(self, reference: str | None) -> Event:
        message = self.texts["message"].get(reference)
        if message is None:
            return Event("message")
        subscription = message.find("bpmn:extensionElements/zeebe:subscription", NAMES)
        key: Any = None if subscription is None else subscription.get("correlationKey")
        return Event("message", message.get("name") or "", correlation_key=key)


def _timer(node: etree._Element) -> Event:
    for kind in ("timeDate", "timeDuration", "timeCycle"):
        text = node.findtext(f"bpmn:{kind}", None, NAMES)
        if text and text.strip():
            return Event("timer", text.strip(), timer=kind)
    return Event("timer")


def _terminate(node: etree._Element) -> Event:
    return Event("terminate")


def _documentation(node: etree._Element) -> str:
    return (node.findtext("bpmn:documentation", "", NAMES) or "").strip()
