"""Every run of a small process in the real engine: each state that it can come to, whatever is answered."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product
from typing import Any

from app.engine import run, state
from app.engine.definitions import Definitions
from app.engine.events import Boundary, EventSubprocess
from app.engine.specs import Loop, Spec
from app.engine.step import Step
from app.engine.workflow import is_listening
from tests.engine.diagrams import NOW

MOST_TOKENS = 7
OFTEN = 2
"""So often an event that does not interrupt comes, at most."""
LATER = NOW + timedelta(hours=1)
Key = tuple[Any, ...]


@dataclass
class Runs:
    """What was seen."""

    ran: set[str] = field(default_factory=set)
    """The elements that got a token."""
    dead: list[Key] = field(default_factory=list)
    """States in which something is left and nobody can do anything."""
    endless: list[Key] = field(default_factory=list)
    """States from which neither an end nor a dead state can be reached."""
    doubled: set[str] = field(default_factory=set)
    """Where two tokens stood that came the same way: `rest` at an element, `join` at a join."""
    complete: bool = True
    states: int = 0


class Everything:
    """Runs a process in all ways, breadth first."""

    def __init__(self, definitions: Definitions, most: int) -> None:
        self.definitions, self.most = definitions, most
        self.runs = Runs()
        self.worn: set[Key] = set()
        gateways = [
            one
            for process in definitions.models.values()
            for one in process.elements.values()
            if one.type in ("exclusiveGateway", "inclusiveGateway") and len(one.outgoing) > 1
        ]
        ways = [
            range(len(one.outgoing)) if one.type == "exclusiveGateway" else range(1, 2 ** len(one.outgoing))
            for one in gateways
        ]
        self.answers = [
            {f"c_{one.id}": way for one, way in zip(gateways, chosen, strict=True)}
            for chosen in product(*ways)
        ]
        self.beside = {
            listener.name
            for specs in definitions.specs.values()
            for listener in specs.task_specs.values()
            if isinstance(listener, Boundary | EventSubprocess) and not listener.interrupting
        }

    def all(self) -> Runs:
        seen: dict[Key, list[Key]] = {}
        ends: list[Key] = []
        ahead: list[tuple[Key, Step, Counter[str]]] = []

        def visit(step: Step, often: Counter[str]) -> Key:
            self.runs.ran |= {one.element_id for one in step.events if one.kind in ("entered", "completed")}
            key = (*self.key(step), *sorted(often.items()))
            if key not in seen:
                if max(often.values(), default=0) >= OFTEN:
                    self.worn.add(key)
                seen[key] = []
                ahead.append((key, step, often))
                if step.ended:
                    ends.append(key)
            return key

        for answers in self.answers:
            visit(run.start(self.definitions, "proef", answers, now=NOW), Counter())
        while ahead:
            if len(seen) > self.most:
                self.runs.complete = False
                break
            key, step, often = ahead.pop(0)
            if len(step.tokens) > MOST_TOKENS:
                self.runs.complete = False
                continue
            if max(often.values(), default=0) < OFTEN:
                self.runs.doubled |= self.doubles(step)
            seen[key] = [visit(*after) for after in self.after(step, often)]
            if not seen[key] and not step.ended:
                self.runs.dead.append(key)
        self.runs.states = len(seen)
        if self.runs.complete:
            ahead_of = _leading_to(seen, [*ends, *self.runs.dead])
            # A message that may not come again only because we let it not, could still bring an end.
            self.runs.endless = [key for key in seen if key not in ahead_of and key not in self.worn]
        return self.runs

    def after(self, step: Step, often: Counter[str]) -> Iterator[tuple[Step, Counter[str]]]:
        for task in {(one.path, one.element_id, one.scope_id): one for one in step.tasks}.values():
            for answers in self.answers:
                yield run.complete(self.definitions, step.state, task.id, answers, now=NOW), often
        for message in {one.name: one for one in step.messages}.values():
            counted = self.counted(often, [message.element_id])
            for answers in self.answers if counted is not None else ():
                came = run.correlate(self.definitions, step.state, message.name, "k", answers, now=NOW)
                yield came, counted or often
        for name in dict.fromkeys(one.name for one in step.signals):
            counted = self.counted(often, [one.element_id for one in step.signals if one.name == name])
            for answers in self.answers if counted is not None else ():
                came = run.signal(self.definitions, step.state, name, answers, now=NOW)
                yield came, counted or often
        due = [one.element_id for one in step.timers if one.due_at <= LATER]
        counted = self.counted(often, due)
        if due and counted is not None:
            yield run.fire(self.definitions, step.state, now=LATER), counted

    def counted(self, often: Counter[str], names: list[str]) -> Counter[str] | None:
        """How often each event beside the flow came when these come too; None when that is too often."""
        counted = often + Counter(name for name in names if name in self.beside)
        return None if max(counted.values(), default=0) > OFTEN else counted

    def scopes(self, step: Step) -> list[tuple[tuple[str, ...], list[Any], Any]]:
        """Of each scope that runs: its path, what is alive in it, and its root."""
        instance = state.read(step.state, self.definitions, now=NOW)
        return [
            (
                instance.path(workflow),
                [
                    task
                    for task in workflow.tasks.values()
                    if task is not workflow.task_tree and isinstance(task.task_spec, Spec)
                ],
                workflow.task_tree,
            )
            for workflow in instance.workflows()
        ]

    def key(self, step: Step) -> Key:
        rows = []
        for path, tasks, root in self.scopes(step):
            said = ("from", "done")
            alive = sorted(
                (task.task_spec.name, *(str(task.internal_data.get(name, "")) for name in said))
                for task in tasks
            )
            rows.append((path, tuple(alive), tuple(root.internal_data.get("done", ()))))
        return tuple(sorted(rows))

    def doubles(self, step: Step) -> set[str]:
        """Where two tokens are that came the same way: "rest" at an element, "join" at a join."""
        found = set()
        for _, tasks, _ in self.scopes(step):
            tokens = [
                (task.task_spec.name, task.internal_data.get("from", ""))
                for task in tasks
                if not isinstance(task.task_spec, Boundary | Loop)
                and not is_listening(task)
                and "incident" not in task.internal_data
            ]
            for (name, source), count in Counter(tokens).items():
                if count > 1 and not name.endswith("[child]"):
                    found.add("join" if source else "rest")
        return found


def _leading_to(graph: dict[Key, list[Key]], targets: list[Key]) -> set[Key]:
    before: dict[Key, list[Key]] = {}
    for key, others in graph.items():
        for other in others:
            before.setdefault(other, []).append(key)
    found, ahead = set(targets), list(targets)
    while ahead:
        for key in before.get(ahead.pop(), ()):
            if key not in found:
                found.add(key)
                ahead.append(key)
    return found
