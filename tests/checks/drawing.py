"""Diagrams in one line: `a:U x:X` are the nodes and `begin>x x>a` the flows.

Kinds: U task, X P O E gateways (exclusive, parallel, inclusive, event-based), M message, Z end, T terminate,
F error, V escalation at an end, W escalation on the way, K compensation on the way, Q cancel, N nothing.
What chooses at X and O is the variable `c_<id>`: the number of the flow, or the sum of 2**number.
"""

import re

from tests.engine.diagrams import element, extensions, flows, task
from tests.engine.diagrams import process as file

_GATEWAYS = {
    "X": "exclusiveGateway",
    "P": "parallelGateway",
    "O": "inclusiveGateway",
    "E": "eventBasedGateway",
}
_EVENTS = {
    "M": ("intermediateCatchEvent", "message"),
    "Z": ("endEvent", ""),
    "T": ("endEvent", "terminate"),
    "F": ("endEvent", "error"),
    "V": ("endEvent", "escalation"),
    "W": ("intermediateThrowEvent", "escalation"),
    "K": ("intermediateThrowEvent", "compensate"),
    "Q": ("endEvent", "cancel"),
    "N": ("intermediateThrowEvent", ""),
}
_SUBSCRIPTION = extensions('<zeebe:subscription correlationKey="=&quot;k&quot;"/>')


def event(kind: str, id: str) -> str:
    """An event definition; a message is named after its element."""
    name = {"message": f"bericht_{id}", "error": "fout", "escalation": "hoger", "signal": "sein"}.get(kind)
    said = f' {kind}Ref="{name}"' if name else ""
    inner = "<bpmn:timeDuration>PT1H</bpmn:timeDuration>" if kind == "timer" else ""
    return f"<bpmn:{kind}EventDefinition{said}>{inner}</bpmn:{kind}EventDefinition>" if kind else ""


def inside(
    nodes: str, arrows: str, *more: str, begin: str = "begin", trigger: str = "", beside: bool = False
) -> str:
    """What stands in a process or subprocess; a flow to `einde…` draws that end as well."""
    pairs = arrows.split()
    out: dict[str, list[str]] = {}
    for pair in pairs:
        source, target = pair.split(">")
        out.setdefault(source, []).append(target)
    kinds = dict(node.split(":") for node in nodes.split())
    said = {"isInterrupting": str(not beside).lower()} if trigger else {}
    parts = [element("startEvent", begin, trigger, **said)]
    parts += [_node(kind, id, out.get(id, [])) for id, kind in kinds.items()]
    ends = dict.fromkeys(pair.split(">")[1] for pair in pairs if pair.split(">")[1].startswith("einde"))
    parts += [element("endEvent", one) for one in ends if one not in kinds]
    return "".join([*parts, *more, flows(*_conditions(kinds, out))])


def _node(kind: str, id: str, out: list[str]) -> str:
    if kind in _GATEWAYS:
        default = {"default": f"{id}_{out[0]}"} if kind == "X" and len(out) > 1 else {}
        return element(_GATEWAYS[kind], id, **default)
    if kind in _EVENTS:
        name, what = _EVENTS[kind]
        return element(name, id, event(what, id))
    return task(id)


def _conditions(kinds: dict[str, str], out: dict[str, list[str]]) -> list[str]:
    found = []
    for source, targets in out.items():
        for place, target in enumerate(targets):
            said = {
                "X": f" if c_{source} = {place}" if place else "",
                "O": f" if modulo(floor(c_{source} / {2**place}), 2) = 1",
            }.get(kinds.get(source, ""), "")
            found.append(f"{source}>{target}{said if len(targets) > 1 else ''}")
    return found


def diagram(nodes: str, arrows: str, *more: str, id: str = "proef", begin: str = "begin") -> bytes:
    body = inside(nodes, arrows, *more, begin=begin)
    names = dict.fromkeys(re.findall(r'messageRef="bericht_([^"]+)"', body))
    beside = [element("message", f"bericht_{one}", _SUBSCRIPTION, name=one) for one in names]
    beside += [element("error", "fout", name="fout", errorCode="F1")]
    beside += [element("escalation", "hoger", name="hoger", escalationCode="E1")]
    beside += [element("signal", "sein", name="sein")]
    return file(body, id=id, more="".join(beside))


def sub(id: str, nodes: str, arrows: str, *more: str, kind: str = "subProcess", mark: str = "") -> str:
    """A subprocess; its start event is `<id>_b`."""
    return element(kind, id, mark + inside(nodes, arrows, *more, begin=f"{id}_b"), name=id)


def by_event(id: str, kind: str, nodes: str, arrows: str, *more: str, beside: bool = False) -> str:
    """A subprocess that an event starts."""
    body = inside(nodes, arrows, *more, begin=f"{id}_b", trigger=event(kind, id), beside=beside)
    return element("subProcess", id, body, name=id, triggeredByEvent="true")


def on(host: str, id: str, kind: str, *, beside: bool = False) -> str:
    """An event on an activity."""
    cancel = str(not beside).lower()
    return element("boundaryEvent", id, event(kind, id), attachedToRef=host, cancelActivity=cancel)


def call(id: str, process_id: str, mark: str = "") -> str:
    said = extensions(f'<zeebe:calledElement processId="{process_id}"/>')
    return element("callActivity", id, said + mark, name=id)


def undone(host: str, by: str, *, inner: str | None = None) -> str:
    """Compensation of an activity; `by` undoes."""
    handler = inner or task(by)
    handler = handler.replace(f'id="{by}"', f'id="{by}" isForCompensation="true"', 1)
    boundary = element("boundaryEvent", f"{host}_terug", event("compensate", host), attachedToRef=host)
    return (
        boundary + handler + element("association", f"{host}_{by}", sourceRef=f"{host}_terug", targetRef=by)
    )


Row = tuple[str, tuple[bytes, ...], str]


def row(name: str, *files: bytes, says: str = "") -> Row:
    """What these files are, and what should be said of them: `rule element`, `?` for a warning."""
    return name, files, says
