"""What is read of an expression: its uses of variables, its faults, and its type."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from app.checks.dataflow.state import Fact
from app.checks.dataflow.types import UNKNOWN, Type

Path = tuple[str, ...]


class Names:
    """The names that an expression may use, the nearest scope first.

    `own` are names that the expression itself or its form brings: using one needs nobody to fill it in.
    """

    __slots__ = ("facts", "open", "outer", "own")

    def __init__(
        self,
        facts: Mapping[str, Fact],
        outer: "Names | None" = None,
        *,
        open: bool = False,
        own: bool = False,
    ) -> None:
        self.facts, self.outer, self.own = facts, outer, own
        self.open: bool = open or (outer is not None and outer.open)

    def find(self, name: str) -> tuple[Fact | None, bool]:
        """What is known of a name, and whether it is an own one."""
        here: Names | None = self
        while here is not None:
            if name in here.facts:
                return here.facts[name], here.own
            here = here.outer
        return None, False

    def all(self) -> set[str]:
        outer = set() if self.outer is None else self.outer.all()
        return outer | set(self.facts)

    def inner(self, types: Mapping[str, Type], *, open: bool = False) -> "Names":
        return Names({name: Fact(one) for name, one in types.items()}, self, open=open, own=True)


@dataclass(frozen=True, slots=True)
class Use:
    """A variable that is read. `guarded`: the expression reckons with its being empty.

    `copied`: its value is only passed on, so that nothing goes wrong here when it is empty. `literal`: a text
    would fit in its place, which somebody forgot to put between quotes. `meant` is the known name that one
    that is not known was probably meant to be.
    """

    name: str
    path: Path
    fact: Fact | None
    guarded: bool
    copied: bool
    literal: bool = False
    meant: str | None = None

    @property
    def may_be_missing(self) -> bool:
        """Whether some way does not fill it in, and that matters here."""
        known = self.fact is not None and not self.fact.certain
        return known and not self.guarded and not self.copied


Kind = Literal["type", "member", "impossible", "gone"]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that can't be right. `gone` is a value that a gateway before this one told away."""

    kind: Kind
    message: str
    repair: str | None = None


@dataclass(slots=True)
class Reading:
    """One expression, read."""

    type: Type = UNKNOWN
    uses: list[Use] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    copy: Fact | None = None
    """The variable that the whole expression only passes on."""
    guards: frozenset[Path] = frozenset()
    """What the expression reckons with being empty."""


Assumed = Mapping[str, frozenset[str]]
"""By the text of a condition: the variables that are filled in where it holds."""
