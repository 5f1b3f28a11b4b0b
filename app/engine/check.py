"""What can be wrong in diagrams, found before they are live: each with file, element and plain Dutch."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app import feel
from app.engine.build import SPECS
from app.engine.model import Element, Process
from app.engine.moments import cycle
from app.errors import Problem
from app.feel import temporal

_WAITING_EVENTS: set[str | None] = {"timer", "message"}
_EVENT_KINDS: dict[str, set[str | None]] = {
    "startEvent": {None},
    "endEvent": {None, "error", "escalation", "terminate"},
    "intermediateThrowEvent": {None, "escalation"},
    "intermediateCatchEvent": _WAITING_EVENTS,
    "receiveTask": {"message"},
    "boundaryEvent": {"timer", "message", "error", "escalation"},
}
_KIND_NAMES = {None: "zonder soort", "timer": "timer", "message": "bericht", "error": "fout"}
_LOOPING = {"userTask", "callActivity", "subProcess"}
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

    def all(self) -> Iterator[Problem]:
        for scope in (self.process.id, *self._subprocesses()):
            yield from self._scope(scope)
        for element in self.process.elements.values():
            for text in self._element(element):
                yield self._problem(element, text)

    def _problem(self, element: Element, text: str) -> Problem:
        name = f"'{element.name}': " if element.name else ""
        return Problem(self.process.file, element.id, name + text)

    def _subprocesses(self) -> list[str]:
        return [one.id for one in self.process.elements.values() if one.type == "subProcess"]

    def _scope(self, scope_id: str) -> Iterator[Problem]:
        inside = self.process.inside(scope_id)
        starts = [element for element in inside if element.type == "startEvent"]
        if len(starts) != 1:
            text = "Er moet precies één beginpunt (start event) zijn."
            yield Problem(self.process.file, scope_id, text)
            return
        reached = self._reached(starts[0])
        for element in inside:
            if element.id not in reached:
                yield self._problem(element, "Hier komt het proces nooit.")

    def _reached(self, start: Element) -> set[str]:
        seen: set[str] = set()
        ahead = [start.id]
        while ahead:
            identifier = ahead.pop()
            element = self.process.elements.get(identifier)
            if identifier in seen or element is None:
                continue
            seen.add(identifier)
            ahead += [flow.target for flow in element.outgoing]
            ahead += [one.id for one in self.process.elements.values() if one.attached_to == identifier]
        return seen

    def _element(self, element: Element) -> Iterator[str]:
        if element.type not in SPECS:
            yield f"Het element '{element.type}' wordt niet uitgevoerd."
            return
        for unknown in element.unknown:
            yield f"{unknown} wordt niet uitgevoerd."
        yield from self._flows(element)
        yield from self._event(element)
        yield from self._by_type(element)
        yield from self._loop(element)
        yield from _expressions(element)

    def _flows(self, element: Element) -> Iterator[str]:
        elements = self.process.elements
        for flow in element.outgoing:
            target = elements.get(flow.target)
            if target is None or target.scope_id != element.scope_id:
                yield f"De pijl '{flow.id}' gaat nergens heen."
            if flow.condition is not None and element.type not in ("exclusiveGateway", "inclusiveGateway"):
                yield "Alleen pijlen uit een exclusieve of inclusieve gateway mogen een voorwaarde hebben."
        targets = [flow.target for flow in element.outgoing]
        if len(targets) != len(set(targets)):
            yield "Er gaan twee pijlen naar hetzelfde element."
        if element.type in ("endEvent",) and element.outgoing:
            yield "Na een eindpunt kan niets meer komen."
        if element.type in ("startEvent", "boundaryEvent") and element.incoming:
            yield "Hier kan geen pijl naartoe."
        if not element.outgoing and element.type != "endEvent":
            yield "Hier loopt het proces dood: er gaat geen pijl verder."
        if len(element.outgoing) > 1 and element.type not in _MANY_OUT:
            yield "Hier gaan meer pijlen uit; gebruik een gateway."
        if element.type in ("exclusiveGateway", "inclusiveGateway") and len(element.outgoing) > 1:
            for flow in element.outgoing:
                if flow.condition is None and flow.id != element.default_flow:
                    yield f"De pijl '{flow.id}' heeft geen voorwaarde en is niet de standaardweg."

    def _event(self, element: Element) -> Iterator[str]:
        allowed = _EVENT_KINDS.get(element.type)
        kind = element.event.kind if element.event else None
        if allowed is None or element.unknown:
            return
        if kind not in allowed:
            yield f"Een gebeurtenis '{_KIND_NAMES.get(kind, kind)}' kan hier niet."
        elif kind == "timer":
            yield from self._timer(element)
        elif kind == "message" and element.event is not None:
            if not element.event.text:
                yield "Het bericht heeft geen naam."
            if not element.event.correlation_key:
                yield "Het bericht heeft geen correlatiesleutel (correlation key)."
        if element.type == "boundaryEvent":
            host = self.process.elements.get(element.attached_to or "")
            if host is None or host.scope_id != element.scope_id:
                yield "Deze gebeurtenis zit nergens aan vast."
            elif kind in ("error", "escalation") and host.type not in ("callActivity", "subProcess"):
                yield "Deze gebeurtenis kan alleen aan een aangeroepen proces of subproces vastzitten."

    def _timer(self, element: Element) -> Iterator[str]:
        event = element.event
        if event is None or not event.text:
            yield "De timer heeft geen tijdstip of tijdsduur."
        elif event.timer == "timeCycle" and element.interrupting:
            yield "Alleen een timer die niet onderbreekt kan zich herhalen."
        elif not event.text.startswith("="):
            fits = {
                "timeCycle": cycle(event.text) is not None,
                "timeDuration": temporal.parse_duration(event.text) is not None,
                "timeDate": temporal.parse_moment(event.text) is not None,
            }
            if not fits[event.timer]:
                yield f"'{event.text}' is geen geldige waarde voor deze timer."

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
        if element.type not in _LOOPING:
            yield "Dit element kan niet voor een lijst herhaald worden."
        if not element.loop.collection.startswith("="):
            yield "De lijst om te herhalen (input collection) ontbreekt of is geen expressie."
        if (element.loop.output_collection is None) != (element.loop.output_element is None):
            yield "Geef een uitvoerlijst en een uitvoerelement, of geen van beide."


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
