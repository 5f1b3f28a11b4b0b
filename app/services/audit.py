"""Facts for the audit trail that do not come from the engine: who signed in, who looked and why."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.store.models import Case, Event, Person


def record(
    session: Session,
    kind: str,
    *,
    person: Person | None,
    now: datetime,
    case: Case | None = None,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Add a fact; facts are never changed. `data` holds ids and reasons, no answers."""
    session.add(
        Event(
            kind=kind,
            at=now,
            person_key=None if person is None else person.key,
            case_key=None if case is None else case.key,
            data=dict(data or {}),
        )
    )
