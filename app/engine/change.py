"""Changing an instance by hand: where its tokens stand, what it knows, and which release it follows.

Functions of an instance in memory; `run` wraps them. What can't be done is refused in words, beforehand.
"""

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.util.task import TaskState

from app.engine import report
from app.engine.definitions import Definitions
from app.engine.events import Boundary, EventGateway, EventSubprocess, Listener, Throw, stop_waiting
from app.engine.routing import Inclusive, Join
from app.engine.scope import Scope
from app.engine.specs import Activity, Loop, Spec, UserTask
from app.engine.step import Variables
from app.engine.workflow import Instance
from app.errors import Conflict

_REPEATED = "wordt daar anders herhaald (multi-instance)"
Renamed = Mapping[str, str]
"""Element id in the release of now -> element id in the other one; what is not in it keeps its id."""


def move(instance: Instance, task: Any, element_id: str) -> None:
    """Take a token away, and put one down at another element of the same process or subprocess."""
    spec = task.workflow.spec.task_specs.get(element_id)
    if (
        spec is None
        or spec.element.id != element_id
        or spec.element.type in ("startEvent", "boundaryEvent")
        or isinstance(spec, EventSubprocess)
    ):
        raise Conflict("Naar dit element kan de stap niet: het staat niet in hetzelfde (deel)proces.")
    if spec.element.compensates:
        raise Conflict("Naar een stap die iets ongedaan maakt kan niet worden verplaatst.")
    _require_movable(task)
    here = task.task_spec.element.id
    if isinstance(spec, Join) and here not in {flow.source for flow in spec.element.incoming}:
        raise Conflict("Naar een samenkomst kan alleen een stap die er vlak voor staat; kies de stap erna.")
    root = instance.root_of(task.workflow)
    # First put down: a scope without tokens would end.
    placed = instance.add(root, spec, data=root.data)
    if isinstance(spec, Join):
        placed.internal_data["from"] = here
    instance.halt(task)
    spec._update(placed)


def skip(instance: Instance, task: Any, variables: Variables) -> None:
    """Go on behind an element as if it were done, with these variables as what came out of it."""
    if not isinstance(task.task_spec, Activity | Loop) or isinstance(task.task_spec, EventSubprocess):
        raise Conflict("Deze stap kan niet worden overgeslagen; verplaats de casus naar de stap erna.")
    task.internal_data.pop("incident", None)
    stop_waiting(task)
    outer: Scope = task.task_spec.outer(task)
    for name, value in variables.items():
        outer.put(name, value)
    instance.halt_inside(task)
    gateway = task.parent
    if gateway is not None and isinstance(gateway.task_spec, EventGateway):
        gateway.task_spec.chosen(gateway, task)
    instance.record("skipped", task)
    task._set_state(TaskState.COMPLETED)
    task.task_spec._on_complete(task)
    instance.ran(task)


def set_variables(instance: Instance, variables: Variables) -> None:
    """Change what the process knows, in its own scope and in every running call that has its own copy.

    What a called process wrote itself is another value, but where it would give that back: then the case
    shows it as its own, and so it is changed there too.
    """
    root: Scope = instance.task_tree.data
    giving = list(report.giving_back(instance))
    for name, value in variables.items():
        for own in giving:
            if name in own.written:
                own[name] = value
        root[name] = value
        for inner in instance.subprocesses.values():
            scope: Scope = inner.task_tree.data
            if scope is not root and name in scope and name not in scope.written:
                scope[name] = value


def cancel(instance: Instance) -> None:
    """Stop everything."""
    instance.halt_all(instance)
    instance.task_tree._set_state(TaskState.CANCELLED)


def _require_movable(task: Any) -> None:
    parent = task.parent.task_spec if task.parent is not None else None
    if isinstance(parent, EventGateway | Loop | Throw) and task.parent.state == TaskState.STARTED:
        raise Conflict("Dit is één van meer samenhangende stappen: verplaats de stap waar zij bij horen.")
    if isinstance(task.task_spec, Boundary) or (
        isinstance(task.task_spec, Listener) and task.state == TaskState.WAITING
    ):
        raise Conflict("Dit is geen stap waar de casus staat.")


# ── another release ──────────────────────────────────────────────────────────────────────────────────────


def obstacles(instance: Instance, new: Definitions, renamed: Renamed) -> list[str]:
    """Why this instance can't go along to another release; empty when it can."""
    if instance.spec.name not in new.specs:
        return [f"Het proces '{instance.spec.name}' bestaat niet in de andere versie."]
    found: list[str] = []
    for workflow in instance.workflows():
        name = _scope_name(workflow.spec.name, renamed)
        if name not in new.specs:
            found.append(f"Het (sub)proces '{name}' bestaat niet in de andere versie.")
            continue
        specs = new.specs[name].task_specs
        for task in workflow.tasks.values():
            if task is workflow.task_tree or not task.has_state(TaskState.NOT_FINISHED_MASK):
                continue
            if isinstance(task.task_spec, Spec) and not _only_listens(task):
                found += _obstacle(task, specs, renamed)
    return list(dict.fromkeys(found))


def _only_listens(task: Any) -> bool:
    """Whether it is an event beside the flow that did not come yet."""
    if not isinstance(task.task_spec, Listener) or task.state != TaskState.WAITING:
        return False
    return "incident" not in task.internal_data or bool(task.internal_data["incident"]["phase"] == "open")


def _obstacle(task: Any, specs: Mapping[str, Any], renamed: Renamed) -> list[str]:
    spec, element = task.task_spec, task.task_spec.element
    label = f"'{element.name or element.id}'"
    other = specs.get(_spec_name(spec.name, renamed))
    if other is None:
        new_id = renamed.get(element.id, element.id)
        what = "bestaat niet in de andere versie" if specs.get(new_id) is None else _REPEATED
        return [f"De casus staat bij {label}; die stap {what}."]
    if other.element.type != element.type or other.element.by_event != element.by_event:
        return [f"De casus staat bij {label}; dat is in de andere versie geen {element.type} meer."]
    if type(spec) is not type(other) or (
        isinstance(spec, Loop) and spec.loop.sequential != other.loop.sequential
    ):
        return [f"De casus staat bij {label}; die stap {_REPEATED}."]
    if element.calls != other.element.calls:
        return [f"De casus staat bij {label}; daar wordt in de andere versie een ander proces aangeroepen."]
    if _kind(spec) != _kind(other):
        return [f"De casus wacht bij {label}; daar wordt in de andere versie op iets anders gewacht."]
    if isinstance(spec, Join) and not _joins_alike(task, other, renamed):
        return [f"De casus wacht bij {label}; daar komen in de andere versie andere wegen samen."]
    if isinstance(spec, EventGateway) and {
        renamed.get(flow.target, flow.target) for flow in element.outgoing
    } != {flow.target for flow in other.element.outgoing}:
        return [f"De casus wacht bij {label}; daar staan in de andere versie andere gebeurtenissen achter."]
    undoing = [renamed.get(name, name) for name in task.internal_data.get("undo", [])]
    if not all(_can_be_undone(name, specs) for name in undoing):
        return [f"De casus maakt bij {label} stappen ongedaan die in de andere versie niet bestaan."]
    return []


def _kind(spec: Spec) -> str | None:
    return spec.element.event.kind if spec.element.event else None


def _joins_alike(task: Any, other: Join, renamed: Renamed) -> bool:
    """Every way of a parallel join must be the same; of an inclusive one the way that the token came."""
    if isinstance(other, Inclusive):
        came = task.internal_data["from"]
        return renamed.get(came, came) in other.sources
    return {renamed.get(name, name) for name in task.task_spec.sources} == other.sources


def _can_be_undone(name: str, specs: Mapping[str, Any]) -> bool:
    return name in specs and specs[name].undone_by is not None


def without_gone_events(instance: Instance, new: Definitions, renamed: Renamed) -> Instance:
    """The instance without boundary events and event subprocesses that the other release does not have."""
    for workflow in instance.workflows():
        specs = new.specs[_scope_name(workflow.spec.name, renamed)].task_specs
        for task in list(workflow.tasks.values()):
            if _only_listens(task):
                other = specs.get(_spec_name(task.task_spec.name, renamed))
                if not _same_event(task.task_spec, other, renamed):
                    task._set_state(TaskState.CANCELLED)
    return instance


def kept_events(old: Definitions, new: Definitions, renamed: Renamed) -> set[tuple[str, str]]:
    """The events beside the flow that both releases have, by the names of scope and event in the new one.

    Where one of these does not wait any more, it came already: it is not to be opened again.
    """
    found = set()
    for scope, made in old.specs.items():
        name = _scope_name(scope, renamed)
        specs = new.specs[name].task_specs if name in new.specs else {}
        for spec in made.task_specs.values():
            other = specs.get(_spec_name(spec.name, renamed))
            if isinstance(spec, Listener) and other is not None and _same_event(spec, other, renamed):
                found.add((name, other.name))
    return found


def _same_event(spec: Listener, other: Any, renamed: Renamed) -> bool:
    if type(other) is not type(spec) or other.catches.kind != spec.catches.kind:
        return False
    host = spec.element.attached_to
    return bool(other.element.attached_to == (renamed.get(host, host) if host else None))


def rename(row: list[Any], renamed: Renamed) -> list[Any]:
    """A workflow's row of the state, with the names of the other release. See `state`."""
    name, caller, root, root_state, scope, own, tasks = row
    own = {**own, "done": [renamed.get(one, one) for one in own["done"]]} if "done" in own else own
    moved = [
        [task[0], _spec_name(task[1], renamed), *task[2:5], _renamed_data(task[5], renamed)] for task in tasks
    ]
    return [_scope_name(name, renamed), caller, root, root_state, scope, own, moved]


def _renamed_data(data: dict[str, Any], renamed: Renamed) -> dict[str, Any]:
    if "from" in data:
        data = {**data, "from": renamed.get(data["from"], data["from"])}
    if "undo" in data:
        data = {**data, "undo": [renamed.get(one, one) for one in data["undo"]]}
    return data


def _spec_name(name: str, renamed: Renamed) -> str:
    identifier, child, _ = name.partition(" [child]")
    return renamed.get(identifier, identifier) + child


def _scope_name(name: str, renamed: Renamed) -> str:
    process, slash, subprocess = name.partition("/")
    return f"{process}/{renamed.get(subprocess, subprocess)}" if slash else name


def settle(instance: Instance, kept: set[tuple[str, str]]) -> None:
    """After the change of release: events beside the flow as they are drawn there, and who does each task.

    `kept` are the events that the old release had as well.
    """
    for workflow in instance.workflows():
        name, root = workflow.spec.name, workflow.task_tree
        for task in list(workflow.tasks.values()):
            active = task.has_state(TaskState.NOT_FINISHED_MASK) and task.state != TaskState.FUTURE
            if task is root or not active or "incident" in task.internal_data:
                continue
            if isinstance(task.task_spec, UserTask) and task.state == TaskState.READY:
                task.task_spec.assign(task)
            for boundary in task.task_spec.boundaries:
                if (name, boundary.name) not in kept:
                    boundary.open(instance.add(task, boundary))
        if "done" in root.internal_data:
            specs = workflow.spec.task_specs
            root.internal_data["done"] = [
                one for one in root.internal_data["done"] if _can_be_undone(one, specs)
            ]
        if not _is_interrupted(root):
            for listener in instance.listeners(workflow):
                if (name, listener.name) not in kept:
                    listener.open(instance.add(root, listener))


def _is_interrupted(root: Any) -> bool:
    """Whether an event subprocess has taken the place of all that ran in a scope."""
    return any(
        isinstance(child.task_spec, EventSubprocess)
        and child.task_spec.interrupting
        and child.state == TaskState.STARTED
        for child in root.children
    )
