"""A try-out that is kept: what somebody did, and how the case went. Played again it tells what differs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from typing import Any, Literal

from app import forms
from app.checks.trial import trial as trials
from app.checks.trial.examples import documents
from app.checks.trial.trial import Moment, Trial, Way
from app.engine.step import OpenTask
from app.errors import CasusrouteError, Conflict, Invalid

_SILENT = {"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway", "startEvent"}
"""Elements that the way of a case is not told by."""


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody did: begin, complete a task, turn the clock, send a message, or jump to a step."""

    do: Literal["begin", "task", "clock", "message", "jump"]
    process_id: str = ""
    element_id: str = ""
    place: int = 0
    """Which of several open tasks at the element, the first to open first."""
    role: str = ""
    raw: Mapping[str, list[str]] = field(default_factory=dict)
    """What was typed, by input name."""
    seconds: int = 0
    """Of `clock`: how long after the beginning."""
    name: str = ""
    key: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stop:
    """An element that the case passed."""

    process_id: str
    element_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Played:
    """How far it went: the way, how it stands, and what kept it from going on, if anything did."""

    route: tuple[Stop, ...]
    trial: Trial | None = None
    problem: str | None = None
    notes: tuple[str, ...] = ()
    """What went otherwise without stopping it."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A step that was expected and did not come, or came and was not expected."""

    kind: Literal["missing", "extra"]
    stop: Stop
    behind: Stop | None
    """The last step before it that both have."""

    def __str__(self) -> str:
        what = "werd verwacht en kwam niet" if self.kind == "missing" else "kwam en werd niet verwacht"
        where = f" (na ‘{self.behind.name}’)" if self.behind else " (aan het begin)"
        return f"‘{self.stop.name}’ {what}{where}."


def route(moments: Iterable[Moment]) -> tuple[Stop, ...]:
    """The way of a case through its diagrams."""
    return tuple(
        Stop(one.process_id, one.element_id, one.name or one.element_id)
        for one in moments
        if one.kind == "completed" and one.type not in _SILENT and (one.name or one.type == "endEvent")
    )


def compare(expected: Sequence[Stop], actual: Sequence[Stop]) -> list[Difference]:
    """What differs between two ways, in order; the names of elements do not count."""
    one, other = ([(stop.process_id, stop.element_id) for stop in way] for way in (expected, actual))
    found: list[Difference] = []
    for kind, begin, end, from_, to in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        behind = expected[begin - 1] if begin else None
        if kind in ("replace", "delete"):
            found += [Difference("missing", stop, behind) for stop in expected[begin:end]]
        if kind in ("replace", "insert"):
            found += [Difference("extra", stop, behind) for stop in actual[from_:to]]
    return found


def play(way: Way, acts: Sequence[Act], *, case: Mapping[str, Any], now: datetime) -> Played:
    """Do it all again, on these files. What fails is told."""
    trial: Trial | None = None
    notes: list[str] = []
    for number, act in enumerate(acts, start=1):
        try:
            trial = _act(way, trial, act, case=case, now=now, notes=notes)
        except Invalid as error:
            wrong = " ".join(error.errors.values()) or error.message
            return _stopped(trial, number, act, f"Het formulier neemt de antwoorden niet aan: {wrong}", notes)
        except CasusrouteError as error:
            return _stopped(trial, number, act, error.message, notes)
    return Played(route(trial.moments) if trial else (), trial, None, tuple(notes))


def _stopped(trial: Trial | None, number: int, act: Act, why: str, notes: list[str]) -> Played:
    what = {"begin": "het begin", "clock": "de klok", "message": f"bericht '{act.name}'"}.get(
        act.do, f"'{act.element_id}'"
    )
    text = f"Stap {number} ({what}): {why}"
    return Played(route(trial.moments) if trial else (), trial, text, tuple(notes))


def _act(
    way: Way,
    trial: Trial | None,
    act: Act,
    *,
    case: Mapping[str, Any],
    now: datetime,
    notes: list[str],
) -> Trial:
    if act.do == "begin":
        return start_by(way, act, case=case, now=now, notes=notes)
    if trial is None:
        raise Conflict("Een scenario begint met het begin van een proces.")
    match act.do:
        case "task":
            task = _task(trial, act)
            raw = _known(way, task.form_id, act.raw, notes, task.name)
            answers = trials.read_answers(way, trial, task, raw)
            return trials.answer(way, trial, task.id, answers)
        case "clock":
            return trials.forward(way, trial, max(trial.now, now + timedelta(seconds=act.seconds)))
        case "message":
            return trials.send(way, trial, act.name, act.key, act.variables)
    return trials.jump(way, trial, act.element_id)


def start_by(
    way: Way,
    act: Act,
    *,
    case: Mapping[str, Any],
    now: datetime,
    notes: list[str] | None = None,
) -> Trial:
    """Begin as this act says: with its start form, with its variables, or both. Raises Invalid, Conflict."""
    notes = [] if notes is None else notes
    process = way.definitions.processes.get(act.process_id)
    if process is None or not process.executable:
        raise Conflict(f"Het proces '{act.process_id}' bestaat niet.")
    answers: dict[str, Any] = dict(act.variables)
    form = way.form(process.start_form_id)
    if form is not None and not act.variables:
        raw = _known(way, form.id, act.raw, notes, process.name)
        answers |= forms.read(form, raw, context=way.given, documents=documents(form, raw), now=now)
    return trials.begin(way, act.process_id, answers, case=case, now=now)


def _task(trial: Trial, act: Act) -> OpenTask:
    standing = [
        task
        for task in trial.step.tasks
        if (task.process_id, task.element_id) == (act.process_id, act.element_id)
    ]
    if len(standing) <= act.place:
        there = ", ".join(f"‘{task.name}’" for task in trial.step.tasks) or "geen enkele taak"
        raise Conflict(f"Deze taak staat niet open. Open staat: {there}.")
    return standing[act.place]


def _known(
    way: Way, form_id: str | None, raw: Mapping[str, list[str]], notes: list[str], name: str
) -> Mapping[str, list[str]]:
    """What the form still has; of the rest it is noted that it has gone."""
    form = way.form(form_id)
    if form is None:
        return raw
    kept = forms.read_draft(form, raw)
    for gone in sorted(raw.keys() - kept.keys()):
        if any(raw[gone]):
            notes.append(f"Bij ‘{name}’ bestaat het veld '{gone}' niet meer.")
    return kept


def with_place(act: Act, trial: Trial, task: OpenTask) -> Act:
    """The act with which of several open tasks at its element it is about."""
    same = [
        one.id
        for one in trial.step.tasks
        if (one.process_id, one.element_id) == (task.process_id, task.element_id)
    ]
    return replace(act, place=same.index(task.id))
