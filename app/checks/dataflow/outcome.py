"""What came out of following the variables through one process."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.checks.dataflow.state import Fact, State

Facts = Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class Summary:
    """A process as its callers see it: how it ends (None: not, as far as is known), and what it may write."""

    exit: State | None
    writes: Facts


@dataclass(slots=True)
class Outcome:
    """What is known in one process. Elements that no token comes to are missing."""

    before: dict[str, State] = field(default_factory=dict)
    """When a token comes."""
    inputs: dict[str, list[State]] = field(default_factory=dict)
    """When each of the local variables is worked out."""
    inside: dict[str, State] = field(default_factory=dict)
    """With the local variables of the element."""
    answered: dict[str, State] = field(default_factory=dict)
    """With what came out of it, where the output mapping is worked out."""
    collected: dict[str, State] = field(default_factory=dict)
    """Of an element for a list: when one of its children is done."""
    after: dict[str, State] = field(default_factory=dict)
    writes: Mapping[str, Facts] = field(default_factory=dict)
    """By element, what it may write in the variables around it."""
    calls: dict[str, tuple[str, State]] = field(default_factory=dict)
    """By call activity: the process, and what that begins with."""
    summary: Summary = Summary(None, {})
    settled: bool = True
