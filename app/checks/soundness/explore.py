"""Every marking of a net that can be reached, the nearest first."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from app.checks.soundness.moves import MARKS, Exit, Move, Net, Place
from app.checks.soundness.numbers import Compiled, Inclusive, Numbering, held

WORK = 50
"""So many moves are tried a marking, on average: it bounds the time for very large diagrams."""


@dataclass(slots=True)
class Explored:
    """The markings that can be reached, by number, and what was seen of them."""

    net: Net
    names: list[Place]
    markings: list[int] = field(default_factory=list)
    origin: list[tuple[int, Move | None]] = field(default_factory=list)
    """From which marking and by which move each was reached first."""
    following: list[list[int]] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    """Where nothing is left to do."""
    left: list[int] = field(default_factory=list)
    """From where the scope can be left by something thrown."""
    dead: list[int] = field(default_factory=list)
    """Where tokens are left and none can go on."""
    stalled: list[int] = field(default_factory=list)
    """Where only an event from outside helps the tokens that are left."""
    doubled: list[tuple[int, Place]] = field(default_factory=list)
    """Where a place first has two tokens, though no event from outside came twice."""
    worn: set[int] = field(default_factory=set)
    """Where an event from outside came as often as it is let come."""
    growing: list[tuple[int, int]] = field(default_factory=list)
    """Where there are more tokens than at a marking before (the second), and the same can happen again."""
    exits: dict[Exit, set[str]] = field(default_factory=dict)
    """What is thrown out, and by which elements."""
    first: dict[str, tuple[int, Move]] = field(default_factory=dict)
    """How each element is reached first: from which marking, by which move."""
    complete: bool = True

    def tokens(self, number: int) -> list[Place]:
        """The tokens of a marking; two at one place are there twice."""
        counts = self.markings[number].to_bytes(len(self.names) + 1, "little")
        pairs = zip(self.names, counts, strict=False)
        return [place for place, count in pairs if count and place.is_token for _ in range(count)]


def is_at_once(move: Move, net: Net) -> bool:
    """Whether it is made as soon as it can be: at gateways, scripts and full joins.

    And where nothing else depends on it, at most tasks, which may then as well go first.
    """
    tokens = [place for place in move.takes if place.is_token]
    alone = move.is_plain and not move.done and len(tokens) == len(move.takes)
    if not (alone or net.resting.races) or move.outside or not tokens:
        return False
    return all(place.element not in net.resting.waits and place.mark not in MARKS for place in tokens)


Moves = dict[int, list[Compiled]]
"""By the number of a place that they need."""


class Explorer:
    """Explores one net, breadth first."""

    def __init__(self, net: Net, limit: int) -> None:
        self.net, self.limit = net, limit
        self.numbering = numbering = Numbering()
        self.places, self.unit = numbering.places, numbering.unit
        self.at_once: Moves = {}
        """The moves that may be made before any other."""
        self.later: Moves = {}
        rests = {place for move in net.moves if not is_at_once(move, net) for place in move.takes}
        for move in net.moves:
            compiled = numbering.compiled(move)
            group = self.at_once if rests.isdisjoint(move.takes) else self.later
            group.setdefault(self.places[move.takes[0]], []).append(compiled)
        self.joins: dict[int, Inclusive] = {}
        for join in net.inclusive:
            inclusive = Inclusive(join, self.numbering, net)
            self.joins |= {self.places[place]: inclusive for place in join.waiting.values()}
        start = sum(self.unit(place) for place in net.start)
        places = list(self.places)
        tokens = [place for place in places if place.is_token]
        self.alive = sum(255 * self.unit(place) for place in tokens)
        rest = [place for place in tokens if place.mark or place.element in net.resting.rests]
        self.several = sum(254 * self.unit(place) for place in rest)
        self.many = sum(254 * self.unit(place) for place in tokens)
        self.tops = sum(128 * self.unit(place) for place in places)
        self.often = [
            255 * self.unit(place) for place in places if not place.is_token and net.start.count(place) > 1
        ]
        self.found = Explored(net, places, complete=net.complete)
        self.numbers: dict[int, int] = {}
        self.work, self.effort = 0, 1 + len(places) // 64
        self.doubled: set[int] = set()
        self.by: list[Compiled | None] = []
        self.visit(start, 0, None)

    def all(self) -> Explored:
        """Until all were seen, the limit is reached, or tokens turn out to multiply without end."""
        found = self.found
        number = 0
        while number < len(found.markings) and not found.growing:
            if len(found.markings) > self.limit or self.work > WORK * self.limit:
                found.complete = False
                break
            self.expand(number)
            number += 1
        return found

    def expand(self, number: int) -> None:
        found, marking = self.found, self.found.markings[number]
        following: list[int] = []
        found.following.append(following)
        if not marking & self.alive:
            found.ends.append(number)
            return
        moves = self.soon(marking)
        if not moves:
            self._look_for_doubles(number, marking)
            moves = self.possible(marking, self.later)
        for compiled in moves:
            if not compiled.seen:
                self.note(compiled, number)
            for mask, undo in compiled.undoes:
                if marking & mask:
                    found.first.setdefault(undo, (number, compiled.move))
            if compiled.leaves is not None and compiled.leaves.interrupting:
                found.left.append(number)
            else:
                following.append(self.visit(compiled.after(marking), number, compiled))
        ways = {compiled.move.outside for compiled in moves}
        if "" not in ways:
            (found.stalled if "saves" in ways else found.dead).append(number)

    def soon(self, marking: int) -> list[Compiled]:
        """The moves that may be made before any other, if there are such."""
        joins = dict.fromkeys(self.joins[at] for at in held(marking) if at in self.joins)
        found = [compiled for join in joins for compiled in join.possible(marking)]
        if self.net.resting.races:
            return found + self.possible(marking, self.at_once)
        for at in held(marking):
            moves = self._possible(marking, self.at_once.get(at, ()))
            if moves:
                # Nothing else depends on them: in which order they are made does not matter.
                return found + moves
        return found

    def possible(self, marking: int, moves: Moves) -> list[Compiled]:
        """Those of these moves that can be made."""
        return [one for at in held(marking) for one in self._possible(marking, moves.get(at, ()))]

    def _possible(self, marking: int, moves: Iterable[Compiled]) -> list[Compiled]:
        self.work += self.effort
        found = []
        for compiled in moves:
            for need in compiled.needs:
                if not marking & need:
                    break
            else:
                if not marking & compiled.unless:
                    found.append(compiled)
        return found

    def note(self, compiled: Compiled, number: int) -> None:
        """This move is made for the first time."""
        compiled.seen = True
        move = compiled.move
        for name in move.touches:
            self.found.first.setdefault(name, (number, move))
        if move.leaves is not None:
            self.found.exits.setdefault(move.leaves, set()).add(move.takes[0].element)

    def visit(self, marking: int, origin: int, by: Compiled | None) -> int:
        known = self.numbers.get(marking)
        if known is not None:
            return known
        found = self.found
        if marking & self.tops:
            # Too many tokens to count: that is as far as we look.
            found.complete = False
            return 0
        number = self.numbers[marking] = len(found.markings)
        found.markings.append(marking)
        found.origin.append((origin, by.move if by else None))
        self.by.append(by)
        if origin in self.doubled:
            self.doubled.add(number)
        if not all(marking & mask for mask in self.often):
            found.worn.add(number)
        if marking & self.many:
            self._look_for_growth(number, marking)
        return number

    def _look_for_doubles(self, number: int, marking: int) -> None:
        """Whether two tokens rest at one place, for the first time on this way."""
        found = self.found
        if marking & self.several and number not in self.doubled and number not in found.worn:
            self.doubled.add(number)
            twice = self.several & marking
            found.doubled += [(number, place) for place in self.places if twice & 254 * self.unit(place)]

    def _look_for_growth(self, number: int, marking: int) -> None:
        """Whether there are more tokens than before, and it goes on like this for ever."""
        found = self.found
        path: list[Compiled] = []
        before = number
        while before:
            step = self.by[before]
            if step is not None:
                path.append(step)
            before = found.origin[before][0]
            covers = ((marking | self.tops) - found.markings[before]) & self.tops == self.tops
            if covers and self._can_repeat(marking, path[::-1]):
                found.growing.append((number, before))
                return

    def _can_repeat(self, marking: int, path: list[Compiled]) -> bool:
        """Only an inclusive join can refuse with more tokens what it did with fewer."""
        for step in path if self.joins else ():
            groups = (self.soon(marking), self.possible(marking, self.later))
            if not any(step is one for group in groups for one in group):
                return False
            marking = step.after(marking)
        return True
