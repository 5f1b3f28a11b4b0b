"""Queries about the installation itself: its workers, what waits for them, and the database."""

from dataclasses import dataclass
from datetime import datetime

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Select, case, delete, func, select, update
from sqlalchemy.orm import Session

from app.store.inbox import IS_OPEN
from app.store.models import Case, House, Incident, Job, Setting, UserTask, Worker

BACK_UP = "laatste_reservekopie"


@dataclass(frozen=True, slots=True)
class Queue:
    """Work of one kind: what is due, how much of that is late, and what stands still until somebody acts."""

    kind: str
    due: int = 0
    late: int = 0
    parked: int = 0


def queues(session: Session, *, now: datetime, late_before: datetime) -> list[Queue]:
    """By kind of work, only kinds of which there is any."""
    late = func.count(case((Job.due_at < late_before, 1)))
    waiting = select(Job.kind, func.count(), late).where(Job.parked.is_(False), Job.due_at <= now)
    found = {kind: Queue(kind, due, behind) for kind, due, behind in _grouped(session, waiting)}
    parked = select(Job.kind, func.count(), func.count()).where(Job.parked.is_(True))
    for kind, number, _ in _grouped(session, parked):
        known = found.get(kind, Queue(kind))
        found[kind] = Queue(kind, known.due, known.late, number)
    return [found[kind] for kind in sorted(found)]


def _grouped(session: Session, query: Select[str, int, int]) -> list[tuple[str, int, int]]:
    return [(kind, first, second) for kind, first, second in session.execute(query.group_by(Job.kind))]


def oldest_due(session: Session, *, now: datetime) -> datetime | None:
    """Since when the work waits that is due longest."""
    first = select(Job.due_at).where(Job.parked.is_(False), Job.due_at <= now)
    found: datetime | None = session.scalar(first.order_by(Job.due_at, Job.key).limit(1))
    return found


def open_incidents(session: Session) -> int:
    return session.scalar(select(func.count()).where(Incident.resolved_at.is_(None))) or 0


def cases_in(session: Session, state: str) -> int:
    return session.scalar(select(func.count()).where(Case.state == state)) or 0


def overdue_tasks(session: Session, *, now: datetime) -> int:
    """Open tasks whose term is over."""
    # By house, so that an index answers it whole.
    houses = select(House.key).scalar_subquery()
    query = select(func.count()).where(UserTask.house_key.in_(houses), IS_OPEN, UserTask.sort_due_at < now)
    return session.scalar(query) or 0


def workers(session: Session) -> list[Worker]:
    """Who said lately that it is there, the last one first."""
    query = select(Worker).order_by(Worker.seen_at.desc(), Worker.name)
    return list(session.scalars(query.execution_options(populate_existing=True)))


def workers_since(session: Session, moment: datetime) -> int:
    return session.scalar(select(func.count()).where(Worker.seen_at >= moment)) or 0


def see_worker(session: Session, name: str, *, version: str, started: datetime, now: datetime) -> None:
    values = {"version": version, "started_at": started, "seen_at": now}
    seen = session.execute(update(Worker).where(Worker.name == name).values(values).returning(Worker.name))
    if seen.one_or_none() is None:
        session.add(Worker(name=name, **values))


def forget_worker(session: Session, name: str) -> None:
    session.execute(delete(Worker).where(Worker.name == name))


def forget_workers(session: Session, *, before: datetime) -> None:
    """Those that were seen last before this moment: they went without a word."""
    session.execute(delete(Worker).where(Worker.seen_at < before))


def database(session: Session) -> tuple[str, str, str]:
    """Its kind, its version, and the number of the last migration (empty where there is none)."""
    connection = session.connection()
    version = ".".join(map(str, connection.dialect.server_version_info or ()))
    revision = MigrationContext.configure(connection).get_current_revision()
    return connection.dialect.name, version, revision or ""


def last_back_up(session: Session) -> str | None:
    found = session.get(Setting, BACK_UP)
    return None if found is None else str(found.value)


def note_back_up(session: Session, *, at: datetime) -> None:
    session.merge(Setting(key=BACK_UP, value=at.isoformat(timespec="seconds")))
