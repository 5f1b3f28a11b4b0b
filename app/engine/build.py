"""`model.Process` -> SpiffWorkflow specifications, one for the process and one for each subprocess."""

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec

from app.engine import routing, specs
from app.engine.model import Element, Process
from app.engine.specs import Boundary, Loop, Spec

SPECS: dict[str, type[Spec]] = {
    "startEvent": routing.Start,
    "endEvent": routing.End,
    "intermediateThrowEvent": routing.Throw,
    "intermediateCatchEvent": specs.Catch,
    "receiveTask": specs.Catch,
    "boundaryEvent": Boundary,
    "userTask": specs.UserTask,
    "serviceTask": specs.JobTask,
    "sendTask": specs.JobTask,
    "scriptTask": specs.Script,
    "businessRuleTask": specs.BusinessRule,
    "manualTask": specs.Activity,
    "task": specs.Activity,
    "callActivity": specs.Call,
    "subProcess": specs.Call,
    "exclusiveGateway": routing.Exclusive,
    "parallelGateway": routing.Parallel,
    "inclusiveGateway": routing.Inclusive,
    "eventBasedGateway": specs.EventGateway,
}
"""Every element that we run. What is not here is refused when a release is checked."""


def scopes(process: Process) -> dict[str, str]:
    """The process itself and its embedded subprocesses: the name of the specification -> id of the scope."""
    inner = [element for element in process.elements.values() if element.type == "subProcess"]
    return {process.id: process.id, **{specs.scope_name(element): element.id for element in inner}}


def specification(process: Process, name: str, scope_id: str) -> BpmnProcessSpec:
    """The specification of one scope; immutable once made, and shared by all instances."""
    made = BpmnProcessSpec(name=name, description=process.name, filename=process.file)
    for element in process.inside(scope_id):
        _add(made, element)
    for element in process.inside(scope_id):
        if element.attached_to is not None:
            made.task_specs[element.attached_to].boundaries.append(made.task_specs[element.id])
    return made


def start_of(process: Process, scope_id: str) -> str:
    return next(element.id for element in process.inside(scope_id) if element.type == "startEvent")


def _add(made: BpmnProcessSpec, element: Element) -> None:
    kind = SPECS[element.type]
    if element.loop is None:
        spec = kind(made, element)
    else:
        spec = Loop(made, element)
        spec.child_spec = kind(made, element, f"{element.id} [child]")
    spec._outputs = [flow.target for flow in element.outgoing]
