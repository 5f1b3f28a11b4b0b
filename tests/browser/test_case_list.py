"""The list of cases at the screen: narrowed, sorted, kept as a view, and taken along."""

import csv
from pathlib import Path

from tests.browser.conftest import Visit
from tests.browser.journey import Journey


def test_the_ketenmanager_makes_a_view_of_her_own_and_takes_it_along(visit: Visit) -> None:
    cases = [Journey(visit, "arnhem") for _ in range(2)]
    for case in cases:
        case.start("aanmelding", "aanmeldformulier", "politie")
    manager = visit("ketenmanager")
    page = manager.page
    manager.go("/casussen")
    page.get_by_text("Meer filters").click()
    page.get_by_label("Ligt bij").first.select_option(label="Procesregisseur")
    page.get_by_text("Kolommen", exact=True).click()
    page.get_by_label("Route", exact=True).last.uncheck()
    page.get_by_label("Laatste beweging").check()
    page.get_by_role("button", name="Zoeken").click()
    page.get_by_role("link", name="Nummer").click()
    page.locator("th[aria-sort=ascending]").wait_for()
    page.get_by_label("Naam").fill("Bij ons")
    page.get_by_role("button", name="Bewaren").click()
    page.get_by_text("De weergave ‘Bij ons’ is bewaard.").wait_for()
    assert manager.violations() == []

    manager.go("/casussen")
    page.get_by_role("link", name="Bij ons").click()
    page.locator("th[aria-sort=ascending]").wait_for()
    heads = [text.strip(" ↑") for text in page.locator("thead th").all_inner_texts()]
    shown = page.locator("tbody th").all_inner_texts()
    with page.expect_download() as coming:
        page.get_by_role("link", name="CSV").click()
    text = Path(coming.value.path()).read_text(encoding="utf-8-sig")
    rows = list(csv.reader(text.splitlines(), delimiter=";"))

    # Another test's case may have gone to the other house with its number.
    assert [number for number in shown if number in {case.number for case in cases}] == sorted(
        case.number for case in cases
    )
    assert rows[0] == heads
    assert "Route" not in heads
    assert "Laatste beweging" in heads
    assert [row[0] for row in rows[1:]] == shown
    manager.go("/casussen/weergaven")
    page.get_by_role("button", name="Verwijderen").click()
    page.get_by_text("U hebt nog geen weergaven").wait_for()
