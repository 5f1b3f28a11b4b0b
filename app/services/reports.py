"""What a partner organisation brought in: that it was received, whether it still runs, what was told back."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.errors import CasusrouteError
from app.services import cases, releases
from app.store.models import Case, Person

MOST = 200


@dataclass(frozen=True, slots=True)
class Report:
    """One case as its melder may know it."""

    number: str
    kind: str
    house: str
    reported_at: datetime
    ended_at: datetime | None
    told_back: str


def of(session: Session, person: Person) -> list[Report]:
    """What this person's organisation reported, or they themselves entered; the newest first."""
    theirs = or_(Case.reporter_key == person.organisation_key, Case.started_by == person.key)
    allowed = or_(Case.compartment.is_(None), Case.compartment.in_(sorted(person.compartments)))
    query = select(Case).where(theirs, allowed).order_by(Case.key.desc()).limit(MOST)
    return [_report(session, case) for case in session.scalars(query).unique()]


def _report(session: Session, case: Case) -> Report:
    told = ""
    try:
        value = cases.variables(session, case).get("terugmelding")
        told = value if isinstance(value, str) else ""
        definitions = releases.definitions(session, cases.instance(session, case).release_number)
        kind = definitions.processes[case.process_id].name
    except (CasusrouteError, KeyError):
        kind = case.process_id
    return Report(case.number, kind, case.house.name, case.started_at, case.ended_at, told)
