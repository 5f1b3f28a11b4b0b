"""Keep what the engine answered: state, case, tasks, tokens, jobs and events, in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app.engine.definitions import Definitions
from app.engine.step import EngineEvent, OpenTask, Step
from app.engine.step import Token as EngineToken
from app.errors import Conflict
from app.services import case_columns, case_properties, facts, releases, waits
from app.services.step_plan import TIMER, Plan, PlannedJob, Rows, plan
from app.store import cases as case_rows
from app.store import jobs as job_rows
from app.store import tasks as task_rows
from app.store.models import Candidate, Case, Event, Instance, Job, Person, Token, UserTask
from app.store.tasks import END_OF_TIME

__all__ = ["TIMER", "Done", "Plan", "Rows", "plan", "record"]

NORMAL_PRIORITY = 50
"""What the engine says where the diagram says nothing: then the priority of the case counts."""

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
    tasks: Sequence[UserTask] | None = None,
    jobs: Sequence[Job] | None = None,
    definitions: Definitions | None = None,
) -> None:
    """Write the step. Raises Conflict if the instance changed since it was read; then keep nothing.

    `tasks` are the open ones, `jobs` all of the case and `definitions` those of its release, where the caller
    has read them in this transaction already.
    """
    if tasks is None:
        tasks = case_rows.open_tasks(session, instance.case_key) if step.before.asks else ()
    if jobs is None:
        jobs = case_rows.jobs(session, instance.case_key) if step.before.works else ()
    rows = Rows(tasks=tasks, jobs=jobs)
    definitions = definitions or releases.definitions(session, instance.release_number)
    differences = plan(rows, step, now=now)
    _advance(session, instance, step)
    ended = step.ended and instance.case.state != "ended"
    _write_case(session, instance, definitions, step, rows, now=now)
    _close_tasks(differences, done, by=by, now=now)
    opened = _open_tasks(session, instance.case, differences, now=now)
    _write_tokens(session, instance.case, differences, now=now)
    _write_jobs(session, instance.case, differences, now=now)
    waits.record(session, instance.case, step, now=now)
    session.flush()
    keys = {task.engine_id: task.key for task in (*rows.tasks, *opened)}
    events = _events(instance, step.events, keys, done, by=by, now=now)
    if events:
        # With the nulls written out they all have the same columns, so it is one statement.
        session.execute(insert(Event), events, execution_options={"render_nulls": True})
    if ended:
        session.add(facts.fact("ended", instance.case, now=now))
    session.flush()


def _advance(session: Session, instance: Instance, step: Step) -> None:
    # First of all, so that who comes too late has written nothing else yet.
    instance.state, case_key = step.state, instance.case_key
    try:
        session.flush()
    except StaleDataError as error:
        raise Conflict(
            "Iemand anders heeft deze casus op hetzelfde moment gewijzigd. Probeer het opnieuw.",
            case=case_key,
        ) from error


def _write_case(
    session: Session, instance: Instance, definitions: Definitions, step: Step, rows: Rows, *, now: datetime
) -> None:
    case = instance.case
    declared = definitions.processes[instance.process_id].properties
    properties = case_properties.evaluate(declared, step.variables, now=now)
    case_columns.project(session, case, properties, rows.tasks)
    case.changed_at = now
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
        groups = _groups(task)
        row.candidates = [one for one in row.candidates if one.group in groups]
        present = {one.group for one in row.candidates}
        row.candidates += [Candidate(group=group) for group in groups if group not in present]


def _close_tasks(differences: Plan, done: Done | None, *, by: Person | None, now: datetime) -> None:
    for task in differences.close_tasks:
        task.draft, task.draft_saved_at, task.draft_by = None, None, None
        task.completed_at = now
        if done is not None and task is done.task:
            task.state = "completed"
            task.completed_by = by.key if by else None
        else:
            task.state = "cancelled"


def _open_tasks(session: Session, case: Case, differences: Plan, *, now: datetime) -> list[UserTask]:
    logins = {task.assignee for task in differences.open_tasks if task.assignee}
    assignees = task_rows.person_keys(session, logins) if logins else {}
    opened = [_user_task(case, task, assignees, now=now) for task in differences.open_tasks]
    session.add_all(opened)
    return opened


def _user_task(case: Case, task: OpenTask, assignees: Mapping[str, int], *, now: datetime) -> UserTask:
    priority = case.priority if task.priority == NORMAL_PRIORITY else task.priority
    assignee = assignees.get(task.assignee) if task.assignee else None
    return UserTask(
        case_key=case.key,
        engine_id=task.id,
        scope_id=task.scope_id,
        process_id=task.process_id,
        element_id=task.element_id,
        path=list(task.path),
        name=task.name,
        documentation=task.documentation,
        form_id=task.form_id,
        house_key=case.house_key,
        compartment=case.compartment,
        priority=priority,
        due_at=task.due_at,
        follow_up_at=task.follow_up_at,
        sort_due_at=task.due_at or END_OF_TIME,
        sort_priority=_MAX_TASK_PRIORITY - priority,
        opened_at=now,
        assignee_key=assignee,
        claimed_at=now if assignee else None,
        candidates=[Candidate(group=group) for group in _groups(task)],
    )


def _groups(task: OpenTask) -> list[str]:
    users = [*task.candidate_users, *([task.assignee] if task.assignee else [])]
    return list(dict.fromkeys([*task.candidate_groups, *(f"persoon:{login}" for login in users)]))


def _write_tokens(session: Session, case: Case, differences: Plan, *, now: datetime) -> None:
    gone, come = list(differences.drop_tokens), list(differences.add_tokens)
    # One that went on is one statement: its row is given its new place.
    while gone and come and case_rows.move_token(session, case.key, gone[0].id, _token(come[0], now=now)):
        del gone[0], come[0]
    if gone:
        case_rows.drop_tokens(session, case.key, [token.id for token in gone])
    session.add_all(Token(case_key=case.key, **_token(token, now=now)) for token in come)


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
    for gone in differences.drop_jobs:
        session.delete(gone)
    session.add_all(_job(case, job) for job in differences.add_jobs)
    for row, job in differences.move_jobs:
        row.due_at, row.payload, row.attempts, row.parked = job.due_at, dict(job.payload), 0, False


def _job(case: Case, job: PlannedJob) -> Job:
    return Job(
        case_key=case.key,
        kind=job.kind,
        engine_id=job.engine_id,
        process_id=job.process_id,
        element_id=job.element_id,
        due_at=job.due_at,
        payload=dict(job.payload),
    )


def _events(
    instance: Instance,
    events: tuple[EngineEvent, ...],
    task_keys: Mapping[str, int],
    done: Done | None,
    *,
    by: Person | None,
    now: datetime,
) -> list[dict[str, Any]]:
    kept = []
    for event in events:
        if event.kind == "ended":
            continue  # the end of the case is told once, by `record`
        answered = done is not None and event.kind == "completed" and event.task_id == done.task.engine_id
        kept.append(
            facts.engine_fact(
                event,
                case_key=instance.case_key,
                now=now,
                by=by.key if by and answered else None,
                task_key=task_keys.get(event.task_id) if event.task_id else None,
                data=_added(event, instance, done if answered else None),
            )
        )
    return kept


def _added(event: EngineEvent, instance: Instance, done: Done | None) -> dict[str, Any] | None:
    """What the engine does not know: who answered what, and in which release a table stood."""
    if event.kind == "decision":
        return {"release": instance.release_number}
    return {"answers": done.answers} if done else None
