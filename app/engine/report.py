"""What people and machines must know of an instance after a step: plain values."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from SpiffWorkflow.util.task import TaskState

from app.engine.events import Boundary
from app.engine.model import Element
from app.engine.scope import Scope
from app.engine.specs import JobTask, Loop, Spec, UserTask
from app.engine.step import (
    Before,
    OpenIncident,
    OpenJob,
    OpenMessage,
    OpenSignal,
    OpenTask,
    OpenTimer,
    Step,
    Token,
)
from app.engine.workflow import Instance, is_listening


def before(instance: Instance) -> Before:
    """How it stands now, before a step."""
    live = [task for task in instance.live() if isinstance(task.task_spec, Spec)]
    said = [task.internal_data for task in live]
    return Before(
        tokens=tuple(_token(instance, task) for task in live if _is_token(task)),
        asks=any(isinstance(one.task_spec, UserTask) for one in live),
        works=any("due" in one for one in said) or any(isinstance(one.task_spec, JobTask) for one in live),
        waits=any("message" in one or "signal" in one for one in said),
        fails=any("incident" in one for one in said),
    )


def step(instance: Instance, state: bytes) -> Step:
    """The whole answer after one input."""
    live = [task for task in instance.live() if isinstance(task.task_spec, Spec)]
    waiting = [task for task in live if "incident" not in task.internal_data]
    ready = [task for task in live if task.state == TaskState.READY]
    return Step(
        state=state,
        tasks=tuple(_task(instance, task) for task in ready if isinstance(task.task_spec, UserTask)),
        timers=tuple(_timer(instance, task) for task in waiting if "due" in task.internal_data),
        jobs=tuple(_job(instance, task) for task in ready if isinstance(task.task_spec, JobTask)),
        messages=tuple(_message(instance, task) for task in waiting if "message" in task.internal_data),
        signals=tuple(_signal(instance, task) for task in waiting if "signal" in task.internal_data),
        incidents=tuple(_incident(instance, task) for task in live if "incident" in task.internal_data),
        thrown=tuple(dict.fromkeys(instance.thrown)),
        tokens=tuple(_token(instance, task) for task in live if _is_token(task)),
        events=tuple(instance.events),
        variables=variables(instance),
        ended=instance.task_tree.state != TaskState.STARTED,
        before=instance.before,
    )


def variables(instance: Instance) -> dict[str, Any]:
    """The variables of the root process, with what running called processes have written so far over them.

    Only what a called process gives back by itself counts: nothing of a multi-instance child, and nothing
    of a call with an output mapping. So a case shows its plan while the process that made it still runs.
    """
    found = dict(instance.task_tree.data)
    for scope in giving_back(instance):
        found |= {name: scope[name] for name in scope.written}
    return found


def giving_back(instance: Instance) -> Iterator[Scope]:
    """The scopes of running called processes that give back by themselves what they write."""
    closed: set[Any] = set()
    for inner in instance.subprocesses.values():
        caller = inner.caller
        if caller.workflow in closed or _is_walled(caller.data) or not _gives_back(caller.task_spec.element):
            closed.add(inner)
        elif caller.task_spec.element.calls is not None:
            yield inner.task_tree.data


def _is_walled(scope: Scope | None) -> bool:
    while scope is not None:
        if scope.wall:
            return True
        scope = scope.outer
    return False


def _gives_back(element: Element) -> bool:
    return element.calls is None or (element.child_variables and not element.outputs)


def _is_token(task: Any) -> bool:
    return not isinstance(task.task_spec, Boundary | Loop) and not is_listening(task)


def _place(instance: Instance, task: Any) -> dict[str, Any]:
    element = task.task_spec.element
    return {
        "id": str(task.id),
        "process_id": element.process_id,
        "element_id": element.id,
        "path": instance.path(task.workflow),
    }


def _scope_id(task: Any) -> str:
    return str(task.workflow.parent_task_id or 0)


def _task(instance: Instance, task: Any) -> OpenTask:
    element, said = task.task_spec.element, task.internal_data["task"]
    return OpenTask(
        **_place(instance, task),
        name=element.name,
        scope_id=_scope_id(task),
        lane=element.lane,
        form_id=element.form_id,
        candidate_groups=tuple(said["groups"]),
        candidate_users=tuple(said["users"]),
        assignee=said["assignee"],
        due_at=_moment(said["due"]),
        follow_up_at=_moment(said["follow_up"]),
        priority=said["priority"],
        documentation=element.documentation,
    )


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _timer(instance: Instance, task: Any) -> OpenTimer:
    return OpenTimer(**_place(instance, task), due_at=datetime.fromisoformat(task.internal_data["due"]))


def _job(instance: Instance, task: Any) -> OpenJob:
    element = task.task_spec.element
    return OpenJob(
        **_place(instance, task),
        scope_id=_scope_id(task),
        type=element.job_type or "",
        headers=element.headers,
        retries=element.job_retries,
        variables=dict(task.data) if element.inputs else dict(task.data.visible()),
    )


def _message(instance: Instance, task: Any) -> OpenMessage:
    name, key = task.internal_data["message"]
    return OpenMessage(**_place(instance, task), name=name, correlation_key=key)


def _signal(instance: Instance, task: Any) -> OpenSignal:
    return OpenSignal(**_place(instance, task), name=task.internal_data["signal"])


def _incident(instance: Instance, task: Any) -> OpenIncident:
    return OpenIncident(**_place(instance, task), message=task.internal_data["incident"]["message"])


def _token(instance: Instance, task: Any) -> Token:
    element = task.task_spec.element
    return Token(**_place(instance, task), name=element.name, type=element.type)
