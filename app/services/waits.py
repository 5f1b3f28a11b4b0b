"""What else a step leaves behind for others: messages that are waited for, failures, and thrown signals."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from app.engine.step import OpenIncident, Step
from app.store import jobs as job_rows
from app.store import messages as message_rows
from app.store.models import Case, Incident, Job, Message, Subscription

MESSAGE, SIGNAL, CATCH = "message", "signal", "catch"
"""Kinds of jobs: a kept message for a case, a signal that cases may begin with, a signal for one case."""
SUSPENDED = "suspended"
"""The state of a case for which no work is done."""

Waiting = tuple[str, str, str, str | None]
"""Engine id, kind, name, correlation key."""


def record(session: Session, case: Case, step: Step, *, now: datetime) -> None:
    """Write what this step waits for and what failed in it; nothing is asked where nothing can differ."""
    if step.messages or step.signals or step.before.waits:
        _subscriptions(session, case, step, now=now)
    if step.incidents or step.before.fails:
        _incidents(session, case, step.incidents, now=now)
    for name in step.thrown:
        tell(session, name, but=case.key, now=now)
        session.add(internal_job(SIGNAL, case.key, {"name": name}, now=now))


def tell(session: Session, name: str, *, but: int | None, now: datetime) -> int:
    """A signal, for each case that waits for it at this moment but for the one that threw it: that knows.

    Gives for how many. Workers bring it: who throws a signal does not wait for the locks of others.
    """
    found = [row for row in message_rows.waiting_for_signal(session, name) if row[0] != but]
    for case_key, state in found:
        job = internal_job(CATCH, case_key, {"name": name}, now=now)
        job.parked = state == SUSPENDED
        session.add(job)
    return len(found)


def message_job(case_key: int, message: Message, *, now: datetime) -> Job:
    """Work to bring a message that is kept."""
    said = {"message": message.key, "name": message.name, "correlation_key": message.correlation_key}
    return internal_job(MESSAGE, case_key, said, now=now)


def internal_job(kind: str, case_key: int, payload: dict[str, object], *, now: datetime) -> Job:
    """Work of Casusroute itself; no element of a diagram asked for it."""
    return Job(
        case_key=case_key, kind=kind, engine_id="", process_id="", element_id="", due_at=now, payload=payload
    )


def _subscriptions(session: Session, case: Case, step: Step, *, now: datetime) -> None:
    wanted: set[Waiting] = {(one.id, MESSAGE, one.name, one.correlation_key) for one in step.messages}
    wanted |= {(one.id, SIGNAL, one.name, None) for one in step.signals}
    rows = message_rows.subscriptions_of(session, case.key)
    known = {_place(row): row for row in rows}
    for place, row in known.items():
        if place not in wanted:
            session.delete(row)
    for engine_id, kind, name, key in sorted(wanted - known.keys(), key=str):
        if kind == MESSAGE:
            # Held to the end of the transaction: a message that comes now finds the row, or we find it.
            message_rows.lock(session, name, key)
        session.add(
            Subscription(case_key=case.key, engine_id=engine_id, kind=kind, name=name, correlation_key=key)
        )
        kept = message_rows.kept(session, name, key, now=now) if kind == MESSAGE else None
        if kept is not None:
            job = message_job(case.key, kept, now=now)
            job.parked = case.state == SUSPENDED
            session.add(job)


def _place(row: Subscription) -> Waiting:
    return row.engine_id, row.kind, row.name, row.correlation_key


def _incidents(session: Session, case: Case, incidents: Sequence[OpenIncident], *, now: datetime) -> None:
    rows = {
        row.engine_id: row for row in job_rows.open_incidents(session, case_key=case.key) if row.engine_id
    }
    standing = {incident.id for incident in incidents}
    for engine_id, row in rows.items():
        if engine_id not in standing:
            row.resolved_at = now
    for incident in incidents:
        found = rows.get(incident.id)
        if found is not None:
            found.message = incident.message
            continue
        session.add(
            Incident(
                case_key=case.key,
                engine_id=incident.id,
                process_id=incident.process_id,
                element_id=incident.element_id,
                path=list(incident.path),
                message=incident.message,
                opened_at=now,
            )
        )
