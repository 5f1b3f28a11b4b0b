"""Which element of the later version is which of the earlier one, also where it was given another id."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from app.checks.compare.side import Side
from app.engine.model import Element, Process

T = TypeVar("T")


def matched(before: Side, after: Side) -> dict[str, str]:
    """Id in the earlier version -> id in the later one, of processes, steps, flows and all else."""
    same = _processes(before.processes, after.processes)
    taken = set(same.values())
    parts = [{key[1] for key in side.document.parts if key[0] == "id"} for side in (before, after)]
    same.update({id: id for id in parts[0] & parts[1] if id not in same and id not in taken})
    for alike in (_content, _name):
        pair(same, _left(before.elements, same), _left(after.elements, set(same.values())), alike)
    _flows(before, after, same)
    for kind in ("lane", "participant", "textAnnotation", "message", "error"):
        known = set(same), set(same.values())
        listed = [
            {key[1]: part for key, part in side.document.parts.items() if key[0] == "id"}
            for side in (before, after)
        ]
        left = [
            {id: part for id, part in all.items() if part.node.name == kind and id not in ids}
            for all, ids in zip(listed, known, strict=True)
        ]
        pair(same, left[0], left[1], lambda part: part.own)
    return same


def _left(elements: Mapping[str, Element], known: Iterable[str]) -> dict[str, Element]:
    seen = set(known)
    return {id: element for id, element in elements.items() if id not in seen}


def _processes(before: Mapping[str, Process], after: Mapping[str, Process]) -> dict[str, str]:
    same = {id: id for id in before if id in after}
    gone, new = [id for id in before if id not in same], [id for id in after if id not in same]
    pair(same, {id: before[id] for id in gone}, {id: after[id] for id in new}, lambda one: one.name)
    gone, new = [id for id in gone if id not in same], [id for id in new if id not in same.values()]
    if len(gone) == len(new) == 1:
        same[gone[0]] = new[0]
    return same


def pair(
    same: dict[str, str], gone: Mapping[str, T], new: Mapping[str, T], alike: Callable[[T], Any]
) -> None:
    """Those that look alike, where there is only one on either side."""
    by_look: dict[Any, list[str]] = {}
    for id, one in gone.items():
        if id not in same and alike(one) is not None:
            by_look.setdefault(alike(one), []).append(id)
    found: dict[Any, list[str]] = {}
    taken = set(same.values())
    for id, one in new.items():
        if id not in taken and alike(one) in by_look:
            found.setdefault(alike(one), []).append(id)
    for look, ids in found.items():
        if len(ids) == len(by_look[look]) == 1:
            same[by_look[look][0]] = ids[0]


def _content(element: Element) -> Any:
    """All that a step says, without where it stands."""
    if not element.name:
        return None
    event = element.event
    said = (element.form_id, element.script, element.calls, element.decision_id, element.job_type)
    who = (element.candidate_groups, element.assignee, element.due_date, element.documentation)
    return (element.type, element.name, event, element.loop, said, who)


def _name(element: Element) -> Any:
    return (element.type, element.name) if element.name else None


def _flows(before: Side, after: Side, same: dict[str, str]) -> None:
    """A flow with another id is the same one where it goes between the same steps."""
    kept = set(same.values())
    gone = {id: flow for id, flow in before.flows.items() if id not in same}
    new = {id: flow for id, flow in after.flows.items() if id not in kept}
    ends = {(flow.source, flow.target): id for id, flow in new.items()}
    for id, flow in gone.items():
        found = ends.pop((same.get(flow.source, ""), same.get(flow.target, "")), None)
        if found is not None:
            same[id] = found
