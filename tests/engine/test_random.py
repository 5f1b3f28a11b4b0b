"""Random processes and random answers: our engine, cut after each step, against what BPMN says.

`CASUSROUTE_RANDOM` is how many processes; the default is small enough for every run of the tests.
"""

import os
import random
from typing import Any

import pytest

from app.engine import run
from tests.engine.diagrams import NOW, load
from tests.engine.plain import Plain
from tests.engine.random_processes import ALL, Block, Game, Maker, Vars, diagrams

RUNS = int(os.environ.get("CASUSROUTE_RANDOM", "400"))
CHUNKS = 8
MAX_STEPS = 120
ROUNDS = 4
"""After so many rounds a loop is left."""


class Driver:
    """Plays one process in the engine and in the game, with the same choices."""

    def __init__(self, block: Block, seed: int) -> None:
        made, problems = load(*diagrams(block))
        assert problems == []
        assert made is not None
        self.definitions = made
        self.random = random.Random(seed)
        self.game = Game(("sub", "top", block), Vars(), None)
        self.rounds: dict[str, int] = {}
        self.items: dict[str, int] = {}
        self.taken: list[tuple[str, str, dict[str, Any], int]] = []
        self.take(run.start(made, "proef", {}, now=NOW))

    def take(self, step: run.Step) -> None:
        self.step = step
        for event in step.events:
            if event.kind == "entered" and "item" in event.data and event.task_id is not None:
                self.items[event.task_id] = event.data["item"] - 1

    def compare(self) -> None:
        assert sorted(one.element_id for one in self.step.tasks) == sorted(self.game.tasks())
        assert sorted(one.name for one in self.step.messages) == sorted(self.game.messages())
        assert self.step.ended == self.game.over
        if not self.game.calls():
            assert dict(self.step.variables) == self.game.vars.own

    def play(self) -> int:
        """Play to the end, or to MAX_STEPS; gives the number of steps."""
        for number in range(MAX_STEPS):
            self.compare()
            if self.game.over:
                return number
            self.move(number)
        return MAX_STEPS

    def move(self, number: int) -> None:
        waiting = [("message", one.name) for one in self.step.messages]
        waiting += [("task", one.id) for one in self.step.tasks]
        kind, name = self.random.choice(waiting)
        if kind == "message":
            self.taken.append((kind, name, {}, 0))
            self.take(run.correlate(self.definitions, self.step.state, name, "k", {}, now=NOW))
            assert self.game.receive(name)
            return
        task = next(one for one in self.step.tasks if one.id == name)
        choice = self.choice(task.element_id)
        answers = {f"v_{task.element_id}": number, "laatste": number}
        if task.element_id.endswith("d"):
            answers[f"c_{task.element_id[:-1]}"] = choice
        item = self.items.get(task.id, self.items.get(task.scope_id))
        self.taken.append((kind, task.element_id, answers, choice))
        self.take(run.complete(self.definitions, self.step.state, task.id, answers, now=NOW))
        assert self.game.complete(task.element_id, answers, choice, item)

    def choice(self, element_id: str) -> int:
        if not element_id.startswith("l"):
            return self.random.randrange(8)
        self.rounds[element_id] = self.rounds.get(element_id, 0) + 1
        return int(self.rounds[element_id] < ROUNDS and self.random.random() < 0.6)


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_the_engine_does_what_bpmn_says(chunk: int) -> None:
    steps = 0
    for seed in range(chunk, RUNS, CHUNKS):
        block = Maker(seed, ALL).whole()
        driver = Driver(block, seed)
        try:
            steps += driver.play()
        except AssertionError as error:
            error.add_note(f"seed {seed}: {block} after {driver.taken}")
            raise
    assert steps > RUNS // CHUNKS


RIGHT_IN_PLAIN = [
    ("seq", "xor", "and", "sub", "call", "either", "interrupt"),
    ("seq", "xor", "loop", "sub", "call", "either", "interrupt"),
]
"""Joins in loops, nested inclusive joins, terminate and events that come again it gets wrong."""


@pytest.mark.parametrize("kinds", RIGHT_IN_PLAIN)
def test_plain_spiffworkflow_agrees_where_it_is_right(kinds: tuple[str, ...]) -> None:
    for seed in range(RUNS // 4):
        block = Maker(seed, kinds).whole()
        plain, driver = Plain(*diagrams(block)), Driver(block, seed)
        for number in range(MAX_STEPS):
            assert plain.tasks() == sorted(one.element_id for one in driver.step.tasks), (seed, block)
            if driver.step.ended:
                break
            driver.move(number)
            kind, element_id, answers, _ = driver.taken[-1]
            if kind == "message":
                plain.receive(element_id)
                continue
            # Its branches each have their own copy of what they share: only own names can be compared.
            plain.complete(element_id, {name: answers[name] for name in answers if name != "laatste"})
        assert plain.ended == driver.step.ended
        if plain.ended:
            ours = {name: value for name, value in driver.step.variables.items() if name != "laatste"}
            assert plain.variables == ours, (seed, block)
