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
    "ik": "'ik' is er alleen in een startformulier; hier is het altijd leeg.",
    "casus": "'casus' is er pas als de casus begonnen is; hier is het altijd leeg.",
}
"""Names that exist, and where."""


@dataclass(slots=True)
class Missing:
    """A variable that is not always filled in, in one process: where that is used all the same."""

    process: Process
    name: str
    place: str
    elements: list[Element] = field(default_factory=list)


@dataclass(slots=True)
class Asked:
    """A variable that a form or table asks for, in all the steps that it is used in."""

    file: str
    element_id: str | None
    place: str
    use: Use
    known: bool = False
    """Whether it is filled in for one of them at least."""
    unknown: list[tuple[Process, Element]] = field(default_factory=list)


class Notes:
    """Problems that are sure at once, and what can only be told when everything has been read."""

    def __init__(self, found: Followed) -> None:
        self.found = found
        self.problems: list[Problem] = []
        self.covered: set[tuple[str, str]] = set()
        self.used: set[str] = set()
        self.unread = False
        """Whether there is something that can't be read: then nothing is called unused."""
        self.missing: dict[tuple[str, str], Missing] = {}
        self.asked: dict[tuple[str, str | None, str, str], Asked] = {}
        self._writers = _writers(found)

    def at_step(
        self,
        process: Process,
        element: Element,
        rule: str,
        text: str,
        severity: Severity,
        *,
        repair: str | None = None,
        trace: tuple[tuple[str, ...], ...] = (),
    ) -> None:
        name = f"'{element.name}': " if element.name else ""
        self.problems.append(Problem(process.file, element.id, name + text, severity, rule, trace, repair))

    def at_file(
        self,
        file: str,
        element_id: str | None,
        rule: str,
        text: str,
        severity: Severity,
        repair: str | None = None,
    ) -> None:
        self.problems.append(Problem(file, element_id, text, severity, rule, repair=repair))

    def fault(self, process: Process, element: Element, place: str, fault: Fault) -> None:
        rule, severity = _RULES[fault.kind]
        self.at_step(process, element, rule, f"{place}: {fault.message}", severity, repair=fault.repair)

    def fault_in_file(self, file: str, element_id: str | None, place: str, fault: Fault) -> None:
        rule, severity = _RULES[fault.kind]
        self.at_file(file, element_id, rule, f"{place}: {fault.message}", severity, fault.repair)

    def unknown(
        self,
        process: Process,
        element: Element,
        place: str,
        use: Use,
        severity: Severity,
        *,
        later: bool = True,
    ) -> None:
        """A variable that is never filled in before it is used; `later`: it may be filled in behind it."""
        text, repair = self.why_unknown(process.id if later else None, place, use)
        severity = "warning" if use.guarded or use.name in ELSEWHERE else severity
        self.at_step(process, element, "data.unknown", text, severity, repair=repair)

    def why_unknown(self, process_id: str | None, place: str, use: Use) -> tuple[str, str | None]:
        """In words, and what may have been meant."""
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
        places = self._writers.get(use.name, [])
        own = [place for place in places if place[0] == process_id]
        if not own and (not places or use.meant is not None):
            return ""
        at, element_id = (own or places)[0]
        process = self.found.world.processes[at]
        step = f"{words.step(process.elements[element_id])} ('{process.name}')"
        return f"Dat gebeurt pas bij {step}." if own else f"Dat gebeurt alleen bij {step}."

    def not_always(self, process: Process, element: Element, place: str, name: str) -> None:
        """A variable that is used and that some way to here does not fill in."""
        found = self.missing.setdefault((process.id, name), Missing(process, name, place))
        if element not in found.elements:
            found.elements.append(element)


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
