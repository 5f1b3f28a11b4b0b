"""/casussen/<number>/ingrijpen: changing a running case by hand, with what it would do shown first."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from app import clock
from app.engine import run
from app.engine.definitions import Definitions, ElementInfo
from app.engine.step import Step
from app.errors import CasusrouteError, Conflict, Invalid, NotFound
from app.services import access, cases, changes, effects, inbox, jobs, migration, releases, task_changes
from app.services.access import Permission
from app.services.effects import Effect
from app.store.models import Case, Incident, Token, UserTask
from app.store.session import db, transaction
from app.web import dates
from app.web.access import current_person, requires

bp = Blueprint("interventions", __name__, url_prefix="/casussen/<number>/ingrijpen")

NOT_TARGETS = {"startEvent", "boundaryEvent"}
QUESTIONS = {
    "verplaatsen": "De casus naar een andere stap brengen",
    "overslaan": "Een stap overslaan",
    "opschorten": "De casus opschorten",
    "hervatten": "De casus hervatten",
    "afbreken": "De casus afbreken",
    "meenemen": "De casus naar de nieuwste versie van de werkwijze brengen",
}
DONE = {
    "verplaatsen": "De casus is verplaatst.",
    "overslaan": "De stap is overgeslagen.",
    "opschorten": "De casus is opgeschort. Niemand kan nu iets afronden en geen termijn gaat af.",
    "hervatten": "De casus loopt weer.",
    "afbreken": "De casus is afgebroken.",
    "meenemen": "De casus volgt nu de nieuwste versie.",
    "toewijzen": "De taak is toegewezen.",
    "termijn": "De termijn is veranderd.",
    "voorrang": "De voorrang is veranderd.",
    "herinneren": "De taak is gemerkt als herinnerd.",
    "notitie": "De notitie staat in het verloop.",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a token stands, and the steps that it can go to. `failed` where it stands still."""

    token_id: str
    name: str
    targets: list[ElementInfo]
    failed: bool


@bp.get("")
@requires(Permission.CHANGE_CASES)
def page(number: str) -> str:
    return _page(number)


def _page(number: str, errors: Mapping[str, str] | None = None) -> str:
    session: Session = db.session()
    case = _case(session, number)
    instance = cases.instance(session, case)
    definitions = releases.definitions(session, instance.release_number)
    tasks = cases.open_tasks(session, case)
    live = releases.current_number(session)
    return render_template(
        "casus/ingrijpen.html",
        casus=case,
        plaatsen=_places(session, case, definitions),
        taken=[(task, _colleagues(session, task)) for task in tasks],
        inhoud=access.may_see_contents(session, current_person(), case, now=clock.now()),
        versie=instance.release_number,
        live=live,
        belet=_obstacles(session, case, live),
        fouten=errors or {},
        ingevuld=request.form,
    )


def _case(session: Session, number: str) -> Case:
    """Raises NotFound, Forbidden."""
    found = access.require_case(session, current_person(), number)
    task_changes.require_may_change(found, current_person())
    return found


def _colleagues(session: Session, task: UserTask) -> list[Any]:
    return [one for one in inbox.assignees(session, task) if one.key != task.assignee_key]


def _places(session: Session, case: Case, definitions: Definitions) -> list[Place]:
    if case.state != cases.RUNNING:
        return []
    found = []
    failures = [one for one in jobs.open_incidents(session, case_key=case.key) if one.engine_id]
    failed = {one.engine_id for one in failures}
    # A place that failed may have a token or not.
    tokens = [one for one in cases.tokens(session, case) if one.engine_id not in failed]
    standing: list[Token | Incident] = [*tokens, *failures]
    for token in standing:
        process = definitions.processes.get(token.process_id)
        here = (
            next((one for one in process.elements if one.id == token.element_id), None) if process else None
        )
        if process is None or here is None or here.calls or here.type in ("subProcess", "transaction"):
            continue
        targets = [
            one
            for one in process.elements
            if one.parent_id == here.parent_id
            and one.type not in NOT_TARGETS
            and one.id != here.id
            and one.name
        ]
        found.append(
            Place(token.engine_id or "", here.name or here.id, targets, failed=isinstance(token, Incident))
        )
    return found


def _obstacles(session: Session, case: Case, live: int) -> tuple[str, ...]:
    found = migration.plan(session, [case.key], live, by=current_person())
    return found[0].reasons if found else ()


@bp.post("")
@requires(Permission.CHANGE_CASES)
def act(number: str) -> Any:
    """Do what was asked; of what changes the course of the case, first show what that does."""
    what = request.form.get("actie", "")
    try:
        if what in QUESTIONS and request.form.get("bevestigd") != "ja":
            return _effect_page(number, what)
        with transaction() as session:
            _perform(session, _case(session, number), what)
    except Invalid as error:
        return _again(number, what, error), 422
    except (Conflict, NotFound) as error:
        if isinstance(error, NotFound) and not _known(number):
            raise
        return _page(number, {"": error.message}), 409
    flash(DONE[what])
    return redirect(url_for("cases.case", number=number), 303)


def _known(number: str) -> bool:
    try:
        _case(db.session(), number)
    except CasusrouteError:
        return False
    return True


def _again(number: str, what: str, error: Invalid) -> str:
    if what in QUESTIONS:
        return _effect_page(number, what, error.errors.get("why") or error.message)
    return _page(number, error.errors or {"": error.message})


def _effect_page(number: str, what: str, error: str = "") -> str:
    """What the intervention would do, and the question why."""
    session: Session = db.session()
    case = _case(session, number)
    given = {name: request.form.get(name, "") for name in ("stap", "naar")}
    found = _effect(session, case, what, given)
    return render_template(
        "casus/gevolgen.html",
        casus=case,
        actie=what,
        vraag=QUESTIONS[what],
        gegeven=given,
        gevolg=found,
        live=releases.current_number(session),
        waarom=request.form.get("waarom", ""),
        fout=error,
    )


def _effect(session: Session, case: Case, what: str, given: Mapping[str, str]) -> Effect | None:
    now = clock.now()
    work: Mapping[str, Callable[[Definitions, bytes], Step]] = {
        "verplaatsen": lambda d, state: run.move(d, state, given["stap"], given["naar"], now=now),
        "overslaan": lambda d, state: run.skip(d, state, given["stap"], {}, now=now),
        "afbreken": lambda d, state: run.cancel(d, state, now=now),
        "meenemen": lambda d, state: run.migrate(
            d, releases.definitions(session, releases.current_number(session)), state, {}, now=now
        ),
    }
    if what not in work:
        return None
    try:
        return effects.effect(session, case, work[what], now=now)
    except LookupError as error:
        raise NotFound("Deze stap staat er niet meer.") from error


def _perform(session: Session, case: Case, what: str) -> None:
    form, by, now = request.form, current_person(), clock.now()
    why = form.get("waarom", "")
    match what:
        case "verplaatsen":
            changes.move(session, case, form["stap"], form["naar"], why=why, by=by, now=now)
        case "overslaan":
            changes.skip(session, case, form["stap"], {}, why=why, by=by, now=now)
        case "opschorten":
            changes.suspend(session, case, why=why, by=by, now=now)
        case "hervatten":
            changes.resume(session, case, by=by, now=now)
        case "afbreken":
            changes.cancel(session, case, why=why, by=by, now=now)
        case "meenemen":
            changes.take_along(session, case, releases.current_number(session), why=why, by=by, now=now)
        case "notitie":
            task_changes.note(session, case, form.get("tekst", ""), by=by, now=now)
        case _:
            _perform_on_task(session, case, what, why)


def _perform_on_task(session: Session, case: Case, what: str, why: str) -> None:
    form, by, now = request.form, current_person(), clock.now()
    text = form.get("taak", "")
    key = int(text) if text.isdecimal() and len(text) < 18 else 0
    match what:
        case "toewijzen":
            task_changes.give(session, case, key, form.get("aan", ""), why=why, by=by, now=now)
        case "termijn":
            task_changes.set_due(session, case, key, dates.day(form, "dag"), why=why, by=by, now=now)
        case "voorrang":
            urgent = form.get("spoed") == "ja"
            task_changes.set_urgent(session, case, key, urgent, why=why, by=by, now=now)
        case "herinneren":
            task_changes.remind(session, case, key, by=by, now=now)
        case _:
            raise Invalid("Kies wat u wilt doen.")
