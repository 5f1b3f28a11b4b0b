"""Remembering what was worked out of something that was read from a file, for as long as it is in use."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Memory(Generic[V]):
    """The last `size` answers, by a key; what was not asked for longest goes first. For several threads."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._known: OrderedDict[Hashable, V] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._known)

    def get(self, key: Hashable) -> V | None:
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
            return self._known.get(key)

    def keep(self, key: Hashable, value: V) -> None:
        with self._lock:
            self._known[key] = value
            while len(self._known) > self.size:
                self._known.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._known.clear()


def by_identity(size: int) -> Callable[[Callable[[K], V]], Callable[[K], V]]:
    """Remember the answer for the last `size` things, told apart by which they are."""

    def around(function: Callable[[K], V]) -> Callable[[K], V]:
        # The thing itself is kept along: as long as it is, nothing else has its id.
        memory: Memory[tuple[K, V]] = Memory(size)

        def answer(thing: K) -> V:
            found = memory.get(id(thing))
            if found is not None:
                return found[1]
            made = function(thing)
            memory.keep(id(thing), (thing, made))
            return made

        return answer

    return around
