"""Where the running cases stand: numbers for the diagrams, never a case."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.services import access
from app.services.access import Permission
from app.services.diagrams import Count
from app.store import case_list as list_rows
from app.store import picture as rows
from app.store.cases import CaseFilters, Sight
from app.store.models import Person

__all__ = ["CaseFilters", "Count", "Picture", "picture", "stood"]

Place = tuple[str, str]
"""(process id, element id)"""


@dataclass(frozen=True, slots=True)
class Picture:
    """How many running cases stand at each element and in each process, and how many are late or failed."""

    counts: Mapping[Place, Count] = field(default_factory=dict)
    totals: Mapping[str, Count] = field(default_factory=dict)


def picture(
    session: Session,
    person: Person,
    filters: CaseFilters,
    *,
    processes: Collection[str] | None = None,
    now: datetime,
) -> Picture:
    """The picture of these processes, or of all.

    A case counts once at an element, however many tokens it has there. A call activity counts the cases
    that stand within what it calls.
    """
    sight, running = _sight(person), replace(filters, state="running")
    standing, late, failed = (
        query(session, sight, running, processes=processes, now=now)
        for query in (rows.standing, rows.late, rows.failed)
    )
    found = {
        place: Count(standing.get(place, 0), late.get(place, 0), failed.get(place, 0))
        for place in {**standing, **late, **failed}
    }
    return Picture(
        counts={
            (process, element): count for (process, element), count in found.items() if element is not None
        },
        totals={process: count for (process, element), count in found.items() if element is None},
    )


def stood(
    session: Session,
    person: Person,
    filters: CaseFilters,
    marks: Mapping[str, Sequence[rows.Place]],
    *,
    now: datetime,
) -> dict[str, timedelta]:
    """How long half of the cases that stand at each mark, or more, have stood at their step now.

    `marks` says of which places each mark is: (process id, element id, or None for the whole process).
    """
    running = replace(filters, state="running")
    found = rows.since(session, _sight(person), running, marks, now=now)
    return {mark: max(now - moment, timedelta()) for mark, moment in found.items()}


def routes(session: Session, person: Person) -> list[str]:
    """The routes to choose from: those of the cases that this person may know of."""
    return list_rows.routes(session, _sight(person))


def _sight(person: Person) -> Sight:
    houses = access.houses(person, Permission.SEE_OVERVIEW) | access.houses(person, Permission.SEE_FIGURES)
    return Sight(houses=frozenset(houses), compartments=frozenset(person.compartments))
