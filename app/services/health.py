"""How the installation itself is: whether work is done, by whom, and on what."""

import os
import platform
import socket
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import metadata

from sqlalchemy.orm import Session

from app.services import cases
from app.store import health as rows
from app.store import releases as release_rows
from app.store.health import Queue
from app.store.models import Worker

BEHIND = timedelta(minutes=5)
"""Work that should have been done this long ago: the worker has stopped, or cannot keep up."""
BEAT_SECONDS = 15
"""A worker says no more often than this that it is there."""
SILENT = timedelta(minutes=1)
"""A worker that said nothing for this long is not counted as alive."""
FORGOTTEN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Work:
    """What waits for the workers, and how many there are."""

    alive: int
    queues: tuple[Queue, ...]
    oldest_due: datetime | None

    @property
    def due(self) -> int:
        return sum(one.due for one in self.queues)

    @property
    def late(self) -> int:
        return sum(one.late for one in self.queues)

    @property
    def parked(self) -> int:
        return sum(one.parked for one in self.queues)


@dataclass(frozen=True, slots=True)
class Health:
    """Everything that there is to say of the installation; only numbers, nothing of a case."""

    work: Work
    workers: tuple[tuple[Worker, bool], ...]
    """Each with whether it is alive."""
    incidents: int
    running: int
    suspended: int
    overdue: int
    database: tuple[str, str, str]
    """Kind, version, last migration."""
    back_up: datetime | None
    release: int | None
    versions: tuple[tuple[str, str], ...]


def work(session: Session, *, now: datetime) -> Work:
    """What waits for the workers at this moment."""
    return Work(
        alive=rows.workers_since(session, now - SILENT),
        queues=tuple(rows.queues(session, now=now, late_before=now - BEHIND)),
        oldest_due=rows.oldest_due(session, now=now),
    )


def health(session: Session, *, now: datetime) -> Health:
    """The whole of it."""
    return Health(
        work=work(session, now=now),
        workers=tuple((one, one.seen_at >= now - SILENT) for one in rows.workers(session)),
        incidents=rows.open_incidents(session),
        running=rows.cases_in(session, cases.RUNNING),
        suspended=rows.cases_in(session, cases.SUSPENDED),
        overdue=rows.overdue_tasks(session, now=now),
        database=rows.database(session),
        back_up=last_back_up(session),
        release=release_rows.current_number(session),
        versions=versions(),
    )


def versions() -> tuple[tuple[str, str], ...]:
    return (
        ("Casusroute", version()),
        ("SpiffWorkflow", metadata.version("SpiffWorkflow")),
        ("Python", platform.python_version()),
    )


def version() -> str:
    """Of Casusroute itself."""
    return metadata.version("casusroute")


def last_back_up(session: Session) -> datetime | None:
    """When somebody last said that a back-up was made; None when nobody ever did."""
    said = rows.last_back_up(session)
    return None if said is None else datetime.fromisoformat(said)


def note_back_up(session: Session, *, now: datetime) -> None:
    """Write down that a back-up was just made."""
    rows.note_back_up(session, at=now)


def worker_name() -> str:
    """What this process is called among the workers."""
    return f"{socket.gethostname()}-{os.getpid()}"


def beat(session: Session, name: str, *, started: datetime, now: datetime) -> None:
    """Say that this worker is there; those that went long ago are forgotten."""
    rows.forget_workers(session, before=now - FORGOTTEN)
    rows.see_worker(session, name, version=version(), started=started, now=now)


def farewell(session: Session, name: str) -> None:
    """This worker stops, as it was told."""
    rows.forget_worker(session, name)
