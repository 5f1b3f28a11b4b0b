"""How a process really goes, beside how it is drawn: how often each step is done and each arrow taken.

Of the cases that ended last, so that what is counted are whole ways and the work is bounded. What is counted
are times and cases; who may see figures only reads rounded numbers, so that no small one follows from others.
"""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import groupby

from sqlalchemy.orm import Session

from app.clock import AMSTERDAM
from app.engine.definitions import Definitions, ProcessInfo
from app.engine.model import Process
from app.errors import Invalid, NotFound
from app.services import access, diagrams, practice_counts, releases, walks
from app.services.access import Permission
from app.services.practice_counts import Practice
from app.services.walks import Walk
from app.store import practice as rows
from app.store.cases import Sight
from app.store.models import Person
from app.store.practice import Chosen

MOST_CASES = 1_000
"""So many cases at most are followed: those that ended last."""
USUAL_DAYS = 365
FIRST_YEAR, LAST_YEAR = 1990, 2100
READERS = (Permission.CHANGE_WORKFLOW, Permission.SEE_OVERVIEW, Permission.SEE_FIGURES)


@dataclass(frozen=True, slots=True)
class Version:
    """A drawing of a process, and the releases that have it: the newest first."""

    number: int
    releases: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """The drawing that is compared with practice."""

    definitions: Definitions
    process: ProcessInfo
    model: Process
    version: Version
    versions: tuple[Version, ...]
    """All there are, the newest first."""
    roots: frozenset[str]
    """The processes that a case can begin with and that lead here."""


# ── What is asked for ────────────────────────────────────────────────────────────────────────────────────


def subject(session: Session, process_id: str, version: int | None = None) -> Subject:
    """A drawing of a process: this version of it, or the newest. Raises NotFound."""
    found: dict[int, list[int]] = defaultdict(list)
    for release, number in rows.versions(session, process_id).items():
        found[number].append(release)
    versions = tuple(Version(number, tuple(found[number])) for number in sorted(found, reverse=True))
    chosen = next((one for one in versions if version in (None, one.number)), None)
    if chosen is None:
        raise NotFound("Dit proces bestaat niet in deze versie.")
    definitions = releases.definitions(session, chosen.releases[0])
    process = definitions.processes[process_id]
    if not process.executable:
        raise NotFound("Dit diagram wordt niet uitgevoerd; er is geen praktijk om het mee te vergelijken.")
    roots = _roots(definitions, process_id)
    return Subject(definitions, process, definitions.models[process_id], chosen, versions, roots)


def _roots(definitions: Definitions, process_id: str) -> frozenset[str]:
    callers: dict[str, set[str]] = defaultdict(set)
    for process in definitions.processes.values():
        for element in process.elements:
            if element.calls:
                callers[element.calls].add(process.id)
    found, ahead = {process_id}, [process_id]
    while ahead:
        for caller in callers[ahead.pop()] - found:
            found.add(caller)
            ahead.append(caller)
    return frozenset(found)


def period(begin: date | None, until: date | None, *, today: date) -> tuple[date, date]:
    """The days from `begin` through `until`; without either the last twelve months. Raises Invalid."""
    for field, day in (("van", begin), ("tot", until)):
        if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
            message = f"Kies een dag tussen {FIRST_YEAR} en {LAST_YEAR}."
            raise Invalid(message, {field: message})
    last = until or (today if begin is None else max(today, begin))
    first = begin or last - timedelta(days=USUAL_DAYS)
    if first > last:
        message = "Deze dag ligt voor het begin van de periode."
        raise Invalid(message, {"tot": message})
    return first, last


def sight(person: Person) -> Sight:
    """The cases that the numbers for this person are about."""
    houses = frozenset[str]().union(*(access.houses(person, one) for one in READERS))
    return Sight(houses=houses, compartments=frozenset(person.compartments))


def smallest(person: Person) -> int:
    """Below this number of cases this person only reads that it is fewer; 0 for who may see each of them."""
    seen = access.houses(person, Permission.SEE_CASES) | access.houses(person, Permission.SEE_COURSE)
    return 0 if sight(person).houses <= seen else diagrams.SMALLEST_FIGURE


def collect(
    session: Session,
    seen: Sight,
    subject: Subject,
    days: tuple[date, date],
    *,
    house: str = "",
    limit: int = MOST_CASES,
) -> Practice:
    """Follow the cases through the drawing that ended last in these days."""
    begin, after = (
        datetime.combine(day, time(), AMSTERDAM) for day in (days[0], days[1] + timedelta(days=1))
    )
    here = frozenset(subject.version.releases)
    chosen = Chosen(begin, after, roots=subject.roots, releases=here, house=house)
    keys = rows.ended(session, seen, chosen, limit=limit)
    plan = walks.plan(subject.model)
    found: list[Walk] = []
    elsewhere = 0
    facts = rows.facts(session, keys, subject.process.id, repeated=plan.repeated)
    for _, group in groupby(facts, key=lambda fact: fact.case_key):
        own = list(group)
        # What it did by another drawing does not belong in this one.
        if any(one.kind == "migrated" and int(one.said or 0) not in here for one in own):
            elsewhere += 1
            continue
        walked = walks.walk(plan, own)
        if walked.came:
            found.append(walked)
    return replace(practice_counts.counted(plan, found), looked=len(keys), elsewhere=elsewhere)
