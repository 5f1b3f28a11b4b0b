"""Timers: rounds, days on the clock of the Netherlands, and values that are none."""

from datetime import UTC, datetime, timedelta

import pytest

from app.engine import run
from tests.engine.diagrams import (
    END,
    NOW,
    START,
    Play,
    boundary,
    element,
    ends,
    flows,
    play,
    process,
    task,
    timer,
)

HOUR = timedelta(hours=1)


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
