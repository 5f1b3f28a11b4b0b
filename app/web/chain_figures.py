"""/regie/cijfers: how the chain works in a period, as charts, tables, files, and a report."""

import csv
from datetime import date, timedelta
from io import StringIO

from flask import Blueprint, Response, render_template, request
from sqlalchemy.orm import Session

from app import clock
from app.clock import AMSTERDAM
from app.errors import Invalid, NotFound
from app.services import figures
from app.services.access import Permission
from app.services.diagrams import SMALLEST_FIGURE
from app.services.figures import Chosen, Table
from app.store import people as people_rows
from app.store.cases import Sight
from app.store.session import db
from app.web import charts, dates, figures_pdf
from app.web.access import current_person, requires
from app.web.figures import only_figures, smallest
from app.web.words import day

bp = Blueprint("chain_figures", __name__, url_prefix="/regie/cijfers")

FIELDS = ("van", "tot", "huis", "route", "thema")


@bp.get("")
@requires(Permission.SEE_OVERVIEW, Permission.SEE_FIGURES)
def page() -> str:
    session: Session = db.session()
    today, errors = _today(), {}
    try:
        period = _chosen(today)
    except Invalid as error:
        period, errors = _usual(today), error.errors
    seen = figures.sight(current_person())
    tables = _tables(session, seen, period, smallest()) if not errors else []
    return render_template(
        "regie/cijfers.html",
        tabellen=[(table, charts.charts(table)) for table in tables],
        tekst=figures.text,
        periode=_period_in_words(period),
        kwartalen=_quarters(today),
        alleen_kwartalen=only_figures(),
        keuze={name: request.args.get(name, "") for name in FIELDS},
        gekozen=_query(period),
        huizen=[one for one in people_rows.houses(session) if one.key in seen.houses],
        themas=people_rows.themes(session),
        routes=figures.routes(session, seen, period),
        niet_getoond=smallest(),
        ziet_casussen=not smallest(),
        fouten=errors,
    )


@bp.get("/<name>.csv")
@requires(Permission.SEE_OVERVIEW, Permission.SEE_FIGURES)
def file(name: str) -> Response:
    """The figures of one table, for a spreadsheet."""
    seen = figures.sight(current_person())
    tables = _tables(db.session(), seen, _chosen(_today()), smallest())
    table = next((one for one in tables if one.id == name), None)
    if table is None:
        raise NotFound("Deze tabel bestaat niet.")
    out = StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(["", *table.head])
    for row in table.rows:
        writer.writerow([_safe(row.label), *(figures.text(cell) for cell in row.cells)])
    # With the mark by which a spreadsheet knows that this is UTF-8.
    return _answer(out.getvalue().encode("utf-8-sig"), "text/csv; charset=utf-8", f"{name}.csv")


@bp.get("/rapport.pdf")
@requires(Permission.SEE_OVERVIEW, Permission.SEE_FIGURES)
def report() -> Response:
    """For outside the house: no small number in it, and no closed compartment, whoever asks."""
    session: Session = db.session()
    period, now = _chosen(_today()), clock.now()
    seen = figures.sight(current_person(), leaves=True)
    houses = [one.name for one in people_rows.houses(session) if one.key in seen.houses]
    if period.house:
        houses = [one.name for one in people_rows.houses(session) if one.key == period.house]
    narrowed = [f"{word}: {value}" for word, value in (("Route", period.route),) if value]
    narrowed += [f"Thema: {one.name}" for one in people_rows.themes(session) if one.key == period.theme]
    content = figures_pdf.made(
        _tables(session, seen, period, SMALLEST_FIGURE),
        title="Cijfers van de Veiligheidshuizen",
        lines=[
            f"{', '.join(houses)}. Periode: {_period_in_words(period)}. Gemaakt op {day(now)}.",
            *narrowed,
            "Een d staat voor dagen, een u voor uren, met weekenden en nachten erbij.",
            "De mediaan: de helft was binnen die tijd klaar.",
            f"n.g.: niet getoond, omdat het om minder dan {SMALLEST_FIGURE} gaat of omdat dat anders uit te "
            "rekenen is. Mensen zouden te herkennen zijn.",
        ],
        now=now,
    )
    return _answer(content, "application/pdf", "cijfers.pdf")


def _tables(session: Session, seen: Sight, period: Chosen, least: int) -> list[Table]:
    return [figures.suppressed(one, least) for one in figures.collect(session, seen, period)]


def _today() -> date:
    return clock.now().astimezone(AMSTERDAM).date()


def _chosen(today: date) -> Chosen:
    """Raises Invalid."""
    house, route, theme = (request.args.get(name, "")[:100] for name in ("huis", "route", "thema"))
    begin, until = (
        dates.day(request.args, "van"),
        dates.day(request.args, "tot"),
    )
    if only_figures():
        quarters = [(first, last) for _, first, last in _quarters(today)]
        begin, until = (begin, until) if begin or until else quarters[0]
        if (begin, until) not in quarters:
            raise Invalid("Kies een van de kwartalen.", {"van": "Kies een van de kwartalen."})
    return figures.chosen(begin, until, today=today, house=house, route=route, theme=theme)


def _quarters(today: date) -> list[tuple[str, date, date]]:
    """Those to choose from. Who sees figures only has nothing else, and waits until one is over.

    Two periods that differ by a day, or the same one a day later, would tell of one case.
    """
    return figures.quarters(today, number=5)[1:] if only_figures() else figures.quarters(today)


def _usual(today: date) -> Chosen:
    """What is shown where nothing that can be was asked for."""
    begin, until = _quarters(today)[0][1:] if only_figures() else (None, None)
    return figures.chosen(begin, until, today=today)


def _last(period: Chosen) -> date:
    return (period.end.astimezone(AMSTERDAM) - timedelta(days=1)).date()


def _query(period: Chosen) -> dict[str, str]:
    """What was chosen, to ask for again."""
    said = {"huis": period.house, "route": period.route, "thema": period.theme}
    begin = period.begin.astimezone(AMSTERDAM).date()
    return {"van": begin.isoformat(), "tot": _last(period).isoformat()} | {
        name: value for name, value in said.items() if value
    }


def _period_in_words(period: Chosen) -> str:
    return f"{day(period.begin)} tot en met {day(period.end - timedelta(hours=1))}"


def _safe(label: str) -> str:
    """A label that a spreadsheet would take for a formula is told to be text."""
    return f"'{label}" if label[:1] in "=+-@\t\r" else label


def _answer(content: bytes, media_type: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, content_type=media_type, headers=headers)
