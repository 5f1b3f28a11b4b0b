"""Choosing which running cases go along to a release: what can, why others can't, and sending them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from app.engine.definitions import Definitions
from app.errors import Invalid
from app.services import impact, migration, releases
from app.services.access import Permission
from app.services.migration import Outlook
from app.store import migrations as rows
from app.store.models import Migration, Person

GroupKey = tuple[int, str]
"""(release that they follow, process that they began with)"""


@dataclass(frozen=True, slots=True)
class Group:
    """Cases that follow one release and began with one process; `cases` are by number."""

    release: int
    process_id: str
    process_name: str
    cases: tuple[Outlook, ...]

    @property
    def key(self) -> str:
        return f"{self.release}:{self.process_id}"

    @property
    def going(self) -> list[Outlook]:
        return [one for one in self.cases if not one.reasons]

    @property
    def staying(self) -> list[Outlook]:
        return [one for one in self.cases if one.reasons]


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
                tuple(sorted(groups[number, process_id], key=lambda one: one.case.number)),
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
