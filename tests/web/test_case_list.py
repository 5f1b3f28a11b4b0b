"""The list of cases as a page, as a file for a spreadsheet, and under a name."""

import csv
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO, StringIO

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import select, update

from app import clock
from app.clock import AMSTERDAM
from app.services import audit, case_files, case_list
from app.services.case_list import COLUMNS
from app.store.models import Case, CaseView, Event, Person
from app.store.session import db
from tests.web.visitor import Visitor

Visit = Callable[..., Visitor]
ALL = "&".join(f"kolom={column}" for column in COLUMNS)
NASTY = ("=1+1", "+31", "-2", "@SOM(A1)", "\t=1", 'met "aanhaling"; en\nregel', "gewoon")


def titled(app: Flask, visit: Visit, *titles: str) -> list[str]:
    """A running case with each of these titles; gives their numbers."""
    visitor = visit("petra")
    numbers = [visitor.start() for _ in titles]
    with app.app_context():
        for number, title in zip(numbers, titles, strict=True):
            db.session.execute(update(Case).where(Case.number == number).values(title=title))
        db.session.commit()
    return numbers


def rows_of_csv(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def shown_numbers(text: str) -> list[str]:
    return re.findall(r'class="cr-nummer" href="/casussen/([^"]+)"', text)


def test_the_columns_and_the_order_stand_in_the_address(app: Flask, visit: Visit) -> None:
    first, second = titled(app, visit, "Beuk", "appel")
    petra = visit("petra")

    up = petra.get("/casussen?sorteer=titel&volgorde=op&kolom=titel&kolom=beweging").text
    down = petra.get("/casussen?sorteer=titel&volgorde=af&kolom=titel").text

    assert shown_numbers(up) == [second, first]
    assert shown_numbers(down) == [first, second]
    assert re.findall(r'<th scope="col"( aria-sort="\w+")?>', up) == ["", ' aria-sort="ascending"', ""]
    assert "Laatste beweging</a>" in up
    assert "Gestart</a>" not in up


def test_the_filters_of_the_address_combine(app: Flask, visit: Visit) -> None:
    first, second = titled(app, visit, "Beuk", "Berk")
    petra = visit("petra")

    assert shown_numbers(petra.get("/casussen?zoek=Be&huis=arnhem&begonnen=melding").text) == [second, first]
    assert shown_numbers(petra.get("/casussen?zoek=beuk&wie=procesregisseur").text) == [first]
    assert shown_numbers(petra.get("/casussen?wie=organisatie:halt").text) == []
    assert shown_numbers(petra.get("/casussen?stap=melding:beoordelen&versie=2").text) == [second, first]
    assert shown_numbers(petra.get("/casussen?stap=beoordelen,anders&proces=melding").text) == [second, first]
    assert shown_numbers(petra.get("/casussen?proces=melding").text) == [second, first]
    assert shown_numbers(petra.get("/casussen?proces=tien_taken").text) == []
    today = clock.now().astimezone(AMSTERDAM).date()
    assert shown_numbers(petra.get(f"/casussen?van={today}&tot={today}").text) == [second, first]
    assert shown_numbers(petra.get(f"/casussen?tot={today - timedelta(days=1)}").text) == []
    assert shown_numbers(petra.get("/casussen?versie=1").text) == []
    assert shown_numbers(petra.get("/casussen?stand=cancelled").text) == []


@pytest.mark.parametrize(
    "wrong", ["van=gisteren", "tot=2026-13-01", "stil=-1", "stil=veel", "versie=²", "tot=9999-12-31"]
)
def test_a_field_that_cannot_be_understood_says_so_and_nothing_else_is_shown(
    app: Flask, visit: Visit, wrong: str
) -> None:
    titled(app, visit, "Beuk")
    name = wrong.partition("=")[0]

    answer = visit("petra").get(f"/casussen?{wrong}&zoek=Beuk")

    assert answer.status_code == 422
    assert f'href="#{name}"' in answer.text
    assert shown_numbers(answer.text) == []
    assert 'value="Beuk"' in answer.text
    assert visit("petra").get(f"/casussen/lijst.csv?{wrong}").status_code == 422


def test_a_csv_holds_the_list_as_it_is_shown_and_no_formula(app: Flask, visit: Visit) -> None:
    numbers = titled(app, visit, *NASTY)

    answer = visit("petra").get(f"/casussen/lijst.csv?sorteer=gestart&volgorde=op&{ALL}")
    heads, *rows = rows_of_csv(answer.data)

    assert heads == ["Nummer", *COLUMNS.values()]
    assert [row[0] for row in rows] == numbers
    assert [row[1] for row in rows] == [f"'{title}" for title in NASTY[:5]] + list(NASTY[5:])
    started = rows[0][heads.index("Gestart")]
    assert datetime.fromisoformat(started).date().isoformat() == started
    assert rows[0][heads.index("Stand")] == "Lopend"
    assert rows[0][heads.index("Leeftijd in dagen")] == "0"
    assert re.fullmatch(r"attachment; filename=casussen-[\d-]+\.csv", answer.headers["Content-Disposition"])


def test_an_xlsx_holds_the_same_as_text_numbers_and_days(app: Flask, visit: Visit) -> None:
    numbers = titled(app, visit, *NASTY)

    answer = visit("petra").get(f"/casussen/lijst.xlsx?sorteer=gestart&volgorde=op&{ALL}")
    sheet = openpyxl.load_workbook(BytesIO(answer.data)).active
    heads, *rows = sheet.iter_rows()

    assert [cell.value for cell in heads] == ["Nummer", *COLUMNS.values()]
    assert [row[0].value for row in rows] == numbers
    assert [row[1].value for row in rows] == list(NASTY)
    assert {cell.data_type for row in rows for cell in row} <= {"s", "n", "d"}
    place = list(COLUMNS).index("gestart") + 1
    assert all(isinstance(row[place].value, datetime) for row in rows)


def test_a_file_has_only_the_chosen_columns_and_filters(app: Flask, visit: Visit) -> None:
    titled(app, visit, "Beuk", "Berk")

    rows = rows_of_csv(visit("petra").get("/casussen/lijst.csv?zoek=berk&kolom=titel").data)

    assert rows[0] == ["Nummer", "Titel"]
    assert [row[1] for row in rows[1:]] == ["Berk"]


def test_a_file_that_is_cut_says_so_at_its_end(
    app: Flask, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    titled(app, visit, "Een", "Twee", "Drie")
    monkeypatch.setattr(case_list, "MOST_TAKEN_ALONG", 2)
    monkeypatch.setattr(case_list, "AT_ONCE", 1)
    petra = visit("petra")

    rows = rows_of_csv(petra.get("/casussen/lijst.csv").data)
    sheet = openpyxl.load_workbook(BytesIO(petra.get("/casussen/lijst.xlsx").data)).active

    assert len(rows) == 4
    assert rows[-1] == [case_files.cut_message(2)]
    assert sheet["A4"].value == case_files.cut_message(2)


def test_who_took_which_cases_along_stands_in_the_facts_of_each(app: Flask, visit: Visit) -> None:
    first, _ = titled(app, visit, "Beuk", "Berk")
    visit("karin").get("/casussen?zoek=beuk")
    visit("karin").get("/casussen/lijst.csv?zoek=beuk&kolom=titel&huis=arnhem")

    with app.app_context():
        query = select(Person.login, Event.case_key, Event.data).join(Person, Event.person_key == Person.key)
        found = db.session.execute(query.where(Event.kind == audit.EXPORTED).order_by(Event.key)).all()
        key = db.session.scalars(select(Case.key).where(Case.number == first)).one()
    whole = {"kind": "csv", "cases": 1, "chosen": {"huis": ["arnhem"], "kolom": ["titel"]}}
    assert [tuple(row) for row in found] == [("karin", None, whole), ("karin", key, {"kind": "csv"})]


def test_a_file_has_no_case_that_its_reader_may_not_know(app: Flask, visit: Visit) -> None:
    first, second = titled(app, visit, "Beuk", "Berk")
    with app.app_context():
        db.session.execute(update(Case).where(Case.number == second).values(compartment="gesloten"))
        db.session.commit()

    assert [row[0] for row in rows_of_csv(visit("karin").get("/casussen/lijst.csv").data)[1:]] == [first]
    assert rows_of_csv(visit("wim").get("/casussen/lijst.csv").data)[1:] == []
    assert visit("pol").get("/casussen/lijst.csv").status_code == 403
    assert visit("petra").get("/casussen/lijst.pdf").status_code == 404


def keep(visitor: Visitor, name: str, **fields: object) -> int:
    return visitor.post("/casussen/weergaven", {"naam": name, **fields}).status_code


def view_key(app: Flask, name: str) -> int:
    with app.app_context():
        return db.session.scalars(select(CaseView.key).where(CaseView.name == name)).one()


def test_a_view_brings_back_filters_order_and_columns_and_only_to_who_saved_it(
    app: Flask, visit: Visit
) -> None:
    titled(app, visit, "Beuk", "Berk")
    petra, pim = visit("petra"), visit("pim")
    fields = {"zoek": "be", "stand": "", "sorteer": "titel", "volgorde": "af", "kolom": ["titel", "wie"]}

    answer = petra.post("/casussen/weergaven", {"naam": " Mijn  bomen ", "vreemd": "x", **fields})
    shown = petra.get(answer.headers["Location"]).text
    [link] = re.findall(r'<a href="(/casussen\?[^"]+)" aria-current="page">Mijn bomen</a>', shown)

    assert answer.status_code == 303
    assert "vreemd" not in link
    again = petra.get(link.replace("&amp;", "&")).text
    assert re.findall(r'aria-sort="(\w+)"', again) == ["descending"]
    assert len(re.findall(r'<th scope="col"', again)) == 3
    assert "Mijn bomen" not in pim.get("/casussen").text
    assert "Mijn bomen" not in pim.get("/casussen/weergaven").text


def test_a_view_is_renamed_and_removed(app: Flask, visit: Visit) -> None:
    petra = visit("petra")
    keep(petra, "Eerst", zoek="x")
    key = view_key(app, "Eerst")

    assert petra.post(f"/casussen/weergaven/{key}/naam", {"naam": "Later"}).status_code == 303
    assert "Later" in petra.get("/casussen").text
    assert petra.post(f"/casussen/weergaven/{key}/weg").status_code == 303
    assert "U hebt nog geen weergaven" in petra.get("/casussen/weergaven").text


def test_a_view_of_somebody_else_does_not_exist(app: Flask, visit: Visit) -> None:
    keep(visit("petra"), "Van Petra", zoek="x")
    key = view_key(app, "Van Petra")

    assert visit("pim").post(f"/casussen/weergaven/{key}/naam", {"naam": "Van mij"}).status_code == 404
    assert visit("pim").post(f"/casussen/weergaven/{key}/weg").status_code == 404
    assert view_key(app, "Van Petra") == key


def test_a_name_that_can_not_be_is_told_at_its_field_and_the_list_stays(app: Flask, visit: Visit) -> None:
    titled(app, visit, "Beuk", "Berk")
    petra = visit("petra")
    keep(petra, "Bomen", zoek="be")
    for name, why in (
        ("", "een naam"),
        ("x" * 61, "kortere naam"),
        ("bomen", "al een weergave met deze naam"),
    ):
        answer = petra.post("/casussen/weergaven", {"naam": name, "zoek": "berk", "kolom": "titel"})

        assert answer.status_code == 422
        assert why in answer.text
        assert len(shown_numbers(answer.text)) == 1
        assert f'name="naam" maxlength="60" value="{name}"' in answer.text
    key = view_key(app, "Bomen")
    keep(petra, "Struiken", zoek="x")
    assert petra.post(f"/casussen/weergaven/{key}/naam", {"naam": "struiken"}).status_code == 422


def test_thirty_views_are_enough(app: Flask, visit: Visit) -> None:
    petra = visit("petra")
    with app.app_context():
        owner = db.session.scalars(select(Person.key).where(Person.login == "petra")).one()
        db.session.add_all(CaseView(person_key=owner, name=f"W{number}", chosen={}) for number in range(30))
        db.session.commit()

    assert keep(petra, "Nog een") == 422
    assert keep(visit("pim"), "Nog een") == 303
