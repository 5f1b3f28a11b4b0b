"""The figures as who steers sees them, of a town with a past: where it takes long stands on top."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from app.services import made_histories
from tests.browser.people import Visitor
from tests.installation import HOST, Installation


@pytest.fixture
def manager(browser: Browser, tmp_path: Path) -> Iterator[Visitor]:
    """In an installation of its own: the second release that comes with the past would surprise others."""
    installation = Installation(tmp_path)
    try:
        installation.command("db", "upgrade")
        installation.command("demo", "--cases", "16", "--months", "3")
        installation.spawn("serve")
        installation.wait_until_up()
        visitor = Visitor(browser, f"http://{HOST}:{installation.port}", "ketenmanager")
        yield visitor
        assert visitor.messages == []
    finally:
        installation.stop()


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
