"""Task specs that steer tokens: start events and gateways."""

from typing import Any

from SpiffWorkflow.util.task import TaskState

from app.engine.specs import Spec, is_true
from app.errors import EngineError


class Start(Spec):
    """Where a scope begins. What it waited for, its scope knows."""


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
        raise EngineError(
            f"Bij '{self.element.name or self.element.id}' geldt geen enkele voorwaarde.",
            process_id=self.element.process_id,
            element_id=self.element.id,
        )


class Join(Spec):
    """Waits for tokens; `from` in a waiting task names the element that its token came from."""

    def _update_hook(self, my_task: Any) -> bool:
        my_task.workflow.top_workflow.record("entered", my_task)
        if "from" not in my_task.internal_data:
            my_task.internal_data["from"] = my_task.parent.task_spec.element.id
        my_task._set_state(TaskState.WAITING)
        return self.may_fire(my_task)

    def waiting(self, workflow: Any) -> dict[str, list[Any]]:
        """The waiting tokens, by where they came from, the first to come first."""
        found: dict[str, list[Any]] = {}
        for task in workflow.tasks.values():
            if task.task_spec is self and task.state == TaskState.WAITING:
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


class Parallel(Join):
    """A token on every incoming flow becomes one on every outgoing flow."""

    def may_fire(self, task: Any) -> bool:
        waiting = self.waiting(task.workflow)
        if set(waiting) < {flow.source for flow in self.element.incoming}:
            return False
        self.take_one_of_each(task, waiting)
        return True


class Inclusive(Join):
    """Every flow whose condition holds; joins when no more token can come (BPMN 2.0, 13.4.3)."""

    def may_fire(self, task: Any) -> bool:
        sources = {flow.source for flow in self.element.incoming}
        waiting = self.waiting(task.workflow)
        missing = sources - set(waiting)
        if missing and self._can_still_come(task, missing, set(waiting)):
            return False
        self.take_one_of_each(task, waiting)
        return True

    def _can_still_come(self, task: Any, missing: set[str], filled: set[str]) -> bool:
        active = {
            other.task_spec.element.id
            for other in task.workflow.tasks.values()
            if other.has_state(TaskState.NOT_FINISHED_MASK)
            and other.task_spec is not self
            and isinstance(other.task_spec, Spec)
        }
        return bool((active & self._before(missing)) - self._before(filled))

    def _before(self, names: set[str]) -> set[str]:
        """The elements from which one of these is reached without passing this gateway."""
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

    def following(self, task: Any) -> list[str]:
        visible, now = task.data.visible(), task.workflow.top_workflow.now
        if len(self.element.outgoing) == 1:
            return [self.element.outgoing[0].target]
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
            raise EngineError(
                f"Bij '{self.element.name or self.element.id}' geldt geen enkele voorwaarde.",
                process_id=self.element.process_id,
                element_id=self.element.id,
            )
        return default
