"""Three versions of a file, part by part: what each side changed, and where they changed the same."""

from collections.abc import Callable
from dataclasses import dataclass, field

from app.checks.xml_parts import Document, Key, Part

Name = str
MINE, THEIRS = "mine", "theirs"


@dataclass(slots=True)
class Plan:
    """Which part comes from where. `clashes` are the keys that both sides changed, each in another way."""

    base: Document
    mine: Document
    theirs: Document
    side: dict[Key, Name] = field(default_factory=dict)
    parent: dict[Key, Key] = field(default_factory=dict)
    clashes: list[Key] = field(default_factory=list)

    def document(self, side: Name) -> Document:
        return self.mine if side == MINE else self.theirs

    def part(self, key: Key) -> Part:
        """The part whose own content counts."""
        return self.document(self.side[key]).parts[key]

    def changed(self, side: Name, key: Key) -> bool:
        """Whether this side has another part here than both started from, or none, or a new one."""
        return _state(self.base, key) != _state(self.document(side), key)

    def inside(self) -> dict[Key, set[Key]]:
        """The parts right in each part."""
        found: dict[Key, set[Key]] = {}
        for key, around in self.parent.items():
            if key != around:
                found.setdefault(around, set()).add(key)
        return found


def plan(base: Document, mine: Document, theirs: Document, *, is_drawing: Callable[[Key], bool]) -> Plan:
    """A part of the drawing that only one side deleted is gone, also when the other side moved it."""
    made = Plan(base, mine, theirs)
    for key in {**base.parts, **mine.parts, **theirs.parts}:
        _decide(made, key, is_drawing(key))
    for key, parent in made.parent.items():
        if key != parent and parent not in made.side and parent not in made.clashes:
            # The one side deleted what the other put something in.
            made.clashes.append(parent)
    return made


def _state(document: Document, key: Key) -> object:
    part = document.parts.get(key)
    return None if part is None else (part.own, None if part.parent is None else part.parent.key)


def _decide(made: Plan, key: Key, drawing: bool) -> None:
    was, mine, theirs = (_state(one, key) for one in (made.base, made.mine, made.theirs))
    if mine == theirs or theirs == was:
        _take(made, key, MINE)
    elif mine == was:
        _take(made, key, THEIRS)
    elif drawing and (mine is None or theirs is None) and was is not None:
        return
    elif mine is None or theirs is None or was is None:
        made.clashes.append(key)
    else:
        _both(made, key)


def _take(made: Plan, key: Key, side: Name) -> None:
    part = made.document(side).parts.get(key)
    if part is not None:
        made.side[key] = side
        made.parent[key] = key if part.parent is None else part.parent.key


def _both(made: Plan, key: Key) -> None:
    """Both have it and both changed it: the one its content and the other its place, or both the same."""
    was, mine, theirs = (one.parts[key] for one in (made.base, made.mine, made.theirs))
    owns = _pick(was.own, mine.own, theirs.own)
    places = _pick(*(None if one.parent is None else one.parent.key for one in (was, mine, theirs)))
    if owns is None or places is None:
        made.clashes.append(key)
        return
    made.side[key] = owns
    around = made.document(places).parts[key].parent
    made.parent[key] = key if around is None else around.key


def _pick(was: object, mine: object, theirs: object) -> Name | None:
    if mine == theirs or theirs == was:
        return MINE
    return THEIRS if mine == was else None


def first_of(mine: Part | None, theirs: Part | None) -> Name:
    """Of two versions that are as good as each other the same one, whoever merges."""
    owns = ["" if part is None else repr(part.own) for part in (mine, theirs)]
    return MINE if owns[0] <= owns[1] else THEIRS
