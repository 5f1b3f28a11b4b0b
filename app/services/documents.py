"""Documents that people hand in with a form: what is taken, and who may read it back."""

import hashlib
import re
from datetime import datetime
from pathlib import PurePosixPath
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Invalid, NotFound
from app.services import access
from app.store.models import Case, Document, Person

MAX_NAME_CHARS = 120
_ZIP = (b"PK\x03\x04",)
TYPES: dict[str, tuple[str, tuple[bytes, ...]]] = {
    ".pdf": ("application/pdf", (b"%PDF-",)),
    ".odt": ("application/vnd.oasis.opendocument.text", _ZIP),
    ".docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", _ZIP),
    ".png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    ".jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    ".jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    ".txt": ("text/plain; charset=utf-8", ()),
}
"""What may be handed in: by the end of the name, with the bytes that such a file begins with."""


def store(
    session: Session, *, name: str, content: bytes, by: Person, now: datetime, max_bytes: int
) -> Document:
    """Keep a file until the answers that name it make it part of a case. Raises Invalid in plain Dutch."""
    name = safe_name(name)
    suffix = PurePosixPath(name).suffix.lower()
    if suffix not in TYPES:
        kinds = ", ".join(one.removeprefix(".") for one in TYPES)
        raise Invalid(f"'{name}' kan niet worden toegevoegd. Deze soorten bestanden kunnen wel: {kinds}.")
    if not content:
        raise Invalid(f"'{name}' is leeg.")
    if len(content) > max_bytes:
        raise Invalid(f"'{name}' is te groot. Een bestand mag {max_bytes // 1024 // 1024} MB zijn.")
    media_type, starts = TYPES[suffix]
    if (starts and not content.startswith(starts)) or (not starts and b"\0" in content):
        raise Invalid(f"'{name}' is niet wat de naam zegt. Bewaar het bestand opnieuw en probeer het weer.")
    document = Document(
        name=name,
        media_type=media_type,
        size_bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        stored_at=now,
        stored_by=by.key,
        handed_in=False,
    )
    session.add(document)
    session.flush()
    return document


def safe_name(name: str) -> str:
    """The bare name without folders and control characters, and not too long."""
    bare = re.split(r"[\\/]", name)[-1]
    bare = "".join(sign for sign in bare if sign.isprintable()).strip(" .") or "bestand"
    suffix = PurePosixPath(bare).suffix[:10]
    return bare[: MAX_NAME_CHARS - len(suffix)].removesuffix(suffix) + suffix


def own(session: Session, ids: list[str], *, by: Person) -> list[Document]:
    """Those of these documents that this person sent and nobody has handed in yet, in that order."""
    wanted = [found for found in map(_uuid, ids) if found is not None]
    query = select(Document).where(Document.id.in_(wanted), Document.stored_by == by.key)
    found = {document.id: document for document in session.scalars(query)}
    return [found[one] for one in wanted if one in found]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def get(session: Session, id: UUID, person: Person, *, now: datetime) -> Document:
    """A document that this person may read: their own, or one of a case whose contents they may see.

    Raises NotFound.
    """
    document = session.scalars(select(Document).where(Document.id == id)).one_or_none()
    if document is not None and (
        document.stored_by == person.key or _in_sight(session, document, person, now)
    ):
        return document
    raise NotFound("Dit document bestaat niet, of is niet voor u.")


def _in_sight(session: Session, document: Document, person: Person, now: datetime) -> bool:
    case = None if document.case_key is None else session.get(Case, document.case_key)
    return case is not None and document.handed_in and access.may_see_contents(session, person, case, now=now)


def of_case(session: Session, case: Case) -> list[Document]:
    """What was handed in with a case, the newest first."""
    query = select(Document).where(Document.case_key == case.key, Document.handed_in)
    return list(session.scalars(query.order_by(Document.key.desc())))
