"""What is wrong with the data of a release, in words."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.checks.cached import by_identity
from app.checks.dataflow import in_diagrams, in_forms, paths, words
from app.checks.dataflow.calls import Followed
from app.checks.dataflow.notes import ELSEWHERE, Asked, Missing, Notes, Severity, Writers, problem
from app.checks.dataflow.outcome import Outcome
from app.engine.model import Element, Process
from app.errors import Problem


@dataclass(frozen=True, slots=True)
class Findings:
    """`covered` are the gateways, as (file, id), that surely have a way out for everything."""

    problems: tuple[Problem, ...] = ()
    covered: frozenset[tuple[str, str]] = frozenset()


def check(found: Followed) -> Findings:
    """Everything that is wrong with the data of a release."""
    notes = [_looked(found, id) for id, outcome in found.outcomes.items() if outcome.settled]
    writers = Writers(found)
    problems = [one for note in notes for one in note.problems]
    problems += [one for note in notes for one in _unknown(note, writers)]
    problems += _asked_in_vain(notes, writers)
    problems += [_not_always(found, note, one) for note in notes for one in note.missing.values()]
    for process in found.too_large:
        text = "Dit proces is te groot om na te gaan wat waar is ingevuld."
        problems.append(Problem(process.file, process.id, text, "warning", "data.unchecked"))
    complete = not found.too_large and len(notes) == len(found.outcomes)
    if complete and not any(note.unread for note in notes):
        problems += _unused(found, frozenset().union(*(note.used for note in notes)))
    covered = frozenset().union(*(note.covered for note in notes))
    return Findings(tuple(dict.fromkeys(problems)), covered)


@by_identity(128)
def _seen(outcome: Outcome) -> dict[bool, Notes]:
    """What was noted of a process that was followed: the same as long as nothing changed for it."""
    return {}


def _looked(found: Followed, process_id: str) -> Notes:
    outcome, begins = found.outcomes[process_id], process_id in found.roots
    known = _seen(outcome)
    if begins not in known:
        notes = known[begins] = Notes(found.world.processes[process_id])
        in_diagrams.look(notes, outcome, found.entries[process_id], begins=begins)
        in_forms.look(notes, outcome, found.world)
    return known[begins]


def _unknown(notes: Notes, writers: Writers) -> Iterator[Problem]:
    """What is never filled in before it is used."""
    for one in notes.unknown:
        text, repair = writers.why_unknown(notes.process.id if one.later else None, one.place, one.use)
        severity = "warning" if one.use.guarded or one.use.name in ELSEWHERE else one.severity
        yield problem(notes.process, one.element, "data.unknown", text, severity, repair)


def _asked_in_vain(notes: list[Notes], writers: Writers) -> Iterator[Problem]:
    """What forms and tables ask for: what nobody fills in is wrong there, else it is told at the step."""
    together: dict[tuple[str, str | None, str, str], list[Asked]] = {}
    for note in notes:
        for key, asked in note.asked.items():
            together.setdefault(key, []).append(asked)
    for found in together.values():
        one, lacking = found[0], [place for asked in found for place in asked.unknown]
        guarded = one.use.guarded or one.use.name in ELSEWHERE
        if lacking and not any(asked.known for asked in found):
            text, repair = writers.why_unknown(lacking[0][0].id, one.place, one.use)
            severity: Severity = "warning" if guarded else "error"
            yield Problem(one.file, one.element_id, text, severity, "data.unknown", repair=repair)
        elif not guarded:
            for process, element in lacking:
                where = f"{one.place} in {one.file}"
                text = f"{where} gebruikt '{one.use.name}', maar voor deze stap vult niemand dat in."
                yield problem(process, element, "data.unknown", text, "warning")


def _not_always(found: Followed, notes: Notes, one: Missing) -> Problem:
    """A variable that some way does not fill in: told once a process, at the first step that uses it."""
    process, outcome = notes.process, found.outcomes[notes.process.id]
    first, *others = one.elements
    trace = paths.without(process, first.id, lambda step: _is_there(outcome, step, one.name))
    why = _why(found, process, one.name, trace)
    text = f"{one.place} gebruikt '{one.name}', maar dat is niet altijd ingevuld{why}."
    if others:
        text += f" Dat geldt ook bij {words.steps(others)}."
    return problem(process, first, "data.maybe", text, "warning", trace=trace)


def _is_there(outcome: Outcome, element: Element, name: str) -> bool:
    """Whether a variable is surely filled in behind an element."""
    after = outcome.after.get(element.id)
    return after is None or (name in after.facts and after.facts[name].certain)


def _why(found: Followed, process: Process, name: str, trace: paths.Trace) -> str:
    roots = paths.beginnings(found, process.id, name)
    others = [found.world.processes[id].name for id in roots if id != process.id]
    if others:
        shown = words.listed(f"'{other}'" for other in others)
        return f": niet als de casus begint met {shown}"
    passed = [process.elements[id] for (id,) in trace[:-1]]
    named = [element for element in passed if element.name]
    return f": niet op de weg langs {words.steps(named[-3:])}" if named else ""


def _unused(found: Followed, used: frozenset[str]) -> Iterator[Problem]:
    for id, outcome in found.outcomes.items():
        process = found.world.processes[id]
        for element_id in outcome.before:
            element = process.elements[element_id]
            for name, what in _made(element):
                if name not in used:
                    text = f"{what} maakt '{name}', maar niemand gebruikt dat."
                    yield problem(process, element, "data.unused", text, "warning")


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
