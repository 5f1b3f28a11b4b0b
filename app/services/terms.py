"""What takes too long: tasks over their term, cases that stand still, partners that are waited for."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.services import cases
from app.store import people as people_rows
from app.store import tasks as task_rows
from app.store import terms as rows
from app.store.cases import CaseFilters, Sight
from app.store.models import Case, Person, UserTask
from app.store.terms import Step

SHOWN = 50
"""So many rows of each list are shown; their number is always said."""
SOON = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Terms:
    """The steps with tasks that are overdue or will be within SOON, and the first SHOWN of those tasks."""

    steps: Sequence[Step] = ()
    tasks: Sequence[UserTask] = ()

    @property
    def overdue(self) -> int:
        return sum(step.overdue for step in self.steps)

    @property
    def soon(self) -> int:
        return sum(step.soon for step in self.steps)


@dataclass(frozen=True, slots=True)
class Still:
    """Cases that did not move for some time: how many, the first SHOWN, and where each stands by its key."""

    number: int = 0
    cases: Sequence[Case] = ()
    steps: Mapping[int, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Partner:
    """An organisation that is waited for: in how many tasks, how many are overdue, and since when."""

    name: str
    tasks: int
    overdue: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Partners:
    """Who is waited for, and the first SHOWN tasks, each with the name of its organisation."""

    partners: Sequence[Partner] = ()
    tasks: Sequence[tuple[UserTask, str]] = ()

    @property
    def number(self) -> int:
        return sum(partner.tasks for partner in self.partners)


def overdue(session: Session, person: Person, filters: CaseFilters, *, now: datetime) -> Terms:
    """What is overdue or will be soon in the cases that this person may know of, the longest first."""
    sight, running = _reach(person, filters)
    return Terms(
        steps=rows.steps(session, sight, running, until=now + SOON, now=now),
        tasks=rows.tasks(session, sight, running, until=now + SOON, limit=SHOWN, now=now),
    )


def still(session: Session, person: Person, filters: CaseFilters, *, days: int, now: datetime) -> Still:
    """The running cases that did not move for so many days, the longest first."""
    sight, running = _reach(person, filters)
    before = now - timedelta(days=days)
    number = rows.count_still(session, sight, running, before=before, now=now)
    found = rows.still(session, sight, running, before=before, limit=SHOWN, now=now) if number else []
    steps: dict[int, list[str]] = defaultdict(list)
    for case_key, name in rows.standing(session, [case.key for case in found]):
        if name not in steps[case_key]:
            steps[case_key].append(name)
    return Still(number, found, steps)


def partners(session: Session, person: Person, filters: CaseFilters, *, now: datetime) -> Partners:
    """The partner organisations that a step waits for, the one that lets wait longest first."""
    sight, running = _reach(person, filters)
    groups = [f"organisatie:{key}" for key in people_rows.partner_keys(session)]
    found = rows.waiting(session, sight, running, groups, now=now)
    names = task_rows.group_names(session, {one.group for one in found})
    waiting = rows.waiting_tasks(session, sight, running, groups, limit=SHOWN, now=now) if found else []
    return Partners(
        [Partner(names.get(one.group, one.group), one.tasks, one.overdue, one.since) for one in found],
        [(task, names.get(group, group)) for task, group in waiting],
    )


def _reach(person: Person, filters: CaseFilters) -> tuple[Sight, CaseFilters]:
    return cases.sight(person), replace(filters, state=cases.RUNNING)
