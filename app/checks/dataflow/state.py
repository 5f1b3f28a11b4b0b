"""What is known of the variables at one place in a process."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce

from app.checks.dataflow.types import Type, join

MAX_VARIABLES = 400
"""So many are told apart; with more of them any name may be there."""
Source = tuple[str, str]
"""The process and the element that fill something in."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One variable: its type, whether every path to here filled it in, and who does."""

    type: Type
    certain: bool = True
    sources: frozenset[Source] = frozenset()

    def or_else(self, other: "Fact | None") -> "Fact":
        """What is known where it came along one way or another; without a fact it is not there."""
        if self is other:
            return self
        if other is None:
            return self if not self.certain else replace(self, certain=False)
        if self == other:
            return self
        return Fact(join(self.type, other.type), self.certain and other.certain, self.sources | other.sources)

    def and_also(self, other: "Fact | None") -> "Fact":
        """What is known where both ways were gone."""
        if other is None or self is other:
            return self
        both = self.or_else(other)
        return replace(both, certain=self.certain or other.certain)


@dataclass(frozen=True, slots=True)
class State:
    """The variables by name. `open`: there may be others, whose names nobody knows (a message brought them).

    `written` are those that every path since the beginning of the process wrote.
    """

    facts: Mapping[str, Fact] = field(default_factory=dict)
    open: bool = False
    written: frozenset[str] = frozenset()

    def put(self, name: str, fact: Fact) -> "State":
        """With a variable that is surely written here."""
        return self.put_all({name: fact})

    def put_all(self, facts: Mapping[str, Fact]) -> "State":
        """With variables that are surely written here."""
        if not facts:
            return self
        if len(self.facts) + len(facts) > MAX_VARIABLES:
            known = {name: fact for name, fact in facts.items() if name in self.facts}
            return State({**self.facts, **known}, True, self.written | frozenset(known))
        return State({**self.facts, **facts}, self.open, self.written | frozenset(facts))

    def perhaps(self, facts: Mapping[str, Fact]) -> "State":
        """With variables that may be written meanwhile."""
        if not facts:
            return self
        found = dict(self.facts)
        crowded = len(found) + len(facts) > MAX_VARIABLES
        if crowded:
            facts = {name: fact for name, fact in facts.items() if name in found}
        for name, fact in facts.items():
            old = found.get(name)
            found[name] = fact.or_else(None) if old is None else old.or_else(replace(fact, certain=True))
        return State(found, self.open or crowded, self.written)

    def replaced(self, name: str, fact: Fact) -> "State":
        """With something better known of a variable, which nobody writes here."""
        return State({**self.facts, name: fact}, self.open, self.written)

    def local(self, facts: Mapping[str, Fact]) -> "State":
        """With names of a scope of its own over the others."""
        return State({**self.facts, **facts}, self.open, self.written) if facts else self

    def opened(self) -> "State":
        return self if self.open else replace(self, open=True)

    def outside(self, before: "State", names: Iterable[str]) -> "State":
        """Behind a scope of its own: its names are again what they were before it."""
        hidden = set(names)
        if not hidden:
            return self
        facts = {name: fact for name, fact in self.facts.items() if name not in hidden}
        facts |= {name: before.facts[name] for name in hidden if name in before.facts}
        return State(facts, self.open, (self.written - hidden) | (before.written & hidden))


def one_of(states: Iterable[State | None]) -> State | None:
    """What is known where one of these ways was gone; a way that nobody can go (None) does not count."""
    return _fold(states, _either)


def all_of(states: Iterable[State | None]) -> State | None:
    """What is known where all of these ways were gone, as behind a parallel gateway."""
    return _fold(states, _both)


def _fold(states: Iterable[State | None], combine: Callable[[State, State], State]) -> State | None:
    found = [state for state in states if state is not None]
    return reduce(combine, found) if found else None


def _either(left: State, right: State) -> State:
    if left is right:
        return left
    facts = {
        name: left.facts[name].or_else(right.facts.get(name))
        if name in left.facts
        else right.facts[name].or_else(None)
        for name in _names(left, right)
    }
    return State(facts, left.open or right.open, left.written & right.written)


def _both(left: State, right: State) -> State:
    if left is right:
        return left
    facts = {
        name: left.facts[name].and_also(right.facts.get(name)) if name in left.facts else right.facts[name]
        for name in _names(left, right)
    }
    return State(facts, left.open or right.open, left.written | right.written)


def _names(left: State, right: State) -> Iterator[str]:
    yield from left.facts
    yield from (name for name in right.facts if name not in left.facts)
