"""How it comes to a marking, as the diagram shows it: the elements that hold a token, moment after moment."""

from collections import Counter
from collections.abc import Iterable

from app.checks.soundness.explore import Explored
from app.checks.soundness.moves import Firing, Move

Trace = tuple[tuple[str, ...], ...]


MAX_SHOWN = 50_000
"""A run with more than this in all its moments together can't be shown, and would not be looked at."""


class _Run:
    """The moments so far. Two tokens at one element are there twice."""

    def __init__(self, start: str) -> None:
        self.now = Counter([start])
        self.moments: list[tuple[str, ...]] = [(start,)]
        self.size = 1

    def fire(self, firing: Firing) -> None:
        if firing.clears:
            self.now = Counter(firing.gives)
        else:
            self.now -= Counter(firing.takes)
            self.now += Counter(firing.gives)
        if self.size > MAX_SHOWN:
            return
        moment = tuple(sorted(self.now.elements()))
        if moment != self.moments[-1]:
            self.moments.append(moment)
            self.size += len(moment)

    @property
    def trace(self) -> Trace:
        return tuple(self.moments) if self.size <= MAX_SHOWN else ()

    def has(self, names: Iterable[str]) -> bool:
        return Counter(names) <= self.now

    def fire_until(self, firings: Iterable[Firing], name: str) -> bool:
        """Whether the element got a token, or did its work."""
        for firing in firings:
            self.fire(firing)
            if name in firing.gives or name == firing.element:
                return True
        return False


def moves_to(found: Explored, number: int) -> list[tuple[int, Move]]:
    """The moves from the start to a marking, each with the marking that it is made in."""
    path: list[tuple[int, Move]] = []
    while True:
        before, move = found.origin[number]
        if move is None:
            return path[::-1]
        path.append((before, move))
        number = before


def to_marking(found: Explored, number: int) -> Trace:
    """From the start of the scope to this marking."""
    return _run(found, number).trace


def to_element(found: Explored, name: str) -> Trace:
    """From the start of the scope to the first moment that an element has a token, or does its work."""
    if name in found.net.free:
        return _with(to_marking(found, 0), name)
    opening = _Run(found.net.begin)
    if opening.fire_until(found.net.opening, name):
        return opening.trace
    number, move = found.first[name]
    run = _run(found, number)
    asides = [aside for aside in move.asides if any(name in (one.element, *one.gives) for one in aside)]
    for firing in (None, *move.firings):
        if firing is not None and run.fire_until([firing], name):
            return run.trace
        for aside in asides:
            if run.has(aside[0].takes) and run.fire_until(aside, name):
                return run.trace
    # It undoes what was done before.
    return _with(_run(found, number).trace, name)


def _run(found: Explored, number: int) -> _Run:
    run = _Run(found.net.begin)
    for firing in found.net.opening:
        run.fire(firing)
    for _, move in moves_to(found, number):
        for firing in move.firings:
            run.fire(firing)
    return run


def _with(trace: Trace, name: str) -> Trace:
    return (*trace, tuple(sorted((*trace[-1], name)))) if trace else ()


def inside(around: Trace, inner: Trace) -> Trace:
    """First what leads to a scope, and then what happens in it while all outside stays as it is."""
    if not (around and inner):
        return ()
    outside = around[-1]
    return (*around, *(tuple(sorted((*outside, *moment))) for moment in inner))
