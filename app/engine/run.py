"""The engine: a pure function of definitions, state and input.

Nothing is kept when an error is raised: the state that went in is still the state of the case.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from SpiffWorkflow.exceptions import SpiffWorkflowException
from SpiffWorkflow.util.task import TaskState

from app.engine import report, state
from app.engine.definitions import Definitions
from app.engine.scope import Scope
from app.engine.step import Step, Variables
from app.engine.workflow import MAX_STEPS, Instance
from app.errors import EngineError

_NO_MATTER = datetime.min.replace(tzinfo=UTC)
"""The clock of an instance that is only looked at."""


def start(definitions: Definitions, process_id: str, variables: Variables, *, now: datetime) -> Step:
    """Begin an instance of an executable process. Raises EngineError."""
    if process_id not in definitions.starts:
        raise EngineError("Dit proces kan niet worden gestart.", process_id=process_id)
    instance = Instance(definitions, process_id, now=now)
    return _step(instance, lambda: instance.open_scope(process_id, None, Scope(variables)))


def complete(
    definitions: Definitions, state_bytes: bytes, task_id: str, variables: Variables, *, now: datetime
) -> Step:
    """Complete a user task or job. Raises LookupError if it does not wait (any more), or EngineError."""
    instance = state.read(state_bytes, definitions, now=now)
    task = _waiting(instance, task_id)

    def work() -> None:
        task.task_spec.take_out(task, variables)
        instance.run(task)

    return _step(instance, work)


def fire(definitions: Definitions, state_bytes: bytes, *, now: datetime) -> Step:
    """Fire all timers that are due at `now`, also those that follow from them. Raises EngineError."""
    instance = state.read(state_bytes, definitions, now=now)

    def work() -> None:
        for _ in range(MAX_STEPS):
            due = instance.due_timers()
            if not due:
                return
            instance.fire_timer(due[0])
            instance.advance()
        raise EngineError("De timers van deze casus blijven afgaan.")

    return _step(instance, work)


def correlate(
    definitions: Definitions,
    state_bytes: bytes,
    name: str,
    correlation_key: str | None,
    variables: Variables,
    *,
    now: datetime,
) -> Step:
    """Deliver a message. Raises LookupError when nothing waits for it, or EngineError."""
    instance = state.read(state_bytes, definitions, now=now)
    wanted = [name, correlation_key]
    waiting = [task for task in instance.live() if task.internal_data.get("message") == wanted]
    if not waiting:
        raise LookupError(name)
    return _step(instance, lambda: instance.receive(waiting[0], variables))


def signal(
    definitions: Definitions, state_bytes: bytes, name: str, variables: Variables, *, now: datetime
) -> Step:
    """Deliver a signal to all that wait for it. Raises LookupError when nothing does, or EngineError."""
    instance = state.read(state_bytes, definitions, now=now)

    def work() -> None:
        if not instance.catch_signal(name, variables):
            raise LookupError(name)

    return _step(instance, work)


def task_variables(definitions: Definitions, state_bytes: bytes, task_id: str) -> dict[str, Any]:
    """What a waiting task sees: the process variables and its local ones. Raises LookupError."""
    instance = state.read(state_bytes, definitions, now=_NO_MATTER)
    return dict(_waiting(instance, task_id).data.visible())


def variables(definitions: Definitions, state_bytes: bytes) -> dict[str, Any]:
    """The variables as the case has them now, also what a called process that still runs has written."""
    return report.variables(state.read(state_bytes, definitions, now=_NO_MATTER))


def _waiting(instance: Instance, task_id: str) -> Any:
    for task in instance.live():
        if str(task.id) == task_id and task.task_spec.manual and task.state == TaskState.READY:
            return task
    raise LookupError(task_id)


def _step(instance: Instance, work: Callable[[], None]) -> Step:
    try:
        work()
        instance.advance()
    except (SpiffWorkflowException, RecursionError) as error:
        raise EngineError("Het proces kan niet verder.", process_id=instance.spec.name) from error
    return report.step(instance, state.write(instance))
