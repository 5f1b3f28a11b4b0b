"""What comes out of a merge."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Conflict:
    """Where two people changed the same: the element, and what each of them did, as a Dutch sentence.

    `element` is empty when the file as a whole is meant.
    """

    element: str
    name: str
    mine: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Merged:
    """The file with what both changed; without content when there is a conflict."""

    content: bytes | None
    conflicts: tuple[Conflict, ...] = ()
