"""What a net of tokens is made of: places, the moves between them, and how a move looks in the diagram."""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from app.checks.soundness.resting import Resting

STUCK, ROUND, UNCAUGHT = "!stuck", "!round", "!uncaught"
"""Marks of a token at an activity in which nothing can go on, that goes round for ever, or that failed."""
MARKS = (STUCK, ROUND, UNCAUGHT)
LISTENS, LEFT, DONE = "?listens", "?left", "?done"
"""Marks of what is no token: an event that may come, how often it still may, what can be undone."""
_NO_TOKENS = (LISTENS, LEFT, DONE)


class Place(NamedTuple):
    """Where a token can be: at an element, and at a join by the element that it came from (`mark`)."""

    element: str
    mark: str = ""

    @property
    def is_token(self) -> bool:
        return self.mark not in _NO_TOKENS


class Exit(NamedTuple):
    """What is thrown out of a scope. `catcher` is None when nothing in this process catches it."""

    kind: str
    code: str
    catcher: str | None
    interrupting: bool
    often: bool = False
    """Whether it can be thrown more than once."""


@dataclass(frozen=True, slots=True)
class Firing:
    """One element does its work: the tokens that it takes, and where its tokens go, as element ids."""

    element: str
    takes: tuple[str, ...]
    gives: tuple[str, ...]
    chosen: bool = False
    """Whether something else could have happened here."""
    clears: bool = False
    """Whether all other tokens of the scope are gone."""


Aside = tuple[Firing, ...]
"""What can happen as well, and comes to the same: from the first moment that its tokens are there."""


@dataclass(frozen=True, slots=True)
class Move:
    """What can happen: tokens are taken and given, at once, by one or more elements in a row."""

    takes: tuple[Place, ...]
    gives: tuple[Place, ...]
    firings: tuple[Firing, ...]
    clears: bool = False
    """Nothing else in the scope survives."""
    leaves: Exit | None = None
    """What is thrown out of the scope by it."""
    done: tuple[Place, ...] = ()
    """What can be undone from then on."""
    undoes: tuple[tuple[Place, str], ...] = ()
    """What it undoes where that was done, with the activity that undoes."""
    unless: tuple[Place, ...] = ()
    """It can't be made while one of these is there."""
    outside: Literal["", "saves", "idle"] = ""
    """Of an event from outside, that may never come: whether it helps tokens that can't go on otherwise."""
    asides: tuple[Aside, ...] = ()

    @property
    def is_plain(self) -> bool:
        return not (self.clears or self.leaves or self.undoes or self.unless or self.outside)

    @property
    def touches(self) -> set[str]:
        """The elements that get a token, or do something."""
        rows = [self.firings, *self.asides]
        return {name for row in rows for firing in row for name in (firing.element, *firing.gives)}


@dataclass(frozen=True, slots=True)
class InclusiveJoin:
    """Goes on when no token can come any more to where none waits (BPMN 2.0, 13.4.3)."""

    element: str
    waiting: dict[str, Place]
    """Where its tokens wait, by the element that they come from."""
    splits: tuple[Move, ...]
    """What it gives; these take nothing."""
    before: dict[str, frozenset[str]]
    """By incoming element: all from which it is reached without passing this gateway."""


@dataclass(slots=True)
class Net:
    """One scope as places and moves."""

    scope_id: str
    begin: str
    """Its start event."""
    resting: Resting
    start: tuple[Place, ...] = ()
    opening: tuple[Firing, ...] = ()
    """How the first token gets to its first places."""
    moves: list[Move] = field(default_factory=list)
    inclusive: list[InclusiveJoin] = field(default_factory=list)
    active: dict[Place, frozenset[str]] = field(default_factory=dict)
    """The elements that are active while a token is there, for the inclusive joins."""
    free: set[str] = field(default_factory=set)
    """Elements that can run at any time, without any effect on the others."""
    complete: bool = True
    """False when there were too many ways to split to write them all down."""
