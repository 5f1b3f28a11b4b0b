"""The way of working to read: overview with pictures, search, releases, files; and who sees which numbers."""

import io
import zipfile
from collections.abc import Callable

from flask import Flask

from tests.web.studio import changed, make, publish
from tests.web.visitor import Visitor

Visit = Callable[..., Visitor]


def test_the_overview_has_pictures_versions_drafts_and_running_cases(visit: Visit):
    oscar, olga = visit("oscar"), visit("olga")
    for _ in range(2):
        visit("petra").start()
    publish(oscar, olga, "De intake is korter.")
    draft = changed(oscar, title="Nog niet live", word="later")

    text = oscar.get("/werkwijze").text

    assert "/werkwijze/3/plaatje/melding" in text
    assert "De intake is korter." in text
    assert f'href="{draft}"' in text
    assert "&lt;5" in text
    assert "veranderd in versie 3" in text
    assert 'action="/werkwijze/concepten"' in text


def test_readers_see_no_drafts_and_staff_see_real_numbers(visit: Visit):
    changed(visit("oscar"), title="Nog niet live")
    visit("petra").start()
    text = visit("petra").get("/werkwijze").text
    assert "Nog niet live" not in text
    assert "/werkwijze/concepten" not in text
    assert "&lt;5" not in text
    assert 'class="cr-rechts">1<' in text
    assert visit("pol").get("/werkwijze").status_code == 403


def test_a_picture_is_drawn_once_and_may_be_kept(visit: Visit):
    answer = visit("petra").get("/werkwijze/2/plaatje/melding")
    assert answer.mimetype == "image/svg+xml"
    assert answer.text.startswith("<svg")
    assert "immutable" in answer.headers["Cache-Control"]
    missing = visit("petra").get("/werkwijze/2/plaatje/bestaat-niet")
    assert (missing.status_code, missing.headers["Cache-Control"]) == (404, "no-store")
    assert visit("pol").get("/werkwijze/2/plaatje/melding").headers["Cache-Control"] == "no-store"


def test_search_says_where_a_variable_is_filled_in_and_read(visit: Visit):
    text = visit("petra").get("/werkwijze/zoeken?zoek=onderwerp").text
    assert "Het gegeven <code>onderwerp</code>" in text
    assert "wordt hier ingevuld" in text
    assert "/werkwijze/2/form/melding#veld-onderwerp-blok" in text
    assert "/werkwijze/2/process/melding" in text
    assert "#veld-personen-blok" in visit("petra").get("/werkwijze/zoeken?zoek=personen.naam").text
    assert 'id="veld-personen-blok"' in visit("petra").get("/werkwijze/2/form/melding").text
    assert "Niets gevonden" in visit("petra").get("/werkwijze/zoeken?zoek=xyzzy").text
    hostile = visit("petra").get("/werkwijze/zoeken?zoek=<script>alert(1)</script>").text
    assert "<script>alert" not in hostile
    assert visit("petra").get("/werkwijze/zoeken").status_code == 200


def test_the_places_that_search_links_to_are_there(visit: Visit):
    assert 'id="veld-onderwerp-blok"' in visit("petra").get("/werkwijze/2/form/melding").text
    page = visit("petra").get("/werkwijze/zoeken?zoek=klein").text
    assert "#diagram-tien_taken-start" in page
    assert 'id="diagram-tien_taken-start"' in visit("petra").get("/werkwijze/2/process/tien_taken").text


def test_a_release_is_fetched_as_its_folders(visit: Visit):
    answer = visit("petra").get("/werkwijze/2/bestanden.zip")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
        assert "forms/melding.form" in packed.namelist()
        content = packed.read("processes/melding.bpmn")
    assert content == visit("petra").get("/werkwijze/2/bestanden/melding.bpmn").data
    assert visit("petra").get("/werkwijze/99/bestanden.zip").status_code == 404


def test_who_may_change_the_way_of_working_begins_at_what_they_read(visit: Visit):
    oscar = visit("oscar")
    for path in ("process/melding", "form/melding", "decision/advies"):
        assert "In een nieuw concept" in oscar.get(f"/werkwijze/2/{path}").text
        assert "In een nieuw concept" not in oscar.get(f"/werkwijze/1/{path}").text
        assert "In een nieuw concept" not in visit("petra").get(f"/werkwijze/2/{path}").text
    draft = make(oscar, "Verandering in Melding", bestand="melding.bpmn")
    assert "In het concept ‘Verandering in Melding’" in oscar.get("/werkwijze/2/form/melding").text
    assert oscar.get(draft).status_code == 200


def test_a_draft_without_a_title_is_asked_for_one(visit: Visit):
    answer = visit("oscar").post("/werkwijze/concepten", {"titel": "  "})
    assert answer.status_code == 422
    assert 'id="titel-fout"' in answer.text


def test_links_to_editors_and_comparison_are_left_out_where_those_are_not_there(app: Flask, visit: Visit):
    oscar = visit("oscar")
    text = oscar.get(changed(oscar)).text
    pages = {"/formulier/klein.form": "form_editor.page", "/vergelijken": "compare.page"}
    for part, endpoint in pages.items():
        assert (part in text) == (endpoint in app.view_functions)
