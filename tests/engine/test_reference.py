"""The engine, from bytes to bytes after each step, against a plain interpreter of BPMN, on random diagrams.

Everything that can be seen is compared after every step: what waits and what it sees, when and for which key,
the variables, what failed, and the end. `CASUSROUTE_RANDOM` tells how many diagrams.
"""

import random
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from app.engine import run
from app.engine.step import Step
from tests.engine.diagrams import NOW, load
from tests.engine.graphs import Drawing, Graph
from tests.engine.random_graphs import ALL, FLOW, PLAIN, SCOPED, Maker, unstructured
from tests.engine.reference import Active, Reference
from tests.engine.test_random import CHUNKS, RUNS

MAX_STEPS = 80
MAX_OPEN = 60
ROUNDS = 3


def items(known: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Which one of many this is, by the items of the multi-instances around it."""
    return tuple(sorted((name, repr(said)) for name, said in known.items() if name.startswith("i_")))


class Pair:
    """The engine and the reference, that are told the same."""

    def __init__(self, graph: Graph, seed: int) -> None:
        made, problems = load(*Drawing().file(graph))
        assert problems == [], problems
        assert made is not None
        self.made, self.dice, self.now = made, random.Random(seed), NOW
        self.rounds: Counter[str] = Counter()
        self.told: list[tuple[Any, ...]] = []
        self.seen: dict[str, dict[str, Any]] = {}
        self.number = 0
        self.step: Step = run.start(made, "proef", {}, now=NOW)
        self.reference = Reference(graph, now=NOW)

    def sees(self, task_id: str) -> dict[str, Any]:
        if task_id not in self.seen:
            self.seen[task_id] = run.task_variables(self.made, self.step.state, task_id)
        return self.seen[task_id]

    def compare(self) -> None:
        step, other = self.step, self.reference
        assert step.ended == other.over
        self.compare_work()
        assert sorted((one.element_id, one.name, one.correlation_key) for one in step.messages) == sorted(
            (one.node.id, one.event.name, one.key) for one in other.waiting("message") if one.event
        )
        assert sorted((one.element_id, one.name) for one in step.signals) == sorted(
            (one.node.id, one.event.name) for one in other.waiting("signal") if one.event
        )
        assert sorted((one.element_id, one.due_at) for one in step.timers) == sorted(
            (one.node.id, one.due) for one in other.waiting("timer") if one.due
        )
        assert sorted(one.element_id for one in step.incidents) == other.failures()
        if not other.calls():
            assert dict(step.variables) == other.top.vars.own
        # Nothing is ever silent: it is over, or somebody or something can go on, or it says where it failed.
        waits = (step.tasks, step.jobs, step.messages, step.signals, step.timers, step.incidents)
        assert step.ended or any(waits)

    def compare_work(self) -> None:
        ours = sorted((one.element_id, items(seen), shown(seen)) for one, seen in self.ours())
        theirs = [(one.node.id, items(one.vars.seen()), shown(one.vars.seen())) for one in self.theirs()]
        assert ours == sorted(theirs)

    def ours(self) -> list[tuple[Any, dict[str, Any]]]:
        for job in self.step.jobs:
            seen = self.sees(job.id)
            assert all(seen[name] == said for name, said in job.variables.items())
        return [(one, self.sees(one.id)) for one in (*self.step.tasks, *self.step.jobs)]

    def theirs(self) -> list[Active]:
        return [*self.reference.tasks("task"), *self.reference.tasks("job")]

    def play(self) -> int:
        for number in range(MAX_STEPS):
            self.compare()
            moves = self.moves()
            if self.step.ended or not moves or len(self.step.tokens) > MAX_OPEN:
                return number
            self.move(*self.dice.choice(moves))
        return MAX_STEPS

    def moves(self) -> list[tuple[str, Any]]:
        found: list[tuple[str, Any]] = [("work", one.id) for one in (*self.step.tasks, *self.step.jobs)]
        found += [("message", one) for one in self.step.messages]
        found += [("signal", one.name) for one in self.step.signals if self.dice.random() < 0.3]
        if self.step.timers:
            first = min(one.due_at for one in self.step.timers)
            found += [("time", first), ("time", first + timedelta(minutes=self.dice.randrange(900)))]
        return found

    def move(self, kind: str, what: Any) -> None:
        self.number += 1
        now = {"now": self.now}
        match kind:
            case "work":
                self.work(what)
            case "message":
                said = {f"m_{what.name}": self.number}
                self.told.append((kind, what.name, what.correlation_key))
                self.step = run.correlate(
                    self.made, self.step.state, what.name, what.correlation_key, said, **now
                )
                assert self.reference.message(what.name, what.correlation_key, said)
            case "signal":
                self.told.append((kind, what))
                self.step = run.signal(self.made, self.step.state, what, {}, **now)
                self.reference.signal(what)
            case "time":
                self.now = max(self.now, what)
                self.told.append((kind, self.now))
                self.step = run.fire(self.made, self.step.state, now=self.now)
                self.reference.time(self.now)
        self.seen = {}

    def work(self, task_id: str) -> None:
        open_ones = {one.id: one for one in (*self.step.tasks, *self.step.jobs)}
        one = open_ones[task_id]
        place = (one.element_id, items(self.sees(task_id)))
        alike = [id for id in sorted(open_ones, key=int) if self.same(open_ones[id], place)]
        others = [each for each in self.theirs() if (each.node.id, items(each.vars.seen())) == place]
        other = sorted(others, key=lambda each: each.number)[alike.index(task_id)]
        answers = self.answers(one.element_id)
        self.told.append(("work", *place, answers))
        self.step = run.complete(self.made, self.step.state, task_id, answers, now=self.now)
        self.reference.complete(other, answers)

    def same(self, one: Any, place: tuple[str, Any]) -> bool:
        return one.element_id == place[0] and items(self.sees(one.id)) == place[1]

    def answers(self, element_id: str) -> dict[str, Any]:
        self.rounds[element_id] += 1
        choice = self.dice.randrange(8 if self.rounds[element_id] > ROUNDS else 4)
        return {
            f"v_{element_id}": self.dice.choice((self.number, None)),
            f"c_{element_id}": choice,
            "c": choice,
            "laatste": self.number,
        }


def shown(known: Mapping[str, Any]) -> str:
    return repr(sorted(known.items()))


def proved(graph: Graph, seed: int) -> int:
    pair = Pair(graph, seed)
    try:
        return pair.play()
    except BaseException as error:
        error.add_note(f"seed {seed}: {pair.told}")
        raise


KINDS = {
    "everything": ALL,
    "joins and loops": FLOW,
    "scopes": (*PLAIN, *SCOPED),
    "events on activities": ("seq", "and", "beside", "either", "wait", "throw", "sub"),
    "errors and escalations": ("seq", "and", "fail", "raise", "guard", "call", "many_sub"),
    "stopping and undoing": ("seq", "and", "loop", "stop", "undo", "transaction", "beside"),
}


@pytest.mark.parametrize("kinds", KINDS)
def test_blocks_of_everything_do_what_bpmn_says(kinds: str) -> None:
    steps = sum(proved(Maker(seed, KINDS[kinds]).whole(), seed) for seed in range(RUNS // 10))
    assert steps > RUNS // 10


@pytest.mark.parametrize("chunk", range(CHUNKS // 4))
def test_graphs_without_blocks_do_what_bpmn_says(chunk: int) -> None:
    seeds = range(chunk, RUNS // 2, CHUNKS // 4)
    steps = sum(proved(unstructured(seed, nodes=8 + seed % 14), seed) for seed in seeds)
    assert steps > RUNS // 10
