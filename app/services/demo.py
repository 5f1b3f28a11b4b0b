"""Invented cases in different stages, for the demo: made by the same use cases as real ones.

What they are stands in `deploy/voorbeelden.toml`. The clock is turned back to when each began, and the
terms that passed since then are let go off, so that reminders and lapsed tasks are there as in real life.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import forms
from app.clock import AMSTERDAM
from app.errors import Conflict, EngineError, Forbidden, NotFound
from app.services import cases, inbox, jobs, reference, releases
from app.store.models import Case, Person, UserTask

Run = Callable[[Callable[[Session], Any]], Any]
Raw = dict[str, list[str]]
Examples = Mapping[str, Any]

_DAY = re.compile(r"\{([+-]?\d+)\}")


def load(run: Run, examples: Examples, *, now: datetime) -> int:
    """Make the cases, each step in a transaction of its own; gives how many."""
    made = examples.get("casus", [])
    for one in sorted(made, key=lambda case: -case["dagen"]):
        make(run, examples, one, now=now)
    return len(made)


def read(file: Path) -> Examples:
    """The examples: `antwoorden` by form id, and `casus`, a list."""
    return tomllib.loads(file.read_text("utf-8"))


def raw(answers: Mapping[str, Any], *, now: datetime) -> Raw:
    """Answers as a page would send them: dotted names, and a count for each list of rows."""
    made: Raw = {}
    _flatten(made, "", answers, now)
    return made


def answers_for(examples: Examples, form_id: str, case: Mapping[str, Any]) -> dict[str, Any]:
    """What is answered on a form: the examples' own, with what this case has otherwise over it."""
    usual = examples["antwoorden"].get(form_id, {})
    return forms.merged(usual, case.get("antwoorden", {}).get(form_id, {}))


def _flatten(made: Raw, name: str, value: Any, now: datetime) -> None:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            _flatten(made, f"{name}.{key}" if name else key, inner, now)
    elif isinstance(value, list) and all(isinstance(one, str) for one in value) and value:
        made[name] = list(value)
    elif isinstance(value, list):
        made[f"_rijen:{name}"] = [str(len(value))]
        for index, row in enumerate(value):
            _flatten(made, f"{name}[{index}]", row, now)
    elif isinstance(value, bool):
        made[name] = ["ja"] if value else []
    elif value is not None:
        made[name] = [_DAY.sub(lambda match: _day(int(match[1]), now), str(value))]


def _day(days: int, now: datetime) -> str:
    return (now.astimezone(AMSTERDAM).date() + timedelta(days=days)).isoformat()


def make(run: Run, examples: Examples, one: Mapping[str, Any], *, now: datetime) -> int:
    """Start one case and do its steps, each at its own moment; gives the key of the case."""
    at = _in_the_morning(now - timedelta(days=one["dagen"]), now)
    key = run(partial(_start, examples=examples, one=one, now=at))
    for said in one.get("stappen", ()):
        at = max(at, _in_the_morning(at + timedelta(days=said.get("wacht", 1)), now))
        let_terms_pass(run, now=at)
        run(partial(step, examples=examples, one=one, key=key, element=said["taak"], now=at))
    let_terms_pass(run, now=now)
    return int(key)


def _in_the_morning(at: datetime, now: datetime) -> datetime:
    """Ten o'clock that day, and not after now: nobody works at night in the demo."""
    return min(now, at.astimezone(AMSTERDAM).replace(hour=10, minute=0, second=0).astimezone(UTC))


def let_terms_pass(run: Run, *, now: datetime) -> None:
    """Do the work that fell due up to `now`, each at its own moment."""
    while (due := run(jobs.next_due)) is not None and due <= now:
        run(partial(jobs.run_due, now=due))


def _start(session: Session, *, examples: Examples, one: Mapping[str, Any], now: datetime) -> int:
    person = session.scalars(select(Person).where(Person.login == one["door"])).unique().one()
    number = releases.current_number(session)
    form_id = releases.definitions(session, number).processes[one["weg"]].start_form_id
    if form_id is None:
        raise NotFound("Dit proces heeft geen startformulier.", process=one["weg"])
    form = releases.form(session, number, form_id)
    typed = raw(answers_for(examples, form_id, one), now=now)
    answers = forms.read(form, typed, context=reference.context(session, now, person=person), now=now)
    return cases.start(session, one["weg"], answers, by=person, now=now).key


def step(
    session: Session, *, examples: Examples, one: Mapping[str, Any], key: int, element: str, now: datetime
) -> None:
    """Complete the first open task at an element, by the first person who may. Raises EngineError."""
    query = select(UserTask).where(UserTask.case_key == key, UserTask.element_id == element)
    waiting = [task for task in session.scalars(query.order_by(UserTask.key)) if task.state == "open"]
    if not waiting:
        case = session.get_one(Case, key)
        raise EngineError("Een voorbeeld verwacht een taak die er niet is.", task=element, case=case.number)
    task = waiting[0]
    person = _somebody(session, task)
    release = cases.instance(session, session.get_one(Case, key)).release_number
    form = releases.form(session, release, task.form_id or "")
    context = inbox.form_context(session, task, person, now=now)
    # What the case knows already stands in the form, as on the page.
    known = forms.merged(context, answers_for(examples, form.id, one))
    typed = forms.read_draft(form, raw(known, now=now))
    inbox.complete(session, task.id, forms.read(form, typed, context=context, now=now), by=person, now=now)


def _somebody(session: Session, task: UserTask) -> Person:
    """The first person who may do the task."""
    for person in session.scalars(select(Person).order_by(Person.key)).unique():
        try:
            inbox.task(session, task.id, person)
        except (Conflict, Forbidden, NotFound):
            continue
        return person
    raise Forbidden("Niemand kan deze taak doen.", task=task.element_id)
