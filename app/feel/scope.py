"""What the names in an expression stand for while it runs."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.feel.values import known

NOTHING: Any = object()
"""No such name; null is a value."""


class Scope:
    """Names with their values, and the scope around them."""

    __slots__ = ("names", "now", "outer")

    def __init__(self, names: Mapping[str, Any], outer: "Scope | None", now: datetime | None) -> None:
        self.names = names
        self.outer = outer
        self.now = now

    def find(self, name: str) -> Any:
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return known(scope.names[name])
            scope = scope.outer
        return NOTHING

    def inner(self, names: Mapping[str, Any]) -> "Scope":
        return Scope(names, self, self.now)
