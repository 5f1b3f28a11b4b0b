"""What a phase, a call, a job and one of many see, and what of it comes out (as in Camunda 8)."""

from app.engine import run
from tests.engine.diagrams import (
    END,
    NOW,
    START,
    element,
    extensions,
    flows,
    many,
    phase,
    play,
    process,
    task,
)


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
