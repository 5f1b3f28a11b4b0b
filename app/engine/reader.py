"""A BPMN file -> `model.Process`es. Nothing is judged here except that ids exist and are unique."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from lxml import etree

from app.engine import dialect
from app.engine.dialect import NAMES
from app.engine.model import Element, Event, Flow, Process
from app.errors import Invalid, Problem
from app.safe_xml import local, read

_NO_NODES = {
    *("extensionElements", "documentation", "laneSet", "sequenceFlow", "incoming", "outgoing"),
    *("ioSpecification", "ioBinding", "dataInputAssociation", "dataOutputAssociation", "property", "script"),
    *("textAnnotation", "association", "group", "dataObject", "dataObjectReference", "dataStoreReference"),
    *("multiInstanceLoopCharacteristics", "standardLoopCharacteristics", "completionCondition", "category"),
    *("auditing", "monitoring", "supports", "supportedInterfaceRef", "correlationSubscription"),
    *("resourceRole", "performer", "humanPerformer", "potentialOwner", "artifact"),
}
"""What may stand in a process or subprocess and is no step of it."""
_SCOPES = ("process", "subProcess", "adHocSubProcess", "transaction")
_EVENTS = "EventDefinition"
_USUAL = {
    **dict.fromkeys(("startQuantity", "completionQuantity"), "1"),
    **dict.fromkeys(("instantiate", "parallelMultiple"), "false"),
    "eventGatewayType": "Exclusive",
}
"""Attributes that we do not run, with the value that asks for nothing."""
MAX_NODES = 10_000
"""In one file; nobody can read more."""
FLOW_NODES = (
    *("startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "implicitThrowEvent"),
    *("boundaryEvent", "event", "task", "userTask", "manualTask", "serviceTask", "sendTask", "receiveTask"),
    *("scriptTask", "businessRuleTask", "callActivity", "subProcess", "adHocSubProcess", "transaction"),
    *("exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway"),
    *("callChoreography", "choreographyTask", "subChoreography"),
)
"""Every flow node of BPMN 2.0 (table 10.1 up to 10.118), also those that we refuse."""


def processes(content: bytes, *, file: str) -> tuple[list[Process], list[Problem]]:
    """All processes of a file, also those that are not executable; or what keeps it from being read."""
    try:
        root = read(content)
    except Invalid as error:
        return [], [Problem(file, None, error.message)]
    nodes = root.findall("bpmn:process", NAMES)
    if not nodes:
        return [], [*_lost(root, [], file)] or [_no_process(root, file)]
    if sum(1 for _ in root.iter(*_tags(FLOW_NODES))) > MAX_NODES:
        return [], [Problem(file, nodes[0].get("id"), f"Dit diagram heeft meer dan {MAX_NODES} elementen.")]
    problems = [*_id_problems(root, file), *_strange(root, file)]
    if problems:
        return [], problems
    found = [_Reader(root, node, file).process() for node in nodes]
    return found, list(_lost(root, found, file))


def count(content: bytes) -> int:
    """How many flow elements (nodes and sequence flows) stand in a file, wherever; 0 if it can't be read."""
    try:
        root = read(content)
    except Invalid:
        return 0
    return sum(1 for _ in root.iter(*_tags((*FLOW_NODES, "sequenceFlow"))))


def _tags(names: tuple[str, ...]) -> Iterator[str]:
    return (f"{{{dialect.BPMN}}}{name}" for name in names)


def _no_process(root: etree._Element, file: str) -> Problem:
    """A file of something else, or of a BPMN that we do not know, with the id of what does stand in it."""
    inside = next((node.get("id") for node in root.iter(f"{{{dialect.BPMN}}}*") if node is not root), None)
    elsewhere = next((node for node in root.iter("{*}process")), None)
    if elsewhere is not None:
        space = etree.QName(elsewhere).namespace or ""
        text = f"Het proces staat in een andere naamruimte dan die van BPMN 2.0: '{space}'."
        return Problem(file, elsewhere.get("id"), text)
    return Problem(file, inside, "Dit bestand bevat geen BPMN-proces.")


def _strange(root: etree._Element, file: str) -> Iterator[Problem]:
    """Elements that BPMN does not have here, or not at all."""
    for scope in root.iter(*_tags(_SCOPES)):
        for node in scope:
            known = isinstance(node.tag, str) and (local(node) in FLOW_NODES or local(node) in _NO_NODES)
            if isinstance(node.tag, str) and not (known and etree.QName(node).namespace == dialect.BPMN):
                place = node.get("id") or scope.get("id")
                yield Problem(file, place, f"Het element {local(node)} hoort hier niet in BPMN.")


def _lost(root: etree._Element, found: list[Process], file: str) -> Iterator[Problem]:
    """Nodes and flows that stand in the file and were not read, such as those outside any process."""
    read_ids = {one for process in found for one in process.elements}
    read_ids |= {flow.id for process in found for flow in process.flows}
    for node in root.iter(*_tags((*FLOW_NODES, "sequenceFlow"))):
        if node.get("id") not in read_ids:
            yield Problem(file, node.get("id"), f"{_described(node)} staat niet in een proces.")


def _id_problems(root: etree._Element, file: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for node in root.iter(f"{{{dialect.BPMN}}}*"):
        identifier = node.get("id")
        if not identifier:
            parent = node.getparent()
            within = parent is not None and local(parent) in _SCOPES
            if local(node) == "process" or (within and _counts(node)):
                inside = None if parent is None else parent.get("id")
                yield Problem(file, inside, f"{_described(node)} op regel {node.sourceline} heeft geen id.")
            continue
        if identifier in seen:
            yield Problem(file, identifier, "Deze id komt twee keer voor.")
        seen.add(identifier)


def _counts(node: etree._Element) -> bool:
    return local(node) == "sequenceFlow" or local(node) in FLOW_NODES


def _described(node: etree._Element) -> str:
    """An element without an id, as people can find it."""
    if local(node) == "sequenceFlow":
        return f"De pijl van '{node.get('sourceRef', '')}' naar '{node.get('targetRef', '')}'"
    name = f" '{node.get('name')}'" if node.get("name") else ""
    return f"Het element {local(node)}{name}"


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
            for kind in ("message", "error", "escalation", "signal")
        }
        self.associations = {
            one.get("sourceRef"): one.get("targetRef") for one in node.iter(f"{{{dialect.BPMN}}}association")
        }
        self.flows: list[Flow] = []

    def process(self) -> Process:
        elements = {element.id: element for element in _linked(list(self._elements(self.node, self.id)))}
        return Process(
            id=self.id,
            name=self.node.get("name") or self.id,
            file=self.file,
            executable=dialect.is_true(self.node, "isExecutable"),
            documentation=_documentation(self.node),
            properties=dialect.pairs(self.node, "properties/zeebe:property", "name"),
            elements=elements,
            flows=tuple(self.flows),
            has_lanes=bool(self.lanes),
        )

    def _elements(self, scope: etree._Element, scope_id: str) -> Iterator[Element]:
        found = [self._flow(node) for node in scope.iterfind("bpmn:sequenceFlow", NAMES)]
        self.flows += found
        flows = _Flows(found)
        for node in scope:
            if not isinstance(node.tag, str) or local(node) not in FLOW_NODES:
                continue
            yield self._element(node, scope_id, flows)
            if local(node) in _SCOPES:
                yield from self._elements(node, node.get("id") or "")

    def _flow(self, node: etree._Element) -> Flow:
        condition = node.findtext("bpmn:conditionExpression", None, NAMES)
        return Flow(
            id=node.get("id") or "",
            source=node.get("sourceRef") or "",
            target=node.get("targetRef") or "",
            condition=condition.strip() if condition and condition.strip() else None,
        )

    def _element(self, node: etree._Element, scope_id: str, flows: "_Flows") -> Element:
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
            interrupting=all(
                dialect.is_true(node, name, otherwise=True) for name in ("cancelActivity", "isInterrupting")
            ),
            default_flow=node.get("default"),
            outgoing=flows.out_of(identifier),
            incoming=flows.into(identifier),
            loop=dialect.loop(node),
            by_event=dialect.is_true(node, "triggeredByEvent"),
            compensates=dialect.is_true(node, "isForCompensation"),
            undone_by=self.associations.get(identifier) if event and event.kind == "compensate" else None,
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
        if node.find("bpmn:script", NAMES) is not None:
            yield "een script in een andere taal dan FEEL"
        if node.find("bpmn:eventDefinitionRef", NAMES) is not None:
            yield "een verwijzing naar een gebeurtenis elders (eventDefinitionRef)"
        for name, usual in _USUAL.items():
            if node.get(name, usual).strip() != usual:
                yield f'{name}="{node.get(name)}"'
        for child in node:
            if isinstance(child.tag, str) and local(child).endswith(_EVENTS):
                yield from self._dangling(child)

    def _dangling(self, node: etree._Element) -> Iterator[str]:
        """A reference to what does not exist would mean something else than it says: any error, say."""
        kind = local(node).removesuffix(_EVENTS)
        reference = node.get(f"{kind}Ref")
        if kind in self.texts and reference is not None and self._named(kind, reference) is None:
            yield f'een verwijzing naar niets ({kind}Ref="{reference}")'

    def _named(self, kind: str, reference: str | None) -> etree._Element | None:
        """The message, error, escalation or signal with this id; as a QName it may have a prefix."""
        found = self.texts[kind]
        return found.get(reference, found.get((reference or "").rpartition(":")[2]))

    def _event(self, node: etree._Element) -> tuple[Event | None, list[str]]:
        found = [child for child in node if isinstance(child.tag, str) and local(child).endswith(_EVENTS)]
        if local(node) == "receiveTask":
            return self._message(node.get("messageRef")), []
        if not found:
            return None, []
        if len(found) > 1:
            return None, ["meer dan één soort gebeurtenis"]
        kind = local(found[0]).removesuffix(_EVENTS)
        if kind == "timer":
            return _timer(found[0]), []
        if kind == "message":
            return self._message(found[0].get("messageRef")), []
        text = self._text(kind, found[0])
        return (None, [f"de gebeurtenis '{kind}'"]) if text is None else (Event(kind, text), [])

    def _text(self, kind: str, node: etree._Element) -> str | None:
        """The code or name that the event goes by; None for a kind that we do not run."""
        if kind in ("terminate", "cancel"):
            return ""
        if kind == "link":
            return str(node.get("name", ""))
        if kind == "compensate":
            return str(node.get("activityRef", "")).rpartition(":")[2]
        named = self._named(kind, node.get(f"{kind}Ref")) if kind in self.texts else None
        attribute = {"error": "errorCode", "escalation": "escalationCode", "signal": "name"}.get(kind)
        if attribute is None:
            return None
        return "" if named is None else str(named.get(attribute) or "")

    def _message(self, reference: str | None) -> Event:
        message = self._named("message", reference)
        if message is None:
            return Event("message")
        subscription = message.find("bpmn:extensionElements/zeebe:subscription", NAMES)
        key: Any = None if subscription is None else subscription.get("correlationKey")
        return Event("message", message.get("name") or "", correlation_key=key)


class _Flows:
    """The flows of a scope, by where they come from and where they go."""

    def __init__(self, flows: list[Flow]) -> None:
        self._out: dict[str, list[Flow]] = {}
        self._in: dict[str, list[Flow]] = {}
        for flow in flows:
            self._out.setdefault(flow.source, []).append(flow)
            self._in.setdefault(flow.target, []).append(flow)

    def out_of(self, element_id: str) -> tuple[Flow, ...]:
        return tuple(self._out.get(element_id, ()))

    def into(self, element_id: str) -> tuple[Flow, ...]:
        return tuple(self._in.get(element_id, ()))


def _linked(elements: list[Element]) -> list[Element]:
    """A pair of link events is a flow that is not drawn."""
    caught = {
        (element.scope_id, element.event.text): element.id
        for element in elements
        if element.type == "intermediateCatchEvent" and element.event and element.event.kind == "link"
    }
    drawn = _Flows(
        [
            Flow(f"{element.id}~{target}", element.id, target, None)
            for element in elements
            if element.type == "intermediateThrowEvent" and element.event and element.event.kind == "link"
            if (target := caught.get((element.scope_id, element.event.text))) is not None
        ]
    )
    return [
        replace(
            element,
            outgoing=element.outgoing + drawn.out_of(element.id),
            incoming=element.incoming + drawn.into(element.id),
        )
        if element.event is not None and element.event.kind == "link"
        else element
        for element in elements
    ]


def _timer(node: etree._Element) -> Event:
    for kind in ("timeDate", "timeDuration", "timeCycle"):
        text = node.findtext(f"bpmn:{kind}", None, NAMES)
        if text and text.strip():
            return Event("timer", text.strip(), timer=kind)
    return Event("timer")


def _documentation(node: etree._Element) -> str:
    return (node.findtext("bpmn:documentation", "", NAMES) or "").strip()
