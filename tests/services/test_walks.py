"""One case followed through its diagram: every step and arrow it took; what can't be told is not guessed."""

import os
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from app.engine import run
from app.engine.step import EngineEvent, Step
from app.services import walks
from app.services.walks import Walk
from app.store.practice import Fact
from tests.engine.diagrams import (
    END,
    NOW,
    START,
    Play,
    boundary,
    element,
    ends,
    flows,
    load,
    many,
    phase,
    process,
    script,
    task,
    timer,
)
from tests.engine.random_processes import ALL, Block, Maker
from tests.engine.test_random import Driver

RANDOM = int(os.environ.get("CASUSROUTE_RANDOM", "120"))
"""So many random processes."""
TIMER = timer("timeDuration", "P1D")


@dataclass
class Followed(Play):
    """A case of which every fact is kept, those of people too."""

    facts: list[Fact] = field(default_factory=list)

    def _take(self, step: Step) -> Play:
        self.facts += [self._fact(event) for event in step.events]
        return super()._take(step)

    def _fact(self, event: EngineEvent) -> Fact:
        return Fact(1, event.kind, NOW, event.element_id, event.data.get("item"), "")

    def by_hand(self, kind: str, said: str = "") -> None:
        self.facts.append(Fact(1, kind, NOW, "", None, said))

    def token(self, element_id: str) -> str:
        return next(one.id for one in self.step.tokens if one.element_id == element_id)

    def move(self, origin: str, target: str) -> "Followed":
        self.by_hand("moved", target)
        self._take(run.move(self.definitions, self.step.state, self.token(origin), target, now=NOW))
        return self

    def skip(self, id: str) -> "Followed":
        self.by_hand("skipped_by_hand")
        self._take(run.skip(self.definitions, self.step.state, self.token(id), {}, now=NOW))
        return self

    @property
    def walk(self) -> Walk:
        course = [one for one in self.facts if one.kind != "decision"]
        return walks.walk(walks.plan(self.definitions.models["proef"]), course)


def follow(*parts: str) -> Followed:
    made, problems = load(process(*parts))
    assert problems == []
    assert made is not None
    return Followed(made)


def choices() -> Followed:
    return follow(
        START,
        task("a"),
        element("exclusiveGateway", "keuze", default="keuze_b"),
        task("b"),
        task("c"),
        ends("b", "c"),
        flows("begin>a", "a>keuze", "keuze>b", "keuze>c if x = 1", "keuze>a if x = 2"),
        flows("b>einde_b", "c>einde_c"),
    )


def test_every_step_and_arrow_is_counted_as_often_as_it_was_passed() -> None:
    case = choices()
    case.start().do("a", x=2).do("a", x=2).do("a", x=0).do("b")

    walk = case.walk
    assert walk.taken == {"begin_a": 1, "a_keuze": 3, "keuze_a": 2, "keuze_b": 1, "b_einde_b": 1}
    assert walk.done == {"begin": 1, "a": 3, "keuze": 3, "b": 1, "einde_b": 1}
    assert walk.came == walk.done
    assert (walk.runs, walk.by_hand, walk.beside, walk.unclear) == (1, False, Counter(), Counter())


def test_a_step_that_is_moved_skipped_or_done_over_by_hand_takes_no_arrow_to_get_there() -> None:
    case = choices()
    case.start().do("a", x=1)
    case.move("c", "b").move("b", "a").do("a", x=1)
    case.skip("c")

    walk = case.walk
    assert walk.moved == {("c", "b", False): 1, ("b", "a", True): 1}
    assert walk.skipped == {"c": 1}
    assert walk.done == {"begin": 1, "a": 2, "keuze": 2, "einde_c": 1}, "what was skipped was not done"
    assert walk.taken == {"begin_a": 1, "a_keuze": 2, "keuze_c": 2, "c_einde_c": 1}
    assert walk.beside == Counter()


def test_where_a_case_was_called_off_is_told_at_the_step_and_not_at_the_phase_around_it() -> None:
    case = follow(START, phase("fase", task("a"), task("b")), END, flows("begin>fase", "fase>einde"))
    case.start().do("a")
    case.by_hand("case_cancelled")
    case._take(run.cancel(case.definitions, case.step.state, now=NOW))

    assert case.walk.stopped == {"b": 1}
    assert case.walk.came["fase"] == 1
    assert case.walk.done["fase"] == 0


def test_what_runs_at_once_and_joins_is_exact_whoever_is_first() -> None:
    case = follow(
        START,
        element("parallelGateway", "uit"),
        *(task("a"), task("b"), task("c")),
        element("parallelGateway", "samen"),
        END,
        flows("begin>uit", "uit>a", "uit>b", "a>c", "c>samen", "b>samen", "samen>einde"),
    )
    case.start().do("b").do("a").do("c")

    assert set(case.walk.taken.values()) == {1}
    assert len(case.walk.taken) == 7
    assert case.walk.came["samen"] == 2
    assert case.walk.done["samen"] == 1


def test_a_list_of_many_is_one_time_and_an_empty_list_is_passed_over() -> None:
    def case(items: list[int]) -> Followed:
        made = follow(
            START,
            task("a"),
            task("elk", inner=many("=lijst", "een")),
            END,
            flows("begin>a", "a>elk", "elk>einde"),
        )
        made.start(lijst=items).do("a")
        for _ in items:
            made.do("elk")
        return made

    for items, times in (([1, 2, 3], 1), ([], 0)):
        walk = case(items).walk
        assert walk.taken == {"begin_a": 1, "a_elk": 1, "elk_einde": 1}
        assert (walk.came["elk"], walk.done["elk"]) == (times, times)


def test_an_empty_list_beside_what_goes_on_at_once_is_passed_over_too() -> None:
    for first, second in (("reken", "elk"), ("elk", "reken")):
        case = follow(
            START,
            element("parallelGateway", "uit"),
            script("reken", "=1", "y"),
            task("elk", inner=many("=[]", "een")),
            element("parallelGateway", "samen"),
            END,
            flows("begin>uit", f"uit>{first}", f"uit>{second}", "reken>samen", "elk>samen", "samen>einde"),
        )
        case.start()

        assert case.ended
        assert set(case.walk.taken.values()) == {1}
        assert len(case.walk.taken) == 6
        assert case.walk.beside == case.walk.unclear == Counter()


def test_a_list_that_was_done_is_no_way_to_get_somewhere_again() -> None:
    case = follow(
        START,
        task("elk", inner=many("=[1]", "een")),
        element("exclusiveGateway", "samen"),
        task("a"),
        element("exclusiveGateway", "keuze", default="keuze_einde"),
        task("leeg", inner=many("=[]", "een")),
        END,
        flows(
            "begin>elk", "elk>samen", "samen>a", "a>keuze", "keuze>einde", "keuze>leeg if x = 1", "leeg>samen"
        ),
    )
    case.start().do("elk").do("a", x=1).do("a", x=0)

    assert case.walk.taken["keuze_leeg"] == case.walk.taken["leeg_samen"] == case.walk.taken["elk_samen"] == 1
    assert case.walk.unclear == Counter()


def test_where_two_empty_lists_lead_to_one_place_it_is_said_that_it_cannot_be_told() -> None:
    case = follow(
        START,
        task("a"),
        element("exclusiveGateway", "keuze", default="keuze_x"),
        task("x", inner=many("=[]", "een")),
        task("y", inner=many("=[]", "een")),
        END,
        flows("begin>a", "a>keuze", "keuze>x", "keuze>y if z = 1", "x>einde", "y>einde"),
    )
    case.start().do("a", z=1)

    assert case.walk.unclear == {"einde": 1}
    assert case.walk.taken == {"begin_a": 1, "a_keuze": 1}
    assert case.walk.beside == Counter()


@pytest.mark.parametrize("interrupting", [True, False])
def test_a_term_that_passes_is_counted_and_what_follows_it_too(interrupting: bool) -> None:
    case = follow(
        START,
        task("a"),
        boundary("term", "a", TIMER, interrupting=interrupting),
        task("laat"),
        ends("a", "laat"),
        flows("begin>a", "a>einde_a", "term>laat", "laat>einde_laat"),
    )
    case.start()
    case.wait_until(NOW + timedelta(days=2))
    case.do("laat")

    assert case.walk.came["term"] == case.walk.done["term"] == 1
    assert case.walk.taken == {"begin_a": 1, "term_laat": 1, "laat_einde_laat": 1}
    assert case.walk.done["a"] == 0


def test_behind_a_gateway_that_waits_only_what_came_first_was_taken() -> None:
    case = follow(
        START,
        element("eventBasedGateway", "eerst"),
        element("intermediateCatchEvent", "kort", TIMER),
        element("intermediateCatchEvent", "lang", timer("timeDuration", "P9D")),
        ends("kort", "lang"),
        flows("begin>eerst", "eerst>kort", "eerst>lang", "kort>einde_kort", "lang>einde_lang"),
    )
    case.start()
    case.wait_until(NOW + timedelta(days=2))

    assert case.walk.taken == {"begin_eerst": 1, "eerst_kort": 1, "kort_einde_kort": 1}
    assert (case.walk.came["kort"], case.walk.came["lang"]) == (1, 0)


def test_a_step_that_is_tried_again_came_there_once() -> None:
    case = follow(START, task("a", groups="=groep"), END, flows("begin>a", "a>einde"))
    case.start()
    assert case.incidents
    case._take(run.change_variables(case.definitions, case.step.state, {"groep": "procesregisseur"}, now=NOW))
    case.by_hand("retried", "a")
    case.retry()
    case.do("a")

    assert [kind for kind, id in case.events if id == "a"].count("entered") == 2
    assert case.walk.came == {"begin": 1, "a": 1, "einde": 1}
    assert case.walk.taken == {"begin_a": 1, "a_einde": 1}


class Recorded(Driver):
    """A random process that is played at random, with all that happened in it."""

    def __init__(self, block: Block, seed: int) -> None:
        self.events: list[EngineEvent] = []
        super().__init__(block, seed)

    def take(self, step: Step) -> None:
        self.events += step.events
        super().take(step)


def test_in_any_process_what_goes_into_an_element_came_there_and_what_was_left_went_on() -> None:
    looked = 0
    for seed in range(RANDOM):
        played = Recorded(Maker(seed, ALL).whole(), seed)
        played.play()
        if not played.step.ended:
            continue
        for drawn in played.definitions.models.values():
            own = [one for one in played.events if one.process_id == drawn.id]
            facts = [Fact(1, one.kind, NOW, one.element_id, one.data.get("item"), "") for one in own]
            walk = walks.walk(walks.plan(drawn), facts)
            assert not walk.beside, (seed, walk.beside)
            looked += len(walk.came)
            for one in drawn.elements.values():
                if one.id in walk.unclear or one.loop is not None:
                    continue
                came = sum(walk.taken[flow.id] for flow in one.incoming)
                assert not one.incoming or came == walk.came[one.id], (seed, one.id)
                if {flow.target for flow in one.outgoing} & set(walk.unclear):
                    continue
                went = [walk.taken[flow.id] for flow in one.outgoing]
                if one.type in ("exclusiveGateway", "eventBasedGateway"):
                    assert sum(went) == walk.done[one.id], (seed, one.id)
                elif one.type != "inclusiveGateway":
                    assert went == [walk.done[one.id]] * len(went), (seed, one.id)
    assert looked > RANDOM
