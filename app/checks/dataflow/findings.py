"""What is wrong with the data of a release, in words."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.checks.dataflow import in_diagrams, in_forms, paths, words
from app.checks.dataflow.calls import Followed
from app.checks.dataflow.notes import Missing, Notes
from app.checks.dataflow.process import Outcome
from app.engine.model import Element
from app.errors import Problem


@dataclass(frozen=True, slots=True)
class Findings:
    """`covered` are the gateways, as (file, id), that surely have a way out for everything."""

    problems: tuple[Problem, ...] = ()
    covered: frozenset[tuple[str, str]] = frozenset()


def check(found: Followed) -> Findings:
    """Everything that is wrong with the data of a release."""
    notes = Notes(found)
    for id, outcome in found.outcomes.items():
        if outcome.settled:
            process = found.world.processes[id]
            in_diagrams.look(notes, process, outcome)
            in_forms.look(notes, process, outcome)
        else:
            notes.unread = True
    for process in found.too_large:
        text = "Dit proces is te groot om na te gaan wat waar is ingevuld."
        notes.at_file(process.file, process.id, "data.unchecked", text, "warning")
        notes.unread = True
    in_forms.tell(notes)
    for one in notes.missing.values():
        _not_always(notes, one)
    if not notes.unread:
        _unused(notes)
    return Findings(tuple(dict.fromkeys(notes.problems)), frozenset(notes.covered))


def _not_always(notes: Notes, one: Missing) -> None:
    """A variable that some way does not fill in: told once a process, at the first step that uses it."""
    outcome = notes.found.outcomes[one.process.id]
    first, *others = one.elements
    trace = paths.without(one.process, first.id, lambda step: _is_there(outcome, step, one.name))
    text = f"{one.place} gebruikt '{one.name}', maar dat is niet altijd ingevuld{_why(notes, one, trace)}."
    if others:
        text += f" Dat geldt ook bij {words.steps(others)}."
    notes.at_step(one.process, first, "data.maybe", text, "warning", trace=trace)


def _is_there(outcome: Outcome, element: Element, name: str) -> bool:
    """Whether a variable is surely filled in behind an element."""
    after = outcome.after.get(element.id)
    return after is None or (name in after.facts and after.facts[name].certain)


def _why(notes: Notes, one: Missing, trace: paths.Trace) -> str:
    found = notes.found
    roots = paths.beginnings(found, one.process.id, one.name)
    others = [found.world.processes[id].name for id in roots if id != one.process.id]
    if others:
        shown = words.listed(f"'{name}'" for name in others)
        return f": niet als de casus begint met {shown}"
    passed = [one.process.elements[id] for (id,) in trace[:-1]]
    named = [element for element in passed if element.name]
    return f": niet op de weg langs {words.steps(named[-3:])}" if named else ""


def _unused(notes: Notes) -> None:
    for id, outcome in notes.found.outcomes.items():
        process = notes.found.world.processes[id]
        for element_id in outcome.before:
            element = process.elements[element_id]
            for name, what in _made(element):
                if name not in notes.used:
                    text = f"{what} maakt '{name}', maar niemand gebruikt dat."
                    notes.at_step(process, element, "data.unused", text, "warning")


def _made(element: Element) -> Iterator[tuple[str, str]]:
    """What an element makes by itself, and people don't see unless something shows it to them."""
    if element.outputs:
        yield from ((target.split(".")[0], "De toewijzing") for _, target in element.outputs)
    elif element.type == "scriptTask":
        yield element.result_variable or "result", "Het script"
    elif element.type == "businessRuleTask":
        yield element.result_variable or "result", "De beslissing"
    if element.type in ("callActivity", "userTask", "subProcess", "transaction"):
        yield from ((target.split(".")[0], "De toewijzing") for _, target in element.inputs)
    if element.loop is not None and element.loop.output_collection:
        yield element.loop.output_collection, "De uitvoerlijst"
