"""Any folder of diagrams, tables and forms, each file judged by itself: ours, or somebody else's.

Needs no database. A file may refer to what the other files of the folder have, and that need not be one
release: two files may well have the same ids. Whatever a file is, it gets an answer, and in time.
"""

import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from types import FrameType
from typing import Any

from lxml import etree

from app import decisions, forms
from app.engine import definitions as engine_definitions
from app.errors import Invalid, Problem
from app.safe_xml import MAX_FILE_BYTES, read
from app.services import job_types

MAX_SECONDS = 4.0
"""So long we look at one file; an ordinary one takes a thousandth of it."""
BPMN, DMN, FORM = "bpmn", "dmn", "form"
SUFFIXES = {".bpmn": BPMN, ".bpmn2": BPMN, ".dmn": DMN, ".form": FORM}


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


def kind(name: str, content: bytes | None) -> str | None:
    """`bpmn`, `dmn` or `form`, by the name of the file; of an .xml file by what stands in it. None: none."""
    suffix = PurePosixPath(name).suffix.lower()
    if suffix != ".xml":
        return SUFFIXES.get(suffix)
    try:
        root = etree.QName(read(content or b""))
    except Invalid:
        return BPMN if name.lower().endswith(".bpmn20.xml") or b"/BPMN/" in (content or b"") else None
    if root.localname != "definitions" or root.namespace is None:
        return None
    return DMN if "DMN" in root.namespace.upper() else BPMN if "BPMN" in root.namespace.upper() else None


def examine(
    files: Mapping[str, bytes | None], *, roles: Mapping[str, str], max_seconds: float = MAX_SECONDS
) -> Iterator[Answer]:
    """The answer for each file, in order; None stands for a file that could not be read.

    `roles` maps names of lanes and role keys to role keys, as in `engine.definitions.load`. What takes longer
    than `max_seconds` for one file is left, and that is its answer.
    """
    seen = {
        name: _timed(_File(name, content), lambda one: one.look(files), max_seconds)
        for name, content in files.items()
    }
    surroundings = engine_definitions.Surroundings(
        processes={process.id: process for one in seen.values() for process in one.read.processes},
        decisions=frozenset(name for one in seen.values() for name in one.decisions),
        forms=frozenset(one.form_id for one in seen.values() if one.form_id is not None),
        job_types=job_types.NAMES,
    )
    for name, one in seen.items():
        if one.answer is None:
            _timed(one, lambda one: one.judge(surroundings, roles), max_seconds)
        yield replace(one.answer or Answer(name, 0), seconds=one.seconds)


@dataclass(slots=True)
class _File:
    """One file: what others may refer to in it, and the answer as soon as there is one."""

    name: str
    given: bytes | None
    answer: Answer | None = None
    read: engine_definitions.Reading = field(default_factory=lambda: engine_definitions.Reading([], [], 0))
    decisions: list[str] = field(default_factory=list)
    form_id: str | None = None
    seconds: float = 0.0

    @property
    def content(self) -> bytes:
        return self.given or b""

    def look(self, files: Mapping[str, bytes | None]) -> None:
        """Read it by itself; a diagram is judged later, when the others are read too."""
        match kind(self.name, self.content):
            case "form":
                form, problems = forms.parse(self.content, file=self.name)
                self.form_id = None if form is None else form.id
                self.answer = Answer(self.name, 0 if form is None else _count(form.components), problems)
            case "dmn":
                self._table(_imported(self.name, self.content, files))
            case _:
                self.read = engine_definitions.read(self.content, file=self.name)

    def _table(self, files: Mapping[str, bytes]) -> None:
        models, found = decisions.parse_all(files)
        own = [model for model in models if model.file == self.name]
        problems = [problem for problem in found if problem.file == self.name]
        problems += [] if problems else [one for model in own for one in decisions.check(model)]
        self.decisions = [name for model in own for name in model.decisions]
        self.answer = Answer(self.name, sum(len(model.elements) for model in own), problems)

    def judge(self, around: engine_definitions.Surroundings, roles: Mapping[str, str]) -> None:
        problems = engine_definitions.examine(self.read, around=around, roles=roles)
        self.answer = Answer(self.name, self.read.elements, problems)


def _imported(name: str, content: bytes, files: Mapping[str, bytes | None]) -> dict[str, bytes]:
    """A table with those beside it, if it imports any."""
    found = {name: content}
    if b"import" in content:
        folder = PurePosixPath(name).parent
        for other, text in files.items():
            beside = PurePosixPath(other).parent == folder and other != name
            if beside and text and len(text) <= MAX_FILE_BYTES and kind(other, text) == DMN:
                found[other] = text
    return found


def _timed(one: _File, work: Callable[[_File], None], max_seconds: float) -> _File:
    """Do this work for a file; where that can't be done, that is its answer."""
    began, wrong = time.perf_counter(), None
    if one.given is None:
        wrong = "Dit bestand kan niet worden gelezen."
    elif len(one.given) > MAX_FILE_BYTES:
        wrong = "Dit bestand is te groot."
    else:
        try:
            with _limited(max(max_seconds - one.seconds, max_seconds / 10)):
                work(one)
        except _TooLongError:
            wrong = "Dit bestand beoordelen duurt te lang."
        except RecursionError:
            wrong = "Dit bestand is te diep genest."
        except (
            Exception
        ) as error:  # a fault of ours, and no reason to leave the other files without an answer
            wrong = f"Dit bestand kan niet worden beoordeeld ({type(error).__name__})."
    if wrong is not None:
        one.answer = Answer(one.name, one.read.elements, [Problem(one.name, None, wrong)])
    one.seconds += time.perf_counter() - began
    return one


class _TooLongError(BaseException):
    """No Exception: whatever the work catches, this it does not."""


@contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """Stop the work inside after so many seconds, where a clock can reach it: in the main thread."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        raise _TooLongError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _count(components: tuple[forms.Component, ...]) -> int:
    return sum(1 + _count(component.children) for component in components)
