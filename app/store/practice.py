"""Queries about how a process really went: the cases that ended last, and what happened in them there."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import case, or_, select, true
from sqlalchemy.orm import Session

from app.store.cases import Sight, in_sight
from app.store.models import Case, Definition, Event, Instance

BATCH = 500
"""So many cases in one statement."""
COURSE = ("entered", "completed", "cancelled", "skipped")
BY_HAND = ("moved", "skipped_by_hand", "retried", "case_cancelled", "migrated")
"""Of the case and not of a process: of these there are few."""


class Fact(NamedTuple):
    """What happened at an element, or by hand; never who, and never what somebody answered or wrote."""

    case_key: int
    kind: str
    at: datetime
    element_id: str
    item: int | None
    """Which of many, where an element is done for each item of a list."""
    said: str
    """Of `moved` where to, of `retried` what, and of `migrated` from which release."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Cases that ended in this time, began as one of these processes, and follow one of these releases."""

    begin: datetime
    end: datetime
    roots: frozenset[str]
    releases: frozenset[int]
    house: str = ""


def versions(session: Session, process_id: str) -> dict[int, int]:
    """The version of a process's drawing in each release that has it, the newest release first."""
    query = select(Definition.release_number, Definition.version).where(
        Definition.kind == "process", Definition.id == process_id
    )
    rows: Any = session.execute(query.order_by(Definition.release_number.desc()))
    return dict(iter(rows))


def ended(session: Session, sight: Sight, chosen: Chosen, *, limit: int) -> list[int]:
    """The keys of the cases that ended last, called off ones too."""
    conditions = [
        in_sight(sight),
        Case.process_id.in_(sorted(chosen.roots)),
        Instance.release_number.in_(sorted(chosen.releases)),
        *([Case.house_key == chosen.house] if chosen.house else []),
    ]
    if session.get_bind().dialect.name == "sqlite":
        # It has no statistics: it would take any of these for rare, and sort all cases to give the last few.
        conditions = [one.self_group().is_(true()) for one in conditions]
    query = (
        select(Case.key)
        .join(Instance, Instance.case_key == Case.key)
        .where(Case.ended_at >= chosen.begin, Case.ended_at < chosen.end, *conditions)
        .order_by(Case.ended_at.desc(), Case.key.desc())
    )
    return list(session.scalars(query.limit(limit)))


def facts(
    session: Session, case_keys: Sequence[int], process_id: str, *, repeated: Collection[str]
) -> Iterator[Fact]:
    """What happened in one process of these cases, case after case, each in order.

    `repeated` are the elements of it that are done for each item of a list.
    """
    item = case((Event.element_id.in_(sorted(repeated)), Event.data["item"].as_integer()))
    said = case(
        (Event.kind == "moved", Event.data["target"].as_string()),
        (Event.kind == "retried", Event.data["element_id"].as_string()),
        (Event.kind == "migrated", Event.data["release_before"].as_string()),
    )
    columns = (Event.case_key, Event.kind, Event.at, Event.element_id, item, said)
    here = Event.kind.in_(COURSE) & (Event.process_id == process_id)
    for first in range(0, len(case_keys), BATCH):
        query = (
            select(*columns)
            .where(Event.case_key.in_(case_keys[first : first + BATCH]))
            .where(or_(here, Event.kind.in_(BY_HAND)))
            .order_by(Event.case_key, Event.key)
        )
        rows: Any = session.execute(query)
        for case_key, kind, at, element_id, number, what in rows:
            yield Fact(case_key, kind, at, element_id or "", number, what or "")
