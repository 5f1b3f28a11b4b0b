"""Each of the four routes from its way in to its end, as the people who do it, each at their own screen."""

from datetime import timedelta
from typing import Any

import pytest

from app import clock, workdays
from tests.browser.conftest import Visit
from tests.browser.journey import Journey

pytestmark = pytest.mark.slow

NOT_WITHIN: dict[str, Any] = {"criteria": {"k1b": "nee", "k1b_motivering": "Het wijkteam kan dit zelf."}}
NO_REQUESTS: dict[str, Any] = {"uitvragen": []}
REQUESTS_IN_EDE: dict[str, Any] = {
    "aanmeldformulier": {"gemeente": "ede"},
    "weging_criteria": NOT_WITHIN,
    "uitvraag": NO_REQUESTS,
    "advies_opstellen": {"geadresseerden": ["gemeente-ede"]},
}


def enrich(case: Journey) -> None:
    case.do_all("intake", "uitvraag")
    case.do("informatie_geven", by="gemeente-arnhem")
    case.do("informatie_geven", by="veilig-thuis")
    case.do_all("leefgebieden", "vaststellen")


def state(case: Journey, visit: Visit, login: str) -> str:
    visitor = visit(login)
    visitor.go(f"/casussen/{case.number}")
    return str(visitor.page.locator(".cr-taakkop__feiten .cr-label").first.inner_text())


def test_route_1_advice_in_west_veluwe_vallei(visit: Visit) -> None:
    case = Journey(visit, "wvv", answers=REQUESTS_IN_EDE)
    case.start("aanmelding", "aanmeldformulier", "politie")
    assert case.number.startswith("WVV-")
    case.do_all("intake", "uitvraag", "leefgebieden", "vaststellen", "voorbereiden", "criteria_wegen")
    visitor = visit("ketenmanager")
    visitor.open_task("Besluit nemen", number=case.number)
    assert "voldoet niet" in visitor.page.inner_text("main")
    case.do("besluiten", besluit="ADVIES_LOKAAL_PARTNER", terugmelding="Wij geven advies.")
    case.do("advies_opstellen")
    case.do("advies_lezen", by="politie")
    case.do("advies_lezen", by="gemeente-ede")
    assert state(case, visit, "procesregisseur.wvv") == "afgesloten"
    reporter = visit("politie")
    reporter.go("/meldingen")
    assert "Wij adviseerden het lokale team" in reporter.page.inner_text("main")
    assert reporter.violations() == []


def test_route_2_mdo_in_regio_arnhem_with_two_rounds_of_monitoring(visit: Visit) -> None:
    case = Journey(visit, "arnhem")
    case.start("aanmelding", "aanmeldformulier", "politie")
    enrich(case)
    case.do_all("voorbereiden", "criteria_wegen", "besluiten", "agenderen", "agenda")
    case.do("uitnodiging", by="politie")
    case.do("uitnodiging", by="gemeente-arnhem")
    case.do_all("overleg", "plan_maken")
    case.later(days=43)
    case.do("voortgang_melden", by="politie")
    case.do("voortgang_melden", by="gemeente-arnhem")
    case.do("beoordelen")
    case.later(days=43)
    case.do("voortgang_melden", by="politie")
    case.do("beoordelen", monitoring_besluit="afsluiten")
    director = visit("procesregisseur.arnhem")
    director.go(f"/casussen/{case.number}")
    director.page.locator(".cr-diagram .djs-container").wait_for()
    text = director.page.inner_text("main")
    assert "Aanmelden bij schuldhulp" in text
    assert "2 MDO" in text
    assert director.violations() == []
    case.do("afsluiten")
    case.do("afgesloten")
    assert state(case, visit, "procesregisseur.arnhem") == "afgesloten"


def test_route_3_child_protection(visit: Visit) -> None:
    case = Journey(visit, "arnhem")
    case.start("cob", "verzoek_cob", "veilig-thuis")
    case.do("verzoek_beoordelen")
    case.do("cob_uitnodiging", by="veilig-thuis")
    case.do("cob_uitnodiging", by="raad-voor-de-kinderbescherming")
    case.do_all("cob_overleg", "raadsmelding", "raad_ontvangt", "terugmelden")
    case.do("terugmelding_lezen", by="veilig-thuis")
    assert state(case, visit, "procesregisseur.arnhem") == "afgesloten"


def test_route_4_aftercare(visit: Visit) -> None:
    case = Journey(visit, "wvv")
    case.start("nazorg", "informatieverzoek_dji", "dji")
    case.do_all("contact", "basisvoorwaarden", "rapport", "rapport_lezen")
    assert state(case, visit, "procesregisseur.wvv") == "afgesloten"


def test_a_question_by_telephone_becomes_a_report_of_who_asked(visit: Visit) -> None:
    case = Journey(visit, "wvv")
    case.start("adviesvraag", "adviesvraag", "procesregisseur.wvv")
    case.do("consulteren", uitkomst="aanmelden", aanmelding_door="adviesvrager", terugmelding="")
    asker = visit("gemeente-ede")
    asker.open_task("Aanmeldformulier aanvullen", number=case.number)
    assert asker.page.input_value('[name="onderwerp"]') == "Vraag over een inwoner met verward gedrag"
    assert asker.page.input_value('[name="melder.naam"]') == "Greet Gemeente (voorbeeld)"
    case.do("aanmelding_aanvullen")
    assert visit("procesregisseur.wvv").has_task("Intake", number=case.number)


def hours_of_working_days(number: int) -> float:
    """From now; how many days that are hangs on today."""
    now = clock.now()
    return (workdays.add(now, number) - now) / timedelta(hours=1)


def test_a_partner_who_does_not_answer_does_not_hold_the_case_up(visit: Visit) -> None:
    case = Journey(visit, "arnhem")
    case.start("aanmelding", "aanmeldformulier", "politie")
    case.do_all("intake", "uitvraag")
    case.do("informatie_geven", by="gemeente-arnhem")
    case.do("leefgebieden")
    coordinator = visit("informatiecoordinator.arnhem")
    assert not coordinator.has_task("Verrijkt formulier vaststellen", number=case.number)
    silent = visit("veilig-thuis")
    silent.open_task("Informatie geven", number=case.number)
    case.later(hours=hours_of_working_days(3) + 1)
    silent.page.reload()
    assert "herinnerd" in silent.page.inner_text("main")
    case.later(hours=hours_of_working_days(5) + 1)
    silent.answer({"antwoord.soort": ["niet_bekend"]})
    silent.hand_in()
    silent.page.wait_for_load_state()
    assert "vervallen" in silent.page.inner_text("main")
    coordinator.open_task("Verrijkt formulier vaststellen", number=case.number)
    assert "Geen antwoord ontvangen" in coordinator.page.inner_text("main")


def test_deciding_against_the_advice_asks_why_and_loses_nothing(visit: Visit) -> None:
    case = Journey(visit, "arnhem", answers={"uitvraag": NO_REQUESTS})
    case.start("triagerapport", "triagerapport", "veilig-thuis")
    case.house = "wvv"
    case.do_all("intake", "uitvraag", "leefgebieden", "vaststellen", "voorbereiden", "criteria_wegen")
    member = visit("locatiemanager.wvv")
    member.open_task("Besluit nemen", number=case.number)
    member.answer(
        {
            "weegploeg.lid_huis": ["locatiemanager"],
            "weegploeg.tweede_lid": ["ketenmanager"],
            "besluit": ["ADVIES_LOKAAL_PARTNER"],
            "prioriteit": ["normaal"],
            "terugmelding": ["Wij geven advies."],
        }
    )
    member.hand_in()
    member.page.locator("#fouten").wait_for()
    assert member.errors() == ["Vul iets in bij ‘Waarom wijkt u af van het advies?’."]
    assert member.page.evaluate("document.activeElement.id") == "fouten"
    assert member.page.input_value('[name="terugmelding"]') == "Wij geven advies."
    assert member.violations() == []
    member.answer({"afwijking": ["Het lokale team is al begonnen."]})
    member.complete()
    assert visit("procesregisseur.wvv").has_task("Advies opstellen", number=case.number)


def test_a_radicalisation_signal_is_invisible_outside_its_compartment(visit: Visit) -> None:
    case = Journey(visit, "arnhem")
    case.start("radicalisering", "signaal_radicalisering", "gemeente-arnhem")
    assert visit("procesregisseur.arnhem").has_task("Intake", number=case.number)
    outsider = visit("procesregisseur2.arnhem")
    assert not outsider.has_task("Intake", number=case.number)
    outsider.go(f"/casussen/{case.number}")
    assert case.number not in outsider.page.inner_text("main")
