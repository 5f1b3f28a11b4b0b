"""Who may do a task, and what somebody is told who may not or comes too late."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.clock import AMSTERDAM
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.services import access, four_eyes
from app.services.access import Permission
from app.store import tasks as task_rows
from app.store.inbox import Reach
from app.store.models import Person, UserTask

STAFF = "veiligheidshuis"
"""The kind of organisation whose people see cases; all others see their own tasks only."""

MONTHS = (
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
)


def is_staff(person: Person) -> bool:
    return person.organisation.kind == STAFF


def reach(person: Person) -> Reach:
    """Which tasks this person may do, and of which houses they may see the tasks."""
    groups = access.groups(person) if Permission.DO_TASKS in access.permissions(person) else []
    if not is_staff(person):
        # A role that all partners share must not open one partner's task to another.
        own = ("organisatie:", "persoon:")
        return Reach(
            tuple(item for item in groups if item[0].startswith(own)), frozenset(person.compartments)
        )
    houses = access.houses(person, Permission.SEE_CASES) | access.houses(person, Permission.SEE_COURSE)
    return Reach(tuple(groups), frozenset(person.compartments), frozenset(houses))


def may_do(task: UserTask, person: Person) -> bool:
    """Whether one of the task's groups is theirs, in its house; the same as the inbox's query."""
    if task.compartment is not None and task.compartment not in person.compartments:
        return False
    return any(
        group in task.groups and house in (None, task.house_key) for group, house in reach(person).groups
    )


def may_see(task: UserTask, person: Person) -> bool:
    if task.compartment is not None and task.compartment not in person.compartments:
        return False
    return may_do(task, person) or task.house_key in reach(person).houses


def require_case_key(session: Session, task_id: UUID) -> int:
    case_key = task_rows.case_key_of(session, task_id)
    if case_key is None:
        raise _no_such_task(task_id)
    return case_key


def require_seen(session: Session, task: UserTask | None, person: Person) -> UserTask:
    if task is None or not may_see(task, person):
        raise _no_such_task(task.id if task else None)
    return task


def require_may_do(task: UserTask, person: Person) -> None:
    if not may_do(task, person):
        raise Forbidden("Deze taak is voor iemand met een andere rol.", task=str(task.id))


def require_open(session: Session, task: UserTask) -> None:
    if task.state != task_rows.OPEN:
        raise too_late(session, task)


def require_not_anothers(session: Session, task: UserTask, person: Person) -> None:
    if task.assignee_key is not None and task.assignee_key != person.key:
        raise too_late(session, task)


def require_colleague(session: Session, task: UserTask, login: str, *, by: Person) -> Person:
    """The person with this login. Raises Invalid if they may not do the task."""
    found = next((person for person in colleagues(session, task, by) if person.login == login), None)
    if found is None:
        message = "Deze persoon kan de taak niet doen. Kies iemand uit de lijst."
        raise Invalid(message, {"aan": message}, task=str(task.id))
    return found


def colleagues(session: Session, task: UserTask, person: Person | None) -> list[Person]:
    """Active people who may do the task, by name; only of the own organisation for who isn't staff."""
    barred = four_eyes.barred(session, task)
    found = [
        other
        for other in task_rows.people_in(session, task.groups, task.house_key)
        if may_do(task, other) and other.key not in barred
    ]
    if person is None or is_staff(person):
        return found
    return [other for other in found if other.organisation_key == person.organisation_key]


def too_late(session: Session, task: UserTask) -> Conflict:
    """What somebody is told when the task is no longer as they saw it: who was first, and when."""
    return Conflict(_what_happened(session, task), task=str(task.id))


def _what_happened(session: Session, task: UserTask) -> str:
    if task.state == "completed":
        return (
            f"Deze taak is al afgerond door {_name(session, task.completed_by)}{_moment(task.completed_at)}."
        )
    if task.state == "cancelled":
        return (
            f"Deze taak is vervallen{_moment(task.completed_at)}: de casus is verder gegaan zonder deze taak."
        )
    if task.assignee_key is not None:
        who = _name(session, task.assignee_key)
        return (
            f"Deze taak is opgepakt door {who}{_moment(task.claimed_at)}. "
            "Neem de taak eerst over als u haar wilt doen."
        )
    if task.draft_by is not None:
        who = _name(session, task.draft_by)
        return f"Van deze taak is al een concept bewaard door {who}{_moment(task.draft_saved_at)}."
    return "Deze taak is door niemand opgepakt. Bekijk de taak opnieuw."


def _name(session: Session, person_key: int | None) -> str:
    person = session.get(Person, person_key) if person_key is not None else None
    return person.name if person else "een collega"


def _moment(at: datetime | None) -> str:
    return f" op {in_words(at)}" if at else ""


def in_words(at: datetime) -> str:
    """A moment as people here say it: 23 november 2026 om 10.31."""
    local = at.astimezone(AMSTERDAM)
    return f"{local.day} {MONTHS[local.month - 1]} {local.year} om {local.hour}.{local.minute:02d}"


def _no_such_task(task_id: UUID | None) -> NotFound:
    return NotFound("Deze taak bestaat niet, of is niet voor u.", task=str(task_id))
