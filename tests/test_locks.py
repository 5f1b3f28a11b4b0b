"""Others hold what somebody needs: a wait, or a plain answer; nothing acknowledged is lost."""

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.errors import Busy
from app.store.models import House
from app.store.session import db, reading, transaction
from tests import crowd
from tests.conftest import database_app
from tests.installation import Installation

HELD_SECONDS = float(os.environ.get("CASUSROUTE_LOCKED_SECONDS", "3"))
CASES = 4


@pytest.fixture
def app(any_url: str) -> Iterator[Flask]:
    app = database_app(any_url)
    with app.app_context():
        with transaction() as session:
            session.add(House(key="arnhem", name="Arnhem", number_prefix="ARN"))
        yield app
        db.session.remove()
        db.engine.dispose()


def wait_shortly(session: Session, milliseconds: int = 50) -> None:
    """On this connection, from now on."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"SET lock_timeout = {milliseconds}"))
    else:
        session.execute(text(f"PRAGMA busy_timeout = {milliseconds}"))


@pytest.fixture
def held(app: Flask) -> Iterator[threading.Event]:
    """The row of the house is being changed by somebody else, until this is set."""
    begun, release = threading.Event(), threading.Event()

    def hold() -> None:
        with app.app_context(), transaction() as session:
            session.execute(text("UPDATE house SET phone = '1'"))
            begun.set()
            release.wait(timeout=20)

    other = threading.Thread(target=hold)
    other.start()
    assert begun.wait(timeout=20)
    yield release
    release.set()
    other.join(timeout=20)


def test_who_waits_too_long_for_another_is_told_and_keeps_nothing(app: Flask, held: threading.Event):
    with reading() as session:
        wait_shortly(session)
        if session.get_bind().dialect.name == "postgresql":
            session.commit()
    with pytest.raises(Busy, match="te druk"), transaction() as session:
        session.execute(text("UPDATE house SET email = 'a@b.test'"))
    held.set()

    with transaction() as session:
        session.execute(text("UPDATE house SET name = 'Nieuw'"))

    with reading() as session:
        assert session.scalars(text("SELECT email FROM house")).all() == [""]


@pytest.mark.parametrize("wrong", ["SELECT * FROM niets", "SELEC"])
def test_an_error_that_is_no_lock_is_told_as_it_is(app: Flask, wrong: str):
    with pytest.raises(Exception, match=r"(?i)niets|selec") as caught, transaction() as session:
        session.execute(text(wrong))
    assert not isinstance(caught.value, Busy)


@pytest.mark.postgres
def test_nothing_on_postgresql_takes_for_ever(postgres_url: str):
    app = database_app(postgres_url)
    with app.app_context():
        with reading() as session:
            limits = {
                name: session.scalar(text(f"SHOW {name}"))
                for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
            }
            session.execute(text("SET statement_timeout = 50"))
            with pytest.raises(OperationalError):
                session.execute(text("SELECT pg_sleep(10)"))
        db.session.remove()
        db.engine.dispose()
    assert limits == {
        "statement_timeout": "30s",
        "lock_timeout": "8s",
        "idle_in_transaction_session_timeout": "1min",
    }


def test_a_locked_sqlite_loses_nothing_that_was_acknowledged(tmp_path: Path):
    """CASUSROUTE_LOCKED_SECONDS=12 holds it longer than anybody waits."""
    place = Installation(tmp_path)
    try:
        place.set_up()
        place.spawn("serve")
        place.spawn("worker")
        place.wait_until_up()
        crowd.start_cases(place.port, "vijf_rondes", CASES)
        stop = threading.Event()
        people = crowd.people(place.port, 3, stop)
        stop.wait(1)
        with closing(sqlite3.connect(tmp_path / "casusroute.db", isolation_level=None)) as lock:
            lock.execute("BEGIN EXCLUSIVE")
            stop.wait(HELD_SECONDS)
            lock.execute("COMMIT")
        with place.app():
            crowd.wait_until_ended(db.session())
            crowd.finish(stop, people)
            crowd.check_answers(db.session(), crowd.acknowledged(people))
        assert crowd.told(people).keys() <= {200, 303, 409, 503}
        assert sum(person.interrupted for person in people) == 0
        assert max(person.longest_seconds for person in people) > 1, "nobody met the lock"
    finally:
        place.stop()
