"""The inbox: which tasks somebody sees, and what they do with one. The engine takes no part in reading."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args
from uuid import UUID

from sqlalchemy import and_, or_
from sqlalchemy.orm import Session

from app.engine import run
from app.errors import Conflict, EngineError
from app.forms import Form
from app.services import (
    cases,
    documents_in_answers,
    facts,
    four_eyes,
    reference,
    releases,
    steps,
    task_access,
    unreadable,
)
from app.services.task_access import may_do, reach
from app.store import cases as case_rows
from app.store import inbox as inbox_rows
from app.store import tasks as task_rows
from app.store.inbox import MOST_COUNTED, Filters
from app.store.models import Instance, Person, UserTask

__all__ = [
    "MOST_COUNTED",
    "Filters",
    "Page",
    "View",
    "assign",
    "assignees",
    "claim",
    "complete",
    "counters",
    "form_context",
    "may_do",
    "page",
    "release",
    "save_draft",
    "task",
]

View = Literal["mijn", "rollen", "alles"]
"""Mine; what anybody in my roles may pick up; all that I may see."""

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Page:
    """Tasks in order; `next` is the cursor of the page behind it, None at the end.

    Each task has its case, house and assignee loaded.
    """

    tasks: list[UserTask]
    next: str | None


Reader = Callable[[Form, Mapping[str, Any]], Mapping[str, Any]]
"""Checks what was typed against a form, with what the form's expressions can use; gives the answers."""


def page(
    session: Session,
    person: Person,
    *,
    view: View,
    filters: Filters,
    after: str | None = None,
    limit: int = PAGE_SIZE,
    now: datetime,
) -> Page:
    """Open tasks by due date, then priority. Raises Invalid for a cursor that is not one of ours."""
    walks = _walks(session, person, view)
    found = inbox_rows.page(session, walks, filters, after=after, limit=limit + 1, now=now)
    more = len(found) > limit
    return Page(tasks=found[:limit], next=inbox_rows.page_end(found[limit - 1]) if more else None)


def counters(session: Session, person: Person, *, now: datetime) -> dict[str, int]:
    """How many tasks each view has, and `te_laat`: how many of mine and my roles' are overdue.

    MOST_COUNTED + 1 stands for any number above that.
    """
    everything, late = Filters(), Filters(overdue=True)
    walks = {view: _walks(session, person, view) for view in get_args(View)}
    views = {str(view): (found, everything) for view, found in walks.items()}
    views["te_laat"] = ([*walks["mijn"], *walks["rollen"]], late)
    return inbox_rows.counts(session, views, now=now)


def _walks(session: Session, person: Person, view: View) -> list[inbox_rows.Walk]:
    theirs = reach(person)
    if view == "mijn":
        return inbox_rows.of_person(session, theirs, person.key)
    if view == "rollen":
        return inbox_rows.of_groups(session, theirs, taken=False)
    return inbox_rows.of_houses(session, theirs)


def task(session: Session, id: UUID, person: Person) -> UserTask:
    """The open task that this person may do.

    Raises NotFound where they may not know of it, Forbidden where it is for another role, Conflict where
    it has been completed or has lapsed.
    """
    found = task_rows.by_id(session, id)
    found = task_access.require_seen(session, found, person)
    task_access.require_open(session, found)
    task_access.require_may_do(found, person)
    return found


def form_context(session: Session, task: UserTask, person: Person, *, now: datetime) -> dict[str, Any]:
    """What the expressions of the task's form may use: the variables it sees, `casus`, `referentie` and `ik`.

    For expressions only: the page shows what the form shows and no more. Raises Conflict, EngineError.
    """
    instance = session.get(Instance, task.case_key)
    if instance is None:
        raise EngineError("De stand van deze casus ontbreekt.", case=task.case_key)
    definitions = releases.definitions(session, instance.release_number)
    try:
        with unreadable.of_case(task.case_key):
            variables = run.task_variables(definitions, instance.state, task.engine_id)
    except LookupError as error:
        # The task was read before the state: somebody may have completed it in between.
        session.refresh(task)
        task_access.require_open(session, task)
        raise _not_waiting(task) from error
    form = releases.form(session, instance.release_number, task.form_id) if task.form_id else None
    return {**variables, **reference.context(session, now, form, person=person)}


def claim(session: Session, task: UserTask, *, by: Person, now: datetime) -> None:
    """Pick the task up. Raises Conflict naming who was first, Forbidden for who did what it should check."""
    task_access.require_may_do(task, by)
    if task.assignee_key == by.key:
        return
    four_eyes.require(session, task, by)
    if not task_rows.change_if(
        session, task, UserTask.assignee_key.is_(None), assignee_key=by.key, claimed_at=now
    ):
        raise task_access.too_late(session, task)
    session.add(facts.task_fact("claimed", task, now=now, by=by))


def release(session: Session, task: UserTask, *, by: Person, now: datetime) -> None:
    """Put the task back for the others. Raises Conflict if it isn't theirs."""
    task_access.require_may_do(task, by)
    if not task_rows.change_if(
        session, task, UserTask.assignee_key == by.key, assignee_key=None, claimed_at=None
    ):
        raise task_access.too_late(session, task)
    session.add(facts.task_fact("released", task, now=now, by=by))


def assign(session: Session, task: UserTask, login: str, *, by: Person, now: datetime) -> None:
    """Hand the task to a colleague who may do it, or take it over from one by naming oneself.

    Raises Invalid for somebody who may not do it, Conflict if it changed hands meanwhile.
    """
    task_access.require_may_do(task, by)
    if login == by.login:
        four_eyes.require(session, task, by)
    colleague = task_access.require_colleague(session, task, login, by=by)
    unchanged = UserTask.assignee_key.is_not_distinct_from(task.assignee_key)
    if not task_rows.change_if(session, task, unchanged, assignee_key=colleague.key, claimed_at=now):
        raise task_access.too_late(session, task)
    session.add(facts.task_fact("assigned", task, now=now, by=by, data={"to": colleague.key}))


def assignees(session: Session, task: UserTask, *, person: Person | None = None) -> list[Person]:
    """Who the task can be handed to, by name; for `person` of a partner only colleagues there."""
    return task_access.colleagues(session, task, person)


def save_draft(
    session: Session, task: UserTask, raw: Mapping[str, list[str]], *, by: Person, now: datetime
) -> None:
    """Keep what somebody typed, unchecked. Raises Conflict where it would overwrite a colleague's concept."""
    task_access.require_may_do(task, by)
    nobody_elses = or_(
        UserTask.assignee_key == by.key,
        and_(
            UserTask.assignee_key.is_(None),
            or_(UserTask.draft_by.is_(None), UserTask.draft_by == by.key),
        ),
    )
    draft = {name: list(texts) for name, texts in raw.items()}
    if not task_rows.change_if(session, task, nobody_elses, draft=draft, draft_saved_at=now, draft_by=by.key):
        raise task_access.too_late(session, task)


def complete(
    session: Session,
    task_id: UUID,
    answers: Mapping[str, Any] | Reader,
    *,
    by: Person,
    now: datetime,
) -> UserTask:
    """Hand in the answers and run on; gives the task, now completed.

    `answers` are checked already, or a function that checks them against the form and what its expressions
    can use, as they are under the lock of the case. Raises NotFound or Forbidden, Conflict when somebody was
    first (it says who and when), Invalid, Unreadable with the case, EngineError. Then nothing is kept.
    """
    found = case_rows.lock_task(session, task_id)
    if found is None:
        task_access.require_case_key(session, task_id)
        raise EngineError("De stand van deze casus ontbreekt.", task=str(task_id))
    done, instance = found
    if instance.case.state == cases.SUSPENDED:
        raise Conflict("Deze casus is opgeschort: haar taken kunnen nu niet worden afgerond.")
    task_access.require_seen(session, done, by)
    task_access.require_open(session, done)
    task_access.require_may_do(done, by)
    task_access.require_not_anothers(session, done, by)
    definitions = releases.definitions(session, instance.release_number)
    four_eyes.require(session, done, by, definitions)
    try:
        with unreadable.of_case(instance.case_key):
            if callable(answers):
                form = releases.form(session, instance.release_number, done.form_id or "")
                variables = run.task_variables(definitions, instance.state, done.engine_id)
                answers = answers(form, {**variables, **reference.context(session, now, form, person=by)})
            step = run.complete(definitions, instance.state, done.engine_id, answers, now=now)
    except LookupError as error:
        raise _not_waiting(done) from error
    answered = steps.Done(done, answers)
    steps.record(session, instance, step, by=by, now=now, done=answered, definitions=definitions)
    documents_in_answers.hand_in(session, answers, case=instance.case, task=done, by=by)
    return done


def _not_waiting(task: UserTask) -> EngineError:
    return EngineError(
        "Deze taak staat open, maar de casus wacht er niet op. Neem contact op met de beheerder.",
        case=task.case_key,
        task=str(task.id),
        element=task.element_id,
    )
