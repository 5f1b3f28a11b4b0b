"""What cases did in a process, counted together, and as who may see figures only reads it. Pure."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from app.engine.model import SUBPROCESSES
from app.services import diagrams, walks
from app.services.walks import Walk

Id = TypeVar("Id")
STEPS = (
    *("userTask", "manualTask", "callActivity", "receiveTask", "task"),
    *("serviceTask", "sendTask", "businessRuleTask", "scriptTask"),
    *(*SUBPROCESSES, "intermediateCatchEvent", "boundaryEvent"),
)
"""What is worth telling when it never happens."""
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
