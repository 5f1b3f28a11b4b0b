"""/taken: the inbox."""

from typing import get_args

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session

from app import clock
from app.engine.definitions import Definitions
from app.services import inbox, news, releases
from app.services.access import Permission
from app.services.inbox import Filters, View
from app.store import people as people_rows
from app.store.session import db
from app.web.access import current_person, is_partner, requires

bp = Blueprint("inbox", __name__)


@bp.get("/taken")
@requires(Permission.DO_TASKS)
def page() -> str:
    person, now = current_person(), clock.now()
    session: Session = db.session()
    counters = inbox.counters(session, person, now=now)
    view = _view(counters)
    filters = Filters(
        text=request.args.get("zoek", "").strip()[:100],
        process_id=request.args.get("proces", "")[:100],
        element_id=request.args.get("stap", "")[:100],
        house=request.args.get("huis", "")[:100],
        overdue=request.args.get("te_laat") == "ja",
    )
    found = inbox.page(session, person, view=view, filters=filters, after=request.args.get("na"), now=now)
    current = releases.current_number(session)
    definitions = releases.definitions(session, current)
    chosen = {key: value for key, value in request.args.items() if key != "na"}
    return render_template(
        "taken/lijst.html",
        taken=found.tasks,
        nieuws=[] if is_partner(person) else news.unread(session, person, current),
        volgende=found.next,
        weergave=view,
        tellers=counters,
        geteld_tot=inbox.MOST_COUNTED,
        filters=filters,
        keuzes=_choices(session, definitions, filters),
        keuze={**chosen, "weergave": view},
        mag_doen={task.key for task in found.tasks if inbox.may_do(task, person)},
        gefilterd=filters != Filters(),
        huizen={house.key: house.name for house in people_rows.houses(session)},
    )


def _view(counters: dict[str, int]) -> View:
    """The view that was asked for, else the first that has something in it."""
    asked = request.args.get("weergave")
    for view in get_args(View):
        if view == asked:
            found: View = view
            return found
    return "mijn" if counters["mijn"] else "rollen"


def _choices(
    session: Session, definitions: Definitions, filters: Filters
) -> dict[str, list[tuple[str, str]]]:
    """What the filters can be set to: (value, label)."""
    processes = [process for process in definitions.processes.values() if process.executable]
    chosen = definitions.processes.get(filters.process_id)
    steps = [one for one in (chosen.elements if chosen else ()) if one.type == "userTask"]
    return {
        "proces": sorted(((one.id, one.name) for one in processes), key=lambda pair: pair[1]),
        "stap": [(one.id, one.name) for one in steps],
        "huis": [(house.key, house.name) for house in people_rows.houses(session)],
    }
