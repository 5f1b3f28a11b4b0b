"""Messages and signals: to the case that waits for them, or to a process that begins with them.

A message is handled once. While nobody waits for it, it is kept until it expires.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from app.engine import run
from app.engine.step import Step
from app.errors import NotFound, Unreadable
from app.services import cases, facts, releases, steps, unreadable, waits
from app.store import cases as case_rows
from app.store import messages as message_rows
from app.store.models import Instance, Job, Message

TIME_TO_LIVE = timedelta(hours=1)
"""How long a message is kept where its sender does not say."""


def publish(
    session: Session,
    name: str,
    correlation_key: str | None,
    variables: Mapping[str, Any],
    *,
    id: str | None = None,
    time_to_live: timedelta = TIME_TO_LIVE,
    house_key: str | None = None,
    compartment: str | None = None,
    at_once: bool = True,
    now: datetime,
) -> Message:
    """Hand over a message; `handled_at` of what comes back says whether somebody took it at once.

    The same `id` twice is the same message: then nothing happens. It goes to the case that waits longest for
    this name and key, else it starts a case where a process of the current release begins with it (in this
    house and compartment, or where its variables say), else it is kept for `time_to_live`. A worker gives it
    where somebody else holds that case now, or this holds one already and asks for it not `at_once`. Raises
    EngineError, Invalid.
    """
    message_rows.lock(session, name, correlation_key)
    known = message_rows.by_id(session, id) if id is not None else None
    if known is not None:
        return known
    message = Message(
        id=id or str(uuid4()),
        name=name,
        correlation_key=correlation_key,
        variables=facts.plain(variables),
        received_at=now,
        expires_at=now + time_to_live,
    )
    message_rows.forget_expired(session, before=now)
    session.add(message)
    session.flush()
    waiting = message_rows.first_waiting(session, name, correlation_key)
    if waiting is not None:
        _give(session, message, waiting.case_key, at_once=at_once, now=now)
    else:
        _begin(session, message, house_key, compartment, now=now)
    session.flush()
    return message


def _give(session: Session, message: Message, case_key: int, *, at_once: bool, now: datetime) -> None:
    # A step holds its case and asks for messages: who holds a message must not wait for a case.
    instance = case_rows.lock_instance_if_free(session, case_key) if at_once else None
    if instance is None:
        session.add(waits.message_job(case_key, message, now=now))
        return
    if instance.case.state == cases.SUSPENDED:
        _keep_for(session, message, case_key, now=now)
        return
    try:
        step = correlate(session, instance, message, now=now)
    except Unreadable:
        # That is no fault of the sender.
        _keep_for(session, message, case_key, now=now)
        unreadable.tell(session, case_key, now=now)
        return
    except LookupError:
        return  # somebody else's message went before, while we waited for the lock: this one is kept
    steps.record(session, instance, step, by=None, now=now)


def _keep_for(session: Session, message: Message, case_key: int, *, now: datetime) -> None:
    """It comes as soon as the case goes on."""
    job = waits.message_job(case_key, message, now=now)
    job.parked = True
    session.add(job)


def correlate(session: Session, instance: Instance, message: Message, *, now: datetime) -> Step:
    """The step that the message makes in this case, which then has taken it. Raises LookupError."""
    definitions = releases.definitions(session, instance.release_number)
    step = run.correlate(
        definitions,
        instance.state,
        message.name,
        message.correlation_key,
        _exact(message.variables),
        now=now,
    )
    message.handled_at, message.case_key = now, instance.case_key
    return step


def deliver(session: Session, instance: Instance, job: Job, *, now: datetime) -> Step | None:
    """The step of a message that was kept for this case; None when it went elsewhere or the case moved on.

    Where another case was given it, the next one of the same name and key will do.
    """
    message = message_rows.take(session, job.payload["message"], now=now)
    if message is None and "name" in job.payload:
        other = message_rows.kept(session, job.payload["name"], job.payload["correlation_key"], now=now)
        message = None if other is None else message_rows.take(session, other.key, now=now)
    if message is None:
        return None
    try:
        return correlate(session, instance, message, now=now)
    except LookupError:
        return None


def _begin(
    session: Session, message: Message, house_key: str | None, compartment: str | None, *, now: datetime
) -> None:
    for process_id in _beginning_with(session, "message", message.name):
        variables = _exact(message.variables)
        started = cases.begin(
            session, process_id, variables, house_key=house_key, compartment=compartment, now=now
        )
        message.handled_at, message.case_key = now, started.key
        return


def broadcast(session: Session, name: str, *, house_key: str | None, now: datetime) -> int:
    """A signal from outside: to every case that waits for it now, and to what begins with it.

    Gives to how many. Raises Invalid where a case would begin and no house is told.
    """
    begun = tell_signal(session, name, house_key, now=now)
    return begun + waits.tell(session, name, but=None, now=now)


def tell_signal(session: Session, name: str, house_key: str | None, *, now: datetime) -> int:
    """Begin what begins with this signal; gives how many cases."""
    found = _beginning_with(session, "signal", name)
    for process_id in found:
        cases.begin(session, process_id, {}, house_key=house_key, now=now)
    return len(found)


def catch_signal(session: Session, instance: Instance, name: str, *, now: datetime) -> Step | None:
    """The step that a signal makes in this case; None when it no longer waits for it."""
    definitions = releases.definitions(session, instance.release_number)
    try:
        return run.signal(definitions, instance.state, name, {}, now=now)
    except LookupError:
        return None


def _exact(value: Any) -> Any:
    """What JSON kept, with its numbers as the engine has them."""
    if isinstance(value, dict):
        return {key: _exact(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_exact(item) for item in value]
    return Decimal(repr(value)) if isinstance(value, float) else value


def _beginning_with(session: Session, kind: str, name: str) -> list[str]:
    try:
        definitions = releases.definitions(session, releases.current_number(session))
    except NotFound:
        return []
    return definitions.beginning_with(kind, name)
