"""What the editors read and save: JSON, two people in one file, and bytes that can't be a file."""

from tests.web.visitor import Visitor

PATH = "/werkwijze/concepten"


def make(visitor: Visitor, title: str = "Intake korter") -> str:
    """A new draft; gives its address."""
    answer = visitor.post(PATH, {"titel": title})
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def put(visitor: Visitor, draft: str, content: bytes, revision: int | str = 0, name: str = "klein.form"):
    headers = {"If-Match": f'"{revision}"', "Accept": "application/json"}
    return visitor.send("PUT", f"{draft}/bestanden/{name}", data=content, headers=headers)


def klein(visitor: Visitor, draft: str, word: str = "") -> bytes:
    content = visitor.get(f"{draft}/bestanden/klein.form").data
    return content.replace(b'"components"', b'"x": "' + word.encode() + b'", "components"', 1)


def test_a_file_is_read_with_its_revision_and_saved_from_it(visit):
    oscar = visit("oscar")
    draft = make(oscar)
    before = oscar.get(f"{draft}/bestanden/klein.form")
    assert before.headers["ETag"] == '"0"'
    assert before.headers["Content-Disposition"] == "attachment; filename=klein.form"

    saved = put(oscar, draft, klein(oscar, draft, "nieuw"))

    assert saved.status_code == 200
    assert (saved.json["revision"], saved.json["merged"], saved.json["by"]) == (1, False, "Oscar")
    after = oscar.get(f"{draft}/bestanden/klein.form")
    assert after.headers["ETag"] == '"1"'
    assert b'"x": "nieuw"' in after.data
    assert oscar.get(f"{draft}/bestanden/klein.form?nummer=0").data == before.data
    assert "Intake korter" in oscar.get(draft).text


def test_two_people_in_one_file_see_each_other_and_neither_overwrites_unseen(visit):
    oscar, olga = visit("oscar"), visit("olga")
    draft = make(oscar)
    mine, hers = klein(oscar, draft, "van oscar"), klein(olga, draft, "van olga")
    attend = f"{draft}/bestanden/klein.form/aanwezig"
    assert oscar.send("POST", attend).json == {"others": []}
    assert olga.send("POST", attend).json == {"others": ["Oscar"]}
    assert put(oscar, draft, mine).status_code == 200

    clash = put(olga, draft, hers)

    assert clash.status_code == 409
    assert (clash.json["revision"], clash.json["by"]) == (1, "Oscar")
    assert clash.json["content"] == mine.decode()
    assert set(clash.json["conflicts"][0]) == {"element", "name", "mine", "theirs"}
    assert "Oscar" in clash.json["message"]
    assert put(olga, draft, hers, clash.json["revision"]).json["revision"] == 2


def test_a_file_is_taken_away_and_comes_back_from_its_history(visit):
    oscar = visit("oscar")
    draft = make(oscar)
    path = f"{draft}/bestanden/klein.form"

    assert oscar.send("DELETE", path, headers={"If-Match": '"0"'}).json["revision"] == 1
    assert oscar.get(path).status_code == 404
    told = oscar.get(f"{path}/geschiedenis").json["revisions"]
    assert [(one["revision"], one["by"], one["kind"]) for one in told] == [(1, "Oscar", "removed")]
    back = oscar.post(f"{path}/terug", {"nummer": "0"}, headers={"Accept": "application/json"})
    assert (back.json["revision"], back.json["by"]) == (2, "Oscar")
    assert oscar.get(path).text == back.json["content"]
    assert oscar.post(f"{path}/terug", {"nummer": "1"}).headers["Location"] == draft


def test_bytes_that_are_no_such_file_are_told_in_words_and_not_saved(visit):
    oscar = visit("oscar")
    draft = make(oscar)
    for name, content in (
        ("klein.form", b"niets"),
        ("rondes.bpmn", b"<!DOCTYPE a><a/>"),
        ("rondes.bpmn", b"<" + b"a" * (6 * 1024 * 1024)),
        ("x.exe", b"{}"),
    ):
        answer = put(oscar, draft, content, name=name)
        assert answer.status_code == 422, name
        assert answer.json["message"]
    for revision in ("", "x", "7", "99999999999999999999"):
        assert put(oscar, draft, klein(oscar, draft, "x"), revision).status_code == 422
    assert oscar.get(f"{draft}/bestanden/klein.form").headers["ETag"] == '"0"'


def test_the_check_takes_the_unsaved_text_along(visit):
    oscar = visit("oscar")
    draft = make(oscar)
    text = oscar.get(f"{draft}/bestanden/rondes.bpmn").text
    path = f"{draft}/controleren"

    told = oscar.send("POST", path, json={"file": None, "content": None}).json
    assert [one for one in told["problems"] if one["severity"] == "error"] == []
    assert told["complete"] is True
    broken = {"file": "rondes.bpmn", "content": text.replace("klein", "weg")}
    problem = oscar.send("POST", path, json=broken).json["problems"][-1]

    assert problem["message"] == "'Ronde': Het formulier 'weg' bestaat niet."
    assert (problem["file"], problem["severity"]) == ("rondes.bpmn", "error")
    assert set(problem) == {"file", "element", "message", "severity", "rule", "trace", "repair"}
    for content in ("geen xml", "<!DOCTYPE a><a/>", "<a>" * 5_000):
        told = oscar.send("POST", path, json={"file": "rondes.bpmn", "content": content})
        assert told.status_code == 200
        assert told.json["problems"]
    for nonsense in ([], {"file": 1}, {"content": "\ud800"}):
        assert oscar.send("POST", path, json=nonsense).status_code == 422


def test_who_is_signed_out_or_has_an_old_page_is_told_so_and_can_go_on(visit):
    oscar = visit("oscar")
    draft = make(oscar)
    path = f"{draft}/bestanden/klein.form"
    content = klein(oscar, draft, "nieuw")

    fresh = oscar.get(path).headers["X-CSRFToken"]
    oscar.token = "oud"
    old = put(oscar, draft, content)
    assert (old.status_code, "te lang open" in old.json["message"]) == (400, True)
    oscar.token = fresh
    assert put(oscar, draft, content).status_code == 200

    nobody = put(visit(), draft, content)
    assert (nobody.status_code, "uitgelogd" in nobody.json["message"]) == (401, True)


def test_a_draft_needs_a_title_and_an_unknown_one_does_not_exist(visit):
    oscar = visit("oscar")
    assert oscar.post(PATH, {"titel": " "}).status_code == 422
    unknown = f"{PATH}/11111111-2222-4333-8444-555555555555"
    assert oscar.get(unknown).status_code == 404
    assert oscar.get(f"{unknown}/bestanden/klein.form").json["message"] == "Dit concept bestaat niet."
