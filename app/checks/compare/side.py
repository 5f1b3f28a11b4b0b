"""One version of a diagram as the comparison needs it: its parts, what the engine reads in it, and names."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.checks import bpmn_parts
from app.checks.compare.words import NOUNS, noun, quoted
from app.checks.xml_parts import Document, Part
from app.engine import reader
from app.engine.model import Element, Flow, Process
from app.errors import Invalid

MAX_STEPS_ASIDE = 5


@dataclass(slots=True)
class Side:
    """`lanes` has the lane (innermost) of each step by id; `flow_names` what is written beside a flow."""

    document: Document
    processes: Mapping[str, Process]
    elements: dict[str, Element] = field(default_factory=dict)
    flows: dict[str, Flow] = field(default_factory=dict)
    lanes: dict[str, Part] = field(default_factory=dict)
    _twice: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        for process in self.processes.values():
            self.elements.update(process.elements)
            self.flows.update({flow.id: flow for flow in process.flows})
        counted = Counter((one.process_id, one.name) for one in self.elements.values() if one.name)
        self._twice = {key for key, number in counted.items() if number > 1}
        for key, part in self.document.parts.items():
            if key[0] == "member" and part.parent is not None:
                inner = part.parent.node.child("childLaneSet")
                if inner is None or key[2] not in self.lanes:
                    self.lanes[key[2]] = part.parent

    def part(self, id: str) -> Part | None:
        return self.document.parts.get(("id", id))

    def process_of(self, id: str) -> str:
        """The process that an element or flow stands in; empty for what stands beside the processes."""
        part = self.part(id)
        while part is not None and part.key[-1] not in self.processes:
            part = part.parent
        return "" if part is None else part.key[-1]

    def called(self, id: str) -> str:
        """A step or flow with its noun: `de taak ‘Intake’`, `de weg van ‘Intake’ naar het einde`."""
        if id in self.flows:
            return self.way(id)
        element = self.elements.get(id)
        if element is None:
            return self._other(id)
        activity = self._activity(element)
        if activity is not None:
            name = f" {quoted(element.name)}" if element.name else ""
            return f"{noun(element)}{name} bij {self.place(activity.id)}"
        if not element.name:
            return self._nameless(element)
        text = f"{noun(element)} {quoted(element.name)}"
        if (element.process_id, element.name) in self._twice and element.incoming:
            text += f" na {self.place(element.incoming[0].source)}"
        return text

    def _other(self, id: str) -> str:
        part = self.part(id)
        if part is None:
            return f"het onderdeel {quoted(id)}"
        kind = _OTHERS.get(part.node.name, NOUNS.get(part.node.name, "het onderdeel"))
        name = bpmn_parts.name_of(part)
        return f"{kind} {quoted(name)}" if name else f"{kind} zonder naam"

    def _activity(self, element: Element) -> Element | None:
        """What a boundary event is drawn on."""
        found = self.elements.get(element.attached_to or "")
        return None if found is None or found.attached_to is not None else found

    def _nameless(self, element: Element) -> str:
        scope = self.elements.get(element.scope_id)
        if element.type == "startEvent":
            return "het begin" + (f" van {self.place(scope.id)}" if scope is not None else "")
        before = self._named(element, back=True)
        if before is not None:
            return f"{noun(element)} na {quoted(before.name)}"
        after = self._named(element, back=False)
        if after is not None:
            return f"{noun(element)} voor {quoted(after.name)}"
        return f"{noun(element)} zonder naam"

    def _named(self, element: Element, *, back: bool) -> Element | None:
        """The nearest step with a name, along the first flow each time."""
        here: Element | None = element
        for _ in range(MAX_STEPS_ASIDE):
            flows = () if here is None else here.incoming if back else here.outgoing
            if not flows:
                return None
            here = self.elements.get(flows[0].source if back else flows[0].target)
            if here is not None and here.name:
                return here
        return None

    def place(self, id: str) -> str:
        """A step without its noun where it has a name: `‘Intake’`, `het einde na ‘Intake’`."""
        element = self.elements.get(id)
        if element is None or not element.name:
            return self.called(id)
        activity = self._activity(element)
        if activity is not None:
            return f"{quoted(element.name)} bij {self.place(activity.id)}"
        return quoted(element.name)

    def end_of(self, flow: Flow) -> str:
        """Where a flow leads: through points without a name where only one way goes on."""
        seen = {flow.id}
        while True:
            element = self.elements.get(flow.target)
            if element is None or element.name or not element.type.endswith("Gateway"):
                break
            if len(element.outgoing) != 1 or element.outgoing[0].id in seen:
                break
            flow = element.outgoing[0]
            seen.add(flow.id)
        element = self.elements.get(flow.target)
        if element is not None and element.type == "endEvent" and not element.name:
            return "het einde"
        return self.place(flow.target)

    def way(self, id: str) -> str:
        """`de weg van ‘Hoe verder?’ naar ‘Afsluiten’`"""
        flow = self.flows[id]
        return f"de weg van {self.place(flow.source)} naar {self.end_of(flow)}"


_OTHERS = {
    "lane": "de baan",
    "participant": "de deelnemer",
    "process": "het proces",
    "message": "het bericht",
    "error": "de fout",
    "signal": "het signaal",
    "escalation": "de escalatie",
    "textAnnotation": "de aantekening",
    "association": "de verbinding",
    "group": "het kader",
    "dataObject": "het gegeven",
    "dataObjectReference": "het gegeven",
    "dataStoreReference": "de gegevensopslag",
    "messageFlow": "de berichtstroom",
    "collaboration": "de samenwerking",
    "laneSet": "de banen",
    "category": "de categorie",
}


def read(content: bytes, file: str) -> Side:
    """Raises Invalid, in Dutch, for what the engine cannot read either."""
    document = bpmn_parts.read(content)
    found, problems = reader.processes(content, file=file)
    if not found:
        raise Invalid(problems[0].message if problems else "Dit bestand bevat geen BPMN-proces.")
    return Side(document, {process.id: process for process in found})
