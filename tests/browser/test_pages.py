"""Every page as people meet it: accessible in light and dark, at 320 px, by keyboard, and shared by two."""

from collections.abc import Iterator

import pytest

from tests.browser.conftest import Visit
from tests.browser.journey import Journey
from tests.browser.people import Visitor

PAGES = {
    "procesregisseur.arnhem": (
        *("/taken", "/taken?weergave=alles", "/aanmelden", "/casussen", "/werkwijze"),
        *("/aanmelden/aanmelding", "/aanmelden/adviesvraag", "/aanmelden/triagerapport"),
        *("/aanmelden/cob", "/aanmelden/nazorg", "/aanmelden/radicalisering"),
    ),
    "ketenmanager": (
        *("/casussen?stand=&kolom=termijn&kolom=beweging&sorteer=termijn", "/casussen?van=gisteren"),
        *(
            "/casussen/weergaven",
            "/account",
            "/regie",
            "/regie/informatieverrijking",
            "/regie/werkwijze",
            "/regie/gezondheid",
        ),
        *("/regie/informatieverrijking?kleur=tijd&van=nooit", "/regie/termijnen"),
    ),
    "proceseigenaar": (
        *("/werkwijze/1", "/werkwijze/1/process/mdo", "/werkwijze/1/decision/wegingsadvies"),
        *("/werkwijze/1/form/aanmeldformulier", "/bestaat-niet"),
    ),
    "politie": ("/taken", "/meldingen"),
}
ALL = [(login, path) for login, paths in PAGES.items() for path in paths]


@pytest.fixture(autouse=True)
def _case(visit: Visit) -> Iterator[None]:
    """Something to see."""
    if visit.place.has_case:
        yield
        return
    case = Journey(visit, "arnhem")
    case.start("aanmelding", "aanmeldformulier", "politie")
    visit.place.has_case = True
    yield


@pytest.mark.parametrize(("login", "path"), ALL)
def test_a_page_has_no_violations_and_fits_a_narrow_screen(visit: Visit, login: str, path: str) -> None:
    visitor = visit(login)
    visitor.go(path)
    assert visitor.violations() == []
    visitor.page.set_viewport_size({"width": 320, "height": 640})
    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= 320
    visitor.page.emulate_media(color_scheme="dark")
    assert visitor.violations() == []


def test_a_start_form_by_keyboard_only(visit: Visit) -> None:
    visitor = visit("gemeente-ede")
    visitor.go("/aanmelden/adviesvraag")
    keyboard = visitor.page.keyboard
    visitor.page.get_by_label("Waar gaat het over?").focus()
    keyboard.type("Vraag met het toetsenbord")
    keyboard.press("Tab")
    keyboard.type("Ede")
    _to(visitor, "melder.telefoon")
    keyboard.type("0318 00 00 02")
    _to(visitor, "kanaal")
    keyboard.press("Space")
    _to(visitor, "vraag")
    keyboard.type("Kan dit lokaal?")
    _to(visitor, "aanleiding")
    keyboard.type("Er is al weken onrust.")
    _to(visitor, "spoed")
    keyboard.press("Space")
    while visitor.page.evaluate("document.activeElement.textContent.trim()") != "Versturen":
        keyboard.press("Tab")
    keyboard.press("Enter")
    visitor.page.wait_for_url("**/aanmelden/ontvangen/**")


def _to(visitor: Visitor, name: str) -> None:
    """Press Tab until the field with this name has the focus."""
    for _ in range(30):
        if visitor.page.evaluate("document.activeElement.name") == name:
            return
        visitor.page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reaches {name}")


def test_two_people_at_one_task_and_nothing_is_lost(visit: Visit) -> None:
    case = Journey(visit, "arnhem")
    case.start("aanmelding", "aanmeldformulier", "politie")
    first, second = visit("procesregisseur.arnhem"), visit("procesregisseur2.arnhem")
    second.open_task("Intake", number=case.number)
    case.do("intake")
    second.page.locator('[name="intake.verslag"]').fill("Wat ik net hoorde van de melder")
    second.hand_in()
    second.page.get_by_text("Petra Proces").first.wait_for()
    text = second.page.inner_text("main")
    assert "al afgerond" in text
    assert "Wat ik net hoorde van de melder" in second.page.content()
    assert second.violations() == []
    assert not first.has_task("Intake", number=case.number)


def test_what_is_typed_is_kept_as_a_concept(visit: Visit) -> None:
    case = Journey(visit, "arnhem")
    case.start("aanmelding", "aanmeldformulier", "politie")
    visitor = visit("procesregisseur.arnhem")
    visitor.open_task("Intake", number=case.number)
    visitor.page.locator('[name="intake.verslag"]').fill("Een begin")
    visitor.page.get_by_text("Concept bewaard").wait_for()
    visitor.page.reload()
    assert visitor.page.input_value('[name="intake.verslag"]') == "Een begin"


def test_a_task_is_picked_up_and_handed_to_a_colleague(visit: Visit) -> None:
    case = Journey(visit, "arnhem")
    case.start("aanmelding", "aanmeldformulier", "politie")
    visitor = visit("procesregisseur.arnhem")
    visitor.open_task("Intake", number=case.number)
    visitor.page.get_by_role("button", name="Oppakken").click()
    visitor.page.get_by_text("Van u", exact=True).wait_for()
    visitor.page.get_by_label("Overdragen aan").select_option("procesregisseur2.arnhem")
    visitor.page.get_by_role("button", name="Overdragen").click()
    colleague = visit("procesregisseur2.arnhem")
    colleague.go(f"/taken?weergave=mij&zoek={case.number}")
    assert colleague.page.get_by_role("link", name="Intake").count() == 1


def test_the_case_stands_on_the_diagram_of_the_ketenmanager(visit: Visit) -> None:
    case = Journey(visit, "arnhem")
    case.start("aanmelding", "aanmeldformulier", "politie")
    manager = visit("ketenmanager")
    manager.go("/regie")
    manager.page.locator(".cr-diagram .cr-standen").first.wait_for()
    manager.go("/regie/informatieverrijking")
    badge = manager.page.locator("a.cr-standen").first
    badge.wait_for()
    badge.click()
    manager.page.wait_for_load_state()
    assert case.number in manager.page.inner_text("main")
    manager.go(f"/casussen/{case.number}")
    assert "Wat is besproken?" not in manager.page.inner_text("main")


def test_the_open_picture_counts_a_new_case_by_itself(visit: Visit) -> None:
    manager = visit("ketenmanager")
    manager.page.clock.install()
    manager.go("/regie/informatieverrijking?kleur=tijd&gemeente=arnhem")
    manager.page.locator(".cr-diagram[data-klaar]").wait_for()
    before = manager.page.locator('.cr-stap[data-element="intake"] .cr-stap__nu').inner_text()
    Journey(visit, "arnhem").start("aanmelding", "aanmeldformulier", "politie")

    manager.page.clock.fast_forward(40_000)

    number = manager.page.locator('.cr-stap[data-element="intake"] .cr-stap__nu')
    number.filter(has_not_text=before.partition(" ")[0]).wait_for()
    assert int(number.inner_text().split()[0]) == int(before.split()[0]) + 1
    assert "minder dan 1 dag of langer" in number.inner_text()
