"""What a service task can ask of Casusroute itself, by the type of its zeebe:taskDefinition.

A job gets its case and headers and gives back variables. One of REGISTRY runs in the transaction of the step,
under the lock of the instance; one of EXTERNAL reaches outside, between two transactions (see `jobs`). No job
ever closes a task or takes it from somebody.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.checks.job_headers import ESCALATE, HIGHEST_PRIORITY, PRIORITY, REMIND, ROLE, TASK
from app.errors import EngineError
from app.services import cases, facts, mail, messages
from app.store import cases as case_rows
from app.store.models import Case, Job, UserTask


@dataclass(frozen=True, slots=True)
class Work:
    """One job to do: the case it is of, and what the diagram says in its headers."""

    session: Session
    case: Case
    job: Job
    now: datetime
    variables: Mapping[str, Any] = field(default_factory=dict)

    @property
    def headers(self) -> Mapping[str, str]:
        found: Mapping[str, str] = self.job.payload.get("headers", {})
        return found


JobType = Callable[[Work], Mapping[str, Any]]


def remind(work: Work) -> Mapping[str, Any]:
    """`herinner`: mark the open tasks of header `taak` as reminded."""
    for task in _tasks(work):
        task.reminded_at = work.now
        work.session.add(facts.task_fact("reminded", task, now=work.now, by=None, data=_people(task)))
    return {}


def escalate(work: Work) -> Mapping[str, Any]:
    """`escaleer`: raise the priority to header `prioriteit` and let header `rol` do the tasks as well."""
    priority, role = _priority(work), work.headers.get(ROLE, "").strip()
    for task in _tasks(work):
        if priority > task.priority:
            task.priority, task.sort_priority = priority, HIGHEST_PRIORITY - priority
        if role and role not in task.groups:
            task.groups = [*task.groups, role]
        data = {"priority": task.priority, "group": role or None, **_people(task)}
        work.session.add(facts.task_fact("escalated", task, now=work.now, by=None, data=data))
    return {}


def send_message(work: Work) -> Mapping[str, Any]:
    """`bericht`: a message to another case, or one that starts a case in the same house.

    By input mapping: `bericht` its name, `sleutel` its correlation key, `gegevens` its variables.
    """
    name, key, data = (work.variables.get(one) for one in ("bericht", "sleutel", "gegevens"))
    if not isinstance(name, str) or not isinstance(data, dict | None):
        raise EngineError("Dit werk heeft 'bericht' (een naam) en 'gegevens' (een groep gegevens) nodig.")
    messages.publish(
        work.session,
        name,
        None if key is None else str(key),
        data or {},
        id=name_of(work.job),
        house_key=work.case.house_key,
        compartment=work.case.compartment,
        at_once=False,
        now=work.now,
    )
    return {}


def start_process(work: Work) -> Mapping[str, Any]:
    """`proces`: begin another process as a case of its own, in the same house and behind the same wall.

    By input mapping: `proces` its id, `gegevens` its variables. Gives back `gestarte_casus`: its number. The
    two go on without each other; to wait for a process there is the call activity.
    """
    process_id, data = work.variables.get("proces"), work.variables.get("gegevens")
    if not isinstance(process_id, str) or not isinstance(data, dict | None):
        raise EngineError("Dit werk heeft 'proces' (een id) en 'gegevens' (een groep gegevens) nodig.")
    begun = cases.begin(
        work.session,
        process_id,
        data or {},
        house_key=work.case.house_key,
        compartment=work.case.compartment,
        now=work.now,
    )
    return {"gestarte_casus": begun.number}


WAIT_HEADER = "opnieuw_na"
"""The header of any job that says how long to wait before the second attempt, as `PT5M`."""
REGISTRY: Mapping[str, JobType] = {
    REMIND: remind,
    ESCALATE: escalate,
    "bericht": send_message,
    "proces": start_process,
}

External = Callable[..., Mapping[str, Any]]
"""Takes the variables, and `key`: the same for every attempt, so that outside can tell a second one."""

EXTERNAL: Mapping[str, External] = {"mail": mail.send}
NAMES = frozenset(REGISTRY) | frozenset(EXTERNAL)
RESULTS: Mapping[str, tuple[str, ...]] = {**dict.fromkeys(NAMES, ()), "proces": ("gestarte_casus",)}
"""The variables that each gives back."""
TEXTS: Mapping[str, str] = {
    "herinner": "Herinneren wie een taak kan doen",
    "escaleer": "Een taak opschalen: meer voorrang, en een rol erbij",
    "bericht": "Een bericht sturen naar een andere casus",
    "proces": "Een ander proces beginnen, als eigen casus",
    "mail": "Een mail sturen",
}
"""What each does, as people choose it in a diagram."""


def run_job(work: Work) -> Mapping[str, Any]:
    """Do the job. Raises EngineError for a type that nothing here can do."""
    job_type = REGISTRY.get(work.job.kind)
    if job_type is None:
        raise EngineError(f"Niets kan het werk '{work.job.kind}' doen.", job=work.job.key)
    return job_type(work)


def name_of(job: Job) -> str:
    """What the job is called outside, the same for every attempt and never another's.

    Not by its key: SQLite gives the key of a row that is gone to the next one.
    """
    return f"werk-{job.case_key}-{job.engine_id}"


def _tasks(work: Work) -> Sequence[UserTask]:
    """The open tasks of element `taak` that stand in the same scope as the job."""
    element_id, scope_id = work.headers.get(TASK, ""), work.job.payload.get("scope_id")
    if not element_id:
        raise EngineError(
            f"Bij '{work.job.element_id}' ontbreekt de header 'taak': de taak waar het om gaat.",
            job=work.job.key,
            element=work.job.element_id,
        )
    return [
        task
        for task in case_rows.open_tasks(work.session, work.case.key)
        if task.element_id == element_id and task.scope_id == scope_id
    ]


def _priority(work: Work) -> int:
    text = work.headers.get(PRIORITY, "").strip()
    return min(HIGHEST_PRIORITY, int(text)) if text.isdigit() else HIGHEST_PRIORITY


def _people(task: UserTask) -> dict[str, Any]:
    return {"assignee": task.assignee_key, "groups": sorted(task.groups)}
