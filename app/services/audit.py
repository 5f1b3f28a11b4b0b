"""Facts for the audit trail that do not come from the engine: who signed in, who looked and why."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, time
from typing import Any

from sqlalchemy import insert, literal, select
from sqlalchemy.orm import Session

from app.clock import AMSTERDAM
from app.store.models import Case, Event, Person

LOOKED = "looked"
"""The kind of the event that says who read something of a case: once a day for each person and case."""

EXPORTED = "exported"
"""The kind of the events that say who took a list along as a file: one of the list, one of each case."""
AT_ONCE = 1_000


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


def today(session: Session, kind: str, person: Person, cases: Collection[int], *, now: datetime) -> set[int]:
    """Those of these cases (by key) of which such a fact by this person stands today."""
    midnight = datetime.combine(now.astimezone(AMSTERDAM).date(), time(), AMSTERDAM)
    query = select(Event.case_key).where(
        Event.case_key.in_(cases),
        Event.kind == kind,
        Event.person_key == person.key,
        Event.at >= midnight,
    )
    return {key for key in session.scalars(query) if key is not None}


def not_yet_noted(session: Session, person: Person, cases: Collection[int], *, now: datetime) -> set[int]:
    """Those of these cases (by key) of which it doesn't stand yet that this person looked today."""
    return set(cases) - today(session, LOOKED, person, cases, now=now)


def note_looks(session: Session, person: Person, cases: Collection[int], *, now: datetime) -> None:
    """Write down that this person read something of these cases (by key)."""
    for key in not_yet_noted(session, person, cases, now=now):
        record(session, LOOKED, person=person, case=session.get_one(Case, key), now=now)


def note_export(
    session: Session,
    person: Person,
    cases: Sequence[int],
    *,
    kind: str,
    chosen: Mapping[str, Any],
    now: datetime,
) -> None:
    """Write down that this person took these cases (by key) along in a file of this `kind`.

    Every time, and not once a day as with reading: each file has a life of its own.
    """
    data = {"kind": kind, "chosen": dict(chosen), "cases": len(cases)}
    record(session, EXPORTED, person=person, now=now, data=data)
    for begin in range(0, len(cases), AT_ONCE):
        columns = {
            "case_key": Case.key,
            "kind": literal(EXPORTED),
            "at": literal(now, Event.at.type),
            "person_key": literal(person.key),
            "data": literal({"kind": kind}, Event.data.type),
        }
        rows = select(*columns.values()).where(Case.key.in_(cases[begin : begin + AT_ONCE]))
        session.execute(insert(Event).from_select(list(columns), rows))
