"""What the engine answers: plain, immutable values without a trace of SpiffWorkflow.

Ids of tasks, timers and scopes are decimal strings of 63-bit numbers, unique within one instance and
stable for as long as the element waits. `path` names the call activities and subprocesses around an
element, outermost first, as element ids; it is empty at the top.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Variables = Mapping[str, Any]
"""Process variables: str, int, Decimal, bool, None, and lists and dicts of them. Dates are ISO strings."""


@dataclass(frozen=True, slots=True)
class OpenTask:
    """A user task that waits for a person."""

    id: str
    process_id: str
    element_id: str
    name: str
    path: tuple[str, ...]
    scope_id: str
    """The subprocess or called process around it: tasks of one multi-instance child share it."""
    lane: str | None
    form_id: str | None
    candidate_groups: tuple[str, ...]
    candidate_users: tuple[str, ...]
    assignee: str | None
    due_at: datetime | None
    follow_up_at: datetime | None
    priority: int
    """0 to 100; 50 where the diagram says nothing."""
    documentation: str


@dataclass(frozen=True, slots=True)
class OpenTimer:
    """A timer event that waits until `due_at` (aware, UTC)."""

    id: str
    process_id: str
    element_id: str
    path: tuple[str, ...]
    due_at: datetime


@dataclass(frozen=True, slots=True)
class OpenJob:
    """A service or send task that waits for a machine: `type` and `headers` of its zeebe:taskDefinition."""

    id: str
    process_id: str
    element_id: str
    path: tuple[str, ...]
    scope_id: str
    type: str
    headers: Mapping[str, str]
    retries: int | None
    """How often it may be tried, where the diagram says it."""
    variables: Variables
    """The input mapping's result, or all variables in scope where the diagram has no mapping."""


@dataclass(frozen=True, slots=True)
class OpenMessage:
    """A catching message event or receive task that waits."""

    id: str
    process_id: str
    element_id: str
    path: tuple[str, ...]
    name: str
    correlation_key: str | None


@dataclass(frozen=True, slots=True)
class OpenSignal:
    """A signal event that waits."""

    id: str
    process_id: str
    element_id: str
    path: tuple[str, ...]
    name: str


@dataclass(frozen=True, slots=True)
class OpenIncident:
    """A token that stands still: what failed at its element, in words for people."""

    id: str
    process_id: str
    element_id: str
    path: tuple[str, ...]
    message: str


@dataclass(frozen=True, slots=True)
class Token:
    """An element that is active now: a waiting task, timer, job or message, or the call around one."""

    id: str
    process_id: str
    element_id: str
    name: str
    type: str
    """The BPMN local name: userTask, callActivity, intermediateCatchEvent, …"""
    path: tuple[str, ...]


EventKind = Literal[
    "entered",
    "completed",
    "cancelled",
    "timer_fired",
    "decision",
    "message",
    "signal",
    "error",
    "incident",
    "skipped",
    "ended",
]


@dataclass(frozen=True, slots=True)
class EngineEvent:
    """One thing that happened within a step, in order. Only elements that stand in the diagram."""

    kind: EventKind
    process_id: str
    element_id: str
    name: str
    type: str
    path: tuple[str, ...]
    task_id: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    """For `decision`: the decision's id, its inputs, its outputs, and the rules that fired."""


@dataclass(frozen=True, slots=True)
class Before:
    """How the instance stood when the step began: so much of it that nobody has to look it up."""

    tokens: tuple[Token, ...] = ()
    asks: bool = True
    """Whether user tasks waited; where nobody said, they may."""
    works: bool = False
    """Whether timers or jobs waited."""
    waits: bool = False
    """Whether messages or signals were waited for."""
    fails: bool = False
    """Whether a token stood still."""


@dataclass(frozen=True, slots=True)
class Step:
    """The whole answer of the engine after one input. `state` is opaque; keep it, hand it back."""

    state: bytes
    tasks: tuple[OpenTask, ...]
    timers: tuple[OpenTimer, ...]
    jobs: tuple[OpenJob, ...]
    messages: tuple[OpenMessage, ...]
    signals: tuple[OpenSignal, ...]
    incidents: tuple[OpenIncident, ...]
    thrown: tuple[str, ...]
    """The names of the signals that this step threw: other cases may wait for them."""
    tokens: tuple[Token, ...]
    events: tuple[EngineEvent, ...]
    variables: Variables
    """The variables as the case has them after the step: see `report.variables`."""
    ended: bool
    before: Before = field(default_factory=Before)
