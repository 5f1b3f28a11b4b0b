"""The page of the diagram editor, what it has to choose from, and forms as they will look."""

import gzip
import json

from app.services import job_types
from app.web.security import POLICY, STYLED
from tests.web.test_draft_files import make, put

DRAWN = "melding.bpmn"
BROKEN = b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>'


def test_the_page_has_every_address_that_its_script_asks_for(visit):
    oscar = visit("oscar")
    draft = make(oscar, "Intake <b>korter</b>")

    page = oscar.get(f"{draft}/diagram/{DRAWN}")

    assert page.status_code == 200
    assert "Intake &lt;b&gt;korter&lt;/b&gt;" in page.text
    for name, path in {
        "bestand": f"/bestanden/{DRAWN}",
        "bestanden": "/bestanden/NAAM",
        "controleren": "/controleren",
        "herstellen": "/herstellen",
        "kennis": f"/kennis?bestand={DRAWN}",
        "aanwezig": f"/bestanden/{DRAWN}/aanwezig",
        "voorbeeld": "/voorbeeld/FORMULIER",
    }.items():
        assert f'data-{name}="{draft}{path}"' in page.text, name


def test_only_the_page_of_the_editor_may_place_elements_and_no_page_may_take_a_sheet_or_script(visit):
    oscar = visit("oscar")
    draft = make(oscar)

    page = oscar.get(f"{draft}/diagram/{DRAWN}").headers["Content-Security-Policy"]

    assert page == STYLED == f"{POLICY}; style-src-attr 'unsafe-inline'"
    for path in (draft, f"{draft}/kennis", f"{draft}/diagram/bestaat_niet.bpmn/x", "/werkwijze"):
        assert oscar.get(path).headers["Content-Security-Policy"] == POLICY, path


def test_what_is_no_diagram_of_the_draft_has_no_page(visit):
    oscar = visit("oscar")
    draft = make(oscar)

    assert oscar.get(f"{draft}/diagram/bestaat_niet.bpmn").status_code == 404
    assert oscar.get(f"{draft}/diagram/klein.form").status_code == 404


def test_the_editor_knows_the_way_of_working_as_the_draft_has_it(visit):
    oscar = visit("oscar")
    draft = make(oscar)
    form = (
        b'{"id": "nieuw", "type": "default", "components": ['
        b'{"type": "radio", "id": "a", "key": "akkoord", "label": "Akkoord?",'
        b' "values": [{"value": "ja", "label": "Ja"}]}]}'
    )
    assert put(oscar, draft, form, name="nieuw.form").status_code == 200

    known = oscar.get(f"{draft}/kennis?bestand={DRAWN}").json

    assert {"key": "procesregisseur", "name": "Procesregisseur"} in known["roles"]
    new = next(one for one in known["forms"] if one["id"] == "nieuw")
    assert new["fields"] == [
        {"key": "akkoord", "label": "Akkoord?", "type": "string", "values": [{"value": "ja", "label": "Ja"}]}
    ]
    assert "Melding doen" in {one["name"] for one in known["forms"]}
    assert {one["id"] for one in known["jobTypes"]} == job_types.NAMES
    assert all(one.keys() == {"id", "name", "inputs", "outputs"} for one in known["decisions"])
    assert "melding" in {one["id"] for one in known["processes"]}
    before = [one for found in known["variables"].values() for one in found]
    assert {"name": "onderwerp", "type": "string", "from": "'Melding binnen'"} in before
    assert {"name": "add working days", "params": ["from", "n"]} in known["functions"]


def test_what_it_knows_travels_packed_to_who_can_unpack(visit):
    oscar = visit("oscar")
    draft = make(oscar)
    path = f"{draft}/kennis?bestand={DRAWN}"

    packed = oscar.get(path, headers={"Accept-Encoding": "gzip"})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(packed.data)) == oscar.get(path).json


def test_a_broken_file_beside_it_takes_nothing_else_away(visit):
    oscar = visit("oscar")
    draft = make(oscar)
    before = oscar.get(f"{draft}/kennis?bestand={DRAWN}").json
    assert put(oscar, draft, BROKEN, name="stuk.bpmn").status_code == 200
    assert put(oscar, draft, b"{}", name="stuk.form").status_code == 200

    assert oscar.get(f"{draft}/kennis?bestand={DRAWN}").json == before
    assert oscar.get(f"{draft}/kennis?bestand=bestaat_niet.bpmn").json["variables"] == {}


def test_a_form_of_the_draft_is_shown_as_people_will_see_it(visit):
    oscar = visit("oscar")
    draft = make(oscar)
    content = oscar.get(f"{draft}/bestanden/klein.form").data.replace(b'"Onderwerp"', b'"Waar gaat het om?"')
    assert put(oscar, draft, content).status_code == 200

    page = oscar.get(f"{draft}/voorbeeld/klein")

    assert "Waar gaat het om?" in page.text
    assert "<fieldset" in page.text
    assert oscar.get(f"{draft}/voorbeeld/bestaat_niet").status_code == 404


def test_every_kind_of_work_is_told_in_words():
    assert job_types.TEXTS.keys() == job_types.NAMES
