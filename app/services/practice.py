"""How a process really goes, beside how it is drawn: how often each step is done and each arrow taken.

Of the cases that ended last, so that what is counted are whole ways and the work is bounded. What is counted
are times and cases; who may see figures only reads rounded numbers, so that no small one follows from others.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import TypeVar

from sqlalchemy.orm import Session

from app.clock import AMSTERDAM
from app.engine.definitions import Definitions, ProcessInfo
from app.engine.model import SUBPROCESSES, Process
from app.errors import Invalid, NotFound
from app.services import access, diagrams, releases, walks
from app.services.access import Permission
from app.services.walks import Walk
from app.store import practice as rows
from app.store.cases import Sight
from app.store.models import Person
from app.store.practice import Chosen

Id = TypeVar("Id")

MOST_CASES = 500
"""So many cases at most are followed: those that ended last."""
USUAL_DAYS = 365
READERS = (Permission.CHANGE_WORKFLOW, Permission.SEE_OVERVIEW, Permission.SEE_FIGURES)
STEPS = (
    *("userTask", "manualTask", "callActivity", "receiveTask", "task"),
    *("serviceTask", "sendTask", "businessRuleTask", "scriptTask"),
    *(*SUBPROCESSES, "intermediateCatchEvent", "boundaryEvent"),
)
"""What is worth telling when it never happens."""
TOLD = ("userTask", "manualTask", "callActivity", "receiveTask", "boundaryEvent", "endEvent")
"""What a way is told by."""
OFTEN = 3
"""More often than this is told apart, where something is done over."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many times, and in how many cases."""

    times: int = 0
    cases: int = 0


NONE = Tally()


@dataclass(frozen=True, slots=True)
class Repeat:
    """A step that was done more often than the process began: in so many cases, at most so often in one."""

    cases: int
    often: int
    """In so many cases it was done more than OFTEN times for each time that the process began."""
    most: int


@dataclass(frozen=True, slots=True)
class Way:
    """What the cases have in common that took the same arrows and did the same steps."""

    key: str
    """In addresses: the same way has the same key, in every period."""
    flows: frozenset[str]
    steps: frozenset[str]
    by_hand: bool
    cases: int


@dataclass(frozen=True, slots=True)
class Practice:
    """What happened in the cases that were followed; by the ids of elements and arrows."""

    cases: int = 0
    """In which the process began."""
    looked: int = 0
    """That were looked at."""
    elsewhere: int = 0
    """Left out, since they followed another drawing before."""
    came: Mapping[str, Tally] = field(default_factory=dict)
    done: Mapping[str, Tally] = field(default_factory=dict)
    taken: Mapping[str, Tally] = field(default_factory=dict)
    moved: Mapping[tuple[str, str, bool], Tally] = field(default_factory=dict)
    skipped: Mapping[str, Tally] = field(default_factory=dict)
    stopped: Mapping[str, Tally] = field(default_factory=dict)
    unclear: Mapping[str, Tally] = field(default_factory=dict)
    beside: Mapping[str, Tally] = field(default_factory=dict)
    repeats: Mapping[str, Repeat] = field(default_factory=dict)
    ways: tuple[Way, ...] = ()
    """Those that enough cases went to be shown to anybody, the most frequent first."""
    seldom: int = 0
    """So many cases went another way."""


@dataclass(frozen=True, slots=True)
class Version:
    """A drawing of a process, and the releases that have it: the newest first."""

    number: int
    releases: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """The drawing that is compared with practice."""

    definitions: Definitions
    process: ProcessInfo
    model: Process
    version: Version
    versions: tuple[Version, ...]
    """All there are, the newest first."""
    roots: frozenset[str]
    """The processes that a case can begin with and that lead here."""


# ── What is asked for ────────────────────────────────────────────────────────────────────────────────────


def subject(session: Session, process_id: str, version: int | None = None) -> Subject:
    """A drawing of a process: this version of it, or the newest. Raises NotFound."""
    found: dict[int, list[int]] = defaultdict(list)
    for release, number in rows.versions(session, process_id).items():
        found[number].append(release)
    versions = tuple(Version(number, tuple(found[number])) for number in sorted(found, reverse=True))
    chosen = next((one for one in versions if version in (None, one.number)), None)
    if chosen is None:
        raise NotFound("Dit proces bestaat niet in deze versie.")
    definitions = releases.definitions(session, chosen.releases[0])
    process = definitions.processes[process_id]
    if not process.executable:
        raise NotFound("Dit diagram wordt niet uitgevoerd; er is geen praktijk om het mee te vergelijken.")
    roots = _roots(definitions, process_id)
    return Subject(definitions, process, definitions.models[process_id], chosen, versions, roots)


def _roots(definitions: Definitions, process_id: str) -> frozenset[str]:
    callers: dict[str, set[str]] = defaultdict(set)
    for process in definitions.processes.values():
        for element in process.elements:
            if element.calls:
                callers[element.calls].add(process.id)
    found, ahead = {process_id}, [process_id]
    while ahead:
        for caller in callers[ahead.pop()] - found:
            found.add(caller)
            ahead.append(caller)
    return frozenset(found)


def period(begin: date | None, until: date | None, *, today: date) -> tuple[date, date]:
    """The days from `begin` through `until`; without either the last twelve months. Raises Invalid."""
    last = until or (today if begin is None else max(today, begin))
    first = begin or last - timedelta(days=USUAL_DAYS)
    if first > last:
        message = "Deze dag ligt voor het begin van de periode."
        raise Invalid(message, {"tot": message})
    return first, last


def sight(person: Person) -> Sight:
    """The cases that the numbers for this person are about."""
    houses = frozenset[str]().union(*(access.houses(person, one) for one in READERS))
    return Sight(houses=houses, compartments=frozenset(person.compartments))


def smallest(person: Person) -> int:
    """Below this number of cases this person only reads that it is fewer; 0 for who may see each of them."""
    seen = access.houses(person, Permission.SEE_CASES) | access.houses(person, Permission.SEE_COURSE)
    return 0 if sight(person).houses <= seen else diagrams.SMALLEST_FIGURE


def collect(
    session: Session,
    seen: Sight,
    subject: Subject,
    days: tuple[date, date],
    *,
    house: str = "",
    limit: int = MOST_CASES,
) -> Practice:
    """Follow the cases through the drawing that ended last in these days."""
    begin, after = (
        datetime.combine(day, time(), AMSTERDAM) for day in (days[0], days[1] + timedelta(days=1))
    )
    here = frozenset(subject.version.releases)
    chosen = Chosen(begin, after, roots=subject.roots, releases=here, house=house)
    keys = rows.ended(session, seen, chosen, limit=limit)
    plan = walks.plan(subject.model)
    found: list[Walk] = []
    elsewhere = 0
    facts = rows.facts(session, keys, subject.process.id, repeated=plan.repeated)
    for _, group in groupby(facts, key=lambda fact: fact.case_key):
        own = list(group)
        # What it did by another drawing does not belong in this one.
        if any(one.kind == "migrated" and int(one.said or 0) not in here for one in own):
            elsewhere += 1
            continue
        walked = walks.walk(plan, own)
        if walked.came:
            found.append(walked)
    return replace(counted(plan, found), looked=len(keys), elsewhere=elsewhere)


# ── Counting ─────────────────────────────────────────────────────────────────────────────────────────────


def counted(plan: walks.Plan, found: Iterable[Walk]) -> Practice:
    """What these cases did, together. Pure."""
    found = list(found)
    ways = tuple(way for way in _ways(plan, found) if way.cases >= diagrams.SMALLEST_FIGURE)
    return Practice(
        cases=len(found),
        came=_tallied(walk.came for walk in found),
        done=_tallied(walk.done for walk in found),
        taken=_tallied(walk.taken for walk in found),
        moved=_tallied(walk.moved for walk in found),
        skipped=_tallied(walk.skipped for walk in found),
        stopped=_tallied(walk.stopped for walk in found),
        unclear=_tallied(walk.unclear for walk in found),
        beside=_tallied(walk.beside for walk in found),
        repeats=_repeats(plan, found),
        ways=ways,
        seldom=len(found) - sum(way.cases for way in ways),
    )


def _tallied(counters: Iterable[Counter[Id]]) -> dict[Id, Tally]:
    times: Counter[Id] = Counter()
    cases: Counter[Id] = Counter()
    for counter in counters:
        for id, number in counter.items():
            if number:
                times[id] += number
                cases[id] += 1
    return {id: Tally(times[id], cases[id]) for id in times}


def _repeats(plan: walks.Plan, found: Iterable[Walk]) -> dict[str, Repeat]:
    """A case that did a step more often than the process began, did it over at least one of those times."""
    numbers: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for walk in found:
        for id, times in walk.done.items():
            if (
                times > max(walk.runs, 1)
                and plan.elements[id].type in STEPS
                and not _is_one_of_many(plan, id)
            ):
                numbers[id].append((times, max(walk.runs, 1)))
    return {
        id: Repeat(
            cases=len(pairs),
            often=sum(times > OFTEN * runs for times, runs in pairs),
            most=max(times for times, _ in pairs),
        )
        for id, pairs in numbers.items()
    }


def _is_one_of_many(plan: walks.Plan, id: str) -> bool:
    """Whether it stands within what is done for each item of a list, or on it, or beside the flow."""
    element = plan.elements[id]
    if element.attached_to is not None:
        return True
    while element.scope_id in plan.elements:
        element = plan.elements[element.scope_id]
        if element.id in plan.repeated or element.by_event:
            return True
    return False


def _ways(plan: walks.Plan, found: Iterable[Walk]) -> tuple[Way, ...]:
    """How often something was repeated, and in what order what ran at once was done, makes no other way."""
    groups: Counter[tuple[frozenset[str], frozenset[str], frozenset[str]]] = Counter()
    for walk in found:
        flows = frozenset(id for id, times in walk.taken.items() if times)
        steps = frozenset(id for id, times in walk.done.items() if times)
        groups[flows, steps, _by_hand(walk)] += 1
    made = [
        Way(_key(flows, steps, hand), flows, steps, bool(hand), cases)
        for (flows, steps, hand), cases in groups.items()
    ]
    return tuple(sorted(made, key=lambda way: (-way.cases, way.key)))


def _by_hand(walk: Walk) -> frozenset[str]:
    moved = (f"verplaatst {origin} {target}" for origin, target, _ in walk.moved)
    skipped, stopped = (f"overgeslagen {id}" for id in walk.skipped), (f"gestopt {id}" for id in walk.stopped)
    return frozenset((*moved, *skipped, *stopped))


def _key(*parts: frozenset[str]) -> str:
    text = "|".join(",".join(sorted(part)) for part in parts)
    return hashlib.blake2b(text.encode(), digest_size=5).hexdigest()


# ── Small numbers ────────────────────────────────────────────────────────────────────────────────────────


def rounded(practice: Practice, unit: int) -> Practice:
    """As who may see figures only may read it: every number to the nearest `unit`.

    Of 1 up to `unit` what comes out is less than `unit`, and not none. Because the others are rounded too, a
    small number can't be worked out from what stands around it.
    """

    def near(number: int) -> int:
        return min(number, 1) if number < unit else unit * ((2 * number + unit) // (2 * unit))

    def tally(one: Tally) -> Tally:
        # Five times by one case says as much of somebody as once.
        return Tally(1, 1) if one.cases < unit else Tally(near(one.times), near(one.cases))

    def all_of(counted: Mapping[Id, Tally]) -> dict[Id, Tally]:
        return {id: tally(one) for id, one in counted.items()}

    names = ("came", "done", "taken", "moved", "skipped", "stopped", "unclear", "beside")
    tallies: dict[str, dict[str, Tally]] = {name: all_of(getattr(practice, name)) for name in names}
    return replace(
        practice,
        **tallies,  # type: ignore[arg-type]
        cases=near(practice.cases),
        looked=near(practice.looked),
        elsewhere=near(practice.elsewhere),
        # How often at most is of one case.
        repeats={id: Repeat(near(one.cases), near(one.often), 0) for id, one in practice.repeats.items()},
        ways=tuple(replace(way, cases=near(way.cases)) for way in practice.ways),
        seldom=near(practice.seldom),
    )


WIDTHS = (0.1, 0.25, 0.5, 0.75)
"""Above this part of the cases a line is drawn one wider."""


def width(cases: int, of: int) -> int:
    """How wide an arrow is drawn that so many cases took, from 1 to 5; 0 where none did."""
    return 0 if not cases else 1 + sum(cases > part * of for part in WIDTHS)
