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
        self._reaching: dict[frozenset[str], frozenset[str]] = {}

    def _update_hook(self, my_task: Any) -> bool:
        my_task.workflow.top_workflow.record("entered", my_task)
        if "from" not in my_task.internal_data:
            my_task.internal_data["from"] = my_task.parent.task_spec.element.id
        my_task._set_state(TaskState.WAITING)
        return self.may_fire(my_task)

    def _on_ready_hook(self, my_task: Any) -> None:
        my_task.internal_data.pop("incident", None)
        super()._on_ready_hook(my_task)

    def waiting(self, workflow: Any) -> dict[str, list[Any]]:
        """The waiting tokens, by where they came from, the first to come first."""
        found: dict[str, list[Any]] = {}
        for task in workflow.tasks.values():
            if task.task_spec is self and waits_at_join(task):
                found.setdefault(task.internal_data["from"], []).append(task)
        return found

    def may_fire(self, task: Any) -> bool:
        raise NotImplementedError

    def take_one_of_each(self, task: Any, waiting: dict[str, list[Any]]) -> None:
        """The tokens that go on as this one are used up."""
        for tokens in waiting.values():
            used = task if task in tokens else tokens[0]
            if used is not task:
                used._set_state(TaskState.CANCELLED)

    def reaching(self, names: frozenset[str]) -> frozenset[str]:
        """The elements from which one of these is reached without passing this gateway."""
        found = self._reaching.get(names)
        if found is None:
            found = self._reaching[names] = frozenset(self._before(names))
        return found

    def _before(self, names: frozenset[str]) -> set[str]:
        specs = self._wf_spec.task_specs
        seen: set[str] = set()
        ahead = list(names)
        while ahead:
            name = ahead.pop()
            if name in seen or name == self.name:
                continue
            seen.add(name)
            spec = specs[name]
            ahead += [flow.source for flow in spec.element.incoming]
            if spec.element.attached_to:
                ahead.append(spec.element.attached_to)
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
        if missing and self._can_still_come(task, frozenset(missing), frozenset(waiting)):
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
        return bool((active & self.reaching(missing)) - self.reaching(filled))

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
    missing = frozenset(spec.sources - filled)
    if isinstance(spec, Inclusive):
        return bool(moving & spec.reaching(missing))
    return all(moving & spec.reaching(frozenset([name])) for name in missing)
