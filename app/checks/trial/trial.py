"""One case in a try-out: what somebody does in it, and what happens by that. Nothing reaches outside."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from app import forms
from app.checks.trial.examples import documents
from app.clock import AMSTERDAM
from app.engine import run
from app.engine.definitions import Definitions
from app.engine.step import EngineEvent, OpenJob, OpenTask, Step
from app.errors import Conflict, EngineError, NotFound
from app.forms import Form

MAX_WORK = 200
"""Automatic steps in a row; more is a diagram that keeps itself busy."""
MAX_TIMERS = 500
"""Timers that one turn of the clock lets go off."""
TOLD = frozenset(
    {"completed", "cancelled", "timer_fired", "message", "signal", "error", "incident", "skipped", "decision"}
)
"""What of the engine's own events is told."""


@dataclass(frozen=True, slots=True)
class Way:
    """The files that are tried out, as the engine and the forms read them."""

    definitions: Definitions
    forms: Mapping[str, Form]
    reference: Mapping[str, Any] = field(default_factory=dict)
    """`referentie`: the lists that forms offer."""
    me: Mapping[str, Any] = field(default_factory=dict)
    """`ik`: who fills in the forms."""

    @property
    def given(self) -> dict[str, Any]:
        """What every form may use."""
        return {"referentie": self.reference, "ik": self.me}

    def form(self, form_id: str | None) -> Form | None:
        return self.forms.get(form_id or "")


@dataclass(frozen=True, slots=True)
class Moment:
    """What happened. `kind` is the engine's, or `work`: what a machine would have done, in `text`."""

    at: datetime
    kind: str
    process_id: str
    element_id: str
    type: str
    name: str
    path: tuple[str, ...] = ()
    text: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    """Of `decision`: what the table was asked, and which rules held."""


@dataclass(frozen=True, slots=True)
class Trial:
    """How it stands at `now` on its own clock, and what happened since it was looked at."""

    step: Step
    now: datetime
    moments: tuple[Moment, ...] = ()

    @property
    def state(self) -> bytes:
        return self.step.state

    def task(self, task_id: str) -> OpenTask:
        """Raises NotFound when it does not stand open."""
        for task in self.step.tasks:
            if task.id == task_id:
                return task
        raise NotFound("Deze taak staat niet meer open in deze proefrit.")


def begin(
    way: Way, process_id: str, answers: Mapping[str, Any], *, case: Mapping[str, Any], now: datetime
) -> Trial:
    """A new case; `case` is the variable `casus`. Raises EngineError."""
    variables = {**answers, "casus": {**case, "gestart_op": now.astimezone(AMSTERDAM).isoformat()}}
    return _settled(way, _after(run.start(way.definitions, process_id, variables, now=now), now))


def look(way: Way, state: bytes, *, now: datetime) -> Trial:
    """A trial as it was kept."""
    return Trial(run.look(way.definitions, state, now=now), now)


def context(way: Way, trial: Trial, task: OpenTask) -> dict[str, Any]:
    """What the expressions of the task's form may use."""
    seen = run.task_variables(way.definitions, trial.state, task.id)
    return {**seen, **way.given}


def read_answers(way: Way, trial: Trial, task: OpenTask, raw: Mapping[str, list[str]]) -> dict[str, Any]:
    """What was typed in the task's form, checked. Raises Invalid, NotFound where there is no such form."""
    form = way.form(task.form_id)
    if form is None:
        raise NotFound("Het formulier van deze taak bestaat niet.", form=task.form_id)
    known = context(way, trial, task)
    return forms.read(form, raw, context=known, documents=documents(form, raw), now=trial.now)


def answer(way: Way, trial: Trial, task_id: str, answers: Mapping[str, Any]) -> Trial:
    """Complete a task. Raises NotFound, EngineError."""
    trial.task(task_id)
    return _settled(
        way, _on(trial, run.complete(way.definitions, trial.state, task_id, answers, now=trial.now))
    )


def next_due(trial: Trial) -> datetime | None:
    """When the first timer goes off."""
    return min((timer.due_at for timer in trial.step.timers), default=None)


def forward(way: Way, trial: Trial, until: datetime) -> Trial:
    """Turn the clock on; every timer that is due by then goes off at its own moment. Raises Conflict."""
    if until < trial.now:
        raise Conflict("De klok van een proefrit kan alleen vooruit.")
    for _ in range(MAX_TIMERS):
        due = next_due(trial)
        if due is None or due > until:
            return replace(trial, now=until)
        trial = replace(trial, now=max(due, trial.now))
        trial = _settled(way, _on(trial, run.fire(way.definitions, trial.state, now=trial.now)))
    raise Conflict(
        f"Er gaan meer dan {MAX_TIMERS} termijnen achter elkaar af; zet de klok minder ver vooruit."
    )


def send(way: Way, trial: Trial, name: str, key: str | None, variables: Mapping[str, Any]) -> Trial:
    """A message to this case. Raises NotFound when it does not wait for it."""
    try:
        step = run.correlate(way.definitions, trial.state, name, key, variables, now=trial.now)
    except LookupError as error:
        raise NotFound(f"De casus wacht niet op het bericht '{name}'.") from error
    return _settled(way, _on(trial, step))


def jump(way: Way, trial: Trial, element_id: str) -> Trial:
    """Put the first open token of the process at another step of it. Raises Conflict with why not."""
    here = [token for token in trial.step.tokens if not token.path]
    if not here:
        raise Conflict("De casus is al afgelopen: begin een nieuwe proefrit.")
    step = run.move(way.definitions, trial.state, here[0].id, element_id, now=trial.now)
    return _settled(way, _on(trial, step))


def _after(step: Step, now: datetime) -> Trial:
    return Trial(step, now, tuple(_moment(event, now) for event in step.events if event.kind in TOLD))


def _on(trial: Trial, step: Step) -> Trial:
    after = _after(step, trial.now)
    return replace(after, moments=(*trial.moments, *after.moments))


def _moment(event: EngineEvent, now: datetime) -> Moment:
    return Moment(
        at=now,
        kind=event.kind,
        process_id=event.process_id,
        element_id=event.element_id,
        type=event.type,
        name=event.name,
        path=event.path,
        text=str(event.data.get("message", "")) if event.kind in ("incident", "error") else "",
        data=event.data if event.kind == "decision" else {},
    )


def _settled(way: Way, trial: Trial) -> Trial:
    """Do the work that machines would do: here it is told, and nothing else."""
    for _ in range(MAX_WORK):
        if not trial.step.jobs:
            return trial
        job = trial.step.jobs[0]
        told = Moment(
            trial.now, "work", job.process_id, job.element_id, "serviceTask", "", job.path, in_words(job)
        )
        trial = replace(trial, moments=(*trial.moments, told))
        trial = _on(trial, run.complete(way.definitions, trial.state, job.id, {}, now=trial.now))
    raise EngineError("De automatische stappen in dit diagram houden niet op.")


def in_words(job: OpenJob) -> str:
    """What a machine would have done for this job."""
    say: Callable[[OpenJob], str] = _WORDS.get(
        job.type, lambda one: f"Hier zou het werk '{one.type}' worden gedaan."
    )
    return say(job)


def _mail(job: OpenJob) -> str:
    to = job.variables.get("aan")
    receivers = ", ".join(map(str, to)) if isinstance(to, list) else str(to or "niemand")
    return (
        f"Hier zou een mail gaan naar {receivers}: ‘{job.variables.get('onderwerp') or 'zonder onderwerp'}’."
    )


_WORDS: Mapping[str, Callable[[OpenJob], str]] = {
    "mail": _mail,
    "herinner": lambda job: f"Hier zou een herinnering komen bij de taak '{job.headers.get('taak', '')}'.",
    "escaleer": lambda job: f"Hier zou de taak '{job.headers.get('taak', '')}' dringender worden.",
    "bericht": lambda job: f"Hier zou het bericht '{job.variables.get('bericht') or ''}' worden verstuurd.",
}
