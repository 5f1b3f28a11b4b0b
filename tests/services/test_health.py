"""The health of the installation: who works, what waits, and what is known of the back-up."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.services import changes, health, metrics
from app.store.models import Incident, Job
from tests.services import region
from tests.services.region import NOW

MINUTE = timedelta(minutes=1)


@pytest.fixture
def session(any_session: Session) -> Session:
    region.settle(any_session)
    return any_session


def job(session: Session, kind: str, due_after: timedelta, *, parked: bool = False) -> None:
    case = region.case(session)
    place = {"engine_id": "1", "process_id": "tien_taken", "element_id": "x"}
    session.add(
        Job(
            case_key=case.key,
            kind=kind,
            due_at=NOW + due_after,
            payload={},
            attempts=0,
            parked=parked,
            **place,
        )
    )
    session.flush()


def test_work_is_counted_by_kind_as_due_late_and_parked(session: Session) -> None:
    job(session, "mail", -10 * MINUTE)
    job(session, "mail", -MINUTE)
    job(session, "timer", -MINUTE, parked=True)
    job(session, "timer", MINUTE)

    work = health.work(session, now=NOW)

    assert [(one.kind, one.due, one.late, one.parked) for one in work.queues] == [
        ("mail", 2, 1, 0),
        ("timer", 0, 0, 1),
    ]
    assert (work.due, work.late, work.parked) == (2, 1, 1)
    assert work.oldest_due == NOW - 10 * MINUTE


def test_a_worker_is_alive_until_it_says_nothing_for_a_minute(session: Session) -> None:
    health.beat(session, "a-1", started=NOW, now=NOW)
    health.beat(session, "a-1", started=NOW, now=NOW + MINUTE)
    health.beat(session, "b-2", started=NOW, now=NOW)

    found = health.health(session, now=NOW + 1.5 * MINUTE)

    assert [(one.name, alive) for one, alive in found.workers] == [("a-1", True), ("b-2", False)]
    assert found.work.alive == 1


def test_a_worker_that_stops_or_went_long_ago_is_forgotten(session: Session) -> None:
    health.beat(session, "weg", started=NOW, now=NOW)
    health.beat(session, "klaar", started=NOW, now=NOW + timedelta(days=8))
    assert [one.name for one, _ in health.health(session, now=NOW).workers] == ["klaar"]

    health.farewell(session, "klaar")

    assert health.health(session, now=NOW).workers == ()


def test_cases_terms_and_incidents_are_counted(session: Session) -> None:
    case = region.case(session)
    changes.suspend(session, region.case(session), why="op verzoek", by=None, now=NOW)
    task = region.open_task(session, case)
    task.due_at = task.sort_due_at = NOW - MINUTE
    place = {"process_id": "tien_taken", "element_id": "x", "message": "mis"}
    session.add(Incident(case_key=case.key, opened_at=NOW, **place))
    session.flush()

    found = health.health(session, now=NOW)

    assert (found.running, found.suspended, found.overdue, found.incidents) == (1, 1, 1, 1)


def test_a_back_up_is_unknown_until_somebody_told_of_one(session: Session) -> None:
    assert health.last_back_up(session) is None

    health.note_back_up(session, now=NOW)
    health.note_back_up(session, now=NOW + MINUTE)

    assert health.last_back_up(session) == NOW + MINUTE


def test_the_database_says_what_it_is(session: Session) -> None:
    kind, version, revision = health.health(session, now=NOW).database

    assert kind in ("sqlite", "postgresql")
    assert version[0].isdigit()
    assert revision


def test_prometheus_reads_every_line(session: Session) -> None:
    job(session, 'vreemd"\n', -10 * MINUTE)

    lines = metrics.text(health.health(session, now=NOW), now=NOW).splitlines()

    assert 'casusroute_jobs_late{kind="vreemd\\"\\n"} 1' in lines
    assert "casusroute_job_oldest_due_seconds 600" in lines
    names = [line.split()[2] for line in lines if line.startswith("# TYPE")]
    assert len(names) == len(set(names))
    for line in lines:
        assert line.startswith(("# HELP casusroute_", "# TYPE casusroute_", *names))
