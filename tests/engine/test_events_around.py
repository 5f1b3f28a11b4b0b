"""Errors, escalations, boundary events and event subprocesses, inside each other and through calls."""

from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from app.engine import run
from tests.engine.diagrams import (
    END,
    NOW,
    START,
    boundary,
    element,
    ends,
    extensions,
    flows,
    load,
    phase,
    play,
    process,
    task,
    timer,
)
from tests.engine.test_events import ERROR, SIGNAL, SIGNALLED, by_event

HOUR = timedelta(hours=1)
FAULT = element("error", "fout", errorCode="F1")
ANY_ERROR = "<bpmn:errorEventDefinition/>"
HIGHER = '<bpmn:escalationEventDefinition escalationRef="hoger"/>'
ESCALATION = element("escalation", "hoger", escalationCode="E1")
MESSAGE = element("message", "bericht", extensions('<zeebe:subscription correlationKey="=k"/>'), name="B")
MESSAGED = '<bpmn:messageEventDefinition messageRef="bericht"/>'


@pytest.mark.parametrize("before", [(), ("eerst",)])
def test_a_catch_all_on_the_phase_goes_before_a_code_further_out(before: tuple[str, ...]) -> None:
    # Also from the bytes of a later step, when what came before the phase is forgotten.
    firsts = [task(name) for name in before]
    chain = ["begin", *before, "fase"]
    diagram = process(
        START,
        *firsts,
        phase("fase", task("a"), element("endEvent", "mis", ERROR)),
        boundary("alles", "fase", ANY_ERROR),
        by_event("verder_weg", ERROR, task("buiten")),
        task("dichtbij"),
        END,
        ends("1"),
        flows(*(f"{a}>{b}" for a, b in pairwise(chain))),
        flows("fase>einde_1", "alles>dichtbij", "dichtbij>einde"),
        more=FAULT,
    )
    case = play(diagram).start()
    for name in before:
        case.do(name)
    assert case.do("a").open == ["dichtbij"]


def test_an_error_goes_through_called_processes_to_the_first_that_catches_its_code() -> None:
    inner = process(
        element("startEvent", "b1"),
        element("endEvent", "mis", ERROR),
        flows("b1>mis"),
        id="diep",
        more=FAULT,
    )
    called = extensions('<zeebe:calledElement processId="diep"/>')
    middle = process(
        element("startEvent", "m1"),
        element("callActivity", "roep_diep", called),
        boundary("ander", "roep_diep", '<bpmn:errorEventDefinition errorRef="ander_soort"/>'),
        element("endEvent", "m2"),
        element("endEvent", "m3"),
        flows("m1>roep_diep", "roep_diep>m2", "ander>m3"),
        id="midden",
        more=element("error", "ander_soort", errorCode="F2"),
    )
    outer = process(
        START,
        element("callActivity", "roep", extensions('<zeebe:calledElement processId="midden"/>')),
        boundary("vangt", "roep", '<bpmn:errorEventDefinition errorRef="fout_1"/>'),
        task("goed"),
        task("hersteld"),
        END,
        ends("1"),
        flows("begin>roep", "roep>goed", "vangt>hersteld", "goed>einde", "hersteld>einde_1"),
        more=element("error", "fout_1", errorCode="F1"),
    )
    case = play(outer, middle, inner).start()
    assert case.open == ["hersteld"]
    assert case.step.tokens[0].path == ()


def test_an_escalation_that_nobody_catches_goes_on_and_one_that_is_caught_leaves_the_phase_at_work() -> None:
    thrown = element("intermediateThrowEvent", "meld", HIGHER)
    alone = process(
        START,
        phase("fase", thrown, task("a")),
        task("na"),
        END,
        flows("begin>fase", "fase>na", "na>einde"),
        more=ESCALATION,
    )
    assert play(alone).start().open == ["a"]
    caught = process(
        START,
        phase("fase", thrown, task("a"), element("endEvent", "meld_2", HIGHER)),
        boundary("hoger_op", "fase", HIGHER, interrupting=False),
        task("na"),
        task("kijk"),
        END,
        ends("1"),
        flows("begin>fase", "fase>na", "hoger_op>kijk", "na>einde", "kijk>einde_1"),
        more=ESCALATION,
    )
    case = play(caught).start()
    assert case.open == ["a", "kijk"]
    assert case.do("a").open == ["kijk", "kijk", "na"]


def test_an_interrupting_escalation_at_the_end_of_a_phase_does_not_also_go_on_behind_it() -> None:
    diagram = process(
        START,
        phase("fase", task("a"), element("endEvent", "meld", HIGHER)),
        boundary("hoger_op", "fase", HIGHER),
        task("na"),
        task("kijk"),
        END,
        ends("1"),
        flows("begin>fase", "fase>na", "hoger_op>kijk", "na>einde", "kijk>einde_1"),
        more=ESCALATION,
    )
    assert play(diagram).start().do("a").open == ["kijk"]


def test_terminate_ends_its_phase_or_called_process_and_nothing_around_it() -> None:
    stop = element("endEvent", "stop", "<bpmn:terminateEventDefinition/>")
    forked = element("parallelGateway", "f") + task("x") + task("y") + stop
    forked += element("endEvent", "klaar") + flows("b>f", "f>x", "f>y", "x>stop", "y>klaar")
    called = process(element("startEvent", "b"), forked, id="binnen")
    diagram = process(
        START,
        element("parallelGateway", "uit"),
        task("naast"),
        element("callActivity", "roep", extensions('<zeebe:calledElement processId="binnen"/>')),
        task("na"),
        END,
        ends("1"),
        flows("begin>uit", "uit>naast", "uit>roep", "roep>na", "na>einde", "naast>einde_1"),
    )
    case = play(diagram, called).start().do("x")
    assert case.open == ["na", "naast"]


def test_an_event_subprocess_in_a_phase_in_a_phase_interrupts_only_its_own() -> None:
    inner = phase("binnen", task("a"), more=by_event("ingreep", SIGNALLED, task("op_tijd")))
    outer = phase("buiten", inner, more=by_event("let_op", SIGNALLED, task("naast"), interrupting=False))
    diagram = process(
        START, outer, task("na"), END, flows("begin>buiten", "buiten>na", "na>einde"), more=SIGNAL
    )
    case = play(diagram).start().signal("Sein")
    assert case.open == ["naast", "op_tijd"]
    case.signal("Sein")
    assert case.open == ["naast", "naast", "op_tijd"]
    assert case.do("op_tijd").do("naast").do("naast").open == ["na"]


def test_an_event_gateway_takes_a_message_task_or_a_timer_and_only_the_first() -> None:
    diagram = process(
        START,
        element("eventBasedGateway", "eerst"),
        element("receiveTask", "ontvang", messageRef="bericht"),
        element("intermediateCatchEvent", "wacht", timer("timeDuration", "PT1H")),
        task("a"),
        task("b"),
        END,
        ends("1"),
        flows("begin>eerst", "eerst>ontvang", "eerst>wacht", "ontvang>a", "wacht>b", "a>einde", "b>einde_1"),
        more=MESSAGE,
    )
    case = play(diagram).start(k="1").message("B", "1")
    assert case.open == ["a"]
    assert case.step.timers == ()
    assert case.wait_until(NOW + 2 * HOUR).open == ["a"]
    assert play(diagram).start(k="1").wait_until(NOW + HOUR).open == ["b"]


def test_behind_an_event_gateway_everything_waits_and_waits_only_there() -> None:
    made, problems = load(
        process(
            START,
            element("eventBasedGateway", "g"),
            task("a"),
            element("intermediateCatchEvent", "w", timer("timeDuration", "PT1H")),
            element("receiveTask", "r", messageRef="bericht"),
            boundary("laat", "r", timer("timeDuration", "PT1H")),
            END,
            ends("1"),
            flows("begin>g", "g>a", "g>w", "g>r", "a>w", "w>einde", "r>einde_1", "laat>einde_1"),
            more=MESSAGE,
        )
    )
    assert made is None
    assert ["vast" in one.message for one in problems if one.element_id == "g"].count(True) == 1
    made, problems = load(
        process(
            START,
            element("eventBasedGateway", "g"),
            task("a"),
            END,
            flows("begin>g", "g>a", "a>einde"),
        )
    )
    assert made is None
    assert "'A' doet dat niet" in problems[0].message


def test_two_that_wait_for_one_message_get_one_each() -> None:
    diagram = process(
        START,
        element("parallelGateway", "uit"),
        element("intermediateCatchEvent", "x", MESSAGED),
        element("intermediateCatchEvent", "y", MESSAGED),
        task("a"),
        task("b"),
        END,
        ends("1"),
        flows("begin>uit", "uit>x", "uit>y", "x>a", "y>b", "a>einde", "b>einde_1"),
        more=MESSAGE,
    )
    case = play(diagram).start(k="1").message("B", "1", eerste=1)
    assert case.open == ["a"]
    assert case.message("B", "1").open == ["a", "b"]


@pytest.mark.parametrize("key", [None, "", True, [1], {"a": 1}])
def test_who_waits_for_a_message_without_a_key_is_a_failure_and_gets_nobody_elses(key: object) -> None:
    catch = element("intermediateCatchEvent", "x", MESSAGED)
    diagram = process(START, catch, END, flows("begin>x", "x>einde"), more=MESSAGE)
    case = play(diagram).start(k=key)
    assert case.step.messages == ()
    assert case.incidents == [("x", "Bij 'x' is de correlatiesleutel geen tekst of getal.")]
    case.step = run.change_variables(case.definitions, case.step.state, {"k": Decimal("7.50")}, now=NOW)
    assert case.retry().message("B", "7.5").ended


def test_what_comes_with_an_event_and_cannot_be_taken_in_is_kept_at_that_event() -> None:
    mapping = extensions(
        "<zeebe:ioMapping><zeebe:output source='=assert(n, n > limiet)' target='m'/></zeebe:ioMapping>"
    )
    diagram = process(
        START,
        element("parallelGateway", "uit"),
        element("intermediateCatchEvent", "x", mapping + MESSAGED),
        task("a"),
        boundary("later", "a", timer("timeDuration", "PT1H"), interrupting=False),
        task("b"),
        END,
        ends("1", "2"),
        flows("begin>uit", "uit>x", "uit>a", "later>b", "x>einde", "a>einde_1", "b>einde_2"),
        more=MESSAGE,
    )
    case = play(diagram).start(k="1", limiet=10).message("B", "1", n=7)
    assert [where for where, _ in case.incidents] == ["x"]
    # The message is taken: a second one is not for this event, and the timers of others go on.
    assert case.step.messages == ()
    with pytest.raises(LookupError):
        case.message("B", "1", n=8)
    assert case.wait_until(NOW + HOUR).open == ["a", "b"]
    case.step = run.change_variables(case.definitions, case.step.state, {"limiet": 5}, now=NOW)
    assert case.retry().incidents == []
    assert case["m"] == 7


def test_a_boundary_event_and_an_event_subprocess_take_in_what_their_mapping_says() -> None:
    mapping = extensions(
        "<zeebe:ioMapping><zeebe:output source='=n + 1' target='m'/>"
        "<zeebe:output source='=m + 1' target='o.p'/></zeebe:ioMapping>"
    )
    diagram = process(
        START,
        task("a"),
        boundary("b", "a", MESSAGED, interrupting=False, more=mapping),
        END,
        ends("1"),
        flows("begin>a", "a>einde", "b>einde_1"),
        more=MESSAGE,
    )
    case = play(diagram).start(k="1").message("B", "1", n=1)
    assert (case["n"], case["m"], case["o"]) == (None, 2, {"p": 3})
    start = element("startEvent", "s", mapping + MESSAGED)
    inside = start + element("endEvent", "e") + flows("s>e")
    around = process(
        START,
        task("a"),
        element("subProcess", "g", inside, triggeredByEvent="true"),
        END,
        flows("begin>a", "a>einde"),
        more=MESSAGE,
    )
    case = play(around).start(k="1").message("B", "1", n=1)
    assert (case["n"], case["m"], case["o"]) == (None, 2, {"p": 3})


def test_an_error_whose_catcher_cannot_take_it_in_waits_where_it_was_thrown() -> None:
    mapping = extensions(
        "<zeebe:ioMapping><zeebe:output source='=assert(n, n > 5)' target='m'/></zeebe:ioMapping>"
    )
    diagram = process(
        START,
        phase("fase", task("a"), element("endEvent", "mis", ERROR)),
        boundary("vangt", "fase", ERROR, more=mapping),
        task("na"),
        task("hersteld"),
        END,
        ends("1"),
        flows("begin>fase", "fase>na", "vangt>hersteld", "na>einde", "hersteld>einde_1"),
        more=FAULT,
    )
    case = play(diagram).start(n=1).do("a")
    assert [where for where, _ in case.incidents] == ["mis"]
    assert case.open == []
    case.step = run.change_variables(case.definitions, case.step.state, {"n": 9}, now=NOW)
    assert case.retry().open == ["hersteld"]
    assert case["m"] == 9
