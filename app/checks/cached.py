"""Remembering what was worked out of something that was read from a file, for as long as it is in use."""

from collections import OrderedDict
from collections.abc import Callable
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


def by_identity(size: int) -> Callable[[Callable[[K], V]], Callable[[K], V]]:
    """Remember the answer for the last `size` things, told apart by which they are."""

    def around(function: Callable[[K], V]) -> Callable[[K], V]:
        known: OrderedDict[int, tuple[K, V]] = OrderedDict()

        def answer(thing: K) -> V:
            # The thing itself is kept along: as long as it is, nothing else has its id.
            found = known.get(id(thing))
            if found is not None:
                return found[1]
            made = function(thing)
            known[id(thing)] = (thing, made)
            while len(known) > size:
                known.popitem(last=False)
            return made

        return answer

    return around
