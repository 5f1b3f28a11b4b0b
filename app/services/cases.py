"""Cases: start one, and what may be read of one."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.clock import AMSTERDAM
from app.engine import run
from app.engine.definitions import Definitions, ProcessInfo
from app.errors import EngineError, Forbidden, Invalid, NotFound
from app.services import (
    access,
    case_columns,
    case_properties,
    documents_in_answers,
    facts,
    releases,
    steps,
    unreadable,
)
from app.services.access import Permission
from app.services.case_properties import CaseProperties
from app.services.timeline import TimelineEntry, timeline
from app.store import cases as case_rows
from app.store.cases import CaseFilters, Sight
from app.store.models import Case, House, Instance, Person, Token, UserTask

__all__ = [
    "CaseFilters",
    "TimelineEntry",
    "begin",
    "begun_with",
    "instance",
    "open_tasks",
    "sight",
    "start",
    "timeline",
    "tokens",
    "variables",
]

RUNNING, SUSPENDED, ENDED, CANCELLED = "running", "suspended", "ended", "cancelled"
"""The states of a case."""


def start(
    session: Session,
    process_id: str,
    answers: Mapping[str, Any],
    *,
    by: Person,
    now: datetime,
    documents: Sequence[UUID] = (),
    form_key: str | None = None,
) -> Case:
    """Start a case in the current release; `answers` of the start form are checked already.

    `form_key` is that of the page which was sent: sent once more as it was, it gives the case that it began.
    Raises Conflict if that is happening at this very moment.

    Raises NotFound if the process is no way in, Forbidden, Invalid where the house cannot be told or the
    municipality no longer exists, EngineError when the diagram cannot run. Then nothing is kept.
    """
    if Permission.START_CASE not in access.permissions(by):
        raise Forbidden("U kunt geen casus starten.", process=process_id)
    # Asked once: a second look could find the case that the same page began in between.
    known = case_rows.begun_with(session, form_key, by.key) if form_key else None
    if known is not None:
        if _said(session, known, answers):
            return known
        form_key = None  # somebody went back and told of something else on the same page
    release = releases.current_number(session)
    definitions = releases.definitions(session, release)
    process = _way_in(definitions, process_id)
    properties = case_properties.evaluate(process.properties, answers, now=now)
    house = _house(session, properties, by=by, now=now)
    case = _run(session, process, house, answers, by=by, now=now)
    case.form_key = form_key
    session.flush()
    documents_in_answers.hand_in(session, answers, case=case, by=by, others=documents)
    return case


def begun_with(
    session: Session, form_key: str | None, answers: Mapping[str, Any], *, by: Person
) -> Case | None:
    """The case that this person began with this page and these answers, if they did."""
    known = case_rows.begun_with(session, form_key, by.key) if form_key else None
    return known if known is not None and _said(session, known, answers) else None


def _said(session: Session, case: Case, answers: Mapping[str, Any]) -> bool:
    """Whether the case began with these answers."""
    [started] = case_rows.events(session, case.key, kinds=["started"])
    return bool(started.data["answers"] == facts.plain(answers))


def begin(
    session: Session,
    process_id: str,
    variables: Mapping[str, Any],
    *,
    house_key: str | None = None,
    compartment: str | None = None,
    now: datetime,
) -> Case:
    """Start a case that nobody asked for by hand: a message, signal or another case begins it, in this house.

    Without a house, its variables say which; of house and compartment they may also say otherwise later.
    Raises NotFound, Invalid, EngineError.
    """
    definitions = releases.definitions(session, releases.current_number(session))
    process = definitions.processes.get(process_id)
    if process is None or not process.executable:
        raise NotFound("Dit proces bestaat niet.", process=process_id)
    house = session.get(House, house_key) if house_key is not None else None
    if house is None:
        properties = case_properties.evaluate(process.properties, variables, now=now)
        house = _house(session, properties, by=None, now=now)
    return _run(session, process, house, variables, by=None, compartment=compartment, now=now)


def _run(
    session: Session,
    process: ProcessInfo,
    house: House,
    answers: Mapping[str, Any],
    *,
    by: Person | None,
    compartment: str | None = None,
    now: datetime,
) -> Case:
    """A new case in the current release, as far as it runs by itself."""
    release = releases.current_number(session)
    definitions = releases.definitions(session, release)
    case = _new_case(session, process, house, by=by, now=now)
    case.compartment = compartment
    variables = {**answers, "casus": _case_variable(case, house, by=by, now=now)}
    step = run.start(definitions, process.id, variables, now=now)
    instance = Instance(case=case, release_number=release, process_id=process.id, state=step.state)
    session.add(instance)
    session.add(facts.fact("started", case, now=now, by=by, data={"answers": answers}))
    steps.record(session, instance, step, by=by, now=now, definitions=definitions)
    return case


def _way_in(definitions: Definitions, process_id: str) -> ProcessInfo:
    process = definitions.processes.get(process_id)
    if process is None or not process.executable or process.start_form_id is None:
        raise NotFound("Dit is geen manier om een casus te starten.", process=process_id)
    return process


def _house(session: Session, properties: CaseProperties, *, by: Person | None, now: datetime) -> House:
    today = now.astimezone(AMSTERDAM).date()
    ended = case_columns.ended_municipality(session, properties, today=today)
    if ended is not None:
        raise Invalid(
            f"De gemeente {ended.name} bestaat niet meer. Kies de gemeente waar het gebied nu bij hoort.",
            municipality=ended.key,
        )
    house = case_columns.house_of(session, properties)
    memberships = by.memberships if by is not None else []
    own = {membership.house_key for membership in memberships if membership.house_key is not None}
    if house is None and len(own) == 1:
        house = session.get(House, own.pop())
    if house is None:
        raise Invalid("Kies de gemeente waar het om gaat: die bepaalt welk veiligheidshuis dit oppakt.")
    return house


def _new_case(
    session: Session, process: ProcessInfo, house: House, *, by: Person | None, now: datetime
) -> Case:
    year = now.astimezone(AMSTERDAM).year
    number = case_rows.next_number(session, house.key, year)
    case = Case(
        number=f"{house.number_prefix}-{year}-{number:04d}",
        house_key=house.key,
        house=house,
        process_id=process.id,
        title=process.name or process.id,
        route="",
        theme="",
        legal_regime="",
        compartment=None,
        municipality_key=None,
        reporter_key=None,
        priority=steps.NORMAL_PRIORITY,
        state=RUNNING,
        started_at=now,
        started_by=by.key if by else None,
        moved_at=now,
    )
    session.add(case)
    session.flush()
    return case


def _case_variable(case: Case, house: House, *, by: Person | None, now: datetime) -> dict[str, Any]:
    """The variable `casus`: what the diagram may know of the case around it."""
    return {
        "nummer": case.number,
        "huis": house.key,
        "huis_naam": house.name,
        "gestart_op": now.astimezone(AMSTERDAM).isoformat(timespec="seconds"),
        "gestart_door": by.name if by else "Casusroute",
        "kanaal_organisatie": by.organisation_key if by else None,
    }


def sight(person: Person) -> Sight:
    """The cases that this person may know of: houses they see, without closed compartments."""
    houses = access.houses(person, Permission.SEE_CASES) | access.houses(person, Permission.SEE_COURSE)
    return Sight(houses=frozenset(houses), compartments=frozenset(person.compartments))


def tokens(session: Session, case: Case) -> list[Token]:
    """Where the case stands now."""
    return case_rows.tokens(session, case.key)


def open_tasks(session: Session, case: Case) -> list[UserTask]:
    """The waiting user tasks of the case, for reading."""
    return case_rows.waiting_tasks(session, case.key)


def instance(session: Session, case: Case) -> Instance:
    """The run of the case. Raises EngineError if its state has gone."""
    found = session.get(Instance, case.key)
    if found is None:
        raise EngineError("De stand van deze casus ontbreekt.", case=case.key)
    return found


def variables(session: Session, case: Case) -> dict[str, Any]:
    """The variables of the case's process: contents, so only for who may see them."""
    running = instance(session, case)
    definitions = releases.definitions(session, running.release_number)
    with unreadable.of_case(case.key):
        return run.variables(definitions, running.state)
