"""Keep what the engine answered: state, case, tasks, tokens, jobs and events, in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from app.engine.definitions import Definitions
from app.engine.step import EngineEvent, OpenTask, Step
from app.engine.step import Token as EngineToken
from app.errors import Conflict
from app.services import case_columns, case_properties, facts, releases, waits
from app.services.step_plan import TIMER, Plan, PlannedJob, Rows, plan
from app.store import cases as case_rows
from app.store import jobs as job_rows
from app.store import steps as step_rows
from app.store import tasks as task_rows
from app.store.inbox import END_OF_TIME
from app.store.models import Case, Instance, Job, Person, UserTask

__all__ = ["TIMER", "Done", "Plan", "Rows", "plan", "record"]

NORMAL_PRIORITY = 50
"""What the engine says where the diagram says nothing: then the priority of the case counts."""

USER_TASK = "userTask"
MOVES = ("entered", "completed", "cancelled")
PLACES = (
    *(USER_TASK, "receiveTask", "callActivity", "subProcess", "transaction", "adHocSubProcess"),
    *("intermediateCatchEvent", "eventBasedGateway"),
)
"""Where a case waits for people, for others or for a moment."""

_MAX_TASK_PRIORITY = 100


@dataclass(frozen=True, slots=True)
class Done:
    """The task that somebody completed in this step, with the answers."""

    task: UserTask
    answers: Mapping[str, Any]


def record(
    session: Session,
    instance: Instance,
    step: Step,
    *,
    by: Person | None,
    now: datetime,
    done: Done | None = None,
    jobs: Sequence[Job] | None = None,
    definitions: Definitions | None = None,
) -> None:
    """Write the step. Raises Conflict if the instance changed since it was read; then keep nothing.

    `jobs` are all of the case and `definitions` those of its release, where the caller has read them in this
    transaction already.
    """
    if jobs is None:
        jobs = case_rows.jobs(session, instance.case_key) if step.before.works else ()
    rows = Rows(tasks=_waiting_tasks(session, instance, step, done), jobs=jobs)
    definitions = definitions or releases.definitions(session, instance.release_number)
    differences = plan(rows, step, now=now)
    ended = step.ended and instance.case.state != "ended"
    # What the caller did before: its facts come before those of the step.
    session.flush()
    _write_case(session, instance, definitions, step, rows, now=now)
    written = step_rows.Written(
        moved_at=now if _moves(step) else None,
        closed=_closed(differences, done, by=by, now=now),
        gone=[token.id for token in differences.drop_tokens],
        come=[_token(token, now=now) for token in differences.add_tokens],
        opened=_opened(session, instance.case, differences, now=now),
        events=_events(instance, step.events, rows.tasks, done, by=by, now=now),
    )
    if not step_rows.write(session, instance, step.state, written):
        raise Conflict(
            "Iemand anders heeft deze casus op hetzelfde moment gewijzigd. Probeer het opnieuw.",
            case=instance.case_key,
        )
    _write_jobs(session, instance.case, differences, now=now)
    waits.record(session, instance.case, step, now=now)
    if ended:
        session.add(facts.fact("ended", instance.case, now=now))
    session.flush()


def _waiting_tasks(session: Session, instance: Instance, step: Step, done: Done | None) -> Sequence[UserTask]:
    """The open tasks of the case: not to be read where none waited but the one that is done."""
    if not step.before.asks:
        return ()
    waited = {token.id for token in step.before.tokens if token.type == USER_TASK}
    if done is not None and waited == {done.task.engine_id}:
        return (done.task,)
    return case_rows.open_tasks(session, instance.case_key)


def _moves(step: Step) -> bool:
    """Whether the case went on: it came to a place where it waits or left one, or ended.

    What a machine does beside that, such as a reminder, leaves it where it was; so does what fails again.
    """
    return step.ended or any(event.kind in MOVES and event.type in PLACES for event in step.events)


def _write_case(
    session: Session, instance: Instance, definitions: Definitions, step: Step, rows: Rows, *, now: datetime
) -> None:
    case = instance.case
    declared = definitions.processes[instance.process_id].properties
    properties = case_properties.evaluate(declared, step.variables, now=now)
    case_columns.project(session, case, properties, rows.tasks)
    if step.ended:
        case.state, case.ended_at = "ended", case.ended_at or now


def refresh_tasks(rows: Sequence[UserTask], step: Step) -> None:
    """Open tasks as another release draws them: the claim, the concept and the term stay."""
    found = {task.id: task for task in step.tasks}
    for row in rows:
        task = found.get(row.engine_id)
        if task is None:
            continue
        row.process_id, row.element_id, row.path = task.process_id, task.element_id, list(task.path)
        row.name, row.documentation, row.form_id = task.name, task.documentation, task.form_id
        row.groups = _groups(task)


def _closed(
    differences: Plan, done: Done | None, *, by: Person | None, now: datetime
) -> list[tuple[UserTask, dict[str, Any]]]:
    """The tasks to close, and how: done by somebody, or lapsed."""
    states = []
    for task in differences.close_tasks:
        completed = done is not None and task is done.task
        by_whom = by.key if by and completed else None
        state = "completed" if completed else "cancelled"
        states.append((task, {"state": state, "completed_at": now, "completed_by": by_whom}))
    return states


def _opened(session: Session, case: Case, differences: Plan, *, now: datetime) -> list[dict[str, Any]]:
    logins = {task.assignee for task in differences.open_tasks if task.assignee}
    assignees = task_rows.person_keys(session, logins) if logins else {}
    return [_user_task(case, task, assignees, now=now) for task in differences.open_tasks]


def _user_task(case: Case, task: OpenTask, assignees: Mapping[str, int], *, now: datetime) -> dict[str, Any]:
    priority = case.priority if task.priority == NORMAL_PRIORITY else task.priority
    assignee = assignees.get(task.assignee) if task.assignee else None
    return {
        "case_key": case.key,
        "engine_id": task.id,
        "scope_id": task.scope_id,
        "process_id": task.process_id,
        "element_id": task.element_id,
        "path": list(task.path),
        "name": task.name,
        "documentation": task.documentation,
        "form_id": task.form_id,
        "groups": _groups(task),
        "house_key": case.house_key,
        "compartment": case.compartment,
        "priority": priority,
        "due_at": task.due_at,
        "follow_up_at": task.follow_up_at,
        "sort_due_at": task.due_at or END_OF_TIME,
        "sort_priority": _MAX_TASK_PRIORITY - priority,
        "opened_at": now,
        "assignee_key": assignee,
        "claimed_at": now if assignee else None,
    }


def _groups(task: OpenTask) -> list[str]:
    users = [*task.candidate_users, *([task.assignee] if task.assignee else [])]
    return list(dict.fromkeys([*task.candidate_groups, *(f"persoon:{login}" for login in users)]))


def _token(token: EngineToken, *, now: datetime) -> dict[str, Any]:
    return {
        "engine_id": token.id,
        "process_id": token.process_id,
        "element_id": token.element_id,
        "name": token.name,
        "type": token.type,
        "path": list(token.path),
        "since": now,
    }


def _write_jobs(session: Session, case: Case, differences: Plan, *, now: datetime) -> None:
    if any(job.parked for job in differences.drop_jobs):
        job_rows.resolve_incidents(session, [job.key for job in differences.drop_jobs], now=now)
    gone, come = list(differences.drop_jobs), list(differences.add_jobs)
    moves = list(differences.move_jobs)
    # A timer takes the row of one that is over. Other jobs do not: outside, their key stands for the work.
    for row, timer in zip(_timers(gone), _timers(come), strict=False):
        gone.remove(row)
        come.remove(timer)
        moves.append((row, timer))
    for row in gone:
        session.delete(row)
    for row, job in moves:
        row.attempts, row.parked = 0, False
        for name, value in _job(job).items():
            setattr(row, name, value)
    step_rows.add_jobs(session, [{"case_key": case.key, **_job(job)} for job in come])


Timed = TypeVar("Timed", Job, PlannedJob)


def _timers(jobs: Sequence[Timed]) -> list[Timed]:
    return [job for job in jobs if job.kind == TIMER]


def _job(job: PlannedJob) -> dict[str, Any]:
    return {
        "kind": job.kind,
        "engine_id": job.engine_id,
        "process_id": job.process_id,
        "element_id": job.element_id,
        "due_at": job.due_at,
        "payload": dict(job.payload),
    }


def _events(
    instance: Instance,
    events: tuple[EngineEvent, ...],
    tasks: Sequence[UserTask],
    done: Done | None,
    *,
    by: Person | None,
    now: datetime,
) -> list[dict[str, Any]]:
    keys = {task.engine_id: task.key for task in tasks}
    kept = []
    for event in events:
        if event.kind == "ended":
            continue  # the end of the case is told once, by `record`
        answered = done is not None and event.kind == "completed" and event.task_id == done.task.engine_id
        fact = facts.engine_fact(
            event,
            case_key=instance.case_key,
            now=now,
            by=by.key if by and answered else None,
            task_key=keys.get(event.task_id) if event.task_id else None,
            data=_added(event, instance, done if answered else None),
        )
        kept.append(fact | {"task": event.task_id})
    return kept


def _added(event: EngineEvent, instance: Instance, done: Done | None) -> dict[str, Any] | None:
    """What the engine does not know: who answered what, and in which release a table stood."""
    if event.kind == "decision":
        return {"release": instance.release_number}
    return {"answers": done.answers} if done else None
