"""A running instance: SpiffWorkflow's workflow with our specs, our clock, and a budget of steps."""

from collections import Counter, deque
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Literal

from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from app import decisions
from app.engine import moments
from app.engine.build import listeners
from app.engine.definitions import Definitions
from app.engine.events import Boundary, EventSubprocess, Listener, Throw
from app.engine.model import Element
from app.engine.routing import Inclusive, stuck, waits_at_join
from app.engine.scope import Scope
from app.engine.specs import Loop, Spec
from app.engine.step import Before, EngineEvent, EventKind, Variables
from app.engine.token import Token
from app.errors import EngineError

MAX_STEPS = 10_000
"""Elements that one input may run through; more is an endless loop in the diagram."""
MAX_PASSES = 1_000
"""How often one input may pass one element, once MAX_STEPS are spent."""
MAX_DEPTH = 20
"""Called processes inside each other."""
MAX_OPEN = 10_000
"""Elements that may be at work at once."""
PRUNE_EVERY = 64
"""So many elements may pass before those that are over are forgotten, also within one step."""


_NOT_FINISHED = TaskState.NOT_FINISHED_MASK


Phase = Literal["open", "event", "answers", "run", "join", "loop", "scope"]


class _NoScripts:
    """Stands where SpiffWorkflow keeps its Python engine: it evaluates nothing."""

    def __getattr__(self, name: str) -> Any:
        raise EngineError("Een diagram voert alleen FEEL uit.")


class Inner(BpmnSubWorkflow):
    """A called process or embedded subprocess; `caller` is the task that it runs for."""

    def __init__(self, spec: Any, caller: Any, top: "Instance") -> None:
        self.caller = caller
        self.arrived: dict[Any, Any] | None = None
        super().__init__(spec, caller.id, top, deserializing=True)

    def _calculate_depth(self) -> int:
        return int(self.caller.workflow.depth) + 1

    def _task_completed_notify(self, task: Any) -> None:
        self.last_task = task


class Instance(BpmnWorkflow):
    """One run of a process, in memory for as long as one step takes."""

    def __init__(self, definitions: Definitions, process_id: str, *, now: datetime) -> None:
        self.definitions = definitions
        self.now = now
        self.last_id = 0
        self.events: list[EngineEvent] = []
        self.ready: deque[Any] = deque()
        """What can run without somebody from outside, the first to be ready first."""
        self.before = Before(asks=False)
        self.thrown: list[str] = []
        """The names of the signals that were thrown."""
        self.arrived: dict[Any, Any] | None = None
        """What waits at joins, for `routing`; here and in every `Inner`."""
        self._crowd: int | None = None
        """How many elements are at work, once somebody asked; asked again when what is over is forgotten."""
        self._steps = 0
        self._passed: Counter[Any] = Counter()
        super().__init__(
            definitions.specs[process_id], definitions.specs, script_engine=_NoScripts(), deserializing=True
        )

    # ── building the tree ──

    def new_id(self) -> int:
        self.last_id += 1
        return self.last_id

    def open_scope(self, name: str, caller: Any, variables: Scope) -> None:
        """Begin a process or subprocess at its start event."""
        workflow: Any = self
        if caller is not None:
            self.require_depth(caller)
            workflow = Inner(self.definitions.specs[name], caller, self)
            self.subprocesses[caller.id] = workflow
        root = Token(workflow, workflow.spec.start, None, state=TaskState.STARTED, id=self.new_id())
        root.data = variables
        workflow.task_tree = root
        for listener in listeners(workflow.spec):
            waiting = self.add(root, listener)
            try:
                listener.open(waiting)
            except EngineError as error:
                self.stand_still(waiting, "open", error)
        start = self.add(root, workflow.spec.task_specs[self.definitions.starts[name]])
        start.task_spec._update(start)

    def require_depth(self, caller: Any) -> None:
        """Raises EngineError where no scope may be opened any more."""
        if caller.workflow.depth >= MAX_DEPTH:
            element = caller.task_spec.element
            raise EngineError(
                "Processen roepen elkaar te diep aan.", process_id=element.process_id, element_id=element.id
            )

    def require_room(self, number: int, element: Element) -> None:
        """Raises EngineError where so many elements can't be opened any more."""
        if self._crowd is None:
            self._crowd = sum(len(workflow.tasks) for workflow in self.workflows())
        if self._crowd + number > MAX_OPEN:
            raise EngineError(
                f"Er is te veel tegelijk aan het werk om '{element.name or element.id}' te beginnen.",
                process_id=element.process_id,
                element_id=element.id,
            )

    def add(self, parent: Any, spec: Spec, *, data: Scope | None = None) -> Any:
        if self._crowd is not None:
            self._crowd += 1
        task = Token(parent.workflow, spec, parent, state=TaskState.FUTURE, id=self.new_id())
        task.data = parent.data if data is None else data
        return task

    def listeners(self, workflow: Any) -> list[EventSubprocess]:
        """The event subprocesses of a scope."""
        return listeners(workflow.spec)

    def root_of(self, workflow: Any) -> Any:
        return workflow.task_tree

    def workflows(self) -> list[Any]:
        return [self, *self.subprocesses.values()]

    def live(self) -> list[Any]:
        """Every task that is not finished, in every scope, without the roots."""
        return [task for workflow in self.workflows() for task in _left(workflow)]

    def lane_groups(self, element: Element) -> list[str]:
        role = self.definitions.role_of(element)
        return [role] if role else []

    # ── running ──

    def advance(self) -> None:
        """Run all that can run without somebody from outside."""
        while True:
            task = self._next()
            if task is None:
                return
            self._steps += 1
            self._passed[task.task_spec] += 1
            if self._is_endless(task):
                name = task.task_spec.element.name or task.task_spec.name
                self.stand_still(task, "run", EngineError(f"Het proces blijft rondgaan bij '{name}'."))
                continue
            self.run(task)
            if self._steps % PRUNE_EVERY == 0:
                self._prune()

    def _is_endless(self, task: Any) -> bool:
        """Whether the budget is spent, first of all by who goes round: others may go on for a while."""
        often = self._passed[task.task_spec] > MAX_PASSES
        return self._steps > 2 * MAX_STEPS or (self._steps > MAX_STEPS and often)

    def _prune(self) -> None:
        """Forget what is over: nothing ahead looks back at it (see `state`)."""
        for workflow in self.workflows():
            root = workflow.task_tree
            tasks = [task for task in workflow.tasks.values() if task is not root]
            over = {task.id for task in tasks if not task.has_state(TaskState.NOT_FINISHED_MASK)}
            for task in tasks:
                if task._parent in over and task.id not in over:
                    task._parent = root.id
                    root._children.append(task.id)
            for task in workflow.tasks.values():
                task._children = [child for child in task._children if child not in over]
            for identifier in over:
                del workflow.tasks[identifier]
        self._crowd = None

    def _next(self) -> Any:
        while self.ready:
            task = self.ready.popleft()
            if task.state == TaskState.READY:
                return task
        waiting = [task for task in self.live() if waits_at_join(task)]
        first = {(task.workflow, task.task_spec): task for task in reversed(waiting)}
        for task in reversed(first.values()):
            if isinstance(task.task_spec, Inclusive) and task.task_spec.may_fire(task):
                task._ready()
                return self.ready.pop()
        if waiting:
            self._tell_stuck(waiting)
        return None

    def _tell_stuck(self, waiting: list[Any]) -> None:
        """Who waits at a join for what can't come any more is a failure; who can go on after all is none."""
        lost = [task for one in {task.workflow for task in waiting} for task in stuck(_left(one))]
        for task in waiting:
            if task not in lost:
                task.internal_data.pop("incident", None)
            elif "incident" not in task.internal_data:
                name = task.task_spec.element.name or task.task_spec.element.id
                error = EngineError(f"Bij '{name}' wordt gewacht op een weg die niet meer kan komen.")
                self.stand_still(task, "join", error)

    def run(self, task: Any) -> None:
        """Complete a task, and what ends with it. A failure stops this token only."""
        try:
            task.run()
        except EngineError as error:
            self.stand_still(task, "run", error)
            return
        self.ran(task)

    def ran(self, task: Any) -> None:
        """What ends with a task that is completed."""
        try:
            self._tell_loop(task)
        except EngineError as error:
            self.stand_still(task, "loop", error)
            return
        self._end_scope(task.workflow)

    # ── failing ──

    def stand_still(
        self, task: Any, phase: Phase, error: EngineError, answers: Variables | None = None
    ) -> None:
        """The token stays at this element, and waits for somebody to mend the cause and try again.

        `phase` is what failed: to `open` the element, to take in the `answers` or what came with an `event`,
        to `run` it, to `join` with others, to count it as one of many (`loop`), or to go on behind the
        `scope` that it called.
        """
        task.internal_data["incident"] = {
            "phase": phase,
            "message": error.message,
            "answers": None if answers is None else dict(answers),
        }
        task._set_state(TaskState.WAITING)
        self.record("incident", task, {"message": error.message})

    def retry(self, task: Any) -> None:
        """Try again where the token stands still."""
        said = task.internal_data.pop("incident")
        match said["phase"]:
            case "open":
                task._set_state(TaskState.FUTURE)
                task.task_spec._update(task)
            case "event":
                self.fire(task, again=said["again"], variables=said["answers"])
            case "join":
                if task.task_spec.may_fire(task):
                    task._ready()
            case "answers":
                task._set_state(TaskState.READY)
                self.answer(task, said["answers"])
            case "run":
                task._set_state(TaskState.READY)
                self.run(task)
            case "loop":
                task._set_state(TaskState.COMPLETED)
                self.ran(task)
            case "scope":
                task._set_state(TaskState.STARTED)
                self._end_scope(self.subprocesses[task.id])

    def answer(self, task: Any, answers: Variables) -> None:
        """Somebody outside completes a task with these answers."""
        try:
            task.task_spec.take_out(task, answers)
        except EngineError as error:
            self.stand_still(task, "answers", error, answers)
            return
        self.run(task)

    def _tell_loop(self, task: Any) -> None:
        parent = task.parent
        if parent is None or parent.state != TaskState.STARTED:
            return
        if isinstance(parent.task_spec, Throw):
            parent.task_spec.undo_next(parent)
        elif isinstance(parent.task_spec, Loop) and task.task_spec is parent.task_spec.child_spec:
            parent.task_spec.child_done(parent, task, task.task_spec.outer(task))

    def _end_scope(self, workflow: Any) -> None:
        """When nothing is left to do in a scope, go on behind it."""
        root = workflow.task_tree
        if root.state != TaskState.STARTED:
            return
        if not all(is_listening(task) for task in _each_left(workflow)):
            return
        for task in _left(workflow):
            task._set_state(TaskState.CANCELLED)
        if workflow is not self and workflow.parent_task_id in self.subprocesses:
            caller = workflow.caller
            try:
                caller.task_spec.scope_ended(caller, root.data)
            except EngineError as error:
                self.stand_still(caller, "scope", error)
                return
            del self.subprocesses[caller.id]
        root._set_state(TaskState.COMPLETED)
        workflow.completed = True

    def _task_completed_notify(self, task: Any) -> None:
        self.last_task = task

    # ── stopping ──

    def halt(self, task: Any) -> None:
        """Stop a task and all that runs inside it."""
        if task is None or task.has_state(TaskState.FINISHED_MASK):
            return
        was_active, listening = task.state != TaskState.FUTURE, is_listening(task)
        task._set_state(TaskState.CANCELLED)
        self.halt_inside(task)
        if was_active and not listening and not isinstance(task.task_spec, Boundary):
            self.record("cancelled", task)

    def halt_inside(self, task: Any) -> None:
        """Stop all that stands on a task or runs inside it."""
        for child in task.children:
            self.halt(child)
        inner = self.subprocesses.get(task.id)
        if inner is not None:
            # Only then is it let go: what is inside tells where it stood.
            self.halt_all(inner)
            del self.subprocesses[task.id]

    def halt_all(self, workflow: Any, but: Any = None) -> None:
        """Stop all that runs in a scope."""
        for task in list(workflow.tasks.values()):
            if task is not workflow.task_tree and task is not but:
                self.halt(task)

    # ── what waits ──

    def waiting_for(self, kind: str) -> list[Any]:
        """What waits for `due` (a moment), a `message` or a `signal`; not what got it and failed on it."""
        return [
            task
            for task in self.live()
            if kind in task.internal_data and "incident" not in task.internal_data
        ]

    def due_timers(self) -> list[Any]:
        """Waiting timers whose moment has come, the earliest first."""
        due = [(task.internal_data["due"], task) for task in self.waiting_for("due")]
        ripe = [(moment, task) for moment, task in due if datetime.fromisoformat(moment) <= self.now]
        return [task for _, task in sorted(ripe, key=lambda pair: (pair[0], pair[1].id))]

    def fire_timer(self, task: Any) -> None:
        self.record("timer_fired", task)
        self.fire(task, again=self._again(task))

    def fire(self, task: Any, *, again: bool, variables: Variables | None = None) -> None:
        """What an event waited for is there. Where that can't be taken in, it is kept with the failure."""
        try:
            task.task_spec.fire(task, again=again, variables=variables)
        except EngineError as error:
            self.stand_still(task, "event", error, variables)
            task.internal_data["incident"]["again"] = again

    def _again(self, task: Any) -> bool:
        """Set a repeating timer to its next time; False when it is over."""
        said = task.internal_data.get("cycle")
        if said is None:
            return False
        left = said[0] - 1 if said[0] > 0 else said[0]
        repeats = moments.Cycle(left, said[1])
        due = moments.next_due(repeats, datetime.fromisoformat(task.internal_data["due"]), now=self.now)
        if left == 0 or due is None:
            return False
        task.internal_data["cycle"] = [left, said[1]]
        task.internal_data["due"] = due.isoformat()
        return True

    def receive(self, task: Any, variables: Variables) -> None:
        """The message that an event waited for."""
        self.record("message", task, {"name": task.internal_data["message"][0]})
        self._fire(task, variables)

    def _fire(self, task: Any, variables: Variables) -> None:
        spec = task.task_spec
        again = isinstance(spec, Listener) and not spec.interrupting
        self.fire(task, again=again, variables=variables)

    def throw_signal(self, task: Any, name: str) -> None:
        """To everything that waits for it, here and (as `thrown`) in other cases."""
        self.record("signal", task, {"name": name})
        self.thrown.append(name)
        self.catch_signal(name, {})

    def catch_signal(self, name: str, variables: Variables) -> bool:
        """False when nothing here waits for it."""
        waiting = [task for task in self.waiting_for("signal") if task.internal_data["signal"] == name]
        for task in waiting:
            # The one before may have stopped this one.
            if task.state == TaskState.WAITING:
                self.record("signal", task, {"name": name})
                self._fire(task, variables)
        return bool(waiting)

    # ── telling ──

    def decide(self, decision_id: str, context: Mapping[str, Any], element: Element) -> tuple[Any, list[Any]]:
        model = self.definitions.decisions.get(decision_id)
        if model is None:
            raise EngineError(f"De beslissing '{decision_id}' bestaat niet.", element_id=element.id)
        try:
            outcome = decisions.evaluate(model, decision_id, dict(context), now=self.now)
        except decisions.DecisionError as error:
            raise EngineError(
                f"De beslissing in '{element.name or element.id}' lukt niet: {error.message}",
                process_id=element.process_id,
                element_id=element.id,
            ) from error
        return outcome.value, [decisions.as_data(fired) for fired in outcome.trace]

    def path(self, workflow: Any) -> tuple[str, ...]:
        """The call activities and subprocesses around, outermost first."""
        names: list[str] = []
        while workflow is not self:
            caller = workflow.caller
            names.append(caller.task_spec.element.id)
            workflow = caller.workflow
        return tuple(reversed(names))

    def record(self, kind: EventKind, task: Any, data: Mapping[str, Any] | None = None) -> None:
        spec = task.task_spec
        # A loop and its children are one element: only the children are told.
        if not isinstance(spec, Spec) or (isinstance(spec, Loop) and kind in ("entered", "completed")):
            return
        element = spec.element
        item = {"item": task.internal_data["index"] + 1} if "index" in task.internal_data else {}
        self.events.append(
            EngineEvent(
                kind=kind,
                process_id=element.process_id,
                element_id=element.id,
                name=element.name,
                type=element.type,
                path=self.path(task.workflow),
                task_id=str(task.id),
                data={**item, **(data or {})},
            )
        )


def _each_left(workflow: Any) -> Iterator[Any]:
    """What is not finished in a scope, without its root."""
    for task in workflow.tasks.values():
        if task._state & _NOT_FINISHED and task._parent is not None:
            yield task


def _left(workflow: Any) -> list[Any]:
    return list(_each_left(workflow))


def is_listening(task: Any) -> bool:
    """Whether it is an event subprocess whose event has not come: it keeps no scope alive."""
    return isinstance(task.task_spec, EventSubprocess) and task.state == TaskState.WAITING
