"""What somebody changes in a running case by hand. Each is checked, and stands in the timeline with why."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.engine import run
from app.engine.definitions import Definitions
from app.engine.step import Step
from app.errors import Conflict, EngineError, Forbidden, Invalid, NotFound
from app.services import access, cases, facts, migration, releases, steps, unreadable
from app.services.access import Permission
from app.store import cases as case_rows
from app.store import jobs as job_rows
from app.store.models import Case, Incident, Instance, Person, Token

MIN_REASON_CHARS = 5

Work = Callable[[Definitions, bytes], Step]


def move(
    session: Session,
    case: Case,
    token_id: str,
    element_id: str,
    *,
    why: str,
    by: Person | None,
    now: datetime,
) -> None:
    """Take a token (by its engine id) to another step of the same (sub)process.

    Raises NotFound when it does not stand there any more, Conflict with why it can't go there.
    """
    data = {
        "token": token_id,
        "target": element_id,
        "target_name": _step_name(session, case, token_id, element_id),
        "name": _step_name(session, case, token_id),
        "why": reason(why),
    }
    _change(
        session,
        case,
        "moved",
        data,
        lambda definitions, state: run.move(definitions, state, token_id, element_id, now=now),
        by=by,
        now=now,
    )


def skip(
    session: Session,
    case: Case,
    token_id: str,
    variables: Mapping[str, Any],
    *,
    why: str,
    by: Person | None,
    now: datetime,
) -> None:
    """Go on behind a step as if it were done, with these variables. Raises NotFound, Conflict."""
    name = _step_name(session, case, token_id)
    data = {"token": token_id, "name": name, "variables": sorted(variables), "why": reason(why)}
    _change(
        session,
        case,
        "skipped_by_hand",
        data,
        lambda definitions, state: run.skip(definitions, state, token_id, variables, now=now),
        by=by,
        now=now,
    )


def _step_name(session: Session, case: Case, token_id: str, element_id: str = "") -> str:
    """What the diagram calls the step where this token stands, or another one of the same process."""
    failures = job_rows.open_incidents(session, case_key=case.key)
    standing: list[Token | Incident] = [*cases.tokens(session, case), *failures]
    here = next((one for one in standing if one.engine_id == token_id), None)
    if here is None:
        return element_id
    definitions = releases.definitions(session, cases.instance(session, case).release_number)
    process = definitions.models.get(here.process_id)
    element = process.elements.get(element_id or here.element_id) if process else None
    return (element.name if element else "") or element_id or here.element_id


def change_data(
    session: Session,
    case: Case,
    variables: Mapping[str, Any],
    *,
    why: str,
    by: Person | None,
    now: datetime,
    asked_by: int | None = None,
) -> None:
    """Set variables of the case. The fact keeps what they were, what they became, and who asked for it."""
    before = cases.variables(session, case)
    changed = {name: {"from": before.get(name), "to": value} for name, value in variables.items()}
    _change(
        session,
        case,
        "data_changed",
        {"changed": changed, "why": reason(why), **({"asked_by": asked_by} if asked_by else {})},
        lambda definitions, state: run.change_variables(definitions, state, variables, now=now),
        by=by,
        now=now,
    )


def cancel(session: Session, case: Case, *, why: str, by: Person | None, now: datetime) -> None:
    """Stop the case for good."""
    data = {"why": reason(why)}
    _change(
        session, case, "case_cancelled", data, lambda d, state: run.cancel(d, state, now=now), by=by, now=now
    )
    case.state = cases.CANCELLED


def suspend(session: Session, case: Case, *, why: str, by: Person | None, now: datetime) -> None:
    """Let the case stand still: nobody can hand in a task, and no timer fires. Raises Conflict."""
    instance = _locked(session, case, by)
    if instance.case.state != cases.RUNNING:
        raise Conflict("Alleen een lopende casus kan worden opgeschort.", case=case.key)
    case.state = cases.SUSPENDED
    job_rows.park_all(session, case.key)
    session.add(facts.fact("suspended", case, now=now, by=by, data={"why": reason(why)}))


def resume(session: Session, case: Case, *, by: Person | None, now: datetime) -> None:
    """Go on with a suspended case; what became due meanwhile happens at once. Raises Conflict."""
    instance = _locked(session, case, by)
    if instance.case.state != cases.SUSPENDED:
        raise Conflict("Deze casus is niet opgeschort.", case=case.key)
    case.state = cases.RUNNING
    job_rows.unpark_all(session, case.key)
    session.add(facts.fact("resumed", case, now=now, by=by))


def take_along(
    session: Session, case: Case, release: int, *, why: str, by: Person | None, now: datetime
) -> None:
    """Bring the case to another release at once. Raises Conflict with every reason why it can't go."""
    instance = _locked(session, case, by)
    reasons = migration.reasons(session, instance, release)
    if reasons:
        raise Conflict(" ".join(reasons), case=case.key)
    migration.take_along(session, instance, release, {}, why=reason(why), by=by, now=now)


def retry(session: Session, incident: Incident, *, by: Person | None, now: datetime) -> None:
    """Try a failure again: its token or the case at once, its job by the worker.

    Raises Conflict if it is resolved.
    """
    case = session.get_one(Case, incident.case_key)
    data = {"element_id": incident.element_id}
    instance = _locked(session, case, by, Permission.SEE_CASES)
    session.refresh(incident)
    _require_open(incident)
    if incident.engine_id is None:
        if case.state == cases.SUSPENDED and not unreadable.is_of_case(incident):
            raise Conflict("Deze casus is opgeschort. Hervat haar eerst.", case=case.key)
        session.add(facts.fact("retried", case, now=now, by=by, data=data))
        if unreadable.is_of_case(incident):
            if not unreadable.try_again(session, instance, incident):
                return
        else:
            job_rows.run_again(session, incident.job_key, now=now)
        incident.resolved_at, incident.resolved_by = now, by.key if by else None
        return
    engine_id = incident.engine_id
    _change(
        session,
        case,
        "retried",
        data,
        lambda definitions, state: run.retry(definitions, state, engine_id, now=now),
        by=by,
        now=now,
        allowed=Permission.SEE_CASES,
    )
    session.refresh(incident)
    if incident.resolved_at is not None:
        incident.resolved_by = by.key if by else None


def retry_all(
    session: Session, message: str, element_id: str, *, by: Person | None, now: datetime
) -> tuple[int, int]:
    """Try all failures of one kind again: this message at this element. Gives (tried, still failing)."""
    found = [
        one for one in job_rows.incidents_of_kind(session, message, element_id) if _may(session, one, by)
    ]
    for incident in found:
        try:
            with session.begin_nested():
                retry(session, incident, by=by, now=now)
        except (Conflict, Forbidden, NotFound, EngineError):
            continue  # it stays open, and one that can't be tried keeps none of the others back
    return len(found), sum(one.resolved_at is None for one in found)


def _may(session: Session, incident: Incident, by: Person | None) -> bool:
    return by is None or access.may_see_case(by, session.get_one(Case, incident.case_key))


def _require_open(incident: Incident) -> None:
    if incident.resolved_at is not None:
        raise Conflict("Deze storing is al opgelost.", incident=incident.key)


def _change(
    session: Session,
    case: Case,
    kind: str,
    data: Mapping[str, Any],
    work: Work,
    *,
    by: Person | None,
    now: datetime,
    allowed: Permission = Permission.CHANGE_CASES,
) -> None:
    instance = _locked(session, case, by, allowed)
    if case.state in (cases.ENDED, cases.CANCELLED):
        raise Conflict("Deze casus is al afgesloten.", case=case.key)
    if case.state == cases.SUSPENDED and kind != "case_cancelled":
        raise Conflict("Deze casus is opgeschort. Hervat haar eerst.", case=case.key)
    definitions = releases.definitions(session, instance.release_number)
    try:
        with unreadable.of_case(case.key):
            step = work(definitions, instance.state)
    except LookupError as error:
        raise NotFound("Deze stap staat er niet meer.", case=case.key) from error
    session.add(facts.fact(kind, case, now=now, by=by, data=data))
    session.flush()
    steps.record(session, instance, step, by=by, now=now, definitions=definitions)


def _locked(
    session: Session, case: Case, by: Person | None, allowed: Permission = Permission.CHANGE_CASES
) -> Instance:
    """The run of the case, for this transaction alone, where this person may change it."""
    if by is not None:
        if not access.may_see_case(by, case):
            raise NotFound("Deze casus bestaat niet, of is niet voor u.")
        may = access.houses(by, allowed) | access.houses(by, Permission.CHANGE_CASES)
        if case.house_key not in may:
            raise Forbidden("U kunt niet ingrijpen in deze casus.", case=case.key)
    instance = case_rows.lock_instance(session, case.key)
    if instance is None:
        raise EngineError("De stand van deze casus ontbreekt.", case=case.key)
    session.refresh(case)
    return instance


def reason(why: str) -> str:
    """Why somebody intervenes. Raises Invalid where that says too little."""
    text = why.strip()
    if len(text) < MIN_REASON_CHARS:
        message = "Schrijf kort op waarom dit nodig is."
        raise Invalid(message, {"why": message})
    return text[:500]
