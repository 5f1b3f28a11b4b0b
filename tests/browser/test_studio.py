"""The studio's own pages: a change goes live by two people, and every page on the way is accessible."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.conftest import Visit
from tests.browser.journey import Journey
from tests.browser.people import Visitor

AUTHOR, APPROVER, MANAGER = "proceseigenaar", "proceseigenaar2", "ketenmanager"
PROJECT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _wide_again(visit: Visit) -> Iterator[None]:
    yield
    for visitor in visit.visitors.values():
        visitor.page.set_viewport_size({"width": 1280, "height": 900})


def look(visitor: Visitor) -> None:
    """The page is accessible in light and dark, and fits a narrow screen."""
    assert visitor.violations() == [], visitor.page.url
    visitor.page.set_viewport_size({"width": 320, "height": 640})
    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= 320, visitor.page.url
    visitor.page.emulate_media(color_scheme="dark")
    assert visitor.violations() == [], visitor.page.url
    visitor.page.emulate_media(color_scheme="light")
    visitor.page.set_viewport_size({"width": 1280, "height": 900})


def press(visitor: Visitor, name: str) -> None:
    visitor.page.get_by_role("button", name=name, exact=True).click()
    visitor.page.wait_for_load_state()


def begin(visitor: Visitor, title: str) -> str:
    """A new draft; gives its path."""
    visitor.go("/werkwijze")
    visitor.page.get_by_label("Nieuw concept: wat gaat u veranderen?").fill(title)
    press(visitor, "Concept beginnen")
    return visitor.page.url.removeprefix(visitor.address)


def bring_in(visitor: Visitor, draft: str, name: str, content: bytes) -> None:
    visitor.go(draft)
    chosen = {"name": name, "mimeType": "application/json", "buffer": content}
    visitor.page.get_by_label("Bestanden invoeren").set_input_files([chosen])  # type: ignore[list-item]
    press(visitor, "Invoeren")


def intake(label: str) -> bytes:
    """The form of the intake, with another label at its group."""
    form = json.loads((PROJECT / "forms" / "intake.form").read_text("utf-8"))
    [group] = [part for part in form["components"] if part["type"] == "group"]
    group["label"] = label
    return json.dumps(form).encode()


def test_two_people_put_a_change_live_and_the_ketenmanager_takes_cases_along(visit: Visit) -> None:
    case = Journey(visit, "arnhem")
    case.start("aanmelding", "aanmeldformulier", "politie")
    author, approver, manager = visit(AUTHOR), visit(APPROVER), visit(MANAGER)
    draft = begin(author, "Intake korter")
    bring_in(author, draft, "intake.form", b"geen formulier")
    assert "geen geldige JSON" in author.page.inner_text("main")
    look(author)
    bring_in(author, draft, "intake.form", intake("Kort gesprek"))
    other = begin(approver, "Intake langer")
    bring_in(approver, other, "intake.form", intake("Lang gesprek"))

    author.go(draft)
    press(author, "Indienen")
    assert author.page.title().startswith("Fout:")
    assert author.violations() == []
    author.page.get_by_label("Wat verandert er, en waarom?").fill("De intake is korter: één vraag minder.")
    press(author, "Indienen")
    assert "Een andere proceseigenaar moet het goedkeuren" in author.page.inner_text("main")
    assert author.page.get_by_role("button", name="Alleen goedkeuren").count() == 0
    approver.go(draft)
    look(approver)
    approver.page.get_by_role("link", name="Wat merken lopende casussen?").click()
    look(approver)
    approver.go(draft)
    press(approver, "Goedkeuren en live zetten")
    approver.page.wait_for_url("**/lopende-casussen")
    look(approver)
    assert case.number not in approver.page.content()

    number = approver.page.url.split("/")[-2]
    staff = visit("procesregisseur.arnhem")
    staff.go("/taken")
    assert "De intake is korter: één vraag minder." in staff.page.inner_text("main")
    assert staff.violations() == []
    press(staff, "Gelezen")
    assert "De intake is korter" not in staff.page.inner_text("main")

    manager.go(f"/werkwijze/{number}/lopende-casussen")
    look(manager)
    manager.page.locator('[name="groep"]').first.check()
    press(manager, "Laat meegaan")
    look(manager)
    visit.later(minutes=1)
    manager.page.get_by_text("Klaar.", exact=True).wait_for()
    assert manager.page.get_by_role("button", name="Stoppen").count() == 0
    assert manager.violations() == []
    assert case.number in manager.page.inner_text("main")
    manager.go(f"/casussen/{case.number}")
    assert f"naar versie {number}" in manager.page.inner_text("main")

    approver.go(other)
    approver.page.get_by_role("link", name=f"Bijwerken naar versie {number}").click()
    press(approver, "Bijwerken")
    assert "Kies wat blijft." in approver.page.inner_text("main")
    look(approver)
    approver.page.get_by_label("Houd wat in het concept staat").check()
    press(approver, "Bijwerken")
    approver.go(f"{other}/geschiedenis")
    look(approver)
    approver.go(other)
    press(approver, "Dit concept wegleggen")
    look(approver)


@pytest.mark.parametrize("path", ["/werkwijze/zoeken?zoek=thema", "/werkwijze/nieuws", "/werkwijze/1"])
def test_what_is_there_to_read_is_accessible(visit: Visit, path: str) -> None:
    visitor = visit(AUTHOR)
    visitor.go(path)
    look(visitor)
