"""Sound and unsound diagrams: what is said of them, at which element, and the run that shows it."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from app.checks import soundness
from app.engine import reader
from app.engine.model import Process
from app.errors import Problem
from tests.checks.drawing import call, diagram, on, sub
from tests.checks.soundness_diagrams import ALL
from tests.checks.token_game import Game, reached, shown, states
from tests.engine.diagrams import element, flows, load

PROCESSES = Path(__file__).parents[2] / "processes"


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


def said(*files: bytes, **limit: int) -> list[str]:
    processes = read(*files)
    return [problem.message for problem in soundness.check(processes["proef"], processes, **limit).problems]


def test_the_words_name_the_choice_the_join_and_what_it_waits_for() -> None:
    content = diagram("x:X a:U b:U j:P c:U", "begin>x x>a x>b a>j b>j j>c c>einde")
    content = content.replace(b'id="x"', b'id="x" name="Akkoord?"').replace(
        b'id="j"', b'id="j" name="Alles binnen"'
    )

    assert said(content)[0] == (
        "Als bij ‘Akkoord?’ voor ‘A’ wordt gekozen, wacht ‘Alles binnen’ voor altijd op ‘B’."
    )


def test_elements_without_a_name_are_told_by_what_stands_around_them() -> None:
    content = diagram("a:U x:P b:U c:U y:X j:P d:U", "begin>a a>x x>b x>c c>y y>j y>einde_2 b>j j>d d>einde")

    assert said(content) == [
        "Als bij de keuze na ‘C’ voor het eindpunt wordt gekozen, "
        "wacht de samenkomst vóór ‘D’ voor altijd op ‘C’."
    ]


def test_the_run_that_is_shown_has_two_tokens_where_two_are() -> None:
    content = diagram("x:P a:U b:U c:U", "begin>x x>a x>b a>c b>c c>einde")
    processes = read(content)

    [problem] = soundness.check(processes["proef"], processes).problems

    assert problem.trace == (("begin",), ("x",), ("a", "b"), ("b", "c"), ("c", "c"))


def test_in_a_subprocess_the_run_leads_there_first() -> None:
    inner = sub("s", "x:X b:U c:U j:P", "s_b>x x>b x>c b>j c>j j>einde_s")
    processes = read(diagram("a:U", "begin>a a>s s>einde", inner))

    [problem, *_] = soundness.check(processes["proef"], processes).problems

    assert problem.trace == (*(("begin",), ("a",), ("s",), ("s", "s_b"), ("s", "x"), ("b", "s"), ("j", "s")),)


def test_when_not_everything_was_looked_at_that_is_said() -> None:
    branches = " ".join(f"p>a{at} a{at}>j h{at}>einde_{at}" for at in range(12))
    content = diagram(
        "p:P j:P " + " ".join(f"a{at}:U" for at in range(12)),
        f"begin>p j>einde {branches}",
        *(on(f"a{at}", f"h{at}", "message") for at in range(12)),
    )
    processes = read(content)

    result = soundness.check(processes["proef"], processes, limit=100)

    assert not result.complete
    assert 100 < result.markings < 200
    [problem] = result.problems
    assert (problem.rule, problem.severity, problem.element_id) == ("soundness.bounded", "warning", "proef")
    assert f"{result.markings} bekeken" in problem.message
    assert soundness.check(processes["proef"], processes).complete


def test_too_many_combinations_of_an_inclusive_gateway_are_not_all_tried() -> None:
    branches = " ".join(f"p>a{at} a{at}>j" for at in range(30))
    content = diagram("p:O j:O " + " ".join(f"a{at}:U" for at in range(30)), f"begin>p j>einde {branches}")

    [message] = said(content)

    assert "te veel mogelijke verlopen" in message


def test_what_nothing_leads_to_is_not_said_twice() -> None:
    content = diagram("a:U los:U", "begin>a a>einde los>einde_2")
    _, wrong = load(content)

    assert [problem.element_id for problem in wrong] == ["los", "einde_2"]
    assert said(content) == []


def test_a_picture_is_not_proved() -> None:
    processes = read(
        diagram("x:X a:U b:U j:P", "begin>x x>a x>b a>j b>j j>einde").replace(b'"true"', b'"false"')
    )

    assert soundness.check(processes["proef"], processes) == soundness.Soundness(
        (), complete=True, markings=0
    )


@pytest.mark.parametrize(
    "content",
    [
        diagram("a:U", "a>einde").replace(b'<bpmn:startEvent id="begin"></bpmn:startEvent>', b""),
        diagram("a:U", "begin>a a>einde", element("startEvent", "begin_2"), flows("begin_2>a")),
    ],
    ids=["no start", "two starts"],
)
def test_a_diagram_that_can_not_start_is_not_called_sound(content: bytes) -> None:
    processes = read(content)

    result = soundness.check(processes["proef"], processes)

    assert (result.problems, result.complete) == ((), False)


@pytest.mark.parametrize(
    "content",
    [
        diagram("a:U", "begin>a a>weg"),
        diagram("a:U b:U", "begin>a"),
        diagram("a:U b:U", "begin>a a>b b>einde a>einde_2"),
        diagram("", "begin>c c>einde", call("c", "bestaat_niet")),
        diagram("a:U", "begin>a a>einde h>einde_2", on("elders", "h", "message")),
        diagram("c:U", "begin>c c>einde").replace(b"userTask", b"complexGateway"),
        diagram("a:U b:U c:U", "begin>a a>einde b>c c>b"),
        diagram("", "begin>a a>einde", element("adHocSubProcess", "a")),
        diagram("q:Q", "begin>q"),
    ],
)
def test_a_diagram_that_is_wrong_in_other_ways_is_read_all_the_same(content: bytes) -> None:
    assert load(content)[1] != []
    assert isinstance(said(content), list)


def test_thousands_of_elements_are_proved_within_the_bound() -> None:
    branches = " ".join(f"p>a{at} a{at}>m" for at in range(1_000))
    content = diagram(
        "p:P m:X b:U " + " ".join(f"a{at}:U" for at in range(1_000)), f"begin>p m>b b>einde {branches}"
    )
    processes = read(content)

    result = soundness.check(processes["proef"], processes, limit=1_000)

    [problem] = result.problems
    assert short(problem) == "?twice m"
    assert problem.trace == (), "nobody can follow a thousand tokens"


def test_every_shipped_diagram_is_sound() -> None:
    files = {file.name: file.read_bytes() for file in sorted(PROCESSES.glob("*.bpmn"))}
    processes = read(*files.values())
    results = {name: soundness.check(process, processes) for name, process in processes.items()}

    assert len(results) > 10
    assert {name: result.problems for name, result in results.items() if result.problems} == {}
    assert all(result.complete for result in results.values())


def test_an_event_that_leads_past_a_join_is_named_with_its_task() -> None:
    content = diagram("x:P a:U b:U j:P", "begin>x x>a x>b a>j b>j j>einde h>einde_2", on("a", "h", "timer"))

    assert said(content) == [
        "Als de gebeurtenis bij ‘A’ komt, wacht de samenkomst vóór het eindpunt voor altijd op ‘A’."
    ]
    assert said(content.replace(b'id="h"', b'id="h" name="Te laat"')) == [
        "Als ‘Te laat’ komt bij ‘A’, wacht de samenkomst vóór het eindpunt voor altijd op ‘A’."
    ]
