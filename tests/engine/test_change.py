"""Changing a running case by hand, and taking it along to another release."""

import re
from datetime import timedelta

import pytest

from app.engine import run
from app.engine.definitions import Definitions
from app.errors import Conflict
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
    task,
    timer,
)
from tests.engine.random_processes import ALL, Maker, diagrams
from tests.engine.test_random import MAX_STEPS, RUNS, Driver

PHASES = process(
    START,
    element("parallelGateway", "uit"),
    task("a"),
    task("b"),
    element("parallelGateway", "samen"),
    task("c"),
    task("d"),
    END,
    element(
        "boundaryEvent", "later", timer("timeDuration", "P1D"), attachedToRef="a", cancelActivity="false"
    ),
    element("endEvent", "einde_2"),
    flows("begin>uit", "uit>a", "uit>b", "a>samen", "b>samen", "samen>c", "c>d", "d>einde", "later>einde_2"),
)


def token(case: Play, element_id: str) -> str:
    return next(one.id for one in case.step.tokens if one.element_id == element_id)


def moved(case: Play, from_id: str, to_id: str) -> Play:
    case.step = run.move(case.definitions, case.step.state, token(case, from_id), to_id, now=NOW)
    return case


def test_a_token_is_moved_on_and_back_and_its_timers_go_with_it() -> None:
    case = play(PHASES).start()
    assert moved(case, "a", "samen").open == ["b"]
    assert case.step.timers == ()
    assert case.do("b").open == ["c"]
    assert moved(case, "c", "a").open == ["a"]
    assert len(case.step.timers) == 1
    assert ("cancelled", "c") in {(event.kind, event.element_id) for event in case.step.events}
    moved(case, "a", "d")
    assert case.do("d").ended


def test_moving_nowhere_is_refused_and_nothing_changes() -> None:
    case = play(PHASES).start()
    before = case.step.state
    for target in ("begin", "later", "weg"):
        with pytest.raises(Conflict, match="kan de stap niet"):
            moved(case, "a", target)
    with pytest.raises(Conflict, match="vlak voor"):
        moved(play(PHASES).start().do("a").do("b"), "c", "samen")
    with pytest.raises(LookupError):
        run.move(case.definitions, case.step.state, "999", "c", now=NOW)
    assert case.step.state == before


def test_a_step_inside_a_phase_moves_within_it_and_not_out_of_it() -> None:
    inside = element("startEvent", "fb") + task("x") + task("y") + element("endEvent", "fe")
    diagram = process(
        START,
        element("subProcess", "fase", inside + flows("fb>x", "x>y", "y>fe")),
        task("na"),
        END,
        flows("begin>fase", "fase>na", "na>einde"),
    )
    case = play(diagram).start()
    with pytest.raises(Conflict):
        moved(case, "x", "na")
    assert moved(case, "x", "y").open == ["y"]
    # The phase as a whole is a step of the process around it.
    assert moved(case, "fase", "na").open == ["na"]
    assert case.do("na").ended


def test_one_of_many_is_not_moved_but_may_be_skipped() -> None:
    diagram = process(
        START,
        task("vraag", inner=many("=lijst", "wie", "uit", "=zei")),
        task("na"),
        END,
        flows("begin>vraag", "vraag>na", "na>einde"),
    )
    case = play(diagram).start(lijst=[1, 2])
    with pytest.raises(Conflict):
        moved(case, "vraag", "na")
    case.step = run.skip(case.definitions, case.step.state, case.step.tasks[0].id, {"zei": "niets"}, now=NOW)
    assert case.open == ["vraag"]
    assert case.do("vraag", zei="iets")["uit"] == ["niets", "iets"]


def test_a_task_a_timer_and_a_call_are_skipped() -> None:
    inner = process(
        element("startEvent", "b1"), task("x"), element("endEvent", "b2"), flows("b1>x", "x>b2"), id="binnen"
    )
    call = extensions('<zeebe:calledElement processId="binnen"/>')
    outer = process(
        START,
        task("a"),
        element("intermediateCatchEvent", "wacht", timer("timeDuration", "P9D")),
        element("callActivity", "roept", call),
        element("exclusiveGateway", "keuze"),
        END,
        flows("begin>a", "a>wacht", "wacht>roept", "roept>keuze", "keuze>einde if n = 1"),
    )
    case = play(outer, inner).start()
    for name in ("a", "wacht", "roept"):
        answers = {"n": 2} if name == "roept" else {}
        case.step = run.skip(case.definitions, case.step.state, token(case, name), answers, now=NOW)
    assert case.open == []
    assert case.step.timers == ()
    assert case.incidents[0][0] == "keuze"
    with pytest.raises(Conflict, match="niet worden overgeslagen"):
        run.skip(case.definitions, case.step.state, token(case, "keuze"), {}, now=NOW)
    moved(case, "keuze", "einde")
    assert case.ended


def test_data_is_changed_everywhere_that_it_was_copied_to() -> None:
    inner = process(
        element("startEvent", "b1"),
        task("x", "=[groep]"),
        task("y", "=[groep]"),
        element("endEvent", "b2"),
        flows("b1>x", "x>y", "y>b2"),
        id="binnen",
    )
    call = extensions('<zeebe:calledElement processId="binnen"/>')
    outer = process(START, element("callActivity", "roept", call), END, flows("begin>roept", "roept>einde"))
    case = play(outer, inner).start(groep="procesregisseur")
    case.step = run.change_variables(case.definitions, case.step.state, {"groep": "weegploeg"}, now=NOW)
    assert case["groep"] == "weegploeg"
    assert [one.candidate_groups for one in case.do("x").step.tasks] == [("weegploeg",)]


def test_cancelling_stops_everything() -> None:
    case = play(PHASES).start()
    case.step = run.cancel(case.definitions, case.step.state, now=NOW)
    assert case.ended
    assert case.open == []
    assert case.step.timers == ()
    assert case.step.tokens == ()
    with pytest.raises(LookupError):
        run.complete(case.definitions, case.step.state, "4", {}, now=NOW)


# ── another release ──────────────────────────────────────────────────────────────────────────────────────


def other(content: bytes, *more: bytes) -> Definitions:
    made, problems = load(content, *more)
    assert problems == []
    assert made is not None
    return made


def changed(*changes: tuple[str, str]) -> Definitions:
    text = PHASES.decode()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return other(text.encode())


def test_a_case_goes_along_keeps_its_ids_and_gets_what_is_new() -> None:
    case = play(PHASES).start()
    new = changed(
        ('id="a"', 'id="aa"'),
        ('"a_samen" sourceRef="a"', '"a_samen" sourceRef="aa"'),
        ('targetRef="a"', 'targetRef="aa"'),
        ('attachedToRef="a"', 'attachedToRef="b"'),
    )
    before = {one.element_id: one.id for one in case.step.tasks}
    step = run.migrate(case.definitions, new, case.step.state, {"a": "aa"}, now=NOW)
    after = {one.element_id: one.id for one in step.tasks}
    assert after == {"aa": before["a"], "b": before["b"]}
    # The reminder stands on another step now: that of a is gone, that of b has begun.
    assert [(one.element_id, one.due_at) for one in step.timers] == [("later", NOW + timedelta(days=1))]
    case.definitions, case.step = new, step
    assert case.do("aa").do("b").do("c").do("d").ended


def test_a_timer_keeps_its_moment_and_who_does_a_task_is_as_the_new_release_says() -> None:
    case = play(PHASES).start()
    new = changed(("P1D", "P2D"), ('candidateGroups="procesregisseur"', "candidateGroups='=[\"x\"]'"))
    later = NOW + timedelta(hours=5)
    step = run.migrate(case.definitions, new, case.step.state, {}, now=later)
    assert [one.due_at for one in step.timers] == [NOW + timedelta(days=1)]
    assert {one.candidate_groups for one in step.tasks} == {("x",)}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ([('id="a"', 'id="z"'), ('"a"', '"z"')], "'A'; die stap bestaat niet"),
        ([('<bpmn:userTask id="a"', '<bpmn:manualTask id="a"')], "geen userTask meer"),
        ([('id="proef"', 'id="ander"')], "Het proces 'proef' bestaat niet"),
    ],
)
def test_what_cannot_go_along_says_why_and_stays(changes: list[tuple[str, str]], reason: str) -> None:
    text = PHASES.decode()
    for old, new in changes:
        text = text.replace(old, new)
    if "manualTask" in text:
        text = re.sub(r'(<bpmn:manualTask id="a".*?)</bpmn:userTask>', r"\1</bpmn:manualTask>", text, count=1)
    new = other(text.encode())
    case = play(PHASES).start()
    assert any(reason in one for one in run.obstacles(case.definitions, new, case.step.state, {}))
    with pytest.raises(Conflict, match=reason.replace("(", ".").replace(")", ".")):
        run.migrate(case.definitions, new, case.step.state, {}, now=NOW)
    assert case.do("a").do("b").open == ["c"]


def test_who_waits_at_a_join_does_not_go_where_other_ways_join() -> None:
    case = play(PHASES).start().do("a")
    new = changed(
        ('"b_samen" sourceRef="b"', '"b_samen" sourceRef="x"'),
        ('<bpmn:endEvent id="einde">', task("x") + '<bpmn:endEvent id="einde">'),
        ("</bpmn:process>", flows("b>x") + "</bpmn:process>"),
    )
    [reason] = run.obstacles(case.definitions, new, case.step.state, {})
    assert "andere wegen samen" in reason


def _renamed(content: bytes) -> bytes:
    """The same diagram with another id for every step."""
    kept = r"proef|proces_\w+|bericht_\w+|defs"
    pattern = r'\b(id|sourceRef|targetRef|attachedToRef|default)="(?!(?:' + kept + r')")([^"]+)"'
    return re.sub(pattern.encode(), rb'\1="\2_n"', content)


def test_going_back_and_forth_between_releases_changes_nothing_that_happens() -> None:
    for seed in range(RUNS // 4):
        block = Maker(seed, ALL).whole()
        driver = Driver(block, seed)
        here, there = driver.definitions, other(*map(_renamed, diagrams(block)))
        forth = {element: f"{element}_n" for process in here.models.values() for element in process.elements}
        back = {new: old for old, new in forth.items()}
        for number in range(MAX_STEPS):
            driver.compare()
            if driver.game.over:
                break
            step = run.migrate(here, there, driver.step.state, forth, now=NOW)
            names = sorted(one.element_id.removesuffix("_n") for one in step.tasks)
            assert names == sorted(driver.game.tasks())
            again = run.migrate(there, here, step.state, back, now=NOW)
            assert again.tasks == driver.step.tasks
            driver.step = again
            driver.move(number)
