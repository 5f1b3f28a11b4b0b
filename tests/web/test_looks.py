"""Who read something of a case stands in its facts: once a day each, before the page leaves."""

from collections.abc import Callable

from flask import Flask

from app.services import audit
from app.store.models import Event, Person
from app.store.session import db
from tests.web.visitor import Visitor, waiting


def looks(app: Flask) -> list[str]:
    with app.app_context():
        rows = db.session.query(Person.login).join(Event, Event.person_key == Person.key)
        return sorted(login for (login,) in rows.filter(Event.kind == audit.LOOKED))


def test_reading_a_case_is_noted_once_a_day(app: Flask, visit: Callable[..., Visitor]) -> None:
    number = visit("petra").start()
    assert looks(app) == []
    for _ in range(3):
        visit("petra").get(f"/casussen/{number}")
    visit("pim").get(f"/casussen/{number}")
    assert looks(app) == ["petra", "pim"]


def test_who_sees_only_the_course_or_nothing_has_not_looked(
    app: Flask, visit: Callable[..., Visitor]
) -> None:
    number = visit("petra").start()
    assert visit("karin").get(f"/casussen/{number}").status_code == 200
    assert visit("wim").get(f"/casussen/{number}").status_code == 404
    visit("petra").get("/casussen")
    visit("petra").get("/taken?weergave=alles")
    assert looks(app) == []


def test_opening_a_task_is_a_look_too(app: Flask, visit: Callable[..., Visitor]) -> None:
    number = visit("petra").start()
    visit("petra").get(f"/taken/{waiting(app, number)}")
    assert looks(app) == ["petra"]
