"""/regie/wegen: the ways that cases really go, and their histories for tools of process mining."""

from datetime import datetime, time
from io import BytesIO

from flask import Blueprint, Response, render_template, request
from sqlalchemy.orm import Session

from app.clock import AMSTERDAM
from app.errors import Invalid, NotFound
from app.services import access, mining
from app.services.access import Permission
from app.services.diagrams import SMALLEST_FIGURE
from app.store import people as people_rows
from app.store.cases import Sight
from app.store.histories import Span
from app.store.session import db
from app.web import dates
from app.web.access import current_person, requires

bp = Blueprint("ways", __name__, url_prefix="/regie/wegen")

SHOWN = 25
KINDS = {
    "xes": (mining.write_xes, "application/xml"),
    "json": (mining.write_ocel, "application/json"),
}


@bp.get("")
@requires(Permission.SEE_OVERVIEW)
def page() -> str:
    session: Session = db.session()
    errors: dict[str, str] = {}
    try:
        span = _span()
    except Invalid as error:
        span, errors = Span(), error.errors
    # A way that few cases went could point to a person.
    found = mining.ways(session, _sight(), span, least=SMALLEST_FIGURE)
    shown = found.variants[:SHOWN]
    return render_template(
        "regie/wegen.html",
        wegen=shown,
        casussen=found.cases,
        zeldzaam=found.cases - sum(one.cases for one in shown),
        huizen=people_rows.houses(session),
        keuze={name: request.args.get(name, "") for name in ("van", "tot", "huis")},
        fouten=errors,
    )


@bp.get("/verloop.<kind>")
@requires(Permission.SEE_OVERVIEW)
def export(kind: str) -> Response:
    """The same cases as a log: `xes`, or `json` for OCEL 2.0."""
    if kind not in KINDS:
        raise NotFound("Dit soort bestand bestaat niet.")
    write, media_type = KINDS[kind]
    out = BytesIO()
    write(db.session(), _sight(), _span(), out)
    name = "verloop.xes" if kind == "xes" else "verloop-ocel.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(out.getvalue(), content_type=f"{media_type}; charset=utf-8", headers=headers)


def _sight() -> Sight:
    person = current_person()
    houses = access.houses(person, Permission.SEE_OVERVIEW)
    return Sight(houses=frozenset(houses), compartments=frozenset())


def _span() -> Span:
    """Raises Invalid."""
    return Span(begin=_day("van"), end=_day("tot"), house=request.args.get("huis", "")[:100])


def _day(name: str) -> datetime | None:
    found = dates.day(request.args, name)
    return None if found is None else datetime.combine(found, time(), AMSTERDAM)
