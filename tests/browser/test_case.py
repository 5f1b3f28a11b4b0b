"""One case in the browser: looking back with the slider, by keyboard alone."""

from tests.browser.conftest import Visit
from tests.browser.journey import Journey


def test_the_slider_shows_the_case_as_it_was(visit: Visit) -> None:
    case = Journey(visit, "arnhem")
    case.start("aanmelding", "aanmeldformulier", "politie")
    case.do("intake")
    visitor = visit("ketenmanager")
    visitor.go(f"/casussen/{case.number}")
    page = visitor.page
    page.wait_for_selector(".cr-diagram[data-klaar]")
    now = page.locator(".cr-stap--actief").all_inner_texts()
    slider = page.get_by_role("slider", name="Terugkijken")
    lines = page.locator(".cr-verloop > li:visible")
    all_lines = lines.count()

    slider.focus()
    page.keyboard.press("Home")

    page.wait_for_function("() => document.querySelectorAll('.cr-verloop > li:not([hidden])').length < 4")
    assert "startte de casus" in (slider.get_attribute("aria-valuetext") or "")
    page.locator(".cr-stap--actief", has_text="toen hier").first.wait_for()
    assert lines.count() < all_lines
    assert page.evaluate("document.activeElement.id") == "tot"
    assert visitor.violations() == []

    page.keyboard.press("End")

    page.locator(".cr-stap--actief", has_text="nu hier").first.wait_for()
    assert page.locator(".cr-stap--actief").all_inner_texts() == now
    assert lines.count() == all_lines

    visitor.go(f"/casussen/{case.number}?tot=1")
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert visitor.violations() == []


def test_data_is_changed_with_a_colleague(visit: Visit) -> None:
    case = Journey(visit, "arnhem")
    case.start("aanmelding", "aanmeldformulier", "politie")
    visitor = visit("ketenmanager")
    page = visitor.page
    visitor.go(f"/casussen/{case.number}")
    page.get_by_label("Waarom hebt u de inhoud nodig?").fill("een verbetering van de gegevens")
    page.get_by_role("button", name="Inhoud openen").click()
    visitor.go(f"/casussen/{case.number}/ingrijpen/gegevens")
    assert visitor.violations() == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.locator("a[href*='naam=gemeente']").click()
    assert visitor.violations() == []
    page.get_by_label("Nieuwe waarde").fill("ede")
    page.get_by_role("button", name="Gevolgen bekijken").click()
    assert visitor.violations() == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.get_by_label("Waarom is dit nodig?").fill("de melder woont daar")
    page.get_by_role("button", name="Akkoord vragen").click()
    page.get_by_role("button", name="Intrekken").wait_for()
    assert visitor.violations() == []

    colleague = visit("ketenmanager2")
    colleague.go(f"/casussen/{case.number}")
    colleague.page.get_by_label("Waarom hebt u de inhoud nodig?").fill("meekijken met een wijziging")
    colleague.page.get_by_role("button", name="Inhoud openen").click()
    colleague.go("/regie")
    assert colleague.violations() == []
    colleague.page.get_by_role("link", name=case.number).click()
    colleague.page.get_by_role("button", name="Akkoord").click()
    colleague.page.get_by_text("Het gegeven is gewijzigd.").wait_for()
    assert colleague.page.locator(".cr-met-de-hand", has_text="op verzoek van Karin Keten").count() == 1
    assert colleague.violations() == []
