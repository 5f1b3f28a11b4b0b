"""Random processes: what the proof says, against every run of them in the real engine.

`CASUSROUTE_RANDOM` is how many processes; the default is small enough for every run of the tests.
"""

import os
from collections.abc import Iterable

import pytest

from app.checks import soundness
from app.checks.soundness.never import Unreached
from app.checks.soundness.proof import Proof, Prover
from app.errors import Problem
from tests.checks.every_run import Everything, Runs
from tests.checks.random_graphs import Graph, spoilt
from tests.checks.soundness_diagrams import ALL as DIAGRAMS
from tests.checks.test_soundness import check_run, read
from tests.checks.token_game import Game
from tests.engine.diagrams import load
from tests.engine.random_processes import ALL, Maker, diagrams

RUNS = int(os.environ.get("CASUSROUTE_RANDOM", "400"))
CHUNKS = 4
MOST_STATES = 120
MOST_CHOICES = 12


def run_elements(proof: Proof, prover: Prover, seen: tuple[str, ...] = ()) -> set[str]:
    """The elements that get a token, as far as the proof has seen: also in what it calls."""
    process = proof.layout.process
    found: set[str] = set()
    ahead = [process.id]
    while ahead:
        scope = proof.scopes[ahead.pop()]
        run = Unreached(proof, scope).run
        found |= run
        ahead += [name for name in run if name in proof.scopes]
        for name in run:
            called = prover.processes.get(process.elements[name].calls or "")
            if called is not None and called.id not in seen:
                found |= run_elements(prover.prove(called), prover, (*seen, process.id))
    return found


def said_of(problems: Iterable[Problem]) -> set[str]:
    """The rules, of stuck only the errors: the warnings are about what an event from outside can end."""
    kept = (one for one in problems if one.rule != "soundness.stuck" or one.severity == "error")
    return {one.rule.removeprefix("soundness.") for one in kept}


def compare(files: list[bytes]) -> Runs:
    """What the proof says of `proef` and what it calls, beside all its runs."""
    definitions, wrong = load(*files)
    assert wrong == []
    assert definitions is not None
    processes = read(*files)
    process = processes["proef"]

    runs = Everything(definitions, MOST_STATES).all()
    problems = {one.id: soundness.check(one, processes).problems for one in processes.values()}

    prover = Prover(processes, soundness.LIMIT)
    proof = prover.prove(process)
    ran = run_elements(proof, prover)
    # What happens in the very same moment, the engine does in some order; the proof looks at each order.
    races = any(scope.found.net.resting.races for scope in proof.scopes.values())
    # A called process is proved by itself: what is wrong in it, its caller may end in time.
    own, anywhere = said_of(problems[process.id]), said_of(one for rows in problems.values() for one in rows)
    assert runs.ran <= ran or "unbounded" in anywhere
    assert not runs.dead or anywhere & {"stuck", "unbounded"}
    assert "rest" not in runs.doubled or anywhere & {"twice", "unbounded"}
    if runs.complete and not races:
        assert "unbounded" not in own
        assert runs.ran == ran
        assert runs.dead or "stuck" not in own
        assert runs.endless or "no_end" not in own
        assert not runs.endless or "no_end" in anywhere
        # Where a join is stuck for ever, that is said, and not also how many wait there.
        assert runs.doubled or "twice" not in own
    for problem in problems[process.id]:
        check_run(Game(process, processes), problem)
    return runs


OTHERWISE = ("a called process that never ends", "a called process that never ends, until a message")
"""The called process goes round, its caller waits: that is said of each in its own words."""
COMPARED = [row for row in DIAGRAMS if row[0] not in OTHERWISE]


@pytest.mark.parametrize("files", [row[1] for row in COMPARED], ids=[row[0] for row in COMPARED])
def test_the_engine_runs_a_diagram_of_the_table_as_was_proved(files: tuple[bytes, ...]) -> None:
    compare(list(files))


@pytest.mark.parametrize("chunk", range(CHUNKS))
@pytest.mark.parametrize("inclusive", [False, True])
def test_the_engine_runs_a_random_graph_as_was_proved(chunk: int, inclusive: bool) -> None:
    complete = dead = 0
    for seed in range(chunk, RUNS // 4, CHUNKS):
        graph = Graph(seed + (10_000_000 if inclusive else 0), inclusive=inclusive)
        if graph.choices() > MOST_CHOICES:
            continue
        content = graph.drawn()
        try:
            runs = compare([content])
        except AssertionError as error:
            error.add_note(
                f"seed {seed}, inclusive={inclusive}: {graph.kinds} {graph.pairs} {graph.boundaries}"
            )
            raise
        complete += runs.complete
        dead += bool(runs.dead)
    assert complete > RUNS // 4 // CHUNKS // 4
    assert dead > 0


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_the_engine_runs_a_process_with_one_wrong_join_as_was_proved(chunk: int) -> None:
    for seed in range(chunk, RUNS // 8, CHUNKS):
        block = Maker(seed, ALL).whole()
        files = spoilt(diagrams(block), seed)
        try:
            compare(files)
        except AssertionError as error:
            error.add_note(f"seed {seed}: {block}")
            raise


def test_of_sound_processes_nothing_is_said() -> None:
    for seed in range(RUNS):
        block = Maker(seed, ALL).whole()
        processes = read(*diagrams(block))
        for process in processes.values():
            result = soundness.check(process, processes)
            assert (result.problems, result.complete) == ((), True), (seed, block)
