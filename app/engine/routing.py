"""Task specs that steer tokens: start events and gateways."""

from typing import Any

from SpiffWorkflow.util.task import TaskState

from app.engine.model import Element
from app.engine.specs import Spec, is_true
from app.errors import EngineError


class Start(Spec):
    """Where a scope begins. What it waited for, its scope knows."""


def _no_way_on(element: Element) -> EngineError:
    return EngineError(
        f"Bij '{element.name or element.id}' geldt geen enkele voorwaarde.",
        process_id=element.process_id,
        element_id=element.id,
    )


class Exclusive(Spec):
    """The first flow whose condition holds, else the default flow."""

    def following(self, task: Any) -> list[str]:
        visible, now = task.data.visible(), task.workflow.top_workflow.now
        flows = self.element.outgoing
        for flow in flows:
            if flow.id == self.element.default_flow:
                continue
            if flow.condition is None or is_true(flow.condition, visible, self.element, now):
                return [flow.target]
        for flow in flows:
            if flow.id == self.element.default_flow:
                return [flow.target]
        raise _no_way_on(self.element)


class Join(Spec):
    """Waits for tokens; `from` in a waiting task names the element that its token came from."""

    def __init__(self, wf_spec: Any, element: Element, name: str | None = None) -> None:
        super().__init__(wf_spec, element, name)
        self.sources = frozenset(flow.source for flow in element.incoming)
        self._reached: dict[str, frozenset[str]] = {}

    def _update_hook(self, my_task: Any) -> bool:
        my_task.workflow.top_workflow.record("entered", my_task)
        if "from" not in my_task.internal_data:
            my_task.internal_data["from"] = my_task.parent.task_spec.element.id
        came = self._arrived(my_task.workflow)
        my_task._set_state(TaskState.WAITING)
        came.setdefault(my_task.internal_data["from"], []).append(my_task)
        # Whether others can still come is asked when nothing else moves.
        return len(came) >= len(self.sources) and self.may_fire(my_task)

    def _on_ready_hook(self, my_task: Any) -> None:
        my_task.internal_data.pop("incident", None)
        super()._on_ready_hook(my_task)

    def _arrived(self, workflow: Any) -> dict[str, list[Any]]:
        """The tokens that came, by where they came from, the first first; some may wait no longer."""
        if workflow.arrived is None:
            workflow.arrived = {}
            for task in workflow.tasks.values():
                if waits_at_join(task):
                    came = workflow.arrived.setdefault(task.task_spec, {})
                    came.setdefault(task.internal_data["from"], []).append(task)
        found: dict[str, list[Any]] = workflow.arrived.setdefault(self, {})
        return found

    def waiting(self, workflow: Any) -> dict[str, list[Any]]:
        """The waiting tokens, by where they came from, the first to come first."""
        came = self._arrived(workflow)
        for name in list(came):
            came[name] = [task for task in came[name] if waits_at_join(task)]
            if not came[name]:
                del came[name]
        return came

    def may_fire(self, task: Any) -> bool:
        raise NotImplementedError

    def take_one_of_each(self, task: Any, waiting: dict[str, list[Any]]) -> None:
        """The tokens that go on as this one are used up."""
        for tokens in list(waiting.values()):
            used = task if task in tokens else tokens[0]
            if used is not task:
                used._set_state(TaskState.CANCELLED)

    def reached_from(self, name: str) -> frozenset[str]:
        """The elements before this gateway that a token at an element can get to without passing it."""
        found = self._reached.get(name)
        if found is None:
            found = self._reached[name] = self.sources & self._behind(name)
        return found

    def _behind(self, start: str) -> set[str]:
        specs = self._wf_spec.task_specs
        seen: set[str] = set()
        ahead = [start]
        while ahead:
            name = ahead.pop()
            if name in seen or name == self.name:
                continue
            seen.add(name)
            spec = specs[name]
            ahead += spec._outputs
            ahead += [boundary.name for boundary in spec.boundaries]
        return seen


def waits_at_join(task: Any) -> bool:
    """Whether it is a token that waits for others, and not one that failed when it went on."""
    if not isinstance(task.task_spec, Join) or task.state != TaskState.WAITING:
        return False
    incident = task.internal_data.get("incident")
    return incident is None or bool(incident["phase"] == "join")


class Parallel(Join):
    """A token on every incoming flow becomes one on every outgoing flow."""

    def may_fire(self, task: Any) -> bool:
        waiting = self.waiting(task.workflow)
        if not self.sources <= waiting.keys():
            return False
        self.take_one_of_each(task, waiting)
        return True


class Inclusive(Join):
    """Every flow whose condition holds; joins when no more token can come (BPMN 2.0, 13.4.3)."""

    def may_fire(self, task: Any) -> bool:
        waiting = self.waiting(task.workflow)
        missing = self.sources - waiting.keys()
        if missing and self._can_still_come(task, missing, frozenset(waiting)):
            return False
        self.take_one_of_each(task, waiting)
        return True

    def _can_still_come(self, task: Any, missing: frozenset[str], filled: frozenset[str]) -> bool:
        active = {
            other.task_spec.element.id
            for other in task.workflow.tasks.values()
            if other.has_state(TaskState.NOT_FINISHED_MASK)
            and other.task_spec is not self
            and isinstance(other.task_spec, Spec)
        }
        reached = (self.reached_from(name) for name in active)
        return any(found & missing and not found & filled for found in reached)

    def following(self, task: Any) -> list[str]:
        visible, now = task.data.visible(), task.workflow.top_workflow.now
        chosen = [
            flow.target
            for flow in self.element.outgoing
            if flow.id != self.element.default_flow
            and (flow.condition is None or is_true(flow.condition, visible, self.element, now))
        ]
        if chosen:
            return chosen
        default = [flow.target for flow in self.element.outgoing if flow.id == self.element.default_flow]
        if not default:
            raise _no_way_on(self.element)
        return default


def stuck(tasks: list[Any]) -> list[Any]:
    """The tokens of a scope that wait for others that can't come any more; `tasks` is what lives in it."""
    waiting: dict[Any, set[str]] = {}
    for task in tasks:
        if waits_at_join(task):
            waiting.setdefault(task.task_spec, set()).add(task.internal_data["from"])
    if not waiting:
        return []
    moving = {task.task_spec.element.id for task in tasks if not waits_at_join(task)}
    # A join that may go on yet can be what another one waits for.
    while hopeful := [spec for spec, filled in waiting.items() if _may_go_on(spec, filled, moving)]:
        for spec in hopeful:
            moving.add(spec.element.id)
            del waiting[spec]
    return [task for task in tasks if task.task_spec in waiting and waits_at_join(task)]


def _may_go_on(spec: Join, filled: set[str], moving: set[str]) -> bool:
    missing = spec.sources - filled
    reached = frozenset().union(*(spec.reached_from(name) for name in moving))
    return bool(missing & reached) if isinstance(spec, Inclusive) else missing <= reached
