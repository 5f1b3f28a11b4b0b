"""A way through a process on which nobody fills something in: what is shown with a finding."""

from collections import deque
from collections.abc import Callable, Iterator

from app.checks.dataflow.calls import Followed, start_of
from app.engine.model import SUBPROCESSES, Element, Process

Trace = tuple[tuple[str, ...], ...]
MAX_ROOTS = 4


def without(process: Process, element_id: str, fills: Callable[[Element], bool]) -> Trace:
    """The shortest way from the start to an element past nothing that surely fills it in; empty if none."""
    elements = process.elements
    start = start_of(process)
    if start is None:
        return ()
    came: dict[str, str | None] = {start.id: None}
    ahead = deque([start.id])
    while ahead and element_id not in came:
        here = elements[ahead.popleft()]
        for following in _following(process, here, fills):
            if following not in came:
                came[following] = here.id
                ahead.append(following)
    if element_id not in came:
        return ()
    steps: list[str] = []
    at: str | None = element_id
    while at is not None:
        steps.append(at)
        at = came[at]
    return tuple((one,) for one in reversed(steps))


def _following(process: Process, here: Element, fills: Callable[[Element], bool]) -> Iterator[str]:
    """Where a token goes next; events on an activity leave it before it filled in anything."""
    elements = process.elements
    yield from (one.id for one in elements.values() if one.attached_to == here.id and not one.undone_by)
    if here.type in SUBPROCESSES and not here.by_event:
        yield from (one.id for one in process.inside(here.id) if one.type == "startEvent")
        if not fills(here):
            yield from (flow.target for flow in here.outgoing if flow.target in elements)
        return
    if not fills(here):
        yield from (flow.target for flow in here.outgoing if flow.target in elements)


def beginnings(found: Followed, process_id: str, name: str) -> list[str]:
    """The ids of the ways in that come to a process without this variable."""
    seen: set[str] = set()
    roots: list[str] = []
    ahead = deque([process_id])
    while ahead:
        id = ahead.popleft()
        if id in seen:
            continue
        seen.add(id)
        root = found.roots.get(id)
        if root is not None and not (name in root.facts and root.facts[name].certain):
            roots.append(id)
        for caller, element in found.callers.get(id, []):
            outcome = found.outcomes.get(caller)
            entry = None if outcome is None else outcome.calls.get(element)
            if entry is None:
                continue
            fact = entry[1].facts.get(name)
            if fact is None or not fact.certain:
                ahead.append(caller)
    return roots
