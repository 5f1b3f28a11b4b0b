"""A case whose state can't be read: nothing of it runs until a person has had it mended.

It is told once, as an incident of the case itself (it has no job and no token), and its jobs wait with it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy.orm import Session

from app.engine import run
from app.errors import Unreadable
from app.services import facts, releases
from app.store import cases as case_rows
from app.store import jobs as job_rows
from app.store.models import Incident, Instance

SUSPENDED = "suspended"


@contextmanager
def of_case(case_key: int) -> Iterator[None]:
    """A state that can't be read in here is that of this case: the error says so to whoever tells it on."""
    try:
        yield
    except Unreadable as error:
        error.context.setdefault("case", case_key)
        raise


def problem(session: Session, instance: Instance) -> str | None:
    """What is wrong with the state, in words; None when it can be read."""
    try:
        run.variables(releases.definitions(session, instance.release_number), instance.state)
    except Unreadable as error:
        return error.message
    return None


def tell(session: Session, case_key: int, *, now: datetime) -> Incident | None:
    """Open the incident of this case, unless it is open or has been mended meanwhile; its jobs wait."""
    instance = case_rows.lock_instance(session, case_key)
    message = problem(session, instance) if instance is not None else None
    if instance is None or message is None:
        return None
    job_rows.park_all(session, case_key)
    found = job_rows.incident_of_case(session, case_key)
    if found is not None:
        found.message = message
        return found
    made = Incident(
        case_key=case_key, process_id=instance.process_id, element_id="", message=message, opened_at=now
    )
    session.add(made)
    session.add(facts.fact("incident", instance.case, now=now))
    session.flush()
    return made


def try_again(session: Session, instance: Instance, incident: Incident) -> bool:
    """Whether the state can be read now; then its jobs run again, and what became due happens at once."""
    message = problem(session, instance)
    if message is not None:
        incident.message = message
        return False
    if instance.case.state != SUSPENDED:
        job_rows.unpark_all(session, instance.case_key)
    return True


def is_of_case(incident: Incident) -> bool:
    """Not of one job or token, but of the case whole."""
    return incident.job_key is None and incident.engine_id is None


def case_of(error: Unreadable) -> int | None:
    """The key of the case that an error speaks of."""
    found = error.context.get("case")
    return found if isinstance(found, int) else None
