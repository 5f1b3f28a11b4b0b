"""Queries about releases and their files."""

from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.store.models import Definition, FileContent, Release, ReleaseFile


def current(session: Session) -> Release | None:
    return session.scalars(select(Release).order_by(Release.number.desc()).limit(1)).one_or_none()


def current_number(session: Session) -> int | None:
    found: int | None = session.scalar(select(func.max(Release.number)))
    return found


def history(session: Session) -> list[Release]:
    """All releases, the newest first."""
    return list(session.scalars(select(Release).order_by(Release.number.desc())))


def files(session: Session, number: int) -> dict[str, bytes]:
    query = (
        select(ReleaseFile.name, FileContent.content)
        .join(FileContent, FileContent.hash == ReleaseFile.content_hash)
        .where(ReleaseFile.release_number == number)
        .order_by(ReleaseFile.name)
    )
    return dict(session.execute(query).all())


def file(session: Session, number: int, name: str) -> bytes | None:
    """The content of one file, or None when the release doesn't have it."""
    query = (
        select(FileContent.content)
        .join(ReleaseFile, FileContent.hash == ReleaseFile.content_hash)
        .where(ReleaseFile.release_number == number, ReleaseFile.name == name)
    )
    return session.scalar(query)


def file_hashes(session: Session, number: int) -> dict[str, str]:
    query = select(ReleaseFile.name, ReleaseFile.content_hash).where(ReleaseFile.release_number == number)
    return dict(session.execute(query).all())


def contents(session: Session, hashes: Mapping[str, str]) -> dict[str, bytes]:
    """The bytes of files by name; `hashes` says which each has."""
    query = select(FileContent.hash, FileContent.content).where(FileContent.hash.in_(set(hashes.values())))
    found: dict[str, bytes] = dict(session.execute(query).all())
    return {name: found[one] for name, one in hashes.items()}


def keep(session: Session, contents: Mapping[str, bytes]) -> None:
    """Store these contents, by their hash, where they aren't there yet."""
    known = set(session.scalars(select(FileContent.hash).where(FileContent.hash.in_(contents))))
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    new = [{"hash": one, "content": content} for one, content in contents.items() if one not in known]
    if new:
        session.execute(dialect.insert(FileContent).on_conflict_do_nothing(), new)


def definitions(session: Session, number: int) -> list[Definition]:
    query = select(Definition).where(Definition.release_number == number)
    return list(session.scalars(query.order_by(Definition.kind, Definition.name)))


def ways_in(session: Session, number: int) -> list[Definition]:
    """The processes of a release that have a start form, by name."""
    query = select(Definition).where(Definition.release_number == number, Definition.startable)
    return list(session.scalars(query.order_by(Definition.name)))
