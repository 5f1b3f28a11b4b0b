"""What a draft was before, and back to any point of it."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.errors import Conflict, NotFound
from app.services import drafts
from app.services.drafts import RESTORED, UPDATED, DraftFileState
from app.store import drafts as rows
from app.store import releases as release_rows
from app.store.models import Draft, DraftFile, Person


def history(session: Session, draft: Draft, name: str) -> list[DraftFile]:
    """What was saved of one file in this draft, the newest first."""
    return rows.saved(session, draft.key, name)


def back(
    session: Session, draft: Draft, name: str, revision: int, *, by: Person, now: datetime
) -> DraftFileState:
    """Make a file again what it was at a revision (0: when the draft began). The draft is locked.

    Raises Conflict when the live release changed the file since: that would be undone unseen.
    """
    if not 0 <= revision <= draft.revision:
        raise NotFound("Deze stand van het bestand bestaat niet.")
    then = drafts.file(session, draft, name, at=revision)
    base = base_at(session, draft, revision)
    if base != draft.base_number and (
        release_rows.file_hashes(session, base).get(name)
        != release_rows.file_hashes(session, draft.base_number).get(name)
    ):
        raise Conflict(
            f"Deze stand is van vóór versie {draft.base_number}, die dit bestand ook veranderde. "
            "Ga met het hele concept terug, of neem over wat u nodig hebt."
        )
    if then.content != drafts.file(session, draft, name).content:
        drafts.put(session, draft, {name: then.content}, kind=RESTORED, by=by, now=now)
    return drafts.file(session, draft, name)


def back_whole(session: Session, draft: Draft, revision: int, *, by: Person, now: datetime) -> None:
    """Make the whole draft again what it was at a revision, and based on what it was then. It is locked."""
    if not 0 <= revision <= draft.revision:
        raise NotFound("Deze stand van het concept bestaat niet.")
    base = base_at(session, draft, revision)
    wanted = drafts.files(session, draft, at=revision)
    drafts.put(session, draft, drafts.differing(session, draft, wanted), kind=RESTORED, by=by, now=now)
    draft.base_number = base
    drafts.record(session, draft, RESTORED, by=by, now=now, data={"base": base, "revision": revision})


def base_at(session: Session, draft: Draft, revision: int) -> int:
    """The release that the draft was based on at a revision."""
    base = draft.from_number
    for event in rows.events(session, draft.key):
        if event.kind in (UPDATED, RESTORED) and event.revision <= revision and "base" in event.data:
            base = event.data["base"]
    return base
