"""A process owner tries a draft out, and the ketenmanager intervenes: every page is accessible on the way."""

from tests.browser.conftest import Visit
from tests.browser.journey import Journey
from tests.browser.test_studio import begin, look, press


def test_a_draft_is_tried_out_with_its_own_clock_and_kept_as_a_scenario(visit: Visit) -> None:
    oscar = visit("proceseigenaar")
    page = oscar.page
    oscar.go(begin(oscar, "Proef met een proefrit"))
    page.get_by_role("link", name="Proefrit met dit concept").click()
    page.get_by_label("Welk proces?").select_option("adviesvraag")
    press(oscar, "Kiezen")
    look(oscar)
    press(oscar, "Proefrit beginnen")
    press(oscar, "Voorbeeld invullen")
    look(oscar)
    press(oscar, "Beginnen")
    look(oscar)
    page.get_by_role("button", name="+ 5 werkdagen").click()
    page.get_by_text("ging af").first.wait_for()
    page.locator(".cr-taak a").first.click()
    press(oscar, "Voorbeeld invullen")
    press(oscar, "Afronden")
    page.get_by_label("Naam van het scenario").fill("Advies in een keer")
    press(oscar, "Bewaren")
    oscar.go("/werkwijze/scenarios")
    page.get_by_text("Het scenario gaat zoals verwacht.").wait_for()
    look(oscar)
    page.get_by_role("button", name="Verwijderen").click()
    page.get_by_text("Scenario verwijderd").wait_for()
    oscar.go("/taken")
    assert page.get_by_text("PROEF-1").count() == 0


def test_the_ketenmanager_sees_what_an_intervention_does_before_it_happens(visit: Visit) -> None:
    case = Journey(visit, "arnhem")
    case.start("aanmelding", "aanmeldformulier", "politie")
    karin = visit("ketenmanager")
    page = karin.page
    karin.go(f"/casussen/{case.number}/ingrijpen")
    look(karin)
    press(karin, "Opschorten")
    page.get_by_text("Niemand kan dan een taak van deze casus afronden").wait_for()
    look(karin)
    press(karin, "Uitvoeren")
    page.get_by_text("Schrijf kort op waarom dit nodig is.").wait_for()
    page.get_by_label("Waarom is dit nodig?").fill("De melder vroeg om te wachten")
    press(karin, "Uitvoeren")
    page.get_by_text("Reden: De melder vroeg om te wachten").first.wait_for()
    for path in ("/regie/storingen", "/regie/wegen"):
        karin.go(path)
        look(karin)
