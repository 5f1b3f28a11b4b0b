"""What can be wrong in the events of a diagram, and in the subprocesses that an event starts."""

from collections.abc import Iterator

from app.engine.model import SUBPROCESSES, Element, Process
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


def problems(element: Element, process: Process) -> Iterator[str]:
    """What is wrong in one element, in plain Dutch."""
    event = element.event
    kind = event.kind if event else None
    allowed = _allowed(element, process)
    if element.by_event:
        yield from _by_event(element)
    if allowed is None or element.unknown:
        return
    if kind not in allowed:
        yield f"Een gebeurtenis '{_NAMES.get(kind, kind)}' kan hier niet."
        return
    if event is not None and kind in _NAMED and not event.text:
        yield f"{_NAMED[event.kind]} heeft geen naam."
    match kind:
        case "timer":
            yield from _timer(element)
        case "message" if not _starts(element, process):
            if event is not None and not event.correlation_key:
                yield "Het bericht heeft geen correlatiesleutel (correlation key)."
        case "link":
            yield from _link(element, process)
        case "compensate":
            yield from _compensation(element, process)
        case "cancel" if element.type == "endEvent":
            attached = [one for one in process.elements.values() if one.attached_to == element.scope_id]
            if not any(one.event and one.event.kind == "cancel" for one in attached):
                yield "Op de transactie staat geen annulering (cancel boundary event)."
    if element.type == "boundaryEvent":
        yield from _boundary(element, process)


def _allowed(element: Element, process: Process) -> set[str | None] | None:
    around = process.elements.get(element.scope_id)
    if element.type == "startEvent":
        if around is None:
            return _START_OF_PROCESS
        return _START_BY_EVENT if around.by_event else {None}
    allowed = _KINDS.get(element.type)
    host = process.elements.get(element.attached_to or "")
    within = around if element.type == "endEvent" else host if element.type == "boundaryEvent" else None
    if allowed is not None and within is not None and within.type == "transaction":
        return {*allowed, "cancel"}
    return allowed


def _starts(element: Element, process: Process) -> bool:
    """Whether it begins a process: then there is no case yet to find by a key."""
    return element.type == "startEvent" and element.scope_id == process.id


def _by_event(element: Element) -> Iterator[str]:
    if element.incoming or element.outgoing:
        yield "Een gebeurtenis start dit subproces: er kan geen pijl naartoe of vandaan."
    if element.loop is not None or element.type != "subProcess":
        yield "Dit subproces kan niet door een gebeurtenis starten."


def _boundary(element: Element, process: Process) -> Iterator[str]:
    kind = element.event.kind if element.event else None
    host = process.elements.get(element.attached_to or "")
    if host is None or host.scope_id != element.scope_id or host.type not in ACTIVITIES or host.by_event:
        yield "Deze gebeurtenis zit niet vast aan een activiteit."
    elif kind in ("error", "escalation") and host.type not in ("callActivity", *SUBPROCESSES):
        yield "Deze gebeurtenis kan alleen aan een aangeroepen proces of subproces vastzitten."


def _link(element: Element, process: Process) -> Iterator[str]:
    def same(kind: str) -> list[Element]:
        return [
            one
            for one in process.inside(element.scope_id)
            if one.type == kind and one.event is not None and one.event == element.event
        ]

    if element.type == "intermediateThrowEvent":
        if not same("intermediateCatchEvent"):
            yield "Deze koppeling komt nergens aan."
        if len(element.outgoing) > 1:
            yield "Na deze koppeling kan geen pijl komen."
    elif len(same("intermediateCatchEvent")) > 1:
        yield "Deze koppeling komt op meer plaatsen aan."


def _compensation(element: Element, process: Process) -> Iterator[str]:
    inside = process.inside(element.scope_id)
    if element.type != "boundaryEvent":
        wanted = element.event.text if element.event else ""
        if not any(one.undone_by and wanted in ("", one.attached_to) for one in inside):
            yield "Hier is niets om ongedaan te maken."
        return
    undoing = process.elements.get(element.undone_by or "")
    if undoing is None or undoing.scope_id != element.scope_id or not undoing.compensates:
        yield "Aan deze compensatie zit geen activiteit vast die ongedaan maakt (association)."
    if element.outgoing:
        yield "Uit een compensatie kan geen pijl komen."
    thrown = any(
        one.event is not None and one.event.kind in ("compensate", "cancel") and one.type != "boundaryEvent"
        for one in inside
    )
    if not thrown:
        yield "In hetzelfde proces of subproces wordt nooit om deze compensatie gevraagd."


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
