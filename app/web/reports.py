"""/meldingen: what somebody's organisation brought in, how it stands, and what was reported back."""

from flask import Blueprint, render_template
from sqlalchemy.orm import Session

from app.services import reports
from app.services.access import Permission
from app.store.session import db
from app.web.access import current_person, requires

bp = Blueprint("reports", __name__)


@bp.get("/meldingen")
@requires(Permission.START_CASE)
def page() -> str:
    session: Session = db.session()
    return render_template("meldingen/lijst.html", meldingen=reports.of(session, current_person()))
