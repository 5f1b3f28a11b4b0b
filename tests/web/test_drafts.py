"""The pages of a draft: from a change to live by four eyes, a newer release, history, files in and out."""

import io
import zipfile
from collections.abc import Callable

import pytest

from tests.web import studio
from tests.web.studio import CONCEPTS, changed, klein, make, publish, put, read, revision, submitted
from tests.web.visitor import Visitor

Visit = Callable[..., Visitor]


def test_a_draft_goes_live_when_a_colleague_approves_it_and_a_new_case_follows_it(visit: Visit):
    oscar, olga = visit("oscar"), visit("olga")
    draft = submitted(oscar, "De intake is korter: één vraag minder.")
    assert "wacht op een collega" in oscar.get(draft).text
    assert "De intake is korter: één vraag minder." in olga.get(draft).text

    assert olga.post(f"{draft}/goedkeuren", {"stand": revision(olga, draft)}).status_code == 303
    assert "Klaar om live te gaan" in oscar.get(draft).text
    answer = oscar.post(f"{draft}/publiceren")

    assert answer.headers["Location"] == "/werkwijze/3/lopende-casussen"
    assert "Versie 3 is live" in oscar.get(answer.headers["Location"]).text
    text = oscar.get("/werkwijze/3").text
    assert "Goedgekeurd door" in text
    assert "Olga" in text
    assert "Dit concept is live" in oscar.get(draft).text
    assert put(oscar, draft, klein(oscar, draft, "te laat"), 1).status_code == 409
    number = visit("petra").start()
    assert visit("karin").get(f"/casussen/{number}").status_code == 200


def test_the_author_cannot_approve_their_own_draft(visit: Visit):
    oscar = visit("oscar")
    draft = submitted(oscar)
    page = oscar.get(draft).text
    assert "Goedkeuren" not in page
    assert "U werkte zelf aan dit concept" in page

    answer = oscar.post(f"{draft}/goedkeuren", {"stand": "1", "meteen": "ja"})

    assert answer.status_code == 403
    assert "U werkte zelf aan dit concept" in answer.text
    assert oscar.get("/werkwijze/3").status_code == 404


def test_who_repaired_a_colleagues_draft_cannot_approve_it_either(visit: Visit):
    oscar, olga = visit("oscar"), visit("olga")
    draft = changed(oscar)
    assert put(olga, draft, klein(olga, draft, "ook van olga"), 1).status_code == 200
    oscar.post(f"{draft}/indienen", {"toelichting": "Samen gemaakt."})
    assert olga.post(f"{draft}/goedkeuren", {"stand": "2"}).status_code == 403


def test_a_change_after_the_approval_needs_another_look(visit: Visit):
    oscar, olga = visit("oscar"), visit("olga")
    draft = submitted(oscar)
    seen = revision(olga, draft)
    put(oscar, draft, klein(oscar, draft, "tersluiks"), 1)
    assert "Na het indienen is er nog iets veranderd, door Oscar." in olga.get(draft).text
    late = olga.post(f"{draft}/goedkeuren", {"stand": seen})
    assert (late.status_code, "veranderd sinds u ernaar keek" in late.text) == (409, True)
    assert olga.post(f"{draft}/goedkeuren", {"stand": revision(olga, draft)}).status_code == 303
    put(oscar, draft, klein(oscar, draft, "nog iets"), 2)

    answer = oscar.post(f"{draft}/publiceren")

    assert (answer.status_code, "nog niet goedgekeurd" in answer.text) == (409, True)
    text = olga.get(draft).text
    assert "de goedkeuring is daarmee vervallen" in text
    assert "Bekijk en beslis" in text


def test_a_note_is_needed_and_what_was_typed_stays(visit: Visit):
    oscar = visit("oscar")
    draft = changed(oscar)
    answer = oscar.post(f"{draft}/indienen", {"toelichting": "  "})
    assert answer.status_code == 422
    assert 'id="toelichting-fout"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    long = oscar.post(f"{draft}/indienen", {"toelichting": "lang " * 1_000})
    assert long.status_code == 422
    assert "lang lang lang" in long.text


def test_a_colleague_sends_it_back_with_a_reason(visit: Visit):
    oscar, olga = visit("oscar"), visit("olga")
    draft = submitted(oscar)
    without = olga.post(f"{draft}/terugsturen", {"reden": ""})
    assert (without.status_code, 'id="reden-fout"' in without.text) == (422, True)
    assert olga.post(f"{draft}/terugsturen", {"reden": "De term klopt niet."}).status_code == 303
    text = oscar.get(draft).text
    assert "De term klopt niet." in text
    assert "Klaar? Dien het in" in text
    assert oscar.post(f"{draft}/intrekken").status_code == 409


def test_a_draft_with_an_error_says_where_and_cannot_be_handed_in(visit: Visit):
    oscar = visit("oscar")
    draft = make(oscar)
    put(oscar, draft, read(oscar, draft, "rondes.bpmn").replace(b"klein", b"weg"), name="rondes.bpmn")
    text = oscar.get(draft).text
    assert "Het formulier &#39;weg&#39; bestaat niet." in text
    assert "Los eerst" in text
    assert oscar.post(f"{draft}/indienen", {"toelichting": "Zo."}).status_code == 422


def test_of_two_drafts_the_second_is_first_brought_up_to_date(visit: Visit):
    oscar, olga = visit("oscar"), visit("olga")
    second = submitted(olga, title="Tweede", word="van olga")
    publish(oscar, olga, word="van oscar")

    refused = oscar.post(f"{second}/goedkeuren", {"stand": "1", "meteen": "ja"})
    assert (refused.status_code, "Versie 3 is intussen live" in refused.text) == (409, True)
    assert "Eerst bijwerken" in olga.get(second).text
    page = olga.get(f"{second}/bijwerken").text
    assert "Zelf kiezen" in page
    undecided = olga.post(f"{second}/bijwerken")
    assert (undecided.status_code, "Kies wat blijft." in undecided.text) == (422, True)
    assert olga.post(f"{second}/bijwerken", {"keuze:klein.form": "mine"}).status_code == 303
    assert b"van olga" in read(olga, second)
    answer = oscar.post(f"{second}/goedkeuren", {"stand": revision(oscar, second), "meteen": "ja"})
    assert answer.headers["Location"] == "/werkwijze/4/lopende-casussen"


def test_a_draft_goes_back_whole_or_a_file_by_itself(visit: Visit):
    oscar = visit("oscar")
    draft = changed(oscar, word="een")
    put(oscar, draft, klein(oscar, make(oscar), "twee"), 1)
    history = oscar.get(f"{draft}/geschiedenis")
    assert history.status_code == 200
    assert "klein.form" in history.text
    assert oscar.get(f"{draft}/geschiedenis?bestand=klein.form").status_code == 200

    assert oscar.post(f"{draft}/terug", {"nummer": "1"}).status_code == 303
    assert b'"een"' in read(oscar, draft)
    assert oscar.post(f"{draft}/bestanden/klein.form/terug", {"nummer": "2"}).status_code == 303
    assert b'"twee"' in read(oscar, draft)
    for nonsense in ("", "x", "-1", "99"):
        assert oscar.post(f"{draft}/terug", {"nummer": nonsense}).status_code == 404


def test_an_earlier_release_comes_back_as_a_draft(visit: Visit):
    oscar, olga = visit("oscar"), visit("olga")
    publish(oscar, olga)
    back = make(oscar, "Terug naar versie 2", versie="2")
    text = oscar.get(back).text
    assert "haalde versie 2 terug" in text
    oscar.post(f"{back}/indienen", {"toelichting": "Het was toch beter."})
    olga.post(f"{back}/goedkeuren", {"stand": revision(olga, back), "meteen": "ja"})
    assert (
        olga.get("/werkwijze/4/bestanden/klein.form").data
        == olga.get("/werkwijze/2/bestanden/klein.form").data
    )
    assert oscar.post(CONCEPTS, {"titel": "x", "versie": "99"}).status_code == 404


def zipped(**members: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        for name, content in members.items():
            made.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return packed.getvalue()


def bring(visitor: Visitor, draft: str, name: str, content: bytes, **fields: str):
    return visitor.post(f"{draft}/invoer", {"bestanden": (io.BytesIO(content), name), "stand": "0", **fields})


def test_files_go_out_as_a_zip_and_come_back_byte_for_byte(visit: Visit):
    oscar = visit("oscar")
    draft = changed(oscar)
    packed = oscar.get(f"{draft}/bestanden.zip")
    assert packed.mimetype == "application/zip"
    other = make(oscar, "Uit de zip")

    answer = bring(oscar, other, "alles.zip", packed.data, precies="ja")

    assert answer.status_code == 303
    assert "Ingevoerd: 1 veranderd" in oscar.get(other).text
    assert oscar.get(f"{other}/bestanden.zip").data == packed.data
    live = oscar.get("/werkwijze/2/bestanden.zip").data
    assert bring(oscar, other, "live.zip", live, precies="ja", stand="1").status_code == 303
    assert read(oscar, other) == oscar.get("/werkwijze/2/bestanden/klein.form").data


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("x.zip", b"geen zip", "beschadigd"),
        ("x.zip", zipped(____etc__klein_dot_form=b"{}"), "buiten de zip"),
        ("x.zip", zipped(lees_dot_txt=b"mij"), "geen diagrammen"),
        ("x.form", b"geen json", "geen geldige JSON"),
        ("x.bpmn", b"<!DOCTYPE a><a/>", "DOCTYPE"),
        ("<script>alert(1)</script>.form", b"{}", "naam kan niet"),
        ("x.exe", b"MZ", "hoort niet in een werkwijze"),
    ],
)
def test_what_cannot_come_in_is_told_and_changes_nothing(visit: Visit, name: str, content: bytes, said: str):
    oscar = visit("oscar")
    draft = make(oscar)
    answer = bring(oscar, draft, name, content)
    assert answer.status_code == 422
    assert said in answer.text
    assert "<script>alert" not in answer.text
    assert "Dit concept is nog gelijk" in oscar.get(draft).text
    nothing = oscar.post(f"{draft}/invoer", {"stand": "0"})
    assert (nothing.status_code, "Kies eerst" in nothing.text) == (422, True)


def test_too_much_at_once_is_told(visit: Visit):
    oscar = visit("oscar")
    draft = make(oscar)
    files = [(io.BytesIO(b"x" * 5_000_000), f"{number}.zip") for number in range(5)]
    answer = oscar.post(f"{draft}/invoer", {"bestanden": files, "stand": "0"})
    assert (answer.status_code, "in delen" in answer.text) in ((422, True), (413, False))


def test_a_colleagues_change_is_not_replaced_by_a_file_that_comes_in(visit: Visit):
    oscar, olga = visit("oscar"), visit("olga")
    draft = changed(olga, word="van olga")
    answer = bring(oscar, draft, "klein.form", klein(oscar, make(oscar), "uit een bestand"))
    assert (answer.status_code, "klein.form (Olga)" in answer.text) == (409, True)
    assert b"van olga" in read(olga, draft)


@pytest.mark.parametrize("kind", ["proces", "beslissing", "formulier"])
def test_a_new_file_is_there_and_without_errors(visit: Visit, kind: str):
    oscar = visit("oscar")
    draft = make(oscar)
    assert oscar.post(f"{draft}/nieuw", {"soort": kind, "naam": "Iets nieuws"}).status_code == 303
    text = oscar.get(draft).text
    assert "iets_nieuws." in text
    assert "Los eerst" not in text
    refused = oscar.post(f"{draft}/nieuw", {"soort": kind, "naam": "?"})
    assert (refused.status_code, 'id="naam-fout"' in refused.text) == (422, True)
    picture = oscar.get(f"{draft}/plaatje/rondes.bpmn")
    assert picture.mimetype == "image/svg+xml"


def test_a_draft_is_put_away_and_taken_up_again(visit: Visit):
    oscar = visit("oscar")
    draft = changed(oscar)
    assert oscar.post(f"{draft}/wegleggen").headers["Location"] == "/werkwijze"
    assert "weggelegd" in oscar.get(draft).text
    assert oscar.post(f"{draft}/indienen", {"toelichting": "x"}).status_code == 409
    assert oscar.post(f"{draft}/hervatten").status_code == 303
    assert "Klaar? Dien het in" in oscar.get(draft).text


def test_a_name_with_a_script_in_it_is_only_text(visit: Visit):
    oscar = visit("oscar")
    draft = make(oscar, '<script>alert("titel")</script>')
    hostile = read(oscar, draft, "rondes.bpmn").replace(b'name="Ronde"', b'name="&lt;script&gt;alert(2)"')
    put(oscar, draft, hostile, name="rondes.bpmn")
    for path in (
        draft,
        "/werkwijze",
        f"{draft}/geschiedenis",
        f"{draft}/gevolgen",
        f"{draft}/plaatje/rondes.bpmn",
    ):
        assert "<script>alert" not in oscar.get(path).text


def test_who_is_in_a_file_is_told_on_the_page(visit: Visit):
    oscar, olga = visit("oscar"), visit("olga")
    draft = changed(oscar)
    olga.send("POST", f"{draft}/bestanden/klein.form/aanwezig")
    assert "Olga" in oscar.get(draft).text
    assert "heeft dit nu open" in oscar.get(draft).text
    assert "heeft dit nu open" not in olga.get(draft).text


def test_the_pages_of_a_draft_are_for_process_owners(visit: Visit):
    draft = submitted(visit("oscar"))
    for login in ("petra", "karin", "stijn", "pol"):
        for path in (
            "",
            "/gevolgen",
            "/geschiedenis",
            "/bijwerken",
            "/bestanden.zip",
            "/bestanden/klein.form",
        ):
            assert visit(login).get(f"{draft}{path}").status_code == 403, login
        assert visit(login).post(f"{draft}/goedkeuren", {"stand": "1"}).status_code == 403
    assert studio.revision(visit("olga"), draft) == "1"
