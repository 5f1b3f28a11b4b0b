"""The editors of forms and decisions: by keyboard, saved by themselves, shown as people will get it."""

import json

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Visit
from tests.browser.people import Visitor
from tests.browser.test_studio import begin


@pytest.fixture
def oscar(visit: Visit) -> Visitor:
    """A process owner."""
    return visit("proceseigenaar")


def draft(visitor: Visitor) -> str:
    """A new draft; gives its address."""
    return begin(visitor, "Proef met de editor")


def until(page: Page, test: str) -> None:
    """Wait for a JavaScript condition; the policy of our pages forbids wait_for_function."""
    for _ in range(200):
        if page.evaluate(test):
            return
        page.wait_for_timeout(50)
    raise AssertionError(test)


def saved(page: Page) -> None:
    until(page, "document.querySelector('[data-deel=stand]').textContent === 'Alles is bewaard.'")


def test_a_question_is_added_moved_and_previewed_by_keyboard_alone(oscar: Visitor) -> None:
    address, page = draft(oscar), oscar.page
    oscar.go(f"{address}/formulier/intake.form")
    until(page, "'klaar' in document.getElementById('formuliereditor').dataset")
    page.locator("#deel-datum_4").focus()
    page.keyboard.press("Enter")
    page.locator("#nieuw-soort").focus()
    page.locator("#nieuw-soort").select_option("rondjes")
    page.locator("#nieuw").focus()
    page.keyboard.press("Enter")
    until(page, "document.activeElement.id === 'deel-radio_1'")
    page.keyboard.press("Alt+ArrowDown")
    label = page.get_by_label("Vraag", exact=True)
    label.focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("Is er haast?")
    preview = page.locator("[data-deel=voorbeeld]")
    preview.get_by_text("Is er haast?").wait_for()
    saved(page)
    form = json.loads(page.evaluate(f"fetch('{address}/bestanden/intake.form').then((a) => a.text())"))
    group = next(one for one in form["components"] if one["type"] == "group")
    assert [one["id"] for one in group["components"]].index("radio_1") == 2
    assert next(one for one in group["components"] if one["id"] == "radio_1")["label"] == "Is er haast?"
    page.locator("#voorbeeld-controleer").click()
    preview.get_by_role("alert").wait_for()
    assert oscar.violations() == []
    page.locator("#ongedaan").click()
    until(page, "!document.querySelector('[data-deel=voorbeeld]').textContent.includes('Is er haast?')")


def test_a_condition_in_the_preview_is_followed(oscar: Visitor) -> None:
    address, page = draft(oscar), oscar.page
    oscar.go(f"{address}/formulier/intake.form")
    until(page, "'klaar' in document.getElementById('formuliereditor').dataset")
    hidden = page.locator("[data-deel=voorbeeld]").get_by_label("Nummer van de eerdere casus")
    hidden.wait_for(state="hidden")
    page.locator("[data-deel=voorbeeld]").get_by_label("Ja", exact=True).check()
    hidden.wait_for(state="visible")


def test_a_decision_is_changed_tried_out_and_saved(oscar: Visitor) -> None:
    address, page = draft(oscar), oscar.page
    oscar.go(f"{address}/beslissing/weging.dmn")
    until(page, "'klaar' in document.getElementById('beslissingeditor').dataset")
    for name in ("k1a", "k1b", "a", "b", "c"):
        page.locator(f"#proberen-criteria-{name}").select_option("ja")
    page.get_by_text("advies = AGENDEREN_MDO").wait_for()
    until(page, "document.querySelectorAll('.cr-regel--geldt').length > 0")
    page.locator('[data-row-id="wegingsadvies_1"].output-cell').last.click()
    page.keyboard.press("Control+a")
    page.keyboard.type('"AANVULLEN"')
    page.keyboard.press("Enter")
    page.get_by_text("advies = AANVULLEN").first.wait_for()
    saved(page)
    text = page.evaluate(f"fetch('{address}/bestanden/weging.dmn').then((a) => a.text())")
    assert text.count('"AANVULLEN"') > 3
    assert "De casus kan op de agenda" in text
    assert oscar.violations() == []


def test_dmn_js_speaks_dutch(oscar: Visitor) -> None:
    address, page = draft(oscar), oscar.page
    oscar.go(f"{address}/beslissing/weging.dmn")
    until(page, "'klaar' in document.getElementById('beslissingeditor').dataset")
    page.locator('[data-row-id="wegingsadvies_1"].input-cell').first.click(button="right")
    page.get_by_text("Regel erboven toevoegen").or_(page.get_by_text("Regel toevoegen")).first.wait_for()
