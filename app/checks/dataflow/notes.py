"""What comes to light while the expressions of a release are read, before it is told."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from app.checks.dataflow import words
from app.checks.dataflow.calls import Followed, start_of
from app.checks.dataflow.reading import Fault, Path, Use
from app.checks.dataflow.state import Fact, State
from app.checks.repairs import named
from app.engine.model import Element, Process
from app.errors import Problem

Severity = Literal["error", "warning"]
_RULES: Final[Mapping[str, tuple[str, Severity]]] = {
    "type": ("data.type", "error"),
    "member": ("data.unknown", "error"),
    "impossible": ("data.impossible", "warning"),
    "gone": ("data.impossible", "warning"),
}
ELSEWHERE: Final = {
    "referentie": "'referentie' is er alleen in formulieren; hier is het altijd leeg.",
    "ik": "'ik' is er alleen in formulieren; hier is het altijd leeg.",
    "casus": "'casus' is er pas als de casus begonnen is; hier is het altijd leeg.",
}
"""Names that exist, and where."""


@dataclass(slots=True)
class Missing:
    """A variable that is not always filled in: where that is used all the same, in one process."""

    name: str
    place: str
    elements: list[Element] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Unknown:
    """A variable that is never filled in before a step uses it; `later`: it may be filled in behind it."""

    element: Element
    place: str
    use: Use
    severity: Severity
    later: bool


@dataclass(slots=True)
class Asked:
    """A variable that a form or table asks for, in the steps that use that."""

    file: str
    element_id: str | None
    place: str
    use: Use
    known: bool = False
    """Whether it is filled in for one of them at least."""
    unknown: list[tuple[Process, Element]] = field(default_factory=list)


class Notes:
    """Of one process: problems that are sure at once, and what can only be told beside other processes."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.problems: list[Problem] = []
        self.covered: set[tuple[str, str]] = set()
        self.used: set[str] = set()
        self.unread = False
        """Whether there is something that can't be read: then nothing is called unused."""
        self.unknown: list[Unknown] = []
        self.missing: dict[str, Missing] = {}
        self.asked: dict[tuple[str, str | None, str, str], Asked] = {}

    def at_step(
        self,
        element: Element,
        rule: str,
        text: str,
        severity: Severity,
        *,
        repair: str | None = None,
        trace: tuple[tuple[str, ...], ...] = (),
    ) -> None:
        self.problems.append(problem(self.process, element, rule, text, severity, repair, trace))

    def fault(self, element: Element, place: str, fault: Fault) -> None:
        rule, severity = _RULES[fault.kind]
        self.at_step(element, rule, f"{place}: {fault.message}", severity, repair=fault.repair)

    def fault_in_file(self, file: str, element_id: str | None, place: str, fault: Fault) -> None:
        rule, severity = _RULES[fault.kind]
        text = f"{place}: {fault.message}"
        self.problems.append(Problem(file, element_id, text, severity, rule, repair=fault.repair))

    def not_always(self, element: Element, place: str, name: str) -> None:
        """A variable that is used and that some way to here does not fill in."""
        found = self.missing.setdefault(name, Missing(name, place))
        if element not in found.elements:
            found.elements.append(element)


def problem(
    process: Process,
    element: Element,
    rule: str,
    text: str,
    severity: Severity,
    repair: str | None = None,
    trace: tuple[tuple[str, ...], ...] = (),
) -> Problem:
    """A problem at a step, which is called by its name."""
    name = f"'{element.name}': " if element.name else ""
    return Problem(process.file, element.id, name + text, severity, rule, trace, repair)


class Writers:
    """Who fills in what, anywhere in the release."""

    def __init__(self, found: Followed) -> None:
        self.found = found
        self._places = _writers(found)

    def why_unknown(self, process_id: str | None, place: str, use: Use) -> tuple[str, str | None]:
        """In words, and the repair; without a process nothing can still come."""
        said = f"{place} gebruikt '{use.name}'"
        if use.name in ELSEWHERE:
            return f"{said}. {ELSEWHERE[use.name]}", None
        if use.literal:
            text = f'{said}, maar niemand vult dat in. Bedoelt u de tekst "{use.name}"?'
            return text, named("quote", use.name)
        later = "" if process_id is None else self._later(process_id, use)
        if later:
            return f"{said}, maar dat is hier nog niet ingevuld. {later}", None
        if use.meant is None:
            return f"{said}, maar niemand vult dat in.", None
        repair = named("correct-name", use.name, use.meant)
        return f"{said}, maar niemand vult dat in. Bedoelt u '{use.meant}'?", repair

    def _later(self, process_id: str, use: Use) -> str:
        """Where it is filled in, when that is not before here."""
        places = self._places.get(use.name, [])
        own = [place for place in places if place[0] == process_id]
        if not own and (not places or use.meant is not None):
            return ""
        at, element_id = (own or places)[0]
        process = self.found.world.processes[at]
        step = f"{words.step(process.elements[element_id])} ('{process.name}')"
        return f"Dat gebeurt pas bij {step}." if own else f"Dat gebeurt alleen bij {step}."


def comes_along(use: Use, guards: frozenset[Path], facts: Mapping[str, Fact]) -> bool:
    """Whether what fills in something that is tested for null always fills in this as well."""
    if use.fact is None:
        return False
    tested = [facts[path[0]] for path in guards if path[0] in facts and path[0] != use.name]
    return any(fact.sources and fact.sources <= use.fact.sources for fact in tested)


def _writers(found: Followed) -> Mapping[str, list[tuple[str, str]]]:
    """By variable, the steps that fill it in, anywhere in the release."""
    places: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for id, outcome in found.outcomes.items():
        start = start_of(found.world.processes[id])
        for name in found.roots.get(id, State()).facts:
            if start is not None and name != "casus":
                places[name].append((id, start.id))
        for element_id, facts in outcome.writes.items():
            if element_id in outcome.before:
                for name in facts:
                    places[name].append((id, element_id))
    return places
