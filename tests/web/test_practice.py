"""How a process really goes, as a page: who may see it, what it says, and what it hides."""

import json
import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import Update, select, update

from app.store.models import Case, Membership
from app.store.session import transaction
from tests.services import practised, region
from tests.services.region import NOW
from tests.web.visitor import Visitor

Visit = Callable[..., Visitor]
PAGE = "/werkwijze/vergelijken/praktijk"
DAYS = f"van={NOW.date()}&tot={NOW.date()}"
HERE = f"{PAGE}?proces=beoordeling&{DAYS}"


@pytest.fixture
def visit(app: Flask, visit: Visit) -> Iterator[Visit]:
    """Thirteen cases: eight got advice, five were discussed, and two of those were moved by hand."""
    with app.app_context(), transaction() as session:
        practised.publish(session)
        practised.make(session, advised=8, discussed=5, moved=2)
    yield visit


def text_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def drawn(page: str) -> dict[str, dict[str, dict[str, object]]]:
    found = re.search(r"data-praktijk='([^']+)'", page)
    assert found
    return json.loads(found[1])


def lines(page: str) -> dict[str, str]:
    """What the step list says, by element."""
    found = re.findall(r'data-element="(\w+)".*?cr-stap__nu">(.*?)</span>\s*(?:<a|</li)', page, re.S)
    return {id: text_of(said) for id, said in found}


def test_who_steers_reads_how_often_each_step_and_arrow_was_taken(visit: Visit) -> None:
    page = visit("karin").get(HERE).text

    assert "13 casussen kwamen in dit proces" in text_of(page)
    assert drawn(page)["pijlen"]["keuze_advies"] == {"aantal": "10", "dikte": 5, "nooit": False}
    assert drawn(page)["pijlen"]["keuze_overleg"] == {"aantal": "3", "dikte": 2, "nooit": False}
    assert drawn(page)["pijlen"]["keuze_afwijzen"] == {"aantal": "0", "dikte": 0, "nooit": True}
    assert drawn(page)["stappen"]["overleg"] == {"aantal": "5", "nooit": False}
    said = lines(page)
    assert said["advies"] == "8 keer gedaan, 10 keer begonnen"
    assert said["overleg"] == "5 keer gedaan"
    assert said["keuze"] == "13 keer"
    assert said["keuze_overleg"] == "3 keer"
    assert said["afwijzen"] == said["keuze_afwijzen"] == "nooit"


def test_where_practice_and_drawing_differ_stands_in_sentences_that_lead_to_the_step(visit: Visit) -> None:
    page = visit("karin").get(HERE).text
    sentences = dict(re.findall(r'<a href="(#[\w-]+)" data-toon="\w+">([^<]+)</a>', page))

    assert sentences == {
        "#diagram-beoordeling-afwijzen": "De taak ‘Afwijzen’ is nooit gedaan.",
        "#diagram-beoordeling-keuze_afwijzen": "Na ‘Wat nu?’ ging geen enkele casus naar ‘Afwijzen’.",
        "#diagram-beoordeling-overleg": "2 keer met de hand verplaatst van ‘Advies’ naar ‘Overleg’.",
    }
    for place in sentences:
        assert f'id="{place[1:]}"' in page


def test_a_way_has_an_address_and_its_steps_stand_in_words(visit: Visit) -> None:
    page = visit("karin").get(HERE).text
    ways = re.findall(r'<a href="([^"]+weg=\w+#tekening)">(Weg \d)</a></th><td>([^<]*)</td><td>(\d+)', page)

    assert [(name, words, cases) for _, name, words, cases in ways] == [("Weg 1", "Beoordelen → Advies", "8")]
    assert "5 casussen gingen een weg die minder dan vijf casussen gingen" in text_of(page)
    chosen = visit("karin").get(ways[0][0].replace("&amp;", "&")).text
    assert "8 casussen gingen weg 1" in text_of(chosen)
    assert drawn(chosen)["weg"] == {
        "pijlen": ["advies_einde_advies", "begin_beoordelen", "beoordelen_keuze", "keuze_advies"],
        "stappen": ["advies", "begin", "beoordelen", "einde_advies", "keuze"],
    }
    assert chosen.count('<span class="cr-stap__hier">weg 1</span>') == 5
    assert "niet vaak genoeg gegaan" in visit("karin").get(f"{HERE}&weg=abc").text


@pytest.mark.parametrize("login", ["stijn", "oscar"])
def test_who_sees_figures_and_no_cases_reads_no_small_number(visit: Visit, login: str) -> None:
    page = visit(login).get(HERE).text

    assert "Aantallen zijn afgerond op 5" in text_of(page)
    assert "15 casussen kwamen in dit proces" in text_of(page)
    assert drawn(page)["pijlen"]["keuze_advies"]["aantal"] == "10"
    assert drawn(page)["pijlen"]["keuze_overleg"]["aantal"] == "<5"
    assert lines(page)["advies"] == "10 keer gedaan", "eight, and ten that began"
    assert "Minder dan 5 keer met de hand verplaatst van ‘Advies’ naar ‘Overleg’." in page
    for small in ("2 keer", "3 keer", "8 keer", "13 "):
        assert small not in text_of(page)


def test_of_fewer_than_five_cases_who_sees_figures_only_learns_nothing(app: Flask, visit: Visit) -> None:
    elsewhere = f"{PAGE}?proces=beoordeling&huis=wvv&{DAYS}"
    with app.app_context(), transaction() as session:
        session.execute(_to_the_other_house(4))

    page = visit("oscar").get(elsewhere).text
    assert "minder dan 5 casussen in dit proces" in text_of(page)
    assert drawn(page) == {"pijlen": {}, "stappen": {}, "weg": None}
    assert "Waar praktijk en tekening verschillen" not in page
    assert "4 casussen kwamen" in text_of(visit("karin").get(elsewhere).text)
    assert "10 casussen kwamen" in text_of(visit("stijn").get(HERE).text), "of nine in his own house"


def _to_the_other_house(number: int) -> Update:
    some = select(Case.key).where(Case.process_id == "beoordeling").order_by(Case.key).limit(number)
    return update(Case).where(Case.key.in_(some)).values(house_key="wvv")


def test_who_sees_cases_of_one_house_alone_reads_no_small_number_of_another(visit: Visit, app: Flask) -> None:
    """A process owner of both houses who also does cases in one."""
    with app.app_context(), transaction() as session:
        olga = region.person(session, "olga")
        olga.memberships.append(Membership(role_key="procesregisseur", house_key="arnhem"))

    assert "Aantallen zijn afgerond" in visit("olga").get(HERE).text


def test_the_page_is_found_from_the_process_from_the_comparison_and_from_the_ways(visit: Visit) -> None:
    link = re.compile(r'<a href="([^"]*vergelijken/praktijk[^"]*)"')
    for login, path in (
        ("oscar", "/werkwijze/3/process/beoordeling"),
        ("oscar", "/werkwijze/vergelijken"),
        ("karin", "/regie/wegen"),
        ("stijn", "/regie/beoordeling"),
    ):
        [found] = link.findall(visit(login).get(path).text)
        assert visit(login).get(found).status_code == 200, path
    assert not link.findall(visit("petra").get("/werkwijze/3/process/beoordeling").text)
    assert visit("petra").get(HERE).status_code == 403


def test_the_drawing_comes_to_everybody_who_may_see_the_page(visit: Visit) -> None:
    for login in ("karin", "oscar", "stijn", "lotte"):
        found = re.search(r'"(/werkwijze/\d+/bestanden/[^"]+\.bpmn)"', visit(login).get(HERE).text)
        assert found
        answer = visit(login).get(found.group(1))
        assert answer.status_code == 200
        assert b'id="beoordeling"' in answer.data


def test_what_cannot_be_shown_is_told(visit: Visit) -> None:
    karin = visit("karin")

    wrong = karin.get(f"{PAGE}?proces=beoordeling&van=morgen").text
    assert "Vul een datum in." in wrong and "Fout:" in wrong and 'value="morgen"' in wrong
    assert "Deze dag ligt voor het begin" in karin.get(f"{PAGE}?van=2026-03-01&tot=2026-02-01").text
    assert "geen casus klaar" in karin.get(f"{PAGE}?proces=beoordeling&van=2020-01-01&tot=2020-02-01").text
    for far in ("tot=9999-12-31", "van=0001-01-01", "tot=0001-01-01"):
        assert "tussen 1990 en 2100" in karin.get(f"{PAGE}?{far}").text
    assert karin.get(f"{PAGE}?proces=niets").status_code == 404
    assert karin.get(f"{PAGE}?proces=beoordeling&versie=beoordeling:9").status_code == 404
    assert karin.get(f"{PAGE}?proces=beoordeling&versie=tien_taken:9").status_code == 200, "of another one"
    assert karin.get(PAGE).status_code == 200
