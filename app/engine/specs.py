"""Task specs for SpiffWorkflow: what each BPMN element does when a token comes, and when it leaves.

They use SpiffWorkflow's tree, states and task life cycle, and differ from its own BPMN specs in what
measuring showed to be wrong or slow there: children are made when a task completes and not predicted, the
variables of a scope are shared, joins count tokens, and every expression is FEEL.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.util.task import TaskState

from app import feel
from app.engine import model, moments
from app.engine.model import Element
from app.engine.scope import Scope
from app.errors import EngineError

Answers = Mapping[str, Any]
Mapped = tuple[str, Any]

MAX_ITEMS = 1_000
"""So many times, at most, an element can be done for the items of a list."""


class Spec(BpmnTaskSpec):
    """Passes a token on. `element` is None for the root of a scope."""

    waits = False
    """Whether somebody outside must complete it."""

    def __init__(self, wf_spec: Any, element: Element, name: str | None = None) -> None:
        super().__init__(wf_spec, name or element.id, inputs=[], outputs=[], manual=self.waits, data={})
        self.element = element
        self.boundaries: list[Spec] = []
        self.undone_by: str | None = None
        """The name of the spec that undoes this one, when compensation is thrown."""

    @property
    def catches(self) -> model.Event | None:
        """Of an event beside the flow: what it waits for."""
        return None

    # What SpiffWorkflow would do here and we do not.
    def test(self) -> None: ...
    def _predict(self, my_task: Any, seen: Any = None, looked_ahead: int = 0, mask: Any = None) -> None: ...

    def _on_ready_hook(self, my_task: Any) -> None:
        if not self.manual:
            my_task.workflow.top_workflow.ready.append(my_task)

    def _update_hook(self, my_task: Any) -> bool:
        """The token arrives."""
        top = my_task.workflow.top_workflow
        top.record("entered", my_task)
        try:
            self.open_boundaries(my_task)
            return bool(self.open(my_task))
        except EngineError as error:
            self.close(my_task)
            top.stand_still(my_task, "open", error)
            return False

    def close(self, task: Any) -> None:
        """Undo what `open` and `open_boundaries` did."""
        task.workflow.top_workflow.halt_inside(task)
        task.data = self.outer(task)
        task.internal_data = {"index": task.internal_data["index"]} if "index" in task.internal_data else {}

    def open(self, task: Any) -> bool:
        """Prepare; True when the task is ready to run or to wait for somebody."""
        return True

    def open_boundaries(self, task: Any) -> None:
        for boundary in self.boundaries:
            child = task.workflow.top_workflow.add(task, boundary)
            boundary.open(child)

    def _on_complete_hook(self, my_task: Any) -> None:
        """The token leaves."""
        top = my_task.workflow.top_workflow
        following = self.following(my_task)
        for child in my_task.children:
            top.halt(child)
        top.record("completed", my_task)
        if self.undone_by is not None:
            top.root_of(my_task.workflow).internal_data.setdefault("done", []).append(self.name)
        self.leave(my_task, following)

    def leave(self, task: Any, following: list[str]) -> None:
        for name in following:
            task.workflow.top_workflow.add(task, self._wf_spec.task_specs[name], data=self.outer(task))

    def following(self, task: Any) -> list[str]:
        """The names of the specs that get a token next."""
        return list(self._outputs)

    def outer(self, task: Any) -> Scope:
        """The variables outside this element's own scope."""
        scope: Scope = task.data
        return scope.outer if task.internal_data.get("own") and scope.outer is not None else scope

    def evaluate(self, text: str, task: Any) -> Any:
        """A text of the diagram in the variables of this task: FEEL behind `=`, else just the text."""
        return evaluate(text, task.data.visible(), self.element, task.workflow.top_workflow.now)

    def mapped(self, outputs: model.Mappings, data: Scope, answers: Answers, task: Any) -> list[Mapped]:
        """What an output mapping makes of these answers: targets with values. One sees those before it."""
        seen = Scope(answers, outer=data)
        found = []
        for source, target in outputs:
            value = evaluate(source, seen.visible(), self.element, task.workflow.top_workflow.now)
            seen.put_path(target, value, here=True)
            found.append((target, value))
        return found


def evaluate(text: str, context: Answers, element: Element, now: datetime) -> Any:
    """A process variable. Raises EngineError when the expression asks for too much or gives no variable."""
    try:
        return feel.to_variable(feel.compile_value(text).evaluate(context, now=now))
    except (feel.FeelLimitError, feel.FeelValueError, feel.FeelSyntaxError) as error:
        raise EngineError(
            f"De expressie in '{element.name or element.id}' kan niet worden berekend: {error.message}",
            process_id=element.process_id,
            element_id=element.id,
        ) from error


def is_true(text: str, context: Answers, element: Element, now: datetime) -> bool:
    """Whether a condition holds; a condition always is FEEL, with or without `=`."""
    return evaluate("=" + text.removeprefix("="), context, element, now) is True


class Activity(Spec):
    """With input and output mappings."""

    def open(self, task: Any) -> bool:
        if self.element.inputs:
            local = Scope(outer=task.data)
            task.data = local
            task.internal_data["own"] = True
            for source, target in self.element.inputs:
                local.put_path(target, self.evaluate(source, task), here=True)
        return True

    def take_out(self, task: Any, answers: Answers) -> None:
        """What came out of the activity goes into the variables, by its output mapping if it has one."""
        if not self.element.outputs:
            for name, value in answers.items():
                task.data.put(name, value)
            return
        one_of_many = "index" in task.internal_data
        for target, value in self.mapped(self.element.outputs, task.data, answers, task):
            self.outer(task).put_path(target, value, past_wall=one_of_many)


class UserTask(Activity):
    """Waits for a person."""

    waits = True

    def open(self, task: Any) -> bool:
        super().open(task)
        self.assign(task)
        task.internal_data["task"] |= {
            "due": self._moment(self.element.due_date, task),
            "follow_up": self._moment(self.element.follow_up_date, task),
        }
        return True

    def assign(self, task: Any) -> None:
        """Work out who may do it, and how urgent it is. Raises EngineError when that is nobody."""
        said = self.element
        top = task.workflow.top_workflow
        groups = said.candidate_groups
        people = {
            "assignee": self._text(said.assignee, task),
            "groups": self._texts(groups, task) if groups else top.lane_groups(said),
            "users": self._texts(said.candidate_users, task),
        }
        if not any(people.values()):
            # Not for the lane's role instead: the diagram meant somebody in particular.
            raise EngineError(
                f"Niemand zou '{said.name}' kunnen doen: de groep van deze taak is leeg.",
                process_id=said.process_id,
                element_id=said.id,
            )
        task.internal_data.setdefault("task", {})
        task.internal_data["task"] |= {**people, "priority": self._priority(task)}

    def _text(self, text: str | None, task: Any) -> str | None:
        value = self.evaluate(text, task) if text else None
        return None if value is None else str(value)

    def _texts(self, text: str | None, task: Any) -> list[str]:
        value = self.evaluate(text, task) if text else None
        if isinstance(value, str):
            value = value.split(",")
        found = value if isinstance(value, list) else []
        return [one.strip() for one in found if isinstance(one, str) and one.strip()]

    def _moment(self, text: str | None, task: Any) -> str | None:
        value = self.evaluate(text, task) if text else None
        if value is None:
            return None
        moment = moments.moment(value)
        if moment is None:
            raise EngineError(
                f"De termijn van '{self.element.name}' is geen datum.", element_id=self.element.id
            )
        return moment.isoformat()

    def _priority(self, task: Any) -> int:
        value = self.evaluate(self.element.priority, task) if self.element.priority else 50
        try:
            return max(0, min(100, int(value)))
        except (TypeError, ValueError):
            return 50


class JobTask(Activity):
    """Waits for a machine: a service or send task."""

    waits = True


class Script(Activity):
    """Evaluates one FEEL expression into a variable."""

    def _run_hook(self, my_task: Any) -> bool:
        value = self.evaluate("=" + (self.element.script or "").removeprefix("="), my_task)
        self.take_out(my_task, {self.element.result_variable or "result": value})
        return True


class BusinessRule(Activity):
    """Asks a decision, and keeps what fired and why as an event."""

    def _run_hook(self, my_task: Any) -> bool:
        top = my_task.workflow.top_workflow
        decision_id = str(self.evaluate(self.element.decision_id or "", my_task))
        value, trace = top.decide(decision_id, my_task.data.visible(), self.element)
        for fired in trace:
            top.record("decision", my_task, fired)
        self.take_out(my_task, {self.element.result_variable or "result": value})
        return True


def scope_name(subprocess: Element) -> str:
    """The name of a subprocess's specification: ids are unique in a file, not over all processes."""
    return f"{subprocess.process_id}/{subprocess.id}"


class Call(Activity):
    """A call activity or an embedded subprocess: a scope of its own inside the instance."""

    def open(self, task: Any) -> bool:
        super().open(task)
        called = self.element.calls
        variables: Scope = task.data
        if called is not None:
            local = dict(task.data) if self.element.inputs else {}
            variables = Scope(task.data.visible() if self.element.parent_variables else local)
        task._set_state(TaskState.STARTED)
        task.workflow.top_workflow.open_scope(called or scope_name(self.element), task, variables)
        return False

    def scope_ended(self, task: Any, variables: Scope) -> None:
        """All tokens inside are gone. A subprocess wrote into the variables around it already."""
        if self.element.outputs:
            self.take_out(task, variables if self.element.calls is not None else {})
        elif self.element.calls is not None and self.element.child_variables:
            self.take_out(task, {name: variables[name] for name in variables.written})
        task._ready()


_VARIABLE = re.compile(r"=?\s*(?!(?:null|true|false)\b)([^\W\d]\w*)(?:\.\w+)*\s*")


class Loop(Spec):
    """Multi-instance: one child for each item, at once or one after another."""

    child_spec: Spec

    def __init__(self, wf_spec: Any, element: Element, name: str | None = None) -> None:
        super().__init__(wf_spec, element, name)
        said = _VARIABLE.fullmatch(self.loop.output_element or "")
        self.result_name = said.group(1) if said else None
        """The variable that a child gives back: each has its own, null until it is set (as in Camunda 8)."""

    @property
    def loop(self) -> model.Loop:
        if self.element.loop is None:
            raise TypeError(self.element.id)
        return self.element.loop

    def open(self, task: Any) -> bool:
        items = self.evaluate(self.loop.collection, task)
        if not isinstance(items, list):
            raise EngineError(
                f"'{self.element.name}' moet voor elk onderdeel van een lijst, maar kreeg geen lijst.",
                process_id=self.element.process_id,
                element_id=self.element.id,
            )
        if len(items) > MAX_ITEMS:
            raise EngineError(
                f"'{self.element.name}' zou {len(items)} keer moeten; meer dan {MAX_ITEMS} kan niet.",
                process_id=self.element.process_id,
                element_id=self.element.id,
            )
        task.workflow.top_workflow.require_room(1 if self.loop.sequential else len(items), self.element)
        task.internal_data |= {"items": items, "results": [None] * len(items), "done": 0, "begun": 0}
        if not items:
            self._collect(task)
            return True
        task._set_state(TaskState.STARTED)
        for _ in items[:1] if self.loop.sequential else items:
            self._begin(task)
        return False

    def _begin(self, task: Any) -> None:
        index = task.internal_data["begun"]
        task.internal_data["begun"] = index + 1
        local = Scope(outer=task.data, wall=True)
        if self.result_name:
            local[self.result_name] = None
        local["loopCounter"] = index + 1
        if self.loop.item_name:
            local[self.loop.item_name] = task.internal_data["items"][index]
        child = task.workflow.top_workflow.add(task, self.child_spec, data=local)
        child.internal_data["index"] = index
        self.child_spec._update(child)

    def child_done(self, task: Any, child: Any, local: Scope) -> None:
        """One of the children completed; `local` is its walled scope."""
        loop = self.loop
        data = task.internal_data
        context = {**local.visible(), **_counts({**data, "done": data["done"] + 1})}
        now = task.workflow.top_workflow.now
        result = evaluate(loop.output_element, context, self.element, now) if loop.output_element else None
        enough = loop.completion_condition is not None and is_true(
            loop.completion_condition, context, self.element, now
        )
        data["done"] += 1
        if loop.output_element:
            data["results"][child.internal_data["index"]] = result
        if enough or data["done"] == len(data["items"]):
            for other in task.children:
                if other.task_spec is self.child_spec:
                    task.workflow.top_workflow.halt(other)
            self._collect(task)
            task._ready()
        elif loop.sequential:
            self._begin(task)

    def _collect(self, task: Any) -> None:
        if self.loop.output_collection:
            task.data.put(self.loop.output_collection, task.internal_data["results"])


def _counts(data: Mapping[str, Any]) -> dict[str, int]:
    total, done, begun = len(data["items"]), data["done"], data["begun"]
    return {
        "numberOfInstances": total,
        "numberOfCompletedInstances": done,
        "numberOfActiveInstances": begun - done,
        "numberOfTerminatedInstances": 0,
    }
