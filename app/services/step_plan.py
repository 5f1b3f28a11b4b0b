"""What must change in the rows of a case so that they say what the engine's answer says. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from app.engine.step import OpenJob, OpenTask, OpenTimer, Step
from app.engine.step import Token as EngineToken
from app.store.models import Job, UserTask

TIMER = "timer"


@dataclass(frozen=True, slots=True)
class Rows:
    """What the tables say of a case before the step: its waiting tasks and jobs."""

    tasks: Sequence[UserTask] = ()
    jobs: Sequence[Job] = ()


@dataclass(frozen=True, slots=True)
class PlannedJob:
    """A timer or a service task, as its row says it."""

    engine_id: str
    kind: str
    process_id: str
    element_id: str
    due_at: datetime
    payload: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """The differences between the rows and the step, each in the order of the step or of the rows."""

    open_tasks: tuple[OpenTask, ...]
    close_tasks: tuple[UserTask, ...]
    add_tokens: tuple[EngineToken, ...]
    drop_tokens: tuple[EngineToken, ...]
    add_jobs: tuple[PlannedJob, ...]
    move_jobs: tuple[tuple[Job, PlannedJob], ...]
    drop_jobs: tuple[Job, ...]


def plan(rows: Rows, step: Step, *, now: datetime) -> Plan:
    """Compare the rows with the step. A task that waits on keeps its claim, concept and raised priority."""
    waiting = {task.id for task in step.tasks}
    known = {task.engine_id for task in rows.tasks}
    standing = {_place(token) for token in step.tokens}
    drawn = {_place(token) for token in step.before.tokens}
    wanted = {(job.kind, job.engine_id): job for job in _jobs(step, now)}
    # Casusroute's own work is no answer of the engine, and none of its business.
    planned = {(job.kind, job.engine_id): job for job in rows.jobs if job.engine_id}
    return Plan(
        open_tasks=tuple(task for task in step.tasks if task.id not in known),
        close_tasks=tuple(task for task in rows.tasks if task.engine_id not in waiting),
        add_tokens=tuple(token for token in step.tokens if _place(token) not in drawn),
        drop_tokens=tuple(token for token in step.before.tokens if _place(token) not in standing),
        add_jobs=tuple(job for key, job in wanted.items() if key not in planned),
        move_jobs=tuple(
            (row, wanted[key])
            for key, row in planned.items()
            if key in wanted and row.payload.get("due_at") != wanted[key].payload.get("due_at")
        ),
        drop_jobs=tuple(job for key, job in planned.items() if key not in wanted),
    )


def _jobs(step: Step, now: datetime) -> list[PlannedJob]:
    return [_timer(timer) for timer in step.timers] + [_service(job, now) for job in step.jobs]


def _timer(timer: OpenTimer) -> PlannedJob:
    # The row's own due_at moves when a run fails and is tried later; the payload keeps the diagram's moment,
    # so that a timer that repeats under one id is told from a timer that waits for its next attempt.
    moment = timer.due_at.astimezone(UTC).isoformat()
    return PlannedJob(timer.id, TIMER, timer.process_id, timer.element_id, timer.due_at, {"due_at": moment})


def _service(job: OpenJob, now: datetime) -> PlannedJob:
    # Not the variables: they stand in the state, and a second copy of personal data serves nobody.
    payload: dict[str, Any] = {"scope_id": job.scope_id, "path": list(job.path), "headers": dict(job.headers)}
    if job.retries is not None:
        payload["retries"] = job.retries
    return PlannedJob(job.id, job.type, job.process_id, job.element_id, now, payload)


def _place(token: EngineToken) -> tuple[str, str, str, tuple[str, ...]]:
    return token.id, token.process_id, token.element_id, token.path
