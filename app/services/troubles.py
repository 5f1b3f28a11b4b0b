"""What failed, put together by cause: the same message at the same step is one thing to mend."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.engine import run
from app.engine.definitions import Definitions
from app.engine.step import Step
from app.errors import CasusrouteError, Invalid, NotFound
from app.services import cases, effects, impact, migration, releases, unreadable
from app.services.access import Permission
from app.services.effects import Effect
from app.services.migration import Outlook, Planned
from app.store import troubles as rows
from app.store.cases import Sight
from app.store.models import Case, Incident, Instance, Job, Migration, Person
from app.store.troubles import Retried

SHOWN = 20
"""So many cases are named at a cause."""
CAUSES_SHOWN = 50
LINES_SHOWN = 200
WORKED_OUT = 25
"""Of so many it is worked out what another attempt would do."""
AT_ONCE = 200
"""So many are tried again in one go."""
STILL_TOLD = timedelta(days=1)
"""How long a failure that is over stays on the page of its cause."""
SOON = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Trouble:
    """One cause: how often, since when, and in which cases (the first few). `key` is of a failure of it."""

    key: int
    message: str
    process_id: str
    element_id: str
    step: str
    process: str
    number: int
    since: datetime
    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """How it stands with one failure of a cause.

    `job` is the work that failed and that may be tried again by itself; `attempt` says what trying again
    would do, `there` the same after the case went along to the newest release, both where it was worked out.
    """

    incident: Incident
    case: Case
    release: int
    job: Job | None
    attempt: str = ""
    there: str = ""

    @property
    def is_open(self) -> bool:
        return self.incident.resolved_at is None


@dataclass(frozen=True, slots=True)
class Group(Planned):
    """One cause with all that can be done about it; `cases` are those on another release."""

    trouble: Trouble
    lines: tuple[Line, ...]


def sight(person: Person) -> Sight:
    """The cases in which this person may do something about a failure."""
    return impact.sight(person, Permission.CHANGE_CASES)


def number(session: Session, person: Person) -> int:
    """How many failures wait for a person in the cases that this one may know of."""
    return rows.number(session, cases.sight(person))


def by_cause(
    session: Session, seen: Sight, *, limit: int = CAUSES_SHOWN, examples: int = SHOWN
) -> list[Trouble]:
    """The causes of open failures in these cases, the most frequent first."""
    causes = rows.causes(session, seen, limit=limit)
    if not causes:
        return []
    named = rows.examples(session, seen, each=examples)
    definitions = releases.definitions(session, releases.current_number(session))
    return [
        _trouble(one, named.get((one.process_id, one.element_id, one.message), ()), definitions)
        for one in causes
    ]


def _trouble(cause: rows.Cause, found: Sequence[Case], definitions: Definitions) -> Trouble:
    process, step = names(definitions, cause.process_id, cause.element_id)
    return Trouble(
        key=cause.key,
        message=cause.message,
        process_id=cause.process_id,
        element_id=cause.element_id,
        step=step,
        process=process,
        number=cause.number,
        since=cause.since,
        cases=tuple(found),
    )


def names(definitions: Definitions, process_id: str, element_id: str) -> tuple[str, str]:
    """What a process and a step of it are called; a failure without a step is of the case whole."""
    process = definitions.processes.get(process_id)
    steps = {one.id: one.name for one in process.elements} if process else {}
    step = (steps.get(element_id) or element_id) if element_id else "De hele casus"
    return (process.name or process.id) if process else process_id, step


def retried(session: Session, seen: Sight, *, now: datetime) -> list[Retried]:
    """What failed and is tried again by itself."""
    return rows.retried(session, seen, until=now + SOON)


# ── one cause ────────────────────────────────────────────────────────────────────────────────────────────


def group(session: Session, person: Person, key: int, *, now: datetime) -> Group:
    """The cause of this failure, how it stands with each of its kind, and who can go to the newest release.

    Raises NotFound.
    """
    seen, live = sight(person), releases.current_number(session)
    cause = _cause(session, seen, key)
    found = rows.of_cause(session, seen, cause, resolved_since=now - STILL_TOLD, limit=LINES_SHOWN)
    stands = [(incident, case) for incident, case in found if incident.resolved_at is None]
    keys = rows.open_keys(session, seen, cause)
    process, step = names(releases.definitions(session, live), cause.process_id, cause.element_id)
    trouble = Trouble(
        key=key,
        message=cause.message,
        process_id=cause.process_id,
        element_id=cause.element_id,
        step=step,
        process=process,
        number=len(keys),
        since=min((incident.opened_at for incident, _ in stands), default=cause.opened_at),
        cases=tuple(case for _, case in stands[:SHOWN]),
    )
    outlook = plan(session, person, key)
    return Group(trouble, tuple(_lines(session, found, live, now=now)), cases=tuple(outlook))


def _cause(session: Session, seen: Sight, key: int) -> Incident:
    cause = rows.one(session, seen, key)
    if cause is None:
        raise NotFound("Deze storing bestaat niet.")
    return cause


def plan(session: Session, person: Person, key: int) -> list[Outlook]:
    """Which cases with this cause, on another release, could go along to the newest. Raises NotFound."""
    seen, live = sight(person), releases.current_number(session)
    found = rows.open_cases(session, seen, _cause(session, seen, key), not_on=live)
    return migration.plan(session, found, live, by=person)


def open_keys(session: Session, person: Person, key: int) -> list[int]:
    """The failures with this cause that can be tried again now, up to AT_ONCE. Raises NotFound."""
    seen = sight(person)
    return rows.open_keys(session, seen, _cause(session, seen, key), limit=AT_ONCE)


def take_along(session: Session, person: Person, key: int, *, why: str, now: datetime) -> Migration:
    """Send the cases with this cause that can go to the newest release. Raises NotFound, Invalid."""
    going = [one.case.key for one in plan(session, person, key) if not one.reasons]
    if not going:
        raise Invalid("Geen van deze casussen kan nu mee.")
    return migration.start(session, going, releases.current_number(session), why=why, by=person, now=now)


def _lines(
    session: Session, found: Sequence[tuple[Incident, Case]], live: int, *, now: datetime
) -> list[Line]:
    jobs = rows.jobs(session, [one.job_key for one, _ in found if one.job_key is not None])
    again = {one.job_key for one, _ in found if one.resolved_at is None}
    lines: list[Line] = []
    for incident, case in found:
        if incident.resolved_at is not None and incident.job_key and incident.job_key in again:
            continue  # it failed once more, and stands here as that
        instance = cases.instance(session, case)
        job = jobs.get(incident.job_key or 0)
        attempt = there = ""
        if incident.resolved_at is None and len(lines) < WORKED_OUT:
            attempt, there = _outlook(session, incident, case, instance, live, now=now)
        lines.append(Line(incident, case, instance.release_number, job, attempt, there))
    return lines


def _outlook(
    session: Session, incident: Incident, case: Case, instance: Instance, live: int, *, now: datetime
) -> tuple[str, str]:
    """What trying again would do here, and on the newest release where that is another."""
    if case.state == cases.SUSPENDED:
        return "de casus is opgeschort: hervat de casus eerst", ""
    engine_id = incident.engine_id
    if unreadable.is_of_case(incident):
        return "alles van de casus gaat dan weer lopen, als de stand te lezen is", ""
    if engine_id is None:
        return "Casusroute doet het werk van de stap opnieuw", ""
    old = releases.definitions(session, instance.release_number)

    def here() -> Step:
        return run.retry(old, instance.state, engine_id, now=now)

    def gone_along() -> Step:
        new = releases.definitions(session, live)
        moved = run.migrate(old, new, instance.state, {}, now=now)
        return run.retry(new, moved.state, engine_id, now=now)

    before = run.look(old, instance.state, now=now)
    told = []
    for work in (here, gone_along) if instance.release_number != live else (here,):
        try:
            told.append(_in_words(effects.told(before, work()), incident.message))
        except (CasusrouteError, LookupError):
            told.append("")
    return told[0], told[1] if len(told) > 1 else ""


def _in_words(effect: Effect, message: str) -> str:
    """What an attempt would do; a case can have other failures, which have nothing to do with it."""
    if message in effect.fails:
        return "mislukt weer"
    if effect.ends:
        return "de casus is dan klaar"
    return f"gaat verder bij ‘{', '.join(effect.opens)}’" if effect.opens else "gaat verder"
