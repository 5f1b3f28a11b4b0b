"""Somebody opens or completes a task of a case whose state is damaged: told in words, and told on."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.services import jobs
from app.store.models import Case, Incident, Instance
from app.store.session import db, reading, transaction
from tests.web.conftest import settle, web_app
from tests.web.visitor import Visitor, waiting


@pytest.fixture
def app(any_url: str, tmp_path: Path) -> Iterator[Flask]:
    made = web_app(any_url, tmp_path)
    with made.app_context(), transaction() as session:
        settle(session)
    yield made
    with made.app_context():
        db.engine.dispose()


def write(app: Flask, number: str, change: Callable[[bytes], bytes]) -> bytes:
    """Change the kept state; gives what it was."""
    with app.app_context(), transaction() as session:
        key = session.scalars(select(Case.key).where(Case.number == number)).one()
        before = session.scalars(select(Instance.state).where(Instance.case_key == key)).one()
        session.execute(update(Instance).where(Instance.case_key == key).values(state=change(before)))
        return before


def damaged(state: bytes) -> bytes:
    return state[:-1]


def incidents(app: Flask) -> list[tuple[int, str]]:
    with app.app_context(), reading() as session:
        return [(one.key, one.message) for one in jobs.open_incidents(session)]


@pytest.fixture
def number(app: Flask, visit: Callable[..., Visitor]) -> str:
    return visit("petra").start(onderwerp="Overlast bij de flat")


def test_a_person_is_told_and_it_waits_for_somebody_who_can_mend_it(
    app: Flask, number: str, visit: Callable[..., Visitor]
) -> None:
    path = f"/taken/{waiting(app, number)}"
    petra = visit("petra")
    petra.get(path)
    good = write(app, number, damaged)

    answers = [petra.post(path, {"terugmelding": "Een heel verhaal."}), petra.get(path)]

    assert [answer.status_code for answer in answers] == [500, 500]
    assert all("De bewaarde stand van deze casus is beschadigd." in answer.text for answer in answers)
    assert all("gemeld als storing" in answer.text for answer in answers)
    assert 'value="Een heel verhaal."' in answers[0].text
    [(key, message)] = incidents(app)
    shown = petra.get(f"/casussen/{number}")
    assert shown.status_code == 200
    assert "De hele casus" in shown.text
    assert message in shown.text
    assert number in visit("karin").get("/regie").text
    assert str(waiting(app, number)) in petra.get("/taken").text
    again = f"/casussen/{number}/storingen/{key}/opnieuw"
    assert petra.post(again).status_code == 303
    assert [one for one, _ in incidents(app)] == [key]
    write(app, number, lambda _: good)
    assert petra.post(again).status_code == 303
    assert incidents(app) == []
    assert petra.post(path, {"terugmelding": "Een heel verhaal."}).status_code == 303


def test_a_concept_and_a_check_of_fields_are_told_as_well(
    app: Flask, number: str, visit: Callable[..., Visitor]
) -> None:
    path = f"/taken/{waiting(app, number)}"
    petra = visit("petra")
    petra.get(path)
    write(app, number, damaged)
    for address in ("concept", "velden"):
        answer = petra.post(
            f"{path}/{address}", {"terugmelding": "x"}, headers={"Accept": "application/json"}
        )
        assert answer.status_code == 500
        assert "beschadigd" in answer.json["melding"]
    assert len(incidents(app)) == 1
    with app.app_context(), reading() as session:
        assert session.scalar(select(func.count()).select_from(Incident)) == 1


def test_other_pages_do_not_need_the_state(app: Flask, number: str, visit: Callable[..., Visitor]) -> None:
    write(app, number, damaged)
    for login, address in (
        ("petra", "/taken?weergave=alles"),
        ("petra", "/casussen"),
        ("petra", f"/casussen/{number}"),
        ("petra", "/meldingen"),
        ("karin", "/regie"),
    ):
        assert visit(login).get(address).status_code == 200, address
