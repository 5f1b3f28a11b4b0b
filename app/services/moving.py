"""Choosing which running cases go along to a release: what can, why others can't, and sending them."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from app.engine.definitions import Definitions
from app.errors import Conflict, Invalid
from app.services import access, impact, migration, releases
from app.services.access import Permission
from app.services.migration import Outlook, Planned
from app.store import migrations as rows
from app.store.models import Migration, Person

GroupKey = tuple[int, str]
"""(release that they follow, process that they began with)"""


@dataclass(frozen=True, slots=True)
class Group(Planned):
    """Cases that follow one release and began with one process; `cases` are by number."""

    release: int
    process_id: str
    process_name: str

    @property
    def key(self) -> str:
        return f"{self.release}:{self.process_id}"


@dataclass(frozen=True, slots=True)
class Gone:
    """A step where cases stand and that the release doesn't have, and the steps it may be called now."""

    element_id: str
    name: str
    process_name: str
    options: tuple[tuple[str, str], ...]
    """(element id, name)"""


@dataclass(frozen=True, slots=True)
class Choices:
    """All that somebody who may change cases has to choose from."""

    groups: tuple[Group, ...] = ()
    gone: tuple[Gone, ...] = field(default=())


def choices(
    session: Session, person: Person, release: int, renamed: Mapping[str, str] | None = None
) -> Choices:
    """The cases that this person may change and know of, and that follow another release than this one."""
    seen = impact.sight(person, Permission.CHANGE_CASES)
    keys = [one.case_key for one in rows.older(session, seen, release)]
    groups: dict[GroupKey, list[Outlook]] = {}
    for one in migration.plan(session, keys, release, renamed, by=person):
        groups.setdefault((one.from_release, one.process_id), []).append(one)
    return Choices(
        groups=tuple(
            Group(
                number,
                process_id,
                impact.process_name(session, number, process_id),
                cases=tuple(sorted(groups[number, process_id], key=lambda one: one.case.number)),
            )
            for number, process_id in sorted(groups, key=lambda key: (-key[0], key[1]))
        ),
        gone=tuple(_gone(session, person, release)),
    )


def _gone(session: Session, person: Person, release: int) -> list[Gone]:
    target = releases.definitions(session, release)
    return [
        Gone(one.element_id, one.name, one.process_name, _options(one, target))
        for one in impact.gone(session, person, release)
    ]


def _options(gone: impact.Touched, target: Definitions) -> tuple[tuple[str, str], ...]:
    """The steps of the same kind in the same process."""
    process = target.models.get(gone.process_id)
    if process is None:
        return ()
    same = [one for one in process.elements.values() if one.type == gone.type]
    return tuple((one.id, one.name or one.id) for one in same)


def send(
    session: Session,
    person: Person,
    release: int,
    *,
    groups: Collection[str],
    without: Collection[str],
    renamed: Mapping[str, str] | None = None,
    why: str,
    now: datetime,
) -> Migration:
    """Send every case of these groups (by `Group.key`) that can go along, but those with these numbers.

    Raises Forbidden, and Invalid when nothing is left to send.
    """
    chosen = [one for one in choices(session, person, release, renamed).groups if one.key in groups]
    going = [one.case.key for group in chosen for one in group.going if one.case.number not in without]
    if not going:
        message = "Kies welke casussen meegaan."
        raise Invalid(message, {"groep": message})
    return migration.start(session, going, release, renamed, why=why, by=person, now=now)


@dataclass(frozen=True, slots=True)
class Back(Planned):
    """The cases of a migration that can be brought back to the release that they came from, or not."""

    release: int


def back(session: Session, person: Person, made: Migration) -> list[Back]:
    """Who went along and still follows the release of then, by the release that they came from."""
    houses = access.houses(person, Permission.CHANGE_CASES)
    came: dict[int, list[int]] = {}
    for row in rows.of_state(session, made.key, migration.MOVED, houses):
        came.setdefault(row.from_release, []).append(row.case_key)
    found = []
    for release in sorted(came, reverse=True):
        plan = migration.plan(session, came[release], release, backwards(made), by=person)
        still = tuple(one for one in plan if one.from_release == made.release_number)
        if still:
            found.append(Back(release, cases=tuple(sorted(still, key=lambda one: one.case.number))))
    return found


def backwards(made: Migration) -> dict[str, str]:
    """What steps were called before. Where two became one, nobody knows any more which it was: neither."""
    olds = Counter(made.renamed.values())
    return {new: old for old, new in made.renamed.items() if olds[new] == 1}


def send_back(
    session: Session, person: Person, made: Migration, release: int, *, why: str, now: datetime
) -> Migration:
    """Send every case that can go back to this release. Raises Invalid, and Conflict when there is none."""
    going = [
        one.case.key
        for found in back(session, person, made)
        if found.release == release
        for one in found.going
    ]
    if not going:
        raise Conflict(f"Geen casus kan nog terug naar versie {release}.")
    return migration.start(session, going, release, backwards(made), why=why, by=person, now=now)
