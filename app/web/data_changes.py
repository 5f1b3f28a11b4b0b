"""/casussen/<number>/ingrijpen/gegevens: another value for a variable, when it matters with a colleague."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app import clock
from app.engine import run
from app.errors import CasusrouteError, Conflict, Forbidden, Invalid
from app.services import access, data_changes, effects, task_changes
from app.services.access import Permission
from app.services.data_changes import Datum
from app.services.effects import Effect
from app.store.models import Case, DataRequest
from app.store.session import db, transaction
from app.web import looks
from app.web.access import current_person, requires

bp = Blueprint("data_changes", __name__, url_prefix="/casussen/<number>/ingrijpen/gegevens")


@bp.get("")
@requires(Permission.CHANGE_CASES)
def page(number: str) -> str:
    return _page(number)


def _page(number: str, error: str = "") -> str:
    session: Session = db.session()
    case, contents = _case(session, number)
    requests = data_changes.waiting_in(session, case)
    known = {one.name: one for one in data_changes.data(session, case)} if contents else {}
    chosen = known.get(request.args.get("naam", ""))
    return render_template(
        "casus/gegevens.html",
        casus=case,
        inhoud=contents,
        gegevens=list(known.values()),
        verzoeken=[
            (one, _label(known, one), contents and data_changes.is_stale(session, one)) for one in requests
        ],
        ik_vroeg={one.key for one in requests if one.asked_by == current_person().key},
        gekozen=chosen,
        merk=data_changes.mark(chosen.value) if chosen else "",
        getypt=chosen.typed if chosen else "",
        waarom="",
        fouten={"": error} if error else {},
    )


def _label(known: dict[str, Datum], asked: DataRequest) -> str:
    return known[asked.name].label if asked.name in known else asked.name


def _case(session: Session, number: str) -> tuple[Case, bool]:
    """The case, and whether this person may read its contents. Raises NotFound, Forbidden."""
    person = current_person()
    found = access.require_case(session, person, number)
    task_changes.require_may_change(found, person)
    contents = access.may_see_contents(session, person, found, now=clock.now())
    if contents:
        looks.saw(found.key)
    return found, contents


def _open_case(session: Session, number: str) -> Case:
    """The same for who may read the contents: who can't see a value can't change it either."""
    found, contents = _case(session, number)
    if not contents:
        raise Forbidden("Open eerst de inhoud van deze casus, met een reden.", case=found.key)
    return found


@bp.post("")
@requires(Permission.CHANGE_CASES)
def change(number: str) -> Response | str | tuple[str, int]:
    """Show what it would do; when that is confirmed, change it or ask a colleague."""
    form = request.form
    try:
        if form.get("bevestigd") != "ja":
            return _effect_page(number)
        with transaction() as session:
            asked = data_changes.change(
                session,
                _open_case(session, number),
                form.get("naam", ""),
                form.get("waarde", ""),
                was=form.get("was", ""),
                why=form.get("waarom", ""),
                by=current_person(),
                now=clock.now(),
            )
    except Invalid as error:
        return _effect_page(number, error.errors or {"": error.message}), 422
    except Conflict as error:
        return _effect_page(number, {"": error.message}), 409
    if asked is None:
        flash("Het gegeven is gewijzigd.")
        return redirect(url_for("cases.case", number=number), 303)
    flash("Uw verzoek wacht op een collega. Tot die akkoord gaat, verandert er niets.")
    return redirect(url_for("data_changes.page", number=number), 303)


def _effect_page(number: str, errors: dict[str, str] | None = None) -> str:
    """What was typed, old and new beside each other, and what depends on it; with what is wrong."""
    session: Session = db.session()
    case, form, errors = _open_case(session, number), request.form, dict(errors or {})
    found = data_changes.datum(session, case, form.get("naam", ""))
    value, effect = None, None
    try:
        value = data_changes.read(found, form.get("waarde", ""))
        effect = _effect(session, case, found.name, value)
    except Invalid as error:
        errors = {**error.errors, **errors}
    except CasusrouteError as error:
        errors.setdefault("", error.message)
    wrong = "waarde" in errors
    return render_template(
        "casus/gegeven_wijzigen.html",
        casus=case,
        gegeven=found,
        nieuw=value,
        past=not wrong,
        gevolg=effect,
        gebruikt=data_changes.decides(session, case, found.name),
        samen=data_changes.needs_colleague(session, case, found.name),
        # What was seen first; only where that is no longer so, what is seen now.
        merk=data_changes.mark(found.value),
        getypt=form.get("waarde", ""),
        waarom=form.get("waarom", ""),
        fouten={**errors, **({"waarom": errors["why"]} if "why" in errors else {})},
    )


def _effect(session: Session, case: Case, name: str, value: object) -> Effect:
    now = clock.now()
    return effects.effect(
        session,
        case,
        lambda definitions, state: run.change_variables(definitions, state, {name: value}, now=now),
        now=now,
    )


@bp.post("/<int:key>")
@requires(Permission.CHANGE_CASES)
def decide(number: str, key: int) -> Response | tuple[str, int]:
    """Agree with a request, or not; who asked it takes it back."""
    agree = request.form.get("besluit") == "akkoord"
    try:
        with transaction() as session:
            case, by, now = _open_case(session, number), current_person(), clock.now()
            if agree:
                data_changes.approve(session, case, key, by=by, now=now)
            else:
                data_changes.refuse(session, case, key, by=by, now=now)
    except Conflict as error:
        return _page(number, error.message), 409
    flash("Het gegeven is gewijzigd." if agree else "Het verzoek is van de baan. Er is niets gewijzigd.")
    return redirect(url_for("cases.case" if agree else "data_changes.page", number=number), 303)
