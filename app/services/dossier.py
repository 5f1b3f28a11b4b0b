"""What was filled in so far in a case, form by form: contents, so only for who may see them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import forms
from app.engine.definitions import Definitions
from app.errors import NotFound
from app.forms import FormView
from app.services import cases, reference, releases
from app.store import tasks as task_rows
from app.store.models import Case, Event


@dataclass(frozen=True, slots=True)
class Given:
    """One form that somebody handed in, to read."""

    name: str
    who: str
    at: datetime
    view: FormView
    key: int = 0
    """Of the fact that tells of it."""


def given(session: Session, case: Case, *, now: datetime) -> list[Given]:
    """Every form that was handed in, the newest first."""
    instance = cases.instance(session, case)
    definitions = releases.definitions(session, instance.release_number)
    events = session.scalars(
        select(Event)
        .where(Event.case_key == case.key, Event.kind.in_(["started", "completed"]))
        .order_by(Event.key.desc())
    ).all()
    with_answers = [event for event in events if event.data.get("answers")]
    names = task_rows.person_names(session, {event.person_key for event in with_answers if event.person_key})
    context = reference.context(session, now, person=None)
    found = []
    for event in with_answers:
        name, form_id = _form_of(event, definitions, case)
        try:
            form = releases.form(session, instance.release_number, form_id or "")
        except NotFound:
            continue
        answers = event.data["answers"]
        view = forms.view(form, context={**context, **answers}, readonly=True, now=now)
        found.append(Given(name, names.get(event.person_key or 0, "Casusroute"), event.at, view, event.key))
    return found


def _form_of(event: Event, definitions: Definitions, case: Case) -> tuple[str, str | None]:
    """The name of the step and the form that was handed in there."""
    if event.kind == "started":
        process = definitions.processes.get(case.process_id)
        return (process.name, process.start_form_id) if process else ("", None)
    process = definitions.processes.get(event.process_id or "")
    for element in process.elements if process else ():
        if element.id == event.element_id:
            return element.name, element.form_id
    return event.name or "", None
