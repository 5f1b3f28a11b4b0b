"""Two versions of a BPMN file: what is different in each process of it, from left to right."""

from collections.abc import Iterator, Mapping
from typing import Literal

from app.checks.compare import layout, rest
from app.checks.compare.flows import Flows
from app.checks.compare.identity import matched
from app.checks.compare.model import Change, Piece
from app.checks.compare.side import Side, read
from app.checks.compare.steps import Names, Steps, pairs
from app.checks.compare.words import as_it_is, capital, count, normal, quoted, told
from app.engine.model import Process


def compare(file: str, before: bytes, after: bytes, names: Names) -> tuple[Piece, ...]:
    """Raises Invalid when either version cannot be read."""
    sides = read(before, file), read(after, file)
    same = matched(*sides)
    found = list(_all(*sides, same, names))
    return tuple(_pieces(*sides, same, _in_order(found, *sides)))


def whole(file: str, content: bytes, *, new: bool) -> tuple[Piece, ...]:
    """A file that came or went, in one sentence a process. Raises Invalid."""
    return tuple(_whole(process, new=new) for process in read(content, file).processes.values())


def _whole(process: Process, *, new: bool) -> Piece:
    steps = count(len(process.elements), "onderdeel", "onderdelen")
    text = f"Het proces {quoted(process.name)} is {'nieuw' if new else 'vervallen'} ({steps})."
    ids = (None, process.id) if new else (process.id, None)
    state: Literal["added", "removed"] = "added" if new else "removed"
    return Piece("process", process.name, state, (Change(state, "process", text, *ids),), *ids)


def _all(before: Side, after: Side, same: Mapping[str, str], names: Names) -> Iterator[Change]:
    steps = Steps(before, after, same, names)
    for id, process in before.processes.items():
        if same.get(id) in after.processes:
            yield from _process(process, after.processes[same[id]])
    for id in before.elements:
        if same.get(id) in after.elements:
            yield from steps.changes(id)
        else:
            yield steps.removed(id)
    kept = set(same.values())
    yield from (steps.added(id) for id in after.elements if id not in kept)
    yield from Flows(before, after, same).all()
    yield from rest.lanes(before, after, same)
    yield from rest.others(before, after, same)
    yield from rest.untold(before, after, same)
    yield from rest.of_file(before, after)
    yield from layout.changes(before, after, same)


def _process(was: Process, now: Process) -> Iterator[Change]:
    called = f"het proces {quoted(now.name)}"
    if was.name != now.name:
        text = f"Het proces {quoted(was.name)} heet nu {quoted(now.name)}."
        yield Change("changed", "name", text, was.id, now.id, was.name, now.name)
    if was.id != now.id:
        text = f"{capital(called)} heeft intern een andere id: nu {quoted(now.id)}, was {quoted(was.id)}."
        yield Change("changed", "id", text, was.id, now.id, was.id, now.id)
    if was.executable != now.executable:
        verb = "kan nu worden uitgevoerd" if now.executable else "is nu alleen een tekening"
        yield Change("changed", "executable", f"{capital(called)} {verb}.", was.id, now.id)
    if normal(was.documentation) != normal(now.documentation):
        text = told("de uitleg", called, was.documentation, now.documentation, say=as_it_is)
        yield Change("changed", "documentation", text, was.id, now.id, was.documentation, now.documentation)
    for kind, about, text, old, new in pairs(
        "property", "eigenschap", called, was.properties, now.properties
    ):
        yield Change(kind, about, text, was.id, now.id, old, new)


def _in_order(found: list[Change], before: Side, after: Side) -> list[Change]:
    """What stands further to the left first; what is about the drawing only comes last."""
    old, new = layout.position(before), layout.position(after)

    def place(change: Change) -> tuple[bool, bool, tuple[float, float]]:
        at = new.get(change.after or "") or old.get(change.before or "")
        return (change.about == "layout", at is not None, at or (0.0, 0.0))

    return sorted(found, key=place)


def _pieces(before: Side, after: Side, same: Mapping[str, str], found: list[Change]) -> Iterator[Piece]:
    """By process: of the later version where the element is in it."""
    by: dict[str, list[Change]] = {}
    back = {now: was for was, now in same.items()}
    only = next(iter(after.processes)) if len(after.processes) == 1 else ""
    for change in found:
        process = after.process_of(change.after) if change.after else ""
        if not change.after and change.before:
            was = before.process_of(change.before)
            process = same.get(was, was)
        by.setdefault(process or only, []).append(change)
    for id, one in after.processes.items():
        was_id = back.get(id)
        if was_id is None or was_id not in before.processes:
            yield _whole(one, new=True)
        else:
            changes = tuple(by.pop(id, ()))
            yield Piece("process", one.name, "changed" if changes else "same", changes, was_id, id)
    for id, one in before.processes.items():
        if same.get(id) not in after.processes:
            yield _whole(one, new=False)
    known = {*after.processes, *before.processes}
    loose = tuple(one for process, listed in by.items() if process not in known for one in listed)
    if loose:
        yield Piece("file", "Het hele bestand", "changed", loose)
