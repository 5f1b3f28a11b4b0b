"""The columns of a case that project its properties: known houses, municipalities and organisations only."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from app.services.case_properties import CaseProperties
from app.store import cases as case_rows
from app.store.models import Case, House, Municipality, UserTask


def project(
    session: Session, case: Case, properties: CaseProperties, open_tasks: Sequence[UserTask] = ()
) -> None:
    """Bring the case in line with its properties; what they leave open or name wrongly stays as it was."""
    _put(case, "title", properties.title or None)
    for column in ("theme", "route", "legal_regime"):
        _put(case, column, getattr(properties, column))
    _municipality(session, case, properties)
    _reporter(session, case, properties)
    _place(session, case, properties)
    _priority(case, properties, open_tasks)


def _put(case: Case, column: str, value: str | None) -> None:
    # Only what differs: a row that was not changed need not be written.
    if value is not None and value != getattr(case, column):
        setattr(case, column, value)


def _municipality(session: Session, case: Case, properties: CaseProperties) -> None:
    if properties.municipality and properties.municipality != case.municipality_key:
        found = case_rows.municipality(session, properties.municipality)
        if found is not None and found.key != case.municipality_key:
            case.municipality_key = found.key
            if not properties.house:
                _move(session, case, house_key=found.house_key, compartment=case.compartment)


def _reporter(session: Session, case: Case, properties: CaseProperties) -> None:
    if properties.reporter and properties.reporter != case.reporter_key:
        found = case_rows.organisation(session, properties.reporter)
        case.reporter_key = found.key if found else case.reporter_key


def _place(session: Session, case: Case, properties: CaseProperties) -> None:
    house_key, compartment = case.house_key, case.compartment
    named = properties.house
    if named and named != house_key and session.get(House, named) is not None:
        house_key = named
    if properties.compartment is not None:
        compartment = properties.compartment or None
    _move(session, case, house_key=house_key, compartment=compartment)


def _move(session: Session, case: Case, *, house_key: str, compartment: str | None) -> None:
    if (case.house_key, case.compartment) != (house_key, compartment):
        case.house_key, case.compartment = house_key, compartment
        case_rows.move_tasks(session, case)


def _priority(case: Case, properties: CaseProperties, open_tasks: Sequence[UserTask]) -> None:
    if properties.priority is None or properties.priority == case.priority:
        return
    for task in open_tasks:
        if task.priority == case.priority:
            task.priority, task.sort_priority = properties.priority, 100 - properties.priority
    case.priority = properties.priority


def house_of(session: Session, properties: CaseProperties) -> House | None:
    """The house that the properties name, or the house of the municipality that they name."""
    if properties.house:
        return session.get(House, properties.house)
    municipality = _named(session, properties)
    return session.get(House, municipality.house_key) if municipality else None


def ended_municipality(session: Session, properties: CaseProperties, *, today: date) -> Municipality | None:
    """The municipality that the properties name, if it was merged into another before today."""
    found = _named(session, properties)
    ended = found is not None and found.valid_until is not None and found.valid_until <= today
    return found if ended else None


def _named(session: Session, properties: CaseProperties) -> Municipality | None:
    return case_rows.municipality(session, properties.municipality) if properties.municipality else None
