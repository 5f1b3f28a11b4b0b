"""Timers, reminders and escalations: what the worker does with a case, and what happens when it fails."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Conflict, EngineError
from app.services import cases, changes, inbox, job_types, jobs
from app.store.models import Case, Event, Job, UserTask
from tests.services import region
from tests.services.region import NOW

DAY = timedelta(days=1)


@pytest.fixture
def session(any_session: Session) -> Session:
    region.settle(any_session)
    return any_session


def run_all(session: Session, now: datetime) -> int:
    """How many jobs ran until nothing was due any more."""
    done = 0
    while jobs.run_due(session, now=now):
        done += 1
        assert done < 50
    return done


def kinds(session: Session, case: Case) -> list[str]:
    return list(session.scalars(select(Event.kind).where(Event.case_key == case.key).order_by(Event.key)))


def test_nothing_runs_before_its_time(session: Session):
    region.case(session, "termijnen", huis="arnhem")

    assert jobs.run_due(session, now=NOW + DAY - timedelta(seconds=1)) is False
    assert jobs.next_due(session) == NOW + DAY


def test_a_reminder_marks_the_task_and_never_loses_it(session: Session):
    petra = region.person(session)
    case = region.case(session, "termijnen", by=petra, huis="arnhem")
    task = region.open_task(session, case)
    inbox.claim(session, task, by=petra, now=NOW)
    inbox.save_draft(session, task, {"onderwerp": ["half"]}, by=petra, now=NOW)

    assert run_all(session, NOW + DAY) == 2

    assert (task.state, task.reminded_at) == ("open", NOW + DAY)
    assert (task.assignee_key, task.draft) == (petra.key, {"onderwerp": ["half"]})
    lines = [entry.text for entry in cases.timeline(session, case)]
    assert "De termijn ‘Na een dag’ is verstreken." in lines
    assert "Herinnering gestuurd aan Petra: ‘Beoordelen’." in lines
    inbox.complete(session, task.id, {}, by=petra, now=NOW + DAY)


def test_an_escalation_raises_the_priority_and_lets_another_role_help(session: Session):
    lotte = region.person(session, "lotte", roles=[("locatiemanager", "arnhem")])
    case = region.case(session, "termijnen", huis="arnhem")
    task = region.open_task(session, case)

    run_all(session, NOW + 3 * DAY)
    session.expire_all()

    assert (task.priority, task.sort_priority) == (90, 10)
    assert set(task.groups) == {"locatiemanager", "procesregisseur"}
    assert inbox.may_do(task, lotte)
    assert "escalated" in kinds(session, case)
    inbox.complete(session, task.id, {}, by=lotte, now=NOW + 3 * DAY)


def test_a_reminder_leaves_the_tasks_of_other_cases_alone(session: Session):
    late = region.case(session, "termijnen", huis="arnhem")
    fresh = region.case(session, "termijnen", huis="arnhem", now=NOW + DAY)

    run_all(session, NOW + DAY)

    assert region.open_task(session, late).reminded_at is not None
    assert region.open_task(session, fresh).reminded_at is None


def asked(session: Session, case: Case) -> dict[str, UserTask]:
    """The tasks of the partners, open or not, by organisation."""
    query = select(UserTask).where(UserTask.case_key == case.key, UserTask.element_id == "antwoorden")
    return {task.groups[0].removeprefix("organisatie:"): task for task in session.scalars(query)}


def test_of_two_partners_only_the_one_that_is_late_is_reminded(session: Session):
    case = region.case(session, "partners", gevraagd=["politie", "halt"])

    run_all(session, NOW + DAY)

    tasks = asked(session, case)
    assert (tasks["politie"].reminded_at, tasks["halt"].reminded_at) == (NOW + DAY, None)
    lines = [entry.text for entry in cases.timeline(session, case)]
    assert "Herinnering gestuurd aan Politie: ‘Antwoorden’." in lines


def test_a_partner_who_does_not_answer_does_not_hold_the_case_up(session: Session):
    case = region.case(session, "partners", gevraagd=["politie", "halt"])
    pol, hans = region.partner(session), region.partner(session, "hans", "halt")
    inbox.complete(session, asked(session, case)["politie"].id, {}, by=pol, now=NOW)

    run_all(session, NOW + 5 * DAY)

    silent = asked(session, case)["halt"]
    assert (silent.state, region.open_task(session, case).element_id) == ("cancelled", "verder")
    with pytest.raises(Conflict, match="vervallen op 28 november 2026"):
        inbox.complete(session, silent.id, {}, by=hans, now=NOW + 6 * DAY)
    lines = [entry.text for entry in cases.timeline(session, case)]
    assert any(line.startswith("De taak ‘Antwoorden’ is vervallen") for line in lines)
    assert session.scalars(select(Job)).all() == []


def test_the_jobs_of_a_task_go_with_it(session: Session):
    petra = region.person(session)
    case = region.case(session, "termijnen", by=petra, huis="arnhem")
    inbox.complete(session, region.open_task(session, case).id, {}, by=petra, now=NOW)

    assert run_all(session, NOW + 10 * DAY) == 0
    assert jobs.next_due(session) is None


def test_two_parallel_tasks_and_a_timer_go_on_when_the_timer_has_fired(session: Session):
    case = region.case(session, "vijf_rondes")

    assert run_all(session, NOW) == 1

    open_tasks = session.scalars(select(UserTask).where(UserTask.state == "open")).all()
    assert sorted(task.element_id for task in open_tasks) == ["links", "rechts"]
    assert "wacht" not in {token.element_id for token in cases.tokens(session, case)}


class Stuck(Exception):
    pass


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> dict[str, Exception | None]:
    """Reminders that write something and then fail, as long as `error` is set."""
    state: dict[str, Exception | None] = {"error": Stuck("naam van een kind")}
    whole = job_types.REGISTRY["herinner"]

    def fail(work: job_types.Work) -> Mapping[str, Any]:
        answer = whole(work)
        if state["error"] is not None:
            work.session.flush()
            raise state["error"]
        return answer

    monkeypatch.setattr(job_types, "REGISTRY", {**job_types.REGISTRY, "herinner": fail})
    return state


def fail_until_parked(session: Session) -> tuple[Job, list[datetime]]:
    now, tried = NOW + DAY, []
    jobs.run_due(session, now=now)
    job = session.scalars(select(Job).where(Job.kind == "herinner")).one()
    while not job.parked:
        now = job.due_at
        tried.append(now)
        assert jobs.run_due(session, now=now)
    return job, tried


def test_a_job_that_fails_keeps_nothing_and_is_tried_later_and_later(
    session: Session, broken: dict[str, Any]
):
    case = region.case(session, "termijnen", huis="arnhem")
    job, tried = fail_until_parked(session)

    waits = [later - earlier for earlier, later in pairwise(tried)]
    assert waits == [timedelta(seconds=seconds) for seconds in (10, 40, 160, 640)]
    assert job.attempts == 5
    assert region.open_task(session, case).reminded_at is None
    assert "reminded" not in kinds(session, case)


def test_a_job_that_keeps_failing_becomes_an_incident_without_names(session: Session, broken: dict[str, Any]):
    case = region.case(session, "termijnen", huis="arnhem")
    fail_until_parked(session)

    (incident,) = jobs.open_incidents(session)
    assert (incident.case_key, incident.element_id) == (case.key, "herinneren")
    assert incident.message == "Er ging iets onverwachts mis."
    assert jobs.run_due(session, now=NOW + 2 * DAY) is False
    assert any("storing" in entry.text for entry in cases.timeline(session, case))


def test_our_own_error_is_told_in_its_own_words(session: Session, broken: dict[str, Any]):
    broken["error"] = EngineError("De taak bestaat niet.")
    region.case(session, "termijnen", huis="arnhem")
    fail_until_parked(session)

    assert jobs.open_incidents(session)[0].message == "De taak bestaat niet."


def test_an_incident_is_tried_again_by_a_person(session: Session, broken: dict[str, Any]):
    petra = region.person(session)
    case = region.case(session, "termijnen", by=petra, huis="arnhem")
    _, tried = fail_until_parked(session)
    (incident,) = jobs.open_incidents(session, case_key=case.key)
    broken["error"] = None

    changes.retry(session, incident, by=petra, now=tried[-1])
    assert jobs.run_due(session, now=tried[-1])

    assert region.open_task(session, case).reminded_at == tried[-1]
    assert (incident.resolved_by, jobs.open_incidents(session)) == (petra.key, [])
    with pytest.raises(Conflict, match="al opgelost"):
        changes.retry(session, incident, by=petra, now=tried[-1])


def test_work_of_a_suspended_case_is_not_tried_again_until_it_goes_on(
    session: Session, broken: dict[str, Any]
):
    karin = region.ketenmanager(session)
    case = region.case(session, "termijnen", huis="arnhem")
    job, tried = fail_until_parked(session)
    (incident,) = jobs.open_incidents(session)
    broken["error"] = None
    changes.suspend(session, case, why="overleg met de rechter", by=karin, now=tried[-1])

    with pytest.raises(Conflict, match="opgeschort"):
        changes.retry(session, incident, by=karin, now=tried[-1])

    assert (job.parked, incident.resolved_at) == (True, None)
    changes.resume(session, case, by=karin, now=tried[-1])
    changes.retry(session, incident, by=karin, now=tried[-1])
    assert jobs.run_due(session, now=tried[-1])
    assert region.open_task(session, case).reminded_at == tried[-1]


def test_one_case_that_fails_does_not_keep_the_others(session: Session, broken: dict[str, Any]):
    region.case(session, "termijnen", huis="arnhem")
    other = region.case(session, "vijf_rondes", now=NOW + DAY)

    jobs.run_due(session, now=NOW + DAY)
    jobs.run_due(session, now=NOW + DAY)
    jobs.run_due(session, now=NOW + DAY)

    assert "wacht" not in {token.element_id for token in cases.tokens(session, other)}


def test_work_that_nothing_can_do_says_so(session: Session):
    case = region.case(session, "termijnen", huis="arnhem")
    job = Job(case_key=case.key, kind="toveren", engine_id="0", process_id="p", element_id="e", payload={})

    with pytest.raises(EngineError, match="toveren"):
        job_types.run_job(job_types.Work(session, case, job, NOW))


def test_a_reminder_without_a_task_in_its_headers_says_what_is_missing(session: Session):
    case = region.case(session, "termijnen", huis="arnhem")
    job = Job(case_key=case.key, kind="herinner", engine_id="0", process_id="p", element_id="e", payload={})

    with pytest.raises(EngineError, match="header 'taak'"):
        job_types.run_job(job_types.Work(session, case, job, NOW))
