"""One file in two versions, whatever its kind; also one that cannot be read."""

import json
from collections.abc import Mapping
from typing import Literal

from app.checks.compare import diagram, forms, tables
from app.checks.compare.model import Change, FileComparison, Piece
from app.checks.compare.steps import Names
from app.checks.compare.words import quoted
from app.engine import reader
from app.errors import Invalid
from app.safe_xml import local, read


def compare_files(
    name: str, was: str, before: Mapping[str, bytes], after: Mapping[str, bytes]
) -> FileComparison:
    """The file that is called `name` now and was called `was`."""
    old, new = before.get(was), after.get(name)
    earlier = was if was != name else None
    if old == new and earlier is None:
        return FileComparison(name, "same")
    if old is None:
        return _whole(name, new or b"", new=True)
    if new is None:
        return _whole(name, old, new=False)
    pieces = _pieces(name, old, new, before, after)
    if earlier is not None:
        text = f"Het bestand heet nu {quoted(name)}, was {quoted(earlier)}."
        renaming = Piece(
            "file", name, "changed", (Change("changed", "file", text, None, None, earlier, name),)
        )
        pieces = (renaming, *pieces)
    pieces = tuple(piece for piece in pieces if piece.changes)
    return FileComparison(name, "changed" if pieces else "same", pieces, earlier)


def _pieces(
    name: str, old: bytes, new: bytes, before: Mapping[str, bytes], after: Mapping[str, bytes]
) -> tuple[Piece, ...]:
    try:
        if name.endswith(".bpmn"):
            return diagram.compare(name, old, new, Names(lambda: _all_names(before, after)))
        if name.endswith(".dmn"):
            return tables.compare(old, new)
        if name.endswith(".form"):
            return forms.compare(old, new)
    except (Invalid, RecursionError) as error:
        return (Piece("file", name, "changed", (_unreadable(name, new, error),)),)
    return (Piece("file", name, "changed", (Change("changed", "file", "Het bestand is anders."),)),)


def _unreadable(name: str, new: bytes, error: Exception) -> Change:
    why = error.message if isinstance(error, Invalid) else "het is te diep genest."
    try:
        _whole_pieces(name, new, new=True)
        which = "de vorige versie kan"
    except (Invalid, RecursionError):
        which = "kan"
    return Change("changed", "unreadable", f"Het bestand is anders, maar {which} niet worden gelezen: {why}")


def _whole(name: str, content: bytes, *, new: bool) -> FileComparison:
    state: Literal["added", "removed"] = "added" if new else "removed"
    try:
        pieces = _whole_pieces(name, content, new=new)
    except (Invalid, RecursionError):
        pieces = ()
    if not pieces:
        text = f"Het bestand {quoted(name)} is {'nieuw' if new else 'vervallen'}."
        pieces = (Piece("file", name, state, (Change(state, "file", text),)),)
    return FileComparison(name, state, pieces)


def _whole_pieces(name: str, content: bytes, *, new: bool) -> tuple[Piece, ...]:
    if name.endswith(".bpmn"):
        return diagram.whole(name, content, new=new)
    if name.endswith(".dmn"):
        return tables.whole(content, new=new)
    return forms.whole(content, new=new) if name.endswith(".form") else ()


def renamed(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> dict[str, str]:
    """Name now -> name before, of files with other names that hold the same definitions."""
    gone = {name: before[name] for name in before if name not in after}
    new = {name: after[name] for name in after if name not in before}
    if not gone or not new:
        return {}
    ids = {name: _defines(name, content) for name, content in gone.items()}
    found: dict[str, str] = {}
    for name, content in new.items():
        mine = _defines(name, content)
        alike = [one for one in ids if mine and mine & ids[one] and one not in found.values()]
        if len(alike) == 1:
            found[name] = alike[0]
    return found


def _defines(name: str, content: bytes) -> set[tuple[str, str]]:
    """The processes, decisions or form that a file holds, by kind and id."""
    try:
        if name.endswith(".form"):
            data = json.loads(content)
            id = data.get("id") if isinstance(data, dict) else None
            return {("form", id)} if isinstance(id, str) else set()
        if name.endswith((".bpmn", ".dmn")):
            kind = "process" if name.endswith(".bpmn") else "decision"
            nodes = [one for one in read(content) if isinstance(one.tag, str) and local(one) == kind]
            return {(kind, one.get("id", "")) for one in nodes}
    except (Invalid, ValueError, RecursionError):
        pass
    return set()


def _all_names(*versions: Mapping[str, bytes]) -> dict[tuple[str, str], str]:
    """What processes and decisions are called, in the later version or else in the earlier one."""
    found: dict[tuple[str, str], str] = {}
    for files in versions:
        for name, content in files.items():
            found |= _names(name, content)
    return found


def _names(name: str, content: bytes) -> dict[tuple[str, str], str]:
    try:
        if name.endswith(".bpmn"):
            return {("process", one.id): one.name for one in reader.processes(content, file=name)[0]}
        if name.endswith(".dmn"):
            nodes = [one for one in read(content) if isinstance(one.tag, str) and local(one) == "decision"]
            return {("decision", one.get("id", "")): one.get("name", "") for one in nodes}
    except Invalid:
        pass
    return {}
