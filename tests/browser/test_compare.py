"""Two versions beside each other: drawn, marked, chosen from the list and from the drawing, and on paper."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.services import releases
from app.store.session import transaction
from tests.browser.conftest import Visit
from tests.browser.people import Visitor
from tests.checks import edits
from tests.checks.edits import replaced, shipped
from tests.town import NOW

MDO = "/werkwijze/vergelijken/bestand?van={was}&naar={now}&naam=mdo.bpmn"


@pytest.fixture(scope="module")
def numbers(place) -> Iterator[tuple[int, int]]:
    """A release with another process, and back again so that the others who test here find what they know."""
    mdo = edits._on(shipped("mdo.bpmn"), edits._take_out, "overleg", "")
    mdo = replaced(mdo, ('name="Plan van aanpak"', 'name="Plan maken"'))
    with place.app.app_context():
        with transaction() as session:
            before = releases.current_number(session)
            files = releases.files(session, before)
            # It shows what the meeting decided; without the meeting nothing does.
            plan = json.loads(files["plan_van_aanpak.form"])
            plan["components"] = [one for one in plan["components"] if one["id"] != "text_1"]
            changed = {"mdo.bpmn": mdo, "plan_van_aanpak.form": json.dumps(plan).encode()}
            now = releases.publish(session, {**files, **changed}, by="test", note="anders", now=NOW).number
        yield before, now
        with transaction() as session:
            releases.publish(session, files, by="test", note="terug", now=NOW)


@pytest.fixture
def page(visit: Visit, numbers: tuple[int, int]) -> Visitor:
    visitor = visit("proceseigenaar")
    visitor.go(MDO.format(was=numbers[0], now=numbers[1]))
    visitor.page.locator(".cr-diagram[data-klaar]").nth(1).wait_for()
    return visitor


def chosen(visitor: Visitor) -> list[list[str]]:
    """The ids that are selected in the earlier and in the later drawing."""
    return [
        drawing.locator(".djs-element.selected").evaluate_all("all => all.map(one => one.dataset.elementId)")
        for drawing in visitor.page.locator(".cr-diagram").all()
    ]


def test_both_drawings_are_marked_by_sign_and_the_page_is_accessible(page: Visitor) -> None:
    signs = [
        drawing.locator(".cr-teken").evaluate_all("all => all.map(one => one.title)")
        for drawing in page.page.locator(".cr-diagram").all()
    ]

    assert "Multidisciplinair overleg: vervallen" in signs[0]
    assert "Plan van aanpak: anders" in signs[0]
    assert "Plan maken: anders" in signs[1]
    assert page.violations() == []
    page.page.set_viewport_size({"width": 320, "height": 640})
    page.page.emulate_media(color_scheme="dark")
    assert page.page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.violations() == []


def test_a_difference_is_chosen_in_the_list_by_keyboard_and_a_step_in_the_drawing(page: Visitor) -> None:
    page.page.get_by_role("link", name="De taak ‘Plan van aanpak’ heet nu ‘Plan maken’.").focus()
    page.page.keyboard.press("Enter")
    assert chosen(page) == [["plan_maken"], ["plan_maken"]]
    assert page.page.locator(".cr-vergelijk__keuze").inner_text() == (
        "De taak ‘Plan van aanpak’ heet nu ‘Plan maken’."
    )

    page.page.get_by_role("button", name="Passend").first.click()
    page.page.locator(".cr-diagram").first.locator('[data-element-id="overleg"] .djs-hit').first.click()
    assert chosen(page) == [["overleg"], []]
    assert (
        page.page.locator(".cr-verschil--gekozen")
        .all_inner_texts()[0]
        .strip()
        .endswith("De taak ‘Multidisciplinair overleg’ is vervallen.")
    )


def test_the_arrow_keys_go_from_difference_to_difference(page: Visitor) -> None:
    page.page.locator(".cr-diagram svg[tabindex]").first.focus()
    page.page.keyboard.press("ArrowRight")
    first = chosen(page)[0]
    page.page.keyboard.press("ArrowRight")

    assert first and chosen(page)[0] and chosen(page)[0] != first


def test_on_paper_the_whole_drawing_is_shown_with_signs(page: Visitor, tmp_path: Path) -> None:
    page.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    svg = page.page.locator(".cr-diagram svg[data-element-id], .cr-diagram .djs-container > svg").first
    assert svg.get_attribute("viewBox")
    assert page.page.locator(".cr-papierteken").count() > 2

    page.page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert svg.get_attribute("viewBox") is None
    assert page.page.locator(".cr-papierteken").count() == 0
    page.page.pdf(path=tmp_path / "mdo.pdf", format="A4")
    assert (tmp_path / "mdo.pdf").stat().st_size > 10_000


def test_without_scripts_the_sentences_are_complete(visit: Visit, numbers: tuple[int, int]) -> None:
    visitor = visit("proceseigenaar")
    cookies = visitor.page.context.cookies()
    context = visit.browser.new_context(java_script_enabled=False)
    context.add_cookies(cookies)
    page = context.new_page()
    page.goto(visitor.address + MDO.format(was=numbers[0], now=numbers[1]))

    text = page.inner_text("main")
    assert "De taak ‘Multidisciplinair overleg’ is vervallen." in text
    assert "Kies een verschil" not in text
    context.close()
