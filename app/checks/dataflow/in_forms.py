"""The expressions of forms and tables, held against what the steps give them that use them.

What nobody ever fills in is wrong in the form or table; what only some steps lack is told at those steps.
"""

from collections.abc import Mapping

from app.checks.dataflow import forms, tables, words
from app.checks.dataflow.form_texts import FormReading, readings
from app.checks.dataflow.notes import Asked, Notes, comes_along
from app.checks.dataflow.outcome import Outcome
from app.checks.dataflow.reading import Names, Reading, Use, read
from app.checks.dataflow.state import Fact, State
from app.checks.dataflow.world import ME, REFERENCES, World
from app.decisions import DecisionModel
from app.engine.model import Element
from app.forms import Form


def look(notes: Notes, outcome: Outcome, world: World) -> None:
    """The forms and tables that the steps of one diagram use."""
    for id in outcome.before:
        element = notes.process.elements[id]
        if element.form_id is not None:
            form = world.forms.get(element.form_id)
            if form is None:
                notes.unread = True
            else:
                _form(notes, element, form, outcome.inside[id])
        if element.type == "businessRuleTask":
            if (element.decision_id or "") in world.decisions:
                _table(notes, element, world.decisions[element.decision_id or ""], outcome.inside[id])
            else:
                notes.unread = True


def _form(notes: Notes, element: Element, form: Form, state: State) -> None:
    start = element.type == "startEvent"
    given: dict[str, Fact] = {} if start else dict(state.facts)
    given["referentie"] = Fact(REFERENCES)
    given["ik"] = Fact(ME)
    # A field shows what the case already has under its name.
    notes.used |= set(forms.filled_in(form))
    for one in readings(form, given, open=state.open and not start):
        for fault in one.reading.faults:
            if fault.kind != "gone":
                notes.fault_in_file(form.file, one.element_id, one.place, fault)
        for use in one.reading.uses:
            notes.used.add(use.name)
            _ask(notes, element, form.file, one.element_id, one.place, use)
            if _is_missing(use, one, given):
                where = f"{one.place} in het formulier '{form.id}'"
                notes.not_always(element, where, use.name)


def _is_missing(use: Use, one: FormReading, given: Mapping[str, Fact]) -> bool:
    return use.may_be_missing and not comes_along(use, one.reading.guards, given)


def _ask(
    notes: Notes,
    element: Element,
    file: str,
    element_id: str | None,
    place: str,
    use: Use,
) -> None:
    key = (file, element_id, place, use.name)
    asked = notes.asked.setdefault(key, Asked(file, element_id, place, use))
    if use.fact is None:
        asked.unknown.append((notes.process, element))
    else:
        asked.known = True


def _table(notes: Notes, element: Element, model: DecisionModel, state: State) -> None:
    decision_id = element.decision_id or ""
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
            notes.at_step(element, "data.type", text, "error")
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
            _ask(notes, element, model.file, one.element_id, one.place, use)
            if use.may_be_missing:
                notes.not_always(element, one.place, use.name)
        _not_allowed(notes, element, one, reading)


def _not_allowed(notes: Notes, element: Element, one: tables.Question, reading: Reading) -> None:
    """Values that come in and that the column does not know."""
    if one.allowed is None or reading.type.values is None:
        return
    strange = [value for value in reading.type.values if one.allowed.matches(value, {}) is False]
    if strange:
        text = f"{one.place} kent {words.values(strange)} niet; dan lukt deze beslissing niet."
        notes.at_step(element, "data.uncovered", text, "error")
