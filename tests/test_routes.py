"""Each route of the brochure from its way in to its end, through the real use cases, on both databases."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app import forms
from app.errors import Invalid
from app.services import demo, releases
from app.store.models import Case, Definition
from app.store.session import db, transaction
from tests.conftest import database_app
from tests.town import NOW, Town, shipped, town

ENRICHED = ("intake", "uitvraag", "informatie_geven", "informatie_geven", "leefgebieden", "vaststellen")
WEIGHED = (*ENRICHED, "voorbereiden", "criteria_wegen", "besluiten")
MEETING = ("agenderen", "agenda", "uitnodiging", "uitnodiging", "overleg", "plan_maken")
ROUND = (("voortgang_melden", 43), "voortgang_melden", "beoordelen")
NOT_ALLOWED: dict[str, Any] = {"besluit": "ADVIES_LOKAAL_PARTNER", "terugmelding": "Wij geven advies."}


@pytest.fixture
def place(any_url: str) -> Iterator[Town]:
    with town(database_app(any_url)) as found:
        yield found


def test_route_1_advice_to_who_can_go_on_and_to_who_reported(place: Town) -> None:
    answers = {
        "weging_criteria": {"criteria": {"k1b": "nee"}},
        "weging_besluit": NOT_ALLOWED,
        "aanmeldformulier": {"gemeente": "renkum"},
    }
    key = place.case(
        "aanmelding", "politie", *WEIGHED, "advies_opstellen", "advies_lezen", "advies_lezen", answers=answers
    )
    case, known = place.found(key), place.variables(key)
    assert (case.state, case.route, case.house_key) == ("ended", "1 Advies", "wvv")
    assert known["wegingsadvies"] == {"uitkomst": "VOLDOET_NIET", "advies": "ADVIES_LOKAAL_PARTNER"}
    assert {one["organisatie"] for one in known["adviesreacties"]} == {"politie", "gemeente-arnhem"}
    assert known["terugmelding"].startswith("Wij adviseerden")


def test_route_2_meeting_plan_two_rounds_and_closing(place: Town) -> None:
    key = place.case("aanmelding", "politie", *WEIGHED, *MEETING, *ROUND, days=43)
    assert place.tasks(key) == {}
    second = NOW + timedelta(days=43)
    place.later(second)
    # Only who has something left to do is asked again.
    assert place.tasks(key)["voortgang_melden"].groups == ["organisatie:politie"]
    place.do(key, "voortgang_melden", now=second)
    place.do(key, "beoordelen", {"monitoring": {"monitoring_besluit": "afsluiten"}}, now=second)
    place.do(key, "afsluiten", now=second)
    place.do(key, "terugmelding_lezen", now=second)
    case, known = place.found(key), place.variables(key)
    assert (case.state, case.route, case.theme) == ("ended", "2 MDO", "multi-probleem-gezin")
    assert [one.element_id for one in place.events(key, "completed")].count("beoordelen") == 2
    assert [row["status"] for row in known["plan_van_aanpak"]] == ["loopt", "klaar"]
    assert known["casusregie_organisatie"] == "gemeente-arnhem"
    assert known["terugmelding"].startswith("De gezamenlijke aanpak")


def test_the_plan_can_be_adjusted_and_the_case_go_back_to_a_meeting(place: Town) -> None:
    key = place.case(
        "aanmelding", "politie", *WEIGHED, *MEETING, ("voortgang_melden", 43), "voortgang_melden", days=90
    )
    place.do(key, "beoordelen", {"monitoring": {"monitoring_besluit": "bijstellen"}})
    assert set(place.tasks(key)) == {"plan_bijstellen"}
    place.do(key, "plan_bijstellen")
    place.later(NOW + timedelta(days=70))
    place.do(key, "beoordelen", {"monitoring": {"monitoring_besluit": "escaleren"}})
    assert set(place.tasks(key)) == {"agenderen"}


@pytest.mark.parametrize("outcome", [["raadsmelding"], ["terugmelding"], ["raadsmelding", "terugmelding"]])
def test_route_3_child_protection(place: Town, outcome: list[str]) -> None:
    steps = ["verzoek_beoordelen", "uitnodiging", "uitnodiging", "overleg"]
    middle = {
        "raadsmelding": ["raadsmelding", "raad_ontvangt"],
        "terugmelding": ["terugmelden"],
        "raadsmelding terugmelding": ["terugmelden", "raadsmelding", "raad_ontvangt"],
    }[" ".join(outcome)]
    answers = {"cob_overleg": {"cob_uitkomst": outcome}}
    key = place.case("cob", "veilig-thuis", *steps, *middle, "terugmelding_lezen", answers=answers)
    case = place.found(key)
    assert (case.state, case.route, case.house_key) == ("ended", "3 COB", "arnhem")
    assert case.legal_regime == "jeugdbescherming"
    told = place.variables(key)["terugmelding"]
    assert told == ("Er is een raadsmelding gedaan." if outcome == ["raadsmelding"] else told)
    assert told.startswith("Wij meldden bij de Raad") == ("terugmelding" in outcome)


@pytest.mark.parametrize("more", ["nee", "ja"])
def test_route_4_aftercare(place: Town, more: str) -> None:
    answers = {"verrijkt_rapport": {"meer_aan_de_hand": more, "doel": "De weegploeg moet dit zien."}}
    if more == "nee":
        del answers["verrijkt_rapport"]["doel"]
    steps = ("contact", "basisvoorwaarden", "rapport", "rapport_lezen")
    key = place.case("nazorg", "dji", *steps, answers=answers)
    case = place.found(key)
    assert (case.house_key, case.route) == ("wvv", "4 Nazorg")
    assert case.state == ("ended" if more == "nee" else "running")
    assert set(place.tasks(key)) == (set() if more == "nee" else {"intake"})


def test_advice_becomes_a_report_without_typing_anything_twice(place: Town) -> None:
    answers = {"adviesconsultatie": {"uitkomst": "aanmelden", "aanmelding_door": "adviesvrager"}}
    key = place.case("adviesvraag", "gemeente-ede", "consulteren", answers=answers)
    form = place.form(key, "aanmelding_aanvullen", "gemeente-ede")
    texts = {field.name: field.text for field in _all(form.fields)}
    assert texts["onderwerp"] == "Vraag over een inwoner met verward gedrag"
    assert texts["melder.naam"] == "Greet Gemeente (voorbeeld)"
    assert texts["aanleiding"].startswith("Een inwoner zorgt")
    place.do(key, "aanmelding_aanvullen")
    assert set(place.tasks(key)) == {"intake"}


def _all(fields: list[forms.FieldView]) -> list[forms.FieldView]:
    return [one for field in fields for one in (field, *_all(field.children))]


def test_advice_by_telephone_is_recorded_for_who_asked(place: Town) -> None:
    key = place.case("adviesvraag", "procesregisseur.wvv", "consulteren")
    task = place.tasks(key)["terugmelding_lezen"]
    assert task.groups == ["organisatie:gemeente-ede"]
    place.do(key, "terugmelding_lezen")
    assert place.found(key).state == "ended"


def test_a_partner_who_does_not_answer_is_reminded_and_then_passed_by(place: Town) -> None:
    key = place.case("aanmelding", "politie", "intake", "uitvraag", "informatie_geven", "leefgebieden")
    asked = place.tasks(key)["informatie_geven"]
    place.later(NOW + timedelta(days=4))
    assert place.tasks(key)["informatie_geven"].reminded_at is not None
    place.later(NOW + timedelta(days=8))
    db.session().refresh(asked)
    assert asked.state == "cancelled"
    place.do(key, "vaststellen", now=NOW + timedelta(days=8))
    given = {one["organisatie"]: one["antwoord"]["soort"] for one in place.variables(key)["partnergegevens"]}
    assert given == {"gemeente-arnhem": "gegeven", "veilig-thuis": "geen_antwoord"}


def test_a_term_that_passes_escalates_and_keeps_the_task(place: Town) -> None:
    key = place.case("aanmelding", "politie")
    place.later(NOW + timedelta(days=10))
    task = place.tasks(key)["intake"]
    assert task.priority == 80
    assert set(task.groups) == {"procesregisseur", "locatiemanager"}


def test_deciding_against_the_advice_needs_a_reason(place: Town) -> None:
    key = place.case("aanmelding", "politie", *WEIGHED[:-1])
    with pytest.raises(Invalid) as refused:
        place.do(key, "besluiten", {"weging_besluit": NOT_ALLOWED})
    assert set(refused.value.errors) == {"afwijking"}
    place.do(key, "besluiten", {"weging_besluit": {**NOT_ALLOWED, "afwijking": "Het team is al begonnen."}})
    assert place.found(key).route == "1 Advies"
    advised = [one.data for one in place.events(key, "decision")]
    assert [one["decision_id"] for one in advised] == ["k1", "bijkomend", "wegingsadvies"]
    assert advised[-1]["output"] == {"uitkomst": "VOLDOET", "advies": "AGENDEREN_MDO"}
    assert (advised[-1]["release"], advised[-1]["rules"], advised[-1]["tests"]) == (
        1,
        [1],
        [['"ja"', '"ja"']],
    )


def test_more_information_gives_a_new_version_of_the_enriched_form(place: Town) -> None:
    more = {
        "weging_besluit": {
            "besluit": "AANVULLEN",
            "afwijking": "De school ontbreekt.",
            "ontbreekt": "School.",
        }
    }
    key = place.case("aanmelding", "politie", *WEIGHED, answers=more)
    assert place.found(key).route == ""
    for step in ENRICHED:
        place.do(key, step)
    known = place.variables(key)
    assert known["verrijkt_formulier"]["versie"] == 2
    assert len(known["partnergegevens"]) == 4


@pytest.mark.parametrize(
    ("decision", "task"), [("OVERDRAGEN_COB", "verzoek_beoordelen"), ("OVERDRAGEN_NAZORG", "contact")]
)
def test_a_case_can_be_handed_over(place: Town, decision: str, task: str) -> None:
    answers = {"weging_besluit": {"besluit": decision, "afwijking": "Daar hoort het."}}
    key = place.case("aanmelding", "politie", *WEIGHED, answers=answers)
    assert set(place.tasks(key)) == {task}


def test_a_radicalisation_signal_is_a_closed_compartment_with_priority(place: Town) -> None:
    key = place.case("radicalisering", "gemeente-arnhem")
    case = place.found(key)
    assert (case.compartment, case.priority, case.theme) == ("radicalisering", 80, "radicalisering")
    assert place.tasks(key)["intake"].compartment == "radicalisering"


def test_a_triage_report_that_says_acute_has_a_short_term(place: Town) -> None:
    calm = place.case("triagerapport", "veilig-thuis")
    acute = place.case("triagerapport", "veilig-thuis", answers={"triagerapport": {"veiligheid": "acuut"}})
    assert place.found(acute).priority == 80
    soon, late = place.tasks(acute)["intake"].due_at, place.tasks(calm)["intake"].due_at
    assert soon is not None and late is not None and soon < late


def test_the_examples_of_the_demo_all_run(place: Town) -> None:
    made = demo.load(place.run, place.examples, now=NOW)
    found = db.session().query(Case).all()
    assert made == len(found) == len(place.examples["casus"])
    assert {case.house_key for case in found} == {"arnhem", "wvv"}
    assert {case.state for case in found} == {"running", "ended"}


NEW_TASK = """<bpmn:userTask id="juridisch" name="Juridische toets">
      <bpmn:extensionElements><zeebe:userTask /><zeebe:formDefinition formId="juridische_toets" />
      <zeebe:assignmentDefinition candidateGroups="locatiemanager" /></bpmn:extensionElements>
    </bpmn:userTask>
    <bpmn:sequenceFlow id="toets_mdo" sourceRef="juridisch" targetRef="mdo" />"""
NEW_FORM = b"""{"id": "juridische_toets", "type": "default", "schemaVersion": 19, "components": [
  {"type": "textarea", "id": "t", "key": "toets", "label": "Mag dit?", "validate": {"required": true}}]}"""


def test_a_changed_diagram_and_form_are_enough_for_a_new_step(place: Town) -> None:
    before = place.case("aanmelding", "politie", *WEIGHED[:-1])
    files = shipped()
    diagram = files["casusbehandeling.bpmn"].decode()
    diagram = diagram.replace(
        'sourceRef="besluit" targetRef="mdo"', 'sourceRef="besluit" targetRef="juridisch"'
    )
    files["casusbehandeling.bpmn"] = diagram.replace("</bpmn:process>", NEW_TASK + "</bpmn:process>").encode()
    files["juridische_toets.form"] = NEW_FORM
    with transaction() as session:
        releases.publish(session, files, by="eigenaar", note="toets", now=NOW)
    after = place.case("aanmelding", "politie", *WEIGHED)
    place.do(before, "besluiten")
    assert set(place.tasks(before)) == {"agenderen"}
    assert set(place.tasks(after)) == {"juridisch"}
    place.do(after, "juridisch", {"juridische_toets": {"toets": "Ja."}})
    assert set(place.tasks(after)) == {"agenderen"}


def test_a_form_is_listed_under_the_name_of_its_step(place: Town) -> None:
    rows = db.session().scalars(select(Definition).where(Definition.kind == "form"))
    names = {one.id: one.name for one in rows}
    assert (names["intake"], names["verzoek_cob"]) == ("Intake", "Verzoek tot onderzoek COB")
    assert all(name != form_id for form_id, name in names.items())
