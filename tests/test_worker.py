"""The worker's loop: it runs what is due, outlives a database that fails, and stops when it is told to."""

import logging
import os
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app import clock, worker
from app.services import health, job_types, jobs
from app.store import session as store_session
from app.store.models import Job, Token, Worker
from app.store.session import db, reading, transaction
from tests.conftest import database_app
from tests.engine.diagrams import element, extensions, flows, process, task
from tests.services import region
from tests.services.region import NOW

SENDING = (
    '<zeebe:taskDefinition type="mail"/><zeebe:ioMapping>'
    '<zeebe:input source="wie@voorbeeld.test" target="aan"/><zeebe:input source="Vraag" target="onderwerp"/>'
    "</zeebe:ioMapping>"
)
POSTING = process(
    element("startEvent", "begin", extensions('<zeebe:formDefinition formId="klein"/>')),
    element("sendTask", "stuur", extensions(SENDING), name="Mail sturen"),
    task("a"),
    element("endEvent", "einde"),
    flows("begin>stuur", "stuur>a", "a>einde"),
    id="posten",
)


@pytest.fixture
def app(sqlite_url: str) -> Iterator[Flask]:
    app = database_app(sqlite_url)
    with app.app_context(), transaction() as session:
        region.settle(session)
    yield app
    with app.app_context():
        db.engine.dispose()


def elements(app: Flask) -> set[str]:
    with app.app_context(), reading() as session:
        return set(session.scalars(select(Token.element_id)))


def run_until(app: Flask, done: threading.Event, stop: threading.Event) -> None:
    """A worker in a thread, until `done` or ten seconds."""
    thread = threading.Thread(
        target=worker.run, args=(app.app_context,), kwargs={"stop": stop, "idle_seconds": 0.01}
    )
    thread.start()
    assert done.wait(timeout=10)
    stop.set()
    thread.join(timeout=10)
    assert not thread.is_alive()


@pytest.fixture
def idle(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Set as soon as the worker finds nothing due."""
    found = threading.Event()
    whole = jobs.next_due

    def look(session: Session) -> datetime | None:
        due = whole(session)
        if due is None or due > clock.now():
            found.set()
        return due

    monkeypatch.setattr(jobs, "next_due", look)
    return found


def test_the_worker_runs_all_that_is_due(app: Flask, idle: threading.Event) -> None:
    with app.app_context(), transaction() as session:
        region.case(session, "vijf_rondes", now=clock.now())
        region.case(session, "termijnen", huis="arnhem", now=clock.now() - timedelta(days=2))

    run_until(app, idle, threading.Event())

    assert "wacht" not in elements(app)
    assert {"links", "rechts", "beoordelen"} <= elements(app)
    with app.app_context(), reading() as session:
        due = session.scalars(select(Job.due_at)).all()
        assert all(moment > clock.now() for moment in due)


def test_the_worker_outlives_a_database_that_fails(
    app: Flask, idle: threading.Event, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    failures = [OperationalError("select", {"naam": "Jansen"}, Exception("gone")) for _ in range(2)]
    whole = jobs.take

    def fail_first(*given: object, **named: object) -> bool:
        if failures:
            raise failures.pop()
        return whole(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(jobs, "take", fail_first)
    with app.app_context(), transaction() as session:
        region.case(session, "vijf_rondes", now=clock.now())

    with caplog.at_level(logging.INFO):
        run_until(app, idle, threading.Event())

    assert "wacht" not in elements(app)
    failed = [record for record in caplog.records if record.message == "worker round failed"]
    assert [getattr(record, "error", None) for record in failed] == ["OperationalError"] * 2
    assert "Jansen" not in caplog.text


def test_what_was_done_outside_is_told_when_the_database_can_be_reached_again(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_session, "BUSY_MS", 50)
    monkeypatch.setattr(worker, "AGAIN_SECONDS", 0.05)
    sent: list[str] = []
    other = sqlite3.connect(
        sqlite_url.removeprefix("sqlite:///"), isolation_level=None, check_same_thread=False
    )

    def send(variables: Mapping[str, Any], *, key: str) -> Mapping[str, Any]:
        """The mail goes out, and just then somebody else holds the database."""
        sent.append(key)
        other.execute("BEGIN IMMEDIATE")
        threading.Timer(0.4, other.execute, args=("COMMIT",)).start()
        return {}

    monkeypatch.setattr(job_types, "EXTERNAL", {"mail": send})
    app = database_app(sqlite_url)
    with app.app_context():
        with transaction() as session:
            region.settle(session)
            region.publish(session, {"posten.bpmn": POSTING})
            region.case(session, "posten", huis="arnhem", now=clock.now())

        assert worker.run_one(now=clock.now())

        assert elements(app) == {"a"}
        assert len(sent) == 1
        db.engine.dispose()
    other.close()


def test_a_signal_stops_the_worker_between_jobs() -> None:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        stop = worker.stop_on_signals()
        assert not stop.is_set()
        os.kill(os.getpid(), signal.SIGTERM)
        assert stop.wait(timeout=5)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def test_a_worker_says_that_it_is_there_while_it_works_and_that_it_goes(
    app: Flask, idle: threading.Event
) -> None:
    stop = threading.Event()
    thread = threading.Thread(
        target=worker.run, args=(app.app_context,), kwargs={"stop": stop, "idle_seconds": 0.01}
    )
    thread.start()
    assert idle.wait(timeout=10)
    until = time.monotonic() + 10
    while not (seen := workers(app)) and time.monotonic() < until:
        time.sleep(0.01)
    stop.set()
    thread.join(timeout=10)

    assert seen == [health.worker_name()]
    assert workers(app) == []


def test_a_worker_says_no_more_often_than_it_should_that_it_is_there(app: Flask) -> None:
    heart = worker.Heart("een", clock.now())
    with app.app_context():
        for seconds in (0, 5, 14, 15, 29):
            heart.beat(NOW + timedelta(seconds=seconds))

        with reading() as session:
            assert session.scalars(select(Worker.seen_at)).one() == NOW + timedelta(seconds=15)


def workers(app: Flask) -> list[str]:
    with app.app_context(), reading() as session:
        return list(session.scalars(select(Worker.name)))


def test_a_stopped_worker_starts_nothing_new(app: Flask) -> None:
    with app.app_context(), transaction() as session:
        region.case(session, "vijf_rondes", now=clock.now())
    stop = threading.Event()
    stop.set()

    worker.run(app.app_context, stop=stop)

    assert "wacht" in elements(app)


def test_it_waits_no_longer_than_until_the_next_job() -> None:
    now = clock.now()
    for due, seconds in ((None, 1.0), (now + timedelta(hours=1), 1.0), (now - timedelta(hours=1), 0.05)):
        assert worker.seconds_until(due, now, idle_seconds=1.0) == seconds
    assert worker.seconds_until(now + timedelta(seconds=0.5), now, idle_seconds=1.0) == 0.5
