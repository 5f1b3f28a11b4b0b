"""Where the running cases stand: numbers for the diagrams, never a case."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from app.services import access
from app.services.access import Permission
from app.services.diagrams import Count
from app.store import cases as case_rows
from app.store.cases import CaseFilters, Overdue, Sight, Standing
from app.store.models import Person

__all__ = ["CaseFilters", "Count", "counts", "totals"]

Place = tuple[str, str]
"""(process id, element id)"""


def counts(session: Session, person: Person, filters: CaseFilters, *, now: datetime) -> dict[Place, Count]:
    """How many running cases stand at each element, and how many of them are overdue there.

    A case counts once at an element, however many tokens it has there. A call activity counts the cases
    that stand within what it calls.
    """
    sight, running = _sight(person), replace(filters, state="running")
    standing = case_rows.cases_per_element(session, sight, running, now=now)
    late = _late(session, sight, running, now=now)
    return {place: Count(cases, len(late.get(place, ()))) for place, cases in standing.items()}


def totals(session: Session, person: Person, filters: CaseFilters, *, now: datetime) -> dict[str, Count]:
    """How many running cases stand in each process, and how many of them are overdue there."""
    sight, running = _sight(person), replace(filters, state="running")
    standing = case_rows.cases_per_process(session, sight, running, now=now)
    late: dict[str, set[int]] = defaultdict(set)
    for (process_id, _), cases in _late(session, sight, running, now=now).items():
        late[process_id] |= cases
    return {process_id: Count(cases, len(late[process_id])) for process_id, cases in standing.items()}


def _sight(person: Person) -> Sight:
    houses = access.houses(person, Permission.SEE_OVERVIEW) | access.houses(person, Permission.SEE_FIGURES)
    return Sight(houses=frozenset(houses), compartments=frozenset(person.compartments))


def _late(session: Session, sight: Sight, filters: CaseFilters, *, now: datetime) -> dict[Place, set[int]]:
    tasks = case_rows.overdue_tasks(session, sight, filters, now=now)
    if not tasks:
        return {}
    return late_places(case_rows.standings(session, {task.case_key for task in tasks}), tasks)


def late_places(standings: Iterable[Standing], tasks: Iterable[Overdue]) -> dict[Place, set[int]]:
    """The cases that are overdue at each element: where the task waits, and at every call around it. Pure."""
    per_case: Mapping[int, list[tuple[str, ...]]] = defaultdict(list)
    for task in tasks:
        per_case[task.case_key].append((*task.path, task.element_id))
    late: dict[Place, set[int]] = defaultdict(set)
    for token in standings:
        here = (*token.path, token.element_id)
        if any(where[: len(here)] == here for where in per_case.get(token.case_key, ())):
            late[token.process_id, token.element_id].add(token.case_key)
    return late
