"""Saving in a draft: two people at one file lose nothing, and what is typed leaves points to go back to."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.checks import merge as merging
from app.checks.merge import Conflict, Merged
from app.errors import Invalid, NotFound
from app.services import drafts, way_files
from app.services.drafts import MERGED, REMOVED, SAVED, DraftFileState
from app.store import drafts as rows
from app.store.models import Draft, Person

HERE = timedelta(seconds=45)
"""Who was seen so recently has the file open: an editor says so every 20 seconds."""
POINT = timedelta(minutes=1)
"""Of what one person saves while typing, the history keeps a point about as often as this."""


@dataclass(frozen=True, slots=True)
class Saved:
    """`content` is what is in the draft now, where that isn't what was sent."""

    revision: int
    at: datetime
    by: str
    merged: bool = False
    content: bytes | None = None


@dataclass(frozen=True, slots=True)
class Clash:
    """Nothing was saved: somebody saved meanwhile, and the two don't go together by themselves."""

    theirs: DraftFileState
    conflicts: tuple[Conflict, ...] = field(default=())


def save(
    session: Session, draft: Draft, name: str, content: bytes, *, revision: int, by: Person, now: datetime
) -> Saved | Clash:
    """Keep a file as somebody has it who began at `revision` (0: as it was when the draft began).

    The draft is locked. Raises Invalid for what can't be such a file at all; a file that merely has problems
    is kept.
    """
    current = drafts.file(session, draft, name)
    if current.content is None:
        way_files.require_name(name, others=drafts.files(session, draft))
    way_files.require_kind(name, content)
    if revision > draft.revision:
        raise Invalid("Deze stand van het concept bestaat nog niet.")
    if content == current.content:
        return Saved(current.revision, now, by.name)
    kind = SAVED
    if revision != current.revision:
        outcome = _together(session, draft, current, content, revision)
        if isinstance(outcome, Clash):
            return outcome
        if outcome == current.content:
            return Saved(current.revision, now, by.name, merged=True, content=outcome)
        kind = SAVED if outcome == content else MERGED
        sent, content = content, outcome
        drafts.put(session, draft, {name: content}, kind=kind, by=by, now=now)
        different = content if content != sent else None
        return Saved(draft.revision, now, by.name, merged=different is not None, content=different)
    _thin(session, draft, name, by=by)
    drafts.put(session, draft, {name: content}, kind=kind, by=by, now=now)
    return Saved(draft.revision, now, by.name)


def _together(
    session: Session, draft: Draft, current: DraftFileState, mine: bytes, revision: int
) -> bytes | Clash:
    """What comes of my change and theirs, where both began at `revision`."""
    base = drafts.file(session, draft, current.name, at=revision).content
    if current.content is None:
        gone = Conflict("", current.name, "U veranderde dit bestand.", "Dit bestand is weggehaald.")
        return Clash(current, (gone,))
    merged = merge(current.name, base, mine, current.content)
    return Clash(current, merged.conflicts) if merged.content is None else merged.content


def merge(name: str, base: bytes | None, mine: bytes, theirs: bytes) -> Merged:
    """Both changes in one, where they don't touch; two new files of one name are for a person to decide."""
    if base is not None:
        return merging.merge(name, base, mine, theirs)
    if mine == theirs:
        return Merged(theirs)
    return Merged(None, (Conflict("", name, "U maakte dit bestand.", "Een collega maakte het ook."),))


def remove(
    session: Session, draft: Draft, name: str, *, revision: int, by: Person, now: datetime
) -> Saved | Clash:
    """Take a file out of the release that this draft would be. The draft is locked."""
    current = drafts.file(session, draft, name)
    if current.content is None:
        raise NotFound("Dit bestand is niet in het concept.", file=name)
    if revision != current.revision:
        said = "Een collega veranderde dit bestand intussen."
        return Clash(current, (Conflict("", name, "U wilde dit bestand weghalen.", said),))
    drafts.put(session, draft, {name: None}, kind=REMOVED, by=by, now=now)
    return Saved(draft.revision, now, by.name)


def _thin(session: Session, draft: Draft, name: str, *, by: Person) -> None:
    """Drop the last point of a file when it is one of many that this person saved while typing."""
    last = rows.saved(session, draft.key, name, limit=2)
    if len(last) < 2:
        return
    newest, before = last
    ordinary = newest.kind == SAVED and newest.saved_by == before.saved_by == by.key
    if not ordinary or newest.saved_at - before.saved_at >= POINT:
        return
    if newest.revision > rows.last_event_revision(session, draft.key):
        rows.forget(session, newest)


def attend(session: Session, draft: Draft, name: str, *, by: Person, now: datetime) -> list[str]:
    """This person has the file open; gives the names of the others who have."""
    rows.attend(session, draft.key, name, by.key, now=now)
    present = rows.present(session, draft.key, since=now - HERE)
    return [person.name for at, person in present if at == name and person.key != by.key]
