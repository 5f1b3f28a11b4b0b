"""From draft to live: hand it in, somebody else looks, and it becomes the next release.

An approval is of exact content. Each step is written down with who did it (`DraftEvent`).
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from app.errors import Conflict, Forbidden, Invalid
from app.services import access, audit, drafts, organisation, releases
from app.services.access import Permission
from app.services.drafts import APPROVED, DROPPED, IN_REVIEW, OPEN, PUBLISHED
from app.store import drafts as rows
from app.store import releases as release_rows
from app.store.models import Draft, Person, Release

MAX_NOTE_CHARS = 2_000


def submit(session: Session, draft: Draft, note: str, *, by: Person, now: datetime) -> None:
    """Ask a colleague to look, with what is different in plain words. The draft is locked.

    Raises Invalid for a note that says nothing and for a draft that can't go live, Conflict when it is not
    open any more or no longer stands on the live release.
    """
    _require_owner(by)
    if draft.state != OPEN:
        raise Conflict("Dit concept is al ingediend.")
    note = note.strip()
    if not note:
        message = "Schrijf op wat er verandert, zoals u het een collega zou vertellen."
        raise Invalid(message, {"toelichting": message})
    if len(note) > MAX_NOTE_CHARS:
        message = f"Maak dit korter: hoogstens {MAX_NOTE_CHARS} tekens."
        raise Invalid(message, {"toelichting": message})
    _require_live_base(session, draft)
    _require_change(session, draft)
    _require_sound(session, draft)
    draft.state, draft.note, draft.submitted_by, draft.changed_at = IN_REVIEW, note, by.key, now
    drafts.record(session, draft, "submitted", by=by, now=now, text=note)


def withdraw(session: Session, draft: Draft, *, by: Person, now: datetime) -> None:
    """Take a draft back to work on it. The draft is locked."""
    _require_owner(by)
    if draft.state not in (IN_REVIEW, APPROVED):
        raise Conflict("Dit concept is niet ingediend.")
    _reopen(draft, now=now)
    drafts.record(session, draft, "withdrawn", by=by, now=now)


def send_back(session: Session, draft: Draft, why: str, *, by: Person, now: datetime) -> None:
    """Not yet: with a reason. The draft is locked. Raises Invalid without one."""
    _require_owner(by)
    if draft.state not in (IN_REVIEW, APPROVED):
        raise Conflict("Dit concept is niet ingediend.")
    why = why.strip()[:MAX_NOTE_CHARS]
    if not why:
        message = "Schrijf op wat er nog moet veranderen."
        raise Invalid(message, {"reden": message})
    _reopen(draft, now=now)
    drafts.record(session, draft, "returned", by=by, now=now, text=why)


def _reopen(draft: Draft, *, now: datetime) -> None:
    draft.state, draft.approved_by, draft.approved_hash, draft.changed_at = OPEN, None, None, now


def why_not_approve(session: Session, draft: Draft, person: Person) -> str:
    """Why this person can't approve the draft; empty when they can."""
    if Permission.CHANGE_WORKFLOW not in access.permissions(person):
        return "Alleen een proceseigenaar kan een concept goedkeuren."
    if not organisation.four_eyes(session):
        return ""
    if person.key in drafts.authors(session, draft):
        return "U werkte zelf aan dit concept. Een andere proceseigenaar moet het goedkeuren."
    if person.key == draft.submitted_by:
        return "U diende dit concept zelf in. Een andere proceseigenaar moet het goedkeuren."
    return ""


def approve(session: Session, draft: Draft, revision: int, *, by: Person, now: datetime) -> None:
    """Say that the draft may go live as it is at `revision`, which this person looked at. It is locked.

    Raises Forbidden for its authors, Conflict when it was changed meanwhile.
    """
    if draft.state != IN_REVIEW:
        raise Conflict("Dit concept is niet ingediend, of al goedgekeurd.")
    reason = why_not_approve(session, draft, by)
    if reason:
        raise Forbidden(reason)
    if revision != draft.revision:
        raise Conflict("Dit concept is veranderd sinds u ernaar keek. Bekijk het opnieuw.")
    draft.state, draft.approved_by, draft.changed_at = APPROVED, by.key, now
    draft.approved_hash = releases.hash_of(drafts.files(session, draft))
    drafts.record(session, draft, "approved", by=by, now=now)


def publish(session: Session, draft: Draft, *, by: Person, now: datetime) -> Release:
    """Make an approved draft the next release, live for new cases at once. The draft is locked.

    Raises Conflict when it is not approved as it is now, or another release went live meanwhile; Invalid
    when something is wrong in it.
    """
    _require_owner(by)
    release_rows.lock_current(session)
    if draft.state != APPROVED:
        raise Conflict("Dit concept is nog niet goedgekeurd.")
    _require_live_base(session, draft)
    files = drafts.files(session, draft)
    if releases.hash_of(files) != draft.approved_hash:
        raise Conflict("Dit concept is niet meer zoals het goedgekeurd is. Laat het opnieuw goedkeuren.")
    _require_change(session, draft)
    _require_sound(session, draft)
    authors = [session.get_one(Person, key).name for key in drafts.authors(session, draft)]
    release = releases.publish(session, files, by=", ".join(sorted(authors)), note=draft.note, now=now)
    draft.state, draft.published_as, draft.changed_at = PUBLISHED, release.number, now
    drafts.record(session, draft, "published", by=by, now=now, data={"release": release.number})
    told = {"release": release.number, "draft": str(draft.id), "approved_by": draft.approved_by}
    audit.record(session, "release_published", person=by, now=now, data=told)
    return release


def drop(session: Session, draft: Draft, *, by: Person, now: datetime) -> None:
    """Put a draft away; nothing of it is lost. The draft is locked."""
    _require_owner(by)
    _reopen(draft, now=now)
    draft.state = DROPPED
    drafts.record(session, draft, "dropped", by=by, now=now)


def take_up(session: Session, draft: Draft, *, by: Person, now: datetime) -> None:
    """Go on with a draft that was put away. Raises Conflict for another one."""
    _require_owner(by)
    if draft.state != DROPPED:
        raise Conflict("Dit concept is niet weggelegd.")
    _reopen(draft, now=now)
    drafts.record(session, draft, "taken_up", by=by, now=now)


def approver(session: Session, release: int) -> Person | None:
    """Who approved the draft that became this release."""
    draft = rows.published_as(session, release)
    return None if draft is None or draft.approved_by is None else session.get(Person, draft.approved_by)


def _require_owner(person: Person) -> None:
    if Permission.CHANGE_WORKFLOW not in access.permissions(person):
        raise Forbidden("Alleen een proceseigenaar kan de werkwijze veranderen.")


def _require_live_base(session: Session, draft: Draft) -> None:
    live = releases.current_number(session)
    if draft.base_number != live:
        raise Conflict(f"Versie {live} is intussen live gegaan. Werk dit concept eerst bij.")


def _require_change(session: Session, draft: Draft) -> None:
    if not drafts.changed_names(session, draft):
        raise Conflict("Dit concept verandert niets aan de werkwijze die nu live is.")


def _require_sound(session: Session, draft: Draft) -> None:
    wrong = [one for one in drafts.check(session, draft) if one.severity == "error"]
    if wrong:
        raise Invalid(_in_words(wrong), problems=len(wrong))


def _in_words(wrong: Collection[object]) -> str:
    told = "Er is nog een probleem." if len(wrong) == 1 else f"Er zijn nog {len(wrong)} problemen."
    return f"{told} Zolang dat zo is, kan dit concept niet live."
