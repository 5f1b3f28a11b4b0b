"""A mistake in a diagram that only some answers meet: mended in the studio, and all cases helped at once."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser
from sqlalchemy.orm import Session

from app import clock
from app.services import demo, releases
from app.store.models import Case
from app.store.session import db, transaction
from tests.browser.conftest import Visit
from tests.browser.journey import EXAMPLES, PROJECT
from tests.browser.place import Place
from tests.browser.studio import Editor, make_draft
from tests.browser.test_studio import look, press
from tests.installation import Installation

FILE = "adviesvraag.bpmn"
TIMER = "terugmelding_lezen_termijn"
RIGHT, WRONG = "=add working days(now(), 10)", "=add working days(gewenst_op, 10)"
CASES = 3


def planted() -> bytes:
    """The term counts from the day that was wished for; not everybody fills that in."""
    text = (PROJECT / "processes" / FILE).read_text("utf-8")
    begin = text.index(f'id="{TIMER}_tijd"')
    place = text.index(RIGHT, begin)
    return (text[:place] + WRONG + text[place + len(RIGHT) :]).encode()


@pytest.fixture
def visit(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visit]:
    installation = Installation(tmp_path_factory.mktemp("storing"))
    try:
        installation.set_up(shipped=True)
        visit = Visit(browser, Place(installation))
        with visit.place.app.app_context():
            with transaction() as session:
                files = {**releases.files(session, 1), FILE: planted()}
                releases.publish(session, files, by="test", note="Advies met voorwaarde.", now=clock.now())
            db.engine.dispose()
        installation.spawn("serve")
        installation.wait_until_up()
        yield visit
        for visitor in visit.visitors.values():
            visitor.page.context.close()
            assert visitor.messages == []
    finally:
        installation.stop()


def advised(place: Place, wished: str) -> str:
    """A case that was consulted about, with or without a day that was wished for; its number."""
    answers = {"adviesvraag": {"gewenst_op": wished}}
    one = {
        "weg": "adviesvraag",
        "door": "procesregisseur.wvv",
        "dagen": 0,
        "stappen": [{"taak": "consulteren", "wacht": 0}],
        "antwoorden": answers,
    }

    def run(work: Callable[[Session], Any]) -> Any:
        with transaction() as session:
            return work(session)

    with place.app.app_context():
        key = demo.make(run, EXAMPLES, one, now=clock.now())
        number: str = db.session.get_one(Case, key).number
        return number


def test_a_group_of_failures_is_tried_again_after_the_diagram_was_mended(visit: Visit) -> None:
    numbers = [advised(visit.place, "") for _ in range(CASES)]
    well = advised(visit.place, "{+10}")
    manager = visit("ketenmanager")
    page = manager.page
    manager.go("/regie")
    troubles = page.get_by_role("region", name=f"{CASES} storingen")
    assert troubles.get_by_role("listitem").count() == 1
    assert "Terugmelding lezen" in troubles.inner_text()
    look(manager)
    page.get_by_role("link", name="Storingen", exact=True).click()
    page.wait_for_url("**/regie/storingen")
    assert page.get_by_role("button", name="opnieuw proberen").count() == 0
    look(manager)
    page.get_by_role("link", name="Oplossen").click()
    page.wait_for_url(re.compile(r"/regie/storingen/\d+$"))
    cause = page.url.removeprefix(manager.address)
    look(manager)
    press(manager, f"Alle {CASES} opnieuw proberen")
    page.get_by_text(f"{CASES} lukken nog niet").wait_for()
    assert page.get_by_text("mislukt weer").count() == CASES

    mend(visit)

    manager.go(cause)
    assert page.get_by_text("gaat verder bij").count() == CASES
    look(manager)
    take = f"Neem {CASES} casussen mee naar versie 3"
    press(manager, take)
    page.get_by_text("Schrijf kort op waarom de casussen meegaan.").wait_for()
    assert manager.violations() == []
    page.get_by_label("Waarom gaan deze casussen mee?").fill("de termijn klopt weer")
    press(manager, take)
    page.wait_for_url("**/overgangen/*")
    assert manager.violations() == []
    visit.later()
    page.get_by_text("Klaar.", exact=True).wait_for()
    page.get_by_text(f"{CASES} casussen die meegingen staan nog stil").wait_for()
    assert manager.violations() == []
    page.get_by_role("link", name="Naar de storingen").click()
    page.get_by_role("link", name="Oplossen").click()
    page.wait_for_url(re.compile(r"/regie/storingen/\d+$"))
    assert page.get_by_role("button", name=take).count() == 0
    press(manager, f"Alle {CASES} opnieuw proberen")

    page.get_by_text("Deze storing is opgelost").wait_for()
    assert page.locator("tbody tr", has_text="opgelost op").count() == CASES
    assert manager.violations() == []
    manager.go("/regie/storingen")
    page.get_by_text("Er zijn geen storingen.").wait_for()
    for number in numbers:
        manager.go(f"/casussen/{number}")
        told = page.locator(".cr-verloop").inner_text()
        assert told.count("liet de mislukte stap opnieuw proberen") == 2
        assert told.count("naar versie 3 van de werkwijze") == 1
        page.get_by_role("heading", name="Terugmelding lezen").wait_for()
        assert page.locator(".cr-taak").count() == 1
    manager.go(f"/casussen/{well}")
    assert "versie 3" not in page.locator(".cr-verloop").inner_text()


def mend(visit: Visit) -> None:
    """The process owner mends the term in the studio, and a second one puts it live."""
    author, approver = visit("proceseigenaar"), visit("proceseigenaar2")
    draft = make_draft(author, "Terugmelding loopt vast")
    editor = Editor(author, draft, FILE)
    editor.choose(TIMER)
    editor.page.get_by_label("Een aantal werkdagen").check()
    editor.page.get_by_label("Werkdagen", exact=True).fill("10")
    editor.until(f"shape('{TIMER}').businessObject.eventDefinitions[0].timeDate.body === '{RIGHT}'")
    editor.saved()
    author.go(draft)
    author.page.get_by_label("Wat verandert er, en waarom?").fill("De termijn telt van nu af.")
    press(author, "Indienen")
    author.page.get_by_text("Een andere proceseigenaar moet het goedkeuren").wait_for()
    approver.go(draft)
    press(approver, "Goedkeuren en live zetten")
    approver.page.wait_for_url(re.compile(r"/werkwijze/3/lopende-casussen"))
