"""/regie/storingen: what failed, by cause, and trying all of one cause again."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import clock
from app.services import changes, troubles
from app.services.access import Permission
from app.store.session import db, transaction
from app.web.access import current_person, requires

bp = Blueprint("troubles", __name__, url_prefix="/regie/storingen")


@bp.get("")
@requires(Permission.CHANGE_CASES)
def page() -> str:
    found = troubles.by_cause(db.session(), current_person())
    return render_template("regie/storingen.html", oorzaken=found)


@bp.post("/opnieuw")
@requires(Permission.CHANGE_CASES)
def retry() -> Response:
    """Try everything of one cause again, now that the cause is mended."""
    message, element_id = request.form.get("melding", ""), request.form.get("stap", "")
    with transaction() as session:
        tried, left = changes.retry_all(session, message, element_id, by=current_person(), now=clock.now())
    if not tried:
        flash("Deze storing is al opgelost.")
    elif left:
        flash(f"{tried} opnieuw geprobeerd; {left} lukken nog niet. De oorzaak is nog niet weg.")
    else:
        flash(f"{tried} opnieuw geprobeerd: opgelost, of opgepakt door Casusroute.")
    return redirect(url_for("troubles.page"), 303)
