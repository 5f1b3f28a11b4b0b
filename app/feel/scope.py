"""What the names in an expression stand for while it runs, and what the whole evaluation shares."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.feel.values import known

NOTHING: Any = object()
"""No such name; null is a value."""


class Evaluation:
    """One run of an expression or decision. `now` is what `now()` tells; `notes` is for who embeds FEEL."""

    __slots__ = ("notes", "now")

    def __init__(self, now: datetime | None = None, notes: list[Any] | None = None) -> None:
        self.now = now
        self.notes = notes


TIMELESS = Evaluation()
"""For what asks neither the clock nor to be noted."""


class Scope:
    """Names with their values, and the scope around them."""

    __slots__ = ("evaluation", "names", "outer")

    def __init__(self, names: Mapping[str, Any], outer: "Scope | None", evaluation: Evaluation) -> None:
        self.names = names
        self.outer = outer
        self.evaluation = evaluation

    def find(self, name: str) -> Any:
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return known(scope.names[name])
            scope = scope.outer
        return NOTHING

    def inner(self, names: Mapping[str, Any]) -> "Scope":
        return Scope(names, self, self.evaluation)
