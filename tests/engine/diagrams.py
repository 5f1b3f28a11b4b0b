"""Small diagrams as text, and a case that runs on them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from app.engine import definitions, run
from app.engine.definitions import Definitions
from app.engine.step import Step
from app.errors import Problem

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
_HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
    'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core" id="defs">'
)


def process(*elements: str, id: str = "proef", more: str = "") -> bytes:
    """A file with one executable process; `more` stands beside it (messages, errors, other processes)."""
    body = "".join(elements)
    text = f'{_HEAD}<bpmn:process id="{id}" name="{id}" isExecutable="true">{body}</bpmn:process>{more}'
    return f"{text}</bpmn:definitions>".encode()


def element(kind: str, id: str, inner: str = "", **attributes: str) -> str:
    said = "".join(f" {name}={_quoted(value)}" for name, value in attributes.items())
    return f'<bpmn:{kind} id="{id}"{said}>{inner}</bpmn:{kind}>'


def _quoted(text: str) -> str:
    return '"' + text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;") + '"'


def extensions(*zeebe: str) -> str:
    return f"<bpmn:extensionElements>{''.join(zeebe)}</bpmn:extensionElements>"


def task(id: str, groups: str = "procesregisseur", inner: str = "") -> str:
    said = extensions(
        "<zeebe:userTask/>",
        '<zeebe:formDefinition formId="klein"/>',
        f"<zeebe:assignmentDefinition candidateGroups={_quoted(groups)}/>",
    )
    return element("userTask", id, said + inner, name=id.capitalize())


def script(id: str, expression: str, result: str) -> str:
    said = f"<zeebe:script expression={_quoted(expression)} resultVariable={_quoted(result)}/>"
    return element("scriptTask", id, extensions(said), name=id)


def many(
    collection: str, item: str, output: str = "", of: str = "", *, one_by_one: bool = False, stop: str = ""
) -> str:
    """A multi-instance marker."""
    out = f"outputCollection={_quoted(output)} outputElement={_quoted(of)}" if output else ""
    each = f"inputCollection={_quoted(collection)} inputElement={_quoted(item)}"
    said = f"<zeebe:loopCharacteristics {each} {out}/>"
    condition = f"<bpmn:completionCondition>{stop}</bpmn:completionCondition>" if stop else ""
    sequential = str(one_by_one).lower()
    return (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{sequential}">'
        f"{extensions(said)}{condition}</bpmn:multiInstanceLoopCharacteristics>"
    )


def timer(kind: str, text: str) -> str:
    said = f'<bpmn:{kind} xsi:type="bpmn:tFormalExpression">{text}</bpmn:{kind}>'
    return f"<bpmn:timerEventDefinition>{said}</bpmn:timerEventDefinition>"


def flows(*pairs: str) -> str:
    """`a>b`, or `a>b if condition`; the id of a flow is `a_b`."""
    made = ""
    for pair in pairs:
        ends, _, condition = pair.partition(" if ")
        source, target = ends.split(">")
        inner = (
            f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">={_escaped(condition)}'
            "</bpmn:conditionExpression>"
            if condition
            else ""
        )
        made += element("sequenceFlow", f"{source}_{target}", inner, sourceRef=source, targetRef=target)
    return made


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def ends(*names: str) -> str:
    return "".join(element("endEvent", f"einde_{name}") for name in names)


def phase(id: str, *inside: str, more: str = "", kind: str = "subProcess") -> str:
    """A subprocess in which the elements stand one after another; the last one may be an end event."""
    ids = [one.split('id="')[1].split('"')[0] for one in inside]
    ended = inside[-1].startswith("<bpmn:endEvent")
    last = "" if ended else element("endEvent", f"{id}_klaar")
    chain = [f"{id}_begin", *ids, *([] if ended else [f"{id}_klaar"])]
    pairs = flows(*(f"{a}>{b}" for a, b in pairwise(chain)))
    return element(kind, id, element("startEvent", f"{id}_begin") + "".join(inside) + last + pairs + more)


def boundary(id: str, host: str, said: str, *, interrupting: bool = True, more: str = "") -> str:
    return element(
        "boundaryEvent", id, more + said, attachedToRef=host, cancelActivity=str(interrupting).lower()
    )


def undoable(id: str) -> str:
    undo = task(f"{id}_terug").replace("<bpmn:userTask ", '<bpmn:userTask isForCompensation="true" ')
    stands = element("boundaryEvent", f"{id}_b", "<bpmn:compensateEventDefinition/>", attachedToRef=id)
    return stands + undo + element("association", f"{id}_as", sourceRef=f"{id}_b", targetRef=f"{id}_terug")


START, END = element("startEvent", "begin"), element("endEvent", "einde")


def load(
    *files: bytes, tables: Mapping[str, bytes] | None = None
) -> tuple[Definitions | None, list[Problem]]:
    named = {f"proef_{index}.bpmn": content for index, content in enumerate(files)}
    return definitions.load(
        named | dict(tables or {}),
        roles={"procesregisseur": "procesregisseur"},
        forms=["klein"],
        job_types=["herinner"],
    )


@dataclass
class Play:
    """A case that runs: it always goes on from the bytes of the step before."""

    definitions: Definitions
    step: Step = field(init=False)
    events: list[tuple[str, str]] = field(default_factory=list)

    def start(self, process_id: str = "proef", **variables: Any) -> "Play":
        return self._take(run.start(self.definitions, process_id, variables, now=NOW))

    def do(self, element_id: str, *, now: datetime = NOW, **answers: Any) -> "Play":
        """Complete the first open task at an element."""
        open_task = next(one for one in self.step.tasks if one.element_id == element_id)
        return self._take(run.complete(self.definitions, self.step.state, open_task.id, answers, now=now))

    def wait_until(self, now: datetime) -> "Play":
        return self._take(run.fire(self.definitions, self.step.state, now=now))

    def message(self, name: str, key: str, **variables: Any) -> "Play":
        step = run.correlate(self.definitions, self.step.state, name, key, variables, now=NOW)
        return self._take(step)

    def signal(self, name: str, **variables: Any) -> "Play":
        return self._take(run.signal(self.definitions, self.step.state, name, variables, now=NOW))

    def _take(self, step: Step) -> "Play":
        self.step = step
        self.events += [(event.kind, event.element_id) for event in step.events]
        return self

    def retry(self, definitions: Definitions | None = None) -> "Play":
        """Try the first incident again."""
        incident = self.step.incidents[0]
        self.definitions = definitions or self.definitions
        return self._take(run.retry(self.definitions, self.step.state, incident.id, now=NOW))

    @property
    def incidents(self) -> list[tuple[str, str]]:
        """(element, message)"""
        return [(one.element_id, one.message) for one in self.step.incidents]

    @property
    def open(self) -> list[str]:
        return sorted(one.element_id for one in self.step.tasks)

    @property
    def ended(self) -> bool:
        return self.step.ended

    def __getitem__(self, name: str) -> Any:
        return self.step.variables.get(name)


def play(*files: bytes, tables: Mapping[str, bytes] | None = None) -> Play:
    made, problems = load(*files, tables=tables)
    assert problems == []
    assert made is not None
    return Play(made)
