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


def touched(session: Session, person: Person, base: int, files: Mapping[str, bytes]) -> list[Touched]:
    """The steps where cases stand now, on whatever release, and that these files change or take away.

    `base` is the release that the files are compared with. Nothing while the files can't be a release.
    """
    target = releases.load(session, files)
    if target is None:
        return []
    before = releases.definitions(session, base)
    forms = (_forms(releases.files(session, base)), _forms(files))
    counted: Counter[tuple[str, str]] = Counter()
    for _, process_id, element_id, cases in rows.places(session, sight(person)):
        counted[process_id, element_id] += cases
    found = []
    for (process_id, element_id), cases in counted.items():
        process = before.models.get(process_id)
        element = None if process is None else process.elements.get(element_id)
        if process is None or element is None:
            continue
        change = _change(element, target.models.get(process_id)) or _form_change(element, *forms)
        if change is not None:
            found.append(_touched(process, element, change, cases))
    return _in_order(found)


def gone(session: Session, person: Person, release: int) -> list[Touched]:
    """The steps where cases stand that follow another release, and that this release doesn't have."""
    target = releases.definitions(session, release)
    found: dict[tuple[str, str], Touched] = {}
    for number, process_id, element_id, cases in rows.places(session, sight(person)):
        process = releases.definitions(session, number).models.get(process_id)
        element = None if process is None else process.elements.get(element_id)
        if process is None or element is None or number == release:
            continue
        if _change(element, target.models.get(process_id)) == GONE:
            known = found.get((process_id, element_id))
            cases += known.cases if known else 0
            found[process_id, element_id] = _touched(process, element, GONE, cases)
    return _in_order(found.values())


def _touched(process: Process, element: Element, change: str, cases: int) -> Touched:
    return Touched(
        process_id=process.id,
        process_name=process.name or process.id,
        element_id=element.id,
        name=element.name or element.id,
        type=element.type,
        change=change,
        cases=cases,
    )


def _in_order(found: Iterable[Touched]) -> list[Touched]:
    return sorted(found, key=lambda one: (one.change != GONE, one.process_name, one.name))


def _form_change(element: Element, before: Mapping[str, bytes], after: Mapping[str, bytes]) -> str | None:
    if element.form_id is None or before.get(element.form_id) == after.get(element.form_id):
        return None
    return FORM_CHANGED


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
