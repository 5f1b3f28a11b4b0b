"""How a process really goes, drawn: streams and numbers, one way lit up, by keyboard, narrow and on paper."""

import pytest

from app.services import cases, changes, demo
from app.store.session import db, transaction
from tests.browser.conftest import Visit
from tests.browser.people import Visitor
from tests.browser.place import Place
from tests.town import NOW, PROJECT, Town

WHY = "in overleg met de weegploeg"
PAGE = f"/werkwijze/vergelijken/praktijk?proces=adviesvraag&van={NOW.date()}&tot={NOW.date()}"
OVERLAPS = """() => {
  const all = (what) => [...document.querySelectorAll(what)].map((one) => one.getBoundingClientRect());
  const [boxes, names] = [all('.cr-getal'), all('.djs-shape .djs-label')];
  const apart = (a, b) =>
    a.left >= b.right - 1 || b.left >= a.right - 1 || a.top >= b.bottom - 1 || b.top >= a.bottom - 1;
  return boxes.flatMap((a, at) => [...boxes.slice(at + 1), ...names].filter((b) => !apart(a, b))).length;
}"""


@pytest.fixture(scope="module")
def practised(place: Place) -> None:
    """Six questions that were settled locally, and one that somebody moved by hand and called off."""
    with place.app.app_context():
        town = Town(place.app, demo.read(PROJECT / "deploy" / "voorbeelden.toml"))
        for _ in range(6):
            town.do(town.case("adviesvraag", "procesregisseur.wvv", "consulteren"), "terugmelding_lezen")
        key = town.case("adviesvraag", "procesregisseur.wvv", "consulteren")
        with transaction() as session:
            manager, case = town.person("ketenmanager"), town.found(key)
            [token] = cases.tokens(session, case)
            changes.move(session, case, token.engine_id, "consulteren", why=WHY, by=manager, now=NOW)
            changes.cancel(session, case, why=WHY, by=manager, now=NOW)
        db.session.remove()


@pytest.fixture
def manager(practised: None, visit: Visit) -> Visitor:
    visitor = visit("ketenmanager")
    visitor.go(PAGE)
    visitor.page.locator(".cr-diagram[data-klaar]").wait_for()
    return visitor


def selected(visitor: Visitor) -> list[str]:
    shapes = visitor.page.locator(".cr-diagram .djs-element.selected")
    return shapes.evaluate_all("all => all.map(one => one.dataset.elementId)")


def test_streams_and_numbers_stand_on_the_drawing_and_cover_nothing(manager: Visitor) -> None:
    page = manager.page
    element = '.cr-diagram [data-element-id="{}"]'.format

    stream = page.locator(element("uitkomst__terugmelding_lezen")).locator(".cr-stroom")
    assert "cr-stroom--5" in str(stream.get_attribute("class"))
    assert "cr-nooit" in str(page.locator(element("uitkomst__adviseren")).get_attribute("class"))
    assert page.locator(element("uitkomst__adviseren")).locator(".cr-stroom").count() == 0
    assert page.locator(".cr-getal--stap").count() == 7
    for zoom in ("Passend", "Groter", "Groter", "Kleiner", "Kleiner", "Kleiner"):
        page.get_by_role("button", name=zoom).click()
        page.wait_for_function(f"({OVERLAPS})() === 0")
    assert manager.violations() == []


def test_a_sentence_a_step_and_an_arrow_are_chosen_by_keyboard(manager: Visitor) -> None:
    page = manager.page
    page.get_by_role("link", name="1 keer met de hand verplaatst van ‘Terugmelding lezen’").focus()
    page.keyboard.press("Enter")
    assert selected(manager) == ["consulteren"]
    assert "8 keer begonnen" in page.locator(".cr-diagramblok__keuze").inner_text()

    page.locator(".cr-diagram svg[tabindex]").focus()
    for _ in range(20):
        page.keyboard.press("ArrowDown")
        if selected(manager) == ["uitkomst__terugmelding_lezen"]:
            break
    assert selected(manager) == ["uitkomst__terugmelding_lezen"]
    assert "7 keer" in page.locator(".cr-diagramblok__keuze").inner_text()


def test_a_way_lights_up_and_has_an_address_of_its_own(manager: Visitor) -> None:
    page = manager.page
    page.get_by_role("link", name="Weg 1").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**weg=**")
    page.locator(".cr-diagram[data-klaar]").wait_for()

    lit = page.locator(".cr-diagram .djs-element:has(> .cr-stroom--weg)")
    assert lit.count() == 4
    assert "6 casussen gingen weg 1" in page.locator(".cr-gekozen-weg").inner_text()
    assert manager.violations() == []


def test_it_fits_a_phone_the_dark_and_paper(manager: Visitor) -> None:
    page = manager.page
    page.set_viewport_size({"width": 320, "height": 640})
    page.emulate_media(color_scheme="dark")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert manager.violations() == []

    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator(".cr-diagram .djs-container > svg").get_attribute("viewBox")
    assert page.locator(".cr-diagram").is_visible()
    assert page.evaluate(OVERLAPS) == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")


def test_without_scripts_the_same_stands_in_words(manager: Visitor) -> None:
    context = manager.browser.new_context(java_script_enabled=False)
    context.add_cookies(manager.page.context.cookies())
    page = context.new_page()
    page.goto(manager.address + PAGE)
    page.get_by_role("link", name="Weg 1").click()

    text = page.inner_text("main")
    assert "Terugmelding lezen" in page.inner_text(".cr-gekozen-weg")
    assert "naar ‘Terugmelding lezen’" in text
    assert "7 keer" in text
    assert "Maak groter" not in text
    context.close()
