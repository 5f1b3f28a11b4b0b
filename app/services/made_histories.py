"""Ever so many invented cases with a past: the use cases of real ones, with the clock turned forward.

One seed makes one town: arrivals that grow, people who need working hours for what they do (most a few, some
ever so many), partners who don't answer, a step that is a bottleneck, and a second release half-way.
"""

import heapq
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import partial
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import forms, workdays
from app.clock import AMSTERDAM
from app.errors import CasusrouteError, NotFound
from app.services import cases, demo, drawn_answers, inbox, jobs, reference, releases, task_access
from app.services.access import Permission, permissions
from app.services.demo import Examples, Run
from app.store.models import Incident, Person, UserTask

GROWTH = 0.6
"""At the end of the time there come so much more than at its begin."""
MONTH = timedelta(days=30.4)
OPENS, CLOSES = 9, 17
BEFORE_CLAIM_HOURS, WORK_HOURS = 7.0, 1.5
"""The median of a step, in working hours."""
SPREAD, TAIL, TAIL_FACTOR = 0.9, 0.04, 8.0
"""Of the logarithm of those hours; and so many steps take ever so much longer."""
BOTTLENECK = ("informatieverrijking", "leefgebieden")
BOTTLENECK_FACTOR = 6.0
PARTNER_FACTOR, SILENT = 1.6, 0.06
"""Partners take longer, and so many of their tasks they never do."""
UNCLAIMED = 0.15
"""So many tasks are done without being picked up first."""
AT_ONCE = 25
"""What is done in one transaction."""


@dataclass(frozen=True, slots=True)
class Change:
    """What the second release has otherwise: in this file, this text instead of that one."""

    file: str
    old: str
    new: str


CHANGES = (
    Change(
        "weging.bpmn",
        'formId="weging_besluit" /><zeebe:taskSchedule dueDate=\'=add working days(now(), '
        'if spoed = "ja" then 2 else 5)',
        'formId="weging_besluit" /><zeebe:taskSchedule dueDate=\'=add working days(now(), '
        'if spoed = "ja" then 1 else 4)',
    ),
    # A mistake that no check can know of, until a case with haste comes by whose theme is not named here.
    Change(
        "weging.bpmn",
        ">=add working days(now(), 5)<",
        '>=add working days(now(), if spoed = "ja" then get value({risicojeugd: 2, "high-impact-crime": 1, '
        'mensenhandel: 1, "multi-probleem-gezin": 2, "huiselijk-geweld": 2}, thema) else 5)<',
    ),
)
NOTE = "De weegploeg besluit binnen vier werkdagen, en bij spoed binnen één."


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is made."""

    cases: int
    months: float
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Made:
    """What came of it."""

    cases: int
    steps: int
    incidents: int
    release: int | None
    """The second one, where the files had what it changes; it has a mistake as well."""
    bottleneck: str
    """The name of the step."""


@dataclass(order=True, slots=True)
class Act:
    """Something that somebody is going to do."""

    at: datetime
    place: int
    kind: str = field(compare=False)
    task: int = field(compare=False, default=0)
    person: int = field(compare=False, default=0)


def make(run: Run, examples: Examples, plan: Plan, *, now: datetime) -> Made:
    """Make the cases of the months before `now`. Raises CasusrouteError where an example does not fit."""
    making = _Making(examples, Random(plan.seed), now)  # noqa: S311 - nothing secret
    begin = begins(plan, now=now)
    for at in sorted(_arrivals(making.dice, plan.cases, begin, now)):
        making.later(at, "start")
    making.later(begin + (now - begin) / 2, "release")
    run(making.settle)
    while making.acts:
        run(making.some)
    run(partial(making.let_terms_pass, until=now))
    return run(making.made)  # type: ignore[no-any-return]


def begins(plan: Plan, *, now: datetime) -> datetime:
    """When the first case may come."""
    return now - plan.months * MONTH


def _arrivals(dice: Random, number: int, begin: datetime, end: datetime) -> list[datetime]:
    """Moments in working hours that come closer together."""
    found = []
    for _ in range(number):
        drawn = dice.random() * (1 + GROWTH / 2)
        part = (math.sqrt(1 + 2 * GROWTH * drawn) - 1) / GROWTH
        found.append(min(end - timedelta(hours=1), working(begin + (end - begin) * part, 0)))
    return found


def working(at: datetime, hours: float) -> datetime:
    """So many working hours after `at`, on a whole second."""
    local = at.astimezone(AMSTERDAM)
    day = local.date()
    since = min(max((local - datetime.combine(day, time(OPENS), AMSTERDAM)) / timedelta(hours=1), 0), 8)
    if not workdays.is_working_day(day):
        day, since = workdays.add(day, 1).date(), 0.0
    days, rest = divmod(since + hours, CLOSES - OPENS)
    if days:
        day = workdays.add(day, int(days)).date()
    then = datetime.combine(day, time(OPENS), AMSTERDAM) + timedelta(seconds=int(rest * 3600))
    return max(at.replace(microsecond=0) + timedelta(seconds=1), then.astimezone(at.tzinfo))


class _Making:
    """What is going on while the clock runs."""

    def __init__(self, examples: Examples, dice: Random, now: datetime) -> None:
        self.examples, self.dice, self.now = examples, dice, now
        self.acts: list[Act] = []
        self.people: dict[int, Person] = {}
        self.able: dict[tuple[object, ...], list[int]] = {}
        self.cases: set[int] = set()
        self.newest_task, self.places, self.steps = 0, 0, 0
        self.release: int | None = None
        self.names: dict[tuple[str, str], str] = {}

    def settle(self, session: Session) -> None:
        """Who there are, and which tasks there were."""
        everybody = session.scalars(select(Person).where(Person.active).order_by(Person.key)).unique()
        self.people = {person.key: person for person in everybody}
        newest = session.scalar(select(UserTask.key).order_by(UserTask.key.desc()).limit(1))
        self.newest_task = newest or 0

    def later(self, at: datetime, kind: str, *, task: int = 0, person: int = 0) -> None:
        if at < self.now:
            self.places += 1
            heapq.heappush(self.acts, Act(at, self.places, kind, task, person))

    def some(self, session: Session) -> None:
        """A few acts, each at its own moment, after what fell due before it."""
        for _ in range(min(AT_ONCE, len(self.acts))):
            if not self.acts:
                return
            self.let_terms_pass(session, until=self.acts[0].at)
            # What fell due may have asked for something that is done before.
            act = heapq.heappop(self.acts)
            getattr(self, f"_{act.kind}")(session, act)
            self._see_new_tasks(session, act.at)

    def let_terms_pass(self, session: Session, *, until: datetime) -> None:
        while (due := jobs.next_due(session)) is not None and due <= until:
            if not jobs.run_due(session, now=due):
                return  # somebody else is at it
            self._see_new_tasks(session, due)

    def made(self, session: Session) -> Made:
        unresolved = select(Incident.case_key).where(Incident.resolved_at.is_(None))
        incidents = sum(key in self.cases for key in session.scalars(unresolved))
        name = self.names.get(BOTTLENECK, BOTTLENECK[1])
        return Made(len(self.cases), self.steps, incidents, self.release, name)

    # ── what is done ──

    def _start(self, session: Session, act: Act) -> None:
        ways: Mapping[str, int] = self.examples["wegen"]
        way = self.dice.choices(list(ways), list(ways.values()))[0]
        examples = [one for one in self.examples["casus"] if one["weg"] == way]
        example = self.dice.choice(examples)
        number = releases.current_number(session)
        form_id = releases.definitions(session, number).processes[way].start_form_id
        if form_id is None:
            raise NotFound("Dit proces heeft geen startformulier.", process=way)
        form = releases.form(session, number, form_id)
        person = self._starter(way, example)
        typed = demo.answers_for(self.examples, form_id, example)
        if person.organisation.kind != task_access.STAFF and "melder" in typed:
            typed = forms.merged(typed, {"melder": {"organisatie": person.organisation_key}})
        context = reference.context(session, act.at, form, person=person)
        answers = self._drawn(form, typed, context, act.at)
        self.cases.add(cases.start(session, way, answers, by=person, now=act.at).key)

    def _starter(self, way: str, example: Mapping[str, Any]) -> Person:
        """Mostly who started the example; of what anybody reports, another partner as well."""
        found = next(one for one in self.people.values() if one.login == example["door"])
        if way not in ("aanmelding", "adviesvraag") or self.dice.random() < 0.5:
            return found
        able = [one for one in self.people.values() if Permission.START_CASE in permissions(one)]
        return self.dice.choice(able)

    def _claim(self, session: Session, act: Act) -> None:
        task = self._open(session, act)
        if task is not None and task.assignee_key is None:
            inbox.claim(session, task, by=self.people[act.person], now=act.at)

    def _complete(self, session: Session, act: Act) -> None:
        task = self._open(session, act)
        if task is None:
            return
        example: Mapping[str, Any] = {}

        def read(form: forms.Form, context: Mapping[str, Any]) -> Mapping[str, Any]:
            usual = demo.answers_for(self.examples, form.id, example)
            return self._drawn(form, forms.merged(context, usual), context, act.at)

        inbox.complete(session, task.id, read, by=self.people[act.person], now=act.at)
        self.steps += 1

    def _release(self, session: Session, act: Act) -> None:
        """The same files with what CHANGES says; without the texts that it replaces there is none."""
        number = releases.current_number(session)
        files = dict(releases.files(session, number))
        for change in CHANGES:
            text = files.get(change.file, b"").decode()
            if change.old not in text:
                return
            files[change.file] = text.replace(change.old, change.new).encode()
        self.release = releases.publish(session, files, by="casusroute", note=NOTE, now=act.at).number

    def _open(self, session: Session, act: Act) -> UserTask | None:
        task = session.get(UserTask, act.task)
        return task if task is not None and task.state == "open" else None

    def _drawn(
        self, form: forms.Form, usual: Mapping[str, Any], context: Mapping[str, Any], now: datetime
    ) -> dict[str, Any]:
        chances = self.examples["kansen"].get(form.id, {})
        raw = demo.raw(usual, now=now)
        return drawn_answers.draw(self.dice, form, raw, chances, context=context, now=now)

    # ── who does what comes, and when ──

    def _see_new_tasks(self, session: Session, now: datetime) -> None:
        query = select(UserTask).where(UserTask.key > self.newest_task).order_by(UserTask.key)
        for task in session.scalars(query).unique():
            self.newest_task = task.key
            if task.case_key in self.cases and task.state == "open":
                self.names[task.process_id, task.element_id] = task.name
                self._take_on(session, task, now)

    def _take_on(self, session: Session, task: UserTask, now: datetime) -> None:
        able = self._who_may(task)
        partner = any(group.startswith("organisatie:") for group in task.groups)
        if not able or (partner and self.dice.random() < SILENT):
            return  # its term runs out, or it waits
        person = self.dice.choice(able)
        factor = PARTNER_FACTOR if partner else 1.0
        if (task.process_id, task.element_id) == BOTTLENECK:
            factor *= BOTTLENECK_FACTOR
        claimed = working(now, self._hours(BEFORE_CLAIM_HOURS * factor))
        done = working(claimed, self._hours(WORK_HOURS))
        if self.dice.random() >= UNCLAIMED:
            self.later(claimed, "claim", task=task.key, person=person)
        self.later(done, "complete", task=task.key, person=person)

    def _hours(self, median: float) -> float:
        tail = TAIL_FACTOR if self.dice.random() < TAIL else 1.0
        return median * tail * self.dice.lognormvariate(0, SPREAD)

    def _who_may(self, task: UserTask) -> Sequence[int]:
        key = (tuple(sorted(task.groups)), task.house_key, task.compartment)
        if key not in self.able:
            self.able[key] = [one.key for one in self.people.values() if task_access.may_do(task, one)]
        return self.able[key]


def require(plan: Plan) -> None:
    """Raises CasusrouteError for what can't be made."""
    if plan.cases < 1 or not 0 < plan.months <= 240:
        raise CasusrouteError("Geef minstens één casus, en hoogstens 240 maanden.")
