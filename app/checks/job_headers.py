"""The headers of the built-in jobs that are about a task: one that names no task would do nothing, unseen."""

from collections.abc import Iterator, Mapping
from typing import Final

from app.checks.repairs import named
from app.engine.model import Element, Process
from app.errors import Problem

TASK: Final = "taak"
"""The id of the task that the job is about."""
ROLE: Final = "rol"
PRIORITY: Final = "prioriteit"
HIGHEST_PRIORITY: Final = 100
REMIND: Final = "herinner"
ESCALATE: Final = "escaleer"


def check(process: Process, roles: Mapping[str, str]) -> list[Problem]:
    """The jobs about a task that name none of their own part of the process, or a role that does not exist.

    `roles` has the keys of the roles as its values.
    """
    found = []
    for element in process.elements.values():
        if element.job_type in (REMIND, ESCALATE):
            name = f"'{element.name}': " if element.name else ""
            for text, repair in _wrong(process, element, roles):
                found.append(
                    Problem(process.file, element.id, name + text, "error", "form.job-header", repair=repair)
                )
    return found


def _wrong(process: Process, job: Element, roles: Mapping[str, str]) -> Iterator[tuple[str, str | None]]:
    """(what is wrong, the repair)"""
    task = job.headers.get(TASK, "").strip()
    beside = {one.id for one in process.inside(job.scope_id) if one.type == "userTask"}
    if task not in beside:
        meant = _meant(process, job)
        repair = named("set-header", TASK, meant) if meant in beside else None
        if not task:
            yield f"hier ontbreekt de header '{TASK}': de id van de taak waar het om gaat.", repair
        else:
            text = f"de taak '{task}' staat niet in hetzelfde deel van het proces. Er zou niets gebeuren."
            yield text, repair
    if job.job_type != ESCALATE:
        return
    role, priority = job.headers.get(ROLE, "").strip(), job.headers.get(PRIORITY, "").strip()
    if role and role not in roles.values():
        yield f"de rol '{role}' bestaat niet, dus niemand krijgt de taak erbij.", None
    if priority and not (priority.isdecimal() and int(priority) <= HIGHEST_PRIORITY):
        yield f"de prioriteit '{priority}' is geen heel getal van 0 tot en met {HIGHEST_PRIORITY}.", None


def _meant(process: Process, job: Element) -> str | None:
    """The task on whose edge the way to this job begins, as far as that is one way back."""
    at, seen = job.id, {job.id}
    while True:
        before = [flow.source for flow in process.flows if flow.target == at]
        if len(before) != 1 or before[0] in seen:
            return None
        at = before[0]
        seen.add(at)
        attached = process.elements[at].attached_to if at in process.elements else None
        if attached:
            return attached
