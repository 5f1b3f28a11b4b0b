"""Task specs of events: what waits for a timer, message or signal, and what throws one."""

from decimal import Decimal
from typing import Any, cast

from SpiffWorkflow.util.task import TaskState

from app import feel
from app.engine import catching, moments
from app.engine.model import Element, Event, Mappings
from app.engine.scope import Scope
from app.engine.specs import Activity, Call, Mapped, Spec, scope_name
from app.engine.step import Variables
from app.errors import EngineError


def open_event(event: Event, spec: Spec, task: Any, *, repeats: bool = False) -> None:
    """Work out what the event waits for, once, when it begins to wait. `repeats`: it may come again."""
    top = task.workflow.top_workflow
    task._set_state(TaskState.WAITING)
    if event.kind == "timer":
        value = spec.evaluate(event.text, task)
        named = {"element_id": spec.element.id, "name": spec.element.name}
        due, cycle = moments.first_due(event.timer, value, now=top.now, **named)
        task.internal_data["due"] = due.isoformat()
        if cycle is not None and repeats:
            task.internal_data["cycle"] = [cycle.left, cycle.span]
    elif event.kind == "message":
        task.internal_data["message"] = [event.text, _key(event, spec, task)]
    elif event.kind == "signal":
        task.internal_data["signal"] = event.text


def _key(event: Event, spec: Spec, task: Any) -> str | None:
    """Raises EngineError for no key: cases without one would get each other's messages."""
    if not event.correlation_key:
        return None
    key = spec.evaluate(event.correlation_key, task)
    if isinstance(key, bool) or not isinstance(key, str | int | Decimal) or key == "":
        element = spec.element
        raise EngineError(
            f"Bij '{element.name or element.id}' is de correlatiesleutel geen tekst of getal.",
            process_id=element.process_id,
            element_id=element.id,
        )
    return feel.to_text(key)


def stop_waiting(task: Any) -> None:
    """What it waited for is no longer waited for."""
    for name in ("due", "cycle", "message", "signal"):
        task.internal_data.pop(name, None)


def _event(element: Element) -> Event:
    if element.event is None:
        raise TypeError(element.id)
    return element.event


class Listener(Spec):
    """An event beside the flow. `catches` is what it waits for, and `interrupting` what it then does."""

    @property
    def catches(self) -> Event:
        return _event(self.element)

    @property
    def interrupting(self) -> bool:
        return self.element.interrupting

    def open(self, task: Any) -> bool:
        open_event(self.catches, self, task, repeats=not self.interrupting)
        return False

    @property
    def outputs(self) -> Mappings:
        """The output mapping of the event."""
        return self.element.outputs

    def results(self, task: Any, variables: Variables) -> list[Mapped]:
        """What goes into the variables when the event comes with these. Raises EngineError."""
        if not self.outputs:
            return list(variables.items())
        return self.mapped(self.outputs, self.around(task), variables, task)

    def around(self, task: Any) -> Scope:
        """The variables of what it stands on."""
        raise NotImplementedError

    def fire(self, task: Any, *, again: bool, variables: Variables | None = None) -> None:
        """The event came with these variables; `again` when it keeps waiting for its next time."""
        raise NotImplementedError


class Boundary(Listener):
    """Stands on an activity as its child, and waits as long as that is active."""

    def around(self, task: Any) -> Scope:
        activity = task.parent
        return cast(Scope, activity.task_spec.outer(activity))

    def fire(self, task: Any, *, again: bool, variables: Variables | None = None) -> None:
        top = task.workflow.top_workflow
        activity, results = task.parent, self.results(task, variables or {})
        leaving = top.add(top.root_of(task.workflow), self, data=self.around(task))
        leaving.internal_data["fired"] = True
        if self.interrupting:
            top.halt(activity)
        elif not again:
            task._set_state(TaskState.CANCELLED)
        for target, value in results:
            leaving.data.put_path(target, value)
        leaving._ready()


class EventSubprocess(Call, Listener):
    """Waits as long as the scope that it stands in lives; then runs as a scope inside it."""

    start: Element
    """Its start event, which says what it waits for."""

    @property
    def catches(self) -> Event:
        return _event(self.start)

    @property
    def interrupting(self) -> bool:
        return self.start.interrupting

    @property
    def outputs(self) -> Mappings:
        return self.start.outputs

    def around(self, task: Any) -> Scope:
        return cast(Scope, task.data)

    def open(self, task: Any) -> bool:
        return Listener.open(self, task)

    def fire(self, task: Any, *, again: bool, variables: Variables | None = None) -> None:
        top = task.workflow.top_workflow
        top.require_depth(task)
        results = self.results(task, variables or {})
        running = task if self.interrupting else top.add(top.root_of(task.workflow), self)
        if self.interrupting:
            top.halt_all(task.workflow, but=task)
            stop_waiting(task)
        elif not again:
            task._set_state(TaskState.CANCELLED)
        for target, value in results:
            running.data.put_path(target, value)
        top.record("entered", running)
        running._set_state(TaskState.STARTED)
        top.open_scope(scope_name(self.element), running, running.data)


class Catch(Activity):
    """An intermediate event or receive task that waits; behind a link it does not."""

    def open(self, task: Any) -> bool:
        super().open(task)
        event = _event(self.element)
        if event.kind == "link":
            return True
        open_event(event, self, task)
        return False

    def fire(self, task: Any, *, again: bool, variables: Variables | None = None) -> None:
        """What it waited for is there."""
        self.take_out(task, variables or {})
        stop_waiting(task)
        gateway = task.parent
        if gateway is not None and isinstance(gateway.task_spec, EventGateway):
            gateway.task_spec.chosen(gateway, task)
        task._ready()


class EventGateway(Spec):
    """Waits for the first of the events behind it."""

    def open(self, task: Any) -> bool:
        task._set_state(TaskState.STARTED)
        for name in self._outputs:
            child = task.workflow.top_workflow.add(task, self._wf_spec.task_specs[name])
            child.task_spec._update(child)
        return False

    def chosen(self, task: Any, child: Any) -> None:
        """One of the events came: the gateway and the other events are over."""
        top = task.workflow.top_workflow
        for other in task.children:
            if other is not child:
                top.halt(other)
        top.record("completed", task)
        task._set_state(TaskState.COMPLETED)


class Throw(Spec):
    """An event that throws an escalation, signal or compensation, or nothing at all."""

    def open(self, task: Any) -> bool:
        event = self.element.event
        if event is None or event.kind not in ("compensate", "cancel"):
            return True
        if event.kind == "cancel":
            # First everything else stops; only then is undone what was done.
            task.workflow.top_workflow.halt_all(task.workflow, but=task)
        done = task.workflow.top_workflow.root_of(task.workflow).internal_data.get("done", [])
        undo = [one for one in reversed(done) if event.text in ("", one)]
        for one in undo:
            done.remove(one)
        task.internal_data["undo"] = undo
        if not undo:
            return True
        task._set_state(TaskState.STARTED)
        self.undo_next(task)
        return False

    def undo_next(self, task: Any) -> None:
        """Undo what was done, the last first and one after another; behind that the token goes on."""
        left = task.internal_data["undo"]
        if not left:
            task._ready()
            return
        host, top = self._wf_spec.task_specs[left.pop(0)], task.workflow.top_workflow
        spec = self._wf_spec.task_specs[host.undone_by]
        child = top.add(task, spec, data=top.root_of(task.workflow).data)
        spec._update(child)

    def _on_complete_hook(self, my_task: Any) -> None:
        event = self.element.event
        if event is not None and event.kind in catching.CAUGHT_AROUND:
            # Whatever fails there must fail now, while the token still stands here.
            catching.require_catcher(my_task, event.kind, event.text)
        super()._on_complete_hook(my_task)
        if event is not None and event.kind in catching.CAUGHT_AROUND:
            catching.throw(my_task, event.kind, event.text)
        elif event is not None and event.kind == "signal":
            my_task.workflow.top_workflow.throw_signal(my_task, event.text)


class End(Throw):
    """The token ends here, and with it perhaps the scope."""

    def _on_complete_hook(self, my_task: Any) -> None:
        super()._on_complete_hook(my_task)
        if self.element.event is not None and self.element.event.kind == "terminate":
            my_task.workflow.top_workflow.halt_all(my_task.workflow)
