"""/casussen: the cases that somebody may know of, and one of them."""

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app import clock
from app.engine.definitions import Definitions, ProcessInfo
from app.errors import Invalid, NotFound
from app.forms import RowView
from app.services import (
    access,
    cases,
    changes,
    diagrams,
    documents,
    dossier,
    inbox,
    jobs,
    releases,
    unreadable,
)
from app.services.access import Permission
from app.services.dossier import Given
from app.store.models import Case, Incident, Instance, Municipality, Organisation, Theme, Token, UserTask
from app.store.session import db, transaction
from app.web import case_list, drawing, looks
from app.web.access import current_person, requires
from app.web.drawing import Drawing

bp = Blueprint("cases", __name__, url_prefix="/casussen")

PLAN = "plan_van_aanpak"
"""The variable in which the diagrams keep the plan: a list of lines, filled in with a form."""


@bp.get("")
@requires(Permission.SEE_CASES, Permission.SEE_COURSE)
def page() -> str | tuple[str, int]:
    return case_list.page(case_list.shown(request.args), request.args.get("na"))


@dataclass(frozen=True, slots=True)
class _Part:
    """The process or called process whose diagram is shown."""

    process: ProcessInfo
    path: tuple[str, ...]


@bp.get("/<number>")
@requires(Permission.SEE_CASES, Permission.SEE_COURSE)
def case(number: str) -> str:
    return _page(number)


def _page(number: str, reason: str = "", error: str = "") -> str:
    session: Session = db.session()
    person, now = current_person(), clock.now()
    found = access.require_case(session, person, number)
    contents = access.may_see_contents(session, person, found, now=now)
    instance = cases.instance(session, found)
    definitions = releases.definitions(session, instance.release_number)
    open_tasks = cases.open_tasks(session, found)
    if contents:
        looks.saw(found.key)
    given = dossier.given(session, found, now=now) if contents else []
    tokens = cases.tokens(session, found)
    part = _part(found, definitions, tokens)
    held = access.houses(person, Permission.OPEN_WITH_REASON)
    return render_template(
        "casus/casus.html",
        casus=found,
        feiten=_facts(session, found, definitions),
        taken=[(task, inbox.may_do(task, person)) for task in open_tasks],
        storingen=_trouble(session, found, definitions),
        verloop=list(reversed(cases.timeline(session, found, contents=contents))),
        inhoud=contents,
        mag_ingrijpen=found.house_key in access.houses(person, Permission.CHANGE_CASES)
        and found.state in (cases.RUNNING, cases.SUSPENDED),
        mag_met_reden=not contents and found.house_key in held,
        reden=reason,
        fout=error,
        gegeven=given,
        documenten=documents.of_case(session, found) if contents else [],
        plan=_plan(given),
        tekening=_drawing(found, instance, definitions, part, tokens, open_tasks),
        kruimels=_crumbs(definitions, found, part),
    )


@bp.post("/<number>/reden")
@requires(Permission.OPEN_WITH_REASON)
def open_with_reason(number: str) -> Response | tuple[str, int]:
    """Somebody who sees only the course says why they need the contents."""
    reason = request.form.get("reden", "")
    try:
        with transaction() as session:
            found = access.require_case(session, current_person(), number)
            access.open_with_reason(session, current_person(), found, reason, now=clock.now())
    except Invalid as error:
        return _page(number, reason, error.message), 422
    flash("U kunt de inhoud van deze casus vandaag lezen. Uw reden is vastgelegd.")
    return redirect(url_for("cases.case", number=number), 303)


@bp.post("/<number>/storingen/<int:key>/opnieuw")
@requires(Permission.SEE_CASES, Permission.SEE_COURSE)
def retry(number: str, key: int) -> Response:
    """Let the worker try a step that failed once more."""
    with transaction() as session:
        found = access.require_case(session, current_person(), number)
        changes.retry(session, jobs.incident(session, found, key), by=current_person(), now=clock.now())
    flash("Casusroute probeert het opnieuw. Lukt het, dan verdwijnt de storing vanzelf.")
    return redirect(url_for("cases.case", number=number), 303)


def _facts(session: Session, case: Case, definitions: Definitions) -> list[tuple[str, str]]:
    """What the case is about, as far as that is no contents."""
    municipality = session.get(Municipality, case.municipality_key) if case.municipality_key else None
    reporter = session.get(Organisation, case.reporter_key) if case.reporter_key else None
    theme = session.get(Theme, case.theme) if case.theme else None
    process = definitions.processes.get(case.process_id)
    facts = [
        ("Huis", case.house.name),
        ("Begonnen als", process.name if process else case.process_id),
        ("Route", case.route),
        ("Thema", theme.name if theme else case.theme),
        ("Gemeente", municipality.name if municipality else ""),
        ("Melder", reporter.name if reporter else ""),
        ("Rechtsregime", case.legal_regime),
    ]
    return [(name, value) for name, value in facts if value]


def _trouble(session: Session, case: Case, definitions: Definitions) -> list[tuple[Incident, str]]:
    """What failed and waits for a person, each with the name of its step."""
    names = {
        (process.id, one.id): one.name or one.id
        for process in definitions.processes.values()
        for one in process.elements
    }
    found = jobs.open_incidents(session, case_key=case.key)
    return [(one, _step_of(one, names)) for one in found]


def _step_of(incident: Incident, names: dict[tuple[str, str], str]) -> str:
    if unreadable.is_of_case(incident):
        return "De hele casus"
    return names.get((incident.process_id, incident.element_id), incident.element_id)


def _plan(given: list[Given]) -> list[RowView]:
    """The lines of the plan as they were handed in last, in the words of that form."""
    for one in given:
        for field in one.view.fields:
            if field.name == PLAN and field.rows:
                return field.rows
    return []


def _part(case: Case, definitions: Definitions, tokens: list[Token]) -> _Part:
    """Which diagram was asked for: `pad` names the call activities around it, outermost first.

    Without it the innermost process that the whole case stands in.
    """
    said = request.args.get("pad")
    asked = _innermost(case, definitions, tokens) if said is None else said.split("/")
    asked = tuple(part for part in asked if part)
    process = definitions.processes.get(case.process_id)
    for step in asked:
        call = next((one for one in process.elements if one.id == step), None) if process else None
        process = definitions.processes.get(call.calls or "") if call else None
    if process is None:
        raise NotFound("Dit diagram hoort niet bij deze casus.")
    return _Part(process, asked)


def _innermost(case: Case, definitions: Definitions, tokens: list[Token]) -> tuple[str, ...]:
    path: tuple[str, ...] = ()
    process = definitions.processes.get(case.process_id)
    while process is not None:
        depth = len(path)
        inside = [token for token in tokens if tuple(token.path[:depth]) == path]
        steps = {token.path[depth] if len(token.path) > depth else token.element_id for token in inside}
        calls = {one.id: one.calls for one in process.elements if one.calls}
        if len(steps) != 1 or (step := steps.pop()) not in calls:
            break
        path, process = (*path, step), definitions.processes.get(calls[step] or "")
    return path


def _crumbs(definitions: Definitions, case: Case, part: _Part) -> list[tuple[str, str]]:
    """The processes from the outermost to the one that is shown: (name, path)."""
    process: ProcessInfo | None = definitions.processes.get(case.process_id)
    crumbs = [(process.name if process else case.process_id, "")]
    for depth, step in enumerate(part.path, 1):
        call = next((one for one in process.elements if one.id == step), None) if process else None
        process = definitions.processes.get(call.calls or "") if call else None
        crumbs.append((process.name if process else step, "/".join(part.path[:depth])))
    return crumbs


def _drawing(
    case: Case,
    instance: Instance,
    definitions: Definitions,
    part: _Part,
    places: list[Token],
    tasks: list[UserTask],
) -> Drawing:
    here = diagrams.tokens_here(places, part.process.elements, process_id=part.process.id, path=part.path)
    inside = _calls_with_tokens(places, part)
    late = [task for task in tasks if task.due_at is not None and task.due_at < clock.now()]
    overdue = diagrams.tokens_here(late, part.process.elements, process_id=part.process.id, path=part.path)
    standings = {
        element: diagrams.standing_in_case(count, overdue[element]) for element, count in here.items()
    }
    standings |= {one: diagrams.standing_in_case(1, 0) for one in inside if one not in standings}
    calls = {one.id: one.calls for one in part.process.elements if one.calls}
    return drawing.drawing(
        definitions,
        part.process,
        source=drawing.source_url(instance.release_number, part.process),
        standings=standings,
        opens_url=lambda element: (
            url_for("cases.case", number=case.number, pad="/".join((*part.path, element)), _anchor="diagram")
            if calls.get(element)
            else None
        ),
    )


def _calls_with_tokens(places: list[Token], part: _Part) -> set[str]:
    """The call activities here within which the case stands somewhere."""
    depth = len(part.path)
    return {
        place.path[depth]
        for place in places
        if tuple(place.path[:depth]) == part.path and len(place.path) > depth
    } & {one.id for one in part.process.elements}
