"""Everything that can be said of the files of a release together, before it is live."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from app import decisions
from app.checks import drawn, job_headers, lint, soundness, who
from app.checks.cached import Memory
from app.checks.dataflow import calls, findings, known
from app.checks.dataflow.known import Variable
from app.checks.files import Files, Jobs, read
from app.checks.repairs import named
from app.engine import check as engine_check
from app.engine.model import Process
from app.errors import Problem

__all__ = ["Jobs", "People", "Variable", "check", "variables_before"]


MARKINGS: Final = 50_000
"""So many stands of the tokens of one process are looked at."""
_PROOFS: Memory[tuple[tuple[Process, ...], tuple[Problem, ...]]] = Memory(400)
"""By the processes that a proof depends on."""


@dataclass(frozen=True, slots=True)
class People:
    """Who there is: the houses by key with their names, and by role the houses that have somebody in it."""

    houses: Mapping[str, str]
    roles: who.People


def check(
    files: Mapping[str, bytes],
    *,
    roles: Mapping[str, str],
    job_types: Jobs,
    people: People | None = None,
    only: str | None = None,
) -> list[Problem]:
    """All problems, by file and then in the order of its elements; `only` gives those of one file.

    `roles` maps names of lanes and keys of roles to role keys, as in `engine.definitions.load`.
    """
    found = read(files)
    around = found.known(roles, job_types)
    problems = [*found.problems, *engine_check.problems(list(found.processes), around)]
    for model in found.models:
        problems += decisions.check(model)
    data = findings.check(calls.follow_all(found.world(job_types)))
    problems += data.problems
    drawing = _rules_of_form(found, around)
    problems += [one for one in drawing if not _is_settled(one, data)]
    for process in found.processes:
        problems += who.check_four_eyes(process)
        problems += job_headers.check(process, around.roles)
    if people is not None:
        for process in found.processes:
            problems += who.check(process, people=people.roles, houses=people.houses, roles=around.roles)
    problems += list(_soundness(found, problems))
    told = _in_order(_once(map(_classified, problems)), found)
    return [one for one in told if only is None or one.file == only]


def _soundness(found: Files, problems: Iterable[Problem]) -> Iterator[Problem]:
    """The proof of each process; of one that cannot be run at all there is nothing to prove."""
    broken = {one.file for one in problems if one.severity == "error" and not one.rule.startswith("data.")}
    processes = {process.id: process for process in found.processes}
    for process in found.processes:
        if process.file not in broken:
            yield from _proved(process, processes)


def _proved(process: Process, processes: Mapping[str, Process]) -> tuple[Problem, ...]:
    around = tuple(_reached(process, processes))
    key = tuple(id(one) for one in around)
    kept = _PROOFS.get(key)
    if kept is not None:
        return kept[1]
    made = soundness.check(process, processes, limit=MARKINGS).problems
    # The processes are kept along: as long as they are, nothing else has their ids.
    _PROOFS.keep(key, (around, made))
    return made


def _reached(process: Process, processes: Mapping[str, Process]) -> Iterator[Process]:
    """The process, and all that it calls in the end: what its proof depends on."""
    seen: set[str] = set()
    ahead = [process.id]
    while ahead:
        name = ahead.pop()
        if name in seen or name not in processes:
            continue
        seen.add(name)
        yield processes[name]
        ahead += sorted({one.calls for one in processes[name].elements.values() if one.calls})


def _rules_of_form(found: Files, around: engine_check.Known) -> Iterator[Problem]:
    called = frozenset(
        one.calls for process in found.processes for one in process.elements.values() if one.calls
    )
    beside = lint.Around(
        forms=around.forms,
        decisions=around.decisions,
        processes=frozenset(around.processes),
        job_types=around.job_types,
        called=called,
    )
    for process in found.processes:
        yield from lint.check(process, beside)
        yield from drawn.check(process, found.drawn[process.file])


def _is_settled(problem: Problem, data: findings.Findings) -> bool:
    """A choice without a default way is well when it has a way for everything, or is told what it lacks."""
    if problem.rule != "form.no-default":
        return False
    at = (problem.file, problem.element_id)
    return at in data.covered or any(
        (one.file, one.element_id, one.rule) == (*at, "data.uncovered") for one in data.problems
    )


# ── telling it once ──

_SAID_BETTER: Final = (
    ("heeft geen voorwaarde en is niet de standaardweg", ("form.conditional-flows",)),
    ("Er gaan twee pijlen naar hetzelfde element", ("form.no-duplicate-sequence-flows",)),
    ("Hier gaan meer pijlen uit", ("form.no-implicit-split", "form.no-duplicate-sequence-flows")),
    ("Hier loopt het proces dood", ("form.no-implicit-end", "form.no-disconnected")),
    ("Hier komt het proces nooit", ("form.no-implicit-start", "form.no-disconnected")),
    ("Er moet precies één beginpunt", ("form.start-event-required",)),
    ("Deze taak heeft geen naam", ("form.label-required",)),
    ("bestaat niet", ("form.broken-reference",)),
    ("kan hier niet", ("form.event-sub-process-typed-start-event", "form.sub-process-blank-start-event")),
)
"""What the engine says of an element, and the rules that say the same of it with a repair."""
_GROUPS: Final = {".bpmn": "engine.diagram", ".dmn": "table.check", ".form": "form.field"}


def _classified(problem: Problem) -> Problem:
    """What was found by reading gets a rule and a repair as well."""
    if problem.rule:
        return problem
    if problem.message.endswith("heeft geen id."):
        return replace(problem, rule="form.no-id", repair=named("give-ids"))
    if problem.message == "Deze id komt twee keer voor.":
        return replace(problem, rule="form.duplicate-id")
    suffix = next((one for one in _GROUPS if problem.file.endswith(one)), ".bpmn")
    return replace(problem, rule=_GROUPS[suffix])


def _once(problems: Iterable[Problem]) -> list[Problem]:
    found = list(dict.fromkeys(problems))
    rules: dict[tuple[str, str | None], set[str]] = {}
    for one in found:
        rules.setdefault((one.file, one.element_id), set()).add(one.rule)
    seen: set[tuple[str, str | None, str]] = set()
    kept = []
    for one in found:
        better = rules[one.file, one.element_id]
        said = one.rule == "engine.diagram" and any(
            text in one.message and not better.isdisjoint(names) for text, names in _SAID_BETTER
        )
        if not said and (one.file, one.element_id, one.message) not in seen:
            seen.add((one.file, one.element_id, one.message))
            kept.append(one)
    return kept


def _in_order(problems: list[Problem], found: Files) -> list[Problem]:
    """By file, and in it as its elements stand there; what is of the file as a whole comes first."""
    places = {name: found.order(name) for name in {one.file for one in problems}}
    return sorted(
        problems,
        key=lambda one: (
            one.file,
            places[one.file].get(one.element_id or "", -1 if one.element_id is None else 10**9),
        ),
    )


def variables_before(
    files: Mapping[str, bytes], file: str, *, job_types: Jobs
) -> Mapping[str, tuple[Variable, ...]]:
    """By element of one diagram: what is filled in when it begins, for completing names in expressions."""
    found = read(files)
    followed = calls.follow_all(found.world(job_types))
    told: dict[str, tuple[Variable, ...]] = {}
    for process in found.processes:
        if process.file == file:
            told |= known.variables_before(process, followed)
    return told
