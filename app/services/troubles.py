"""What failed, put together by cause: the same message at the same step is one thing to mend."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.engine.definitions import Definitions
from app.services import jobs, releases
from app.store.models import Case, Incident, Person

SHOWN = 20
"""So many cases are named at a cause."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """One cause: how often, since when, and in which cases (the first SHOWN)."""

    message: str
    process_id: str
    element_id: str
    step: str
    number: int
    since: datetime
    cases: tuple[Case, ...]


def by_cause(session: Session, person: Person) -> list[Trouble]:
    """The causes of open incidents in the cases that this person may know of, the most frequent first."""
    found: dict[tuple[str, str, str], list[tuple[Incident, Case]]] = {}
    for incident, case in jobs.trouble(session, person):
        place = incident.process_id, incident.element_id, incident.message
        found.setdefault(place, []).append((incident, case))
    definitions = releases.definitions(session, releases.current_number(session)) if found else None
    causes = [_trouble(place, incidents, definitions) for place, incidents in found.items()]
    return sorted(causes, key=lambda one: (-one.number, one.since))


def _trouble(
    place: tuple[str, str, str], found: list[tuple[Incident, Case]], definitions: Definitions | None
) -> Trouble:
    process_id, element_id, message = place
    process = definitions.processes.get(process_id) if definitions else None
    names = {one.id: one.name for one in process.elements} if process else {}
    return Trouble(
        message=message,
        process_id=process_id,
        element_id=element_id,
        step=names.get(element_id) or element_id,
        number=len(found),
        since=min(incident.opened_at for incident, _ in found),
        cases=tuple(case for _, case in found[:SHOWN]),
    )
