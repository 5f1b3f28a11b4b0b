"""Everything works without JavaScript: conditional fields come with a button, and so do rows."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Visit
from tests.browser.place import Place


@pytest.fixture
def page(browser: Browser, place: Place) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=False, locale="nl-NL")
    page = context.new_page()
    page.goto(f"{place.address}/inloggen")
    page.get_by_label("Gebruikersnaam").fill("gemeente-arnhem")
    page.get_by_label("Wachtwoord").fill("demo")
    page.get_by_role("button", name="Inloggen", exact=True).click()
    yield page
    context.close()


def test_a_report_with_conditions_and_rows_without_scripts(page: Page, place: Place, visit: Visit) -> None:
    page.goto(f"{place.address}/aanmelden/aanmelding")
    for name in ("onderwerp", "aanleiding", "doel", "probleem", "al_gedaan", "waarom_niet_genoeg"):
        page.fill(f'[name="{name}"]', f"Tekst bij {name}")
    page.select_option('[name="gemeente"]', "arnhem")
    page.fill('[name="melder.telefoon"]', "026 000 00 03")
    page.check('[name="soort"][value="persoon"]')
    page.check('[name="spoed"][value="ja"]')
    page.check('[name="informeren.besproken"][value="nee"]')
    assert not page.locator('[name="spoed_reden"]').is_visible()
    page.get_by_role("button", name="Formulier bijwerken").click()
    page.fill('[name="spoed_reden"]', "Het loopt uit de hand.")
    page.fill('[name="informeren.reden_niet"]', "Eerst veiligheid.")
    page.fill('[name="personen[0].naam"]', "Jan Verzonnen")
    page.select_option('[name="personen[0].rol"]', "hoofdpersoon")
    page.get_by_role("button", name="Regel toevoegen bij Personen").click()
    page.fill('[name="personen[1].naam"]', "Lies Verzonnen")
    page.get_by_role("button", name="Versturen").click()
    assert page.locator("#fouten a").all_inner_texts() == ["Maak een keuze bij ‘Rol’."]
    assert page.input_value('[name="personen[0].naam"]') == "Jan Verzonnen"
    page.select_option('[name="personen[1].rol"]', "kind")
    page.get_by_role("button", name="Versturen").click()
    assert "/aanmelden/ontvangen/" in page.url
