"""Queries about drafts, what was saved in them, and who has them open."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, exists, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.store.models import Draft, DraftEvent, DraftFile, DraftPresence, FileContent, Person, ReleaseFile

IN_PROGRESS = ("open", "in_review", "approved")


def by_id(session: Session, id: UUID) -> Draft | None:
    return session.scalars(select(Draft).where(Draft.id == id)).one_or_none()


def lock(session: Session, id: UUID) -> Draft | None:
    """The draft as it is now, for this transaction alone: whoever changes it or its files holds this row."""
    query = select(Draft).where(Draft.id == id).with_for_update(of=Draft)
    return session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def in_progress(session: Session) -> list[Draft]:
    """Those that are neither live nor dropped, the last changed first."""
    query = select(Draft).where(Draft.state.in_(IN_PROGRESS))
    return list(session.scalars(query.order_by(Draft.changed_at.desc(), Draft.key.desc())))


def done(session: Session, *, limit: int) -> list[Draft]:
    """Those that went live or were dropped, the last changed first."""
    query = select(Draft).where(Draft.state.not_in(IN_PROGRESS))
    return list(session.scalars(query.order_by(Draft.changed_at.desc(), Draft.key.desc()).limit(limit)))


def latest(session: Session, draft_key: int, *, until: int | None = None) -> dict[str, DraftFile]:
    """The last saved row of each name; `until`: as it was at that revision."""
    query = select(DraftFile.name, func.max(DraftFile.revision).label("revision"))
    query = query.where(DraftFile.draft_key == draft_key)
    if until is not None:
        query = query.where(DraftFile.revision <= until)
    last = query.group_by(DraftFile.name).subquery()
    rows = (
        select(DraftFile)
        .join(last, (DraftFile.name == last.c.name) & (DraftFile.revision == last.c.revision))
        .where(DraftFile.draft_key == draft_key)
    )
    return {row.name: row for row in session.scalars(rows.order_by(DraftFile.name))}


def saved(
    session: Session, draft_key: int, name: str, *, until: int | None = None, limit: int | None = None
) -> list[DraftFile]:
    """What was saved of one file, the newest first."""
    query = select(DraftFile).where(DraftFile.draft_key == draft_key, DraftFile.name == name)
    if until is not None:
        query = query.where(DraftFile.revision <= until)
    return list(session.scalars(query.order_by(DraftFile.revision.desc()).limit(limit)))


def all_saved(session: Session, draft_key: int) -> list[DraftFile]:
    """Everything that was saved, the newest first."""
    query = select(DraftFile).where(DraftFile.draft_key == draft_key)
    return list(session.scalars(query.order_by(DraftFile.revision.desc(), DraftFile.name)))


def contents(session: Session, hashes: Collection[str]) -> dict[str, bytes]:
    query = select(FileContent.hash, FileContent.content).where(FileContent.hash.in_(sorted(hashes)))
    return dict(session.execute(query).all())


def forget(session: Session, row: DraftFile) -> None:
    """Take one point out of the history, and its content if nothing else has it."""
    content_hash = row.content_hash
    session.delete(row)
    session.flush()
    used = exists().where(DraftFile.content_hash == content_hash)
    published = exists().where(ReleaseFile.content_hash == content_hash)
    session.execute(delete(FileContent).where(FileContent.hash == content_hash, ~used, ~published))


def changed_by(session: Session, draft_key: int, kinds: Collection[str]) -> set[int]:
    """The keys of the people who made a change of one of these kinds."""
    query = select(DraftFile.saved_by).where(
        DraftFile.draft_key == draft_key, DraftFile.kind.in_(sorted(kinds))
    )
    return set(session.scalars(query.distinct()))


def events(session: Session, draft_key: int) -> list[DraftEvent]:
    """What happened to a draft, in order."""
    query = select(DraftEvent).where(DraftEvent.draft_key == draft_key)
    return list(session.scalars(query.order_by(DraftEvent.key)))


def last_event_revision(session: Session, draft_key: int) -> int:
    """The youngest revision that something happened to: it has to stay as it was."""
    query = select(func.max(DraftEvent.revision)).where(DraftEvent.draft_key == draft_key)
    return session.scalar(query) or 0


def attend(session: Session, draft_key: int, name: str, person_key: int, *, now: datetime) -> None:
    """This person has the file open now. Two windows of one person may say so at once."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    row = dialect.insert(DraftPresence).values(
        draft_key=draft_key, name=name, person_key=person_key, seen_at=now
    )
    session.execute(
        row.on_conflict_do_update(index_elements=["draft_key", "name", "person_key"], set_={"seen_at": now})
    )


def present(session: Session, draft_key: int, *, since: datetime) -> Sequence[tuple[str, Person]]:
    """Who has which file open: (name of the file, person)."""
    query = (
        select(DraftPresence.name, Person)
        .join(Person, Person.key == DraftPresence.person_key)
        .where(DraftPresence.draft_key == draft_key, DraftPresence.seen_at >= since)
        .order_by(DraftPresence.name, Person.name)
    )
    return [(name, person) for name, person in session.execute(query).unique()]
