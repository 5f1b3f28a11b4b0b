"""The files of a release as they are read for checking: a broken one is a problem, and the rest goes on.

What was read is remembered by its content, so that while somebody types only the file that changes is read.
"""

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from app import decisions, forms, safe_xml
from app.checks import drawn
from app.checks.cached import Memory
from app.checks.dataflow.world import World
from app.decisions import DecisionModel
from app.engine import check as engine_check
from app.engine import reader
from app.engine.model import Process
from app.errors import Invalid, Problem
from app.forms import Component, Form

T = TypeVar("T")
KINDS: Final = (".bpmn", ".dmn", ".form")
BPMN: Final = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
REMEMBERED: Final = 400
MAX_REMEMBERED_BYTES: Final = 1024 * 1024

Jobs = Collection[str] | Mapping[str, Collection[str]]
"""The job types there are; as a mapping also with the variables that each gives back."""


@dataclass(slots=True)
class Files:
    """What could be read. `stubs` are the processes of diagrams that could not be, so that nobody who calls
    them is blamed for it; `broken_forms` the ids of such forms."""

    problems: list[Problem] = field(default_factory=list)
    processes: list[Process] = field(default_factory=list)
    stubs: dict[str, Process] = field(default_factory=dict)
    drawn: dict[str, frozenset[str]] = field(default_factory=dict)
    forms: dict[str, Form] = field(default_factory=dict)
    broken_forms: set[str] = field(default_factory=set)
    models: list[DecisionModel] = field(default_factory=list)
    decisions: dict[str, DecisionModel] = field(default_factory=dict)

    def known(self, roles: Mapping[str, str], job_types: Jobs) -> engine_check.Known:
        """What diagrams may refer to."""
        return engine_check.Known(
            processes={**self.stubs, **{one.id: one for one in self.processes}},
            decisions=frozenset(self.decisions),
            forms=frozenset(self.forms) | self.broken_forms,
            job_types=frozenset(job_types),
            roles={name.strip().lower(): key for name, key in roles.items()},
        )

    def world(self, job_types: Jobs) -> World:
        """What the data flow looks at."""
        given = job_types if isinstance(job_types, Mapping) else {}
        return World(
            processes={one.id: one for one in self.processes},
            forms=self.forms,
            decisions=self.decisions,
            jobs={name: frozenset(names) for name, names in given.items()},
        )

    def order(self, file: str) -> Mapping[str, int]:
        """The place of each element in a file."""
        return {id: place for place, id in enumerate(dict.fromkeys(self._ids(file)))}

    def _ids(self, file: str) -> Iterator[str]:
        for process in self.processes:
            if process.file == file:
                yield from (process.id, *process.elements, *(flow.id for flow in process.flows))
        for form in self.forms.values():
            if form.file == file:
                yield from _keys(form.components)
        for model in self.models:
            if model.file == file:
                for id, element in model.elements.items():
                    table = getattr(element, "table", None)
                    rules = [] if table is None else [table.id, *(rule.id for rule in table.rules)]
                    yield from (id, *rules)


def _keys(components: tuple[Component, ...]) -> Iterator[str]:
    for one in components:
        yield one.key or one.id
        yield from _keys(one.children)


def read(files: Mapping[str, bytes]) -> Files:
    """Read all files of a release."""
    found = Files()
    for name in sorted(files):
        content = files[name]
        if name.endswith(".bpmn"):
            _add_diagram(found, name, content)
        elif name.endswith(".form"):
            _add_form(found, name, content)
        elif not name.endswith(KINDS):
            found.problems.append(Problem(name, None, "Dit soort bestand hoort niet in een werkwijze."))
    _add_tables(found, {name: files[name] for name in sorted(files) if name.endswith(".dmn")})
    return found


def _add_diagram(found: Files, name: str, content: bytes) -> None:
    processes, wrong, shapes = _remembered((name, content), lambda: _read_diagram(name, content))
    found.processes += processes
    found.problems += wrong
    found.drawn[name] = shapes
    if not processes:
        found.stubs |= {id: _stub(id, name) for id in _process_ids(content)}


def _read_diagram(name: str, content: bytes) -> tuple[list[Process], list[Problem], frozenset[str]]:
    try:
        processes, wrong = reader.processes(content, file=name)
    except RecursionError:
        return [], [Problem(name, None, "Dit bestand is te diep genest.")], frozenset()
    return processes, wrong, drawn.drawn(content)


def _process_ids(content: bytes) -> list[str]:
    try:
        root = safe_xml.read(content)
    except Invalid:
        return []
    return [id for node in root.iter(f"{BPMN}process") if (id := node.get("id"))]


def _stub(id: str, file: str) -> Process:
    return Process(id, id, file, True, "", {}, {}, (), has_lanes=False)


def _add_form(found: Files, name: str, content: bytes) -> None:
    form, wrong = _remembered((name, content), lambda: _read_form(name, content))
    found.problems += wrong
    if form is None:
        found.broken_forms |= _form_ids(content)
    elif form.id in found.forms:
        text = f"Dit formulier staat ook in {found.forms[form.id].file}."
        found.problems.append(Problem(name, form.id, text))
    else:
        found.forms[form.id] = form


def _read_form(name: str, content: bytes) -> tuple[Form | None, list[Problem]]:
    try:
        return forms.parse(content, file=name)
    except (RecursionError, ValueError, TypeError, AttributeError):
        # A form-js file can be odd in more ways than the reader asks for.
        return None, [Problem(name, None, "Dit formulier kan niet worden gelezen.")]


def _form_ids(content: bytes) -> set[str]:
    try:
        data: Any = json.loads(content)
    except (ValueError, RecursionError):
        return set()
    id = data.get("id") if isinstance(data, dict) else None
    return {id} if isinstance(id, str) else set()


def _add_tables(found: Files, tables: Mapping[str, bytes]) -> None:
    key = tuple(part for pair in tables.items() for part in pair)
    models, wrong = _remembered(key, lambda: _read_tables(tables))
    found.problems += wrong
    found.models = models
    for model in models:
        for id in model.decisions:
            if id in found.decisions:
                text = "Deze beslissing staat ook in een ander bestand."
                found.problems.append(Problem(model.file, id, text))
            else:
                found.decisions[id] = model


def _read_tables(tables: Mapping[str, bytes]) -> tuple[list[DecisionModel], list[Problem]]:
    try:
        return decisions.parse_all(dict(tables))
    except RecursionError:
        return [], [Problem(name, None, "Dit bestand is te diep genest.") for name in tables]


_memory: Memory[tuple[Any]] = Memory(REMEMBERED)
"""By the hash of its name and content, what was read."""


def _remembered(key: tuple[str | bytes, ...], make: Callable[[], T]) -> T:
    digest = hashlib.blake2b(digest_size=20)
    size = 0
    for part in key:
        data = part.encode() if isinstance(part, str) else part
        size += len(data)
        digest.update(len(data).to_bytes(8, "big") + data)
    hashed = digest.digest()
    known = _memory.get(hashed)
    if known is not None:
        found: T = known[0]
        return found
    made = make()
    if size <= MAX_REMEMBERED_BYTES:
        _memory.keep(hashed, (made,))
    return made
