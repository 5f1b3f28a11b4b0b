"""The live picture, and what takes too long, as pages."""

import html
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.services import cases
from app.store.models import Case, Incident, Person, UserTask
from app.store.session import transaction
from tests.web.visitor import Visitor

Visit = Callable[..., Visitor]
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _cases(app: Flask) -> None:
    """Six in Arnhem, of which three are late and one failed, and one in Ede."""
    with app.app_context(), transaction() as session:
        petra = session.scalars(select(Person).where(Person.login == "petra")).unique().one()
        for number in range(7):
            house = "wvv" if number == 6 else "arnhem"
            began = clock.now() - 30 * DAY
            case = cases.start(session, "tien_taken", {"onderwerp": "x"}, by=petra, now=began)
            case.house_key, case.municipality_key = house, "ede" if house == "wvv" else "arnhem"
            case.route, case.theme = "mdo" if number < 2 else "", "hic"
            for task in session.scalars(select(UserTask).where(UserTask.case_key == case.key)):
                task.house_key = house
                task.due_at = task.sort_due_at = clock.now() + (-9 if number < 3 else 30) * DAY
        place = {"process_id": "tien_taken", "element_id": "taak_1"}
        first = session.scalars(select(Case).order_by(Case.key).limit(1)).one()
        session.add(Incident(case_key=first.key, message="mis", opened_at=clock.now(), **place))


def standing(visitor: Visitor, asked: str = "") -> dict[str, object]:
    answer = visitor.get(f"/regie/tien_taken/standen{asked}")
    found: dict[str, object] = answer.json["standen"].get("taak_1", {})
    return found


def numbers(visitor: Visitor, address: str) -> set[str]:
    """The cases that a list has."""
    return set(re.findall(r'href="/casussen/([A-Z]{3}-\d{4}-\d{4})"', visitor.get(address).text))


@pytest.mark.parametrize(
    ("asked", "cases"),
    [
        ("", 7),
        ("?huis=arnhem", 6),
        ("?gemeente=ede", 1),
        ("?thema=hic&route=mdo", 2),
        ("?versie=2&huis=wvv", 1),
        ("?versie=1", 0),
        ("?van=2000-01-01&tot=2001-01-01", 0),
        ("?gemeente=arnhem&route=mdo&van=2000-01-01", 2),
    ],
)
def test_a_step_lists_exactly_the_cases_that_it_counts(visit: Visit, asked: str, cases: int):
    karin = visit("karin")

    page = karin.get(f"/regie/tien_taken{asked}").text

    found = standing(karin, asked)
    assert found.get("tekst", "0 casussen") == f"{cases} {'casus' if cases == 1 else 'casussen'}"
    if cases:
        address = str(found["casussen"])
        assert html.escape(address) in page
        assert len(numbers(karin, address)) == cases


def test_overdue_and_failed_are_said_beside_the_number(visit: Visit):
    found = standing(visit("karin"))

    assert (found["te_laat_tekst"], found["storing_tekst"]) == ("3 te laat", "1 storing")
    page = visit("karin").get("/regie/tien_taken").text
    assert "3 te laat" in page
    assert "1 storing" in page


def test_coloured_by_time_it_is_said_in_words_how_long(visit: Visit):
    karin = visit("karin")

    by_number, by_time = standing(karin), standing(karin, "?kleur=tijd")

    assert (by_number["warmte"], by_number["tijd"]) == (2, "")
    assert (by_time["warmte"], by_time["tijd"]) == (4, "30 d")
    page = karin.get("/regie/tien_taken?kleur=tijd").text
    assert "de helft 30 dagen of langer" in page
    assert "8 weken of langer" in page, "the legend"
    assert 'data-warmte="4"' in page


def test_who_sees_figures_only_learns_nothing_about_few(visit: Visit):
    stijn = visit("stijn")

    everything, few = standing(stijn, "?kleur=tijd"), standing(stijn, "?kleur=tijd&route=mdo")

    assert (everything["tekst"], everything["tijd"], everything["casussen"]) == ("6 casussen", "30 d", None)
    assert (few["tekst"], few["tijd"], few["warmte"]) == ("minder dan 5 casussen", "", 0)
    assert few["te_laat"] == "<5"


def test_what_is_chosen_stays_chosen_from_page_to_page(visit: Visit):
    page = visit("karin").get("/regie?gemeente=arnhem&van=2020-01-01&kleur=tijd").text

    assert "/regie/tien_taken?gemeente=arnhem&amp;van=2020-01-01&amp;kleur=tijd" in page
    assert '<option value="arnhem" selected>Arnhem</option>' in page
    assert 'value="2020-01-01"' in page


@pytest.mark.parametrize("asked", ["van=gisteren", "tot=0001-01-01", "tot=9999-12-31", "versie=drie"])
def test_what_can_not_be_read_is_said_at_its_field(visit: Visit, asked: str):
    for path in ("/regie", "/regie/tien_taken", "/regie/termijnen", "/regie/tien_taken/standen"):
        answer = visit("karin").get(f"{path}?{asked}")

        assert answer.status_code == 200
        if not answer.is_json:
            assert f'id="{asked.partition("=")[0]}-fout"' in answer.text


def test_what_takes_too_long_leads_to_its_cases(visit: Visit):
    page = visit("karin").get("/regie/termijnen").text

    assert "3 taken te laat" in page
    assert "7 casussen staan al 14 dagen of langer" in page
    assert len(numbers(visit("karin"), "/regie/termijnen")) == 7
    [address] = re.findall(r'href="(/casussen\?[^"]*stap=taak_1)"', page)
    assert len(numbers(visit("karin"), html.unescape(address))) == 7
    assert "Geen casus staat 60 dagen" in visit("karin").get("/regie/termijnen?stil=60").text
    assert "14 dagen of langer" in visit("karin").get("/regie/termijnen?stil=veel").text


def test_each_sees_what_takes_too_long_in_their_own_house(visit: Visit, app: Flask):
    lotte, karin = visit("lotte"), visit("karin")
    assert len(numbers(lotte, "/regie/termijnen")) == 6
    assert len(numbers(karin, "/regie/termijnen?huis=wvv")) == 1
    for login in ("stijn", "petra", "pol"):
        assert visit(login).get("/regie/termijnen").status_code == 403

    with app.app_context(), transaction() as session:
        for case in session.scalars(select(Case)).unique():
            case.compartment = "gesloten"
    assert numbers(karin, "/regie/termijnen") == set()


def test_a_partner_that_is_waited_for_is_named_with_how_long(visit: Visit, app: Flask):
    with app.app_context(), transaction() as session:
        for task in session.scalars(select(UserTask).where(UserTask.house_key == "wvv")):
            task.groups = ["organisatie:politie"]

    page = visit("karin").get("/regie/termijnen").text

    waiting = page[page.index('id="partners"') :]
    assert "Politie" in waiting
    assert "30 dagen" in waiting
    assert len(numbers(visit("karin"), "/regie/termijnen?gemeente=arnhem")) == 6
    assert "Geen stap wacht op een partner" in visit("lotte").get("/regie/termijnen").text


def test_many_failures_are_counted_and_a_few_named(visit: Visit, app: Flask):
    with app.app_context(), transaction() as session:
        place = {"process_id": "tien_taken", "element_id": "taak_1", "message": "weer mis"}
        key = session.scalars(select(Case.key).limit(1)).one()
        session.add_all(Incident(case_key=key, opened_at=clock.now(), **place) for _ in range(20))

    page = visit("karin").get("/regie").text

    assert "21 storingen" in page
    assert page.count("weer mis") == 1
    assert re.search(r'href="/regie" aria-current="page">', visit("karin").get("/regie/storingen").text)
    assert "20 keer" in page


def test_who_sees_figures_only_narrows_to_nothing_that_tells_of_one_case(visit: Visit) -> None:
    today = clock.now().date()
    stijn = visit("stijn")
    everything = standing(stijn)
    assert everything["aantal"] == "6"
    for narrowed in (f"?van={today}", f"?tot={today - 40 * DAY}", "?gemeente=ede"):
        assert standing(stijn, narrowed) == everything
        assert standing(visit("karin"), narrowed) != standing(visit("karin"))
    page = stijn.get("/regie").text
    assert 'name="van"' not in page
    assert 'name="gemeente"' not in page
    assert 'name="thema"' in page


def test_who_sees_figures_only_gets_the_drawing_too(visit: Visit) -> None:
    found = re.search(
        r'data-[a-z]+="(/werkwijze/\d+/bestanden/[^"]+\.bpmn)"', visit("stijn").get("/regie/tien_taken").text
    )
    assert found
    assert visit("stijn").get(found.group(1)).status_code == 200
