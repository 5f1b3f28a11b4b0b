"""What a comparison finds: per file, per process, decision or form, one sentence for each difference."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["added", "removed", "changed", "moved"]
State = Literal["added", "removed", "changed", "same"]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference, as a Dutch sentence. `before` and `after` are the ids of the element, where it exists.

    `moved` is an element at another place: in the drawing only (`about` is "layout"), in another lane, which
    changes who does it, or in another order.
    """

    kind: Kind
    about: str
    sentence: str
    before: str | None = None
    after: str | None = None
    was: str = ""
    now: str = ""
    """The whole texts, where the sentence shows only the part of them that differs."""

    @property
    def element(self) -> str:
        """The id of the element as it is now, or else as it was; empty when the whole is meant."""
        return self.after or self.before or ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: what it says now, and what it said where that is something else."""

    now: str
    was: str | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. `kind` is in, out or note."""

    kind: Literal["in", "out", "note"]
    label: str
    state: State
    was: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A rule of a table, with its number in either version."""

    id: str
    state: Literal["added", "removed", "changed", "moved", "same"]
    was: int | None
    now: int | None
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class TableDrawing:
    """Both versions of a decision table in one."""

    hit_policy: Cell
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A process, decision or form of a file, with all that is different in it."""

    kind: Literal["process", "decision", "form", "file"]
    name: str
    state: State
    changes: tuple[Change, ...]
    before: str | None = None
    after: str | None = None
    table: TableDrawing | None = None

    @property
    def id(self) -> str:
        return self.after or self.before or ""

    def marks(self) -> tuple[dict[str, Kind], dict[str, Kind]]:
        """The elements to mark in the earlier and in the later drawing."""
        earlier: dict[str, Kind] = {}
        later: dict[str, Kind] = {}
        for change in sorted(self.changes, key=lambda one: _WEIGHT[one.kind]):
            if change.before and change.kind != "added":
                earlier[change.before] = change.kind
            if change.after and change.kind != "removed":
                later[change.after] = change.kind
        return earlier, later


_WEIGHT: Mapping[Kind, int] = {"moved": 0, "changed": 1, "added": 2, "removed": 3}


@dataclass(frozen=True, slots=True)
class FileComparison:
    """One file in both versions. `was` is its earlier name, where it was renamed."""

    name: str
    state: State
    pieces: tuple[Piece, ...] = ()
    was: str | None = None

    @property
    def changes(self) -> tuple[Change, ...]:
        return tuple(change for piece in self.pieces for change in piece.changes)


@dataclass(frozen=True, slots=True)
class Comparison:
    """All files of two versions, by name."""

    files: tuple[FileComparison, ...]

    @property
    def different(self) -> tuple[FileComparison, ...]:
        return tuple(file for file in self.files if file.state != "same")

    @property
    def same(self) -> tuple[FileComparison, ...]:
        return tuple(file for file in self.files if file.state == "same")

    def file(self, name: str) -> FileComparison | None:
        return next((file for file in self.files if file.name == name), None)
