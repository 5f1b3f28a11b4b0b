"""Running cases that go along: owners see numbers, the ketenmanager chooses, each case tells it."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from app import clock
from app.services import jobs
from app.store.session import transaction
from tests.web.studio import make, publish, put, read, revision
from tests.web.visitor import Visitor

Visit = Callable[..., Visitor]
PAGE = "/werkwijze/3/lopende-casussen"


@pytest.fixture
def numbers(visit: Visit) -> list[str]:
    """Three cases on release 2, and then release 3."""
    started = [visit("petra").start() for _ in range(2)] + [visit("petra").start(gemeente="ede")]
    publish(visit("oscar"), visit("olga"), "Het formulier is korter.")
    return started


def work(app: Flask) -> None:
    with app.app_context():
        done = True
        while done:
            with transaction() as session:
                done = jobs.run_due(session, now=clock.now() + timedelta(seconds=1))


def test_a_process_owner_sees_numbers_and_never_a_case(visit: Visit, numbers: list[str]):
    text = visit("oscar").get(PAGE).text
    assert "De ketenmanager kiest" in text
    assert "&lt;5" in text
    assert not re.search(r"(ARN|WVV)-\d{4}", text)
    assert 'name="groep"' not in text
    assert visit("oscar").post(PAGE, {"groep": "2:melding", "waarom": "x"}).status_code == 403
    assert visit("petra").get(PAGE).status_code == 403


def test_the_ketenmanager_chooses_and_every_case_tells_it(app: Flask, visit: Visit, numbers: list[str]):
    karin = visit("karin")
    text = karin.get(PAGE).text
    assert "Alle 3 casussen die mee kunnen" in text
    assert all(number in text for number in numbers)
    assert "Het formulier is korter." in text

    given = {"groep": "2:melding", "zonder": numbers[0], "waarom": "Het nieuwe formulier geldt ook hier."}
    answer = karin.post(PAGE, given)
    assert answer.status_code == 303
    progress = answer.headers["Location"]
    assert "Onderweg</dt><dd>2" in karin.get(progress).text
    work(app)

    text = karin.get(progress).text
    assert "Meegegaan</dt><dd>2" in text
    assert numbers[1] in text
    assert numbers[0] not in text
    assert "naar versie 3" in karin.get(f"/casussen/{numbers[1]}").text
    assert "naar versie 3" not in karin.get(f"/casussen/{numbers[0]}").text
    owner = visit("oscar").get(progress).text
    assert "&lt;5" in owner
    assert not re.search(r"(ARN|WVV)-\d{4}", owner)
    assert "Alle" not in karin.get(PAGE).text.split("Kies wie meegaat")[1].split("casus")[0]


def test_nothing_chosen_or_no_reason_is_told_and_what_was_chosen_stays(visit: Visit, numbers: list[str]):
    karin = visit("karin")
    nothing = karin.post(PAGE, {"waarom": "Daarom."})
    assert (nothing.status_code, "Kies welke casussen meegaan." in nothing.text) == (422, True)
    assert "Daarom." in nothing.text
    silent = karin.post(PAGE, {"groep": "2:melding", "zonder": numbers[0], "waarom": " "})
    assert (silent.status_code, 'id="waarom-fout"' in silent.text) == (422, True)
    assert re.search(r'value="2:melding" checked', silent.text)
    assert re.search(rf'value="{numbers[0]}" checked', silent.text)


def test_a_migration_is_stopped_and_the_others_stay(app: Flask, visit: Visit, numbers: list[str]):
    karin = visit("karin")
    progress = karin.post(PAGE, {"groep": "2:melding", "waarom": "Samen."}).headers["Location"]
    assert visit("oscar").post(f"{progress}/stoppen").status_code == 403
    assert karin.post(f"{progress}/stoppen").status_code == 303
    work(app)
    text = karin.get(progress).text
    assert "Gestopt</dt><dd>3" in text
    assert "Meegegaan</dt><dd>0" in text
    assert karin.get("/werkwijze/overgangen/99").status_code == 404


def test_a_step_that_is_called_otherwise_is_named_and_then_its_cases_can_go(visit: Visit, numbers: list[str]):
    oscar, olga, karin = visit("oscar"), visit("olga"), visit("karin")
    draft = make(oscar, "Andere naam")
    renamed = read(oscar, draft, "melding.bpmn").replace(b'"beoordelen"', b'"bekijken"')
    renamed = renamed.replace(b'formId="bekijken"', b'formId="beoordelen"')
    put(oscar, draft, renamed, name="melding.bpmn")
    assert "vervalt" in oscar.get(f"{draft}/gevolgen").text
    assert "bij stappen die veranderen of vervallen" in oscar.get(draft).text
    oscar.post(f"{draft}/indienen", {"toelichting": "Beoordelen heet nu bekijken."})
    olga.post(f"{draft}/goedkeuren", {"stand": revision(olga, draft), "meteen": "ja"})
    page = "/werkwijze/4/lopende-casussen"

    assert "die stap bestaat niet in de andere versie" in karin.get(page).text
    better = karin.get(f"{page}?anders:beoordelen=bekijken").text
    assert "Alle 3 casussen die mee kunnen" in better
    assert 'type="hidden" name="anders:beoordelen" value="bekijken"' in better
    old = karin.post(PAGE, {"groep": "2:melding", "waarom": "Te laat."})
    assert (old.status_code, "niet meer live" in old.text) == (409, True)
