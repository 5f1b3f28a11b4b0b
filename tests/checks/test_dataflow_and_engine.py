"""What the data flow says of random processes, against what the engine has when it runs them.

`CASUSROUTE_RANDOM` is how many processes; the default is small enough for every run of the tests.
"""

import os
import random
import re
from collections.abc import Mapping
from typing import Any

import pytest

from app.checks.dataflow.calls import Followed, follow_all
from app.checks.dataflow.state import State
from app.checks.dataflow.world import World
from app.engine import definitions, reader, run
from app.engine.definitions import Definitions
from app.forms import Form, parse
from tests.checks.small import field, form
from tests.engine.diagrams import NOW
from tests.engine.random_processes import ALL, Maker, diagrams

RUNS = int(os.environ.get("CASUSROUTE_RANDOM", "160"))
PLAYS = 3
CHUNKS = 4
MAX_STEPS = 60
QUIET = ("seq", "xor", "and", "or", "sub", "loop", "call", "many", "many_sub", "stop")
"""Without messages, which may bring anything: then the names that there are can be compared as well."""
_TASK = re.compile(r'(<bpmn:userTask id="(\w+)".*?formId=")klein"')


class Release:
    """A random process in which every task has a form of its own, which fills in `v_<task>`."""

    def __init__(self, seed: int, kinds: tuple[str, ...]) -> None:
        texts = [content.decode() for content in diagrams(Maker(seed, kinds).whole())]
        tasks = [id for text in texts for _, id in _TASK.findall(text)]
        start = '<bpmn:startEvent id="top_b"><bpmn:extensionElements><zeebe:formDefinition formId="f_start"/>'
        texts = [_TASK.sub(r'\1f_\2"', text) for text in texts]
        texts[0] = texts[0].replace('<bpmn:startEvent id="top_b">', f"{start}</bpmn:extensionElements>")
        self.files = {f"proef_{at}.bpmn": text.encode() for at, text in enumerate(texts)}
        self.forms: dict[str, Form] = {
            id: _form(id, seed) for id in [*(f"f_{one}" for one in tasks), "f_start"]
        }
        made, problems = definitions.load(
            self.files,
            roles={"procesregisseur": "procesregisseur"},
            forms=self.forms,
            job_types=[],
        )
        assert problems == []
        assert made is not None
        self.definitions: Definitions = made
        processes = [
            one for name, content in self.files.items() for one in reader.processes(content, file=name)[0]
        ]
        self.followed: Followed = follow_all(World({one.id: one for one in processes}, self.forms))

    def known(self, process_id: str, element_id: str) -> State:
        return self.followed.outcomes[process_id].inside[element_id]


def _form(id: str, seed: int) -> Form:
    """What the task fills in; some tasks fill in the same."""
    name = id.removeprefix("f_")
    fields = [field(f"v_{name}", required=True), field(f"gedeeld_{(seed + len(name)) % 3}")]
    if name.endswith("d"):
        fields.append(field(f"c_{name[:-1]}", "number", required=True))
    made, problems = parse(form(id, *fields), file=f"{id}.form")
    assert made is not None, problems
    return made


class Play:
    """One run of the engine with random choices; at every task what is there is held against the analysis."""

    def __init__(self, made: Release, seed: int, *, exactly: bool) -> None:
        self.made, self.exactly = made, exactly
        self.random = random.Random(seed)
        self.rounds: dict[str, int] = {}
        answers = {**self.answers("f_start"), "casus": {}}
        self.step = run.start(made.definitions, "proef", answers, now=NOW)

    def answers(self, form_id: str) -> dict[str, Any]:
        given = {}
        for component in self.made.forms[form_id].components:
            key = component.key
            given[key] = self._choice(key) if key.startswith("c_") else "x" if component.required else None
        return given

    def _choice(self, key: str) -> int:
        if not key.startswith("c_l"):
            return self.random.randrange(8)
        self.rounds[key] = self.rounds.get(key, 0) + 1
        return int(self.rounds[key] < 3 and self.random.random() < 0.6)

    def go(self) -> int:
        for number in range(MAX_STEPS):
            for task in self.step.tasks:
                self.compare(task.id, task.process_id, task.element_id)
            waiting = [("message", one.name) for one in self.step.messages]
            waiting += [("task", one.id) for one in self.step.tasks]
            if not waiting:
                assert self.step.ended
                return number
            self.take(*self.random.choice(waiting))
        return MAX_STEPS

    def take(self, kind: str, name: str) -> None:
        state, definitions = self.step.state, self.made.definitions
        if kind == "message":
            self.step = run.correlate(definitions, state, name, "k", {"bericht": 1}, now=NOW)
        else:
            task = next(one for one in self.step.tasks if one.id == name)
            answers = self.answers(task.form_id or "")
            self.step = run.complete(definitions, state, name, answers, now=NOW)

    def compare(self, task_id: str, process_id: str, element_id: str) -> None:
        there: Mapping[str, Any] = run.task_variables(self.made.definitions, self.step.state, task_id)
        state = self.made.known(process_id, element_id)
        certain = {name for name, fact in state.facts.items() if fact.certain}
        assert certain <= set(there), (element_id, certain - set(there))
        for name in certain:
            assert state.facts[name].type.nullable or there[name] is not None, (element_id, name)
        if self.exactly:
            assert not state.open
            assert set(there) <= set(state.facts), (element_id, set(there) - set(state.facts))


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_what_is_certain_is_there_in_every_run(chunk: int) -> None:
    steps = 0
    for seed in range(chunk, RUNS, CHUNKS):
        kinds = QUIET if seed % 2 else ALL
        made = Release(seed, kinds)
        assert all(outcome.settled for outcome in made.followed.outcomes.values())
        for number in range(PLAYS):
            try:
                steps += Play(made, seed * PLAYS + number, exactly=bool(seed % 2)).go()
            except AssertionError as error:
                error.add_note(f"seed {seed}, play {number}")
                raise
    assert steps > RUNS


def test_the_analysis_is_not_vague() -> None:
    """Behind a sequence of tasks everything is certain; that is what makes the comparison worth something."""
    certain, all_of_them = 0, 0
    for seed in range(40):
        made = Release(seed, QUIET)
        for outcome in made.followed.outcomes.values():
            for state in outcome.inside.values():
                certain += sum(fact.certain for fact in state.facts.values())
                all_of_them += len(state.facts)
    assert certain > all_of_them / 2
