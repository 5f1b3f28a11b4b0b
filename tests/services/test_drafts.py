"""Drafts: saved by two people at once without loss, history and back, who is there, what can't be a file."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.errors import Conflict, Invalid, NotFound
from app.services import draft_history, draft_saves, drafts, releases
from app.services.draft_saves import Clash, Saved
from app.store.models import Draft, DraftFile, FileContent, Person
from tests.services import region
from tests.services.region import NOW, SMALL

KLEIN = (SMALL / "klein.form").read_bytes()
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def session(any_session: Session) -> Session:
    region.settle(any_session)
    return any_session


def owner(session: Session, login: str = "oscar") -> Person:
    return region.person(session, login, roles=[("proceseigenaar", None)])


def draft(session: Session) -> Draft:
    return drafts.make(session, "Intake korter", by=owner(session), now=NOW)


def klein(word: str) -> bytes:
    """The small form with another text in it."""
    return KLEIN.replace(b'"components"', b'"x": "' + word.encode() + b'", "components"', 1)


def save(session: Session, made: Draft, content: bytes, revision: int = 0, login: str = "oscar", **given):
    arguments = {"name": "klein.form", "now": NOW, **given}
    name, now = arguments["name"], arguments["now"]
    by = owner(session, login)
    return draft_saves.save(session, made, name, content, revision=revision, by=by, now=now)


def test_a_draft_has_the_files_of_the_live_release_until_one_is_saved(session: Session):
    made = draft(session)
    before = releases.files(session, 1)
    assert drafts.files(session, made) == before
    assert drafts.file(session, made, "klein.form").revision == 0

    saved = save(session, made, klein("een"))

    assert saved == Saved(1, NOW, "Oscar")
    assert drafts.files(session, made) == {**before, "klein.form": klein("een")}
    assert drafts.changed_names(session, made) == {"klein.form": "changed"}
    assert releases.files(session, 1) == before


def test_what_is_saved_comes_back_byte_for_byte(session: Session):
    made = draft(session)
    odd = b"\xef\xbb\xbf" + KLEIN.replace(b"\n", b"\r\n") + b"\r\n \t"
    save(session, made, odd)
    assert drafts.file(session, made, "klein.form").content == odd


def test_of_two_people_who_change_one_file_the_second_is_told_and_nothing_is_lost(session: Session):
    made = draft(session)
    save(session, made, klein("van oscar"))

    clash = save(session, made, klein("van olga"), login="olga")

    assert isinstance(clash, Clash)
    assert (clash.theirs.content, clash.theirs.revision, clash.theirs.by) == (klein("van oscar"), 1, "Oscar")
    assert clash.conflicts
    assert drafts.file(session, made, "klein.form").content == klein("van oscar")
    assert isinstance(save(session, made, klein("van olga"), 1, login="olga"), Saved)
    assert [one.person.name for one in draft_history.history(session, made, "klein.form")] == [
        "Olga",
        "Oscar",
    ]


def test_who_changed_nothing_gets_what_the_other_saved_and_the_same_change_twice_is_one(session: Session):
    made = draft(session)
    save(session, made, klein("van oscar"))

    assert save(session, made, klein("van oscar"), login="olga") == Saved(1, NOW, "Olga")
    told = save(session, made, KLEIN, login="olga")

    assert told == Saved(1, NOW, "Olga", merged=True, content=klein("van oscar"))
    assert made.revision == 1


def test_a_file_that_a_colleague_took_away_does_not_come_back_unseen(session: Session):
    made = draft(session)
    gone = draft_saves.remove(session, made, "klein.form", revision=0, by=owner(session), now=NOW)
    assert isinstance(gone, Saved)
    assert "klein.form" not in drafts.files(session, made)
    assert drafts.changed_names(session, made) == {"klein.form": "removed"}

    clash = save(session, made, klein("van olga"), login="olga")

    assert isinstance(clash, Clash)
    assert clash.theirs.content is None
    assert isinstance(save(session, made, klein("van olga"), clash.theirs.revision, login="olga"), Saved)


def test_a_file_that_a_colleague_changed_is_not_taken_away_unseen(session: Session):
    made = draft(session)
    save(session, made, klein("van oscar"))
    arguments = {"by": owner(session, "olga"), "now": NOW}
    assert isinstance(draft_saves.remove(session, made, "klein.form", revision=0, **arguments), Clash)
    assert isinstance(draft_saves.remove(session, made, "klein.form", revision=1, **arguments), Saved)
    with pytest.raises(NotFound):
        draft_saves.remove(session, made, "klein.form", revision=2, **arguments)


def test_a_file_goes_back_to_any_point_and_forward_again(session: Session):
    made = draft(session)
    for number, word in enumerate(("een", "twee", "drie")):
        save(session, made, klein(word), number, now=NOW + number * (LATER - NOW))
    by = owner(session)

    assert draft_history.back(session, made, "klein.form", 1, by=by, now=LATER).content == klein("een")
    assert draft_history.back(session, made, "klein.form", 0, by=by, now=LATER).content == KLEIN
    assert drafts.changed_names(session, made) == {}
    assert draft_history.back(session, made, "klein.form", 3, by=by, now=LATER).content == klein("drie")
    kinds = [one.kind for one in draft_history.history(session, made, "klein.form")]
    assert kinds == ["restored", "restored", "restored", "saved", "saved", "saved"]
    with pytest.raises(NotFound):
        draft_history.back(session, made, "klein.form", 99, by=by, now=LATER)


def test_typing_leaves_a_point_a_minute_and_no_contents_that_nothing_has(session: Session):
    made = draft(session)
    for second in range(0, 181, 3):
        now = NOW + timedelta(seconds=second)
        saved = save(session, made, klein(f"stand {second}"), made.revision, now=now)
        assert isinstance(saved, Saved)

    kept = session.scalars(select(DraftFile).order_by(DraftFile.revision)).all()
    assert len(kept) == 4
    assert drafts.file(session, made, "klein.form").content == klein("stand 180")
    assert drafts.file(session, made, "klein.form", at=5).content == klein("stand 0")
    contents = session.scalar(select(func.count()).select_from(FileContent))
    assert contents == len({*releases.files(session, 1).values()}) + 4


def test_what_two_people_save_in_turn_all_stays(session: Session):
    made = draft(session)
    for turn in range(6):
        save(session, made, klein(str(turn)), turn, login=("oscar", "olga")[turn % 2])
    assert len(draft_history.history(session, made, "klein.form")) == 6


def test_a_new_file_needs_a_name_that_can_be_one_and_stands_beside_the_others(session: Session):
    made = draft(session)
    assert isinstance(save(session, made, KLEIN, name="nieuw.form"), Saved)
    assert drafts.changed_names(session, made) == {"nieuw.form": "added"}
    for name in ("Klein.form", "../x.form", "x.exe", ".form", "met spatie.form", "a" * 200 + ".form"):
        with pytest.raises(Invalid):
            save(session, made, KLEIN, name=name)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("klein.form", b"geen json"),
        ("klein.form", b"[1]"),
        ("klein.form", b"[" * 100_000),
        ("klein.form", b'{"x": "\\ud800"}'),
        ("klein.form", b'{"x": "\\u0000"}'),
        ("klein.form", b'{"x": "\xe9"}'),
        ("klein.form", b'{"x": "' + b"a" * (5 * 1024 * 1024) + b'"}'),
        ("rondes.bpmn", b"geen xml"),
        ("rondes.bpmn", b"<a/>"),
        ("rondes.bpmn", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
        ("rondes.bpmn", '<?xml version="1.0" encoding="UTF-16"?><a/>'.encode("utf-16")),
        ("rondes.bpmn", b'<?xml version="1.0" encoding="ISO-8859-1"?><a>\xe9</a>'),
        ("rondes.bpmn", b"<a>" * 5_000),
        ("advies.dmn", b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>'),
    ],
)
def test_bytes_that_are_not_of_the_kind_are_refused_and_nothing_is_saved(
    session: Session, name: str, content: bytes
):
    made = draft(session)
    with pytest.raises(Invalid):
        save(session, made, content, name=name)
    assert made.revision == 0


def test_a_file_with_problems_is_saved_and_its_problems_are_told(session: Session):
    made = draft(session)
    broken = releases.files(session, 1)["rondes.bpmn"].replace(b"klein", b"weg")

    assert isinstance(save(session, made, broken, name="rondes.bpmn"), Saved)

    told = drafts.check(session, made)
    assert "'Ronde': Het formulier 'weg' bestaat niet." in [one.message for one in told]
    assert drafts.check(session, made, only="klein.form") == []
    mended = releases.files(session, 1)["rondes.bpmn"]
    told = drafts.check(session, made, only="rondes.bpmn", unsaved=mended)
    assert [one for one in told if one.severity == "error"] == []


def test_who_has_a_file_open_is_told_to_the_others_and_only_for_a_while(session: Session):
    made, oscar, olga = draft(session), owner(session), owner(session, "olga")

    assert draft_saves.attend(session, made, "klein.form", by=oscar, now=NOW) == []
    assert draft_saves.attend(session, made, "klein.form", by=olga, now=NOW) == ["Oscar"]
    assert draft_saves.attend(session, made, "rondes.bpmn", by=olga, now=NOW) == []
    assert draft_saves.attend(session, made, "klein.form", by=oscar, now=NOW) == ["Olga"]
    assert draft_saves.attend(session, made, "klein.form", by=oscar, now=LATER) == []


def test_a_draft_needs_a_title_and_a_known_id(session: Session):
    for title in ("", "  ", "x" * 200):
        with pytest.raises(Invalid):
            drafts.make(session, title, by=owner(session), now=NOW)
    made = draft(session)
    made.state = drafts.PUBLISHED
    session.flush()
    with pytest.raises(Conflict):
        drafts.lock(session, made.id)
