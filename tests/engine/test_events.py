"""Signals, event subprocesses, links, compensation and transactions, on small diagrams."""

from datetime import timedelta

import pytest

from app.engine import run
from tests.engine.diagrams import (
    END,
    NOW,
    START,
    element,
    extensions,
    flows,
    play,
    process,
    script,
    task,
    timer,
)

DAY = timedelta(days=1)
SIGNAL = element("signal", "sein", name="Sein")
MESSAGE = element(
    "message",
    "bericht",
    extensions('<zeebe:subscription correlationKey="=nummer"/>'),
    name="Bericht",
)
ERROR = '<bpmn:errorEventDefinition errorRef="fout"/>'
SIGNALLED = '<bpmn:signalEventDefinition signalRef="sein"/>'


def by_event(id: str, trigger: str, *inside: str, interrupting: bool = True) -> str:
    start = element("startEvent", f"{id}_begin", trigger, isInterrupting=str(interrupting).lower())
    end = element("endEvent", f"{id}_einde")
    first = inside[0].split('id="')[1].split('"')[0]
    between = flows(f"{id}_begin>{first}", f"{first}>{id}_einde")
    return element("subProcess", id, start + "".join(inside) + end + between, triggeredByEvent="true")


def test_a_signal_reaches_everything_that_waits_for_it_here_and_is_told_for_others() -> None:
    diagram = process(
        START,
        element("parallelGateway", "uit"),
        element("intermediateCatchEvent", "wacht", SIGNALLED),
        task("a"),
        element("boundaryEvent", "stoort", SIGNALLED, attachedToRef="a", cancelActivity="false"),
        element("intermediateThrowEvent", "gooit", SIGNALLED),
        task("b"),
        task("c"),
        element("endEvent", "einde_2"),
        element("endEvent", "einde_3"),
        END,
        flows("begin>uit", "uit>wacht", "uit>a", "uit>b", "wacht>einde_2", "a>einde", "b>gooit"),
        flows("gooit>einde_3", "stoort>c", "c>einde_4"),
        element("endEvent", "einde_4"),
        more=SIGNAL,
    )
    case = play(diagram).start()
    assert case.open == ["a", "b"]
    assert sorted(one.element_id for one in case.step.signals) == ["stoort", "wacht"]
    case.do("b")
    assert case.step.thrown == ("Sein",)
    assert case.open == ["a", "c"]
    assert [one.element_id for one in case.step.signals] == ["stoort"]
    case.signal("Sein")
    assert case.open == ["a", "c", "c"]
    for name in ("a", "c", "c"):
        case.do(name)
    assert case.ended
    with pytest.raises(LookupError):
        case.signal("Sein")


def test_an_interrupting_event_subprocess_takes_the_place_of_all_that_runs() -> None:
    diagram = process(
        START,
        element("parallelGateway", "uit"),
        task("a"),
        task("b"),
        END,
        element("endEvent", "einde_2"),
        by_event("ingrijpen", '<bpmn:messageEventDefinition messageRef="bericht"/>', task("opnieuw")),
        flows("begin>uit", "uit>a", "uit>b", "a>einde", "b>einde_2"),
        more=MESSAGE,
    )
    case = play(diagram).start(nummer="A1")
    assert case.open == ["a", "b"]
    assert [token.element_id for token in case.step.tokens] == ["a", "b"]
    case.message("Bericht", "A1", reden="gevaar")
    assert case.open == ["opnieuw"]
    assert case["reden"] == "gevaar"
    assert case.step.messages == ()
    assert [token.element_id for token in case.step.tokens] == ["ingrijpen", "opnieuw"]
    assert case.do("opnieuw").ended
    # Without the message it ends as if there were no such subprocess.
    assert play(diagram).start(nummer="A1").do("a").do("b").ended


def test_a_timer_subprocess_beside_the_work_comes_again_and_keeps_nothing_alive() -> None:
    diagram = process(
        START,
        task("a"),
        END,
        by_event("controle", timer("timeCycle", "R/P1D"), task("kijken"), interrupting=False),
        flows("begin>a", "a>einde"),
    )
    case = play(diagram).start()
    case.wait_until(NOW + DAY)
    assert case.open == ["a", "kijken"]
    case.wait_until(NOW + 2 * DAY)
    assert case.open == ["a", "kijken", "kijken"]
    case.do("a").do("kijken")
    assert not case.ended
    assert case.do("kijken").ended
    assert case.step.timers == ()


def test_an_error_in_a_phase_is_caught_by_its_own_event_subprocess_first() -> None:
    def phase(catch: str) -> str:
        return element(
            "subProcess",
            "fase",
            element("startEvent", "fase_begin")
            + task("a")
            + element("endEvent", "mis", ERROR)
            + catch
            + flows("fase_begin>a", "a>mis"),
        )

    def diagram(catch: str) -> bytes:
        return process(
            START,
            phase(catch),
            element(
                "boundaryEvent",
                "buiten",
                ERROR,
                attachedToRef="fase",
            ),
            task("erna"),
            task("erbuiten"),
            END,
            element("endEvent", "einde_2"),
            flows("begin>fase", "fase>erna", "buiten>erbuiten", "erna>einde", "erbuiten>einde_2"),
            more=element("error", "fout", errorCode="F1"),
        )

    own = by_event("herstel", ERROR, task("herstellen"))
    assert play(diagram(own)).start().do("a").open == ["herstellen"]
    assert play(diagram(own)).start().do("a").do("herstellen").open == ["erna"]
    assert play(diagram("")).start().do("a").open == ["erbuiten"]


def test_an_error_that_an_event_subprocess_throws_itself_goes_outwards() -> None:
    throwing = element(
        "subProcess",
        "herstel",
        element("startEvent", "herstel_begin", ERROR)
        + element("endEvent", "weer_mis", ERROR)
        + flows("herstel_begin>weer_mis"),
        triggeredByEvent="true",
    )
    diagram = process(
        START,
        task("a"),
        element("endEvent", "mis", ERROR),
        throwing,
        flows("begin>a", "a>mis"),
        more=element("error", "fout", errorCode="F1"),
    )
    [(where, message)] = play(diagram).start().do("a").incidents
    assert where == "weer_mis"
    assert "nergens opgevangen" in message


def test_a_link_goes_on_elsewhere_in_the_diagram() -> None:
    there = '<bpmn:linkEventDefinition name="Verder"/>'
    diagram = process(
        START,
        element("exclusiveGateway", "keuze", default="keuze_hier"),
        task("a"),
        element("intermediateThrowEvent", "hier", there),
        element("intermediateThrowEvent", "ook_hier", there),
        element("intermediateCatchEvent", "daar", there),
        task("b"),
        END,
        flows("begin>keuze", "keuze>a if x = 1", "keuze>hier", "a>ook_hier", "daar>b", "b>einde"),
    )
    assert play(diagram).start(x=2).open == ["b"]
    case = play(diagram).start(x=1).do("a")
    assert case.open == ["b"]
    assert case.do("b").ended


UNDOING = (
    element("boundaryEvent", "a_terug", "<bpmn:compensateEventDefinition/>", attachedToRef="a")
    + element("boundaryEvent", "b_terug", "<bpmn:compensateEventDefinition/>", attachedToRef="b")
    + task("a_ongedaan").replace("<bpmn:userTask ", '<bpmn:userTask isForCompensation="true" ')
    + script("b_ongedaan", '"teruggedraaid"', "b").replace(
        "<bpmn:scriptTask ", '<bpmn:scriptTask isForCompensation="true" '
    )
    + element("association", "ab_1", sourceRef="a_terug", targetRef="a_ongedaan")
    + element("association", "ab_2", sourceRef="b_terug", targetRef="b_ongedaan")
)


def test_compensation_undoes_what_was_done_the_last_first_and_only_once() -> None:
    diagram = process(
        START,
        task("a"),
        task("b"),
        UNDOING,
        element("exclusiveGateway", "keuze", default="keuze_c"),
        element("intermediateThrowEvent", "maak", "<bpmn:compensateEventDefinition/>"),
        element("intermediateThrowEvent", "nog_eens", "<bpmn:compensateEventDefinition/>"),
        task("c"),
        END,
        flows("begin>a", "a>keuze", "keuze>b if x = 1", "keuze>c", "b>maak", "c>maak", "maak>nog_eens"),
        flows("nog_eens>einde"),
    )
    case = play(diagram).start().do("a", x=1).do("b", b="gedaan")
    assert case["b"] == "teruggedraaid"
    assert case.open == ["a_ongedaan"]
    assert case.do("a_ongedaan").ended
    assert [id for kind, id in case.events if kind == "completed" and id.endswith("ongedaan")] == [
        "b_ongedaan",
        "a_ongedaan",
    ]
    case = play(diagram).start().do("a", x=2).do("c", b="gedaan")
    assert case["b"] == "gedaan"
    assert case.open == ["a_ongedaan"]


def test_a_cancelled_transaction_is_undone_and_goes_on_at_its_cancel_event() -> None:
    inside = (
        element("startEvent", "t_begin")
        + element("parallelGateway", "uit")
        + task("a")
        + task("b")
        + task("wacht")
        + UNDOING
        + element("exclusiveGateway", "keuze", default="keuze_t_einde")
        + element("endEvent", "stop", "<bpmn:cancelEventDefinition/>")
        + element("endEvent", "t_einde")
        + element("endEvent", "t_einde_2")
        + flows("t_begin>uit", "uit>a", "uit>wacht", "a>b", "b>keuze", "keuze>stop if weg = true")
        + flows("keuze>t_einde", "wacht>t_einde_2")
    )
    diagram = process(
        START,
        element("transaction", "t", inside),
        element("boundaryEvent", "afgebroken", "<bpmn:cancelEventDefinition/>", attachedToRef="t"),
        task("erna"),
        task("anders"),
        END,
        element("endEvent", "einde_2"),
        flows("begin>t", "t>erna", "erna>einde", "afgebroken>anders", "anders>einde_2"),
    )
    case = play(diagram).start().do("a").do("b", weg=True)
    # What still ran stops before anything is undone.
    assert case.open == ["a_ongedaan"]
    assert ("cancelled", "wacht") in case.events
    case.do("a_ongedaan")
    assert case.open == ["anders"]
    case = play(diagram).start().do("a").do("b", weg=False).do("wacht")
    assert case.open == ["erna"]


def test_many_scripts_and_decisions_at_once_are_no_different_from_tasks() -> None:
    each = (
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements><zeebe:loopCharacteristics "
        'inputCollection="=[1,2,3]" inputElement="n" outputCollection="uit" outputElement="=kwadraat"/>'
        "</bpmn:extensionElements></bpmn:multiInstanceLoopCharacteristics>"
    )
    said = extensions('<zeebe:script expression="=n*n" resultVariable="kwadraat"/>')
    diagram = process(
        START, element("scriptTask", "s", said + each, name="s"), END, flows("begin>s", "s>einde")
    )
    assert play(diagram).start()["uit"] == [1, 4, 9]


def test_a_step_of_ten_thousand_elements_is_refused_in_reasonable_time_and_one_below_it_runs() -> None:
    def diagram(rounds: int) -> bytes:
        return process(
            START,
            element("exclusiveGateway", "samen"),
            script("tel", "(if n = null then 0 else n) + 1", "n"),
            element("exclusiveGateway", "klaar", default="klaar_samen"),
            END,
            flows("begin>samen", "samen>tel", "tel>klaar", f"klaar>einde if n >= {rounds}", "klaar>samen"),
        )

    case = play(diagram(3_000)).start()
    assert case.ended
    assert case["n"] == 3_000
    [(_, message)] = play(diagram(100_000)).start().incidents
    assert "blijft rondgaan" in message


def test_a_signal_of_another_case_is_delivered_like_one_of_its_own() -> None:
    diagram = process(
        START,
        element("intermediateCatchEvent", "wacht", SIGNALLED),
        task("a"),
        END,
        flows("begin>wacht", "wacht>a", "a>einde"),
        more=SIGNAL,
    )
    case = play(diagram).start()
    step = run.signal(case.definitions, case.step.state, "Sein", {"wie": "ander"}, now=NOW)
    assert [one.element_id for one in step.tasks] == ["a"]
    assert step.variables["wie"] == "ander"
