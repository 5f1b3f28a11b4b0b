"""The figures as who steers sees them, of a town with a past: where it takes long stands on top."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from app.services import made_histories
from tests.browser.people import Visitor
from tests.installation import HOST, Installation


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An installation of its own: the second release that comes with the past would surprise others."""
    installation = Installation(tmp_path_factory.mktemp("verleden"))
    try:
        installation.command("db", "upgrade")
        installation.command("demo", "--cases", "16", "--months", "3")
        installation.spawn("serve")
        installation.wait_until_up()
        yield f"http://{HOST}:{installation.port}"
    finally:
        installation.stop()


@pytest.fixture
def manager(browser: Browser, address: str) -> Iterator[Visitor]:
    visitor = Visitor(browser, address, "ketenmanager")
    yield visitor
    visitor.page.context.close()
    assert visitor.messages == []


def test_the_bottleneck_that_was_made_is_found_and_taken_along(manager: Visitor) -> None:
    page = manager.page
    manager.go("/regie")
    page.get_by_role("link", name="Cijfers").click()
    assert manager.violations() == []

    steps = page.get_by_role("region", name="Doorlooptijd per stap")
    assert steps.get_by_role("img").get_attribute("aria-labelledby") == "grafiek-stappen-1"
    assert (
        steps.locator(".cr-grafiek__naam").first.text_content()
        == "Leefgebieden invullen (Informatieverrijking)"
    )
    steps.locator("summary").focus()
    page.keyboard.press("Enter")
    assert (
        steps.get_by_role("rowheader").first.text_content() == "Leefgebieden invullen (Informatieverrijking)"
    )
    assert made_histories.BOTTLENECK == ("informatieverrijking", "leefgebieden")

    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.emulate_media(color_scheme="dark")
    assert manager.violations() == []

    with page.expect_download() as download:
        page.get_by_role("link", name="Rapport ophalen (PDF)").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")


def test_from_the_bottleneck_to_a_case_that_is_moved_on_by_hand(manager: Visitor) -> None:
    page = manager.page
    manager.go("/regie/cijfers")
    steps = page.get_by_role("region", name="Doorlooptijd per stap")
    steps.get_by_role("listitem").first.get_by_role("link", name="Leefgebieden invullen").click()
    page.get_by_role("heading", name="Casussen", exact=True).wait_for()
    assert manager.violations() == []
    number = page.locator("tbody th").first.inner_text()
    process = "/regie/informatieverrijking"
    manager.go(process)
    before = [standing(manager, step) for step in ("leefgebieden", "vaststellen")]
    page.locator('[data-element="leefgebieden"] .cr-stap__nu a').first.click()
    page.get_by_role("link", name=number).click()
    page.wait_for_url(f"**/casussen/{number}")
    assert manager.violations() == []

    page.get_by_role("link", name="Ingrijpen").click()
    card = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name="Nu bij"))
    card = card.filter(has_text="Nu bij ‘Leefgebieden invullen’")
    card.get_by_label("Naar een andere stap").select_option(label="Verrijkt formulier vaststellen")
    assert manager.violations() == []
    card.get_by_role("button", name="Verplaatsen bekijken").click()
    effects = page.get_by_role("region", name="Wat er dan gebeurt")
    assert "Leefgebieden invullen" in effects.inner_text()
    assert "Verrijkt formulier vaststellen" in effects.inner_text()
    assert manager.violations() == []
    page.get_by_role("button", name="Uitvoeren").click()
    page.get_by_text("Schrijf kort op waarom dit nodig is.").wait_for()
    assert manager.violations() == []
    page.get_by_label("Waarom is dit nodig?").fill("wat ontbreekt komt later")
    page.get_by_role("button", name="Uitvoeren").click()

    page.get_by_text("De casus is verplaatst.").wait_for()
    line = page.locator(".cr-verloop > li").filter(has_text="Karin Keten (voorbeeld) verplaatste").first
    told = line.inner_text()
    assert "van ‘Leefgebieden invullen’ naar ‘Verrijkt formulier vaststellen’" in told
    assert "Reden: wat ontbreekt komt later" in told
    assert "met de hand" in told
    assert "cr-met-de-hand" in (line.get_attribute("class") or "")
    assert manager.violations() == []
    manager.go(process)
    after = [standing(manager, step) for step in ("leefgebieden", "vaststellen")]
    assert after == [before[0] - 1, before[1] + 1]
    manager.go("/casussen?proces=informatieverrijking&stap=vaststellen")
    page.get_by_role("link", name=number).wait_for()


def standing(manager: Visitor, step: str) -> int:
    """How many cases the live picture counts at a step."""
    line = manager.page.locator(f'[data-element="{step}"] .cr-stap__nu').first
    line.wait_for(state="attached")
    found = re.match(r"\d+", line.inner_text().strip())
    return int(found[0]) if found else 0
