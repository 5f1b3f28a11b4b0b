"""Work that machines do later: timers and service tasks. Nothing of a run that fails is kept."""

import logging
from datetime import datetime, timedelta

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.engine import run
from app.engine.step import Step
from app.errors import CasusrouteError, EngineError, NotFound
from app.services import access, facts, job_types, messages, migration, releases, steps, waits
from app.services.failures import failure
from app.store import cases as case_rows
from app.store import jobs as job_rows
from app.store.models import Case, Incident, Instance, Job, Person

MAX_ATTEMPTS = 5
FIRST_WAIT = timedelta(seconds=10)
"""Before the second attempt; each next wait is four times as long."""

_log = logging.getLogger(__name__)


def run_due(session: Session, *, now: datetime, limit: int = 1) -> bool:
    """Run up to `limit` jobs that are due, longest first. True if there was at least one.

    A run that fails leaves its job to be tried later; after MAX_ATTEMPTS it is parked and an incident
    waits for a person. Raises only when the database itself fails.
    """
    done = 0
    while done < limit and (job := job_rows.claim(session, now=now)) is not None:
        _attempt(session, job, now=now)
        done += 1
    return done > 0


def next_due(session: Session) -> datetime | None:
    """When the first job is due, past or future."""
    return job_rows.next_due(session)


def open_incidents(session: Session, *, case_key: int | None = None) -> list[Incident]:
    """What waits for a person, oldest first; of one case, or of all."""
    return job_rows.open_incidents(session, case_key=case_key)


def trouble(session: Session, person: Person) -> list[tuple[Incident, Case]]:
    """What waits for a person, in the cases that this one may know of; oldest first."""
    found = [(one, session.get_one(Case, one.case_key)) for one in job_rows.open_incidents(session)]
    return [(one, case) for one, case in found if access.may_see_case(person, case)]


def incident(session: Session, case: Case, key: int) -> Incident:
    """A failure of this case. Raises NotFound."""
    found = session.get(Incident, key)
    if found is None or found.case_key != case.key:
        raise NotFound("Deze storing bestaat niet.")
    return found


def _attempt(session: Session, job: Job, *, now: datetime) -> None:
    # Noted beforehand: a job that is done has no row any more.
    ids = {"job": job.key, "case": job.case_key, "kind": job.kind, "element": job.element_id}
    started_with = job.attempts
    try:
        with session.begin_nested():
            _run(session, job, now=now)
    except OperationalError:
        raise
    except Exception as error:  # any failure of one job must not keep the others from running
        _log.warning("job failed", extra={**ids, "attempt": started_with + 1, **failure(error)})
        _try_later(session, job, error, now=now)
    else:
        _log.info("job done", extra=ids)


def _run(session: Session, job: Job, *, now: datetime) -> None:
    instance = case_rows.lock_instance(session, job.case_key) if job.case_key is not None else None
    if instance is None:
        raise EngineError("De stand van deze casus ontbreekt.", job=job.key, case=job.case_key)
    if job.engine_id:
        step: Step | None = _step(session, instance, job, now=now)
    else:
        step = _own_work(session, instance, job, now=now)
        session.delete(job)
    if step is not None:
        steps.record(session, instance, step, by=None, now=now)


def _own_work(session: Session, instance: Instance, job: Job, *, now: datetime) -> Step | None:
    """Work of Casusroute itself; gives the step that the case makes by it, if any."""
    match job.kind:
        case waits.MESSAGE:
            return messages.deliver(session, instance, job, now=now)
        case waits.SIGNAL:
            messages.tell_signal(session, instance.case, job.payload["name"], now=now)
        case waits.CATCH:
            return messages.catch_signal(session, instance, job.payload["name"], now=now)
        case migration.MIGRATE:
            migration.run_one(session, instance, job, now=now)
        case _:
            raise EngineError(f"Niets kan het werk '{job.kind}' doen.", job=job.key)
    return None


def _step(session: Session, instance: Instance, job: Job, *, now: datetime) -> Step:
    definitions = releases.definitions(session, instance.release_number)
    if job.kind == steps.TIMER:
        return run.fire(definitions, instance.state, now=now)
    answers = job_types.run_job(job_types.Work(session, instance.case, job, now))
    try:
        return run.complete(definitions, instance.state, job.engine_id, answers, now=now)
    except LookupError as error:
        raise EngineError("De casus wacht niet op dit werk.", job=job.key, case=job.case_key) from error


def _try_later(session: Session, job: Job, error: Exception, *, now: datetime) -> None:
    session.refresh(job)
    job.attempts += 1
    job.due_at = now + FIRST_WAIT * 4 ** (job.attempts - 1)
    if job.attempts >= MAX_ATTEMPTS:
        job.parked = True
        _open_incident(session, job, error, now=now)
    session.flush()


def _open_incident(session: Session, job: Job, error: Exception, *, now: datetime) -> None:
    if job.case_key is None:
        return
    incident = Incident(
        case_key=job.case_key,
        job_key=job.key,
        process_id=job.process_id,
        element_id=job.element_id,
        message=error.message if isinstance(error, CasusrouteError) else "Er ging iets onverwachts mis.",
        opened_at=now,
    )
    session.add(incident)
    case = case_rows.by_key(session, job.case_key)
    session.add(facts.fact("incident", case, now=now, data={"element_id": job.element_id}))
