"""Errors, escalations and cancelling: what is thrown, and what around it catches it."""

from collections.abc import Iterable
from typing import Any

from SpiffWorkflow.util.task import TaskState

from app.engine.specs import Loop
from app.errors import EngineError

CAUGHT_AROUND = ("error", "escalation", "cancel")
"""What is caught by something around the element that throws it."""


def require_catcher(task: Any, kind: str, code: str) -> None:
    """Raises EngineError when nothing around catches this error, or what does can't take it in."""
    catcher = _catcher(task, kind, code)
    if catcher is not None:
        task.workflow.top_workflow.require_depth(catcher)
        catcher.task_spec.results(catcher, {})
    elif kind == "error":
        element = task.task_spec.element
        raise EngineError(
            f"De fout '{code}' wordt nergens opgevangen.",
            process_id=element.process_id,
            element_id=element.id,
        )


def throw(task: Any, kind: str, code: str) -> None:
    """To the nearest event around that catches it: see `require_catcher`. An escalation may go unheard."""
    catcher, top = _catcher(task, kind, code), task.workflow.top_workflow
    if catcher is None:
        return
    if kind == "error":
        top.record("error", catcher, {"code": code})
    top.fire(catcher, again=kind == "escalation" and not catcher.task_spec.interrupting)


def _catcher(task: Any, kind: str, code: str) -> Any:
    """Event subprocesses of the scope first, then what stands on the activity around; and so outwards."""
    workflow, top = task.workflow, task.workflow.top_workflow
    while True:
        caller = None if workflow is top else workflow.caller
        around = [] if caller is None else _around(caller)
        # A code of its own goes before one that catches all.
        for wanted in (code, ""):
            for tasks in (workflow.task_tree.children, around):
                for found in _catching(tasks, kind, wanted):
                    return found
        if caller is None:
            return None
        workflow = caller.workflow


def _around(caller: Any) -> list[Any]:
    """What stands on an activity; of one of many, on all of them together."""
    parent = caller.parent
    return [*caller.children, *(parent.children if isinstance(parent.task_spec, Loop) else [])]


def _catching(tasks: Iterable[Any], kind: str, code: str) -> list[Any]:
    waiting = [
        task for task in tasks if task.state == TaskState.WAITING and task.task_spec.catches is not None
    ]
    return [
        task for task in waiting if (task.task_spec.catches.kind, task.task_spec.catches.text) == (kind, code)
    ]
