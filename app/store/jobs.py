"""Queries about work for machines."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.store.models import Incident, Instance, Job


@dataclass(frozen=True, slots=True)
class Claimed:
    """A job to be run, its case, which nobody else changes until the transaction ends, and all its jobs."""

    job: Job
    instance: Instance
    jobs: Sequence[Job]


def claim(session: Session, *, now: datetime) -> Claimed | None:
    """The job that is due longest and whose case nobody else is changing, with its case locked.

    The instance is the only lock: who changes a case holds it and may delete the case's jobs. Locking the
    job as well would let a worker and a person wait for each other.
    """
    due = (
        select(Job.key, Instance)
        .join(Instance, Instance.case_key == Job.case_key)
        .where(Job.parked.is_(False), Job.due_at <= now)
        .order_by(Job.due_at, Job.key)
        .limit(1)
        .with_for_update(of=Instance, skip_locked=True)
        .execution_options(populate_existing=True)
    )
    while (found := session.execute(due).one_or_none()) is not None:
        # Read again under the lock: in between, somebody may have finished this very job.
        query = select(Job).where(Job.case_key == found.Instance.case_key).order_by(Job.key)
        jobs = session.scalars(query.execution_options(populate_existing=True)).all()
        for job in jobs:
            if job.key == found.key and not job.parked and job.due_at <= now:
                return Claimed(job, found.Instance, jobs)
    return None


def next_due(session: Session) -> datetime | None:
    """When the first job that `claim` can give is due, past or future."""
    # Not min(): over a join that reads every job there is.
    first = select(Job.due_at).join(Instance, Instance.case_key == Job.case_key)
    first = first.where(Job.parked.is_(False)).order_by(Job.due_at, Job.key).limit(1)
    due: datetime | None = session.scalar(first)
    return due


def open_incidents(session: Session, *, case_key: int | None = None) -> list[Incident]:
    query = select(Incident).where(Incident.resolved_at.is_(None))
    if case_key is not None:
        query = query.where(Incident.case_key == case_key)
    return list(session.scalars(query.order_by(Incident.key)))


def incident_of_case(session: Session, case_key: int) -> Incident | None:
    """The open incident of the case itself, that is of none of its jobs and tokens."""
    query = select(Incident).where(
        Incident.case_key == case_key,
        Incident.resolved_at.is_(None),
        Incident.job_key.is_(None),
        Incident.engine_id.is_(None),
    )
    return session.scalars(query.order_by(Incident.key).limit(1)).first()


def incidents_of_kind(session: Session, message: str, element_id: str) -> list[Incident]:
    """The open incidents at an element that say this, oldest first."""
    query = select(Incident).where(
        Incident.resolved_at.is_(None), Incident.message == message, Incident.element_id == element_id
    )
    return list(session.scalars(query.order_by(Incident.key)))


def run_again(session: Session, key: int | None, *, now: datetime) -> None:
    """Let a worker take the job at once."""
    job = session.get(Job, key) if key is not None else None
    if job is not None:
        job.parked, job.attempts, job.due_at = False, 0, now


def park_all(session: Session, case_key: int) -> None:
    """Keep every job of a case from running."""
    session.execute(update(Job).where(Job.case_key == case_key).values(parked=True))


def park_steps(session: Session, case_key: int) -> None:
    """Keep from running what the diagram of a case asked for; not our own work for it."""
    query = update(Job).where(Job.case_key == case_key, Job.engine_id != "")
    session.execute(query.values(parked=True))


def unpark_all(session: Session, case_key: int) -> None:
    """Let the jobs of a case run again, but for those whose incident waits for a person."""
    failed = select(Incident.job_key).where(
        Incident.case_key == case_key, Incident.resolved_at.is_(None), Incident.job_key.is_not(None)
    )
    session.execute(update(Job).where(Job.case_key == case_key, Job.key.not_in(failed)).values(parked=False))


def resolve_incidents(session: Session, job_keys: list[int], *, now: datetime) -> None:
    """Close the incidents of jobs that are no longer needed."""
    session.execute(
        update(Incident)
        .where(Incident.job_key.in_(job_keys), Incident.resolved_at.is_(None))
        .values(resolved_at=now)
    )
