"""Where BPMN is subtle: joins that can't be met, events around events, and limits that are no hang."""

import itertools
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from app.engine import run
from app.errors import EngineError
from tests.engine.diagrams import (
    END,
    NOW,
    START,
    Play,
    element,
    extensions,
    flows,
    load,
    many,
    play,
    process,
    script,
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
MAPPED_IN = extensions("<zeebe:ioMapping><zeebe:input source='=1' target='x'/></zeebe:ioMapping>")
MESSAGED = '<bpmn:messageEventDefinition messageRef="bericht"/>'


def ends(*names: str) -> str:
    return "".join(element("endEvent", f"einde_{name}") for name in names)


def phase(id: str, *inside: str, more: str = "", kind: str = "subProcess") -> str:
    """A subprocess in which the elements stand one after another; the last one may be an end event."""
    ids = [one.split('id="')[1].split('"')[0] for one in inside]
    ended = inside[-1].startswith("<bpmn:endEvent")
    last = "" if ended else element("endEvent", f"{id}_klaar")
    chain = [f"{id}_begin", *ids, *([] if ended else [f"{id}_klaar"])]
    pairs = flows(*(f"{a}>{b}" for a, b in itertools.pairwise(chain)))
    return element(kind, id, element("startEvent", f"{id}_begin") + "".join(inside) + last + pairs + more)


def boundary(id: str, host: str, said: str, *, interrupting: bool = True, more: str = "") -> str:
    return element(
        "boundaryEvent", id, more + said, attachedToRef=host, cancelActivity=str(interrupting).lower()
    )


def problems_of(*parts: str, more: str = "") -> dict[str, str]:
    made, problems = load(process(*parts, more=more))
    assert made is None
    return {problem.element_id or "": problem.message for problem in problems}


# ── joins ────────────────────────────────────────────────────────────────────────────────────────────────


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


# ── events ───────────────────────────────────────────────────────────────────────────────────────────────


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
        flows(*(f"{a}>{b}" for a, b in itertools.pairwise(chain))),
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
    wrong = problems_of(
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
    assert "vast" in wrong["g"]
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


# ── data ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_phase_with_mappings_has_names_of_its_own_and_gives_back_what_it_says() -> None:
    said = extensions(
        "<zeebe:ioMapping><zeebe:input source='=nummer * 10' target='tien'/>"
        "<zeebe:output source='=tien + 1' target='uit'/></zeebe:ioMapping>"
    )
    diagram = process(
        START,
        phase("fase", said + task("a")).replace(said, "", 1).replace('id="fase">', f'id="fase">{said}', 1),
        task("na"),
        END,
        flows("begin>fase", "fase>na", "na>einde"),
    )
    case = play(diagram).start(nummer=2)
    assert run.task_variables(case.definitions, case.step.state, case.step.tasks[0].id)["tien"] == 20
    case.do("a", tien=30, ander=1)
    assert (case["tien"], case["uit"], case["ander"]) == (None, 31, 1)


def test_a_variable_that_one_of_many_gives_back_is_its_own_and_null_until_it_is_set() -> None:
    diagram = process(
        START,
        task("vraag", inner=many("=[1, 2]", "wie", "uit", "=zei")),
        task("na"),
        END,
        flows("begin>vraag", "vraag>na", "na>einde"),
    )
    case = play(diagram).start(zei="van buiten").do("vraag").do("vraag", zei="twee")
    assert case["uit"] == [None, "twee"]
    assert case["zei"] == "van buiten"


def test_the_output_mapping_of_many_goes_out_and_all_else_stays_inside() -> None:
    mapping = extensions(
        "<zeebe:userTask/>",
        '<zeebe:formDefinition formId="klein"/>',
        '<zeebe:assignmentDefinition candidateGroups="procesregisseur"/>',
        '<zeebe:ioMapping><zeebe:output source="=zei" target="laatste"/></zeebe:ioMapping>',
    )
    inner = mapping + many("=[1, 2]", "wie", "uit", "={n: wie, wat: laatste}")
    diagram = process(
        START,
        element("userTask", "vraag", inner, name="Vraag"),
        task("na"),
        END,
        flows("begin>vraag", "vraag>na", "na>einde"),
    )
    case = play(diagram).start().do("vraag", zei="een").do("vraag", zei="twee")
    assert case["uit"] == [{"n": 1, "wat": "een"}, {"n": 2, "wat": "twee"}]
    assert (case["laatste"], case["zei"], case["wie"]) == ("twee", None, None)


def test_nothing_in_the_list_is_one_of_its_items_and_an_empty_list_is_an_empty_outcome() -> None:
    diagram = process(
        START,
        task("vraag", inner=many("=lijst", "wie", "uit", "=wie", one_by_one=True)),
        task("na"),
        END,
        flows("begin>vraag", "vraag>na", "na>einde"),
    )
    case = play(diagram).start(lijst=[None, 1, None]).do("vraag").do("vraag").do("vraag")
    assert case["uit"] == [None, 1, None]
    empty = play(diagram).start(lijst=[])
    assert empty.open == ["na"]
    assert empty["uit"] == []


def test_a_job_sees_what_its_mapping_says_and_only_its_mapping_goes_out() -> None:
    said = extensions(
        '<zeebe:taskDefinition type="herinner"/>',
        "<zeebe:ioMapping><zeebe:input source='=naam' target='wie'/>"
        "<zeebe:output source='=antwoord' target='uit'/></zeebe:ioMapping>",
    )
    diagram = process(
        START,
        element("serviceTask", "werk", said),
        task("na"),
        END,
        flows("begin>werk", "werk>na", "na>einde"),
    )
    case = play(diagram).start(naam="Ada", geheim=1)
    [job] = case.step.jobs
    assert job.variables == {"wie": "Ada"}
    case.step = run.complete(case.definitions, case.step.state, job.id, {"antwoord": 2, "meer": 3}, now=NOW)
    assert (case["uit"], case["meer"], case["wie"], case["antwoord"]) == (2, None, None, None)


def test_a_call_that_shares_nothing_gives_and_gets_only_what_is_mapped() -> None:
    said = extensions(
        '<zeebe:calledElement processId="binnen" propagateAllParentVariables="false" '
        'propagateAllChildVariables="false"/>',
        "<zeebe:ioMapping><zeebe:input source='=a' target='b'/></zeebe:ioMapping>",
    )
    inner = process(
        element("startEvent", "b1"), task("x"), element("endEvent", "b2"), flows("b1>x", "x>b2"), id="binnen"
    )
    diagram = process(
        START,
        element("callActivity", "roep", said),
        task("na"),
        END,
        flows("begin>roep", "roep>na", "na>einde"),
    )
    case = play(diagram, inner).start(a=1, geheim=2)
    assert run.task_variables(case.definitions, case.step.state, case.step.tasks[0].id) == {"b": 1}
    case.do("x", b=5, c=6)
    assert dict(case.step.variables) == {"a": 1, "geheim": 2}


# ── compensation ─────────────────────────────────────────────────────────────────────────────────────────


def undoable(id: str) -> str:
    undo = task(f"{id}_terug").replace("<bpmn:userTask ", '<bpmn:userTask isForCompensation="true" ')
    stands = element("boundaryEvent", f"{id}_b", "<bpmn:compensateEventDefinition/>", attachedToRef=id)
    return stands + undo + element("association", f"{id}_as", sourceRef=f"{id}_b", targetRef=f"{id}_terug")


def test_what_was_done_twice_is_undone_twice_and_in_each_phase_for_itself() -> None:
    asks = element("intermediateThrowEvent", "maak", "<bpmn:compensateEventDefinition/>")
    inside = (
        element("startEvent", "fb")
        + element("exclusiveGateway", "weer")
        + task("a")
        + undoable("a")
        + element("exclusiveGateway", "nog", default="nog_maak")
        + asks
        + element("endEvent", "fe")
        + flows("fb>weer", "weer>a", "a>nog", "nog>weer if x = 1", "nog>maak", "maak>fe")
    )
    diagram = process(
        START,
        element("subProcess", "fase", many("=[1, 2]", "n") + inside),
        task("na"),
        END,
        flows("begin>fase", "fase>na", "na>einde"),
    )
    case = play(diagram).start()
    first, second = case.step.tasks

    def done(task_id: str, **answers: object) -> None:
        case._take(run.complete(case.definitions, case.step.state, task_id, answers, now=NOW))

    done(first.id, x=1)
    again = next(one for one in case.step.tasks if one.id != second.id)
    done(again.id, x=2)
    assert case.open == ["a", "a_terug"]
    case.do("a_terug")
    assert case.open == ["a", "a_terug"]
    case.do("a_terug")
    assert case.open == ["a"]
    assert case.do("a", x=2).open == ["a_terug"]
    assert case.do("a_terug").open == ["na"]


def test_undoing_everything_is_refused_where_it_would_not_reach_into_a_phase() -> None:
    asks = "<bpmn:compensateEventDefinition/>"
    inside = phase("fase", task("a"), element("endEvent", "fe", asks), more=undoable("a"))
    made, problems = load(
        process(
            START,
            inside,
            task("b"),
            undoable("b"),
            element("endEvent", "einde", asks),
            flows("begin>fase", "fase>b", "b>einde"),
        )
    )
    assert made is None
    [problem] = problems
    assert problem.element_id == "einde"
    assert "'fase' reikt dit niet" in problem.message


# ── timers ───────────────────────────────────────────────────────────────────────────────────────────────


def _beside(text: str, kind: str = "timeCycle") -> Play:
    diagram = process(
        START,
        task("a"),
        boundary("weer", "a", timer(kind, text), interrupting=False),
        task("b"),
        END,
        ends("1"),
        flows("begin>a", "a>einde", "weer>b", "b>einde_1"),
    )
    return play(diagram).start()


def test_a_timer_that_comes_three_times_comes_three_times_and_rounds_that_were_missed_come_once() -> None:
    case = _beside("R3/PT1H")
    for hour in (1, 2, 3, 4):
        case.wait_until(NOW + hour * HOUR)
    assert case.open == ["a", "b", "b", "b"]
    assert case.step.timers == ()
    late = _beside("R3/PT1H").wait_until(NOW + 5.5 * HOUR)
    assert late.open == ["a", "b"]
    assert late.step.timers[0].due_at == NOW + 6 * HOUR


def test_a_day_is_a_day_on_the_clock_of_the_netherlands_also_when_the_clock_is_changed() -> None:
    diagram = process(
        START,
        element("intermediateCatchEvent", "w", timer("timeDuration", "P1D")),
        element("intermediateCatchEvent", "u", timer("timeDuration", "PT1H")),
        END,
        flows("begin>w", "w>u", "u>einde"),
    )
    case = play(diagram)
    for start, due in (
        (datetime(2026, 3, 28, 8, tzinfo=UTC), datetime(2026, 3, 29, 7, tzinfo=UTC)),
        (datetime(2026, 10, 24, 7, tzinfo=UTC), datetime(2026, 10, 25, 8, tzinfo=UTC)),
        # Half past two at night does not exist on 29 March; the moment after it does.
        (datetime(2026, 3, 28, 1, 30, tzinfo=UTC), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
    ):
        step = run.start(case.definitions, "proef", {}, now=start)
        assert step.timers[0].due_at == due
        step = run.fire(case.definitions, step.state, now=due)
        assert step.timers[0].due_at == due + HOUR


@pytest.mark.parametrize("value", ["=null", "=[1]", "=1", '="morgen"', "=true", "={}"])
@pytest.mark.parametrize("kind", ["timeDuration", "timeCycle", "timeDate"])
def test_a_timer_that_gets_something_else_is_a_failure(kind: str, value: str) -> None:
    case = _beside(value, kind)
    assert [where for where, _ in case.incidents] == ["a"]


def test_a_timer_may_be_a_date_alone() -> None:
    case = _beside('=date("2026-12-01")', "timeDate")
    assert case.step.timers[0].due_at == datetime(2026, 12, 1, 16, tzinfo=UTC)


# ── limits ───────────────────────────────────────────────────────────────────────────────────────────────


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
    pairs = flows(*(f"{a}>{b}" for a, b in itertools.pairwise(chain)))
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


# ── what would run otherwise than it says ────────────────────────────────────────────────────────────────


def test_ids_that_the_library_uses_itself_are_ids_like_others() -> None:
    diagram = process(
        element("startEvent", "Start"),
        task("Root"),
        element("endEvent", "End"),
        flows("Start>Root", "Root>End"),
    )
    assert play(diagram).start().do("Root").ended


def test_a_boolean_may_be_written_as_a_number() -> None:
    text = process(
        START,
        task("a"),
        boundary("later", "a", timer("timeDuration", "PT1H"), interrupting=False),
        END,
        ends("1"),
        flows("begin>a", "a>einde", "later>einde_1"),
    ).decode()
    case = play(
        text.replace('isExecutable="true"', 'isExecutable="1"').replace('"false"', '"0"').encode()
    ).start()
    assert case.wait_until(NOW + HOUR).open == ["a"]


@pytest.mark.parametrize(
    ("change", "wrong", "why"),
    [
        (('id="a"', 'id="a" startQuantity="2"'), "a", 'startQuantity="2"'),
        (('<bpmn:endEvent id="einde">', '<bpmn:endEvent id="einde">' + ANY_ERROR[:-2] + ' errorRef="weg"/>'),
         "einde", "verwijzing naar niets"),
        (('<bpmn:startEvent id="begin">',
          '<bpmn:startEvent id="begin"><bpmn:eventDefinitionRef>x</bpmn:eventDefinitionRef>'),
         "begin", "eventDefinitionRef"),
        (('<bpmn:exclusiveGateway id="g"', '<bpmn:exclusiveGateway default="weg" id="g"'),
         "g", "standaardweg"),
        (('<bpmn:exclusiveGateway id="g">', '<bpmn:exclusiveGateway id="g">' + MAPPED_IN),
         "g", "invoertoewijzing"),
        (('<zeebe:userTask/>', "<zeebe:userTask/><zeebe:ioMapping><zeebe:output source='=1' target='=x'/>"
          "</zeebe:ioMapping>"), "a", "geen naam"),
        (('"a"', '"a [child]"'), "a [child]", "spatie"),
        (('"a"', '"a/b"'), "a/b", "schuine streep"),
        (('id="proef"', 'id="proef/x"'), "proef/x", "schuine streep"),
    ],
)  # fmt: skip
def test_what_would_run_otherwise_than_it_says_is_refused(
    change: tuple[str, str], wrong: str, why: str
) -> None:
    text = process(
        START,
        task("a"),
        element("exclusiveGateway", "g"),
        END,
        flows("begin>a", "a>g", "g>einde"),
    ).decode()
    assert change[0] in text
    made, problems = load(text.replace(*change).encode())
    assert made is None
    assert [problem.element_id for problem in problems if why in problem.message] == [wrong]


def test_a_reference_may_have_a_prefix() -> None:
    text = process(
        START,
        element("intermediateCatchEvent", "w", MESSAGED),
        END,
        flows("begin>w", "w>einde"),
        more=MESSAGE,
    ).decode()
    case = play(text.replace('messageRef="bericht"', 'messageRef="tns:bericht"').encode()).start(k="1")
    assert case.message("B", "1").ended
