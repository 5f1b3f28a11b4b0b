"""The figures of a period as a page, as files and as a report; small numbers are for who may see cases."""

import re
import zlib
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.clock import AMSTERDAM
from app.services import cases, figures
from app.services.figures import Days, Hidden, Number, Row, Table
from app.store.models import Person
from app.store.session import transaction
from app.web.charts import FULL_BAR, charts
from tests.web.visitor import Visitor

Visit = Callable[..., Visitor]
TABLES = (
    *("stroom", "routes", "stappen", "wachten", "advies", "besluiten", "themas", "gemeenten"),
    *("partners", "herinneringen"),
)


def words_in(pdf: bytes) -> list[str]:
    """The texts that are written on the pages."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    pages = b"".join(zlib.decompress(one) for one in streams)
    return [found.decode("latin-1") for found in re.findall(rb"\((.*?)\) Tj", pages)]


def rows_in(csv: str) -> list[list[str]]:
    return [line.split(";") for line in csv.lstrip("\ufeff").splitlines()]


def test_who_steers_sees_how_many_began_and_takes_the_numbers_along(visit: Visit) -> None:
    visit("petra").start()
    page = visit("karin").get("/regie/cijfers")
    assert page.status_code == 200
    assert "n.g." not in page.text
    rows = rows_in(visit("karin").get("/regie/cijfers/gemeenten.csv").text)
    assert rows == [["", "Begonnen", "Klaar", "Mediaan", "90 % binnen"], ["Arnhem", "1", "0", "–", "–"]]


@pytest.fixture
def last_quarter(app: Flask) -> tuple[date, date]:
    """The quarter that was over last, in which petra began a case; its first and last day."""
    today = clock.now().astimezone(AMSTERDAM).date()
    _, first, last = figures.quarters(today, number=2)[1]
    with app.app_context(), transaction() as session:
        petra = session.scalars(select(Person).where(Person.login == "petra")).unique().one()
        began = datetime.combine(first, time(12), AMSTERDAM)
        case = cases.start(session, "tien_taken", {"onderwerp": "x"}, by=petra, now=began)
        case.house_key, case.municipality_key = "arnhem", "arnhem"
    return first, last


def test_who_sees_figures_only_sees_quarters_that_are_over(
    visit: Visit, last_quarter: tuple[date, date]
) -> None:
    visit("petra").start()
    first, last = last_quarter
    stijn = visit("stijn")
    page = stijn.get("/regie/cijfers").text
    assert f'value="{first}"' in page  # and not the running one, in which a case began today
    assert 'type="date"' not in page
    assert stijn.get(f"/regie/cijfers?van={first}&tot={last}").status_code == 200
    for shifted in (
        f"van={first + timedelta(days=1)}&tot={last}",
        f"van={first}&tot={last + timedelta(days=1)}",
        f"van={first}",
        f"tot={last}",
    ):
        assert "Kies een van de kwartalen." in stijn.get(f"/regie/cijfers?{shifted}").text
        assert stijn.get(f"/regie/cijfers/gemeenten.csv?{shifted}").status_code == 422
        assert stijn.get(f"/regie/cijfers/rapport.pdf?{shifted}").status_code == 422


@pytest.mark.usefixtures("last_quarter")
def test_who_sees_figures_only_sees_no_small_number_anywhere(visit: Visit) -> None:
    stijn = visit("stijn")
    page = stijn.get("/regie/cijfers").text
    assert "n.g.: niet getoond" in page
    assert re.search(r"<td>n\.g\.</td>", page)
    assert rows_in(stijn.get("/regie/cijfers/gemeenten.csv").text)[1] == ["Arnhem", "n.g.", "0", "–", "–"]


@pytest.mark.usefixtures("last_quarter")
@pytest.mark.parametrize("login", ["karin", "stijn"])
def test_the_report_has_no_small_number_whoever_asks(visit: Visit, login: str) -> None:
    visit("petra").start(onderwerp="Geheim")
    answer = visit(login).get("/regie/cijfers/rapport.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert b"/Lang (nl-NL)" in answer.data
    assert b"Cijfers van de Veiligheidshuizen" in answer.data
    words = words_in(answer.data)
    assert "Cijfers van de Veiligheidshuizen" in words
    assert "n.g." in words
    assert not {"1", "2", "3", "4"} & set(words)
    assert not any("Geheim" in word for word in words)


def test_every_table_is_a_file_too(visit: Visit) -> None:
    visit("petra").start()
    karin = visit("karin")
    page = karin.get("/regie/cijfers").text
    for name in TABLES:
        assert f'id="{name}"' in page
        answer = karin.get(f"/regie/cijfers/{name}.csv")
        assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    assert karin.get("/regie/cijfers/iets.csv").status_code == 404


def test_a_period_that_is_none_is_told_at_its_field_and_what_was_chosen_stays(visit: Visit) -> None:
    karin = visit("karin")
    page = karin.get("/regie/cijfers?van=2026-03-01&tot=2026-01-01&huis=wvv").text
    assert "Deze dag ligt voor het begin van de periode." in page
    assert 'value="2026-03-01"' in page
    assert '<option value="wvv" selected>' in page
    assert "Vul een datum in." in karin.get("/regie/cijfers?van=gisteren").text
    assert karin.get("/regie/cijfers/rapport.pdf?van=gisteren").status_code == 422


def test_a_period_before_everything_has_nothing_to_count(visit: Visit) -> None:
    visit("petra").start()
    page = visit("karin").get("/regie/cijfers?van=2001-01-01&tot=2001-03-31").text
    assert "In deze periode is hier niets te tellen." in page
    assert visit("karin").get("/regie/cijfers/rapport.pdf?van=2001-01-01&tot=2001-03-31").status_code == 200


def test_who_does_tasks_only_has_no_figures(visit: Visit) -> None:
    for path in ("", "/gemeenten.csv", "/rapport.pdf"):
        assert visit("petra").get(f"/regie/cijfers{path}").status_code == 403


def test_a_bar_is_as_long_as_its_figure_and_what_is_hidden_has_none() -> None:
    rows = (
        Row("a", (Number(9), Days(48, 9))),
        Row("b", (Number(9), Days(24, 9))),
        Row("c", (Hidden(), Hidden())),
    )
    [chart] = charts(Table("t", "Tabel", "", ("Taken", "Mediaan"), rows, drawn=((1,),)))

    assert [(bar.width, bar.text) for line in chart.lines for bar in line.bars] == [
        (FULL_BAR, "2,0 d"),
        (FULL_BAR / 2, "1,0 d"),
        (0, "n.g."),
    ]
