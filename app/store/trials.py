"""Queries about try-outs and scenarios."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.store.models import Scenario, Trial


def trial(session: Session, id: UUID, *, lock: bool = False) -> Trial | None:
    query = select(Trial).where(Trial.id == id)
    return session.scalars(query.with_for_update() if lock else query).one_or_none()


def recent(session: Session, *, limit: int) -> list[Trial]:
    """The newest first."""
    return list(session.scalars(select(Trial).order_by(Trial.key.desc()).limit(limit)))


def forget_before(session: Session, moment: datetime) -> None:
    session.execute(delete(Trial).where(Trial.started_at < moment))


def scenarios(session: Session) -> list[Scenario]:
    """All of them, by name."""
    return list(session.scalars(select(Scenario).order_by(Scenario.name)))


def scenario(session: Session, id: UUID) -> Scenario | None:
    return session.scalars(select(Scenario).where(Scenario.id == id)).one_or_none()


def scenario_named(session: Session, name: str) -> Scenario | None:
    return session.scalars(select(Scenario).where(Scenario.name == name)).one_or_none()
