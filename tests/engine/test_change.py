"""Changing a running case by hand, and taking it along to another release."""

import random
import re
from datetime import timedelta
from typing import Any

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
from tests.engine.graphs import Drawing, Graph
from tests.engine.random_graphs import Maker as RandomGraph
from tests.engine.random_processes import ALL, Maker, diagrams
from tests.engine.test_random import MAX_STEPS, RUNS, Driver
from tests.engine.test_reference import Pair

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


def test_what_a_called_process_wrote_and_gives_back_is_changed_there_too() -> None:
    inner = process(
        element("startEvent", "b1"),
        task("x"),
        task("y"),
        element("endEvent", "b2"),
        flows("b1>x", "x>y", "y>b2"),
        id="binnen",
    )
    call = extensions('<zeebe:calledElement processId="binnen"/>')
    steps = (START, element("callActivity", "roept", call), task("z"), END)
    case = (
        play(process(*steps, flows("begin>roept", "roept>z", "z>einde")), inner).start().do("x", plan="oud")
    )
    assert case["plan"] == "oud"

    case.step = run.change_variables(case.definitions, case.step.state, {"plan": "nieuw"}, now=NOW)

    assert case["plan"] == "nieuw"
    assert case.do("y")["plan"] == "nieuw"


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


SIGNALLED = '<bpmn:signalEventDefinition signalRef="sein"/>'
SIGNAL = element("signal", "sein", name="Sein")
UNDONE = "<bpmn:compensateEventDefinition/>"


def undoing(task_id: str = "a") -> bytes:
    undo = task("terug").replace("<bpmn:userTask ", '<bpmn:userTask isForCompensation="true" ')
    return process(
        START,
        task(task_id),
        task("b"),
        element("boundaryEvent", "bu", UNDONE, attachedToRef=task_id),
        undo,
        element("association", "as", sourceRef="bu", targetRef="terug"),
        element("endEvent", "einde", UNDONE),
        flows(f"begin>{task_id}", f"{task_id}>b", "b>einde"),
    )


def moves_to(case: Play, new: Definitions, **renamed: str) -> Play:
    case.step = run.migrate(case.definitions, new, case.step.state, renamed, now=NOW)
    case.definitions = new
    return case


def refused(case: Play, new: Definitions, **renamed: str) -> str:
    reasons = run.obstacles(case.definitions, new, case.step.state, renamed)
    before = case.step.state
    with pytest.raises(Conflict):
        moves_to(case, new, **renamed)
    assert case.step.state == before
    return " ".join(reasons)


def test_an_event_that_came_already_does_not_come_again_in_another_release() -> None:
    case = play(PHASES).start().wait_until(NOW + timedelta(days=1))
    assert case.step.timers == ()
    moves_to(case, changed(('name="C"', 'name="CC"')))
    assert case.step.timers == ()

    def around(name: str) -> bytes:
        start = element("startEvent", "s", timer("timeDuration", "P1D"), isInterrupting="false")
        inside = start + task("kijk") + element("endEvent", "e") + flows("s>kijk", "kijk>e")
        beside = element("subProcess", "naast", inside, triggeredByEvent="true")
        return process(START, task(name), END, beside, flows(f"begin>{name}", f"{name}>einde"))

    case = play(around("a")).start().wait_until(NOW + timedelta(days=1))
    assert moves_to(case, other(around("z")), a="z").step.timers == ()


def test_what_took_the_place_of_a_scope_keeps_it_in_another_release() -> None:
    def diagram(more: str) -> bytes:
        start = element("startEvent", "s", SIGNALLED)
        inside = start + task("ingreep") + element("endEvent", "e") + flows("s>ingreep", "ingreep>e")
        by_event = element("subProcess", "grijp_in", inside, triggeredByEvent="true")
        return process(START, task("a"), END, by_event, more, flows("begin>a", "a>einde"), more=SIGNAL)

    start = element("startEvent", "t", SIGNALLED, isInterrupting="false")
    inside = start + element("endEvent", "u") + flows("t>u")
    new = other(diagram(element("subProcess", "nieuw", inside, triggeredByEvent="true")))
    waiting = moves_to(play(diagram("")).start(), new)
    assert sorted(one.element_id for one in waiting.step.signals) == ["grijp_in", "nieuw"]
    interrupted = moves_to(play(diagram("")).start().signal("Sein"), new)
    assert interrupted.open == ["ingreep"]
    assert interrupted.step.signals == ()


@pytest.mark.parametrize(
    ("old", "new", "answers"),
    [
        ("", many("=[1, 2]", "n"), {}),
        (many("=[1, 2]", "n"), "", {}),
        (many("=[1, 2]", "n"), many("=[1, 2]", "n", one_by_one=True), {}),
        (many("=[1, 2]", "n", one_by_one=True), many("=[1, 2]", "n"), {}),
    ],
)
def test_a_step_that_is_repeated_otherwise_is_no_place_to_go_on(
    old: str, new: str, answers: dict[str, int]
) -> None:
    def diagram(marker: str) -> bytes:
        return process(START, task("a", inner=marker), END, flows("begin>a", "a>einde"))

    assert "anders herhaald" in refused(play(diagram(old)).start(), other(diagram(new)))


def test_what_waits_for_something_goes_along_to_the_same_kind_of_thing_alone() -> None:
    def diagram(event: str) -> bytes:
        catch = element("intermediateCatchEvent", "w", event)
        return process(START, catch, END, flows("begin>w", "w>einde"), more=SIGNAL)

    case = play(diagram(SIGNALLED)).start()
    assert "op iets anders gewacht" in refused(case, other(diagram(timer("timeDuration", "P1D"))))


def test_a_gateway_that_waits_a_call_and_a_phase_go_along_where_they_are_the_same() -> None:
    def inner(id: str, step: str = "x") -> bytes:
        begin, end = element("startEvent", "ib"), element("endEvent", "ie")
        return process(begin, task(step), end, flows(f"ib>{step}", f"{step}>ie"), id=id)

    def diagram(*events: str, calls: str = "een", phase: str = "fase", limit: str = "") -> bytes:
        caught = [element("intermediateCatchEvent", name, timer("timeDuration", "P9D")) for name in events]
        inside = element("startEvent", "fb") + task("f") + element("endEvent", "fe") + flows("fb>f", "f>fe")
        return process(
            START,
            element("parallelGateway", "uit"),
            element("eventBasedGateway", "eerst"),
            *caught,
            element("callActivity", "roept", extensions(f'<zeebe:calledElement processId="{calls}"/>')),
            element("subProcess", phase, inside),
            limit,
            END,
            element("endEvent", "einde_2"),
            element("endEvent", "einde_3"),
            flows("begin>uit", "uit>eerst", "uit>roept", f"uit>{phase}", f"{phase}>einde_2", "roept>einde_3"),
            flows(*(f"eerst>{name}" for name in events), *(f"{name}>einde" for name in events)),
        )

    limit = element("boundaryEvent", "grens", timer("timeDuration", "P1D"), attachedToRef="roept")
    limit += element("endEvent", "einde_4") + flows("grens>einde_4")
    old = diagram("v", "w", limit=limit)

    def case() -> Play:
        return play(old, inner("een"), inner("twee")).start()

    def new(content: bytes, *, step: str = "x") -> Definitions:
        return other(content, inner("een", step), inner("twee"))

    assert "andere gebeurtenissen achter" in refused(case(), new(diagram("v", "w", "z")))
    assert "ander proces aangeroepen" in refused(case(), new(diagram("v", "w", calls="twee")))
    assert "'X'; die stap bestaat niet" in refused(case(), new(diagram("v", "w"), step="y"))
    assert "(sub)proces 'proef/fase' bestaat niet" in refused(case(), new(diagram("v", "w", phase="stap")))
    gone = moves_to(case(), new(diagram("v", "w", phase="stap")), fase="stap")
    # The limit on the call is gone with the release; what the gateway waits for keeps its moments.
    assert sorted(one.element_id for one in gone.step.timers) == ["v", "w"]
    assert gone.do("f").do("x").wait_until(NOW + timedelta(days=9)).ended


def test_who_waits_at_an_inclusive_join_needs_only_the_way_by_which_it_came() -> None:
    def diagram(*ways: str) -> bytes:
        split = flows(*(f"uit>{way} if true" for way in ways), *(f"{way}>samen" for way in ways))
        gateways = element("inclusiveGateway", "uit") + element("inclusiveGateway", "samen")
        return process(
            START, gateways, *(task(way) for way in ways), END, flows("begin>uit", "samen>einde"), split
        )

    case = play(diagram("a", "b")).start().do("a")
    assert "andere wegen samen" in refused(case, other(diagram("b", "c")))
    assert moves_to(case, other(diagram("a", "b", "c"))).do("b").ended


def test_what_was_done_is_undone_in_another_release_too_if_it_still_can_be() -> None:
    case = moves_to(play(undoing()).start().do("a"), other(undoing("z")), a="z")
    assert case.do("b").open == ["terug"]
    plain = process(START, task("a"), task("b"), END, flows("begin>a", "a>b", "b>einde"))
    assert moves_to(play(undoing()).start().do("a"), other(plain)).do("b").ended
    halfway = play(undoing()).start().do("a").do("b")
    # A step of which the undoing runs stays where it can be told.
    assert "terug" in refused(halfway, other(plain)).lower()


def test_a_failure_at_an_event_beside_the_flow_is_a_place_where_the_case_stands() -> None:
    mapping = extensions(
        "<zeebe:ioMapping><zeebe:output source='=assert(n, n > 5)' target='m'/></zeebe:ioMapping>"
    )

    def diagram(more: str) -> bytes:
        return process(START, task("a"), more, END, flows("begin>a", "a>einde"), more=SIGNAL)

    stands = element("boundaryEvent", "b", mapping + SIGNALLED, attachedToRef="a", cancelActivity="false")
    behind = element("endEvent", "e") + flows("b>e")
    case = play(diagram(stands + behind)).start()
    case.signal("Sein", n=1)
    assert [where for where, _ in case.incidents] == ["b"]
    assert "bestaat niet" in refused(case, other(diagram("")))


def test_a_task_for_nobody_in_the_other_release_is_a_reason_to_stay() -> None:
    new = changed(('candidateGroups="procesregisseur"', "candidateGroups='=weg'"))
    case = play(PHASES).start()
    [reason] = run.obstacles(case.definitions, new, case.step.state, {})
    assert "Niemand" in reason


def test_a_step_is_never_moved_to_a_part_of_one_or_away_from_what_waits_for_it() -> None:
    diagram = process(
        START, task("a"), task("b", inner=many("=[1]", "n")), END, flows("begin>a", "a>b", "b>einde")
    )
    case = play(diagram).start()
    for target in ("b [child]", "Start", "End", "proef.EndJoin", ""):
        with pytest.raises(Conflict):
            moved(case, "a", target)
    undo = play(undoing()).start().do("a").do("b")
    with pytest.raises(Conflict):
        moved(undo, "terug", "b")


def test_what_is_filled_in_for_a_skipped_step_goes_past_its_own_names() -> None:
    mapping = "<zeebe:ioMapping><zeebe:input source='=1' target='x'/></zeebe:ioMapping>"
    own = task("a").replace("<zeebe:userTask/>", "<zeebe:userTask/>" + mapping)
    case = play(process(START, own, task("b"), END, flows("begin>a", "a>b", "b>einde"))).start()
    case.step = run.skip(case.definitions, case.step.state, token(case, "a"), {"x": 5}, now=NOW)
    assert case["x"] == 5


def test_moving_and_skipping_anything_anywhere_never_loses_the_case() -> None:
    done = 0
    for seed in range(RUNS // 8):
        pair = Pair(RandomGraph(seed).whole(), seed)
        dice = random.Random(seed)
        for _ in range(12):
            if pair.step.ended or not pair.step.tokens:
                break
            one = dice.choice(pair.step.tokens)
            elements = list(pair.made.models["proef"].elements)
            try:
                if dice.random() < 0.5:
                    pair.step = run.skip(pair.made, pair.step.state, one.id, {"x": 1}, now=NOW)
                else:
                    to = dice.choice(elements)
                    pair.step = run.move(pair.made, pair.step.state, one.id, to, now=NOW)
                done += 1
            except Conflict:
                continue
            step = pair.step
            waits = (step.tasks, step.jobs, step.messages, step.signals, step.timers, step.incidents)
            assert step.ended or any(waits)
            # From bytes to bytes it stays what it is.
            again = run.fire(pair.made, step.state, now=NOW)
            assert (again.tasks, again.timers, again.incidents) == (step.tasks, step.timers, step.incidents)
    assert done > RUNS // 8


class Commuter(Pair):
    """Goes over to the other of two releases, in which everything has another name, whenever it likes."""

    def __init__(self, graph: Graph, seed: int) -> None:
        super().__init__(graph, seed)
        files = Drawing().file(graph)
        self.there = other(*(_renamed_all(content) for content in files))
        self.here = self.made
        self.names = {
            name: f"{name}_n"
            for model in self.here.models.values()
            for name in model.elements
            if f"{name}_n" in self.there.models[model.id].elements
        }

    def move(self, kind: str, what: Any) -> None:
        if self.dice.random() < 0.4:
            step = run.migrate(self.here, self.there, self.step.state, self.names, now=self.now)
            assert sorted(one.id for one in step.tasks) == sorted(one.id for one in self.step.tasks)
            assert {one.element_id for one in step.tasks} <= {*self.names.values(), *self.there.models}
            back = {new: old for old, new in self.names.items()}
            again = run.migrate(self.there, self.here, step.state, back, now=self.now)
            assert (again.tasks, again.timers, again.messages) == (
                self.step.tasks,
                self.step.timers,
                self.step.messages,
            )
            self.step = again
        super().move(kind, what)


def _renamed_all(content: bytes) -> bytes:
    kept = rb"proef|proces_\w+|b_bericht\w+|s_S\d|error_C\d|escalation_C\d|defs"
    names = rb"id|sourceRef|targetRef|attachedToRef|default|activityRef"
    return re.sub(rb"\b(" + names + rb')="(?!(?:' + kept + rb')")([^"]+)"', rb'\1="\2_n"', content)


def test_everything_goes_to_a_renamed_release_and_back_at_any_moment_and_nothing_else_happens() -> None:
    for seed in range(RUNS // 8):
        pair = Commuter(RandomGraph(seed).whole(), seed)
        try:
            pair.play()
        except BaseException as error:
            error.add_note(f"seed {seed}: {pair.told}")
            raise


def _renamed(content: bytes) -> bytes:
    """The same diagram with another id for every step."""
    kept = r"proef|proces_\w+|bericht_\w+|defs"
    pattern = r'\b(id|sourceRef|targetRef|attachedToRef|default)="(?!(?:' + kept + r')")([^"]+)"'
    return re.sub(pattern.encode(), rb'\1="\2_n"', content)


def test_going_back_and_forth_between_releases_changes_nothing_that_happens() -> None:
    for seed in range(RUNS // 8):
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
