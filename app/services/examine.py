"""Any folder of diagrams, tables and forms, each file judged by itself: ours, or somebody else's.

Needs no database. A file may refer to what the other files of the folder have, and that need not be one
release: two files may well have the same ids.
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from app import decisions, forms
from app.engine import definitions as engine_definitions
from app.errors import Problem
from app.safe_xml import MAX_FILE_BYTES
from app.services import job_types


@dataclass(frozen=True, slots=True)
class Answer:
    """What is wrong in one file, and how long it took to tell.

    `elements` counts its flow elements (nodes and sequence flows), its decisions, or the fields of its form.
    """

    file: str
    elements: int
    problems: list[Problem] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        return not any(problem.severity == "error" for problem in self.problems)

    def as_data(self) -> dict[str, Any]:
        """As one line of JSON has it."""
        return {
            "file": self.file,
            "ok": self.ok,
            "elements": self.elements,
            "problems": [
                {"element": one.element_id, "message": one.message, "severity": one.severity}
                for one in self.problems
            ],
            "seconds": round(self.seconds, 3),
        }


def examine(files: Mapping[str, bytes | None], *, roles: Mapping[str, str]) -> Iterator[Answer]:
    """The answer for each file, in order; None stands for a file that could not be read.

    `roles` maps names of lanes and role keys to role keys, as in `engine.definitions.load`.
    """
    surroundings = _surroundings(files)
    for name, content in files.items():
        began = time.perf_counter()
        if content is None:
            found = Answer(name, 0, [Problem(name, None, "Dit bestand kan niet worden gelezen.")])
        elif len(content) > MAX_FILE_BYTES:
            found = Answer(name, 0, [Problem(name, None, "Dit bestand is te groot.")])
        else:
            found = _one(name, content, surroundings, roles)
        yield Answer(found.file, found.elements, found.problems, time.perf_counter() - began)


def _one(
    name: str, content: bytes, around: engine_definitions.Surroundings, roles: Mapping[str, str]
) -> Answer:
    try:
        if name.endswith(".form"):
            form, problems = forms.parse(content, file=name)
            return Answer(name, 0 if form is None else _count(form.components), problems)
        if name.endswith(".dmn"):
            models, problems = decisions.parse_all({name: content})
            problems += [] if problems else [one for model in models for one in decisions.check(model)]
            return Answer(name, sum(len(model.elements) for model in models), problems)
        return Answer(name, *engine_definitions.examine(content, file=name, around=around, roles=roles))
    except RecursionError:
        return Answer(name, 0, [Problem(name, None, "Dit bestand is te diep genest.")])


def _surroundings(files: Mapping[str, bytes | None]) -> engine_definitions.Surroundings:
    """What the files may refer to in each other."""
    readable = {
        name: content for name, content in files.items() if content and len(content) <= MAX_FILE_BYTES
    }
    found_forms = [
        form.id
        for name, content in readable.items()
        if name.endswith(".form") and (form := forms.parse(content, file=name)[0]) is not None
    ]
    return engine_definitions.surroundings(readable, forms=frozenset(found_forms), job_types=job_types.NAMES)


def _count(components: tuple[forms.Component, ...]) -> int:
    return sum(1 + _count(component.children) for component in components)
