"""The files of a release -> `Definitions`, or the problems in them. Immutable and shared by all instances."""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec

from app import decisions
from app.decisions import DecisionModel
from app.engine import build, check, reader
from app.engine.model import Element, Process
from app.errors import Problem


@dataclass(frozen=True, slots=True)
class ElementInfo:
    """An element as people see it in a list of steps."""

    id: str
    name: str
    type: str
    lane: str | None
    documentation: str
    order: int
    calls: str | None
    form_id: str | None
    properties: Mapping[str, str]
    attached_to: str | None
    parent_id: str | None
    """The subprocess that it stands in; None directly in the process."""


@dataclass(frozen=True, slots=True)
class ProcessInfo:
    """A process as people see it. `elements` stand in reading order."""

    id: str
    name: str
    file: str
    executable: bool
    documentation: str
    start_form_id: str | None
    start_element_id: str | None
    properties: Mapping[str, str]
    """Those of the start event over those of the process."""
    elements: tuple[ElementInfo, ...]


@dataclass(frozen=True, slots=True)
class Definitions:
    """All that the diagrams and decision tables of one release say."""

    fingerprint: bytes
    processes: Mapping[str, ProcessInfo]
    decisions: Mapping[str, DecisionModel]
    """The file of each decision, by the decision's id."""
    models: Mapping[str, Process] = field(repr=False)
    specs: Mapping[str, BpmnProcessSpec] = field(repr=False)
    starts: Mapping[str, str] = field(repr=False)
    roles: Mapping[str, str] = field(repr=False)

    def beginning_with(self, kind: str, name: str) -> list[str]:
        """The ids of the processes that begin with a `message` or `signal` of this name."""
        return [
            process.id
            for process in self.models.values()
            if process.executable
            and (event := build.start_event(process, process.id).event) is not None
            and (event.kind, event.text) == (kind, name)
        ]

    def role_of(self, element: Element) -> str | None:
        """The role key of the lane that an element stands in."""
        return None if element.lane is None else self.roles.get(element.lane.strip().lower())


def load(
    files: Mapping[str, bytes],
    *,
    roles: Mapping[str, str],
    forms: Collection[str],
    job_types: Collection[str],
) -> tuple[Definitions | None, list[Problem]]:
    """Read and check all .bpmn and .dmn files of a release, by bare name.

    `roles` maps the name of a lane or a role key (any case) to the role key. Gives no Definitions when there
    is a problem that forbids publishing.
    """
    found, problems = _processes(files)
    tables, table_problems = _decisions(files)
    known = {name.strip().lower(): key for name, key in roles.items()}
    knowledge = check.Known(
        processes={process.id: process for process in found},
        decisions=frozenset(tables),
        forms=frozenset(forms),
        job_types=frozenset(job_types),
        roles=known,
    )
    problems += table_problems
    problems += check.problems(found, knowledge)
    if any(problem.severity == "error" for problem in problems):
        return None, problems
    executable = [process for process in found if process.executable]
    scopes = [(process, *named) for process in executable for named in build.scopes(process).items()]
    made = Definitions(
        fingerprint=_fingerprint(files),
        processes={process.id: _info(process) for process in found},
        decisions=tables,
        models={process.id: process for process in found},
        specs={name: build.specification(process, name, scope) for process, name, scope in scopes},
        starts={name: build.start_of(process, scope) for process, name, scope in scopes},
        roles=known,
    )
    return made, problems


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a file may refer to outside itself; where two files have the same id, either will do."""

    processes: Mapping[str, Process]
    decisions: frozenset[str]
    forms: frozenset[str]
    job_types: frozenset[str]


@dataclass(frozen=True, slots=True)
class Reading:
    """One diagram as it was read: `elements` counts its flow elements (nodes and sequence flows)."""

    processes: list[Process]
    problems: list[Problem]
    elements: int


def read(content: bytes, *, file: str) -> Reading:
    """Read one diagram by itself."""
    found, problems = reader.processes(content, file=file)
    if problems:
        return Reading(found, problems, reader.count(content))
    return Reading(found, [], sum(len(process.elements) + len(process.flows) for process in found))


def examine(reading: Reading, *, around: Surroundings, roles: Mapping[str, str]) -> list[Problem]:
    """All problems of one diagram, also those that only show when it is built."""
    knowledge = check.Known(
        processes={**around.processes, **{process.id: process for process in reading.processes}},
        decisions=around.decisions,
        forms=around.forms,
        job_types=around.job_types,
        roles={name.strip().lower(): key for name, key in roles.items()},
    )
    problems = [*reading.problems, *check.problems(reading.processes, knowledge)]
    if not any(problem.severity == "error" for problem in problems):
        for process in reading.processes:
            if process.executable:
                problems += _lost(process)
    return problems


def _lost(process: Process) -> Iterator[Problem]:
    """Elements that the specification does not have: there should be none."""
    for name, scope_id in build.scopes(process).items():
        specification = build.specification(process, name, scope_id)
        for element in process.inside(scope_id):
            if element.id not in specification.task_specs:
                yield Problem(process.file, element.id, "Dit element gaat verloren.")


def _processes(files: Mapping[str, bytes]) -> tuple[list[Process], list[Problem]]:
    found: list[Process] = []
    problems: list[Problem] = []
    for name in sorted(files):
        if name.endswith(".bpmn"):
            read, wrong = reader.processes(files[name], file=name)
            found += read
            problems += wrong
    return found, problems


def _decisions(files: Mapping[str, bytes]) -> tuple[dict[str, DecisionModel], list[Problem]]:
    found: dict[str, DecisionModel] = {}
    tables = {name: files[name] for name in sorted(files) if name.endswith(".dmn")}
    models, problems = decisions.parse_all(tables)
    for model in models:
        for identifier in model.decisions:
            if identifier in found:
                message = "Deze beslissing staat ook in een ander bestand."
                problems.append(Problem(model.file, identifier, message))
            else:
                found[identifier] = model
    return found, problems


def _fingerprint(files: Mapping[str, bytes]) -> bytes:
    digest = hashlib.blake2b(digest_size=8)
    for name in sorted(files):
        if name.endswith((".bpmn", ".dmn")):
            digest.update(name.encode() + b"\0" + hashlib.blake2b(files[name]).digest())
    return digest.digest()


def _info(process: Process) -> ProcessInfo:
    starts = [one for one in process.inside(process.id) if one.type == "startEvent"]
    start = starts[0] if starts else None
    return ProcessInfo(
        id=process.id,
        name=process.name,
        file=process.file,
        executable=process.executable,
        documentation=process.documentation,
        start_form_id=start.form_id if start else None,
        start_element_id=start.id if start else None,
        properties={**process.properties, **(start.properties if start else {})},
        elements=tuple(_element_info(one, place, process) for place, one in enumerate(_in_order(process))),
    )


def _element_info(element: Element, order: int, process: Process) -> ElementInfo:
    return ElementInfo(
        id=element.id,
        name=element.name,
        type=element.type,
        lane=element.lane,
        documentation=element.documentation,
        order=order,
        calls=element.calls,
        form_id=element.form_id,
        properties=element.properties,
        attached_to=element.attached_to,
        parent_id=None if element.scope_id == process.id else element.scope_id,
    )


def _in_order(process: Process) -> list[Element]:
    """In the order of the flow from the start, depth first; boundary events after their activity.

    A diagram that is not executed is a picture: it has the order of its file.
    """
    if not process.executable:
        return list(process.elements.values())
    elements = process.elements
    starts: dict[str, list[str]] = {}
    attached: dict[str, list[str]] = {}
    for one in elements.values():
        if one.attached_to is not None:
            attached.setdefault(one.attached_to, []).append(one.id)
        elif not one.incoming:
            starts.setdefault(one.scope_id, []).append(one.id)
    seen: dict[str, Element] = {}
    ahead = starts.get(process.id, [])[::-1]
    while ahead:
        identifier = ahead.pop()
        if identifier in seen:
            continue
        element = seen[identifier] = elements[identifier]
        followers = [flow.target for flow in element.outgoing if flow.target in elements]
        next_ones = [*starts.get(identifier, []), *attached.get(identifier, []), *followers]
        ahead += reversed(next_ones)
    return [*seen.values(), *(one for one in elements.values() if one.id not in seen)]
