"""The list of tasks: which stand there, how they are narrowed, and how the list goes on."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from app import clock
from app.services import inbox
from app.store.models import UserTask
from app.store.session import db
from app.web.words import count
from tests.web.visitor import waiting


def titles(text: str) -> list[str]:
    return re.findall(r'<a href="/taken/[0-9a-f-]{36}">([^<]+)</a>', text)


def due(app: Flask, number: str, **from_now: float) -> None:
    """Give the waiting task of a case another term."""
    task = waiting(app, number)
    with app.app_context():
        row = db.session.query(UserTask).filter_by(id=task).one()
        row.due_at = row.sort_due_at = clock.now() + timedelta(**from_now)
        db.session.commit()


def test_an_empty_list_says_where_to_look(visit):
    assert "U hebt nu geen taken opgepakt" in visit("petra").get("/taken?weergave=mijn").text
    assert "Hier staat nu niets" in visit("petra").get("/taken?weergave=rollen").text
    assert "Geen taken gevonden" in visit("petra").get("/taken?weergave=alles&zoek=niets").text


def test_the_first_view_is_the_one_that_has_something_in_it(app: Flask, visit):
    number = visit("petra").start()
    assert 'aria-current="page">Op te pakken' in visit("petra").get("/taken").text

    visit("petra").post(f"/taken/{waiting(app, number)}/oppakken")

    assert 'aria-current="page">Van mij' in visit("petra").get("/taken").text


def test_each_view_has_its_counter(app: Flask, visit):
    visit("petra").post(f"/taken/{waiting(app, visit('petra').start())}/oppakken")
    visit("petra").start()
    text = visit("petra").get("/taken").text

    found = re.findall(r'(Van mij|Op te pakken|Alles) <span class="cr-teller">(\d+)</span>', text)

    assert found == [("Van mij", "1"), ("Op te pakken", "1"), ("Alles", "2")]


def test_a_counter_says_where_counting_stopped():
    assert [count(counted, 1000) for counted in (0, 999, 1000, 1001)] == ["0", "999", "1.000", "1.000+"]


@pytest.mark.parametrize(
    ("narrowed", "found"),
    [
        ("zoek=lawaai", 1),
        ("zoek=niets", 0),
        ("proces=melding", 2),
        ("proces=melding&stap=beoordelen", 2),
        ("proces=melding&stap=informatie", 0),
        ("huis=arnhem", 2),
        ("huis=wvv", 0),
        ("te_laat=ja", 1),
    ],
)
def test_the_list_is_narrowed(app: Flask, visit, narrowed, found):
    visit("petra").start(onderwerp="Lawaai")
    due(app, visit("petra").start(onderwerp="Iets anders"), days=-10)

    text = visit("petra").get(f"/taken?weergave=alles&{narrowed}").text

    assert len(titles(text)) == found


def test_a_case_is_found_by_its_number(visit):
    number = visit("petra").start()
    visit("petra").start()

    assert titles(visit("petra").get(f"/taken?weergave=alles&zoek={number}").text) == ["Melding beoordelen"]


def test_what_was_chosen_stays_chosen(visit):
    text = visit("petra").get("/taken?weergave=alles&zoek=abc&proces=melding&huis=wvv&te_laat=ja").text

    assert 'value="abc"' in text
    assert '<option value="melding" selected>' in text
    assert '<option value="wvv" selected>' in text
    assert re.search(r'name="te_laat"[^>]* checked', text)


@pytest.mark.parametrize(
    ("span", "said"),
    [
        ({"days": -14}, r"\d+ werkdagen te laat"),
        ({"days": 14}, r"nog \d+ werkdagen"),
        ({"minutes": -1}, "te laat"),
    ],
)
def test_a_term_is_said_in_words(app: Flask, visit, span, said):
    due(app, visit("petra").start(), **span)

    text = visit("petra").get("/taken?weergave=alles").text

    assert re.search(rf">{said}</time>", text)


def test_the_list_goes_on_where_the_page_ended(visit, monkeypatch):
    for number in range(5):
        visit("petra").start(onderwerp=f"Nummer {number}")
    whole = inbox.page
    monkeypatch.setattr(inbox, "page", lambda *given, **named: whole(*given, **{**named, "limit": 2}))

    path, seen = "/taken?weergave=alles&huis=arnhem", []
    while path:
        text = visit("petra").get(path).text
        seen += re.findall(r"Nummer \d", text)
        following = re.search(r'href="([^"]+)" rel="next"', text)
        path = following[1].replace("&amp;", "&") if following else ""
        assert not path or "huis=arnhem" in path

    assert sorted(seen) == [f"Nummer {number}" for number in range(5)]


@pytest.mark.parametrize("cursor", ["x", "AAAA", "..", "%00", "9" * 400])
def test_a_cursor_that_is_not_ours_is_refused(visit, cursor):
    answer = visit("petra").get(f"/taken?na={cursor}")

    assert answer.status_code == 422
    assert "Dit kan niet worden verwerkt" in answer.text


def test_a_task_of_another_role_is_seen_and_not_opened(app: Flask, visit):
    number = visit("petra").start(onderwerp="Zichtbaar")
    text = visit("ilse").get("/taken?weergave=alles").text

    assert "Melding beoordelen" in text
    assert titles(text) == []
    assert "Oppakken" not in text
    assert visit("ilse").get(f"/taken/{waiting(app, number)}").status_code == 403


def test_the_ketenmanager_sees_the_tasks_of_both_houses(visit):
    visit("petra").start(gemeente="arnhem")
    visit("petra").start(gemeente="ede")

    assert visit("karin").get("/taken?weergave=alles").text.count('class="cr-taak"') == 2
