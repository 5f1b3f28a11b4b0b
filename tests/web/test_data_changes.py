"""Another value for a variable, in the browser: seen first, asked why, and with a colleague."""

import html
import re
from collections.abc import Callable

import pytest
from flask import Flask

from app.store.session import db
from tests.services import region
from tests.web.visitor import Visitor

Visit = Callable[..., Visitor]
WHY = "de melder gaf dit verkeerd door"


@pytest.fixture(autouse=True)
def _colleague(app: Flask) -> None:
    with app.app_context():
        region.person(db.session(), "kees", roles=[("ketenmanager", None)])
        db.session.commit()


@pytest.fixture
def number(visit: Visit) -> str:
    petra = visit("petra")
    petra.get("/aanmelden/tien_taken")
    answer = petra.post("/aanmelden/tien_taken", {"onderwerp": "Overlast"})
    return answer.headers["Location"].rpartition("/")[2]


def opened(visit: Visit, login: str, number: str) -> Visitor:
    """Somebody who gave a reason to read the contents."""
    visitor = visit(login)
    visitor.post(f"/casussen/{number}/reden", {"reden": "een verbetering nakijken"})
    return visitor


def fields(text: str) -> dict[str, str]:
    """The hidden fields of the page."""
    found = re.findall(r'<input type="hidden" name="(naam|was|bevestigd)" value="([^"]*)"', text)
    return {name: html.unescape(value) for name, value in found}


def ask(visitor: Visitor, number: str, value: str, why: str = WHY):
    page = f"/casussen/{number}/ingrijpen/gegevens"
    chosen = visitor.get(f"{page}?naam=onderwerp").text
    seen = visitor.post(page, {**fields(chosen), "waarde": value})
    assert seen.status_code == 200, seen.text
    return visitor.post(page, {**fields(seen.text), "waarde": value, "waarom": why})


def test_a_change_is_seen_first_then_asked_and_a_colleague_lets_it_happen(visit: Visit, number: str) -> None:
    karin, kees = opened(visit, "karin", number), opened(visit, "kees", number)
    page = f"/casussen/{number}/ingrijpen/gegevens"
    chosen = karin.get(f"{page}?naam=onderwerp").text
    seen = karin.post(page, {**fields(chosen), "waarde": "Rust"}).text
    assert "Nu: <strong>‘Overlast’" in seen
    assert "Straks: <strong>‘Rust’" in seen
    assert "wat er bij de casus staat als titel" in seen
    assert "Een collega moet akkoord gaan" in seen

    assert karin.post(page, {**fields(seen), "waarde": "Rust", "waarom": WHY}).status_code == 303

    assert "Intrekken" in karin.get(page).text
    assert "1 wijziging wacht" in kees.get("/regie").text
    [address] = re.findall(rf'action="({page}/\d+)"', kees.get(page).text)
    assert karin.post(address, {"besluit": "akkoord"}).status_code == 403
    assert kees.post(address, {"besluit": "akkoord"}).status_code == 303
    again = kees.post(address, {"besluit": "akkoord"})
    assert again.status_code == 409
    assert "al beslist" in again.text
    told = kees.get(f"/casussen/{number}").text
    assert "Klein: Rust" in told
    assert "op verzoek van Karin" in told


def test_what_was_typed_stays_where_something_is_wrong(visit: Visit, number: str) -> None:
    karin = opened(visit, "karin", number)
    answer = ask(karin, number, "Vuurwerk op straat", why="")

    assert answer.status_code == 422
    assert "Schrijf kort op waarom" in answer.text
    assert "Vuurwerk op straat</textarea>" in answer.text


def test_what_changed_meanwhile_is_told_and_nothing_is_overwritten(visit: Visit, number: str) -> None:
    karin = opened(visit, "karin", number)
    page = f"/casussen/{number}/ingrijpen/gegevens"
    given = {"naam": "onderwerp", "was": '"Iets anders"', "bevestigd": "ja", "waarde": "Rust", "waarom": WHY}

    answer = karin.post(page, given)

    assert answer.status_code == 409
    assert "intussen veranderd" in answer.text
    assert "Rust</textarea>" in answer.text


def test_who_did_not_give_a_reason_sees_no_value_and_changes_none(visit: Visit, number: str) -> None:
    karin = visit("karin")
    page = f"/casussen/{number}/ingrijpen/gegevens"

    shown = karin.get(f"{page}?naam=onderwerp").text

    assert "U kunt de waarden niet zien" in shown
    assert "‘Overlast’" not in shown
    assert "Wijzigen" not in shown
    assert karin.post(page, {"naam": "onderwerp", "waarde": "x"}).status_code == 403
    assert karin.post(f"{page}/1", {"besluit": "akkoord"}).status_code == 403


def test_who_may_not_steer_does_not_get_there(visit: Visit, number: str) -> None:
    page = f"/casussen/{number}/ingrijpen/gegevens"
    for login in ("petra", "lotte", "oscar", "pol", "bram"):
        assert visit(login).get(page).status_code == 403
        assert visit(login).post(page, {"naam": "onderwerp"}).status_code == 403
    assert visit("karin").get("/casussen/ARN-1999-0001/ingrijpen/gegevens").status_code == 404
    assert opened(visit, "karin", number).get(f"{page}?naam=weg").status_code == 200
    assert visit("karin").post(page, {"naam": "weg", "waarde": "x"}).status_code == 404
