"""The pages that compare two versions: in words for everybody, drawn by a script, and closed to others."""

import json
import re
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask

from app.services import releases
from app.store.session import db
from tests.services import region
from tests.web.visitor import Visitor

PAGE = "/werkwijze/vergelijken"


@pytest.fixture
def changed(app: Flask) -> dict[str, bytes]:
    """Release 3: the process of reporting, its form and a table are different; one file went, one came."""
    with app.app_context():
        session = db.session()
        files = dict(releases.files(session, 2))
        process = files["melding.bpmn"].decode()
        process = process.replace("now(), 5)", "now(), 10)").replace(
            'name="Informatie geven"', 'name="&lt;script&gt;alert(1)&lt;/script&gt;"'
        )
        form = json.loads(files["beoordelen.form"])
        next(one for one in form["components"] if one.get("key"))["label"] = "Wat hoorde u?"
        table = files["advies.dmn"].decode()
        cell = re.search(r"<outputEntry[^>]*>\s*<text>([^<]+)</text>", table)
        assert cell
        table = table[: cell.start(1)] + '"iets anders"' + table[cell.end(1) :]
        new = {
            "melding.bpmn": process.encode(),
            "beoordelen.form": json.dumps(form).encode(),
            "advies.dmn": table.encode(),
            "nieuw.form": b'{"id": "nieuw", "components": []}',
        }
        region.publish(session, new)
        db.session.commit()
        return new


def words(text: str) -> str:
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", text).split()))


def test_the_live_version_is_compared_with_the_one_before(changed, visit: Callable[..., Visitor]):
    text = words(visit("oscar").get(PAGE).text)

    assert "Versie 3, vergeleken met versie 2: 4 bestanden zijn anders" in text
    assert "De termijn van de taak ‘Melding beoordelen’ is nu ‘10 werkdagen’, was ‘5 werkdagen’." in text
    assert "is nu ‘Wat hoorde u?’" in text
    assert "Het formulier ‘nieuw’ is nieuw (0 onderdelen)." in text


def test_names_are_text_whatever_stands_in_them(changed, visit: Callable[..., Visitor]):
    page = visit("oscar").get(PAGE).text

    assert "<script>alert" not in page
    assert "heet nu ‘&lt;script&gt;alert(1)&lt;/script&gt;’" in page


def test_any_two_versions_can_be_chosen_also_backwards(changed, visit: Callable[..., Visitor]):
    text = words(visit("oscar").get(f"{PAGE}?van=3&naar=1").text)

    assert "Versie 1, vergeleken met versie 3" in text
    assert "Het proces ‘Melding doen’ is vervallen" in text
    assert "alles is gelijk" in words(visit("oscar").get(f"{PAGE}?van=2&naar=2").text)


def test_of_the_first_version_nothing_is_before(visit: Callable[..., Visitor]):
    assert "Er is nog maar één versie" in visit("oscar").get(f"{PAGE}?naar=1").text


def test_a_process_has_both_drawings_with_their_marks(changed, visit: Callable[..., Visitor]):
    page = visit("oscar").get(f"{PAGE}/bestand?van=2&naar=3&naam=melding.bpmn").text

    marks = [json.loads(one) for one in re.findall(r"data-tekens='([^']+)'", page)]
    assert re.findall(r'data-kant="(\w+)"', page) == ["was", "nu"]
    assert [sorted(one) for one in marks] == [["beoordelen", "informatie"]] * 2
    assert marks[1]["beoordelen"] == {"soort": "changed", "teken": "≠", "tekst": "anders"}
    assert 'data-was="beoordelen" data-nu="beoordelen"' in page
    assert "dist/vergelijken.js" in page


def test_a_table_has_the_old_and_the_new_cell(changed, visit: Callable[..., Visitor]):
    page = visit("oscar").get(f"{PAGE}/bestand?van=2&naar=3&naam=advies.dmn").text

    assert re.search(r"<del><code>[^<]+</code></del>.*<ins><code>&#34;iets anders&#34;</code></ins>", page)
    row = re.search(r'href="(?:[^"#]*)#(rij-[^"]+)"', page)
    assert row and f'id="{row[1]}"' in page
    assert "dist/vergelijken.js" not in page


@pytest.mark.parametrize("name", ["beoordelen.form", "nieuw.form", "klein.form"])
def test_every_file_has_a_page(changed, visit: Callable[..., Visitor], name: str):
    assert visit("oscar").get(f"{PAGE}/bestand?van=2&naar=3&naam={name}").status_code == 200


def test_the_script_reads_either_version(changed, visit: Callable[..., Visitor]):
    visitor = visit("oscar")

    before = visitor.get(f"{PAGE}/bron?versie=2&naam=melding.bpmn")
    after = visitor.get(f"{PAGE}/bron?versie=3&naam=melding.bpmn")

    assert b"now(), 5)" in before.data
    assert after.data == changed["melding.bpmn"]
    assert after.mimetype == "application/xml"


@pytest.mark.parametrize(
    "path",
    [
        "?van=1&naar=99",
        "?van=0",
        "?van=99999999999999999999&naar=1",
        "/bestand?van=1&naar=2&naam=bestaat-niet.bpmn",
        "/bestand",
        "/bron?versie=1&naam=..%2f..%2fetc",
        "?van=11111111-2222-4333-8444-555555555555",
    ],
)
def test_what_is_not_there_is_not_found(visit: Callable[..., Visitor], path: str):
    assert visit("oscar").get(PAGE + path).status_code == 404


@pytest.mark.parametrize("login", ["petra", "karin", "oscar"])
def test_who_may_read_the_way_of_working_may_compare(visit: Callable[..., Visitor], login: str):
    assert visit(login).get(PAGE).status_code == 200


@pytest.mark.parametrize("login", ["pol", "stijn", "niemand"])
def test_others_may_not(visit: Callable[..., Visitor], login: str):
    assert visit(login).get(PAGE).status_code == 403
    assert visit(login).get(f"{PAGE}/bron?versie=1&naam=klein.form").status_code == 403


def test_a_draft_is_only_for_who_changes_the_way_of_working(visit: Callable[..., Visitor]):
    oscar = visit("oscar")
    draft = oscar.post("/werkwijze/concepten", {"titel": "Proef"}).headers["Location"].rpartition("/")[2]

    assert visit("petra").get(f"{PAGE}?van=2&naar={draft}").status_code == 404
    assert draft not in visit("petra").get(PAGE).text
    page = oscar.get(f"{PAGE}?naar={draft}").text
    assert "Concept ‘Proef’, vergeleken met versie 2" in words(page)
    assert f'<option value="{draft}" selected>Concept ‘Proef’</option>' in page
