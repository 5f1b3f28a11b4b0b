"""A draft and a release that went live after it began: bring the two together, and lose nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from app.checks.merge import Conflict
from app.services import drafts, releases
from app.services.draft_saves import merge
from app.services.drafts import UPDATED
from app.store.models import Draft, Person

MINE, THEIRS = "mine", "theirs"


@dataclass(frozen=True, slots=True)
class Renewal:
    """What bringing a draft up to date comes to: what goes by itself, and what a person must decide."""

    release: int
    contents: Mapping[str, bytes | None] = field(default_factory=dict)
    """The files that change in the draft; None takes one away."""
    conflicts: Mapping[str, tuple[Conflict, ...]] = field(default_factory=dict)
    """Per file. Each is decided with MINE (as in the draft) or THEIRS (as in the release)."""


def renewal(session: Session, draft: Draft, choices: Mapping[str, str] | None = None) -> Renewal:
    """How the draft and the live release, where it is newer, come together. Nothing is changed."""
    choices = choices or {}
    live = releases.current_number(session)
    if live == draft.base_number:
        return Renewal(live)
    before, after = releases.files(session, draft.base_number), releases.files(session, live)
    draft_files = drafts.files(session, draft)
    contents: dict[str, bytes | None] = {}
    conflicts: dict[str, tuple[Conflict, ...]] = {}
    for name in sorted({*before, *after}):
        base, mine, theirs = before.get(name), draft_files.get(name), after.get(name)
        if base == theirs or mine == theirs:
            continue
        merged = _renewed(name, base, mine, theirs)
        if isinstance(merged, tuple) and choices.get(name) in (MINE, THEIRS):
            contents |= {name: theirs} if choices[name] == THEIRS else {}
        elif isinstance(merged, tuple):
            conflicts[name] = merged
        elif merged != mine:
            contents[name] = merged
    return Renewal(live, contents, conflicts)


def _renewed(
    name: str, base: bytes | None, mine: bytes | None, theirs: bytes | None
) -> bytes | tuple[Conflict, ...] | None:
    if mine == base:
        return theirs
    if mine is None:
        return (Conflict("", name, "In het concept is dit bestand weggehaald.", "Het is veranderd."),)
    if theirs is None:
        return (Conflict("", name, "In het concept is dit bestand veranderd.", "Het is weggehaald."),)
    merged = merge(name, base, mine, theirs)
    return merged.conflicts if merged.content is None else merged.content


def renew(
    session: Session,
    draft: Draft,
    choices: Mapping[str, str] | None = None,
    *,
    by: Person,
    now: datetime,
) -> Renewal:
    """Bring the draft up to date with the live release. The draft is locked.

    With conflicts that nobody decided nothing is changed; they come back in the answer. What is replaced
    stays in the history.
    """
    found = renewal(session, draft, choices)
    if found.conflicts or found.release == draft.base_number:
        return found
    drafts.put(session, draft, found.contents, kind=UPDATED, by=by, now=now)
    before, draft.base_number = draft.base_number, found.release
    data = {"base": found.release, "before": before, "choices": dict(choices or {})}
    drafts.record(session, draft, UPDATED, by=by, now=now, data=data)
    drafts.lapse(session, draft, by=by, now=now)
    return found
