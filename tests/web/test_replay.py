"""Looking back at a case: with the address alone, and what the slider asks for."""

import re
from collections.abc import Callable

import pytest

from tests.web.visitor import Visitor

Visit = Callable[..., Visitor]
WHY = "in overleg met de weegploeg"


@pytest.fixture
def number(visit: Visit) -> str:
    """A case of which the first task is done and the second was moved away from."""
    petra = visit("petra")
    petra.get("/aanmelden/tien_taken")
    answer = petra.post("/aanmelden/tien_taken", {"onderwerp": "Geluid"})
    number = answer.headers["Location"].rpartition("/")[2]
    [address] = set(re.findall(r'href="(/taken/[0-9a-f-]{36})"', petra.get("/taken?weergave=alles").text))
    petra.get(address)
    assert petra.post(address, {"onderwerp": "Vuurwerk"}).status_code == 303
    karin = visit("karin")
    page = karin.get(f"/casussen/{number}/ingrijpen").text
    given = {"stap": re.findall(r'name="stap" value="(\d+)"', page)[0], "naar": "taak_5"}
    act = {"actie": "verplaatsen", "bevestigd": "ja", "waarom": WHY, **given}
    assert karin.post(f"/casussen/{number}/ingrijpen", act).status_code == 303
    return number


def shown(text: str) -> list[str]:
    """The lines of the timeline that can be seen."""
    lines = re.findall(r"<li[^>]*data-feit[^>]*>.*?</li>", text, re.S)
    return [line for line in lines if " hidden>" not in line.split("\n")[0]]


def here(text: str) -> list[str]:
    """The steps at which the case stands or stood."""
    return re.findall(r'cr-stap--actief[^>]*data-element="(\w+)"', text.replace("\n", " "))


def test_the_page_is_as_it_was_at_a_moment(visit: Visit, number: str) -> None:
    karin = visit("karin")

    now, then = karin.get(f"/casussen/{number}").text, karin.get(f"/casussen/{number}?tot=1").text

    assert here(now) == ["taak_5"]
    assert here(then) == ["taak_1"]
    assert "toen hier" in then
    assert len(shown(then)) == 1
    assert len(shown(now)) > 2
    assert "Waar de casus stond" in then


def test_the_slider_says_the_moment_in_words_and_the_links_lead_from_one_to_the_next(
    visit: Visit, number: str
) -> None:
    text = visit("karin").get(f"/casussen/{number}?tot=2").text

    assert re.search(r'type="range"[^>]*aria-valuetext="[^"]*Petra rondde', text)
    assert re.search(r'rel="prev" href="[^"]*tot=1', text)
    assert re.search(r'rel="next" href="[^"]*tot=3', text)


def test_what_the_slider_asks_for_is_the_same_as_the_page(visit: Visit, number: str) -> None:
    answer = visit("karin").get(f"/casussen/{number}/terug?tot=2&pad=").json

    assert set(answer["standen"]) == {"taak_2"}
    assert answer["geweest"]["taak_1"] == "geweest"
    assert isinstance(answer["feit"], int)
    assert visit("karin").get(f"/casussen/{number}/terug?tot=3").json["feit"] is None


@pytest.mark.parametrize("moment", ["0", "-1", "999999999999", "x", ""])
def test_a_moment_that_there_is_not_is_now(visit: Visit, number: str, moment: str) -> None:
    assert here(visit("karin").get(f"/casussen/{number}?tot={moment}").text) == ["taak_5"]


def test_who_may_not_know_of_the_case_does_not_see_its_past(visit: Visit, number: str) -> None:
    assert visit("wim").get(f"/casussen/{number}/terug?tot=1").status_code == 404
    assert visit("pol").get(f"/casussen/{number}/terug?tot=1").status_code == 403


def test_what_was_done_by_hand_stands_out_in_words(visit: Visit, number: str) -> None:
    [line] = [
        one for one in shown(visit("karin").get(f"/casussen/{number}").text) if "met de hand</span>" in one
    ]

    assert "Karin verplaatste de casus met de hand" in line


def test_what_was_filled_in_stands_at_its_step_for_who_may_read_it(visit: Visit, number: str) -> None:
    petra, karin = (
        visit("petra").get(f"/casussen/{number}").text,
        visit("karin").get(f"/casussen/{number}").text,
    )

    [line] = [one for one in shown(petra) if "Petra rondde" in one]
    assert "Wat er is ingevuld" in line
    assert "van ‘Geluid’ naar ‘Vuurwerk’" in line
    assert "naar ‘Vuurwerk’" not in karin
    assert "Wat er is ingevuld" not in karin


def test_who_looked_stands_there_for_who_oversees_the_chain(visit: Visit, number: str) -> None:
    visit("petra").get(f"/casussen/{number}")

    assert "Wie er keek (1)" in visit("karin").get(f"/casussen/{number}").text
    assert "Wie er keek" not in visit("petra").get(f"/casussen/{number}").text


def test_who_took_the_case_along_in_a_file_stands_there_too(visit: Visit, number: str) -> None:
    visit("petra").get("/casussen/lijst.xlsx")
    visit("petra").get("/casussen/lijst.csv")

    page = visit("karin").get(f"/casussen/{number}").text

    assert "Petra nam de casus mee in een lijst (Excel)" in page
    assert "Petra nam de casus mee in een lijst (CSV)" in page


def test_the_reason_of_a_look_is_for_who_may_read_the_contents(visit: Visit, number: str) -> None:
    karin = visit("karin")
    karin.post(f"/casussen/{number}/reden", {"reden": "Vraag van de wethouder"})

    assert "Vraag van de wethouder" in karin.get(f"/casussen/{number}").text
    assert "Wie er keek (3)" in visit("lotte").get(f"/casussen/{number}").text
