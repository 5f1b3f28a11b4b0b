"""Markings and moves as numbers: eight bits for each place say how many tokens it has."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.checks.soundness.moves import Exit, InclusiveJoin, Move, Net, Place

BITS = 8
FULL = 2 ** (BITS - 1) - 1
"""More tokens at one place than this are not counted."""


def held(marking: int) -> Iterator[int]:
    """The numbers of the places that are not empty."""
    at = 0
    while marking:
        empty = ((marking & -marking).bit_length() - 1) // BITS
        at += empty + 1
        yield at - 1
        marking >>= BITS * (empty + 1)


@dataclass(slots=True, eq=False)
class Compiled:
    """A move on numbers."""

    move: Move
    needs: list[int]
    change: int
    clears: bool
    done: int
    undoes: list[tuple[int, str]]
    leaves: Exit | None
    unless: int
    seen: bool = False

    def after(self, marking: int) -> int:
        after = self.change if self.clears else marking + self.change
        for mask, _ in self.undoes:
            after &= ~mask
        return after | self.done


class Numbering:
    """Gives each place its bits."""

    def __init__(self) -> None:
        self.places: dict[Place, int] = {}

    def unit(self, place: Place) -> int:
        return 1 << BITS * self.places.setdefault(place, len(self.places))

    def compiled(self, move: Move) -> Compiled:
        counts = Counter(move.gives)
        gives = sum(self.unit(place) * min(count, FULL) for place, count in counts.items())
        takes = sum(self.unit(place) for place in move.takes)
        return Compiled(
            move,
            [255 * self.unit(place) for place in move.takes],
            gives if move.clears else gives - takes,
            move.clears,
            sum(self.unit(place) for place in set(move.done)),
            [(255 * self.unit(place), undo) for place, undo in move.undoes],
            move.leaves,
            sum(255 * self.unit(place) for place in move.unless),
        )


class Inclusive:
    """The moves of one inclusive join, made when they are needed."""

    def __init__(self, join: InclusiveJoin, numbering: Numbering, net: Net) -> None:
        self.join, self.numbering, self.net = join, numbering, net
        self.waiting = {source: 255 * numbering.unit(place) for source, place in join.waiting.items()}
        for move in join.splits:
            numbering.compiled(move)
        self.known: dict[tuple[str, ...], tuple[int, list[Compiled]]] = {}

    def possible(self, marking: int) -> list[Compiled]:
        filled = tuple(source for source, mask in self.waiting.items() if marking & mask)
        if not filled:
            return []
        known = self.known.get(filled)
        if known is None:
            known = self.known[filled] = self._blockers(filled), self._moves(filled)
        return [] if marking & known[0] else known[1]

    def _blockers(self, filled: tuple[str, ...]) -> int:
        """The places from which a token can still come to where none waits."""
        join, numbering = self.join, self.numbering
        before_filled = frozenset[str]().union(*(join.before[source] for source in filled))
        missing = [before for source, before in join.before.items() if source not in filled]
        ahead = frozenset[str]().union(*missing) - before_filled
        return sum(
            255 * numbering.unit(place)
            for place, active in self.net.active.items()
            if place.element != join.element and active & ahead
        )

    def _moves(self, filled: tuple[str, ...]) -> list[Compiled]:
        takes = tuple(self.join.waiting[source] for source in filled)
        names = tuple(place.element for place in takes)
        made = []
        for split in self.join.splits:
            first, *others = split.firings
            firings = (replace(first, takes=names), *others)
            made.append(self.numbering.compiled(replace(split, takes=takes, firings=firings)))
        return made
