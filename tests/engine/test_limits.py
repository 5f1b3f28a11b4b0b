"""What has no end, or is too much, is a failure and no hang."""

from itertools import pairwise

import pytest

from app.errors import EngineError
from tests.engine.diagrams import (
    END,
    START,
    element,
    extensions,
    flows,
    many,
    phase,
    play,
    process,
    script,
    task,
)


def test_a_process_that_calls_itself_stops_and_is_no_hang() -> None:
    called = extensions('<zeebe:calledElement processId="proef"/>')
    once = process(START, element("callActivity", "x", called), END, flows("begin>x", "x>einde"))
    [(where, why)] = play(once).start().incidents
    assert where == "x"
    assert "te diep" in why
    thrice = process(
        START,
        element("callActivity", "x", called + many("=[1, 2, 3]", "n")),
        END,
        flows("begin>x", "x>einde"),
    )
    case = play(thrice).start()
    assert not case.ended
    assert {why for _, why in case.incidents} == {"Er is te veel tegelijk aan het werk om 'x' te beginnen."}


def test_a_thousand_times_a_thousand_is_a_failure_and_a_thousand_is_not() -> None:
    numbers = "=for i in 1..1000 return i"
    inner = phase("fase", element("task", "t", many(numbers, "n"))).replace(
        'id="fase">', f'id="fase">{many("=for i in 1..100 return i", "m")}', 1
    )
    case = play(process(START, inner, END, flows("begin>fase", "fase>einde"))).start()
    assert not case.ended
    assert "te veel tegelijk" in case.incidents[0][1]
    each = script("s", "=n * n", "kwadraat").replace(
        "</bpmn:scriptTask>", many(numbers, "n", "uit", "=kwadraat") + "</bpmn:scriptTask>"
    )
    case = play(process(START, each, END, flows("begin>s", "s>einde"))).start()
    assert case["uit"] == [n * n for n in range(1, 1001)]


def test_a_chain_of_thousands_of_steps_runs() -> None:
    ids = [f"s{number}" for number in range(3_000)]
    chain = ["begin", *ids, "einde"]
    pairs = flows(*(f"{a}>{b}" for a, b in pairwise(chain)))
    assert play(process(START, *(element("task", id) for id in ids), END, pairs)).start().ended


def test_answers_that_are_nested_too_deep_are_refused_and_the_case_stays() -> None:
    case = play(process(START, task("a"), END, flows("begin>a", "a>einde"))).start()
    answer: list[object] = []
    for _ in range(5_000):
        answer = [answer]
    with pytest.raises(EngineError, match="te diep in elkaar"):
        case.do("a", x=answer)
    assert case.do("a", x=[[[[1]]]]).ended


@pytest.mark.parametrize("expression", ["=x + x", "=append(x, x)", "={a: x, b: x}", "=[x, x]"])
def test_what_doubles_in_every_round_is_a_failure_before_it_fills_the_memory(expression: str) -> None:
    diagram = process(
        START,
        element("exclusiveGateway", "weer"),
        script("s", expression, "x"),
        element("exclusiveGateway", "klaar", default="klaar_weer"),
        END,
        flows("begin>weer", "weer>s", "s>klaar", "klaar>weer", "klaar>einde if false"),
    )
    [(where, why)] = play(diagram).start(x="ab").incidents
    assert where == "s"
    assert "te groot" in why or "te lang" in why


def test_a_case_that_knows_too_much_is_refused_and_stays_as_it_was() -> None:
    case = play(process(START, task("a"), task("b"), END, flows("begin>a", "a>b", "b>einde"))).start()
    with pytest.raises(EngineError, match="te groot om te bewaren"):
        case.do("a", x="x" * 17_000_000)
    assert case.do("a", x="x" * 1_000_000).do("b").ended
