"""The list of cases: which, in what order, and what is said of each in the columns that somebody chose."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.clock import AMSTERDAM
from app.services import audit, cases, releases
from app.services.cases import CANCELLED, ENDED, RUNNING, SUSPENDED
from app.store import case_list as list_rows
from app.store import people as people_rows
from app.store import tasks as task_rows
from app.store.case_list import Order
from app.store.cases import CaseFilters, Sight
from app.store.models import Case, Person

__all__ = ["COLUMNS", "STATES", "Entry", "Listed", "Order", "page"]

PAGE_SIZE = 50
MOST_TAKEN_ALONG = 100_000
"""So many cases go into one file at most."""
AT_ONCE = 500
"""So many cases of it are read at a time."""

STATES = {RUNNING: "Lopend", SUSPENDED: "Opgeschort", ENDED: "Afgesloten", CANCELLED: "Afgebroken"}
COLUMNS = {
    "titel": "Titel",
    "begonnen": "Begonnen als",
    "route": "Route",
    "thema": "Thema",
    "gemeente": "Gemeente",
    "huis": "Huis",
    "stand": "Stand",
    "gestart": "Gestart",
    "leeftijd": "Leeftijd in dagen",
    "termijn": "Eerste termijn",
    "wie": "Ligt bij",
    "stap": "Staat bij",
    "beweging": "Laatste beweging",
}
"""What can be said of a case beside its number, in the order in which it is shown."""
OF_TASKS = {"termijn", "wie"}
"""The columns that its open tasks are read for."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A case as a line of the list. What is not known is empty."""

    number: str
    title: str
    begun_as: str
    route: str
    theme: str
    municipality: str
    house: str
    state: str
    started_at: datetime
    age_days: int
    """Until now, or until it ended."""
    open: bool
    due_at: datetime | None
    """The first term of its open tasks."""
    who: Sequence[str]
    """Who picked them up, or who can."""
    steps: Sequence[str]
    moved_at: datetime
    still_days: int


@dataclass(frozen=True, slots=True)
class Listed:
    """Lines of one page; `next` is the cursor of the page behind it, None at the end."""

    entries: list[Entry]
    next: str | None


def page(
    session: Session,
    person: Person,
    filters: CaseFilters,
    order: Order,
    after: str | None = None,
    *,
    columns: Collection[str] = tuple(COLUMNS),
    limit: int = PAGE_SIZE,
    now: datetime,
) -> Listed:
    """Cases that this person may know of. Raises Invalid for a cursor that is not ours.

    What is for none of the `columns` need not be filled in.
    """
    sight = cases.sight(person)
    found = list_rows.page(session, sight, filters, order, after=after, limit=limit, now=now)
    made = entries(session, found.cases, _Names.of(session), columns=columns, now=now)
    return Listed(made, found.end)


def routes(session: Session, person: Person) -> list[str]:
    """Those of the cases that this person may know of."""
    return list_rows.routes(session, cases.sight(person))


@dataclass(frozen=True, slots=True)
class Taken:
    """The cases that go into a file: who takes them may know of them, and it stands written that they did."""

    sight: Sight
    keys: Sequence[int]
    cut: bool
    """There were more."""


def take_along(
    session: Session,
    person: Person,
    filters: CaseFilters,
    order: Order,
    *,
    kind: str,
    chosen: Mapping[str, object],
    now: datetime,
) -> Taken:
    """Choose the cases of the list for a file of this `kind`, and write down who takes which along."""
    sight = cases.sight(person)
    keys = list_rows.keys(session, sight, filters, order, limit=MOST_TAKEN_ALONG + 1, now=now)
    taken = Taken(sight, keys[:MOST_TAKEN_ALONG], len(keys) > MOST_TAKEN_ALONG)
    audit.note_export(session, person, taken.keys, kind=kind, chosen=chosen, now=now)
    return taken


def read_along(
    session: Session, taken: Taken, *, columns: Collection[str] = tuple(COLUMNS), now: datetime
) -> Iterator[Entry]:
    """The lines of the file, a stretch at a time; what went out of sight meanwhile is left out."""
    names = _Names.of(session)
    for begin in range(0, len(taken.keys), AT_ONCE):
        stretch = list_rows.those(session, taken.sight, taken.keys[begin : begin + AT_ONCE])
        found = entries(session, stretch, names, columns=columns, now=now)
        session.close()  # whoever fetches the file slowly holds no connection
        yield from found


@dataclass(frozen=True, slots=True)
class _Names:
    """What the keys in the cases are called."""

    processes: Mapping[str, str]
    themes: Mapping[str, str]
    municipalities: Mapping[str, str]

    @classmethod
    def of(cls, session: Session) -> "_Names":
        definitions = releases.definitions(session, releases.current_number(session))
        return cls(
            {one.id: one.name for one in definitions.processes.values()},
            {theme.key: theme.name for theme in people_rows.themes(session)},
            people_rows.municipality_names(session),
        )


def entries(
    session: Session, cases: Sequence[Case], names: _Names, *, columns: Collection[str], now: datetime
) -> list[Entry]:
    """What the list says of these cases, as far as `columns` ask for it."""
    keys = [case.key for case in cases]
    waiting: dict[int, list[list_rows.Waiting]] = defaultdict(list)
    for task in list_rows.waiting(session, keys) if keys and OF_TASKS & set(columns) else ():
        waiting[task.case_key].append(task)
    groups = {group for tasks in waiting.values() for task in tasks for group in task.groups}
    group_names = task_rows.group_names(session, groups)
    steps = _steps(list_rows.places(session, keys) if keys and "stap" in columns else [])
    return [_entry(case, waiting[case.key], group_names, steps[case.key], names, now=now) for case in cases]


def _entry(
    case: Case,
    tasks: Sequence[list_rows.Waiting],
    groups: Mapping[str, str],
    steps: Sequence[str],
    names: _Names,
    *,
    now: datetime,
) -> Entry:
    given = [
        one
        for task in tasks
        for one in ([task.assignee] if task.assignee else [groups.get(group, group) for group in task.groups])
    ]
    return Entry(
        number=case.number,
        title=case.title,
        begun_as=names.processes.get(case.process_id) or case.process_id,
        route=case.route,
        theme=names.themes.get(case.theme, case.theme),
        municipality=names.municipalities.get(case.municipality_key or "", case.municipality_key or ""),
        house=case.house.name,
        state=case.state,
        started_at=case.started_at,
        age_days=_days(case.started_at, case.ended_at or now),
        open=case.state in (RUNNING, SUSPENDED),
        due_at=next((task.due_at for task in tasks if task.due_at is not None), None),
        who=list(dict.fromkeys(given)),
        steps=list(dict.fromkeys(steps)),
        moved_at=case.moved_at,
        still_days=_days(case.moved_at, now),
    )


def _days(begin: datetime, end: datetime) -> int:
    """Days on the calendar, as people count them."""
    return (end.astimezone(AMSTERDAM).date() - begin.astimezone(AMSTERDAM).date()).days


def _steps(places: Sequence[list_rows.Place]) -> Mapping[int, list[str]]:
    """What the innermost places of each case are called: not the calls around them. Pure."""
    per_case: dict[int, list[list_rows.Place]] = defaultdict(list)
    for place in places:
        per_case[place.case_key].append(place)
    found: dict[int, list[str]] = defaultdict(list)
    for case_key, here in per_case.items():
        around = {one.path[:depth] for one in here for depth in range(1, len(one.path) + 1)}
        found[case_key] = [
            one.name or one.element_id for one in here if (*one.path, one.element_id) not in around
        ]
    return found
