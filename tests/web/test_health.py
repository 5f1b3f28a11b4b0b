"""/gezondheid: for who watches over the installation."""

from datetime import timedelta

from flask import Flask
from sqlalchemy.exc import OperationalError

from app import clock
from app.services import jobs
from app.store.models import Case, Instance, Job
from app.store.session import db


def test_it_is_well(visit):
    answer = visit().get("/gezondheid")

    assert answer.status_code == 200
    assert answer.json == {"status": "goed", "achtergrondwerk": "goed"}


def test_work_that_is_not_done_is_told(app: Flask, visit):
    number = visit("petra").start()
    with app.app_context():
        case = db.session.query(Case).filter_by(number=number).one()
        assert db.session.get(Instance, case.key)
        late = clock.now() - timedelta(hours=1)
        place = {"engine_id": "x", "process_id": "melding", "element_id": "x"}
        db.session.add(
            Job(case_key=case.key, kind="timer", due_at=late, payload={}, attempts=0, parked=False, **place)
        )
        db.session.commit()

    answer = visit().get("/gezondheid")

    assert answer.status_code == 200
    assert answer.json["achtergrondwerk"] == "loopt achter"


def test_without_a_database_it_is_not_well_and_says_no_more(visit, monkeypatch):
    def fail(session: object) -> None:
        raise OperationalError("SELECT geheim", {}, Exception("postgres://geheim"))

    monkeypatch.setattr(jobs, "next_due", fail)
    answer = visit().get("/gezondheid")

    assert answer.status_code == 503
    assert answer.json == {"status": "geen database"}
