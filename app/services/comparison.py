"""The two sides of a comparison of ways of working: releases and drafts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from app.checks.compare import Comparison, compare
from app.errors import NotFound
from app.services import drafts, releases
from app.store import releases as release_rows

UNKNOWN = "Deze versie van de werkwijze bestaat niet."


@dataclass(frozen=True, slots=True)
class Files:
    """One side: `key` as an address names it, `name` as people do, within a sentence."""

    key: str
    name: str
    content: Mapping[str, bytes]

    @property
    def title(self) -> str:
        """The name at the beginning of a sentence."""
        return self.name[:1].upper() + self.name[1:]


def sources(session: Session, text: str) -> Files:
    """The side that this text of an address means. Raises NotFound."""
    for kind in KINDS:
        found = kind(session, text)
        if found is not None:
            return found
    raise NotFound(UNKNOWN)


def _release(session: Session, text: str) -> Files | None:
    if not is_release(text):
        return None
    number = int(text)
    return Files(text, f"versie {number}", releases.files(session, number))


def _draft(session: Session, text: str) -> Files | None:
    try:
        id = UUID(text)
    except ValueError:
        return None
    draft = drafts.find(session, id)
    return Files(text, f"concept ‘{draft.title}’", drafts.files(session, draft))


KINDS: tuple[Callable[[Session, str], Files | None], ...] = (_release, _draft)
"""What can be compared: each reads its own kind of text, and gives None for any other."""


def is_release(text: str) -> bool:
    """Whether the text names a release; whatever else can be compared is only for who changes it."""
    return text.isdecimal() and len(text) < 10


def choices(session: Session) -> list[tuple[str, str]]:
    """What there is to choose from, the newest first: key and name."""
    current = releases.current_number(session)
    return [
        (str(one.number), f"Versie {one.number}" + (", nu live" if one.number == current else ""))
        for one in releases.history(session)
    ]


def compared(before: Files, after: Files) -> Comparison:
    """All that is different in the later side."""
    return compare(before.content, after.content)


def form_names(session: Session) -> dict[str, str]:
    """What people call the forms of the live release, by id: a file of a form has no name."""
    number = releases.current_number(session)
    return {one.id: one.name for one in release_rows.definitions(session, number) if one.kind == "form"}
