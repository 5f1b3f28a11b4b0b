"""What stands in a BPMN file, read once: immutable, and without a trace of SpiffWorkflow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Mappings = tuple[tuple[str, str], ...]

SUBPROCESSES = ("subProcess", "transaction")


@dataclass(frozen=True, slots=True)
class Loop:
    """Multi-instance: once for each item of `collection`."""

    sequential: bool
    collection: str
    item_name: str | None
    output_collection: str | None
    output_element: str | None
    completion_condition: str | None


@dataclass(frozen=True, slots=True)
class Event:
    """`kind`: timer, message, signal, error, escalation, link, compensate, cancel or terminate.

    `text` is the timer's value, the code, or the name; of compensate the activity that is meant, if one is.
    """

    kind: str
    text: str = ""
    timer: str = ""
    """timeDate, timeDuration or timeCycle."""
    correlation_key: str | None = None


@dataclass(frozen=True, slots=True)
class Flow:
    id: str
    source: str
    target: str
    condition: str | None


@dataclass(frozen=True, slots=True)
class Element:
    """A flow node with what the zeebe extensions say of it. Texts behind `=` are FEEL."""

    id: str
    name: str
    type: str
    """The BPMN local name: userTask, callActivity, …"""
    process_id: str
    scope_id: str
    """The process or subprocess that it stands in."""
    lane: str | None = None
    documentation: str = ""
    event: Event | None = None
    attached_to: str | None = None
    interrupting: bool = True
    default_flow: str | None = None
    outgoing: tuple[Flow, ...] = ()
    incoming: tuple[Flow, ...] = ()
    loop: Loop | None = None
    form_id: str | None = None
    assignee: str | None = None
    candidate_groups: str | None = None
    candidate_users: str | None = None
    due_date: str | None = None
    follow_up_date: str | None = None
    priority: str | None = None
    inputs: Mappings = ()
    outputs: Mappings = ()
    script: str | None = None
    result_variable: str | None = None
    decision_id: str | None = None
    calls: str | None = None
    parent_variables: bool = True
    child_variables: bool = True
    by_event: bool = False
    """A subprocess that an event starts."""
    compensates: bool = False
    """An activity that undoes another one: only compensation starts it."""
    undone_by: str | None = None
    """Of a compensation boundary event: the activity that undoes."""
    job_type: str | None = None
    job_retries: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    """What stands in it that we do not run."""


@dataclass(frozen=True, slots=True)
class Process:
    id: str
    name: str
    file: str
    executable: bool
    documentation: str
    properties: Mapping[str, str]
    elements: Mapping[str, Element]
    flows: tuple[Flow, ...]
    """All sequence flows that stand in the file, in every scope."""
    has_lanes: bool
    _inside: dict[str, list[Element]] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        for element in self.elements.values():
            self._inside.setdefault(element.scope_id, []).append(element)

    def subprocesses(self) -> list[Element]:
        """The embedded subprocesses, event subprocesses and transactions, at any depth."""
        return [element for element in self.elements.values() if element.type in SUBPROCESSES]

    def inside(self, scope_id: str) -> Sequence[Element]:
        """The elements directly in the process or in one of its subprocesses."""
        return self._inside.get(scope_id, ())
