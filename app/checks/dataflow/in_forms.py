"""The expressions of forms and tables, held against what the steps give them that use them.

What nobody ever fills in is wrong in the form or table; what only some steps lack is told at those steps.
"""

from collections.abc import Mapping

from app.checks.dataflow import forms, tables, words
from app.checks.dataflow.form_texts import FormReading, readings
from app.checks.dataflow.notes import ELSEWHERE, Asked, Notes, Severity, comes_along
from app.checks.dataflow.process import Outcome
from app.checks.dataflow.reading import Names, Reading, Use, read
from app.checks.dataflow.state import Fact, State
from app.checks.dataflow.world import ME, REFERENCES
from app.engine.model import Element, Process
from app.forms import Form


def look(notes: Notes, process: Process, outcome: Outcome) -> None:
    """The forms and tables that the steps of one diagram use."""
    world = notes.found.world
    for id in outcome.before:
        element = process.elements[id]
        if element.form_id is not None:
            form = world.forms.get(element.form_id)
            if form is None:
                notes.unread = True
            else:
                _form(notes, process, element, form, outcome.inside[id])
        if element.type == "businessRuleTask":
            if (element.decision_id or "") in world.decisions:
                _table(notes, process, element, element.decision_id or "", outcome.inside[id])
            else:
                notes.unread = True


def _form(notes: Notes, process: Process, element: Element, form: Form, state: State) -> None:
    start = element.type == "startEvent"
    given: dict[str, Fact] = {} if start else dict(state.facts)
    given["referentie"] = Fact(REFERENCES)
    if start:
        given["ik"] = Fact(ME)
    # A field shows what the case already has under its name.
    notes.used |= set(forms.filled_in(form))
    for one in readings(form, given, open=state.open and not start):
        for fault in one.reading.faults:
            if fault.kind != "gone":
                notes.fault_in_file(form.file, one.element_id, one.place, fault)
        for use in one.reading.uses:
            notes.used.add(use.name)
            _ask(notes, process, element, form.file, one.element_id, one.place, use)
            if _is_missing(use, one, given):
                where = f"{one.place} in het formulier '{form.id}'"
                notes.not_always(process, element, where, use.name)


def _is_missing(use: Use, one: FormReading, given: Mapping[str, Fact]) -> bool:
    return use.may_be_missing and not comes_along(use, one.reading.guards, given)


def _ask(
    notes: Notes,
    process: Process,
    element: Element,
    file: str,
    element_id: str | None,
    place: str,
    use: Use,
) -> None:
    key = (file, element_id, place, use.name)
    asked = notes.asked.setdefault(key, Asked(file, element_id, place, use))
    if use.fact is None:
        asked.unknown.append((process, element))
    else:
        asked.known = True


def _table(notes: Notes, process: Process, element: Element, decision_id: str, state: State) -> None:
    model = notes.found.world.decisions[decision_id]
    facts = dict(state.facts)
    for name, wanted in tables.inputs(model, decision_id).items():
        fact = facts.get(name)
        if fact is None:
            continue
        given = tables.handed_in(fact.type, wanted)
        if given is None:
            text = (
                f"De beslissing '{decision_id}' wil bij '{name}' {wanted.dutch}, en krijgt {fact.type.dutch}."
            )
            notes.at_step(process, element, "data.type", text, "error")
        else:
            facts[name] = Fact(given, fact.certain, fact.sources)
    around = Names(facts, open=state.open)
    names = Names(tables.brought(model, decision_id), around, own=True)
    for one in tables.questions(model, decision_id):
        reading = read(one.node, names)
        for fault in reading.faults:
            if fault.kind != "gone":
                notes.fault_in_file(model.file, one.element_id, one.place, fault)
        for use in reading.uses:
            notes.used.add(use.name)
            _ask(notes, process, element, model.file, one.element_id, one.place, use)
            if use.may_be_missing:
                notes.not_always(process, element, one.place, use.name)
        _not_allowed(notes, process, element, one, reading)


def _not_allowed(
    notes: Notes, process: Process, element: Element, one: tables.Question, reading: Reading
) -> None:
    """Values that come in and that the column does not know."""
    if one.allowed is None or reading.type.values is None:
        return
    strange = [value for value in reading.type.values if one.allowed.matches(value, {}) is False]
    if strange:
        text = f"{one.place} kent {words.values(strange)} niet; dan lukt deze beslissing niet."
        notes.at_step(process, element, "data.uncovered", text, "error")


def tell(notes: Notes) -> None:
    """What forms and tables ask for in vain, once all steps that use them are known."""
    for one in notes.asked.values():
        if not one.unknown:
            continue
        guarded = one.use.guarded or one.use.name in ELSEWHERE
        if not one.known:
            process, _ = one.unknown[0]
            text, repair = notes.why_unknown(process.id, one.place, one.use)
            severity: Severity = "warning" if guarded else "error"
            notes.at_file(one.file, one.element_id, "data.unknown", text, severity, repair)
        elif not guarded:
            for process, element in one.unknown:
                where = f"{one.place} in {one.file}"
                text = f"{where} gebruikt '{one.use.name}', maar voor deze stap vult niemand dat in."
                notes.at_step(process, element, "data.unknown", text, "warning")
