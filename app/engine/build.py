"""`model.Process` -> SpiffWorkflow specifications, one for the process and one for each subprocess."""

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec

from app.engine import events, routing, specs
from app.engine.model import SUBPROCESSES, Element, Process
from app.engine.specs import Loop, Spec

SPECS: dict[str, type[Spec]] = {
    "startEvent": routing.Start,
    "endEvent": events.End,
    "intermediateThrowEvent": events.Throw,
    "intermediateCatchEvent": events.Catch,
    "receiveTask": events.Catch,
    "boundaryEvent": events.Boundary,
    "userTask": specs.UserTask,
    "serviceTask": specs.JobTask,
    "sendTask": specs.JobTask,
    "scriptTask": specs.Script,
    "businessRuleTask": specs.BusinessRule,
    "manualTask": specs.Activity,
    "task": specs.Activity,
    "callActivity": specs.Call,
    "subProcess": specs.Call,
    "transaction": specs.Call,
    "exclusiveGateway": routing.Exclusive,
    "parallelGateway": routing.Parallel,
    "inclusiveGateway": routing.Inclusive,
    "eventBasedGateway": events.EventGateway,
}
"""Every element that we run. What is not here is refused when a release is checked."""


def scopes(process: Process) -> dict[str, str]:
    """The process itself and its embedded subprocesses: the name of the specification -> id of the scope."""
    return {
        process.id: process.id,
        **{specs.scope_name(element): element.id for element in process.subprocesses()},
    }


def specification(process: Process, name: str, scope_id: str) -> BpmnProcessSpec:
    """The specification of one scope; immutable once made, and shared by all instances."""
    made = BpmnProcessSpec(name=name, description=process.name, filename=process.file)
    # SpiffWorkflow's own Start and End are never run, and a diagram may well have elements with these ids.
    made.task_specs.clear()
    inside = process.inside(scope_id)
    for element in inside:
        _add(made, element, process)
    for element in inside:
        if element.attached_to is None:
            continue
        host = made.task_specs[element.attached_to]
        if element.undone_by is not None:
            host.undone_by = element.undone_by
        else:
            host.boundaries.append(made.task_specs[element.id])
    return made


def listeners(made: BpmnProcessSpec) -> list[events.EventSubprocess]:
    """The event subprocesses of a scope."""
    return [spec for spec in made.task_specs.values() if isinstance(spec, events.EventSubprocess)]


def start_of(process: Process, scope_id: str) -> str:
    return start_event(process, scope_id).id


def start_event(process: Process, scope_id: str) -> Element:
    """The one start event of a scope."""
    return next(element for element in process.inside(scope_id) if element.type == "startEvent")


def _add(made: BpmnProcessSpec, element: Element, process: Process) -> None:
    kind = SPECS[element.type]
    if element.by_event and element.type in SUBPROCESSES:
        spec: Spec = events.EventSubprocess(made, element)
        spec.start = start_event(process, element.id)
    elif element.loop is None:
        spec = kind(made, element)
    else:
        spec = Loop(made, element)
        spec.child_spec = kind(made, element, f"{element.id} [child]")
    spec._outputs = [flow.target for flow in element.outgoing]
