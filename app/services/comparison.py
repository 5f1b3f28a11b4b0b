"""The two sides of a comparison of ways of working: releases and drafts."""

from sqlalchemy.orm import Session

from app.checks.compare import Comparison, compare
from app.services import releases
from app.services.sources import Source
from app.store import drafts as draft_rows
from app.store import releases as release_rows


def is_release(text: str) -> bool:
    """Whether the text names a release; whatever else can be compared is only for who changes it."""
    return text.isdecimal() and len(text) < 10


def choices(session: Session, *, drafts: bool) -> list[tuple[str, str]]:
    """What there is to choose from, the newest first: key and name; `drafts` only for who changes them."""
    current = releases.current_number(session)
    found = (
        [(str(one.id), f"Concept ‘{one.title}’") for one in draft_rows.in_progress(session)] if drafts else []
    )
    return found + [
        (str(one.number), f"Versie {one.number}" + (", nu live" if one.number == current else ""))
        for one in releases.history(session)
    ]


def compared(before: Source, after: Source) -> Comparison:
    """All that is different in the later side."""
    return compare(before.files, after.files)


def form_names(session: Session) -> dict[str, str]:
    """What people call the forms of the live release, by id: a file of a form has no name."""
    number = releases.current_number(session)
    return {one.id: one.name for one in release_rows.definitions(session, number) if one.kind == "form"}
