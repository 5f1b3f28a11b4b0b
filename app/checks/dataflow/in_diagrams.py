"""The expressions of the diagrams, held against what is known where they stand."""

from collections.abc import Mapping

from app.checks.dataflow import types, words
from app.checks.dataflow.branches import GATEWAYS, compiled
from app.checks.dataflow.calls import start_of
from app.checks.dataflow.expressions import Text, texts
from app.checks.dataflow.gateways import uncovered
from app.checks.dataflow.graph import shape
from app.checks.dataflow.notes import Notes, Severity, Unknown, comes_along
from app.checks.dataflow.outcome import Outcome
from app.checks.dataflow.reading import Assumed, Names, Reading, parse, read
from app.checks.dataflow.state import State
from app.checks.repairs import named
from app.engine.model import Element, Process
from app.feel.printer import source


def look(notes: Notes, outcome: Outcome, entry: State, *, begins: bool) -> None:
    """Everything in one diagram that begins with `entry`; `begins`: it is a way in, and not only called."""
    process = notes.process
    assumed = _assumed(process, outcome)
    for id in outcome.before:
        element = process.elements[id]
        for text in texts(element):
            state = _state(outcome, element, text)
            if state is not None:
                _text(notes, element, text, state, assumed)
        if element.type in GATEWAYS and len(element.outgoing) > 1:
            _gateway(notes, element, outcome.inside[id])
    if begins:
        _properties(notes, outcome, entry)


def _state(outcome: Outcome, element: Element, text: Text) -> State | None:
    match text.when:
        case "before":
            return outcome.before.get(element.id)
        case "input":
            return outcome.inputs[element.id][text.number]
        case "answered":
            return outcome.answered.get(element.id)
        case "collected":
            return outcome.collected.get(element.id)
        case "host":
            return outcome.before.get(element.attached_to or "")
    return outcome.inside.get(element.id)


def _text(notes: Notes, element: Element, text: Text, state: State, assumed: Assumed) -> None:
    node = parse(text.text)
    if node is None:
        notes.unread = True
        return
    names = Names(state.facts, open=state.open)
    reading = read(node, names, assumed=assumed)
    place = _place(notes.process, text)
    for fault in reading.faults:
        if fault.kind != "gone" or text.flow_target:
            notes.fault(element, place, fault)
    for use in reading.uses:
        notes.used.add(use.name)
        if use.fact is None:
            notes.unknown.append(Unknown(element, place, use, "error", later=True))
        elif use.may_be_missing and not comes_along(use, reading.guards, state.facts):
            notes.not_always(element, place, use.name)
    if text.needed and reading.type.nullable:
        _may_be_empty(notes, element, place, reading)


def _place(process: Process, text: Text) -> str:
    target = process.elements.get(text.flow_target)
    return text.place if target is None else f"{text.place} {words.step(target)}"


def _may_be_empty(notes: Notes, element: Element, place: str, reading: Reading) -> None:
    """A value that the case can't do without, of a variable that may well be empty."""
    for use in reading.uses:
        if use.fact is None or use.guarded or not use.fact.certain:
            continue
        one = types.at(use.fact.type, use.path[1:])
        if one is not None and one.kind != types.ANY and (one.nullable or use.fact.type.nullable):
            shown = ".".join(use.path)
            text = f"{place} gebruikt '{shown}', maar dat mag leeg zijn. Dan gaat de casus hier niet verder."
            notes.at_step(element, "data.maybe", text, "warning")
            return


def _gateway(notes: Notes, element: Element, state: State) -> None:
    found = uncovered(state, element)
    if found is None:
        return
    if not found:
        notes.covered.add((notes.process.file, element.id))
    for text, certain in found:
        severity: Severity = "error" if certain and not state.open else "warning"
        repair = named("add-default-branch")
        notes.at_step(element, "data.uncovered", text, severity, repair=repair)


def _properties(notes: Notes, outcome: Outcome, entry: State) -> None:
    """The properties of a case are worked out after every step, with what there is by then."""
    start = start_of(notes.process)
    if start is None:
        return
    exit = outcome.summary.exit
    names = Names(
        {**outcome.summary.writes, **entry.facts}, open=entry.open or (exit is not None and exit.open)
    )
    for key, text in {**notes.process.properties, **start.properties}.items():
        node = parse(text[1:]) if key.startswith("casus.") and text.startswith("=") else None
        if node is None:
            continue
        place = f"De eigenschap '{key}'"
        reading = read(node, names)
        for fault in reading.faults:
            if fault.kind != "gone":
                notes.fault(start, place, fault)
        for use in reading.uses:
            notes.used.add(use.name)
            if use.fact is None:
                # The case goes on without it.
                notes.unknown.append(Unknown(start, place, use, "warning", later=False))


def _assumed(process: Process, outcome: Outcome) -> Mapping[str, frozenset[str]]:
    """By condition, what is filled in where it holds: on the way that it opens, and on no other."""
    found: dict[str, frozenset[str]] = {}
    for element in process.elements.values():
        if element.type not in GATEWAYS or len(element.outgoing) < 2:
            continue
        scope = shape(process).scope(element.scope_id)
        targets = [flow.target for flow in element.outgoing if flow.target in scope.nodes]
        for flow in element.outgoing:
            condition = compiled(flow.condition) if flow.condition else None
            if condition is None or flow.target not in scope.nodes:
                continue
            others = [one for one in targets if one != flow.target]
            only = scope.reach([flow.target]) - scope.reach(others)
            names = frozenset(name for id in only for name in outcome.writes.get(id, ()))
            key = source(condition.tree)
            found[key] = found.get(key, frozenset()) | names
    return found
