"""The ways that cases go: shown where enough cases went them, and taken along without names."""

from collections.abc import Callable

from tests.web.visitor import Visitor

Visit = Callable[..., Visitor]


def test_who_steers_sees_no_way_that_could_point_to_a_person(visit: Visit) -> None:
    visit("petra").start()
    page = visit("karin").get("/regie/wegen").text
    assert "geen casussen klaar" in page
    assert "XES ophalen" in page


def test_a_date_that_is_none_is_told_at_its_field(visit: Visit) -> None:
    page = visit("karin").get("/regie/wegen?van=morgen").text
    assert "Vul een datum in." in page
    assert "Fout:" in page
    assert visit("karin").get("/regie/wegen/verloop.xes?van=morgen").status_code == 422


def test_the_log_comes_as_a_file(visit: Visit) -> None:
    visit("petra").start(onderwerp="Geheim")
    for kind in ("xes", "json"):
        answer = visit("karin").get(f"/regie/wegen/verloop.{kind}")
        assert answer.status_code == 200
        assert "attachment" in answer.headers["Content-Disposition"]
        assert "Geheim" not in answer.text
    assert visit("karin").get("/regie/wegen/verloop.exe").status_code == 404
    assert visit("petra").get("/regie/wegen").status_code == 403
