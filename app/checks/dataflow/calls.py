"""The variables over all processes of a release: from every way in, through calls and back."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from app.checks.cached import by_identity
from app.checks.dataflow import forms
from app.checks.dataflow.outcome import Outcome, Summary
from app.checks.dataflow.process import follow
from app.checks.dataflow.state import Fact, State, one_of
from app.checks.dataflow.world import CASE, World
from app.engine.model import Element, Process

MAX_ELEMENTS = 1_500
"""In a larger process the variables are not followed; what it gives back may be anything."""
MAX_TIMES = 40
"""How often one process is gone through again because a caller or a called process changed."""


@dataclass(slots=True)
class Followed:
    """Every executable process. `callers` are the call activities of each, as (process, element)."""

    world: World
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    entries: dict[str, State] = field(default_factory=dict)
    callers: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    roots: dict[str, State] = field(default_factory=dict)
    """What each process begins with that somebody or something outside can start."""
    adrift: frozenset[str] = frozenset()
    """The processes that nothing starts."""
    too_large: tuple[Process, ...] = ()

    def summary(self, process_id: str) -> Summary:
        return self.outcomes[process_id].summary


def start_of(process: Process) -> Element | None:
    """The first start event of a process, if it has one."""
    return next((one for one in process.inside(process.id) if one.type == "startEvent"), None)


def root(process: Process, world: World) -> State | None:
    """What a process begins with when it is a way in; None when it is only called."""
    start = start_of(process)
    if start is None:
        return None
    source = frozenset([(process.id, start.id)])
    facts = {"casus": Fact(CASE)}
    brought = start.event is not None and start.event.kind in ("message", "signal")
    if start.form_id is None:
        return State(facts, open=True) if brought else None
    form = world.forms.get(start.form_id)
    if form is None:
        return State(facts, open=True)
    facts = {name: Fact(one, True, source) for name, one in forms.filled_in(form).items()} | facts
    if brought:
        # The message brings other variables than the form.
        return State({name: fact.or_else(None) for name, fact in facts.items()} | facts, open=True)
    return State(facts)


def follow_all(world: World) -> Followed:
    """Follow the variables through every executable process."""
    large = tuple(one for one in world.processes.values() if len(one.elements) > MAX_ELEMENTS)
    world = replace(
        world, processes={id: one for id, one in world.processes.items() if len(one.elements) <= MAX_ELEMENTS}
    )
    executable = {id: one for id, one in world.processes.items() if one.executable}
    found = Followed(world, too_large=large)
    for id, process in executable.items():
        state = root(process, world)
        if state is not None:
            found.roots[id] = found.entries[id] = state
        for one in process.elements.values():
            if one.calls in executable:
                found.callers.setdefault(one.calls or "", []).append((id, one.id))
    _settle(found, deque(found.roots), executable)
    found.adrift = frozenset(executable) - set(found.outcomes)
    # What nothing starts yet may be given anything.
    anything = State({"casus": Fact(CASE)}, open=True)
    not_called = [id for id in executable if id in found.adrift and not found.callers.get(id)]
    circles = [id for id in executable if id in found.adrift]
    for ids in (not_called, circles):
        for id in ids:
            if id not in found.outcomes:
                found.entries[id] = found.roots[id] = anything
                _settle(found, deque([id]), executable)
    return found


def _settle(found: Followed, waiting: deque[str], executable: Mapping[str, Process]) -> None:
    times: dict[str, int] = {}
    sites: dict[str, dict[tuple[str, str], State]] = {}
    for caller, outcome in found.outcomes.items():
        for element, (called, entry) in outcome.calls.items():
            sites.setdefault(called, {})[caller, element] = entry
    while waiting:
        id = waiting.popleft()
        times[id] = times.get(id, 0) + 1
        if times[id] > MAX_TIMES:
            found.outcomes[id] = replace(found.outcomes[id], settled=False)
            continue
        summaries = {one: outcome.summary for one, outcome in found.outcomes.items()}
        outcome = _followed(executable[id], found.entries[id], found.world, summaries)
        before = found.outcomes.get(id)
        found.outcomes[id] = outcome
        for element, (called, entry) in outcome.calls.items():
            if called not in executable:
                continue
            sites.setdefault(called, {})[id, element] = entry
            whole = one_of([found.roots.get(called), *sites[called].values()])
            if whole is not None and whole != found.entries.get(called):
                found.entries[called] = whole
                _queue(waiting, called)
        if before is None or before.summary != outcome.summary:
            for caller, _ in found.callers.get(id, []):
                if caller in found.outcomes:
                    _queue(waiting, caller)


def _queue(waiting: deque[str], id: str) -> None:
    if id not in waiting:
        waiting.append(id)


# ── remembering ──

REMEMBERED = 4
"""So many ways to begin with one process are remembered: on the way to the answer it has several."""
REMEMBERED_PROCESSES = 64
MAX_REMEMBERED_ELEMENTS = 200
"""A larger process is followed anew each time: what is known of it takes too much room."""


@dataclass(frozen=True, slots=True)
class _Given:
    """What following a process hangs on beside its diagram. `things` are told apart by which they are."""

    entry: State
    things: tuple[object, ...]
    summaries: tuple[Summary | frozenset[str] | None, ...]

    def same(self, other: "_Given") -> bool:
        alike = all(one is two for one, two in zip(self.things, other.things, strict=True))
        return alike and self.summaries == other.summaries and self.entry == other.entry


@by_identity(512)
def _references(process: Process) -> tuple[Element, ...]:
    """The steps that use something outside the diagram."""
    return tuple(
        one
        for one in process.elements.values()
        if one.form_id or one.decision_id or one.job_type is not None or one.calls
    )


@by_identity(REMEMBERED_PROCESSES)
def _before(process: Process) -> list[tuple[_Given, Outcome]]:
    """How it went before, the last one last."""
    return []


def _followed(process: Process, entry: State, world: World, summaries: Mapping[str, Summary]) -> Outcome:
    """Follow a process, or remember how that went with all the same."""
    if len(process.elements) > MAX_REMEMBERED_ELEMENTS:
        return follow(process, entry, world, summaries)
    used = _references(process)
    given = _Given(
        entry,
        (
            *(world.forms.get(one.form_id or "") for one in used),
            *(world.decisions.get(one.decision_id or "") for one in used),
            *(world.callable(one.calls or "") for one in used),
        ),
        (
            *(summaries.get(one.calls or "") for one in used),
            *(world.jobs.get(one.job_type or "") for one in used),
        ),
    )
    before = _before(process)
    for known, outcome in reversed(before):
        if known.same(given):
            return outcome
    made = follow(process, entry, world, summaries)
    before.append((given, made))
    del before[:-REMEMBERED]
    return made
