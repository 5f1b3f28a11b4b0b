"""A form that is being made, as people will get it: drawn with the code of the real page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app import forms
from app.checks import trial
from app.errors import Invalid
from app.forms import Form, FormView
from app.services import trials
from app.store.models import Person


@dataclass(frozen=True, slots=True)
class Preview:
    """`view` is None where the form cannot be drawn; `problem` says what is wrong, or nothing."""

    view: FormView | None
    problem: str = ""


def preview(
    session: Session,
    content: bytes,
    raw: Mapping[str, list[str]],
    *,
    how: str = "",
    by: Person,
    now: datetime,
) -> Preview:
    """Draw a form with what somebody filled in. `how` is nothing, `controleren` (also check it), `voorbeeld`
    (fill in what is open), `leeg`, or `rij:` with what the button of a row says.
    """
    form, problems = forms.parse(content, file="")
    if form is None:
        return Preview(
            None, " ".join(f"{one.element_id or ''}: {one.message}".lstrip(": ") for one in problems)
        )
    known = trials.start_context(session, by, now=now)
    typed = forms.read_draft(form, raw)
    if how == "voorbeeld":
        typed = trial.example(form, context=known, typed=typed, now=now)
    elif how == "leeg":
        typed = {}
    elif how.startswith("rij:"):
        typed = forms.with_rows(form, typed, how.removeprefix("rij:"))
    errors = _wrong(form, typed, known, now) if how == "controleren" else {}
    view = forms.view(
        form,
        context=known,
        raw=typed or None,
        errors=errors,
        documents=trial.documents(form, typed),
        now=now,
    )
    problem = "" if how != "controleren" or errors else "Dit formulier neemt deze antwoorden aan."
    return Preview(view, problem)


def _wrong(
    form: Form, typed: Mapping[str, list[str]], known: Mapping[str, Any], now: datetime
) -> Mapping[str, str]:
    try:
        forms.read(form, typed, context=known, documents=trial.documents(form, typed), now=now)
    except Invalid as error:
        return error.errors or {"": error.message}
    return {}
