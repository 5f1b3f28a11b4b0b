"""What another way of working does to the cases that run now: numbers, never a case.

A case stays on its release until somebody takes it along; this says beforehand for how many that works.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from app.engine import run
from app.engine.definitions import Definitions
from app.engine.model import Element, Process
from app.services import access, releases
from app.services.access import Permission
from app.store import migrations as rows
from app.store.cases import Sight
from app.store.models import Instance, Person

GONE, CHANGED, FORM_CHANGED = "gone", "changed", "form_changed"
LOOKING = (
    *(Permission.CHANGE_WORKFLOW, Permission.CHANGE_CASES, Permission.SEE_OVERVIEW),
    *(Permission.SEE_CASES, Permission.SEE_COURSE),
)


@dataclass(frozen=True, slots=True)
class Touched:
    """A step where cases stand now and that is not the same any more."""

    process_id: str
    process_name: str
    element_id: str
    name: str
    type: str
    """Its BPMN kind, such as `userTask`."""
    change: str
    """GONE, CHANGED or FORM_CHANGED."""
    cases: int


@dataclass(frozen=True, slots=True)
class Group:
    """The cases of one release that began with one process: how many can go along, and why others can't."""

    release: int
    process_id: str
    process_name: str
    cases: int
    going: int
    reasons: Mapping[str, int]


def sight(person: Person, *permissions: Permission) -> Sight:
    """The cases that numbers for this person are about: of these houses, and of their own compartments."""
    houses: frozenset[str] = frozenset()
    for permission in permissions or LOOKING:
        houses |= access.houses(person, permission)
    return Sight(houses=houses, compartments=frozenset(person.compartments))


def running(session: Session, person: Person) -> dict[int, int]:
    """How many cases follow each release, the newest release first."""
    found: Counter[int] = Counter()
    for release, _, cases in rows.running(session, sight(person)):
        found[release] += cases
    return dict(sorted(found.items(), reverse=True))


def touched(
    session: Session, person: Person, files: Mapping[str, bytes], target: Definitions
) -> list[Touched]:
    """The steps where cases stand now and that these files (read as `target`) change or take away."""
    found: dict[tuple[str, str, str], Touched] = {}
    forms_there = _forms(files)
    forms_here: dict[int, dict[str, bytes]] = {}
    for release, process_id, element_id, cases in rows.places(session, sight(person)):
        before = releases.definitions(session, release).models.get(process_id)
        element = None if before is None else before.elements.get(element_id)
        if before is None or element is None:
            continue
        if release not in forms_here:
            forms_here[release] = _forms(releases.files(session, release))
        change = _change(element, target.models.get(process_id))
        if change is None and element.form_id is not None:
            same = forms_here[release].get(element.form_id) == forms_there.get(element.form_id)
            change = None if same else FORM_CHANGED
        if change is not None:
            name = element.name or element.id
            process_name = before.name or process_id
            new = Touched(process_id, process_name, element_id, name, element.type, change, cases)
            key = (process_id, element_id, change)
            found[key] = replace(new, cases=cases + (found[key].cases if key in found else 0))
    return sorted(found.values(), key=lambda one: (one.change != GONE, one.process_name, one.name))


def _change(element: Element, after: Process | None) -> str | None:
    there = None if after is None else after.elements.get(element.id)
    if there is None:
        return GONE
    return None if _alone(element) == _alone(there) else CHANGED


def _alone(element: Element) -> Element:
    """The step without what comes before and after it."""
    return replace(element, outgoing=(), incoming=(), default_flow=None)


def _forms(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The content of each form by its id."""
    found: dict[str, bytes] = {}
    for name, content in files.items():
        if name.endswith(".form"):
            form = json.loads(content)
            found[str(form.get("id"))] = content
    return found


def outlook(
    session: Session,
    person: Person,
    target: Definitions,
    *,
    release: int = 0,
    renamed: Mapping[str, str] | None = None,
) -> list[Group]:
    """Which of the running cases could go along to `target`, by the release and process they follow.

    `release` is the number of `target` where it is one already: who follows it has nowhere to go.
    """
    return grouped(session, rows.older(session, sight(person), release), target, renamed)


def grouped(
    session: Session,
    instances: Iterable[Instance],
    target: Definitions,
    renamed: Mapping[str, str] | None = None,
) -> list[Group]:
    """The same of these instances."""
    going: Counter[tuple[int, str]] = Counter()
    total: Counter[tuple[int, str]] = Counter()
    reasons: dict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    for instance in instances:
        key = (instance.release_number, instance.process_id)
        old = releases.definitions(session, instance.release_number)
        against = run.obstacles(old, target, instance.state, renamed or {})
        total[key] += 1
        going[key] += not against
        reasons[key].update(against)
    return [
        Group(
            release=release,
            process_id=process_id,
            process_name=process_name(session, release, process_id),
            cases=total[release, process_id],
            going=going[release, process_id],
            reasons=dict(reasons[release, process_id].most_common()),
        )
        for release, process_id in sorted(total, key=lambda key: (-key[0], key[1]))
    ]


def process_name(session: Session, release: int, process_id: str) -> str:
    """The name of a process in a release; its id where it has none."""
    process = releases.definitions(session, release).processes.get(process_id)
    return (process.name or process.id) if process else process_id
