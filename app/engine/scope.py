"""Process variables: one scope a process, shared by all its tasks, with local scopes inside it.

A multi-instance child is walled off: what is written inside stays inside, and only its output element comes
out, or what its own output mapping names. A scope made by an input mapping keeps its own names and passes
other ones on (as Camunda does).
"""

from collections import ChainMap
from collections.abc import Mapping
from typing import Any


class Scope(dict[str, Any]):
    """The variables of one scope. `written` tells which were set since it was made."""

    __slots__ = ("outer", "wall", "written")

    def __init__(
        self, values: Mapping[str, Any] = {}, *, outer: "Scope | None" = None, wall: bool = False
    ) -> None:
        super().__init__(values)
        self.outer = outer
        self.wall = wall
        self.written: set[str] = set()

    def visible(self) -> Mapping[str, Any]:
        """All variables that can be seen from here, the nearest first."""
        if self.outer is None:
            return self
        chain: list[dict[str, Any]] = []
        scope: Scope | None = self
        while scope is not None:
            chain.append(scope)
            scope = scope.outer
        return ChainMap(*chain)

    def put(self, name: str, value: Any, *, past_wall: bool = False) -> None:
        """Set a variable where it lives: the nearest scope that has it, else the outermost before a wall."""
        scope = self
        while name not in scope and scope.outer is not None and (past_wall or not scope.wall):
            past_wall = past_wall and not scope.wall
            scope = scope.outer
        scope[name] = value
        scope.written.add(name)

    def put_path(self, target: str, value: Any, *, here: bool = False, past_wall: bool = False) -> None:
        """Set a variable or, for `a.b`, an entry in it.

        `here`: as a local variable of this scope; `past_wall`: also outside the first wall around it.
        """
        name, *rest = target.split(".")
        if rest:
            value = _nested(self.visible().get(name), rest, value)
        if here:
            self[name] = value
        else:
            self.put(name, value, past_wall=past_wall)


def _nested(old: Any, path: list[str], value: Any) -> dict[str, Any]:
    made = dict(old) if isinstance(old, dict) else {}
    made[path[0]] = value if len(path) == 1 else _nested(made.get(path[0]), path[1:], value)
    return made
