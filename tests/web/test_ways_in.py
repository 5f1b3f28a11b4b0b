"""Bringing something in: the list of ways, the form, the receipt, and what comes of it."""

import re

import pytest
from flask import Flask

from app import forms
from app.services import cases
from app.store.models import Case
from app.store.session import db
from tests.services.region import NOW
from tests.web.visitor import waiting

PATH = "/aanmelden/melding"
GIVEN = {"onderwerp": "Overlast in de straat", "gemeente": "arnhem", "_rijen:personen": "0"}


def variables(app: Flask, number: str) -> dict:
    with app.app_context():
        case = db.session.query(Case).filter_by(number=number).one()
        return cases.variables(db.session(), case)


def test_the_ways_in_are_listed_with_what_each_is_for(visit):
    text = visit("pol").get("/aanmelden").text

    assert 'href="/aanmelden/melding"' in text
    assert "Voor wie zich zorgen maakt." in text


def test_the_receipt_has_the_number_and_no_name(visit):
    visitor = visit("pol")

    answer = visitor.post(PATH, GIVEN)
    receipt = visitor.get(answer.headers["Location"])

    assert re.fullmatch(r"/aanmelden/ontvangen/ARN-\d{4}-0001", answer.headers["Location"])
    assert re.search(r"ARN-\d{4}-0001", receipt.text)
    assert "Overlast" not in receipt.text
    assert "/meldingen" in receipt.text


def test_the_receipt_is_for_who_sent_it(visit):
    number = visit("pol").start()

    assert visit("pol").get(f"/aanmelden/ontvangen/{number}").status_code == 200
    assert visit("petra").get(f"/aanmelden/ontvangen/{number}").status_code == 200
    assert visit("hans").get(f"/aanmelden/ontvangen/{number}").status_code == 404


def test_the_municipality_decides_the_house(visit):
    assert visit("pol").start(gemeente="ede").startswith("WVV-")


def test_what_is_missing_is_said_at_the_field_and_nothing_typed_is_lost(visit):
    given = {**GIVEN, "onderwerp": "", "spoed": "ja", "waarom_spoed": "Er is geweld."}

    answer = visit("pol").post(PATH, given)

    assert answer.status_code == 422
    assert "<title>Fout: Melding doen" in answer.text
    assert 'id="fouten"' in answer.text
    assert '<a href="#veld-onderwerp">' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "Er is geweld." in answer.text
    assert '<option value="arnhem" selected>' in answer.text


def test_a_hidden_question_is_not_asked_and_its_answer_does_not_stay(app: Flask, visit):
    number = visit("pol").start(spoed="nee", waarom_spoed="blijft niet staan")

    assert variables(app, number)["waarom_spoed"] is None


def test_a_field_that_the_form_does_not_have_is_refused(visit):
    answer = visit("pol").post(PATH, {**GIVEN, "casus.huis": "wvv"})

    assert answer.status_code == 422


def test_without_scripts_a_button_adds_and_removes_rows_and_keeps_what_was_typed(visit):
    visitor = visit("pol")

    added = visitor.post(PATH, {**GIVEN, "_rij": "personen:voegtoe"})
    assert added.status_code == 200
    assert 'name="personen[0].naam"' in added.text
    assert 'value="Overlast in de straat"' in added.text
    assert "fouten" not in added.text

    two = {**GIVEN, "_rijen:personen": "2", "personen[0].naam": "Een", "personen[1].naam": "Twee"}
    removed = visitor.post(PATH, {**two, "_rij": "personen:verwijder:1"})
    assert 'value="Twee"' in removed.text
    assert 'value="Een"' not in removed.text


def test_without_scripts_a_button_brings_the_questions_up_to_date(visit):
    answer = visit("pol").post(PATH, {**GIVEN, "spoed": "ja", "_bijwerken": "ja"})

    assert answer.status_code == 200
    assert not re.search(r'id="veld-waarom_spoed-blok"[^>]* hidden', answer.text)


def test_a_script_learns_which_questions_are_hidden(visit):
    def hidden(spoed: str) -> bool:
        answer = visit("pol").post(f"{PATH}/velden", {**GIVEN, "spoed": spoed})
        found: bool = answer.json["hidden"]["veld-waarom_spoed"]
        return found

    assert hidden("nee") is True
    assert hidden("ja") is False


@pytest.mark.parametrize("process", ["bestaat-niet", "proef_wegen"])
def test_what_is_no_way_in_does_not_exist(visit, process):
    assert visit("pol").get(f"/aanmelden/{process}").status_code == 404


def test_a_house_that_cannot_be_told_is_asked_for(app: Flask, visit):
    answer = visit("pol").post("/aanmelden/melding", {**GIVEN, "gemeente": "rijnwaarden"})

    assert answer.status_code == 422
    assert 'value="Overlast in de straat"' in answer.text


def test_a_partner_reads_how_it_stands_and_what_was_told_back_and_no_contents(app: Flask, visit):
    number = visit("pol").start(onderwerp="Wat er speelt")

    before = visit("pol").get("/meldingen").text
    visit("petra").post(f"/taken/{waiting(app, number)}", {"terugmelding": "Wij pakken dit op."})
    after = visit("pol").get("/meldingen").text

    assert number in before
    assert "Wij zijn ermee bezig" in before
    assert "Wij pakken dit op." in after
    assert "Wat er speelt" not in after
    assert number not in visit("hans").get("/meldingen").text


def test_a_value_that_is_only_computed_is_not_shown(app: Flask):
    computed = b'{"type": "expression", "id": "e", "key": "stil", "expression": "=1 + 41"}'
    found, _ = forms.parse(b'{"id": "f", "components": [' + computed + b"]}", file="f.form")
    assert found is not None
    view = forms.view(found, context={}, now=NOW)
    with app.test_request_context():
        macro = app.jinja_env.get_template("formulier/formulier.html").module
        assert "42" not in macro.formulier(view) + macro.opsomming(view)
    assert forms.read(found, {}, context={}, now=NOW) == {"stil": 42}


def test_sending_a_page_again_begins_no_second_case_unless_it_says_something_else(visit):
    petra = visit("petra")
    key = re.search(r'name="_eenmalig" value="([0-9a-f]{32})"', petra.get("/aanmelden/melding").text)[1]

    first, again = (petra.start(_eenmalig=key) for _ in range(2))
    other = petra.start(_eenmalig=key, onderwerp="Iets anders")
    without = petra.start()

    assert first == again
    assert len({first, other, without}) == 3
    assert len({petra.start(_eenmalig=wrong) for wrong in ("", "geen sleutel", "x" * 32)}) == 3
    pim = visit("pim")
    pim.get("/aanmelden/melding")
    refused = pim.post(
        "/aanmelden/melding",
        {"onderwerp": "Overlast", "gemeente": "arnhem", "_rijen:personen": "0", "_eenmalig": key},
    )
    assert refused.status_code == 409
