"""Sound and unsound diagrams: what is said of them, at which element, and the run that shows it."""

from collections import Counter
from collections.abc import Mapping

import pytest

from app.checks import soundness
from app.engine import reader
from app.engine.model import Process
from app.errors import Problem
from tests.checks.soundness_diagrams import ALL
from tests.checks.token_game import Game, reached, shown, states
from tests.engine.diagrams import load


def read(*files: bytes) -> dict[str, Process]:
    return {one.id: one for content in files for one in reader.processes(content, file="proef.bpmn")[0]}


def problems(processes: Mapping[str, Process]) -> list[tuple[Process, Problem]]:
    found = []
    for process in processes.values():
        result = soundness.check(process, processes)
        assert result.complete
        found += [(process, problem) for problem in result.problems]
    return found


def short(problem: Problem) -> str:
    doubt = "?" if problem.severity == "warning" else ""
    return f"{doubt}{problem.rule.removeprefix('soundness.')} {problem.element_id}"


@pytest.mark.parametrize(("files", "says"), [row[1:] for row in ALL], ids=[row[0] for row in ALL])
def test_what_is_said_of_a_diagram(files: tuple[bytes, ...], says: str) -> None:
    definitions, wrong = load(*files)
    assert wrong == []
    assert definitions is not None

    found = problems(read(*files))

    assert sorted(short(problem) for _, problem in found) == sorted(filter(None, says.split(", ")))
    for process, problem in found:
        check_run(Game(process, read(*files)), problem)


def check_run(game: Game, problem: Problem) -> None:
    """The run that is shown can be made, step by step, and ends where it is as bad as is said."""
    rule = problem.rule.removeprefix("soundness.")
    if rule == "never":
        assert problem.trace == ()
        return
    found = states(problem.trace, game)
    assert found, problem
    assert problem.element_id is not None
    last = problem.trace[-1]
    assert problem.element_id in (
        last if rule != "twice" else {name for one in problem.trace for name in one}
    )
    match rule, problem.severity:
        case "twice", _:
            assert max(Counter(last).values()) > 1
        case "unbounded", _:
            assert any(Counter(before) < Counter(last) for before in problem.trace[:-1])
        case "stuck", "error" if game.elements[problem.element_id].calls is None:
            ahead = reached(found, game)
            assert all(problem.element_id in shown(state) for state in ahead)
        case "no_end", _:
            assert () not in reached(found, game)
