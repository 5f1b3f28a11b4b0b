"""What fails stops its own token only, keeps everything, and goes on when it is tried again."""

from datetime import timedelta

from app.engine import run
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


def mended(case: Play, name: str, value: object) -> Play:
    """Set a variable by hand, and try again."""
    case.step = run.change_variables(case.definitions, case.step.state, {name: value}, now=NOW)
    return case.retry()


def test_a_gateway_that_cannot_choose_leaves_the_other_branch_at_work() -> None:
    diagram = process(
        START,
        element("parallelGateway", "uit"),
        task("a"),
        task("b"),
        element("exclusiveGateway", "keuze", name="Keuze"),
        task("c"),
        task("d"),
        *(element("endEvent", f"einde_{name}") for name in "bcd"),
        flows("begin>uit", "uit>a", "uit>b", "a>keuze", "keuze>c if x = 1", "keuze>d if x = 2"),
        flows("b>einde_b", "c>einde_c", "d>einde_d"),
    )
    case = play(diagram).start(x=3).do("a", zei="dit")
    assert case.incidents == [("keuze", "Bij 'Keuze' geldt geen enkele voorwaarde.")]
    assert ("incident", "keuze") in case.events
    assert case["zei"] == "dit"
    assert [token.element_id for token in case.step.tokens] == ["keuze", "b"] or case.open == ["b"]
    case.retry()
    assert case.incidents[0][0] == "keuze"
    case.do("b")
    assert not case.ended
    assert mended(case, "x", 2).open == ["d"]
    assert case.incidents == []
    assert case.do("d").ended


def test_a_task_that_nobody_could_do_waits_as_a_failure_and_opens_later_with_its_reminder() -> None:
    diagram = process(
        START,
        task("a", '=["organisatie:" + wie]'),
        element(
            "boundaryEvent", "later", timer("timeDuration", "P1D"), attachedToRef="a", cancelActivity="false"
        ),
        END,
        element("endEvent", "einde_2"),
        flows("begin>a", "a>einde", "later>einde_2"),
    )
    case = play(diagram).start()
    [(where, why)] = case.incidents
    assert where == "a"
    assert "Niemand" in why
    assert case.open == []
    assert case.step.timers == ()
    mended(case, "wie", "politie")
    assert [one.candidate_groups for one in case.step.tasks] == [("organisatie:politie",)]
    assert len(case.step.timers) == 1
    assert case.do("a").ended


def test_one_of_many_that_fails_keeps_its_place_among_the_others() -> None:
    diagram = process(
        START,
        task(
            "vraag",
            "=[wie]",
            inner=many(
                "=lijst", "wie", "antwoorden", "=zei", stop="=numberOfCompletedInstances = count(lijst)"
            ),
        ),
        END,
        flows("begin>vraag", "vraag>einde"),
    )
    case = play(diagram).start(lijst=["procesregisseur", None, "procesregisseur"])
    assert case.open == ["vraag", "vraag"]
    assert len(case.step.incidents) == 1
    case.do("vraag", zei=1).do("vraag", zei=3)
    assert not case.ended
    # What one of many is about can't be mended from outside: the step is skipped.
    [incident] = case.step.incidents
    case.step = run.skip(case.definitions, case.step.state, incident.id, {"zei": "geen"}, now=NOW)
    assert case.ended
    assert case["antwoorden"] == [1, "geen", 3]


def test_a_list_that_is_none_is_a_failure() -> None:
    diagram = process(START, task("a", inner=many("=lijst", "een")), END, flows("begin>a", "a>einde"))
    case = play(diagram).start(lijst="x")
    assert "geen lijst" in case.incidents[0][1]
    assert mended(case, "lijst", [1, 2]).open == ["a", "a"]
    assert "1001 keer" in play(diagram).start(lijst=list(range(1001))).incidents[0][1]


def test_answers_that_a_mapping_cannot_take_are_not_lost() -> None:
    said = extensions(
        "<zeebe:userTask/>",
        '<zeebe:formDefinition formId="klein"/>',
        '<zeebe:assignmentDefinition candidateGroups="procesregisseur"/>',
        "<zeebe:ioMapping><zeebe:output source='=assert(lang, lang = null)' target='kort'/>"
        "<zeebe:output source='=zei' target='gezegd'/></zeebe:ioMapping>",
    )
    diagram = process(START, element("userTask", "a", said, name="A"), END, flows("begin>a", "a>einde"))
    case = play(diagram).start(lang="x").do("a", zei="een heel verhaal")
    assert case.open == []
    assert case.incidents[0][0] == "a"
    mended(case, "lang", None)
    assert case.ended
    assert case["gezegd"] == "een heel verhaal"


def test_a_called_process_whose_outcome_fails_waits_at_the_call() -> None:
    said = (
        '<zeebe:calledElement processId="binnen" propagateAllChildVariables="false"/>'
        "<zeebe:ioMapping><zeebe:output source='=assert(n, n > 1)' target='uit'/></zeebe:ioMapping>"
    )
    outer = process(
        START,
        element("callActivity", "roept", extensions(said)),
        task("na"),
        END,
        flows("begin>roept", "roept>na", "na>einde"),
    )
    inner = process(
        element("startEvent", "b1"), task("c"), element("endEvent", "b2"), flows("b1>c", "c>b2"), id="binnen"
    )
    case = play(outer, inner).start().do("c", n=1)
    assert case.incidents[0][0] == "roept"
    assert case.retry().incidents[0][0] == "roept"
    [incident] = case.step.incidents
    case.step = run.skip(case.definitions, case.step.state, incident.id, {"uit": 5}, now=NOW)
    assert case.open == ["na"]


def test_a_failure_goes_on_in_a_mended_release() -> None:
    def diagram(expression: str) -> bytes:
        return process(
            START,
            task("a"),
            script("s", expression, "y"),
            task("b"),
            END,
            flows("begin>a", "a>s", "s>b", "b>einde"),
        )

    case = play(diagram("=assert(x, x = 2)")).start(x=1).do("a")
    assert case.incidents[0][0] == "s"
    made, problems = load(diagram("=x + 1"))
    assert problems == []
    assert made is not None
    case.step = run.migrate(case.definitions, made, case.step.state, {}, now=NOW)
    assert case.retry(made).open == ["b"]
    assert case["y"] == 2


def test_a_timer_that_cannot_be_set_is_a_failure_at_its_own_place() -> None:
    diagram = process(
        START,
        element("intermediateCatchEvent", "wacht", timer("timeDuration", "=hoe_lang")),
        END,
        flows("begin>wacht", "wacht>einde"),
    )
    case = play(diagram).start()
    assert case.incidents[0][0] == "wacht"
    mended(case, "hoe_lang", "P1D")
    assert case.wait_until(NOW + timedelta(days=1)).ended


def test_an_unknown_variable_is_null_and_no_failure() -> None:
    case = play(
        process(START, script("s", "=weg + 1", "x"), task("a"), END, flows("begin>s", "s>a", "a>einde"))
    )
    assert case.start().incidents == []
    assert case["x"] is None
