"""What nothing else tells of: lanes, pools, notes, messages; and that something is different, at the least.

No difference that a computer could see may look like no difference at all: where there is no sentence for
it, there is one that says so.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from app.checks import bpmn_parts
from app.checks.compare.model import Change
from app.checks.compare.side import Side
from app.checks.compare.words import a, as_it_is, capital, count, normal, now_was, quoted, shown
from app.checks.xml_parts import Canonical, Part
from app.engine.model import Element

_UNTOLD = ("laneSet", "childLaneSet", "collaboration", "process")
_BY_EVENT = ("message", "error", "signal", "escalation")
_ALL = frozenset({"*"})
_TOLD: Mapping[str, frozenset[str]] = {
    "formDefinition": frozenset({"formId"}),
    "assignmentDefinition": frozenset({"assignee", "candidateGroups", "candidateUsers"}),
    "taskSchedule": frozenset({"dueDate", "followUpDate"}),
    "priorityDefinition": frozenset({"priority"}),
    "calledDecision": frozenset({"decisionId", "resultVariable"}),
    "calledElement": frozenset({"processId", "propagateAllParentVariables", "propagateAllChildVariables"}),
    "script": frozenset({"expression", "resultVariable"}),
    "taskDefinition": frozenset({"type", "retries"}),
    **dict.fromkeys(("ioMapping", "input", "output", "taskHeaders", "header"), _ALL),
    **dict.fromkeys(("properties", "property"), _ALL),
    "loopCharacteristics": _ALL,
    "multiInstanceLoopCharacteristics": frozenset({"isSequential"}),
    "subscription": frozenset({"correlationKey"}),
    **dict.fromkeys(("documentation", "conditionExpression", "completionCondition"), _ALL),
    **dict.fromkeys(("timeDate", "timeDuration", "timeCycle", "extensionElements"), _ALL),
}
"""Of these elements these attributes are told of elsewhere, and their text."""
_OWN = frozenset(
    {"name", "default", "attachedToRef", "cancelActivity", "isInterrupting", "triggeredByEvent"}
    | {"isForCompensation", "sourceRef", "targetRef", "isExecutable"}
)
_REFERENCES = ("messageRef", "errorRef", "signalRef", "escalationRef", "activityRef")


def lanes(before: Side, after: Side, same: Mapping[str, str]) -> Iterator[Change]:
    """Lanes that came, went, or have another name: that changes who does the work in them."""
    old, new = _of_kind(before, "lane"), _of_kind(after, "lane")
    for id, part in old.items():
        name = part.node.attributes.get("name", "")
        if same.get(id) not in new:
            yield Change("removed", "lane", f"De baan {quoted(name)} is vervallen.", id, None)
            continue
        now = new[same[id]].node.attributes.get("name", "")
        if name != now:
            tasks = sum(_is_done_by(one, now) for one in after.elements.values())
            who = f": {count(tasks, 'taak is', 'taken zijn')} nu voor {quoted(now)}" if tasks else ""
            text = f"De baan {quoted(name)} heet nu {quoted(now)}{who}."
            yield Change("changed", "who", text, id, same[id], name, now)
    kept = set(same.values())
    for id, part in new.items():
        if id not in kept:
            name = part.node.attributes.get("name", "")
            yield Change("added", "lane", f"Er is een baan bijgekomen: {quoted(name)}.", None, id)


def _is_done_by(element: Element, lane: str) -> bool:
    """Whether it is a task that its lane gives to somebody."""
    own = element.candidate_groups or element.assignee or element.candidate_users
    return element.type == "userTask" and element.lane == lane and not own


def _of_kind(side: Side, *kinds: str) -> dict[str, Part]:
    return {
        key[1]: part
        for key, part in side.document.parts.items()
        if key[0] == "id" and part.node.name in kinds
    }


def others(before: Side, after: Side, same: Mapping[str, str]) -> Iterator[Change]:
    """Pools, notes, data, messages."""
    told = {*before.elements, *before.flows, *_of_kind(before, "lane", *_UNTOLD)}
    told_now = {*after.elements, *after.flows, *_of_kind(after, "lane", *_UNTOLD)}
    kept = set(same.values())
    for key, part in before.document.parts.items():
        if key[0] != "id" or key[1] in told:
            continue
        if same.get(key[1]) is None:
            yield Change("removed", "other", f"{capital(before.called(key[1]))} is vervallen.", key[1], None)
            continue
        now = after.part(same[key[1]])
        names = bpmn_parts.name_of(part), "" if now is None else bpmn_parts.name_of(now)
        if names[0] != names[1]:
            text = f"{capital(before.called(key[1]))} heet nu {shown(names[1])}."
            if max(map(len, names)) > 60 or part.node.name == "textAnnotation":
                kind = before.called(key[1]).split(" ‘")[0].removesuffix(" zonder naam")
                text = f"{capital(kind)} zegt {now_was(*names, say=as_it_is)}."
            yield Change("changed", "name", text, key[1], same[key[1]], *names)
    for key, part in after.document.parts.items():
        if key[0] == "id" and key[1] not in told_now and key[1] not in kept:
            name = bpmn_parts.name_of(part)
            kind = after.called(key[1]).split(" ‘")[0].removesuffix(" zonder naam")
            text = f"Er is {a(kind)} bijgekomen{': ' + shown(name) if name else ''}."
            yield Change("added", "other", text, None, key[1])


def untold(before: Side, after: Side, same: Mapping[str, str]) -> Iterator[Change]:
    """Elements with something in them that is different, and that no sentence is made for."""
    for key, part in before.document.parts.items():
        if key[0] != "id" or same.get(key[1]) is None:
            continue
        now = after.part(same[key[1]])
        if now is None or _left(part.own, same) == _left(now.own, {}):
            continue
        if part.node.name in _BY_EVENT and _same_events(before, after, same, key[1]):
            continue
        text = f"Een technische instelling van {after.called(now.key[1])} is anders."
        yield Change("changed", "technical", text, key[1], now.key[1])


def of_file(before: Side, after: Side) -> Iterator[Change]:
    """The settings of the file itself."""
    roots = [_left(side.document.root.own, {}) for side in (before, after)]
    if roots[0] != roots[1]:
        yield Change("changed", "technical", "Een technische instelling van het bestand is anders.")


def _same_events(before: Side, after: Side, same: Mapping[str, str], id: str) -> bool:
    """Whether the steps that wait for this message tell of what is different in it."""
    for element_id in before.elements:
        part = before.part(element_id)
        if part is not None and id in _references(part) and same.get(element_id) in after.elements:
            return before.elements[element_id].event != after.elements[same[element_id]].event
    return False


def _references(part: Part) -> set[str]:
    nodes = [part.node, *part.node.children]
    return {node.attributes[name] for node in nodes for name in _REFERENCES if name in node.attributes}


def _left(own: Canonical, same: Mapping[str, str], *, top: bool = True) -> Any:
    """What is left of own content when all that is told elsewhere is taken out."""
    space, name, attributes, text, children = own
    known = _OWN if top else _TOLD.get(name, frozenset())
    rest = [
        (one, same.get(value, value) if one in _REFERENCES else normal(value))
        for one, value in attributes
        if one not in known and "*" not in known and not one.endswith("XMLSchema-instance}type")
    ]
    if top:
        name = "" if name in bpmn_parts.FLOW_NODES else name
    inner = [_left(one, same, top=False) for one in children]
    inner = [one for one in inner if one is not None]
    told = name in _TOLD or name == "text"
    if not top and told and not rest and not inner:
        return None
    return (space, name, tuple(rest), "" if told else normal(text), tuple(inner))
