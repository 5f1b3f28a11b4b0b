"""Lists in two versions: what was moved, and both as one list."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")


def moved(places: Sequence[int]) -> set[int]:
    """The fewest that must have been moved, of a list in its earlier order, given each one's later place.

    Gives indexes in `places`.
    """
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for index, place in enumerate(places):
        at = bisect_left(tails, place)
        if at == len(tails):
            tails.append(place)
            ends.append(index)
        else:
            tails[at], ends[at] = place, index
        before.append(ends[at - 1] if at else -1)
    kept: set[int] = set()
    index = ends[-1] if ends else -1
    while index >= 0:
        kept.add(index)
        index = before[index]
    return set(range(len(places))) - kept


def merged(before: Sequence[T], after: Sequence[T], same: Mapping[T, T]) -> list[tuple[T | None, T | None]]:
    """All of the later list in its order, with what is gone behind what it stood behind."""
    back = {now: was for was, now in same.items()}
    gone: dict[T | None, list[tuple[T | None, T | None]]] = {}
    last: T | None = None
    for one in before:
        if one in same:
            last = same[one]
        else:
            gone.setdefault(last, []).append((one, None))
    found = list(gone.get(None, ()))
    for one in after:
        found.append((back.get(one), one))
        found += gone.get(one, ())
    return found
