"""A way of working as somebody names it in an address: a release by its number, or a draft by its id."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from app.errors import NotFound
from app.services import drafts, releases


@dataclass(frozen=True, slots=True)
class Source:
    """Its files, as they are now. `release` is the number itself, or what the draft is based on."""

    key: str
    """How an address names it."""
    name: str
    """How people do, within a sentence."""
    files: Mapping[str, bytes]
    release: int
    draft_id: UUID | None = None

    @property
    def title(self) -> str:
        """The name at the beginning of a sentence."""
        return self.name[:1].upper() + self.name[1:]


UNKNOWN = "Deze versie van de werkwijze bestaat niet."


def find(session: Session, text: str) -> Source:
    """Raises NotFound for what is neither a release nor a draft."""
    if text.isdecimal() and len(text) < 10:
        number = int(text)
        return Source(text, f"versie {number}", releases.files(session, number), number)
    try:
        draft = drafts.find(session, UUID(text))
    except ValueError as error:
        raise NotFound(UNKNOWN) from error
    return Source(text, f"concept ‘{draft.title}’", drafts.files(session, draft), draft.base_number, draft.id)
