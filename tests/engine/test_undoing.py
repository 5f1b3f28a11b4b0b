"""What was done is undone, and where that would not reach is refused."""

from app.engine import run
from tests.engine.diagrams import (
    END,
    NOW,
    START,
    element,
    flows,
    load,
    many,
    phase,
    play,
    process,
    task,
    undoable,
)


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
