"""Changing a running case by hand: what it would do is shown first, why is asked, and it is written down."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.services import cases
from app.store.models import Case, Incident
from app.store.session import transaction
from tests.web.visitor import Visitor

Visit = Callable[..., Visitor]
WHY = "in overleg met de weegploeg"


@pytest.fixture
def number(visit: Visit) -> str:
    petra = visit("petra")
    petra.get("/aanmelden/tien_taken")
    answer = petra.post("/aanmelden/tien_taken", {"onderwerp": "Overlast"})
    return answer.headers["Location"].rpartition("/")[2]


@pytest.fixture
def karin(visit: Visit) -> Visitor:
    """The ketenmanager."""
    return visit("karin")


def page(karin: Visitor, number: str) -> str:
    return karin.get(f"/casussen/{number}/ingrijpen").text


def token(karin: Visitor, number: str) -> str:
    return re.findall(r'name="stap" value="(\d+)"', page(karin, number))[0]


def task(karin: Visitor, number: str) -> str:
    return re.findall(r'name="taak" value="(\d+)"', page(karin, number))[0]


def act(karin: Visitor, number: str, what: str, **fields: str):
    return karin.post(f"/casussen/{number}/ingrijpen", {"actie": what, **fields})


def case(karin: Visitor, number: str) -> str:
    return karin.get(f"/casussen/{number}").text


def test_moving_shows_first_what_it_does_and_then_asks_why(karin: Visitor, number: str) -> None:
    stap = token(karin, number)
    shown = act(karin, number, "verplaatsen", stap=stap, naar="taak_5")
    assert shown.status_code == 200
    assert "Deze taken vervallen" in shown.text
    assert "Taak 5" in shown.text
    assert "Taak 1" in case(karin, number), "nothing has happened yet"
    given = {"stap": stap, "naar": "taak_5", "bevestigd": "ja"}
    refused = act(karin, number, "verplaatsen", **given, waarom="")
    assert refused.status_code == 422
    assert "Schrijf kort op waarom" in refused.text
    assert act(karin, number, "verplaatsen", **given, waarom=WHY).status_code == 303
    told = case(karin, number)
    assert "verplaatste de casus met de hand" in told
    assert WHY in told


def test_a_case_is_moved_on_from_the_step_where_it_failed(karin: Visitor, number: str, app: Flask) -> None:
    with app.app_context(), transaction() as session:
        found = session.scalars(select(Case).where(Case.number == number)).unique().one()
        here = cases.tokens(session, found)[0]
        session.add(
            Incident(
                case_key=found.key,
                engine_id=here.engine_id,
                process_id=here.process_id,
                element_id=here.element_id,
                message="Dit lukt niet.",
                opened_at=clock.now(),
            )
        )
        session.delete(here)
    shown = page(karin, number)
    assert shown.count("Nu bij ‘Taak 1’") == 1
    assert "mislukt" in shown
    given = {"stap": token(karin, number), "naar": "taak_5", "bevestigd": "ja", "waarom": WHY}
    assert act(karin, number, "verplaatsen", **given).status_code == 303
    assert "van ‘Taak 1’ naar ‘Taak 5’" in case(karin, number)


def test_of_two_who_move_the_second_is_told(karin: Visitor, number: str, visit: Visit) -> None:
    stap = token(karin, number)
    given = {"stap": stap, "naar": "taak_5", "bevestigd": "ja", "waarom": WHY}
    act(karin, number, "verplaatsen", **given)
    again = act(karin, number, "verplaatsen", **given)
    assert again.status_code == 409
    assert "Deze stap staat er niet meer" in again.text


def test_a_step_that_is_skipped_opens_the_next(karin: Visitor, number: str) -> None:
    stap = token(karin, number)
    assert "Taak 2" in act(karin, number, "overslaan", stap=stap).text
    act(karin, number, "overslaan", stap=stap, bevestigd="ja", waarom=WHY)
    assert "Taak 2" in case(karin, number)


def test_a_suspended_case_takes_no_answers_until_it_goes_on(
    karin: Visitor, number: str, visit: Visit
) -> None:
    assert "Niemand kan dan" in act(karin, number, "opschorten").text
    act(karin, number, "opschorten", bevestigd="ja", waarom=WHY)
    assert "opgeschort" in case(karin, number)
    petra = visit("petra")
    [address] = set(re.findall(r'href="(/taken/[0-9a-f-]{36})"', petra.get("/taken?weergave=alles").text))
    assert petra.post(address, {"onderwerp": "x"}).status_code == 409
    act(karin, number, "hervatten", bevestigd="ja")
    assert petra.post(address, {"onderwerp": "x"}).status_code == 303


def test_a_case_that_is_broken_off_says_so(karin: Visitor, number: str) -> None:
    assert "De casus is dan afgelopen" in act(karin, number, "afbreken").text
    act(karin, number, "afbreken", bevestigd="ja", waarom=WHY)
    told = case(karin, number)
    assert "afgebroken" in told
    assert "Ingrijpen" not in told


def test_a_task_is_given_to_a_colleague_gets_another_term_and_goes_first(karin: Visitor, number: str) -> None:
    key = task(karin, number)
    assert act(karin, number, "toewijzen", taak=key, aan="pim").status_code == 303
    assert act(karin, number, "toewijzen", taak=key, aan="hans").status_code == 422
    assert act(karin, number, "termijn", taak=key, dag="2099-05-05", waarom="vakantie").status_code == 303
    assert act(karin, number, "termijn", taak=key, dag="2001-01-01").status_code == 422
    assert act(karin, number, "termijn", taak=key, dag="morgen").status_code == 422
    assert act(karin, number, "voorrang", taak=key, spoed="ja").status_code == 303
    assert act(karin, number, "herinneren", taak=key).status_code == 303
    told = case(karin, number)
    for sentence in ("aan Pim", "5 mei 2099", "Reden: vakantie", "voorrang", "Herinnering"):
        assert sentence in told, sentence


def test_a_note_is_read_only_by_who_may_read_the_contents(karin: Visitor, number: str, visit: Visit) -> None:
    assert act(karin, number, "notitie", tekst=" ").status_code == 422
    act(karin, number, "notitie", tekst="Moeder belde terug")
    assert "schreef een notitie" in case(karin, number)
    assert "Moeder belde terug" not in case(karin, number)
    assert "Moeder belde terug" in case(visit("petra"), number)


@pytest.mark.parametrize("what", ["", "iets", "toewijzen", "verplaatsen"])
def test_nonsense_is_refused_in_words(karin: Visitor, number: str, what: str) -> None:
    answer = act(karin, number, what, stap="999999", naar="weg", taak="999999", aan="pim")
    assert answer.status_code in (409, 422), answer.status_code
    assert "Dit lukte niet" in answer.text


def test_who_may_not_steer_does_not_even_see_the_page(number: str, visit: Visit, app: Flask) -> None:
    for login in ("petra", "oscar", "pol"):
        visitor = visit(login)
        assert visitor.get(f"/casussen/{number}/ingrijpen").status_code == 403
        assert act(visitor, number, "afbreken", bevestigd="ja", waarom=WHY).status_code == 403
    assert visit("karin").get("/casussen/ARN-1999-0001/ingrijpen").status_code == 404
