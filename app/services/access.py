"""Who may do what, and who may know of which case. Closed unless something here opens it."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session, object_session

from app.errors import Forbidden, Invalid, NotFound
from app.services import audit
from app.store import people as people_rows
from app.store.models import Case, Person

OPENED = "opened_with_reason"
"""The kind of the event that records why somebody looked into a case."""
MIN_REASON_CHARS = 10


class Permission(StrEnum):
    """What a role may do; the values stand in the organisation's file."""

    DO_TASKS = "taken"
    START_CASE = "starten"
    SEE_CASES = "casussen"
    SEE_COURSE = "verloop"
    OPEN_WITH_REASON = "inhoud_met_reden"
    SEE_OVERVIEW = "regie"
    CHANGE_CASES = "ingrijpen"
    CHANGE_WORKFLOW = "werkwijze"
    SEE_FIGURES = "cijfers"
    ADMINISTER = "beheer"


def permissions(person: Person) -> frozenset[Permission]:
    """All that this person may do in any house; nothing once they are no longer active."""
    if not person.active:
        return frozenset()
    known = {str(permission): permission for permission in Permission}
    return frozenset(
        known[name]
        for membership in person.memberships
        for name in membership.role.permissions
        if name in known
    )


def houses(person: Person, permission: Permission) -> frozenset[str]:
    """The houses where this person has a permission."""
    if not person.active:
        return frozenset()
    found: set[str] = set()
    for membership in person.memberships:
        if permission not in membership.role.permissions:
            continue
        if membership.house_key is not None:
            found.add(membership.house_key)
        else:
            found |= _all_houses(person)
    return frozenset(found)


def _all_houses(person: Person) -> frozenset[str]:
    session = object_session(person)
    return frozenset() if session is None else people_rows.house_keys(session)


def groups(person: Person) -> list[tuple[str, str | None]]:
    """The candidate groups that this person is in, each with its house, or None for both houses."""
    if not person.active:
        return []
    found: list[tuple[str, str | None]] = [
        (membership.role_key, membership.house_key) for membership in person.memberships
    ]
    return [*found, (f"organisatie:{person.organisation_key}", None), (f"persoon:{person.login}", None)]


def may_see_case(person: Person, case: Case) -> bool:
    """Whether this person may know that the case exists, and see its course."""
    if case.compartment is not None and case.compartment not in person.compartments:
        return False
    seen = houses(person, Permission.SEE_CASES) | houses(person, Permission.SEE_COURSE)
    return case.house_key in seen


def require_case(session: Session, person: Person, number: str) -> Case:
    """The case with this number. Raises NotFound also where it exists and this person may not know."""
    case = session.scalars(select(Case).where(Case.number == number)).unique().one_or_none()
    if case is None or not may_see_case(person, case):
        raise NotFound("Deze casus bestaat niet, of is niet voor u.")
    return case


def may_see_contents(session: Session, person: Person, case: Case, *, now: datetime) -> bool:
    """Whether this person may read what stands in the case.

    Staff of the house may; somebody who sees only the course may on the day that they gave a reason.
    """
    if not may_see_case(person, case):
        return False
    if case.house_key in houses(person, Permission.SEE_CASES):
        return True
    if case.house_key not in houses(person, Permission.OPEN_WITH_REASON):
        return False
    return bool(audit.today(session, OPENED, person, [case.key], now=now))


def open_with_reason(session: Session, person: Person, case: Case, reason: str, *, now: datetime) -> None:
    """Record why somebody looks into a case. Raises Forbidden, or Invalid for no real reason."""
    if case.house_key not in houses(person, Permission.OPEN_WITH_REASON) or not may_see_case(person, case):
        raise Forbidden("U kunt de inhoud van deze casus niet openen.")
    reason = reason.strip()
    if len(reason) < MIN_REASON_CHARS:
        message = f"Schrijf in minstens {MIN_REASON_CHARS} tekens waarom u de inhoud nodig hebt."
        raise Invalid(message, {"reden": message})
    audit.record(session, OPENED, person=person, case=case, now=now, data={"reason": reason[:500]})
