"""Joins that can and can't be met, of tokens on many ways."""

from datetime import timedelta

from app.engine import run
from tests.engine.diagrams import (
    END,
    NOW,
    START,
    boundary,
    element,
    ends,
    flows,
    play,
    process,
    task,
    timer,
)

HOUR = timedelta(hours=1)


def test_a_join_that_can_never_be_met_is_a_failure_there_and_no_silence() -> None:
    diagram = process(
        START,
        element("exclusiveGateway", "keuze", default="keuze_a"),
        task("a"),
        task("b"),
        element("parallelGateway", "samen"),
        task("c"),
        END,
        flows("begin>keuze", "keuze>a", "keuze>b if x = 1", "a>samen", "b>samen", "samen>c", "c>einde"),
    )
    case = play(diagram).start().do("a")
    assert case.incidents == [("samen", "Bij 'samen' wordt gewacht op een weg die niet meer kan komen.")]
    assert case.retry().incidents[0][0] == "samen"
    [token] = case.step.tokens
    case.step = run.move(case.definitions, case.step.state, token.id, "c", now=NOW)
    assert case.open == ["c"]
    assert case.incidents == []
    assert case.do("c").ended


def test_a_join_fails_while_another_branch_is_still_at_work_and_goes_on_when_a_token_is_put_back() -> None:
    diagram = process(
        START,
        element("parallelGateway", "uit"),
        task("a"),
        task("los"),
        task("eerst"),
        element("exclusiveGateway", "keuze", default="keuze_einde_weg"),
        task("b"),
        element("parallelGateway", "samen"),
        task("c"),
        END,
        ends("weg", "los"),
        flows("begin>uit", "uit>a", "uit>los", "uit>eerst", "eerst>keuze", "keuze>b if x = 1"),
        flows("keuze>einde_weg", "a>samen", "b>samen", "samen>c", "c>einde", "los>einde_los"),
    )
    case = play(diagram).start().do("a")
    assert case.incidents == []
    case.do("eerst", x=2)
    assert [where for where, _ in case.incidents] == ["samen"]
    assert case.open == ["los"]
    los = case.step.tasks[0].id
    case.step = run.move(case.definitions, case.step.state, los, "b", now=NOW)
    assert case.incidents == []
    assert case.do("b").open == ["c"]


def test_two_inclusive_joins_that_wait_for_each_other_are_a_failure() -> None:
    diagram = process(
        START,
        element("parallelGateway", "uit"),
        element("inclusiveGateway", "een"),
        element("inclusiveGateway", "twee"),
        element("parallelGateway", "een_uit"),
        element("parallelGateway", "twee_uit"),
        END,
        ends("2"),
        flows("begin>uit", "uit>een", "uit>twee", "een>een_uit", "twee>twee_uit", "een_uit>twee"),
        flows("twee_uit>een", "een_uit>einde", "twee_uit>einde_2"),
    )
    case = play(diagram).start()
    assert sorted(where for where, _ in case.incidents) == ["een", "twee"]


def test_an_inclusive_gateway_that_cannot_choose_stands_still_and_counts_for_no_join() -> None:
    diagram = process(
        START,
        element("inclusiveGateway", "keuze", name="Keuze"),
        task("a"),
        task("b"),
        END,
        ends("b"),
        flows("begin>keuze", "keuze>a if x = 1", "keuze>b if x = 2", "a>einde", "b>einde_b"),
    )
    case = play(diagram).start(x=3)
    assert case.incidents == [("keuze", "Bij 'Keuze' geldt geen enkele voorwaarde.")]
    case.step = run.change_variables(case.definitions, case.step.state, {"x": 2}, now=NOW)
    assert case.retry().open == ["b"]


def test_the_only_way_out_of_an_inclusive_gateway_has_a_condition_too() -> None:
    diagram = process(
        START,
        element("inclusiveGateway", "keuze"),
        task("a"),
        END,
        flows("begin>keuze", "keuze>a if x = 1", "a>einde"),
    )
    assert play(diagram).start(x=1).open == ["a"]
    assert play(diagram).start(x=2).incidents[0][0] == "keuze"


def test_two_tokens_on_one_flow_wait_for_two_on_the_other() -> None:
    diagram = process(
        START,
        element("parallelGateway", "uit"),
        *(task(name) for name in "abcd"),
        element("exclusiveGateway", "m"),
        element("exclusiveGateway", "n"),
        element("parallelGateway", "samen"),
        task("na"),
        END,
        flows("begin>uit", "uit>a", "uit>b", "uit>c", "uit>d", "a>m", "b>m", "c>n", "d>n"),
        flows("m>samen", "n>samen", "samen>na", "na>einde"),
    )
    case = play(diagram).start().do("a").do("b")
    assert case.open == ["c", "d"]
    assert case.do("c").open == ["d", "na"]
    assert case.do("d").open == ["na", "na"]
    assert case.do("na").do("na").ended


def test_an_inclusive_join_waits_for_what_a_boundary_event_may_still_send() -> None:
    diagram = process(
        START,
        element("parallelGateway", "uit"),
        task("a"),
        task("b"),
        boundary("laat", "b", timer("timeDuration", "PT1H")),
        element("inclusiveGateway", "samen"),
        task("na"),
        END,
        ends("b"),
        flows("begin>uit", "uit>a", "uit>b", "a>samen", "laat>samen", "b>einde_b", "samen>na", "na>einde"),
    )
    case = play(diagram).start().do("a")
    assert case.open == ["b"]
    assert case.wait_until(NOW + HOUR).open == ["na"]
    assert play(diagram).start().do("a").do("b").open == ["na"]
