"""The differences between the rows of a case and the engine's answer."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.step import Before, OpenJob, OpenTask, OpenTimer, Step
from app.engine.step import Token as EngineToken
from app.services.step_plan import Rows, plan
from app.store.models import Job, UserTask

NOW = datetime(2026, 11, 23, 9, 31, tzinfo=UTC)
LATER = NOW + timedelta(days=5)


FIELDS = ("tasks", "timers", "jobs", "messages", "signals", "incidents", "thrown", "tokens", "events")


def open_task(id: str, **changes: Any) -> OpenTask:
    given = {
        "id": id,
        "process_id": "proces",
        "element_id": f"element_{id}",
        "name": "Taak",
        "path": (),
        "scope_id": "0",
        "lane": None,
        "form_id": None,
        "candidate_groups": ("procesregisseur",),
        "candidate_users": (),
        "assignee": None,
        "due_at": None,
        "follow_up_at": None,
        "priority": 50,
        "documentation": "",
    }
    return OpenTask(**{**given, **changes})


def token(id: str) -> EngineToken:
    return EngineToken(id, "proces", f"element_{id}", "Taak", "userTask", ())


def timer(id: str, due_at: datetime = LATER) -> OpenTimer:
    return OpenTimer(id, "proces", f"element_{id}", (), due_at)


def job(id: str) -> OpenJob:
    return OpenJob(
        id, "proces", f"element_{id}", (), "7", "herinner", {"taak": "x"}, None, {"geheim": "naam"}
    )


def step(**changes: Any) -> Step:
    empty: dict[str, Any] = dict.fromkeys(FIELDS, ())
    return Step(**{"state": b"", "variables": {}, "ended": False, **empty, **changes})


def task_row(id: str) -> UserTask:
    return UserTask(engine_id=id, state="open")


def job_row(id: str, due_at: datetime = LATER) -> Job:
    return Job(kind="timer", engine_id=id, payload={"due_at": due_at.isoformat()}, due_at=due_at)


def test_what_is_new_is_opened_and_what_no_longer_waits_is_closed():
    stays, goes = task_row("1"), task_row("2")

    differences = plan(Rows(tasks=[stays, goes]), step(tasks=(open_task("1"), open_task("3"))), now=NOW)

    assert [task.id for task in differences.open_tasks] == ["3"]
    assert differences.close_tasks == (goes,)


def test_tokens_come_and_go_and_those_that_stay_keep_their_row():
    stays, goes = token("1"), token("2")

    differences = plan(Rows(), step(tokens=(stays, token("3")), before=Before((stays, goes))), now=NOW)

    assert [added.id for added in differences.add_tokens] == ["3"]
    assert differences.drop_tokens == (goes,)


def test_a_timer_becomes_a_job_that_is_due_when_the_timer_is():
    differences = plan(Rows(), step(timers=(timer("4"),)), now=NOW)

    (added,) = differences.add_jobs
    assert (added.kind, added.engine_id, added.due_at) == ("timer", "4", LATER)


def test_a_service_task_becomes_a_job_that_is_due_now_and_keeps_no_variables():
    differences = plan(Rows(), step(jobs=(job("5"),)), now=NOW)

    (added,) = differences.add_jobs
    assert (added.kind, added.due_at) == ("herinner", NOW)
    assert added.payload == {"scope_id": "7", "path": [], "headers": {"taak": "x"}}


def test_a_timer_that_repeats_under_one_id_moves_its_job():
    row = job_row("4", due_at=NOW)

    differences = plan(Rows(jobs=[row]), step(timers=(timer("4", LATER),)), now=NOW)

    ((moved, wanted),) = differences.move_jobs
    assert moved is row
    assert wanted.due_at == LATER


def test_a_timer_that_waits_for_its_next_attempt_is_left_alone():
    row = job_row("4", due_at=NOW)
    row.due_at = NOW + timedelta(minutes=1)

    differences = plan(Rows(jobs=[row]), step(timers=(timer("4", NOW),)), now=NOW)

    assert (differences.add_jobs, differences.move_jobs, differences.drop_jobs) == ((), (), ())


def test_a_job_that_the_engine_no_longer_wants_is_dropped():
    row = job_row("4")

    assert plan(Rows(jobs=[row]), step(), now=NOW).drop_jobs == (row,)


IDS = st.sets(st.integers(0, 6).map(str))


@settings(max_examples=60)
@given(before=IDS, after=IDS)
def test_after_the_plan_the_rows_say_what_the_step_says(before: set[str], after: set[str]):
    rows = Rows(
        tasks=[task_row(id) for id in before],
        jobs=[job_row(id) for id in before],
    )
    answer = step(
        tasks=tuple(map(open_task, after)),
        tokens=tuple(map(token, after)),
        timers=tuple(map(timer, after)),
        before=Before(tuple(map(token, before))),
    )

    differences = plan(rows, answer, now=NOW)

    closed = {task.engine_id for task in differences.close_tasks}
    dropped_tokens = {gone.id for gone in differences.drop_tokens}
    dropped_jobs = {row.engine_id for row in differences.drop_jobs}
    assert before - closed | {task.id for task in differences.open_tasks} == after
    assert before - dropped_tokens | {added.id for added in differences.add_tokens} == after
    assert before - dropped_jobs | {added.engine_id for added in differences.add_jobs} == after


def test_a_step_that_changes_nothing_plans_nothing():
    rows = Rows(tasks=[task_row("1")], jobs=[job_row("1")])
    answer = step(
        tasks=(open_task("1"),),
        tokens=(token("1"),),
        timers=(timer("1"),),
        before=Before((token("1"),)),
    )

    differences = plan(rows, answer, now=NOW)

    assert not any(getattr(differences, name) for name in differences.__slots__)
