"""Work that machines do later: timers and service tasks. Nothing of a run that fails is kept.

What stays inside Casusroute is one transaction. What reaches outside (a mail) is leased in one, done, and
told to the case in another; a lease that ends without an answer is a job that is due again.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.engine import run
from app.engine.definitions import Definitions
from app.engine.step import Step
from app.errors import CasusrouteError, EngineError, NotFound, Unreadable
from app.feel import temporal
from app.services import (
    cases,
    facts,
    job_types,
    messages,
    migration,
    releases,
    steps,
    unreadable,
    waits,
)
from app.services.failures import failure
from app.store import cases as case_rows
from app.store import jobs as job_rows
from app.store.models import Case, Incident, Instance, Job

MAX_ATTEMPTS = 5
LEASE = timedelta(minutes=2)
"""How long a job that reaches outside is ours; its own time-outs are shorter."""
FIRST_WAIT = timedelta(seconds=10)
"""Before the second attempt; each next wait is four times as long."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Leased:
    """A job that reaches outside, and is ours until its lease ends. `attempt` tells it from a later lease.

    `name` tells it from another job that got its key when it was done.
    """

    key: int
    name: str
    attempt: int
    until: datetime
    kind: str
    variables: Mapping[str, Any]

    def perform(self) -> "Outcome":
        """Do it, outside any transaction."""
        try:
            return Outcome(job_types.EXTERNAL[self.kind](self.variables, key=self.name))
        except Exception as error:  # whatever happens outside is told to the case
            return Outcome({}, error)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a leased job: variables, or an error."""

    answers: Mapping[str, Any]
    error: Exception | None = None


def take(session: Session, *, now: datetime) -> Leased | bool:
    """Run the job that is due longest, or lease it where it reaches outside. False when nothing is due.

    A run that fails leaves its job to be tried later; after MAX_ATTEMPTS (or as often as its diagram says) it
    is parked and an incident waits for a person. Raises only when the database itself fails.
    """
    claimed = job_rows.claim(session, now=now)
    if claimed is None:
        return False
    if claimed.job.kind not in job_types.EXTERNAL:
        _attempt(session, claimed.job, lambda: _run(session, claimed, now=now), now=now)
        return True
    return _lease(session, claimed.instance, claimed.job, now=now) or True


def run_due(session: Session, *, now: datetime, limit: int = 1) -> bool:
    """Run up to `limit` jobs within this transaction, also those that reach outside. True if any was due."""
    done = 0
    while done < limit and (taken := take(session, now=now)) is not False:
        if isinstance(taken, Leased):
            finish(session, taken, taken.perform(), now=now)
        done += 1
    return done > 0


def _lease(session: Session, instance: Instance, job: Job, *, now: datetime) -> Leased | None:
    leased: list[Leased] = []

    def begin() -> None:
        if job.attempts >= _allowed(job):
            # It was begun as often as it may be, and nobody ever came back to tell how it went.
            raise EngineError("Dit werk is begonnen en niet afgemaakt.", job=job.key)
        if _must_wait(instance, job):
            job.parked = True
            return
        definitions = releases.definitions(session, instance.release_number)
        try:
            variables = run.task_variables(definitions, instance.state, job.engine_id)
        except LookupError as error:
            raise EngineError("De casus wacht niet op dit werk.", job=job.key, case=job.case_key) from error
        job.attempts += 1
        job.due_at = now + LEASE
        leased.append(Leased(job.key, job_types.name_of(job), job.attempts, job.due_at, job.kind, variables))
        session.flush()

    _attempt(session, job, begin, now=now)
    return leased[0] if leased else None


def finish(session: Session, leased: Leased, outcome: Outcome, *, now: datetime) -> None:
    """Tell the case how it went, unless the lease ended and somebody else has the job now."""
    job = _still_ours(session, leased)
    if job is None:
        return
    instance = _instance(session, job)
    found = _still_ours(session, leased)  # again: we may have waited for the case
    if found is None:
        return
    if outcome.error is not None:
        found.attempts -= 1  # counted again below
        _fail(session, found, outcome.error, now=now)
        return

    def complete() -> None:
        definitions = releases.definitions(session, instance.release_number)
        step = _complete(instance, definitions, found, outcome.answers, now=now)
        steps.record(session, instance, step, by=None, now=now, definitions=definitions)

    _attempt(session, found, complete, now=now)


def _still_ours(session: Session, leased: Leased) -> Job | None:
    job = session.get(Job, leased.key, populate_existing=True)
    if job is None or job_types.name_of(job) != leased.name:
        return None
    return None if job.parked or job.attempts != leased.attempt else job


def next_due(session: Session) -> datetime | None:
    """When the first job is due, past or future."""
    return job_rows.next_due(session)


def open_incidents(session: Session, *, case_key: int | None = None) -> list[Incident]:
    """What waits for a person, oldest first; of one case, or of all."""
    return job_rows.open_incidents(session, case_key=case_key)


def incident(session: Session, case: Case, key: int) -> Incident:
    """A failure of this case. Raises NotFound."""
    found = session.get(Incident, key)
    if found is None or found.case_key != case.key:
        raise NotFound("Deze storing bestaat niet.")
    return found


def _attempt(session: Session, job: Job, work: Callable[[], None], *, now: datetime) -> None:
    # Noted beforehand: a job that is done has no row any more.
    ids = _ids(job)
    try:
        with session.begin_nested():
            work()
    except OperationalError:
        raise
    except Exception as error:  # any failure of one job must not keep the others from running
        _fail(session, job, error, now=now)
    else:
        _log.info("job done", extra=ids)


def _ids(job: Job) -> dict[str, object]:
    return {"job": job.key, "case": job.case_key, "kind": job.kind, "element": job.element_id}


def _fail(session: Session, job: Job, error: Exception, *, now: datetime) -> None:
    session.flush()
    session.refresh(job)
    if isinstance(error, Unreadable) and job.case_key is not None:
        # Trying again does not help, and none of its other jobs can do better.
        _log.error("state unreadable", extra={**_ids(job), **failure(error)})
        unreadable.tell(session, job.case_key, now=now)
        return
    _log.warning("job failed", extra={**_ids(job), "attempt": job.attempts + 1, **failure(error)})
    _try_later(session, job, error, now=now)


def _instance(session: Session, job: Job) -> Instance:
    """The run of its case, locked."""
    found = case_rows.lock_instance(session, job.case_key) if job.case_key is not None else None
    if found is None:
        raise EngineError("De stand van deze casus ontbreekt.", job=job.key, case=job.case_key)
    return found


def _must_wait(instance: Instance, job: Job) -> bool:
    """Whether its case was suspended just when this work was asked for: it goes on when the case does."""
    return instance.case.state == cases.SUSPENDED and job.kind != migration.MIGRATE


def _run(session: Session, claimed: job_rows.Claimed, *, now: datetime) -> None:
    instance, job = claimed.instance, claimed.job
    if _must_wait(instance, job):
        job.parked = True
        return
    if not job.engine_id:
        own = _own_work(session, instance, job, now=now)
        session.delete(job)
        if own is not None:
            steps.record(session, instance, own, by=None, now=now)
        return
    definitions = releases.definitions(session, instance.release_number)
    step = _step(session, instance, definitions, job, now=now)
    steps.record(session, instance, step, by=None, now=now, jobs=claimed.jobs, definitions=definitions)


def _own_work(session: Session, instance: Instance, job: Job, *, now: datetime) -> Step | None:
    """Work of Casusroute itself; gives the step that the case makes by it, if any."""
    match job.kind:
        case waits.MESSAGE:
            return messages.deliver(session, instance, job, now=now)
        case waits.SIGNAL:
            messages.tell_signal(session, job.payload["name"], instance.case.house_key, now=now)
        case waits.CATCH:
            return messages.catch_signal(session, instance, job.payload["name"], now=now)
        case migration.MIGRATE:
            migration.run_one(session, instance, job, now=now)
        case _:
            raise EngineError(f"Niets kan het werk '{job.kind}' doen.", job=job.key)
    return None


def _step(session: Session, instance: Instance, definitions: Definitions, job: Job, *, now: datetime) -> Step:
    if job.kind == steps.TIMER:
        return run.fire(definitions, instance.state, now=now)
    try:
        variables = run.task_variables(definitions, instance.state, job.engine_id)
    except LookupError as error:
        raise EngineError("De casus wacht niet op dit werk.", job=job.key, case=job.case_key) from error
    answers = job_types.run_job(job_types.Work(session, instance.case, job, now, variables))
    return _complete(instance, definitions, job, answers, now=now)


def _complete(
    instance: Instance, definitions: Definitions, job: Job, answers: Mapping[str, Any], *, now: datetime
) -> Step:
    try:
        return run.complete(definitions, instance.state, job.engine_id, answers, now=now)
    except LookupError as error:
        raise EngineError("De casus wacht niet op dit werk.", job=job.key, case=job.case_key) from error


def _allowed(job: Job) -> int:
    """How often it may be tried."""
    return max(1, int(job.payload.get("retries", MAX_ATTEMPTS)))


def _first_wait(job: Job) -> timedelta:
    """Before the second attempt: as long as header `opnieuw_na` says, or as always."""
    said = temporal.parse_duration(str(job.payload.get("headers", {}).get(job_types.WAIT_HEADER, "")))
    return said if isinstance(said, timedelta) and said > timedelta() else FIRST_WAIT


def _try_later(session: Session, job: Job, error: Exception, *, now: datetime) -> None:
    job.attempts += 1
    job.due_at = now + _first_wait(job) * 4 ** min(job.attempts - 1, MAX_ATTEMPTS)
    if job.attempts >= _allowed(job):
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
