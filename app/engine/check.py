"""What can be wrong in diagrams, found before they are live: each with file, element and plain Dutch."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app import feel
from app.engine import check_events
from app.engine.build import SPECS
from app.engine.model import SUBPROCESSES, Element, Process
from app.errors import Problem

_ID = re.compile(r"[^\s/\[\]]+")
"""The engine makes names of its own with the others."""
_BAD_ID = "In een id kunnen geen spatie, schuine streep of haakje staan."
_TARGET = re.compile(r"[^\W\d][\w ]*(\.[^\W\d][\w ]*)*")
_MANY_OUT = {"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway"}


@dataclass(frozen=True, slots=True)
class Known:
    """What diagrams may refer to."""

    processes: Mapping[str, Process]
    decisions: frozenset[str]
    forms: frozenset[str]
    job_types: frozenset[str]
    roles: Mapping[str, str]


def problems(processes: list[Process], known: Known) -> list[Problem]:
    """All problems in these processes."""
    found: list[Problem] = []
    for process in processes:
        if known.processes[process.id] is not process:
            text = f"Het proces '{process.id}' staat ook in {known.processes[process.id].file}."
            found.append(Problem(process.file, process.id, text))
        elif process.executable:
            found += _Checker(process, known).all()
    return found


class _Checker:
    def __init__(self, process: Process, known: Known) -> None:
        self.process, self.known = process, known
        self.events = check_events.EventChecker(process)
        self.attached: dict[str, list[str]] = {}
        for one in process.elements.values():
            if one.attached_to is not None:
                self.attached.setdefault(one.attached_to, []).append(one.id)

    def all(self) -> Iterator[Problem]:
        if not _ID.fullmatch(self.process.id):
            yield Problem(self.process.file, self.process.id, _BAD_ID)
        for scope in (self.process.id, *self._subprocesses()):
            yield from self._scope(scope)
        for element in self.process.elements.values():
            for text in self._element(element):
                yield self._problem(element, text)
        yield from self._loose_flows()

    def _problem(self, element: Element, text: str) -> Problem:
        name = f"'{element.name}': " if element.name else ""
        return Problem(self.process.file, element.id, name + text)

    def _loose_flows(self) -> Iterator[Problem]:
        elements = self.process.elements
        for flow in self.process.flows:
            source, target = elements.get(flow.source), elements.get(flow.target)
            if source is None or target is None or source.scope_id != target.scope_id:
                text = f"Deze pijl loopt niet van element naar element: '{flow.source}' → '{flow.target}'."
                yield Problem(self.process.file, flow.id, text)

    def _subprocesses(self) -> list[str]:
        return [one.id for one in self.process.subprocesses()]

    def _scope(self, scope_id: str) -> Iterator[Problem]:
        inside = self.process.inside(scope_id)
        starts = [element for element in inside if element.type == "startEvent"]
        if len(starts) != 1:
            text = "Er moet precies één beginpunt (start event) zijn."
            yield Problem(self.process.file, scope_id, text)
            return
        reached = self._reached([starts[0].id, *(one.id for one in inside if one.by_event)])
        for element in inside:
            if element.id not in reached:
                yield self._problem(element, "Hier komt het proces nooit.")

    def _reached(self, starts: list[str]) -> set[str]:
        seen: set[str] = set()
        ahead = starts
        while ahead:
            identifier = ahead.pop()
            element = self.process.elements.get(identifier)
            if identifier in seen or element is None:
                continue
            seen.add(identifier)
            ahead += [flow.target for flow in element.outgoing]
            ahead += self.attached.get(identifier, [])
            if element.undone_by:
                ahead.append(element.undone_by)
        return seen

    def _element(self, element: Element) -> Iterator[str]:
        if element.type not in SPECS:
            yield f"Het element '{element.type}' wordt niet uitgevoerd."
            return
        for unknown in element.unknown:
            yield f"{unknown} wordt niet uitgevoerd."
        if not _ID.fullmatch(element.id):
            yield _BAD_ID
        yield from self._flows(element)
        yield from self.events.problems(element)
        yield from self._by_type(element)
        yield from self._loop(element)
        yield from _mapping_problems(element)
        yield from _expressions(element)

    def _flows(self, element: Element) -> Iterator[str]:
        for flow in element.outgoing:
            if flow.condition is not None and element.type not in ("exclusiveGateway", "inclusiveGateway"):
                yield "Alleen pijlen uit een exclusieve of inclusieve gateway mogen een voorwaarde hebben."
        targets = [flow.target for flow in element.outgoing]
        if len(targets) != len(set(targets)):
            yield "Er gaan twee pijlen naar hetzelfde element."
        if element.type in ("endEvent",) and element.outgoing:
            yield "Na een eindpunt kan niets meer komen."
        if element.type in ("startEvent", "boundaryEvent") and element.incoming:
            yield "Hier kan geen pijl naartoe."
        if element.compensates and (element.outgoing or element.incoming):
            yield "Deze activiteit maakt ongedaan: er kan geen pijl naartoe of vandaan."
        if not (element.outgoing or element.type == "endEvent" or element.by_event or _undoes(element)):
            yield "Hier loopt het proces dood: er gaat geen pijl verder."
        if len(element.outgoing) > 1 and element.type not in _MANY_OUT:
            yield "Hier gaan meer pijlen uit; gebruik een gateway."
        if element.default_flow and element.default_flow not in {flow.id for flow in element.outgoing}:
            yield f"De standaardweg '{element.default_flow}' gaat hier niet uit."
        if element.type in ("exclusiveGateway", "inclusiveGateway") and len(element.outgoing) > 1:
            for flow in element.outgoing:
                if flow.condition is None and flow.id != element.default_flow:
                    yield f"De pijl '{flow.id}' heeft geen voorwaarde en is niet de standaardweg."

    def _by_type(self, element: Element) -> Iterator[str]:
        known = self.known
        if element.form_id is not None and element.form_id not in known.forms:
            yield f"Het formulier '{element.form_id}' bestaat niet."
        if element.type == "userTask":
            yield from self._user_task(element)
        elif element.type == "callActivity":
            called = known.processes.get(element.calls or "")
            if called is None:
                yield f"Het aangeroepen proces '{element.calls or ''}' bestaat niet."
            elif not called.executable:
                yield f"Het aangeroepen proces '{element.calls}' is niet uitvoerbaar."
        elif element.type == "businessRuleTask":
            decision = element.decision_id or ""
            if not decision.startswith("=") and decision not in known.decisions:
                yield f"De beslissing '{decision}' bestaat niet."
        elif element.type == "scriptTask" and not element.script:
            yield "Het script heeft geen expressie."
        elif element.type in ("serviceTask", "sendTask") and element.job_type not in known.job_types:
            kinds = ", ".join(sorted(known.job_types))
            yield f"De soort werk '{element.job_type or ''}' bestaat niet. Er is: {kinds}."

    def _user_task(self, element: Element) -> Iterator[str]:
        if element.form_id is None:
            yield "Deze taak heeft geen formulier."
        if not element.name:
            yield "Deze taak heeft geen naam."
        groups = element.candidate_groups
        if groups and not groups.startswith("="):
            for group in groups.split(","):
                role = group.strip()
                if role.lower() not in self.known.roles and not role.startswith("organisatie:"):
                    yield f"De rol '{role}' bestaat niet."
        elif not groups and not element.assignee and not element.candidate_users:
            if element.lane is None:
                yield "Niemand kan deze taak doen: er is geen baan (lane) en geen groep."
            elif element.lane.strip().lower() not in self.known.roles:
                yield f"De baan '{element.lane}' is geen rol."

    def _loop(self, element: Element) -> Iterator[str]:
        if element.loop is None:
            return
        if element.type not in check_events.ACTIVITIES:
            yield "Dit element kan niet voor een lijst herhaald worden."
        if not element.loop.collection.startswith("="):
            yield "De lijst om te herhalen (input collection) ontbreekt of is geen expressie."
        if (element.loop.output_collection is None) != (element.loop.output_element is None):
            yield "Geef een uitvoerlijst en een uitvoerelement, of geen van beide."


def _mapping_problems(element: Element) -> Iterator[str]:
    event_subprocess = element.by_event and element.type in SUBPROCESSES
    takes_in = element.type in {*check_events.ACTIVITIES, "intermediateCatchEvent"} and not event_subprocess
    gives_out = takes_in or event_subprocess or element.type == "boundaryEvent" or _starts_by_event(element)
    if element.inputs and not takes_in:
        yield "Een invoertoewijzing (input mapping) kan hier niet."
    if element.outputs and not gives_out:
        yield "Een uitvoertoewijzing (output mapping) kan hier niet."
    for _, target in _mappings(element):
        if not _TARGET.fullmatch(target):
            yield f"'{target}' is geen naam om een waarde aan toe te wijzen."


def _starts_by_event(element: Element) -> bool:
    return element.type == "startEvent" and element.scope_id != element.process_id


def _undoes(element: Element) -> bool:
    """Whether it belongs to compensation, which needs no flows."""
    return element.compensates or (element.event is not None and element.event.kind == "compensate")


def _expressions(element: Element) -> Iterator[str]:
    for place, text in _texts(element):
        try:
            feel.compile(text)
        except (feel.FeelSyntaxError, feel.FeelLimitError) as error:
            yield f"{place}: {error.message}"


def _texts(element: Element) -> Iterator[tuple[str, str]]:
    """Every FEEL text in an element, without its `=`, and where it stands."""
    values = {
        "Behandelaar": element.assignee,
        "Groepen": element.candidate_groups,
        "Personen": element.candidate_users,
        "Termijn": element.due_date,
        "Opvolgdatum": element.follow_up_date,
        "Prioriteit": element.priority,
        "Beslissing": element.decision_id,
        "Timer": element.event.text if element.event and element.event.kind == "timer" else None,
        "Correlatiesleutel": element.event.correlation_key if element.event else None,
        "Herhaling": element.loop.collection if element.loop else None,
    }
    yield from ((place, text[1:]) for place, text in values.items() if text and text.startswith("="))
    yield from (("Toewijzing", source[1:]) for source, _ in _mappings(element) if source.startswith("="))
    yield from (
        (f"Eigenschap {name}", text[1:]) for name, text in element.properties.items() if text.startswith("=")
    )
    always = [("Voorwaarde", flow.condition) for flow in element.outgoing]
    always += [("Script", element.script)]
    if element.loop is not None:
        always += [("Uitvoerelement", element.loop.output_element)]
        always += [("Stopvoorwaarde", element.loop.completion_condition)]
    yield from ((place, text.removeprefix("=")) for place, text in always if text)


def _mappings(element: Element) -> list[tuple[str, str]]:
    return [*element.inputs, *element.outputs]
