"""What each BPMN element does, on small diagrams."""

from datetime import timedelta

import pytest

from app.engine import run
from app.errors import EngineError
from tests.engine.diagrams import (
    END,
    NOW,
    START,
    element,
    extensions,
    flows,
    many,
    play,
    process,
    script,
    task,
    timer,
)

DAY = timedelta(days=1)


def test_exclusive_takes_the_first_that_holds_else_the_default() -> None:
    diagram = process(
        START,
        element("exclusiveGateway", "keuze", default="keuze_c"),
        *(task(name) for name in "abc"),
        END,
        flows(
            "begin>keuze", "keuze>a if x = 1", "keuze>b if x < 3", "keuze>c", "a>einde", "b>einde", "c>einde"
        ),
    )
    assert [play(diagram).start(x=x).open for x in (1, 2, 3, None)] == [["a"], ["b"], ["c"], ["c"]]


def test_parallel_waits_for_all_and_keeps_every_answer() -> None:
    diagram = process(
        START,
        element("parallelGateway", "uit"),
        task("a"),
        task("b"),
        element("parallelGateway", "samen"),
        task("c"),
        END,
        flows("begin>uit", "uit>a", "uit>b", "a>samen", "b>samen", "samen>c", "c>einde"),
    )
    case = play(diagram).start()
    assert case.open == ["a", "b"]
    assert case.do("b", second=2).open == ["a"]
    assert case.do("a", first=1).open == ["c"]
    assert (case["first"], case["second"]) == (1, 2)
    assert case.do("c").ended


def test_inclusive_joins_what_it_split_and_waits_for_nothing_that_cannot_come() -> None:
    diagram = process(
        START,
        element("inclusiveGateway", "uit", default="uit_c"),
        *(task(name) for name in "abcde"),
        element("inclusiveGateway", "samen"),
        element("endEvent", "elders"),
        END,
        flows("begin>uit", "uit>a if x", "uit>b if y", "uit>c", "uit>e if z"),
        flows("a>samen", "b>samen", "c>samen", "e>elders", "samen>d", "d>einde"),
    )
    case = play(diagram).start(x=True, y=True)
    assert case.open == ["a", "b"]
    assert case.do("a").open == ["b"]
    assert case.do("b").open == ["d"]
    assert play(diagram).start().open == ["c"]
    # From `e` no token can reach the join.
    assert play(diagram).start(x=True, z=True).do("a").open == ["d", "e"]


def test_a_loop_costs_the_same_at_the_two_hundredth_round() -> None:
    diagram = process(
        START,
        element("exclusiveGateway", "weer"),
        task("ronde"),
        element("exclusiveGateway", "klaar", default="klaar_weer"),
        END,
        flows("begin>weer", "weer>ronde", "ronde>klaar", "klaar>weer", "klaar>einde if n = 200"),
    )
    case = play(diagram).start()
    sizes = []
    for n in range(1, 201):
        sizes.append(len(case.step.state))
        case.do("ronde", n=n)
    assert case.ended
    assert sizes[-1] <= sizes[10] + 16


def test_a_subprocess_shares_variables_and_a_call_gives_back_what_it_wrote() -> None:
    inner = process(
        START,
        script("reken", "=a + 1", "b"),
        task("binnen"),
        END,
        flows("begin>reken", "reken>binnen", "binnen>einde"),
        id="binnen_proces",
    )
    called = extensions('<zeebe:calledElement processId="binnen_proces"/>')
    diagram = process(
        START,
        element(
            "subProcess",
            "fase",
            element("startEvent", "f1")
            + script("zet", "=2", "a")
            + element("endEvent", "f2")
            + flows("f1>zet", "zet>f2"),
        ),
        element("callActivity", "roep", called),
        END,
        flows("begin>fase", "fase>roep", "roep>einde"),
    )
    case = play(diagram, inner).start()
    # What a running called process wrote counts already.
    assert (case["a"], case["b"]) == (2, 3)
    assert case.step.tasks[0].path == ("roep",)
    assert case.do("binnen", c=4).ended
    assert (case["b"], case["c"]) == (3, 4)


def test_an_output_mapping_is_all_that_a_call_gives_back() -> None:
    inner = process(START, task("binnen"), END, flows("begin>binnen", "binnen>einde"), id="binnen_proces")
    said = extensions(
        '<zeebe:calledElement processId="binnen_proces"/>',
        '<zeebe:ioMapping><zeebe:output source="=x * 10" target="tien"/></zeebe:ioMapping>',
    )
    diagram = process(
        START,
        element("callActivity", "roep", said),
        task("na"),
        END,
        flows("begin>roep", "roep>na", "na>einde"),
    )
    case = play(diagram, inner).start().do("binnen", x=3)
    assert (case["tien"], case["x"]) == (30, None)


def test_two_processes_may_use_the_same_ids_for_their_phases() -> None:
    def with_phase(name: str, value: str) -> bytes:
        phase = (
            element("startEvent", "f1")
            + script("zet", value, "wie")
            + element("endEvent", "f2")
            + flows("f1>zet", "zet>f2")
        )
        return process(
            START,
            element("subProcess", "fase", phase),
            task("na"),
            END,
            flows("begin>fase", "fase>na", "na>einde"),
            id=name,
        )

    case = play(with_phase("een", '="een"'), with_phase("twee", '="twee"'))
    assert case.start("een")["wie"] == "een"
    assert case.start("twee")["wie"] == "twee"


def _asked(*, one_by_one: bool = False, stop: str = "") -> bytes:
    inner = (
        element("startEvent", "v1")
        + task("vraag", '="organisatie:" + wie')
        + element("endEvent", "v2")
        + flows("v1>vraag", "vraag>v2")
    )
    marker = many("=lijst", "wie", "antwoorden", "={wie: wie, zei: zei}", one_by_one=one_by_one, stop=stop)
    return process(
        START,
        element("subProcess", "navraag", marker + inner),
        task("na"),
        END,
        flows("begin>navraag", "navraag>na", "na>einde"),
    )


def test_several_at_once_each_behind_its_own_wall() -> None:
    case = play(_asked()).start(lijst=["a", "b", "c"])
    assert sorted(one.candidate_groups[0] for one in case.step.tasks) == [
        "organisatie:a",
        "organisatie:b",
        "organisatie:c",
    ]
    last = next(one for one in case.step.tasks if one.candidate_groups == ("organisatie:c",))
    case._take(run.complete(case.definitions, case.step.state, last.id, {"zei": "c!"}, now=NOW))
    assert case["zei"] is None
    case.do("vraag", zei="a!").do("vraag", zei="b!")
    assert case["antwoorden"] == [
        {"wie": "a", "zei": "a!"},
        {"wie": "b", "zei": "b!"},
        {"wie": "c", "zei": "c!"},
    ]
    assert case.open == ["na"]


def test_one_after_another_and_enough_is_enough() -> None:
    case = play(_asked(one_by_one=True)).start(lijst=["a", "b"])
    assert [one.candidate_groups for one in case.step.tasks] == [("organisatie:a",)]
    assert [one.candidate_groups for one in case.do("vraag", zei=1).step.tasks] == [("organisatie:b",)]
    early = play(_asked(stop="=numberOfCompletedInstances = 1")).start(lijst=["a", "b"]).do("vraag", zei=1)
    assert early.open == ["na"]
    assert play(_asked()).start(lijst=[]).open == ["na"]


def _with_timer(kind: str, text: str, *, interrupts: bool) -> bytes:
    said = {} if interrupts else {"cancelActivity": "false"}
    return process(
        START,
        task("werk"),
        element("boundaryEvent", "termijn", timer(kind, text), attachedToRef="werk", **said),
        task("laat"),
        END,
        element("endEvent", "einde_laat"),
        flows("begin>werk", "werk>einde", "termijn>laat", "laat>einde_laat"),
    )


def test_an_interrupting_timer_takes_the_task_away() -> None:
    case = play(_with_timer("timeDuration", "P3D", interrupts=True)).start()
    assert case.step.timers[0].due_at == NOW + 3 * DAY
    assert case.wait_until(NOW + 2 * DAY).open == ["werk"]
    assert case.wait_until(NOW + 3 * DAY).open == ["laat"]
    assert ("cancelled", "werk") in case.events


def test_a_reminder_leaves_the_task_and_comes_again() -> None:
    once = play(_with_timer("timeDuration", "P3D", interrupts=False)).start().wait_until(NOW + 9 * DAY)
    assert once.open == ["laat", "werk"]
    case = play(_with_timer("timeCycle", "R/P42D", interrupts=False)).start()
    assert case.wait_until(NOW + 42 * DAY).open == ["laat", "werk"]
    assert case.wait_until(NOW + 84 * DAY).open == ["laat", "laat", "werk"]
    assert case.do("werk").open == ["laat", "laat"]
    assert case.step.timers == ()


def test_waiting_for_a_moment_and_for_a_message() -> None:
    message = (
        '<bpmn:message id="b1" name="antwoord">'
        "<bpmn:extensionElements>"
        '<zeebe:subscription correlationKey="=nummer"/></bpmn:extensionElements></bpmn:message>'
    )
    diagram = process(
        START,
        element("eventBasedGateway", "eerst"),
        element("intermediateCatchEvent", "wacht", timer("timeDuration", "P7D")),
        element("intermediateCatchEvent", "bericht", '<bpmn:messageEventDefinition messageRef="b1"/>'),
        task("te_laat"),
        task("op_tijd"),
        END,
        flows(
            "begin>eerst",
            "eerst>wacht",
            "eerst>bericht",
            "wacht>te_laat",
            "bericht>op_tijd",
            "te_laat>einde",
            "op_tijd>einde",
        ),
        more=message,
    )
    assert play(diagram).start(nummer="7").wait_until(NOW + 7 * DAY).open == ["te_laat"]
    case = play(diagram).start(nummer="7")
    with pytest.raises(LookupError):
        case.message("antwoord", "8")
    assert case.message("antwoord", "7", inhoud="ja").open == ["op_tijd"]
    assert case["inhoud"] == "ja"
    assert case.step.timers == ()


def test_an_error_goes_to_the_nearest_catcher() -> None:
    inner = (
        element("startEvent", "f1")
        + element("endEvent", "mis", '<bpmn:errorEventDefinition errorRef="e1"/>')
        + flows("f1>mis")
    )
    diagram = process(
        START,
        element("subProcess", "fase", inner),
        element("boundaryEvent", "vangt", '<bpmn:errorEventDefinition errorRef="e1"/>', attachedToRef="fase"),
        task("herstel"),
        END,
        element("endEvent", "einde2"),
        flows("begin>fase", "fase>einde", "vangt>herstel", "herstel>einde2"),
        more='<bpmn:error id="e1" name="mis" errorCode="MIS"/>',
    )
    assert play(diagram).start().open == ["herstel"]


def test_terminate_ends_everything_in_its_scope() -> None:
    diagram = process(
        START,
        element("parallelGateway", "uit"),
        task("a"),
        task("b"),
        END,
        element("endEvent", "stop", "<bpmn:terminateEventDefinition/>"),
        flows("begin>uit", "uit>a", "uit>b", "a>stop", "b>einde"),
    )
    assert play(diagram).start().do("a").ended


def test_an_endless_circle_stands_still_and_is_no_hang() -> None:
    diagram = process(
        START,
        element("exclusiveGateway", "weer"),
        script("tel", "=1", "n"),
        element("exclusiveGateway", "ooit", default="ooit_weer"),
        END,
        flows("begin>weer", "weer>tel", "tel>ooit", "ooit>weer", "ooit>einde if n = 2"),
    )
    [(_, message)] = play(diagram).start().incidents
    assert "rondgaan" in message


def test_a_task_is_completed_once() -> None:
    case = play(process(START, task("a"), END, flows("begin>a", "a>einde"))).start()
    first = case.step
    case.do("a")
    with pytest.raises(LookupError):
        run.complete(case.definitions, case.step.state, first.tasks[0].id, {}, now=NOW)


def test_a_damaged_state_or_one_of_other_diagrams_is_never_run() -> None:
    case = play(process(START, task("a"), END, flows("begin>a", "a>einde"))).start()
    state = case.step.state
    damaged = state[:-3] + bytes([state[-3] ^ 1]) + state[-2:]
    with pytest.raises(EngineError, match="beschadigd"):
        run.fire(case.definitions, damaged, now=NOW)
    other = play(process(START, task("b"), END, flows("begin>b", "b>einde")))
    with pytest.raises(EngineError, match="andere versie"):
        run.fire(other.definitions, state, now=NOW)


def test_what_a_caller_knows_is_not_written_again_for_who_it_calls() -> None:
    inner = process(START, task("binnen"), END, flows("begin>binnen", "binnen>einde"), id="binnen_proces")
    called = extensions('<zeebe:calledElement processId="binnen_proces"/>')
    roep = element("callActivity", "roep", called)
    diagram = process(START, roep, END, flows("begin>roep", "roep>einde"))
    text = "lang " * 1000
    state = play(diagram, inner).start(verhaal=text).step.state
    assert len(state) < len(text) + 500
