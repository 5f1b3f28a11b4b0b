"""From draft to live: four eyes, an approval of exact content, a newer release, and back to an older one."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Conflict, Forbidden, Invalid
from app.services import (
    draft_history,
    draft_saves,
    drafts,
    organisation,
    publishing,
    releases,
    renewal,
)
from app.store.models import Draft, DraftEvent, Event, Person
from tests.services import region
from tests.services.region import NOW, SMALL

KLEIN = (SMALL / "klein.form").read_bytes()


@pytest.fixture
def session(any_session: Session) -> Session:
    region.settle(any_session)
    return any_session


def owner(session: Session, login: str = "oscar") -> Person:
    return region.person(session, login, roles=[("proceseigenaar", None)])


def klein(word: str) -> bytes:
    return KLEIN.replace(b'"components"', b'"x": "' + word.encode() + b'", "components"', 1)


def draft(session: Session, content: bytes | None = None, login: str = "oscar", **given) -> Draft:
    """A draft in which Oscar (or `login`) changed one file."""
    made = drafts.make(session, "Intake korter", by=owner(session, login), now=NOW)
    change(session, made, klein("nieuw") if content is None else content, login=login, **given)
    return made


def change(session: Session, made: Draft, content: bytes, name: str = "klein.form", login: str = "oscar"):
    revision = drafts.file(session, made, name).revision
    by = owner(session, login)
    return draft_saves.save(session, made, name, content, revision=revision, by=by, now=NOW)


def submitted(session: Session, made: Draft | None = None) -> Draft:
    made = draft(session) if made is None else made
    publishing.submit(session, made, "De intake is korter.", by=owner(session), now=NOW)
    return made


def approved(session: Session, made: Draft | None = None) -> Draft:
    made = submitted(session, made)
    publishing.approve(session, made, made.revision, by=owner(session, "olga"), now=NOW)
    return made


def test_a_draft_that_a_colleague_approved_becomes_the_next_release(session: Session):
    made = approved(session)

    release = publishing.publish(session, made, by=owner(session), now=NOW)

    assert (release.number, release.author, release.note) == (2, "Oscar", "De intake is korter.")
    assert releases.files(session, 2) == {**releases.files(session, 1), "klein.form": klein("nieuw")}
    assert (made.state, made.published_as) == ("published", 2)
    approver = publishing.approver(session, 2)
    assert approver is not None
    assert approver.name == "Olga"
    told = session.scalars(select(DraftEvent.kind).order_by(DraftEvent.key)).all()
    assert told == ["made", "submitted", "approved", "published"]
    fact = session.scalars(select(Event).where(Event.kind == "release_published")).one()
    assert fact.data["approved_by"] == approver.key
    with pytest.raises(Conflict, match="al live, als versie 2"):
        drafts.lock(session, made.id)


def test_nobody_approves_what_they_changed_or_handed_in_themselves(session: Session):
    made = draft(session)
    change(session, made, klein("ook olga"), login="olga")
    submitted(session, made)

    for login in ("oscar", "olga"):
        with pytest.raises(Forbidden, match="andere proceseigenaar"):
            publishing.approve(session, made, made.revision, by=owner(session, login), now=NOW)
    with pytest.raises(Forbidden):
        publishing.approve(session, made, made.revision, by=region.person(session), now=NOW)
    publishing.approve(session, made, made.revision, by=owner(session, "otto"), now=NOW)

    other = draft(session, klein("van olga"), login="olga")
    submitted(session, other)
    with pytest.raises(Forbidden, match="diende dit concept zelf in"):
        publishing.approve(session, other, other.revision, by=owner(session), now=NOW)


def test_where_the_organisation_says_so_two_eyes_are_enough(session: Session):
    made = submitted(session)
    organisation.load(session, {"werkwijze": {"vier_ogen": False}})
    publishing.approve(session, made, made.revision, by=owner(session), now=NOW)
    publishing.publish(session, made, by=owner(session), now=NOW)
    organisation.load(session, {})
    assert organisation.four_eyes(session)
    for wrong in ({"vier_ogen": "nee"}, {"zes_ogen": True}):
        with pytest.raises(Invalid, match="werkwijze"):
            organisation.load(session, {"werkwijze": wrong})


def test_a_change_after_the_approval_withdraws_it(session: Session):
    made = approved(session)
    change(session, made, klein("toch anders"))

    assert (made.state, made.approved_by, made.approved_hash) == ("in_review", None, None)
    with pytest.raises(Conflict, match="nog niet goedgekeurd"):
        publishing.publish(session, made, by=owner(session), now=NOW)
    publishing.approve(session, made, made.revision, by=owner(session, "olga"), now=NOW)
    assert publishing.publish(session, made, by=owner(session), now=NOW).number == 2


def test_what_changed_while_somebody_looked_is_not_approved_unseen(session: Session):
    made = submitted(session)
    seen = made.revision
    change(session, made, klein("tersluiks"))
    with pytest.raises(Conflict, match="veranderd sinds u ernaar keek"):
        publishing.approve(session, made, seen, by=owner(session, "olga"), now=NOW)


def test_a_colleague_sends_it_back_with_a_reason_and_it_goes_round_again(session: Session):
    made = approved(session)
    with pytest.raises(Invalid):
        publishing.send_back(session, made, "  ", by=owner(session, "olga"), now=NOW)
    publishing.send_back(session, made, "De term klopt niet.", by=owner(session, "olga"), now=NOW)
    assert made.state == "open"
    with pytest.raises(Conflict):
        publishing.publish(session, made, by=owner(session), now=NOW)
    submitted(session, made)
    publishing.withdraw(session, made, by=owner(session), now=NOW)
    assert made.state == "open"


def test_a_draft_that_says_nothing_changes_nothing_or_is_broken_is_not_handed_in(session: Session):
    made = draft(session)
    for note in ("", "   ", "x" * 3_000):
        with pytest.raises(Invalid) as told:
            publishing.submit(session, made, note, by=owner(session), now=NOW)
        assert "toelichting" in told.value.errors
    broken = releases.files(session, 1)["rondes.bpmn"].replace(b"klein", b"weg")
    change(session, made, broken, name="rondes.bpmn")
    with pytest.raises(Invalid, match="kan dit concept niet live"):
        submitted(session, made)
    same = draft(session, KLEIN)
    with pytest.raises(Conflict, match="verandert niets"):
        submitted(session, same)


def test_on_top_of_another_release_it_is_first_brought_up_to_date_and_looked_at_again(session: Session):
    made = approved(session)
    rondes = releases.files(session, 1)["rondes.bpmn"] + b"\n"
    region.publish(session, {"rondes.bpmn": rondes})
    with pytest.raises(Conflict, match="Versie 2 is intussen live"):
        publishing.publish(session, made, by=owner(session), now=NOW)

    done = renewal.renew(session, made, by=owner(session, "olga"), now=NOW)

    assert dict(done.conflicts) == {}
    assert (made.base_number, made.state) == (2, "in_review")
    assert drafts.changed_names(session, made) == {"klein.form": "changed"}
    publishing.approve(session, made, made.revision, by=owner(session, "olga"), now=NOW)
    publishing.publish(session, made, by=owner(session), now=NOW)
    expected = {**releases.files(session, 1), "klein.form": klein("nieuw"), "rondes.bpmn": rondes}
    assert releases.files(session, 3) == expected


def test_an_editor_that_began_before_the_newer_release_does_not_undo_it(session: Session):
    made = draft(session)
    before = releases.files(session, 1)["rondes.bpmn"]
    released = before.replace(b"Ronde", b"Rondje")
    region.publish(session, {"rondes.bpmn": released})
    renewal.renew(session, made, by=owner(session), now=NOW)

    late = before.replace(b"Ronde", b"Beurt")
    answer = draft_saves.save(
        session, made, "rondes.bpmn", late, revision=0, by=owner(session, "olga"), now=NOW
    )

    assert isinstance(answer, draft_saves.Clash)
    assert answer.theirs.content == released


def test_two_changes_of_one_diagram_that_do_not_touch_are_both_kept(session: Session):
    made = draft(session)
    before = releases.files(session, 1)["rondes.bpmn"]
    region.publish(session, {"rondes.bpmn": before.replace(b'name="Klaar"', b'name="Helemaal klaar"')})
    renewal.renew(session, made, by=owner(session), now=NOW)

    answer = draft_saves.save(
        session,
        made,
        "rondes.bpmn",
        before.replace(b'name="Ronde"', b'name="Beurt"'),
        revision=0,
        by=owner(session, "olga"),
        now=NOW,
    )

    assert isinstance(answer, draft_saves.Saved)
    kept = drafts.files(session, made)["rondes.bpmn"]
    assert b'name="Helemaal klaar"' in kept
    assert b'name="Beurt"' in kept
    assert (answer.merged, answer.content) == (True, kept)


def conflicting(session: Session) -> Draft:
    """Draft and release 2 changed the same file; the release took away another that the draft changed."""
    made = draft(session)
    change(session, made, drafts.files(session, made)["stuk.form"] + b"\n", name="stuk.form")
    region.publish(session, {"klein.form": klein("van versie 2")}, without=["stuk.form"])
    return made


def test_what_a_newer_release_changed_too_is_for_a_person_to_decide(session: Session):
    region.publish(session, {"stuk.form": KLEIN.replace(b'"klein"', b'"stuk"')})
    made = conflicting(session)

    found = renewal.renew(session, made, by=owner(session), now=NOW)
    assert set(found.conflicts) == {"klein.form", "stuk.form"}
    assert made.base_number == 2
    one = {"klein.form": renewal.THEIRS}
    assert set(renewal.renew(session, made, one, by=owner(session), now=NOW).conflicts) == {"stuk.form"}
    assert drafts.file(session, made, "klein.form").content == klein("nieuw")

    choices = {"klein.form": renewal.MINE, "stuk.form": renewal.THEIRS}
    renewal.renew(session, made, choices, by=owner(session, "olga"), now=NOW)

    assert made.base_number == 3
    assert drafts.file(session, made, "klein.form").content == klein("nieuw")
    assert drafts.file(session, made, "stuk.form").content is None
    assert drafts.changed_names(session, made) == {"klein.form": "changed"}
    assert owner(session, "olga").key in drafts.authors(session, made)


def test_the_whole_draft_goes_back_to_a_point_also_before_a_newer_release(session: Session):
    made = draft(session)
    before = drafts.files(session, made)
    region.publish(session, {"klein.form": klein("van versie 2")})
    renewal.renew(session, made, {"klein.form": renewal.THEIRS}, by=owner(session), now=NOW)
    with pytest.raises(Conflict, match="hele concept terug"):
        draft_history.back(session, made, "klein.form", 1, by=owner(session), now=NOW)

    draft_history.back_whole(session, made, 1, by=owner(session), now=NOW)

    assert drafts.files(session, made) == before
    assert made.base_number == 1
    with pytest.raises(Conflict, match="Versie 2 is intussen live"):
        submitted(session, made)
    draft_history.back_whole(session, made, 2, by=owner(session), now=NOW)
    assert made.base_number == 2
    assert drafts.changed_names(session, made) == {}


def test_going_back_to_an_earlier_release_is_publishing_it_again(session: Session):
    region.publish(session, {"klein.form": klein("fout"), "nieuw.form": KLEIN.replace(b"klein", b"nieuw")})
    back = drafts.make(session, "Terug naar versie 1", by=owner(session), now=NOW, release=1)
    assert drafts.changed_names(session, back) == {"klein.form": "changed", "nieuw.form": "removed"}
    approved(session, back)
    assert publishing.publish(session, back, by=owner(session), now=NOW).number == 3
    assert releases.files(session, 3) == releases.files(session, 1)


def test_a_draft_that_is_put_away_is_not_lost(session: Session):
    made = draft(session)
    publishing.drop(session, made, by=owner(session), now=NOW)
    with pytest.raises(Conflict, match="weggelegd"):
        drafts.lock(session, made.id)
    publishing.take_up(session, drafts.lock_any(session, made.id), by=owner(session), now=NOW)
    assert drafts.changed_names(session, drafts.lock(session, made.id)) == {"klein.form": "changed"}
    with pytest.raises(Conflict):
        publishing.take_up(session, made, by=owner(session), now=NOW)
