"""Drafts: what process owners change on top of a release, together, before it is live.

A draft's files are those of the release where it began with what was saved over them. Every save is a
revision; who saves says from which revision they came, so that nobody overwrites a colleague unseen.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.errors import Conflict, Invalid, NotFound, Problem
from app.services import releases, way_files
from app.store import drafts as rows
from app.store import releases as release_rows
from app.store.models import Draft, DraftEvent, DraftFile, Person

OPEN, IN_REVIEW, APPROVED, PUBLISHED, DROPPED = "open", "in_review", "approved", "published", "dropped"
SAVED, MERGED, REMOVED, RESTORED, IMPORTED, UPDATED = (
    "saved",
    "merged",
    "removed",
    "restored",
    "imported",
    "updated",
)
HERE = timedelta(seconds=45)
"""Who was seen so recently has the file open: an editor says so every 20 seconds."""
POINT = timedelta(minutes=1)
"""Of what one person saves while typing, the history keeps a point about as often as this."""
MAX_TITLE_CHARS = 120


@dataclass(frozen=True, slots=True)
class DraftFileState:
    """A file as it is in a draft now. Revision 0: nobody touched it since the draft began."""

    name: str
    content: bytes | None
    """None: it is not there (any more)."""
    revision: int
    by: str = ""
    """The name of who saved it last."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What two people did to the same element, in a sentence each."""

    element_id: str | None
    name: str
    mine: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Merged:
    """Both changes in one file; `content` is None where the `conflicts` must be decided by a person."""

    content: bytes | None
    conflicts: tuple[Difference, ...] = ()


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
    conflicts: tuple[Difference, ...] = field(default=())


# ── A draft ──────────────────────────────────────────────────────────────────────────────────────────────


def make(session: Session, title: str, *, by: Person, now: datetime) -> Draft:
    """A draft on top of the live release. Raises Invalid for a title that is none."""
    number = releases.current_number(session)
    draft = Draft(
        title=_title(title),
        from_number=number,
        base_number=number,
        revision=0,
        state=OPEN,
        started_at=now,
        started_by=by.key,
        changed_at=now,
    )
    session.add(draft)
    session.flush()
    record(session, draft, "made", by=by, now=now)
    return draft


def _title(title: str) -> str:
    title = " ".join(title.split())
    if not title:
        message = "Schrijf in een paar woorden wat u gaat veranderen."
        raise Invalid(message, {"titel": message})
    if len(title) > MAX_TITLE_CHARS:
        message = f"Maak dit korter: hoogstens {MAX_TITLE_CHARS} tekens."
        raise Invalid(message, {"titel": message})
    return title


def find(session: Session, id: UUID) -> Draft:
    """Raises NotFound."""
    draft = rows.by_id(session, id)
    if draft is None:
        raise NotFound("Dit concept bestaat niet.", draft=str(id))
    return draft


def lock(session: Session, id: UUID) -> Draft:
    """The draft to change, for this transaction alone. Raises NotFound, or Conflict when it is closed."""
    draft = rows.lock(session, id)
    if draft is None:
        raise NotFound("Dit concept bestaat niet.", draft=str(id))
    if draft.state == PUBLISHED:
        raise Conflict(f"Dit concept is al live, als versie {draft.published_as}. Begin een nieuw concept.")
    if draft.state == DROPPED:
        raise Conflict("Dit concept is weggelegd. Haal het terug, of begin een nieuw concept.")
    return draft


def record(
    session: Session,
    draft: Draft,
    kind: str,
    *,
    by: Person,
    now: datetime,
    text: str = "",
    data: Mapping[str, Any] | None = None,
) -> None:
    """Write down what happened to a draft."""
    session.add(
        DraftEvent(
            draft_key=draft.key,
            kind=kind,
            revision=draft.revision,
            at=now,
            person_key=by.key,
            text=text,
            data=dict(data or {}),
        )
    )
    session.flush()


# ── What is in it ────────────────────────────────────────────────────────────────────────────────────────


def files(session: Session, draft: Draft, *, at: int | None = None) -> dict[str, bytes]:
    """Every file of the release that this draft would be, by name; `at`: as it was at that revision."""
    found = releases.files(session, draft.from_number)
    changed = rows.latest(session, draft.key, until=at)
    contents = rows.contents(session, {row.content_hash for row in changed.values() if row.content_hash})
    for name, row in changed.items():
        if row.content_hash is None:
            found.pop(name, None)
        else:
            found[name] = contents[row.content_hash]
    return dict(sorted(found.items()))


def file(session: Session, draft: Draft, name: str, *, at: int | None = None) -> DraftFileState:
    """One file as the draft has it; `at`: as it was at that revision, or at the last point kept before it."""
    last = rows.saved(session, draft.key, name, until=at, limit=1)
    if last:
        return _state(session, last[0])
    content = release_rows.file(session, draft.from_number, name)
    return DraftFileState(name, content, 0)


def _state(session: Session, row: DraftFile) -> DraftFileState:
    content = None
    if row.content_hash is not None:
        content = rows.contents(session, [row.content_hash])[row.content_hash]
    return DraftFileState(row.name, content, row.revision, row.person.name)


def changed_names(session: Session, draft: Draft) -> dict[str, str]:
    """What differs from the draft's base: name -> `added`, `changed` or `removed`."""
    before = release_rows.file_hashes(session, draft.base_number)
    after: dict[str, str | None] = {**release_rows.file_hashes(session, draft.from_number)}
    after |= {name: row.content_hash for name, row in rows.latest(session, draft.key).items()}
    found: dict[str, str] = {}
    for name in sorted({*before, *after}):
        old, new = before.get(name), after.get(name)
        if old != new:
            found[name] = "added" if old is None else "removed" if new is None else "changed"
    return found


# ── Saving ───────────────────────────────────────────────────────────────────────────────────────────────


def save(
    session: Session, draft: Draft, name: str, content: bytes, *, revision: int, by: Person, now: datetime
) -> Saved | Clash:
    """Keep a file as somebody has it who began at `revision` (0: as it was when the draft began).

    The draft is locked. Raises Invalid for what can't be such a file at all; a file that merely has problems
    is kept.
    """
    current = file(session, draft, name)
    if current.content is None:
        way_files.require_name(name, others=files(session, draft))
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
        put(session, draft, {name: content}, kind=kind, by=by, now=now)
        different = content if content != sent else None
        return Saved(draft.revision, now, by.name, merged=different is not None, content=different)
    _thin(session, draft, name, by=by)
    put(session, draft, {name: content}, kind=kind, by=by, now=now)
    return Saved(draft.revision, now, by.name)


def _together(
    session: Session, draft: Draft, current: DraftFileState, mine: bytes, revision: int
) -> bytes | Clash:
    """What comes of my change and theirs, where both began at `revision`."""
    base = file(session, draft, current.name, at=revision).content
    if current.content is None:
        gone = Difference(None, current.name, "U veranderde dit bestand.", "Dit bestand is weggehaald.")
        return Clash(current, (gone,))
    merged = merge(current.name, base, mine, current.content)
    return Clash(current, merged.conflicts) if merged.content is None else merged.content


def merge(name: str, base: bytes | None, mine: bytes, theirs: bytes) -> Merged:
    """Both changes in one, where they don't touch."""
    if mine in (theirs, base):
        return Merged(theirs)
    if theirs == base:
        return Merged(mine)
    return _merge(name, base, mine, theirs)


def _merge(name: str, base: bytes | None, mine: bytes, theirs: bytes) -> Merged:
    """INTEGRATOR: hand this to `app.checks.merge.merge(name, base, mine, theirs)`, once that is there.

    Until then any two changes of the same file are for a person to decide.
    """
    return Merged(
        None, (Difference(None, name, "U veranderde dit bestand.", "Een collega veranderde het ook."),)
    )


def remove(
    session: Session, draft: Draft, name: str, *, revision: int, by: Person, now: datetime
) -> Saved | Clash:
    """Take a file out of the release that this draft would be. The draft is locked."""
    current = file(session, draft, name)
    if current.content is None:
        raise NotFound("Dit bestand is niet in het concept.", file=name)
    if revision != current.revision:
        said = "Een collega veranderde dit bestand intussen."
        return Clash(current, (Difference(None, name, "U wilde dit bestand weghalen.", said),))
    put(session, draft, {name: None}, kind=REMOVED, by=by, now=now)
    return Saved(draft.revision, now, by.name)


def put(
    session: Session,
    draft: Draft,
    contents: Mapping[str, bytes | None],
    *,
    kind: str,
    by: Person,
    now: datetime,
) -> None:
    """Write these files into the draft as one revision. What somebody approved is no longer what it was."""
    if not contents:
        return
    kept = {name: content for name, content in contents.items() if content is not None}
    hashes = releases.keep(session, kept)
    draft.revision += 1
    draft.changed_at = now
    session.add_all(
        DraftFile(
            draft_key=draft.key,
            revision=draft.revision,
            name=name,
            content_hash=hashes.get(name),
            kind=kind,
            saved_at=now,
            saved_by=by.key,
        )
        for name in contents
    )
    session.flush()
    lapse(session, draft, by=by, now=now)


def lapse(session: Session, draft: Draft, *, by: Person, now: datetime) -> None:
    """An approval is of exact content: after a change somebody has to look again."""
    if draft.state == APPROVED:
        draft.state, draft.approved_by, draft.approved_hash = IN_REVIEW, None, None
        record(session, draft, "lapsed", by=by, now=now)


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


# ── History ──────────────────────────────────────────────────────────────────────────────────────────────


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
    then = file(session, draft, name, at=revision)
    base = base_at(session, draft, revision)
    if base != draft.base_number and (
        release_rows.file_hashes(session, base).get(name)
        != release_rows.file_hashes(session, draft.base_number).get(name)
    ):
        raise Conflict(
            f"Deze stand is van vóór versie {draft.base_number}, die dit bestand ook veranderde. "
            "Ga met het hele concept terug, of neem over wat u nodig hebt."
        )
    if then.content != file(session, draft, name).content:
        put(session, draft, {name: then.content}, kind=RESTORED, by=by, now=now)
    return file(session, draft, name)


def base_at(session: Session, draft: Draft, revision: int) -> int:
    """The release that the draft was based on at a revision."""
    base = draft.from_number
    for event in rows.events(session, draft.key):
        if event.kind in (UPDATED, RESTORED) and event.revision <= revision and "base" in event.data:
            base = event.data["base"]
    return base


# ── Who is here ──────────────────────────────────────────────────────────────────────────────────────────


def attend(session: Session, draft: Draft, name: str, *, by: Person, now: datetime) -> list[str]:
    """This person has the file open; gives the names of the others who have."""
    rows.attend(session, draft.key, name, by.key, now=now)
    present = rows.present(session, draft.key, since=now - HERE)
    return [person.name for at, person in present if at == name and person.key != by.key]


# ── Checking ─────────────────────────────────────────────────────────────────────────────────────────────


def check(
    session: Session, draft: Draft, *, only: str | None = None, unsaved: bytes | None = None
) -> list[Problem]:
    """What is wrong in the release that this draft would be; `unsaved` stands for the content of `only`.

    INTEGRATOR: `app.checks.release.check(files, roles=…, job_types=…, only=only)` takes the place of
    `releases.check` here, in `releases.check` itself, or both.
    """
    found = files(session, draft)
    if only is not None and unsaved is not None:
        found[only] = unsaved
    problems = releases.check(session, found)
    return [one for one in problems if only is None or one.file == only]
