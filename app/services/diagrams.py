"""What a diagram says in words: its steps in reading order, and what stands where.

Pure: from what the engine knows of a process, without a session. The step list is the version of a
diagram for who cannot see it and for a browser without JavaScript, so it leaves nothing out that matters.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from app.services import heat

SMALLEST_FIGURE = 5
"""Fewer cases than this are not shown to who may see figures only: they could point to a person."""

KINDS = {
    "startEvent": "begin",
    "endEvent": "einde",
    "userTask": "taak",
    "manualTask": "handeling buiten Casusroute",
    "task": "stap",
    "serviceTask": "automatische stap",
    "sendTask": "bericht",
    "receiveTask": "wacht op bericht",
    "scriptTask": "berekening",
    "businessRuleTask": "beslisregel",
    "callActivity": "deelproces",
    "subProcess": "fase",
    "exclusiveGateway": "keuze",
    "inclusiveGateway": "keuze, ook meer dan één",
    "parallelGateway": "tegelijk",
    "eventBasedGateway": "wat het eerst gebeurt",
    "intermediateCatchEvent": "wachten",
    "intermediateThrowEvent": "mijlpaal",
    "boundaryEvent": "termijn of uitzondering",
}
"""BPMN's local names in plain Dutch."""


class Element(Protocol):
    """The part of `engine.definitions.ElementInfo` that a step list needs."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def lane(self) -> str | None: ...
    @property
    def documentation(self) -> str: ...
    @property
    def calls(self) -> str | None: ...
    @property
    def properties(self) -> Mapping[str, str]: ...
    @property
    def attached_to(self) -> str | None: ...
    @property
    def parent_id(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class DiagramStep:
    """One line of the step list."""

    element_id: str
    name: str
    kind: str
    who: str
    documentation: str
    opens: str | None
    """Id of the process that this step calls, or that it stands for in the overview."""
    depth: int
    """1 within a phase or attached to another step, deeper by one for each phase around it."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many cases stand somewhere, how many of them are overdue, and how many failed."""

    cases: int = 0
    overdue: int = 0
    failed: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(self.cases + other.cases, self.overdue + other.overdue, self.failed + other.failed)


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands at an element, as it may be shown: short for a badge, and in words."""

    number: str
    text: str
    late: str
    late_text: str
    failed: str = ""
    failed_text: str = ""
    time: str = ""
    """How long cases have stood here, where that was asked."""
    time_text: str = ""
    heat: int = 0
    """The colour: a place in heat.NUMBERS or heat.TIMES, from 1; 0 is none."""


class Place(Protocol):
    """The part of `store.models.Token` that says where a case stands."""

    @property
    def process_id(self) -> str: ...
    @property
    def element_id(self) -> str: ...
    @property
    def path(self) -> Sequence[str]: ...


def steps(elements: Iterable[Element], *, occupied: Collection[str] = ()) -> list[DiagramStep]:
    """The lines of the step list. Unnamed forks and joins say nothing and are left out, unless `occupied`."""
    elements = list(elements)
    parents = {element.id: element.parent_id for element in elements}
    return [
        DiagramStep(
            element_id=element.id,
            name=element.name or KINDS.get(element.type, element.type).capitalize(),
            kind=KINDS.get(element.type, element.type),
            who=element.lane or "",
            documentation=element.documentation,
            opens=element.calls or element.properties.get("opent") or None,
            depth=_depth(element, parents),
        )
        for element in elements
        if element.name or element.id in occupied
    ]


def _depth(element: Element, parents: Mapping[str, str | None]) -> int:
    depth = 1 if element.attached_to else 0
    parent = element.parent_id
    while parent is not None and parent in parents:
        depth += 1
        parent = parents[parent]
    return depth


def standing(
    count: Count, *, smallest: int = 0, stood: timedelta | None = None, by_time: bool = False
) -> Standing | None:
    """The count in words, or None when there is nothing to say. Below `smallest` it says only that.

    `stood` is how long half of the cases have stood there; with `by_time` that decides the colour.
    """
    if not (count.cases or count.failed):
        return None
    # Of few cases it is not said how long they stand: that could point to a person too.
    known = stood if stood is not None and count.cases >= max(smallest, 1) else None
    return Standing(
        number=figure(count.cases, smallest=smallest),
        text=cases_in_words(count.cases, smallest=smallest),
        late=figure(count.overdue, smallest=smallest) if count.overdue else "",
        late_text=f"{_figure_in_words(count.overdue, smallest)} te laat" if count.overdue else "",
        failed=figure(count.failed, smallest=smallest) if count.failed else "",
        failed_text=_failures(count.failed, smallest) if count.failed else "",
        time=in_days(known, " d") if known is not None else "",
        time_text=f"de helft {in_days(known)} of langer" if known is not None else "",
        heat=heat.of_time(known) if by_time else heat.of_number(count.cases),
    )


def in_days(time: timedelta, unit: str = "") -> str:
    """A length of time in whole days: `12 dagen`; shorter with a `unit` of its own."""
    days = max(time.days, 1)
    words = f"{days}{unit}" if unit else f"{days} {'dag' if days == 1 else 'dagen'}"
    return words if time.days else f"<{words}" if unit else "minder dan 1 dag"


def _failures(number: int, smallest: int) -> str:
    noun = "storing" if number == 1 and not smallest else "storingen"
    return f"{_figure_in_words(number, smallest)} {noun}"


def figure(number: int, *, smallest: int = 0) -> str:
    """A number as it may be shown: `<5` instead of 1 to 4 where `smallest` is 5."""
    return f"<{smallest}" if 0 < number < smallest else str(number)


def cases_in_words(number: int, *, smallest: int = 0) -> str:
    noun = "casus" if number == 1 and not smallest else "casussen"
    return f"{_figure_in_words(number, smallest)} {noun}"


def _figure_in_words(number: int, smallest: int) -> str:
    return f"minder dan {smallest}" if 0 < number < smallest else str(number)


def standing_in_case(tokens: int, overdue: int) -> Standing:
    """What is said at an element where this one case stands, `tokens` times at once."""
    several = f"nu hier, {tokens} keer tegelijk" if tokens > 1 else "nu hier"
    late_text = "" if not overdue else "te laat" if tokens == 1 else f"{overdue} te laat"
    return Standing(
        number=str(tokens), text=several, late=str(overdue) if overdue else "", late_text=late_text
    )


def stood_in_case(tokens: int, overdue: int) -> Standing:
    """The same of an earlier moment."""
    text = f"toen hier, {tokens} keer tegelijk" if tokens > 1 else "toen hier"
    return Standing(number=str(tokens), text=text, late="", late_text="")


def passed_in_case(times: int) -> str:
    """What is said at an element that this one case has passed."""
    return "geweest" if times == 1 else f"{times} keer geweest"


def tokens_here(
    places: Iterable[Place], elements: Iterable[Element], *, process_id: str, path: Sequence[str] = ()
) -> Counter[str]:
    """How many tokens stand at each element of the process that runs at `path` (call activities around it).

    A token within an embedded phase has that phase in its own path; it is drawn in the same diagram.
    """
    phases = {element.id for element in elements if element.type == "subProcess"}
    depth = len(path)
    return Counter(
        place.element_id
        for place in places
        if place.process_id == process_id
        and tuple(place.path[:depth]) == tuple(path)
        and all(step in phases for step in place.path[depth:])
    )


def places(telt: str) -> list[tuple[str, str | None]]:
    """The places that an element of the overview stands for, as its property `telt` names them.

    That is a comma list of `process_id` (all cases in it) or `process_id:element_id`.
    """
    parts = [part.partition(":") for part in filter(None, map(str.strip, telt.split(",")))]
    return [(process_id, element_id or None) for process_id, _, element_id in parts]


def counted(telt: str, counts: Mapping[tuple[str, str], Count], totals: Mapping[str, Count]) -> Count:
    """The sum that an element of the overview stands for, as its property `telt` says."""
    total = Count()
    for process_id, element_id in places(telt):
        known = counts.get((process_id, element_id)) if element_id else totals.get(process_id)
        total += known or Count()
    return total
