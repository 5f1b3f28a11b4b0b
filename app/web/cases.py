"""/casussen: the cases that somebody may know of, and one of them."""

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app import clock
from app.engine.definitions import Definitions
from app.errors import Invalid
from app.forms import RowView
from app.services import (
    access,
    around,
    cases,
    changes,
    documents,
    dossier,
    inbox,
    jobs,
    releases,
    timeline,
    unreadable,
)
from app.services.access import Permission
from app.services.dossier import Given
from app.store import cases as case_rows
from app.store.models import Case, Incident, Municipality, Organisation, Theme
from app.store.session import db, transaction
from app.web import case_diagram, case_list, looks
from app.web.access import current_person, requires

bp = Blueprint("cases", __name__, url_prefix="/casussen")

PLAN = "plan_van_aanpak"
"""The variable in which the diagrams keep the plan: a list of lines, filled in with a form."""


@bp.get("")
@requires(Permission.SEE_CASES, Permission.SEE_COURSE)
def page() -> str | tuple[str, int]:
    return case_list.page(case_list.shown(request.args), request.args.get("na"))


@bp.get("/<number>")
@requires(Permission.SEE_CASES, Permission.SEE_COURSE)
def case(number: str) -> str:
    return _page(number)


@bp.get("/<number>/terug")
@requires(Permission.SEE_CASES, Permission.SEE_COURSE)
def back_then(number: str) -> Response:
    """The diagram as it was at moment `tot`, for the slider of the page that is open."""
    session: Session = db.session()
    found = access.require_case(session, current_person(), number)
    seen = case_diagram.look(session, found, timeline.told(session, case_diagram.facts(session, found)))
    return jsonify(
        {
            "bron": seen.drawing.source,
            "proces": seen.drawing.process_id,
            "standen": seen.drawing.standings,
            "geweest": dict(seen.drawing.passed),
            "feit": seen.moment.key if seen.moment else None,
        }
    )


def _page(number: str, reason: str = "", error: str = "") -> str:
    session: Session = db.session()
    person, now = current_person(), clock.now()
    found = access.require_case(session, person, number)
    contents = access.may_see_contents(session, person, found, now=now)
    instance = cases.instance(session, found)
    definitions = releases.definitions(session, instance.release_number)
    if contents:
        looks.saw(found.key)
    given = dossier.given(session, found, now=now) if contents else []
    events = case_rows.events(session, found.key)
    lines = timeline.told(session, events, contents=contents)
    seen = case_diagram.look(session, found, lines, events)
    held = access.houses(person, Permission.OPEN_WITH_REASON)
    return render_template(
        "casus/casus.html",
        casus=found,
        feiten=_facts(session, found, definitions),
        taken=[(task, inbox.may_do(task, person)) for task in cases.open_tasks(session, found)],
        storingen=_trouble(session, found, definitions),
        verloop=list(reversed(lines)),
        gegeven_bij={one.key: one for one in given},
        rond=around.around(session, found, definitions, events, contents=contents)
        if _may_see_around(found)
        else None,
        terug=seen,
        inhoud=contents,
        mag_ingrijpen=found.house_key in access.houses(person, Permission.CHANGE_CASES)
        and found.state in (cases.RUNNING, cases.SUSPENDED),
        mag_met_reden=not contents and found.house_key in held,
        reden=reason,
        fout=error,
        gegeven=given,
        documenten=documents.of_case(session, found) if contents else [],
        plan=_plan(given),
    )


def _may_see_around(case: Case) -> bool:
    person = current_person()
    may = access.houses(person, Permission.SEE_OVERVIEW) | access.houses(person, Permission.CHANGE_CASES)
    return case.house_key in may


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
