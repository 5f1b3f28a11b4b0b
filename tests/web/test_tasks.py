"""One task: filling it in, keeping a concept, handing it on, and two people at once."""

import re

import pytest
from flask import Flask

from app.engine import run
from app.errors import EngineError
from app.services import cases
from app.store.models import Case
from app.store.session import db, transaction
from tests.services import region
from tests.services.test_four_eyes import DIAGRAM
from tests.web.visitor import Visitor, waiting

TEXT = "Wij bellen morgen."


@pytest.fixture
def number(visit) -> str:
    return visit("petra").start(onderwerp="Overlast bij de flat")


@pytest.fixture
def path(app: Flask, number: str) -> str:
    return f"/taken/{waiting(app, number)}"


def test_the_page_says_what_is_asked_about_which_case_and_by_when(visit, number, path):
    text = visit("petra").get(path).text

    assert "<h1>Melding beoordelen</h1>" in text
    assert f'href="/casussen/{number}"' in text
    assert "Overlast bij de flat" in text
    assert re.search(r"nog \d werkdagen</time>", text)
    assert "Lees de melding en bel de melder." in text
    assert "Wat er gebeurde" in text
    assert "Al bekend" in text
    assert "Waar staat deze taak in Melding doen?" in text
    assert 'id="diagram-melding-beoordelen"' in text


def test_a_partner_sees_the_task_and_nothing_of_the_case_around_it(app: Flask, visit, number, path):
    visit("petra").post(path, {"terugmelding": TEXT})

    text = visit("pol").get(f"/taken/{waiting(app, number)}").text

    assert "<h1>Informatie geven</h1>" in text
    assert number in text
    assert f"/casussen/{number}" not in text
    assert "Wat er gebeurde" not in text
    assert "Al bekend" not in text
    assert TEXT not in text
    assert "data-bron" not in text


def test_completing_leads_to_the_list_and_says_so(app: Flask, visit, number, path):
    visitor = visit("petra")

    answer = visitor.post(path, {"terugmelding": TEXT})

    assert (answer.status_code, answer.headers["Location"]) == (303, "/taken")
    assert f"Afgerond: Melding beoordelen ({number})." in visitor.get("/taken").text
    with app.app_context():
        case = db.session.query(Case).filter_by(number=number).one()
        assert cases.variables(db.session(), case)["terugmelding"] == TEXT


def test_a_mistake_is_said_and_the_task_stays_open(visit, path):
    answer = visit("petra").post(path, {"terugmelding": " "})

    assert answer.status_code == 422
    assert "<title>Fout: Melding beoordelen" in answer.text
    assert '<a href="#veld-terugmelding">' in answer.text
    assert visit("petra").get(path).status_code == 200


def test_an_unknown_field_is_refused(visit, path):
    assert visit("petra").post(path, {"terugmelding": TEXT, "huis": "wvv"}).status_code == 422


def test_of_two_people_the_second_is_told_who_was_first_and_loses_nothing(visit, path):
    visit("petra").post(path, {"terugmelding": TEXT})

    answer = visit("pim").post(path, {"terugmelding": "Een <b>ander</b> antwoord."})

    assert answer.status_code == 409
    assert "al afgerond door Petra" in answer.text
    assert "Een &lt;b&gt;ander&lt;/b&gt; antwoord." in answer.text
    assert "csrf" not in re.sub(r'<input type="hidden" name="csrf_token"[^>]*>', "", answer.text)


def test_a_task_that_is_done_says_by_whom(visit, path):
    visit("petra").post(path, {"terugmelding": TEXT})

    answer = visit("pim").get(path)

    assert answer.status_code == 409
    assert "al afgerond door Petra" in answer.text


def test_a_task_that_a_colleague_picked_up_is_not_completed_over_their_head(visit, path):
    visit("petra").post(f"{path}/oppakken")

    answer = visit("pim").post(path, {"terugmelding": TEXT})

    assert answer.status_code == 409
    assert "opgepakt door Petra" in answer.text
    assert TEXT in answer.text


def test_picking_up_putting_back_and_handing_on(visit, path):
    petra = visit("petra")

    petra.post(f"{path}/oppakken")
    assert "Van u" in petra.get(path).text
    assert visit("pim").post(f"{path}/oppakken").status_code == 409

    petra.post(f"{path}/terugleggen")
    assert "Nog van niemand" in petra.get(path).text

    answer = petra.post(f"{path}/overdragen", {"aan": "pim"})
    assert answer.headers["Location"] == "/taken"
    assert "De taak is nu van Pim." in petra.get("/taken").text
    assert "Van u" in visit("pim").get(path).text

    petra.post(f"{path}/overdragen", {"aan": "petra"})
    assert "Van u" in petra.get(path).text


def test_a_task_is_not_handed_to_who_may_not_do_it(visit, path):
    for login in ("wim", "ilse", "pol", "bestaat-niet", ""):
        answer = visit("petra").post(f"{path}/overdragen", {"aan": login})
        assert answer.status_code == 422, login


def test_a_concept_is_kept_unchecked_and_is_its_makers_only(visit, path):
    visitor = visit("petra")

    answer = visitor.post(path, {"terugmelding": "half af", "_bewaren": "ja"})

    assert answer.headers["Location"] == path
    again = visitor.get(path).text
    assert "half af" in again
    assert "Concept bewaard op" in again
    assert "half af" not in visit("pim").get(path).text


def test_a_script_keeps_a_concept_while_somebody_types(visit, path):
    answer = visit("petra").post(f"{path}/concept", {"terugmelding": "half", "onbekend": "x"})

    assert answer.status_code == 200
    assert answer.json["melding"].startswith("Concept bewaard om ")
    assert "half" in visit("petra").get(path).text


def test_a_concept_does_not_go_over_that_of_a_colleague(visit, path):
    visit("petra").post(f"{path}/concept", {"terugmelding": "van Petra"})
    asks_for_json = {"headers": {"Accept": "application/json"}}

    answer = visit("pim").post(f"{path}/concept", {"terugmelding": "van Pim"}, **asks_for_json)

    assert answer.status_code == 409
    assert "Petra" in answer.json["melding"]
    assert "van Petra" in visit("petra").get(path).text


def test_a_script_learns_which_questions_are_hidden(visit, path):
    answer = visit("petra").post(f"{path}/velden", {"terugmelding": ""})

    assert answer.json["hidden"]["veld-terugmelding"] is False


def test_when_the_diagram_cannot_go_on_nothing_typed_is_lost(visit, path, monkeypatch):
    def fail(*given: object, **named: object) -> None:
        raise EngineError("De keuze ‘Hoe verder?’ heeft geen uitgang die klopt.")

    monkeypatch.setattr(run, "complete", fail)
    answer = visit("petra").post(path, {"terugmelding": TEXT})

    assert answer.status_code == 500
    assert "geen uitgang die klopt" in answer.text
    assert TEXT in answer.text
    monkeypatch.undo()
    assert visit("petra").post(path, {"terugmelding": TEXT}).status_code == 303


def test_the_case_is_shown_to_who_sees_only_its_course_without_contents(visit, number):
    def page(visitor: Visitor) -> str:
        return visitor.get(f"/casussen/{number}").text

    visit("petra").post("/taken", {})
    assert "Overlast" in page(visit("petra"))
    assert visit("karin").get(f"/casussen/{number}").status_code == 200


def test_no_address_of_a_task_holds_a_name_or_a_number_of_a_person(visit, app: Flask):
    visit("petra").start(onderwerp="Jan Voorbeeld 123456782")

    text = visit("petra").get("/taken?weergave=alles").text

    addresses = re.findall(r'(?:href|action)="([^"]*)"', text)
    assert addresses
    assert not [one for one in addresses if "Voorbeeld" in one or "123456782" in one]


def test_who_did_the_step_before_reads_the_task_and_why_somebody_else_does_it(app: Flask, visit):
    with app.app_context(), transaction() as session:
        region.publish(session, {"ogen.bpmn": DIAGRAM})
        number = region.case(session, "ogen", huis="arnhem").number
    visitor = visit("petra")
    visitor.post(f"/taken/{waiting(app, number)}")
    path = f"/taken/{waiting(app, number)}"

    text = visitor.get(path).text

    assert "U deed zelf ‘Voorstellen’ in deze casus." in text
    assert '<fieldset class="cr-kaal" disabled>' in text
    assert f"{path}/oppakken" not in text
    assert visitor.post(path).status_code == 403
    assert visitor.post(f"{path}/oppakken").status_code == 403
