"""Drafts: what process owners change on top of a release, together, before it is live.

A draft's files are those of the release where it began with what was saved over them. Every save is a
revision; who saves says from which revision they came, so that nobody overwrites a colleague unseen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
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


# ── A draft ────────────────────────────────────────────────────────────────────────────────────────


def make(session: Session, title: str, *, by: Person, now: datetime, release: int | None = None) -> Draft:
    """A draft on top of the live release; with `release` it has the files of that earlier one.

    Raises Invalid for a title that is none, NotFound for a release that is none.
    """
    number = releases.current_number(session)
    wanted = None if release is None else releases.files(session, release)
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
    if wanted is not None:
        put(session, draft, differing(session, draft, wanted), kind=RESTORED, by=by, now=now)
        record(session, draft, "restored", by=by, now=now, data={"release": release})
    return draft


def differing(session: Session, draft: Draft, wanted: Mapping[str, bytes]) -> dict[str, bytes | None]:
    """What must change to give the draft exactly these files; None takes one away."""
    now_there = files(session, draft)
    gone: dict[str, bytes | None] = {name: None for name in now_there if name not in wanted}
    return gone | {name: content for name, content in wanted.items() if now_there.get(name) != content}


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


def lock_any(session: Session, id: UUID) -> Draft:
    """The draft, for this transaction alone, also when it is closed. Raises NotFound."""
    draft = rows.lock(session, id)
    if draft is None:
        raise NotFound("Dit concept bestaat niet.", draft=str(id))
    return draft


def lock(session: Session, id: UUID) -> Draft:
    """The draft to change, for this transaction alone. Raises NotFound, or Conflict when it is closed."""
    draft = lock_any(session, id)
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


# ── Changing it ────────────────────────────────────────────────────────────────────────────────────────


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


def authors(session: Session, draft: Draft) -> set[int]:
    """The keys of who changed something: not who merely took over, undecided, what was live already."""
    changed = rows.changed_by(session, draft.key, (SAVED, MERGED, REMOVED, RESTORED, IMPORTED))
    decided = {
        event.person_key
        for event in rows.events(session, draft.key)
        if event.kind == UPDATED and event.data.get("choices")
    }
    return changed | decided


def lapse(session: Session, draft: Draft, *, by: Person, now: datetime) -> None:
    """An approval is of exact content: after a change somebody has to look again."""
    if draft.state == APPROVED:
        draft.state, draft.approved_by, draft.approved_hash = IN_REVIEW, None, None
        record(session, draft, "lapsed", by=by, now=now)


# ── Checking ─────────────────────────────────────────────────────────────────────────────────────────────


def check(
    session: Session, draft: Draft, *, only: str | None = None, unsaved: bytes | None = None
) -> list[Problem]:
    """What is wrong in the release that this draft would be; `unsaved` stands for the content of `only`."""
    found = files(session, draft)
    if only is not None and unsaved is not None:
        try:
            way_files.require_name(only)
            way_files.require_kind(only, unsaved)
        except Invalid as error:
            return [Problem(only, None, error.message)]
        found[only] = unsaved
    problems = problems_in(session, found)
    return [one for one in problems if only is None or one.file == only]


def problems_in(session: Session, files: Mapping[str, bytes]) -> list[Problem]:
    """The problems of these files, kept for who looks again at the same."""
    key = releases.hash_of(files)
    found = _problems.get(key)
    if found is None:
        found = _problems[key] = tuple(releases.check(session, files))
        while len(_problems) > KEPT:
            _problems.pop(next(iter(_problems)), None)
    return list(found)


KEPT = 32
_problems: dict[str, tuple[Problem, ...]] = {}
"""By the hash of all files. Roles are read once, as in `releases`."""
