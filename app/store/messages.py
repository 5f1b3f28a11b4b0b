"""Queries about messages, and about who waits for one."""

import hashlib
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.store.models import Case, Message, Subscription


def lock(session: Session, name: str, correlation_key: str | None) -> None:
    """Who brings a message and who begins to wait for it come one after another, to the end of each.

    Else each could miss what the other has not committed yet. On SQLite there is one writer anyhow.
    """
    if session.get_bind().dialect.name == "postgresql":
        digest = hashlib.blake2b(repr((name, correlation_key)).encode(), digest_size=8).digest()
        session.execute(select(func.pg_advisory_xact_lock(int.from_bytes(digest, signed=True))))


def subscriptions_of(session: Session, case_key: int) -> list[Subscription]:
    query = select(Subscription).where(Subscription.case_key == case_key).order_by(Subscription.key)
    return list(session.scalars(query))


def first_waiting(session: Session, name: str, correlation_key: str | None) -> Subscription | None:
    """Who waits longest for this message."""
    query = select(Subscription).where(
        Subscription.kind == "message",
        Subscription.name == name,
        _same(Subscription.correlation_key, correlation_key),
    )
    return session.scalars(query.order_by(Subscription.key).limit(1)).first()


def _same(column: InstrumentedAttribute[str | None], key: str | None) -> ColumnElement[bool]:
    # Not IS NOT DISTINCT FROM: PostgreSQL finds no index for it.
    return column.is_(None) if key is None else column == key


def waiting_for_signal(session: Session, name: str) -> list[tuple[int, str]]:
    """The keys of the cases that wait for this signal, with the state of each."""
    query = select(Subscription.case_key, Case.state).join(Case, Case.key == Subscription.case_key)
    query = query.where(Subscription.kind == "signal", Subscription.name == name)
    return [
        (row.case_key, row.state) for row in session.execute(query.distinct().order_by(Subscription.case_key))
    ]


def by_id(session: Session, id: str) -> Message | None:
    return session.scalars(select(Message).where(Message.id == id)).one_or_none()


def kept(session: Session, name: str, correlation_key: str | None, *, now: datetime) -> Message | None:
    """The oldest message with this name and key that nobody took, and that has not expired."""
    query = select(Message).where(
        Message.name == name,
        _same(Message.correlation_key, correlation_key),
        Message.handled_at.is_(None),
        Message.expires_at > now,
    )
    return session.scalars(query.order_by(Message.key).limit(1)).first()


def take(session: Session, key: int, *, now: datetime) -> Message | None:
    """The message, for this transaction alone; None when it is handled or expired."""
    query = select(Message).where(Message.key == key).with_for_update()
    found = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if found is None or found.handled_at is not None or found.expires_at <= now:
        return None
    return found


def forget_expired(session: Session, *, before: datetime) -> None:
    """Nobody took them, and nobody will."""
    session.execute(delete(Message).where(Message.handled_at.is_(None), Message.expires_at < before))
