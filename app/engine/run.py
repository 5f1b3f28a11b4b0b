"""The engine: a pure function of definitions, state and input.

Nothing is kept when an error is raised: the state that went in is still the state of the case.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from SpiffWorkflow.util.task import TaskState

from app.engine import change, report, state
from app.engine.definitions import Definitions
from app.engine.scope import Scope
from app.engine.step import Step, Variables
from app.engine.workflow import MAX_STEPS, Instance
from app.errors import CasusrouteError, Conflict, EngineError

_NO_MATTER = datetime(2000, 1, 1, tzinfo=UTC)
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

    return _step(instance, lambda: instance.answer(task, variables))


def look(definitions: Definitions, state_bytes: bytes, *, now: datetime) -> Step:
    """How an instance stands, without running anything."""
    return _step(state.read(state_bytes, definitions, now=now), lambda: None)


def retry(definitions: Definitions, state_bytes: bytes, task_id: str, *, now: datetime) -> Step:
    """Try again where a token stands still. Raises LookupError if it does not (any more), or EngineError."""
    instance = state.read(state_bytes, definitions, now=now)
    task = _alive(instance, task_id)
    if "incident" not in task.internal_data:
        raise LookupError(task_id)
    return _step(instance, lambda: instance.retry(task))


def skip(
    definitions: Definitions, state_bytes: bytes, task_id: str, variables: Variables, *, now: datetime
) -> Step:
    """Go on behind an element as if it were done. Raises LookupError, or Conflict where that can't be."""
    instance = state.read(state_bytes, definitions, now=now)
    task = _alive(instance, task_id)
    return _step(instance, lambda: change.skip(instance, task, variables))


def move(
    definitions: Definitions, state_bytes: bytes, task_id: str, element_id: str, *, now: datetime
) -> Step:
    """Put a token at another element of its (sub)process. Raises LookupError, or Conflict with why not."""
    instance = state.read(state_bytes, definitions, now=now)
    task = _alive(instance, task_id)
    return _step(instance, lambda: change.move(instance, task, element_id))


def change_variables(
    definitions: Definitions, state_bytes: bytes, variables: Variables, *, now: datetime
) -> Step:
    """Set variables of the root process by hand."""
    instance = state.read(state_bytes, definitions, now=now)
    return _step(instance, lambda: change.set_variables(instance, variables))


def cancel(definitions: Definitions, state_bytes: bytes, *, now: datetime) -> Step:
    """Stop the whole instance."""
    instance = state.read(state_bytes, definitions, now=now)
    return _step(instance, lambda: change.cancel(instance))


def obstacles(old: Definitions, new: Definitions, state_bytes: bytes, renamed: change.Renamed) -> list[str]:
    """Why an instance can't go along to another release, in words; empty when it can."""
    found = change.obstacles(state.read(state_bytes, old, now=_NO_MATTER), new, renamed)
    if not found:
        try:
            migrate(old, new, state_bytes, renamed, now=_NO_MATTER)
        except EngineError as error:
            return [error.message]
    return found


def migrate(
    old: Definitions, new: Definitions, state_bytes: bytes, renamed: change.Renamed, *, now: datetime
) -> Step:
    """Go on in another release. Raises Conflict with the reasons when that can't be, or EngineError.

    Tasks keep their ids, and timers their moments. Events beside the flow are those of the new release.
    """
    instance = state.read(state_bytes, old, now=now)
    reasons = change.obstacles(instance, new, renamed)
    if reasons:
        raise Conflict(" ".join(reasons))
    before = report.before(instance)
    rows = state.renamed(
        state.write(change.without_gone_events(instance, new, renamed)),
        new.fingerprint,
        lambda row: change.rename(row, renamed),
    )
    moved = state.read(rows, new, now=now)
    kept = change.kept_events(old, new, renamed)
    return replace(_step(moved, lambda: change.settle(moved, kept)), before=before)


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
    waiting = [one for one in instance.waiting_for("message") if one.internal_data["message"] == wanted]
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


def _alive(instance: Instance, task_id: str) -> Any:
    for task in instance.live():
        if str(task.id) == task_id:
            return task
    raise LookupError(task_id)


def _waiting(instance: Instance, task_id: str) -> Any:
    for task in instance.live():
        if str(task.id) == task_id and task.task_spec.manual and task.state == TaskState.READY:
            return task
    raise LookupError(task_id)


def _step(instance: Instance, work: Callable[[], None]) -> Step:
    try:
        instance.before = report.before(instance)
        work()
        instance.advance()
        return report.step(instance, state.write(instance))
    except CasusrouteError:
        raise
    except Exception as error:
        if type(error) is LookupError:
            raise
        # Whatever it is: the case stays as it was, and who asked hears so in words.
        raise EngineError(
            "Het proces kan niet verder.", process_id=instance.spec.name, cause=type(error).__name__
        ) from error
