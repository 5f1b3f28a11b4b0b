"""Diagrams as plain data, for the random proof: what stands in them, and how they are drawn as BPMN.

`reference` plays the same data without an engine. An expression is a tuple, so that it can be worked out
without FEEL as well: ("var", name), ("const", value), ("plus", name, number), ("is", name, value),
("bit", name, place), ("pair", name, name).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.engine.diagrams import element, extensions, flows, process

Expr = tuple[Any, ...]
Mappings = tuple[tuple[Expr, str], ...]


@dataclass(frozen=True)
class Event:
    """`name` is that of a message or signal, or a code; a timer comes after `minutes`, `times` times."""

    kind: str
    name: str = ""
    minutes: int = 0
    times: int | None = None
    """None: no cycle. 0: for ever."""
    ref: str = ""


@dataclass(frozen=True)
class Many:
    items: tuple[Any, ...]
    item: str
    collection: str
    result: Expr
    one_by_one: bool
    enough: int


@dataclass
class Node:
    id: str
    kind: str
    """start end task job script pass xor and or either catch throw boundary sub call by_event"""
    event: Event | None = None
    host: str = ""
    interrupting: bool = True
    inner: "Graph | None" = None
    many: Many | None = None
    inputs: Mappings = ()
    outputs: Mappings = ()
    script: tuple[Expr, str] | None = None
    default: str = ""
    undone_by: str = ""
    undoes: bool = False
    transaction: bool = False
    gives: bool = True
    """A call: whether it gets and gives all variables."""
    gets: bool = True


@dataclass(frozen=True)
class Flow:
    id: str
    source: str
    target: str
    condition: Expr | None = None


@dataclass
class Graph:
    """A process or subprocess; `around` names the items of the multi-instances that it stands in."""

    id: str
    around: tuple[str, ...] = ()
    nodes: dict[str, Node] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)

    def add(self, node: Node) -> str:
        self.nodes[node.id] = node
        return node.id

    def connect(self, source: str, target: str, condition: Expr | None = None) -> str:
        self.flows.append(Flow(f"{source}__{target}", source, target, condition))
        return self.flows[-1].id

    def out_of(self, node_id: str) -> list[Flow]:
        return [flow for flow in self.flows if flow.source == node_id]

    def into(self, node_id: str) -> list[Flow]:
        return [flow for flow in self.flows if flow.target == node_id]

    def boundaries(self, node_id: str) -> list[Node]:
        return [node for node in self.nodes.values() if node.kind == "boundary" and node.host == node_id]

    @property
    def start(self) -> Node:
        return next(node for node in self.nodes.values() if node.kind == "start")


def value(expression: Expr, known: Mapping[str, Any]) -> Any:
    """What an expression is, without FEEL."""
    match expression:
        case "const", said:
            return said
        case "var", name:
            return known.get(name)
        case "plus", name, number:
            before = known.get(name)
            return None if before is None else before + number
        case "is", name, said:
            return known.get(name) == said
        case "bit", name, place:
            before = known.get(name)
            return before is not None and before >> place & 1 == 1
        case "pair", one, other:
            return {"een": known.get(one), "twee": known.get(other)}
    raise ValueError(expression)


def text(expression: Expr) -> str:
    """The same as FEEL."""
    match expression:
        case "const", said:
            return "null" if said is None else str(said)
        case "var", name:
            return str(name)
        case "plus", name, number:
            return f"{name} + {number}"
        case "is", name, said:
            return f"{name} = {said}"
        case "bit", name, place:
            return f"modulo(floor({name} / {2**place}), 2) = 1"
        case "pair", one, other:
            return f"{{een: {one}, twee: {other}}}"
    raise ValueError(expression)


def key(known: Mapping[str, Any], around: tuple[str, ...]) -> str:
    """The correlation key of a message inside these multi-instances."""
    return "k" + "".join("n" if known.get(name) is None else str(known[name]) for name in around)


# ── drawing ──────────────────────────────────────────────────────────────────────────────────────────────


class Drawing:
    """One file: a process, and what stands beside it."""

    def __init__(self) -> None:
        self.beside: dict[str, str] = {}
        self.files: list[bytes] = []

    def file(self, graph: Graph) -> list[bytes]:
        body = "".join(self.parts(graph))
        return [process(body, id=graph.id, more="".join(self.beside.values())), *self.files]

    def parts(self, graph: Graph) -> Iterator[str]:
        for node in graph.nodes.values():
            yield self.node(node, graph)
            if node.undone_by:
                at = f"{node.id}_bu"
                said = "<bpmn:compensateEventDefinition/>"
                yield element("boundaryEvent", at, said, attachedToRef=node.id)
                yield element("association", f"{at}_as", sourceRef=at, targetRef=node.undone_by)
        for flow in graph.flows:
            condition = f" if {text(flow.condition)}" if flow.condition else ""
            drawn = flows(f"{flow.source}>{flow.target}{condition}")
            yield drawn.replace(f'id="{flow.source}_{flow.target}"', f'id="{flow.id}"', 1)

    def node(self, node: Node, graph: Graph) -> str:
        inner = self.event(node.event, graph) if node.event else ""
        said: dict[str, str] = {"name": node.id}
        zeebe: list[str] = []
        tags = {
            **{"start": "startEvent", "end": "endEvent", "catch": "intermediateCatchEvent"},
            **{"throw": "intermediateThrowEvent", "boundary": "boundaryEvent", "either": "eventBasedGateway"},
            **{"xor": "exclusiveGateway", "and": "parallelGateway", "or": "inclusiveGateway"},
            **{"task": "userTask", "job": "serviceTask", "script": "scriptTask", "pass": "task"},
            **{"sub": "subProcess", "call": "callActivity", "by_event": "subProcess"},
        }
        tag = "transaction" if node.transaction else tags[node.kind]
        if node.kind == "task":
            zeebe += ["<zeebe:userTask/>", '<zeebe:formDefinition formId="klein"/>']
            zeebe += ['<zeebe:assignmentDefinition candidateGroups="procesregisseur"/>']
        elif node.kind == "job":
            zeebe += ['<zeebe:taskDefinition type="herinner"/>']
        elif node.kind == "script" and node.script:
            zeebe += [
                f'<zeebe:script expression="={text(node.script[0])}" resultVariable="{node.script[1]}"/>'
            ]
        elif node.kind == "call" and node.inner:
            flags = f'propagateAllParentVariables="{str(node.gets).lower()}" '
            flags += f'propagateAllChildVariables="{str(node.gives).lower()}"'
            zeebe += [f'<zeebe:calledElement processId="{node.inner.id}" {flags}/>']
            self.files += Drawing().file(node.inner)
        elif node.inner:
            inner += "".join(self.parts(node.inner))
        if node.inputs or node.outputs:
            rows = [("input", *one) for one in node.inputs] + [("output", *one) for one in node.outputs]
            mapped = "".join(f'<zeebe:{tag} source="={text(of)}" target="{to}"/>' for tag, of, to in rows)
            zeebe += [f"<zeebe:ioMapping>{mapped}</zeebe:ioMapping>"]
        if node.many:
            inner = _many(node.many) + inner
        if node.kind == "boundary":
            said |= {"attachedToRef": node.host, "cancelActivity": str(node.interrupting).lower()}
        if node.kind == "start" and not node.interrupting:
            said["isInterrupting"] = "false"
        if node.kind == "by_event":
            said["triggeredByEvent"] = "true"
        if node.undoes:
            said["isForCompensation"] = "true"
        if node.default:
            said["default"] = node.default
        return element(tag, node.id, (extensions(*zeebe) if zeebe else "") + inner, **said)

    def event(self, event: Event, graph: Graph) -> str:
        match event.kind:
            case "timer":
                kind = "timeDuration" if event.times is None else "timeCycle"
                said = f"PT{event.minutes}M"
                if event.times is not None:
                    said = f"R{event.times or ''}/{said}"
                said = f"<bpmn:{kind}>{said}</bpmn:{kind}>"
                return f"<bpmn:timerEventDefinition>{said}</bpmn:timerEventDefinition>"
            case "message":
                parts = [f'if {one} = null then "n" else string({one})' for one in graph.around]
                said = "+".join(['"k"', *(f"({part})" for part in parts)]).replace('"', "&quot;")
                inside = extensions(f'<zeebe:subscription correlationKey="={said}"/>')
                self.beside[event.name] = element("message", f"b_{event.name}", inside, name=event.name)
                return f'<bpmn:messageEventDefinition messageRef="b_{event.name}"/>'
            case "signal":
                self.beside[event.name] = element("signal", f"s_{event.name}", name=event.name)
                return f'<bpmn:signalEventDefinition signalRef="s_{event.name}"/>'
            case "error" | "escalation" as kind:
                if not event.name:
                    return f"<bpmn:{kind}EventDefinition/>"
                self.beside[kind + event.name] = element(
                    kind, f"{kind}_{event.name}", **{f"{kind}Code": event.name}
                )
                return f'<bpmn:{kind}EventDefinition {kind}Ref="{kind}_{event.name}"/>'
            case "compensate" if event.ref:
                return f'<bpmn:compensateEventDefinition activityRef="{event.ref}"/>'
        return f"<bpmn:{event.kind}EventDefinition/>"


def _many(many: Many) -> str:
    items = ", ".join("null" if one is None else str(one) for one in many.items)
    each = f'inputCollection="=[{items}]" inputElement="{many.item}"'
    out = f'outputCollection="{many.collection}" outputElement="={text(many.result)}"'
    stop = (
        f"<bpmn:completionCondition>=numberOfCompletedInstances >= {many.enough}</bpmn:completionCondition>"
    )
    return (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{str(many.one_by_one).lower()}">'
        f"{extensions(f'<zeebe:loopCharacteristics {each} {out}/>')}{stop if many.enough else ''}"
        "</bpmn:multiInstanceLoopCharacteristics>"
    )
