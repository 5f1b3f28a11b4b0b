"""/regie/termijnen: what takes too long, each with the way to its case."""

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session

from app import clock
from app.services import releases, terms
from app.services.access import Permission
from app.store.session import db
from app.web import narrowing
from app.web.access import current_person, requires
from app.web.figures import only_figures

bp = Blueprint("terms", __name__, url_prefix="/regie/termijnen")

STILL_DAYS = (7, 14, 30, 60, 90)
"""How long a case must have stood still to be shown."""
NORMAL_STILL_DAYS = 14


@bp.get("")
@requires(Permission.SEE_OVERVIEW)
def page() -> str:
    session: Session = db.session()
    person, now, asked = current_person(), clock.now(), narrowing.asked()
    days = request.args.get("stil", NORMAL_STILL_DAYS, type=int)
    days = days if days in STILL_DAYS else NORMAL_STILL_DAYS
    definitions = releases.definitions(session, releases.current_number(session))
    return render_template(
        "regie/termijnen.html",
        termijnen=terms.overdue(session, person, asked.filters, now=now),
        stil=terms.still(session, person, asked.filters, days=days, now=now),
        partners=terms.partners(session, person, asked.filters, now=now),
        processen={process.id: process.name for process in definitions.processes.values()},
        dagen=days,
        dagen_keuzes=STILL_DAYS,
        keuze=asked.chosen,
        fouten=asked.errors,
        keuzes=narrowing.choices(session),
        alleen_cijfers=only_figures(),
    )
