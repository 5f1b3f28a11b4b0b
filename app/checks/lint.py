"""Rules of form: what makes a diagram hard to read or to run, apart from what it says.

The rules are those of bpmnlint (11.7, `recommended`) as far as they mean something here: the engine itself
refuses what it cannot run (`engine.check`), inclusive gateways are allowed, and only the names are asked
for that people see. https://github.com/bpmn-io/bpmnlint
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from app.checks.names import closest
from app.checks.repairs import named
from app.engine.model import SUBPROCESSES, Element, Flow, Process
from app.errors import Problem

Severity = Literal["error", "warning"]

GATEWAYS = {
    *("exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "complexGateway"),
}
CHOOSING = {"exclusiveGateway", "inclusiveGateway"}
TASKS = {
    *("task", "userTask", "manualTask", "serviceTask", "sendTask", "receiveTask", "scriptTask"),
    *("businessRuleTask", "callActivity"),
}
_UNNAMED = {
    **dict.fromkeys(TASKS, "Deze stap heeft geen naam."),
    **dict.fromkeys(SUBPROCESSES, "Dit deelproces heeft geen naam."),
    "intermediateCatchEvent": "Dit moment heeft geen naam.",
    "boundaryEvent": "Dit moment heeft geen naam.",
}


@dataclass(frozen=True, slots=True)
class Around:
    """What else is in the release: the ids of what diagrams refer to, and the names of steps by form."""

    forms: frozenset[str] = frozenset()
    decisions: frozenset[str] = frozenset()
    processes: frozenset[str] = frozenset()
    job_types: frozenset[str] = frozenset()
    called: frozenset[str] = frozenset()
    """The processes that another one calls."""


@dataclass(frozen=True, slots=True)
class _Said:
    element_id: str
    rule: str
    text: str
    severity: Severity = "warning"
    repair: str | None = None


def check(process: Process, around: Around) -> list[Problem]:
    """What is wrong with the form of one process; a drawing that is not executed is left alone."""
    if not process.executable:
        return []
    found: list[Problem] = []
    for rule in (_process_rules, _element_rules, _reference_rules):
        for said in rule(process, around):
            element = process.elements.get(said.element_id)
            name = f"'{element.name}': " if element is not None and element.name else ""
            found.append(
                Problem(
                    process.file,
                    said.element_id,
                    name + said.text,
                    said.severity,
                    f"form.{said.rule}",
                    repair=said.repair,
                )
            )
    return found


# ── a process and its subprocesses ──


def _process_rules(process: Process, around: Around) -> Iterator[_Said]:
    for scope_id in (process.id, *(one.id for one in process.subprocesses())):
        yield from _scope(process, scope_id)
    starts = [one for one in process.inside(process.id) if one.type == "startEvent"]
    begun = any(one.form_id or one.event for one in starts)
    if starts and not begun and process.id not in around.called:
        text = (
            "Niets begint dit proces: het beginpunt heeft geen startformulier en geen bericht, "
            "en geen ander proces roept het aan."
        )
        yield _Said(starts[0].id, "never-started", text)


def _scope(process: Process, scope_id: str) -> Iterator[_Said]:
    inside = process.inside(scope_id)
    what = "Dit proces" if scope_id == process.id else "Dit deelproces"
    starts = [one for one in inside if one.type == "startEvent"]
    if not starts:
        yield _Said(scope_id, "start-event-required", f"{what} heeft geen beginpunt.", "error")
    for one in starts[1:]:
        yield _Said(one.id, "single-start-event", f"{what} heeft meer dan één beginpunt.", "error")
    if not any(one.type == "endEvent" for one in inside):
        yield _Said(scope_id, "end-event-required", f"{what} heeft geen eindpunt.")
    element = process.elements.get(scope_id)
    for one in starts:
        if element is not None and element.by_event and one.event is None:
            text = "Dit deelproces start door een gebeurtenis; zeg bij het beginpunt welke."
            yield _Said(one.id, "event-sub-process-typed-start-event", text, "error")
        elif element is not None and not element.by_event and one.event is not None:
            text = "Het beginpunt van een gewoon deelproces heeft geen bericht of timer."
            yield _Said(one.id, "sub-process-blank-start-event", text, "error")
    ends = [one for one in inside if one.type == "endEvent" and one.event is not None]
    stopping = [one for one in ends if one.event is not None and one.event.kind == "terminate"]
    if stopping and not _may_run_beside(inside):
        for one in stopping:
            text = "Dit eindpunt stopt alles, maar er loopt nooit iets anders; een gewoon eindpunt is genoeg."
            yield _Said(one.id, "superfluous-termination", text, repair=named("plain-end"))


def _may_run_beside(inside: Sequence[Element]) -> bool:
    """Whether there can be more than one token."""
    return any(
        (one.type in ("parallelGateway", "inclusiveGateway") and len(one.outgoing) > 1)
        or (one.type == "boundaryEvent" and not one.interrupting)
        or one.by_event
        for one in inside
    )


# ── one element ──


def _element_rules(process: Process, around: Around) -> Iterator[_Said]:
    for one in process.elements.values():
        for rule in _RULES:
            yield from rule(process, one)


def _label(process: Process, one: Element) -> Iterator[_Said]:
    text = _UNNAMED.get(one.type)
    compensating = one.event is not None and one.event.kind == "compensate"
    if text is not None and not one.name.strip() and not one.by_event and not compensating:
        severity: Severity = "error" if one.type == "userTask" else "warning"
        repair = named("name-after-form") if one.form_id or one.calls or one.decision_id else None
        yield _Said(one.id, "label-required", text, severity, repair)
    if one.type in CHOOSING and len(one.outgoing) > 1 and not one.name.strip():
        yield _Said(one.id, "label-required", "Deze keuze heeft geen vraag als naam.")


def _start(process: Process, one: Element) -> Iterator[_Said]:
    if one.type == "startEvent" and one.scope_id == process.id and not one.name.strip():
        yield _Said(one.id, "label-required", "Dit beginpunt heeft geen naam.")


def _dead_end(process: Process, one: Element) -> Iterator[_Said]:
    undoes = one.compensates or (one.event is not None and one.event.kind == "compensate")
    if one.type != "endEvent" and not one.outgoing and not one.by_event and not undoes and not _alone(one):
        text = "Hier loopt het proces dood: er gaat geen pijl verder."
        yield _Said(one.id, "no-implicit-end", text, "error", named("add-end-event"))


def _alone(one: Element) -> bool:
    """Whether no arrow leads to it or from it, and none need not."""
    begins = one.type in ("startEvent", "boundaryEvent", "endEvent") or one.by_event or one.compensates
    return not begins and not one.incoming and not one.outgoing


def _no_way_in(process: Process, one: Element) -> Iterator[_Said]:
    entered = one.type in ("startEvent", "boundaryEvent") or one.by_event or one.compensates
    if entered or one.incoming:
        return
    if _alone(one):
        yield _Said(one.id, "no-disconnected", "Dit element zit nergens aan vast.", "error")
    else:
        yield _Said(one.id, "no-implicit-start", "Hier gaat geen pijl naartoe.", "error")


def _split(process: Process, one: Element) -> Iterator[_Said]:
    if len({flow.target for flow in one.outgoing}) > 1 and one.type not in GATEWAYS:
        text = "Hier gaan meer pijlen uit; gebruik een gateway."
        yield _Said(one.id, "no-implicit-split", text, "error")


def _same_target(one: Element) -> bool:
    return len({flow.target for flow in one.outgoing}) < len(one.outgoing)


def _fake_join(process: Process, one: Element) -> Iterator[_Said]:
    if len(one.incoming) > 1 and one.type not in GATEWAYS and one.type != "endEvent":
        text = (
            "Hier komen meer pijlen samen zonder gateway: komen er meer wegen tegelijk aan, "
            "dan gebeurt deze stap meer dan één keer."
        )
        yield _Said(one.id, "fake-join", text)


def _join_fork(process: Process, one: Element) -> Iterator[_Said]:
    if one.type in GATEWAYS and len(one.incoming) > 1 and len(one.outgoing) > 1:
        text = "Deze gateway brengt wegen samen én splitst ze. Gebruik er twee na elkaar."
        yield _Said(one.id, "no-gateway-join-fork", text)


def _superfluous(process: Process, one: Element) -> Iterator[_Said]:
    if one.type in GATEWAYS and len(one.incoming) == 1 and len(one.outgoing) == 1:
        text = "Deze gateway doet niets: er gaat één pijl in en één uit."
        yield _Said(one.id, "superfluous-gateway", text, repair=named("remove-gateway"))


def _duplicates(process: Process, one: Element) -> Iterator[_Said]:
    if _same_target(one):
        seen: set[str] = set()
        for flow in one.outgoing:
            if flow.target in seen:
                text = "Er gaan twee pijlen naar hetzelfde element."
                repair = named("remove-flow", flow.id)
                yield _Said(one.id, "no-duplicate-sequence-flows", text, "error", repair)
            seen.add(flow.target)


def _conditions(process: Process, one: Element) -> Iterator[_Said]:
    if one.type not in CHOOSING or len(one.outgoing) < 2:
        return
    open_ways = [flow for flow in one.outgoing if flow.condition is None and flow.id != one.default_flow]
    for flow in open_ways:
        text = f"De pijl {_towards(process, flow)} heeft geen voorwaarde en is niet de standaardweg."
        mendable = len(open_ways) == 1 and not _has_default(one)
        repair = named("set-default", flow.id) if mendable else None
        yield _Said(one.id, "conditional-flows", text, "error", repair)
    if not open_ways and not _has_default(one):
        text = "Deze keuze heeft geen standaardweg: geldt geen voorwaarde, dan blijft de casus hier staan."
        yield _Said(one.id, "no-default", text, repair=named("add-default-branch"))


def _has_default(one: Element) -> bool:
    return one.default_flow in {flow.id for flow in one.outgoing}


def _towards(process: Process, flow: Flow) -> str:
    target = process.elements.get(flow.target)
    return f"naar '{target.name or target.id}'" if target is not None else f"'{flow.id}'"


def _event_gateway(process: Process, one: Element) -> Iterator[_Said]:
    if one.type != "eventBasedGateway":
        return
    if len(one.outgoing) < 2:
        yield _Said(one.id, "event-based-gateway", "Hierna wacht maar één gebeurtenis; kies een gewone stap.")
    for flow in one.outgoing:
        target = process.elements.get(flow.target)
        if target is not None and target.type not in ("intermediateCatchEvent", "receiveTask"):
            text = f"'{target.name or target.id}' is geen gebeurtenis om op te wachten."
            yield _Said(one.id, "event-based-gateway", text, "error")
        elif target is not None and len(target.incoming) > 1:
            text = f"Naar '{target.name or target.id}' kan alleen deze gateway een pijl hebben."
            yield _Said(one.id, "event-based-gateway", text, "error")


_RULES: tuple[Callable[[Process, Element], Iterator[_Said]], ...] = (
    _label,
    _start,
    _dead_end,
    _no_way_in,
    _split,
    _fake_join,
    _join_fork,
    _superfluous,
    _duplicates,
    _conditions,
    _event_gateway,
)


# ── references ──


def _reference_rules(process: Process, around: Around) -> Iterator[_Said]:
    for one in process.elements.values():
        if one.form_id and one.form_id not in around.forms:
            yield _broken(one, "Het formulier", one.form_id, around.forms, "replace-form")
        if one.type == "callActivity" and one.calls and one.calls not in around.processes:
            yield _broken(one, "Het aangeroepen proces", one.calls, around.processes, "replace-process")
        decision = one.decision_id if one.type == "businessRuleTask" else None
        if decision and not decision.startswith("=") and decision not in around.decisions:
            yield _broken(one, "De beslissing", decision, around.decisions, "replace-decision")
        job = one.job_type if one.type in ("serviceTask", "sendTask") else None
        if job and job not in around.job_types:
            yield _broken(one, "De soort werk", job, around.job_types, "replace-job-type")


def _broken(one: Element, what: str, written: str, known: frozenset[str], repair: str) -> _Said:
    meant = closest(written, known)
    text = f"{what} '{written}' bestaat niet."
    if meant is None:
        return _Said(one.id, "broken-reference", text, "error")
    said = f"{text} Bedoelt u '{meant}'?"
    return _Said(one.id, "broken-reference", said, "error", named(repair, meant))
