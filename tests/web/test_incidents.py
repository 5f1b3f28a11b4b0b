"""A step that failed: who may know sees it, and one press of a button tries again."""

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.services import cases, job_types, jobs
from app.store.models import Case, Incident, Person
from app.store.session import db, transaction
from tests.web.visitor import Visitor


def _broken(work: job_types.Work) -> Mapping[str, Any]:
    raise RuntimeError("a name that nobody may read in a log")


@pytest.fixture
def number(app: Flask, monkeypatch: pytest.MonkeyPatch) -> str:
    """A case whose reminder failed until it waits for a person."""
    monkeypatch.setattr(job_types, "REGISTRY", {**job_types.REGISTRY, "herinner": _broken})
    with app.app_context():
        with transaction() as session:
            petra = session.scalars(select(Person).where(Person.login == "petra")).unique().one()
            case = cases.start(session, "termijnen", {"huis": "arnhem"}, by=petra, now=clock.now())
            found = case.number
        later = clock.now()
        while not jobs.open_incidents(db.session()):
            later += timedelta(days=2)
            with transaction() as session:
                jobs.run_due(session, now=later)
    return found


def test_who_may_know_of_the_case_sees_what_failed(number: str, visit: Callable[..., Visitor]) -> None:
    text = visit("petra").get(f"/casussen/{number}").text
    assert "Een stap is mislukt" in text
    assert "Er ging iets onverwachts mis." in text
    assert "nobody may read" not in text
    assert "Alle casussen met deze storing" not in text
    assert "Alle casussen met deze storing" in visit("karin").get(f"/casussen/{number}").text
    assert number in visit("karin").get("/regie").text
    assert number not in visit("stijn").get("/regie").text
    assert visit("wim").get(f"/casussen/{number}").status_code == 404


def test_one_press_tries_again_and_it_is_written_down(
    app: Flask, number: str, visit: Callable[..., Visitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_types, "REGISTRY", {**job_types.REGISTRY, "herinner": job_types.remind})
    with app.app_context():
        key = db.session().scalars(select(Incident.key)).one()
    petra = visit("petra")
    petra.get(f"/casussen/{number}")
    address = f"/casussen/{number}/storingen/{key}/opnieuw"
    assert visit("wim").post(address).status_code == 404
    assert petra.post(address).status_code == 303
    assert petra.post(address).status_code == 409
    with app.app_context():
        with transaction() as session:
            jobs.run_due(session, now=clock.now())
        case = db.session().scalars(select(Case).where(Case.number == number)).unique().one()
        told = [line.text for line in cases.timeline(db.session(), case)]
        assert jobs.open_incidents(db.session()) == []
    assert any("opnieuw proberen" in line for line in told)
    assert any(line.startswith("Herinnering gestuurd") for line in told)


def test_an_incident_of_another_case_is_none(number: str, visit: Callable[..., Visitor]) -> None:
    petra = visit("petra")
    petra.get(f"/casussen/{number}")
    assert petra.post(f"/casussen/{number}/storingen/999/opnieuw").status_code == 404


def test_all_failures_of_one_cause_are_tried_again_at_once(
    app: Flask, number: str, visit: Callable[..., Visitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    karin = visit("karin")
    page = karin.get("/regie/storingen").text
    assert number in page
    cause = re.findall(r"/regie/storingen/\d+", page)[0]
    told = karin.get(cause).text
    assert "Er ging iets onverwachts mis." in told
    assert "na 5 pogingen" in told
    assert "Casusroute doet het werk van de stap opnieuw" in told
    assert visit("petra").post(f"{cause}/opnieuw").status_code == 403

    answer = karin.post(f"{cause}/opnieuw")

    assert answer.headers["Location"] == cause
    assert "wordt zo opnieuw geprobeerd" in karin.get(cause).text
    assert number not in karin.get("/regie/storingen").text
    assert "Er zijn geen storingen" in karin.get("/regie/storingen").text
    with app.app_context():
        [incident] = db.session.scalars(select(Incident))
        assert incident.resolved_at is not None


def test_only_who_steers_sees_failures_by_cause(number: str, visit: Callable[..., Visitor]) -> None:
    for login in ("petra", "oscar", "stijn"):
        assert visit(login).get("/regie/storingen").status_code == 403
