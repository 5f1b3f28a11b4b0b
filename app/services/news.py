"""What is different in the way of working since somebody last looked: the notes of new releases, once."""

from sqlalchemy.orm import Session

from app.store import releases as rows
from app.store.models import Person, Release

FIRST = 1
"""The release that everybody began with is no news."""


def unread(session: Session, person: Person, current: int) -> list[Release]:
    """The releases that this person hasn't read about, the newest first; `current` is the live one."""
    seen = max(person.news_seen, FIRST)
    return [] if seen >= current else rows.after(session, seen)


def everything(session: Session) -> list[Release]:
    """The notes of all releases, the newest first."""
    return rows.history(session)


def mark_read(session: Session, person: Person, number: int) -> None:
    """This person read up to this release; what comes later stays news."""
    person.news_seen = max(person.news_seen, min(number, rows.current_number(session) or 0))
