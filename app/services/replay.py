"""A case as it was at an earlier moment, from its facts alone: where it stood, and what it had passed."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from app.services.timeline import TimelineEntry
from app.store.models import Event

KINDS = ("entered", "completed", "cancelled", "skipped", "migrated", "retried")
"""What says where a case stands."""
JOINS = ("parallelGateway", "inclusiveGateway")
BY_ITSELF = "De casus ging vanzelf verder."


@dataclass(frozen=True, slots=True)
class Spot:
    """An element of a process, at the call activities and phases around it."""

    process_id: str
    element_id: str
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment at which something happened; `key` is that of the last fact of then."""

    number: int
    at: datetime
    words: str
    key: int


@dataclass(frozen=True, slots=True)
class Picture:
    """How it was at a moment. A spot stands there once for each token at it."""

    standing: tuple[Spot, ...]
    passed: Counter[Spot]
    """How often each element was completed or skipped by then."""
    release: int | None
    """The release that the case followed then; None: the one that it follows now."""


def moments(events: Sequence[Event], lines: Iterable[TimelineEntry]) -> list[Moment]:
    """The moments of these facts (in order), each in the words of the first line that tells of it. Pure.

    What has no line and moved no token is no moment.
    """
    told: dict[int, str] = {}
    for line in lines:
        told[line.key] = line.text
    found: list[Moment] = []
    for at, group in groupby(events, key=lambda event: event.at):
        same = list(group)
        words = next((told[event.key] for event in same if event.key in told), "")
        if words or any(event.kind in KINDS for event in same):
            found.append(Moment(len(found) + 1, at, words or BY_ITSELF, same[-1].key))
    return found


def picture(events: Iterable[Event], until: Moment | None = None) -> Picture:
    """The case behind these facts (in order), up to and including a moment. Pure."""
    standing: Counter[Spot] = Counter()
    passed: Counter[Spot] = Counter()
    release, again = None, Counter[tuple[datetime, str]]()
    for event in events:
        later = until is not None and event.key > until.key
        if event.kind == "migrated":
            if later and release is None:
                release = event.data.get("release_before")
            if not later:
                renamed = event.data.get("renamed") or {}
                standing, passed = _renamed(standing, renamed), _renamed(passed, renamed)
        elif later:
            continue
        elif event.kind == "retried":
            again[event.at, str(event.data.get("element_id"))] += 1
        elif event.kind in KINDS:
            _take(event, standing, passed, again)
    return Picture(tuple(standing.elements()), passed, release)


def _take(
    event: Event, standing: Counter[Spot], passed: Counter[Spot], again: Counter[tuple[datetime, str]]
) -> None:
    spot = Spot(event.process_id or "", event.element_id or "", tuple(event.data.get("path", ())))
    if event.kind == "entered":
        if again[event.at, spot.element_id] > 0 and standing[spot]:
            again[event.at, spot.element_id] -= 1  # it stood there already: it only tries again
        else:
            standing[spot] += 1
        return
    # At a join every token but one is used up without a word.
    gone = standing[spot] if event.element_type in JOINS else 1
    standing[spot] = max(0, standing[spot] - gone)
    if event.kind != "cancelled":
        passed[spot] += 1


def _renamed(counted: Counter[Spot], renamed: Mapping[str, str]) -> Counter[Spot]:
    if not renamed:
        return counted
    moved: Counter[Spot] = Counter()
    for spot, number in counted.items():
        path = tuple(renamed.get(step, step) for step in spot.path)
        moved[replace(spot, element_id=renamed.get(spot.element_id, spot.element_id), path=path)] += number
    return moved
