"""/gezondheid: for who watches over the installation."""

from dataclasses import replace
from datetime import timedelta

from flask import Flask
from sqlalchemy.exc import OperationalError

from app import clock
from app.services import health, jobs
from app.store import health as health_rows
from app.store.models import Case, Instance, Job
from app.store.session import db


def test_it_is_well(visit):
    answer = visit().get("/gezondheid")

    assert answer.status_code == 200
    assert answer.json == {
        "status": "goed",
        "achtergrondwerk": "goed",
        "werkers": 0,
        "wachtrij": {"nu": 0, "te_laat": 0, "geparkeerd": 0},
    }


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
    assert answer.json["wachtrij"] == {"nu": 1, "te_laat": 1, "geparkeerd": 0}
    assert '<tr><th scope="row">timer</th><td>1</td><td>1</td><td>0</td></tr>' in (
        visit("bram").get("/regie/gezondheid").text
    )


def test_without_a_database_it_is_not_well_and_says_no_more(visit, monkeypatch):
    def fail(session: object) -> None:
        raise OperationalError("SELECT geheim", {}, Exception("postgres://geheim"))

    monkeypatch.setattr(jobs, "next_due", fail)
    answer = visit().get("/gezondheid")

    assert answer.status_code == 503
    assert answer.json == {"status": "geen database"}


def test_the_page_says_who_works_on_what_and_that_no_back_up_is_known(app: Flask, visit):
    with app.app_context():
        health.beat(db.session(), "machine-1", started=clock.now(), now=clock.now())
        db.session.commit()

    for login in ("karin", "bram"):
        told = visit(login).get("/regie/gezondheid").text
        for words in ("machine-1", "actief", "onbekend: niemand", "SpiffWorkflow", "SQLite", "versie 2"):
            assert words in told, words


def test_without_a_worker_the_page_says_what_that_means(visit):
    assert "termijnen en mail blijven liggen" in visit("karin").get("/regie/gezondheid").text


def test_who_does_the_administration_finds_the_page_in_the_menu(visit):
    answer = visit("bram").get("/")

    assert answer.headers["Location"] == "/regie/gezondheid"


def test_the_measures_are_for_this_machine_alone_where_no_token_is_set(visit):
    assert "casusroute_workers 0" in visit().get("/metrics").text
    elsewhere = visit().get("/metrics", environ_base={"REMOTE_ADDR": "192.0.2.1"})
    assert elsewhere.status_code == 403
    assert "casusroute_workers" not in elsewhere.text


def test_with_a_token_the_measures_are_for_who_knows_it(app: Flask, visit):
    app.config["CASUSROUTE"] = replace(app.config["CASUSROUTE"], metrics_token="geheim-woord")

    for given in ({}, {"Authorization": "Bearer gehéim"}, {"Authorization": "geheim-woord"}):
        assert visit().get("/metrics", headers=given).status_code == 403
    answer = visit().get("/metrics", headers={"Authorization": "Bearer geheim-woord"})

    assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain; version=0.0.4")


def test_the_measures_say_it_when_there_is_no_database(visit, monkeypatch):
    def fail(session: object) -> None:
        raise OperationalError("SELECT geheim", {}, Exception("postgres://geheim"))

    monkeypatch.setattr(health_rows, "workers", fail)

    answer = visit().get("/metrics")

    assert answer.status_code == 503
    assert "geheim" not in answer.text
