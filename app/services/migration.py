"""Cases that go along to another release: which can, why others can't, and the work itself.

One case is one job in one transaction: it goes along whole or not at all, and what stops half-way goes on.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from app.engine import run
from app.errors import Conflict, EngineError, Forbidden, Invalid, NotFound, Unreadable
from app.services import access, cases, facts, releases, steps, waits
from app.services.access import Permission
from app.store import cases as case_rows
from app.store import jobs as job_rows
from app.store import migrations as rows
from app.store.models import Case, Instance, Job, Migration, MigrationCase, Person

MIGRATE = "migrate"
"""The kind of job."""
WAITING, MOVED, REFUSED, STOPPED = "waiting", "moved", "refused", "stopped"


@dataclass(frozen=True, slots=True)
class Outlook:
    """Whether a case can go along: `reasons` say why not, and are empty when it can."""

    case: Case
    from_release: int
    reasons: tuple[str, ...] = ()
    process_id: str = ""
    """The process that it began with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """Cases with whether each can go along."""

    cases: tuple[Outlook, ...]

    @property
    def going(self) -> list[Outlook]:
        return [one for one in self.cases if not one.reasons]

    @property
    def staying(self) -> list[Outlook]:
        return [one for one in self.cases if one.reasons]


@dataclass(frozen=True, slots=True)
class Progress:
    """How many cases of a migration wait, moved, were refused, and were left alone when it was stopped."""

    waiting: int = 0
    moved: int = 0
    refused: int = 0
    stopped: int = 0
    reasons: Mapping[int, Sequence[str]] = field(default_factory=dict)
    """Of the refused ones, by case key."""


def plan(
    session: Session,
    case_keys: Iterable[int],
    release: int,
    renamed: Mapping[str, str] | None = None,
    *,
    by: Person | None,
) -> list[Outlook]:
    """What would happen to these cases; nothing is changed. Raises NotFound for a release that is none."""
    releases.require(session, release)
    found = []
    for instance in rows.instances(session, case_keys):
        if by is None or access.may_see_case(by, instance.case):
            why_not = reasons(session, instance, release, renamed)
            found.append(Outlook(instance.case, instance.release_number, why_not, instance.process_id))
    return found


def reasons(
    session: Session, instance: Instance, release: int, renamed: Mapping[str, str] | None = None
) -> tuple[str, ...]:
    """Why a case can't go along; empty when it can."""
    if instance.case.state not in (cases.RUNNING, cases.SUSPENDED):
        return ("De casus is afgesloten.",)
    if instance.release_number == release:
        return (f"De casus volgt versie {release} al.",)
    old, new = releases.definitions(session, instance.release_number), releases.definitions(session, release)
    try:
        return tuple(run.obstacles(old, new, instance.state, renamed or {}))
    except Unreadable as error:
        return (error.message,)


def start(
    session: Session,
    case_keys: Iterable[int],
    release: int,
    renamed: Mapping[str, str] | None = None,
    *,
    why: str,
    by: Person | None,
    now: datetime,
) -> Migration:
    """Send these cases on their way; workers take them one by one. Raises NotFound, Forbidden, Invalid."""
    if by is not None and Permission.CHANGE_CASES not in access.permissions(by):
        raise Forbidden("U kunt geen casussen naar een andere versie brengen.")
    if not why.strip():
        raise Invalid("Schrijf kort op waarom de casussen meegaan.", {"why": "Dit is verplicht."})
    target = releases.require(session, release)
    migration = Migration(
        release_number=target.number,
        renamed=dict(renamed or {}),
        reason=why.strip()[:500],
        started_at=now,
        started_by=by.key if by else None,
    )
    session.add(migration)
    session.flush()
    for instance in rows.instances(session, case_keys):
        if by is not None and instance.case.house_key not in access.houses(by, Permission.CHANGE_CASES):
            continue
        session.add(
            MigrationCase(
                migration_key=migration.key,
                case_key=instance.case_key,
                from_release=instance.release_number,
                state=WAITING,
            )
        )
        session.add(waits.internal_job(MIGRATE, instance.case_key, {"migration": migration.key}, now=now))
    session.flush()
    return migration


def stop(session: Session, migration: Migration, *, now: datetime) -> None:
    """What has not gone along yet, stays. What went, went."""
    migration.stopped_at = migration.stopped_at or now
    rows.stop_waiting(session, migration.key)


def resume(session: Session, migration: Migration, *, by: Person, now: datetime) -> None:
    """Go on with what was left alone when it was stopped. Raises Conflict when nothing was."""
    left = rows.of_state(session, migration.key, STOPPED, access.houses(by, Permission.CHANGE_CASES))
    if not left:
        raise Conflict("Er zijn geen gestopte casussen meer om mee verder te gaan.")
    migration.stopped_at = None
    for row in left:
        row.state = WAITING
        payload: dict[str, object] = {"migration": migration.key, "by": by.key}
        session.add(waits.internal_job(MIGRATE, row.case_key, payload, now=now))
    session.flush()


def progress(session: Session, migration: Migration) -> Progress:
    counted = rows.counts(session, migration.key)
    return Progress(**counted, reasons=rows.refusals(session, migration.key))


def run_one(session: Session, instance: Instance, job: Job, *, now: datetime) -> None:
    """One case, under the lock of its instance: it goes along, or it is written down why not."""
    migration = session.get(Migration, job.payload["migration"])
    row = None if migration is None else session.get(MigrationCase, (migration.key, instance.case_key))
    if migration is None or row is None or row.state != WAITING:
        return
    why_not = reasons(session, instance, migration.release_number, migration.renamed)
    if why_not:
        row.state, row.reasons = REFUSED, list(why_not)
        return
    # Who went on with it after a stop may be another than who began it.
    by_key = job.payload.get("by", migration.started_by)
    by = session.get(Person, by_key) if by_key is not None else None
    try:
        with session.begin_nested():
            take_along(
                session,
                instance,
                migration.release_number,
                migration.renamed,
                why=migration.reason,
                by=by,
                now=now,
            )
    except (Conflict, NotFound, EngineError) as error:
        row.state, row.reasons = REFUSED, [error.message]
    else:
        row.state = MOVED


def take_along(
    session: Session,
    instance: Instance,
    release: int,
    renamed: Mapping[str, str],
    *,
    why: str,
    by: Person | None,
    now: datetime,
) -> None:
    """Bring one case, whose instance is locked, to another release. Raises Conflict with the reasons."""
    old, new = releases.definitions(session, instance.release_number), releases.definitions(session, release)
    step = run.migrate(old, new, instance.state, renamed, now=now)
    before = instance.release_number
    instance.release_number = release
    data = {"release_before": before, "release": release, "why": why, "renamed": dict(renamed)}
    session.add(facts.fact("migrated", instance.case, now=now, by=by, data=data))
    steps.refresh_tasks(case_rows.open_tasks(session, instance.case_key), step)
    steps.record(session, instance, step, by=by, now=now, definitions=new)
    if instance.case.state == cases.SUSPENDED:
        job_rows.park_steps(session, instance.case_key)
