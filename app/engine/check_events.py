"""What can be wrong in the events of a diagram, and in the subprocesses that an event starts."""

from collections import Counter
from collections.abc import Iterator

from app.engine.model import SUBPROCESSES, Element, Event, Process
from app.engine.moments import cycle
from app.feel import temporal

_NAMES = {
    None: "zonder soort",
    "timer": "timer",
    "message": "bericht",
    "signal": "signaal",
    "error": "fout",
    "escalation": "escalatie",
    "link": "koppeling",
    "compensate": "compensatie",
    "cancel": "annulering",
    "terminate": "beëindiging",
}
_KINDS: dict[str, set[str | None]] = {
    "endEvent": {None, "error", "escalation", "terminate", "signal", "compensate"},
    "intermediateThrowEvent": {None, "escalation", "signal", "link", "compensate"},
    "intermediateCatchEvent": {"timer", "message", "signal", "link"},
    "receiveTask": {"message"},
    "boundaryEvent": {"timer", "message", "signal", "error", "escalation", "compensate"},
}
_START_OF_PROCESS: set[str | None] = {None, "message", "signal"}
_START_BY_EVENT: set[str | None] = {"timer", "message", "signal", "error", "escalation"}
_NAMED = {"message": "Het bericht", "signal": "Het signaal", "link": "De koppeling"}
ACTIVITIES = {
    *("task", "userTask", "manualTask", "serviceTask", "sendTask", "scriptTask", "businessRuleTask"),
    *("receiveTask", "callActivity", *SUBPROCESSES),
}


class EventChecker:
    """Checks the events of one process."""

    def __init__(self, process: Process) -> None:
        self.elements = process.elements
        self.process_id = process.id
        with_event = [(one, one.event) for one in process.elements.values() if one.event is not None]
        self.links = Counter((one.scope_id, one.type, event.text) for one, event in with_event)
        self.can_undo: dict[str, set[str | None]] = {}
        """By scope, the activities that can be undone."""
        self.asks_to_undo: set[str] = set()
        """The scopes in which compensation is thrown."""
        self.hosts = {one.attached_to for one in process.elements.values()}
        self.cancelled: set[str | None] = set()
        """The transactions with a cancel boundary event."""
        for one, event in with_event:
            if one.type != "boundaryEvent" and event.kind in ("compensate", "cancel"):
                self.asks_to_undo.add(one.scope_id)
            elif event.kind == "cancel":
                self.cancelled.add(one.attached_to)
            elif one.undone_by:
                self.can_undo.setdefault(one.scope_id, set()).add(one.attached_to)

    def problems(self, element: Element) -> Iterator[str]:
        """What is wrong in one element, in plain Dutch."""
        event = element.event
        kind = event.kind if event else None
        allowed = self._allowed(element)
        if element.by_event:
            yield from _by_event(element)
        if element.type == "eventBasedGateway":
            yield from self.waits_first(element)
        if allowed is None or element.unknown:
            return
        if kind not in allowed:
            yield f"Een gebeurtenis '{_NAMES.get(kind, kind)}' kan hier niet."
            return
        if event is not None:
            yield from self._event(element, event)
        if element.type == "boundaryEvent":
            yield from self._boundary(element)

    def waits_first(self, gateway: Element) -> Iterator[str]:
        """What is wrong behind an event-based gateway."""
        for flow in gateway.outgoing:
            found = self.elements.get(flow.target)
            if found is None:
                continue
            kind = found.event.kind if found.event else None
            name = found.name or found.id
            waits = found.type in ("intermediateCatchEvent", "receiveTask")
            if not waits or kind not in ("timer", "message", "signal") or found.loop is not None:
                yield f"Achter deze gateway kan alleen iets wachten; '{name}' doet dat niet."
            elif len(found.incoming) > 1:
                yield f"Naar '{name}' gaan ook andere pijlen; dat kan niet achter deze gateway."
            elif found.id in self.hosts:
                yield f"Aan '{name}' zit een gebeurtenis vast; dat kan niet achter deze gateway."

    def _event(self, element: Element, event: Event) -> Iterator[str]:
        if event.kind in _NAMED and not event.text:
            yield f"{_NAMED[event.kind]} heeft geen naam."
        if event.kind != "timer" and event.text.startswith("="):
            yield "De naam of code van deze gebeurtenis kan geen expressie zijn."
        if event.kind == "error" and not element.interrupting:
            yield "Een fout onderbreekt altijd."
        match event.kind:
            case "timer":
                yield from _timer(element)
            case "message" if not (event.correlation_key or self._starts(element)):
                yield "Het bericht heeft geen correlatiesleutel (correlation key)."
            case "link":
                yield from self._link(element, event)
            case "compensate":
                yield from self._compensation(element, event)
            case "cancel" if element.type == "endEvent" and element.scope_id not in self.cancelled:
                yield "Op de transactie staat geen annulering (cancel boundary event)."

    def _allowed(self, element: Element) -> set[str | None] | None:
        around = self.elements.get(element.scope_id)
        if element.type == "startEvent":
            if around is None:
                return _START_OF_PROCESS
            return _START_BY_EVENT if around.by_event else {None}
        allowed = _KINDS.get(element.type)
        host = self.elements.get(element.attached_to or "")
        within = around if element.type == "endEvent" else host if element.type == "boundaryEvent" else None
        if allowed is not None and within is not None and within.type == "transaction":
            return {*allowed, "cancel"}
        return allowed

    def _starts(self, element: Element) -> bool:
        """Whether it begins a process: then there is no case yet to find by a key."""
        return element.type == "startEvent" and element.scope_id == self.process_id

    def _boundary(self, element: Element) -> Iterator[str]:
        kind = element.event.kind if element.event else None
        host = self.elements.get(element.attached_to or "")
        if host is None or host.scope_id != element.scope_id or host.type not in ACTIVITIES or host.by_event:
            yield "Deze gebeurtenis zit niet vast aan een activiteit."
        elif kind in ("error", "escalation") and host.type not in ("callActivity", *SUBPROCESSES):
            yield "Deze gebeurtenis kan alleen aan een aangeroepen proces of subproces vastzitten."

    def _link(self, element: Element, event: Event) -> Iterator[str]:
        caught = self.links[element.scope_id, "intermediateCatchEvent", event.text]
        if element.type == "intermediateThrowEvent":
            if not caught:
                yield "Deze koppeling komt nergens aan."
            if len(element.outgoing) > 1:
                yield "Na deze koppeling kan geen pijl komen."
        elif caught > 1:
            yield "Deze koppeling komt op meer plaatsen aan."

    def _compensation(self, element: Element, event: Event) -> Iterator[str]:
        if element.type != "boundaryEvent":
            can = self.can_undo.get(element.scope_id, set())
            if not can or (event.text and event.text not in can):
                yield "Hier is niets om ongedaan te maken."
            elif not event.text:
                yield from self._deeper(element)
            return
        undoing = self.elements.get(element.undone_by or "")
        if undoing is None or undoing.scope_id != element.scope_id or not undoing.compensates:
            yield "Aan deze compensatie zit geen activiteit vast die ongedaan maakt (association)."
        if element.outgoing:
            yield "Uit een compensatie kan geen pijl komen."
        if element.scope_id not in self.asks_to_undo:
            yield "In hetzelfde proces of subproces wordt nooit om deze compensatie gevraagd."

    def _deeper(self, element: Element) -> Iterator[str]:
        """All that was done would be undone, also inside the phases that are over: those we do not keep."""
        for scope_id in self.can_undo:
            inside = self.elements.get(scope_id)
            while inside is not None and inside.scope_id != element.scope_id:
                inside = self.elements.get(inside.scope_id)
            if inside is not None and inside.id not in self.can_undo[element.scope_id]:
                name = inside.name or inside.id
                yield f"Noem wat ongedaan wordt gemaakt (activityRef): tot in '{name}' reikt dit niet."


def _by_event(element: Element) -> Iterator[str]:
    if element.incoming or element.outgoing:
        yield "Een gebeurtenis start dit subproces: er kan geen pijl naartoe of vandaan."
    if element.loop is not None or element.type != "subProcess":
        yield "Dit subproces kan niet door een gebeurtenis starten."


def _timer(element: Element) -> Iterator[str]:
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
