"""Many cases go to another release: who can't is told why, it is stopped and goes on, and is turned back."""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from playwright.sync_api import Browser, Locator
from sqlalchemy import select

from app import clock
from app.services import cases, inbox, releases
from app.store.models import Case, Person, UserTask
from app.store.session import db, transaction
from tests.browser.conftest import Visit
from tests.browser.people import Visitor
from tests.browser.place import Place
from tests.browser.test_studio import look, press
from tests.engine.diagrams import element, extensions, flows, process, task
from tests.installation import Installation

CASES = int(os.environ.get("CASUSROUTE_MIGRATED", "100"))
LEFT = 7
AT_ONCE = 50
FORM = extensions('<zeebe:formDefinition formId="klein"/>')
WHY = "die stap bestaat niet in de andere versie"


def way(*steps: str) -> bytes:
    """Steps one after another."""
    named = ("begin", *steps, "einde")
    return process(
        element("startEvent", "begin", FORM),
        *(task(step) for step in steps),
        element("endEvent", "einde"),
        flows(*(f"{one}>{other}" for one, other in pairwise(named))),
        id="melden",
    )


@pytest.fixture
def visit(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visit]:
    """CASES at the first step, but for LEFT at the second; and a second release without that one."""
    installation = Installation(tmp_path_factory.mktemp("overgang"))
    try:
        installation.set_up(files={"melden.bpmn": way("ontvangen", "nabellen", "afronden")})
        visit = Visit(browser, Place(installation))
        with visit.place.app.app_context():
            begin()
            db.engine.dispose()
        installation.spawn("serve")
        installation.wait_until_up()
        yield visit
        for visitor in visit.visitors.values():
            visitor.page.context.close()
            assert visitor.messages == []
    finally:
        installation.stop()


def begin() -> None:
    for made in range(0, CASES, AT_ONCE):
        with transaction() as session:
            for number in range(made, min(made + AT_ONCE, CASES)):
                by = (
                    session.scalars(select(Person).where(Person.login == "procesregisseur.arnhem"))
                    .unique()
                    .one()
                )
                given = {"onderwerp": "Overlast", "huis": "arnhem"}
                case = cases.start(session, "melden", given, by=by, now=clock.now())
                if number < LEFT:
                    query = select(UserTask).where(UserTask.case_key == case.key)
                    open_task = session.scalars(query).unique().one()
                    inbox.complete(session, open_task.id, {}, by=by, now=clock.now())
    with transaction() as session:
        files = {**releases.files(session, 1), "melden.bpmn": way("ontvangen", "afronden")}
        releases.publish(session, files, by="test", note="Nabellen vervalt.", now=clock.now())


def told(visitor: Visitor, name: str) -> Locator:
    """A number of how far it is."""
    return visitor.page.locator(".cr-feiten div", has_text=name).locator("dd")


def test_many_go_along_seven_do_not_and_all_come_back(visit: Visit) -> None:
    manager = visit("ketenmanager")
    page, going = manager.page, CASES - LEFT
    manager.go("/werkwijze/2/lopende-casussen")
    page.get_by_text(f"{LEFT} casussen kunnen niet mee").click()
    assert page.locator("details[open] li", has_text=WHY).count() == LEFT
    look(manager)
    page.get_by_label(f"Alle {going} casussen die mee kunnen").check()
    page.get_by_label("Waarom gaan deze casussen mee?").fill("nabellen is niet meer nodig")
    press(manager, "Laat meegaan")
    page.wait_for_url("**/overgangen/*")
    assert manager.violations() == []
    half = going // 2
    visit.place.work(now=soon(), most=half)
    told(manager, "Meegegaan").get_by_text(str(half), exact=True).wait_for()
    page.get_by_text(f"{half} van {going} casussen gedaan").wait_for()
    assert manager.violations() == []
    press(manager, "Stoppen")
    page.get_by_text("Gestopt. Wat al meeging").wait_for()
    assert told(manager, "Gestopt").inner_text() == str(going - half)
    visit.place.work(now=soon())
    page.reload()
    assert told(manager, "Meegegaan").inner_text() == str(half)
    look(manager)
    late = page.locator("tbody tr", has_text="gestopt").last.get_by_role("link").inner_text()
    move_on(visit, late)
    press(manager, f"Verder gaan met de {going - half} gestopte casussen")
    page.get_by_text("De gestopte casussen zijn weer onderweg.").wait_for()
    visit.place.work(now=soon())

    page.get_by_text("Klaar.", exact=True).wait_for()
    assert told(manager, "Meegegaan").inner_text() == str(going - 1)
    assert told(manager, "Niet gelukt").inner_text() == "1"
    refused = page.get_by_role("region", name="Niet meegegaan, en waarom").locator("tbody tr")
    assert refused.count() == 1
    assert late in refused.inner_text()
    assert WHY in refused.inner_text()
    assert page.get_by_role("region", name="Per casus").get_by_text("meegegaan").count() == going - 1
    assert manager.violations() == []

    page.get_by_role("link", name="Terugbrengen bekijken").click()
    page.get_by_text(f"{going - 1} casussen kunnen terug.").wait_for()
    look(manager)
    back = f"Breng {going - 1} casussen terug naar versie 1"
    press(manager, back)
    page.get_by_text("Schrijf kort op waarom de casussen meegaan.").wait_for()
    assert manager.violations() == []
    page.get_by_label("Waarom gaan deze casussen terug?").fill("nabellen blijkt toch nodig")
    press(manager, back)
    page.wait_for_url("**/overgangen/2")
    visit.place.work(now=soon())
    page.get_by_text("Klaar.", exact=True).wait_for()
    assert told(manager, "Meegegaan").inner_text() == str(going - 1)
    page.get_by_role("region", name="Per casus").get_by_role("link").first.click()
    course = page.locator(".cr-verloop")
    assert "van versie 2 naar versie 1" in course.inner_text()
    assert course.locator(".cr-met-de-hand").count() == 2
    manager.go("/werkwijze/2/lopende-casussen")
    page.get_by_label(f"Alle {going - 1} casussen die mee kunnen").wait_for()


def soon() -> datetime:
    return clock.now() + timedelta(seconds=1)


def move_on(visit: Visit, number: str) -> None:
    """Somebody does the first step of this case, meanwhile."""
    with visit.place.app.app_context(), transaction() as session:
        query = select(UserTask).join(Case).where(Case.number == number, UserTask.state == "open")
        waiting = session.scalars(query).unique().one()
        by = session.scalars(select(Person).where(Person.login == "procesregisseur.arnhem")).unique().one()
        inbox.complete(session, waiting.id, {}, by=by, now=clock.now())
