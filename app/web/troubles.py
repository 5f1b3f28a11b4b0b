"""/regie/storingen: what failed, by cause; taking the cases of a cause along, and trying all of it again."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app import clock
from app.errors import CasusrouteError, Invalid
from app.services import changes, releases, troubles
from app.services.access import Permission
from app.store.models import Incident
from app.store.session import db, transaction
from app.web.access import current_person, requires

bp = Blueprint("troubles", __name__, url_prefix="/regie/storingen")


@bp.get("")
@requires(Permission.CHANGE_CASES)
def page() -> str:
    session: Session = db.session()
    seen = troubles.sight(current_person())
    definitions = releases.definitions(session, releases.current_number(session))
    tried = troubles.retried(session, seen, now=clock.now())
    return render_template(
        "regie/storingen.html",
        oorzaken=troubles.by_cause(session, seen),
        vanzelf=[(one, troubles.names(definitions, one.process_id, one.element_id)) for one in tried],
    )


@bp.get("/<int:key>")
@requires(Permission.CHANGE_CASES)
def cause(key: int) -> str:
    return _cause_page(key)


def _cause_page(key: int, why: str = "", error: str = "") -> str:
    """The cause of this failure; an error is of the form to take its cases along."""
    session: Session = db.session()
    return render_template(
        "regie/storing.html",
        groep=troubles.group(session, current_person(), key, now=clock.now()),
        live=releases.current_number(session),
        meteen=troubles.AT_ONCE,
        waarom=why,
        fout=error,
    )


@bp.post("/<int:key>/meenemen")
@requires(Permission.CHANGE_CASES)
def take_along(key: int) -> Any:
    """Send the cases of this cause to the newest release, in which it may have been mended."""
    why = request.form.get("waarom", "")
    try:
        with transaction() as session:
            made = troubles.take_along(session, current_person(), key, why=why, now=clock.now())
            new = made.key
    except Invalid as error:
        return _cause_page(key, why, error.message), 422
    flash("De casussen zijn onderweg. Probeer de mislukte stap daarna opnieuw.")
    return redirect(url_for("moving.migration_page", key=new), 303)


@bp.post("/<int:key>/opnieuw")
@requires(Permission.CHANGE_CASES)
def retry(key: int) -> Response:
    """Try everything of one cause again, each in a transaction of its own: none keeps the others back."""
    solved, failing, left = 0, 0, 0
    for one in troubles.open_keys(db.session(), current_person(), key):
        try:
            with transaction() as session:
                incident = session.get_one(Incident, one)
                changes.retry(session, incident, by=current_person(), now=clock.now())
                solved, failing = (
                    (solved + 1, failing) if incident.resolved_at is not None else (solved, failing + 1)
                )
        except CasusrouteError:
            left += 1
    flash(_told(solved, failing, left))
    return redirect(url_for("troubles.cause", key=key), 303)


def _told(solved: int, failing: int, left: int) -> str:
    if not solved + failing + left:
        return "Deze storing is al opgelost."
    parts = [f"{solved} opgelost of opgepakt"] if solved else []
    parts += [f"{failing} lukt nog niet" if failing == 1 else f"{failing} lukken nog niet"] if failing else []
    parts += [f"{left} niet geprobeerd"] if left else []
    return f"{solved + failing + left} opnieuw geprobeerd: {', '.join(parts)}. Hieronder staat het per casus."
