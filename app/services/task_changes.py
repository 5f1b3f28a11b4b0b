"""What somebody who steers changes of an open task, or notes with a case: by hand, and it is written down."""

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from app import workdays
from app.errors import Forbidden, Invalid, NotFound
from app.services import access, facts, task_access
from app.services.access import Permission
from app.store import cases as case_rows
from app.store import tasks as task_rows
from app.store.inbox import END_OF_TIME
from app.store.models import Case, Person, UserTask

NORMAL, URGENT = 50, 80
MAX_NOTE_CHARS = 2_000


def give(
    session: Session, case: Case, task_key: int, login: str, *, why: str, by: Person, now: datetime
) -> UserTask:
    """Give an open task to somebody who may do it. Raises Invalid for somebody who may not, Conflict."""
    task = _open(session, case, task_key, by)
    colleague = next((one for one in task_access.colleagues(session, task, None) if one.login == login), None)
    if colleague is None:
        message = "Deze persoon kan de taak niet doen. Kies iemand uit de lijst."
        raise Invalid(message, {"aan": message})
    data = {"to": colleague.key, "why": why.strip()[:500], "by_hand": True}
    _change(session, task, "assigned", data, by=by, now=now, assignee_key=colleague.key, claimed_at=now)
    return task


def set_due(
    session: Session, case: Case, task_key: int, day: date | None, *, why: str, by: Person, now: datetime
) -> UserTask:
    """Another term for an open task, at the end of that working day; without a day it has none."""
    task = _open(session, case, task_key, by)
    due = None if day is None else workdays.add(day, 0)
    if due is not None and due < now:
        message = "Kies een dag die nog komt."
        raise Invalid(message, {"dag": message})
    data = {"due_at": due, "before": task.due_at, "why": why.strip()[:500]}
    _change(session, task, "due_changed", data, by=by, now=now, due_at=due, sort_due_at=due or END_OF_TIME)
    return task


def set_urgent(
    session: Session, case: Case, task_key: int, urgent: bool, *, why: str, by: Person, now: datetime
) -> UserTask:
    """Let an open task go before others, or no longer."""
    task = _open(session, case, task_key, by)
    priority = URGENT if urgent else NORMAL
    data = {"priority": priority, "before": task.priority, "why": why.strip()[:500]}
    _change(
        session,
        task,
        "priority_changed",
        data,
        by=by,
        now=now,
        priority=priority,
        sort_priority=100 - priority,
    )
    return task


def remind(session: Session, case: Case, task_key: int, *, by: Person, now: datetime) -> UserTask:
    """Mark an open task as reminded, for who must do it."""
    task = _open(session, case, task_key, by)
    data = {"assignee": task.assignee_key, "groups": sorted(task.groups), "by_hand": True}
    _change(session, task, "reminded", data, by=by, now=now, reminded_at=now)
    return task


def note(session: Session, case: Case, text: str, *, by: Person, now: datetime) -> None:
    """A remark in the timeline, for who may read the contents of the case. Raises Invalid."""
    require_may_change(case, by)
    text = text.strip()
    if not text:
        message = "Schrijf op wat u wilt vastleggen."
        raise Invalid(message, {"tekst": message})
    session.add(facts.fact("note", case, now=now, by=by, data={"text": text[:MAX_NOTE_CHARS]}))


def require_may_change(case: Case, by: Person) -> None:
    """Raises NotFound where they may not know of the case, Forbidden where they may not change it."""
    if not access.may_see_case(by, case):
        raise NotFound("Deze casus bestaat niet, of is niet voor u.")
    if case.house_key not in access.houses(by, Permission.CHANGE_CASES):
        raise Forbidden("U kunt niet ingrijpen in deze casus.", case=case.key)


def _open(session: Session, case: Case, task_key: int, by: Person) -> UserTask:
    require_may_change(case, by)
    found = next((one for one in case_rows.waiting_tasks(session, case.key) if one.key == task_key), None)
    if found is None:
        raise NotFound("Deze taak staat niet meer open.")
    return found


def _change(
    session: Session,
    task: UserTask,
    kind: str,
    data: dict[str, Any],
    *,
    by: Person,
    now: datetime,
    **values: Any,
) -> None:
    if not task_rows.change_if(session, task, **values):
        raise task_access.too_late(session, task)
    session.add(facts.task_fact(kind, task, now=now, by=by, data=data))
