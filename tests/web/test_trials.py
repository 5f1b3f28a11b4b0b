"""The pages of try-outs and scenarios, as a process owner walks through them."""

import io
import re
from collections.abc import Callable

import pytest

from tests.web.visitor import Visitor

Visit = Callable[..., Visitor]


@pytest.fixture
def oscar(visit: Visit) -> Visitor:
    """A process owner."""
    return visit("oscar")


def begin(oscar: Visitor, **fields: str) -> str:
    """A try-out of the live release; gives its address."""
    given = {"bron": "2", "proces": "tien_taken", "huis": "arnhem", "stap": "", **fields}
    answer = oscar.post("/werkwijze/proefritten", given)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def running(oscar: Visitor) -> str:
    address = begin(oscar)
    assert oscar.post(f"{address}/begin", {"onderwerp": "proef"}).status_code == 303
    return address


def first_task(oscar: Visitor, address: str) -> str:
    return re.findall(rf'href="({address}/taken/\d+)', oscar.get(address).text)[0]


def test_a_process_owner_tries_a_release_from_its_start_form_on(oscar: Visitor) -> None:
    page = oscar.get("/werkwijze/proefritten/nieuw?proces=tien_taken").text
    assert "Bij het begin" in page
    assert "Taak 1" in page
    address = begin(oscar)
    form = oscar.get(address).text
    assert "Vul geen gegevens van echte mensen in" in form
    wrong = oscar.post(f"{address}/begin", {"onderwerp": ""})
    assert wrong.status_code == 422
    assert "Fout:" in wrong.text
    assert oscar.post(f"{address}/begin", {"onderwerp": "proef"}).status_code == 303
    task = first_task(oscar, address)
    assert "Onderwerp" in oscar.get(task).text
    answer = oscar.post(task, {"onderwerp": "klaar"})
    assert answer.headers["Location"] == address
    told = oscar.get(address).text
    assert "Klaar: ‘Taak 1’" in told
    assert "procesregisseur" in told.lower()


def test_what_was_typed_stays_when_it_is_wrong_and_an_example_fills_it_in(oscar: Visitor) -> None:
    address = running(oscar)
    task = first_task(oscar, address)
    long = "a" * 300
    again = oscar.post(task, {"onderwerp": long})
    assert again.status_code == 422
    assert long in again.text
    assert "Voorbeeld onderwerp" in oscar.post(task, {"_voorbeeld": "ja", "onderwerp": ""}).text


def test_somebody_looks_through_the_eyes_of_a_role(oscar: Visitor) -> None:
    address = running(oscar)
    assert "Taak 1" in oscar.get(f"{address}?als=procesregisseur").text
    assert "Voor deze rol staat er nu niets open" in oscar.get(f"{address}?als=weegploeg").text


def test_the_clock_is_turned_on_and_only_on(oscar: Visitor) -> None:
    address = running(oscar)
    assert oscar.post(f"{address}/klok", {"vooruit": "5"}).status_code == 303
    for wrong in ("", "-1", "termijn", "9999"):
        answer = oscar.post(f"{address}/klok", {"vooruit": wrong})
        assert answer.status_code == 422, wrong
    assert "Er loopt nu geen termijn" in oscar.post(f"{address}/klok", {"vooruit": "termijn"}).text


def test_a_try_out_becomes_a_scenario_that_is_played_on_the_live_release(oscar: Visitor) -> None:
    address = running(oscar)
    oscar.post(first_task(oscar, address), {"onderwerp": "x"})
    assert oscar.post(f"{address}/scenario", {"naam": ""}).status_code == 422
    assert oscar.post(f"{address}/scenario", {"naam": "De gewone weg"}).status_code == 303
    assert oscar.post(f"{address}/scenario", {"naam": "De gewone weg"}).status_code == 422
    page = oscar.get("/werkwijze/scenarios").text
    assert "Het scenario gaat zoals verwacht" in page
    assert "bestaat het veld" not in page, "of a page only the fields of its form are kept"
    assert "De gewone weg" in page
    [remove] = re.findall(r'action="(/werkwijze/scenarios/[^"]+/weg)"', page)
    oscar.post(remove)
    assert "nog geen scenario" in oscar.get("/werkwijze/scenarios").text


def test_a_script_in_a_name_of_a_scenario_or_file_stays_text(oscar: Visitor) -> None:
    address = running(oscar)
    oscar.post(f"{address}/scenario", {"naam": "<script>alert(1)</script>"})
    page = oscar.get("/werkwijze/scenarios").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_a_file_in_a_try_out_is_known_by_name_and_not_kept(oscar: Visitor) -> None:
    address = begin(oscar, proces="melding")
    given = {"onderwerp": "x", "gemeente": "arnhem", "_rijen:personen": "0"}
    files = {"bijlagen": (io.BytesIO(b"geheim"), "brief.pdf")}
    answer = oscar.post(f"{address}/begin", {**given, **files}, content_type="multipart/form-data")
    assert answer.status_code == 303, answer.text
    assert "brief.pdf" in oscar.get(address).text


def test_what_cannot_be_tried_out_is_told_where_it_was_chosen(oscar: Visitor) -> None:
    answer = oscar.post("/werkwijze/proefritten", {"bron": "2", "proces": "weg", "huis": "arnhem"})
    assert answer.status_code == 422
    assert "Dit proces bestaat niet" in answer.text
    answer = oscar.post("/werkwijze/proefritten", {"bron": "2", "proces": "tien_taken", "huis": "elders"})
    assert "Kies een veiligheidshuis" in answer.text
    assert oscar.get("/werkwijze/proefritten/nieuw?bron=999").status_code == 404
    assert oscar.get("/werkwijze/proefritten/11111111-2222-4333-8444-555555555555").status_code == 404


def test_a_try_out_is_for_process_owners_only(oscar: Visitor, visit: Visit) -> None:
    address = running(oscar)
    assert visit("petra").get(address).status_code == 403
