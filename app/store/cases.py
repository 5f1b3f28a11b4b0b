"""Queries about cases and what is projected from their state."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, contains_eager, immediateload

from app.clock import AMSTERDAM
from app.store.inbox import IS_OPEN
from app.store.models import (
    Case,
    Document,
    Event,
    House,
    InboxEntry,
    Incident,
    Instance,
    Job,
    Municipality,
    NumberSeries,
    Organisation,
    Person,
    Token,
    UserTask,
)

PERSON = "persoon:"
"""Before the login of somebody who is a group by themselves."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody may know of: the cases of these houses, and those closed compartments."""

    houses: frozenset[str]
    compartments: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class CaseFilters:
    """What a list of cases is narrowed to; empty means everything."""

    text: str = ""
    """Part of the number or the title."""
    process_id: str = ""
    """The process that the case began with."""
    element_id: str = ""
    """A case stands here now, or at one of these: several are written with commas between."""
    element_process_id: str = ""
    """The process, possibly a called one, that `element_id` belongs to; alone, a case stands within it."""
    house: str = ""
    theme: str = ""
    state: str = ""
    overdue: bool = False
    municipality: str = ""
    route: str = ""
    release_number: int | None = None
    """The release that the case follows now."""
    started_from: datetime | None = None
    started_until: datetime | None = None
    """Not included."""
    who: str = ""
    """Somebody with an open task: `persoon:<login>`, or a group as tasks name it."""
    still_days: int = 0
    """Running, or suspended, and without movement for so many days on the calendar."""


def in_sight(sight: Sight) -> ColumnElement[bool]:
    """The condition on `case` that hides other houses and closed compartments."""
    open_to_them = or_(Case.compartment.is_(None), Case.compartment.in_(sorted(sight.compartments)))
    return and_(Case.house_key.in_(sorted(sight.houses)), open_to_them)


def by_key(session: Session, key: int) -> Case:
    return session.get_one(Case, key)


def begun_with(session: Session, form_key: str, person_key: int) -> Case | None:
    """The case that this person began with this page."""
    query = select(Case).where(Case.form_key == form_key, Case.started_by == person_key)
    return session.scalars(query).one_or_none()


def narrowed(filters: CaseFilters, *, now: datetime) -> list[ColumnElement[bool]]:
    """The conditions on `case` that stand for `filters`."""
    return [*of_themselves(filters, now=now), *of_others(filters)]


def of_themselves(filters: CaseFilters, *, now: datetime) -> list[ColumnElement[bool]]:
    """Those that hang on the case's own row."""
    conditions: list[ColumnElement[bool]] = []
    if filters.text:
        conditions.append(
            or_(
                Case.number.icontains(filters.text, autoescape=True),
                Case.title.icontains(filters.text, autoescape=True),
            )
        )
    for column, value in (
        (Case.process_id, filters.process_id),
        (Case.house_key, filters.house),
        (Case.theme, filters.theme),
        (Case.state, filters.state),
        (Case.municipality_key, filters.municipality),
        (Case.route, filters.route),
    ):
        if value:
            conditions.append(column == value)
    if filters.started_from is not None:
        conditions.append(Case.started_at >= filters.started_from)
    if filters.started_until is not None:
        conditions.append(Case.started_at < filters.started_until)
    if filters.overdue:
        conditions.append(Case.next_due_at < now)
    if filters.still_days:
        conditions += [Case.state.in_(("running", "suspended")), Case.ended_at.is_(None)]
        conditions.append(Case.moved_at < _days_ago(filters, now))
    return conditions


def of_others(filters: CaseFilters) -> list[ColumnElement[bool]]:
    """Those that hang on its tokens, tasks or release."""
    conditions: list[ColumnElement[bool]] = []
    if filters.release_number is not None:
        conditions.append(_follows(filters.release_number))
    if filters.element_id or filters.element_process_id:
        conditions.append(_stands_at(filters.element_id, filters.element_process_id))
    if filters.who:
        conditions.append(_with(filters.who))
    return conditions


def _follows(release_number: int) -> ColumnElement[bool]:
    # Not IN: a release may have had more cases than still run.
    follows = exists().where(Instance.case_key == Case.key, Instance.release_number == release_number)
    return follows.correlate(Case)


def _stands_at(element_id: str, process_id: str) -> ColumnElement[bool]:
    # Not EXISTS: without statistics SQLite would walk all tokens at the step for each case there is.
    tokens = select(Token.case_key)
    # A token that failed has no row there: its incident says where it stands.
    failures = select(Incident.case_key).where(Incident.resolved_at.is_(None), Incident.element_id != "")
    if element_id:
        steps = element_id.split(",")
        tokens, failures = (
            tokens.where(Token.element_id.in_(steps)),
            failures.where(Incident.element_id.in_(steps)),
        )
    if process_id:
        tokens, failures = (
            tokens.where(Token.process_id == process_id),
            failures.where(Incident.process_id == process_id),
        )
    return Case.key.in_(tokens.union(failures))


def _with(who: str) -> ColumnElement[bool]:
    given = select(UserTask.case_key).join(InboxEntry, InboxEntry.task_key == UserTask.key)
    # Of all houses, written as that: the entries lie by house, then by group.
    given = given.where(InboxEntry.house_key.in_(select(House.key)), InboxEntry.group == who)
    if not who.startswith(PERSON):
        return Case.key.in_(given)
    person = select(Person.key).where(Person.login == who.removeprefix(PERSON)).scalar_subquery()
    taken = select(UserTask.case_key).where(IS_OPEN, UserTask.assignee_key == person)
    return Case.key.in_(given.union(taken))


def _days_ago(filters: CaseFilters, now: datetime) -> datetime:
    """What was before this is so many days ago."""
    day = now.astimezone(AMSTERDAM).date() - timedelta(days=filters.still_days - 1)
    return datetime.combine(day, time(), AMSTERDAM)


def next_number(session: Session, house_key: str, year: int) -> int:
    """Count up: the row stays locked until the transaction ends, so no number is lost or doubled."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    row = dialect.insert(NumberSeries).values(house_key=house_key, year=year, last=1)
    counted = row.on_conflict_do_update(
        index_elements=["house_key", "year"], set_={"last": NumberSeries.last + 1}
    )
    number: int = session.execute(counted.returning(NumberSeries.last)).scalar_one()
    return number


# The case too: who waited for the lock must see it as it is now, and not as it was before the wait.
_INSTANCE = (
    select(Instance)
    .join(Instance.case)
    .where(Instance.case_key == bindparam("case"))
    .with_for_update(of=[Instance, Case], key_share=True)
    .options(contains_eager(Instance.case))
    .execution_options(populate_existing=True)
)
_INSTANCE_IF_FREE = _INSTANCE.with_for_update(of=[Instance, Case], key_share=True, skip_locked=True)
_TASK = (
    select(UserTask, Instance)
    .join(Instance, Instance.case_key == UserTask.case_key)
    .join(Instance.case)
    .where(UserTask.id == bindparam("task"))
    .with_for_update(of=[Instance, Case, UserTask], key_share=True)
    .options(contains_eager(Instance.case).lazyload(Case.house), immediateload(UserTask.case))
    .execution_options(populate_existing=True)
)
# The case is not read along, where whoever locks its tasks has it.
_OPEN_TASKS = (
    select(UserTask)
    .where(UserTask.case_key == bindparam("case"), IS_OPEN)
    .order_by(UserTask.key)
    .with_for_update(of=UserTask, key_share=True)
    .options(immediateload(UserTask.case))
    .execution_options(populate_existing=True)
)


def lock_instance(session: Session, case_key: int) -> Instance | None:
    """The instance as it is now, for this transaction alone: whoever changes a case holds this row."""
    return session.scalars(_INSTANCE, {"case": case_key}).one_or_none()


def lock_instance_if_free(session: Session, case_key: int) -> Instance | None:
    """The same without waiting: None where somebody else holds it now."""
    return session.scalars(_INSTANCE_IF_FREE, {"case": case_key}).one_or_none()


def lock_task(session: Session, task_id: UUID) -> tuple[UserTask, Instance] | None:
    """A task (by its public id) and the instance that it is of, locked as `lock_instance` does."""
    found = session.execute(_TASK, {"task": task_id}).one_or_none()
    return None if found is None else (found.UserTask, found.Instance)


def open_tasks(session: Session, case_key: int) -> list[UserTask]:
    """The waiting user tasks of a case, locked so that nobody claims one that is being closed."""
    return list(session.scalars(_OPEN_TASKS, {"case": case_key}))


def waiting_tasks(session: Session, case_key: int) -> list[UserTask]:
    """The waiting user tasks of a case, to be shown."""
    query = select(UserTask).where(UserTask.case_key == case_key, IS_OPEN)
    return list(session.scalars(query.order_by(UserTask.sort_due_at, UserTask.key)))


def tokens(session: Session, case_key: int) -> list[Token]:
    return list(session.scalars(select(Token).where(Token.case_key == case_key).order_by(Token.key)))


def jobs(session: Session, case_key: int) -> list[Job]:
    return list(session.scalars(select(Job).where(Job.case_key == case_key).order_by(Job.key)))


def events(session: Session, case_key: int, *, kinds: Sequence[str] = ()) -> list[Event]:
    """What happened in a case, in order."""
    query = select(Event).where(Event.case_key == case_key)
    if kinds:
        query = query.where(Event.kind.in_(kinds))
    return list(session.scalars(query.order_by(Event.key)))


def municipality(session: Session, key_or_name: str) -> Municipality | None:
    """The municipality with this key or, as people write it, this name."""
    named = select(Municipality).where(func.lower(Municipality.name) == key_or_name.lower())
    return session.get(Municipality, key_or_name) or session.scalars(named).first()


def organisation(session: Session, key_or_name: str) -> Organisation | None:
    """The organisation with this key or, as people write it, this name."""
    named = select(Organisation).where(func.lower(Organisation.name) == key_or_name.lower())
    return session.get(Organisation, key_or_name) or session.scalars(named).first()


def move_tasks(session: Session, case: Case) -> None:
    """Give every task of the case its house and compartment."""
    session.execute(
        update(UserTask)
        .where(UserTask.case_key == case.key)
        .values(house_key=case.house_key, compartment=case.compartment)
    )


def hand_in_documents(
    session: Session, ids: Sequence[UUID], *, case_key: int, task_key: int | None, by: int
) -> None:
    """Make the documents part of the case; only those that `by` stored or that are of this case already."""
    if ids:
        session.execute(
            update(Document)
            .where(Document.id.in_(ids))
            .where(
                or_(
                    Document.case_key == case_key, and_(Document.case_key.is_(None), Document.stored_by == by)
                )
            )
            .values(case_key=case_key, task_key=task_key, handed_in=True)
        )
