"""/regie: where all running cases stand, on the diagrams."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app import clock
from app.engine.definitions import Definitions, ProcessInfo
from app.errors import NotFound
from app.services import access, data_changes, diagrams, jobs, news, overview, releases
from app.services.access import Permission
from app.services.diagrams import Count, Standing
from app.services.overview import CaseFilters
from app.store import people as people_rows
from app.store.session import db
from app.web import drawing, figures
from app.web.access import current_person, is_partner, requires

bp = Blueprint("overview", __name__, url_prefix="/regie")

SCHEMATIC = "werkwijze"
"""The process that is the brochure's schematic page: drawn, never run."""


@bp.get("")
@requires(Permission.SEE_OVERVIEW, Permission.SEE_FIGURES)
def page() -> str:
    session: Session = db.session()
    definitions = _definitions(session)
    filters = _filters()
    totals = _totals(session, filters)
    schematic = definitions.processes.get(SCHEMATIC)
    executable = [process for process in definitions.processes.values() if process.executable]
    rows = [(one, _standing(totals.get(one.id, Count()))) for one in executable]
    person = current_person()
    unread = [] if is_partner(person) else news.unread(session, person, releases.current_number(session))
    return render_template(
        "regie/overzicht.html",
        nieuws=unread,
        tekening=_drawing(session, definitions, schematic, filters, totals) if schematic else None,
        storingen=jobs.trouble(session, current_person()) if _sees_cases() else [],
        verzoeken=data_changes.waiting(session, person)
        if Permission.CHANGE_CASES in access.permissions(person)
        else [],
        processen=sorted(rows, key=lambda row: (-totals.get(row[0].id, Count()).cases, row[0].name)),
        **_choices(session, filters),
    )


@bp.get("/<process_id>")
@requires(Permission.SEE_OVERVIEW, Permission.SEE_FIGURES)
def process(process_id: str) -> str:
    session: Session = db.session()
    definitions, filters = _definitions(session), _filters()
    found = _process(definitions, process_id)
    return render_template(
        "regie/proces.html",
        proces=found,
        tekening=_drawing(session, definitions, found, filters, _totals(session, filters)),
        **_choices(session, filters),
    )


@bp.get("/<process_id>/standen")
@requires(Permission.SEE_OVERVIEW, Permission.SEE_FIGURES)
def standings(process_id: str) -> ResponseReturnValue:
    """The numbers of a diagram as they are now, for the page that is open."""
    session: Session = db.session()
    definitions = _definitions(session)
    found = _process(definitions, process_id)
    filters = _filters()
    return jsonify(_drawing(session, definitions, found, filters, _totals(session, filters)).standings)


def _definitions(session: Session) -> Definitions:
    return releases.definitions(session, releases.current_number(session))


def _process(definitions: Definitions, process_id: str) -> ProcessInfo:
    found = definitions.processes.get(process_id)
    if found is None:
        raise NotFound("Dit proces bestaat niet.")
    return found


def _filters() -> CaseFilters:
    return CaseFilters(house=request.args.get("huis", "")[:100], theme=request.args.get("thema", "")[:100])


def _sees_cases() -> bool:
    held = access.permissions(current_person())
    return bool(held & {Permission.SEE_CASES, Permission.SEE_COURSE})


def _standing(count: Count) -> Standing | None:
    return diagrams.standing(count, smallest=figures.smallest())


def _totals(session: Session, filters: CaseFilters) -> dict[str, Count]:
    return overview.totals(session, current_person(), filters, now=clock.now())


def _drawing(
    session: Session,
    definitions: Definitions,
    process: ProcessInfo,
    filters: CaseFilters,
    totals: Mapping[str, Count],
) -> drawing.Drawing:
    counts = overview.counts(session, current_person(), filters, now=clock.now())
    number = releases.current_number(session)
    opens = {one.id: one.calls or one.properties.get("opent", "") for one in process.elements}
    chosen: dict[str, Any] = {
        key: value for key, value in request.args.items() if key in ("huis", "thema") and value
    }
    return drawing.drawing(
        definitions,
        process,
        source=drawing.source_url(number, process),
        standings=_standings(process, counts, totals),
        cases_url=lambda element: _cases_url(process, element, chosen),
        opens_url=lambda element: (
            url_for("overview.process", process_id=opens[element], **chosen)
            if opens[element] in definitions.processes
            else None
        ),
        refresh=url_for("overview.standings", process_id=process.id, **chosen),
    )


def _standings(
    process: ProcessInfo, counts: Mapping[tuple[str, str], Count], totals: Mapping[str, Count]
) -> dict[str, Standing]:
    found: dict[str, Standing] = {}
    for element in process.elements:
        told = element.properties.get("telt")
        count = (
            diagrams.counted(told, counts, totals) if told else counts.get((process.id, element.id), Count())
        )
        standing = _standing(count)
        if standing is not None:
            found[element.id] = standing
    return found


def _cases_url(process: ProcessInfo, element_id: str, chosen: Mapping[str, Any]) -> str | None:
    """The list of the cases at a step; for an element of the schematic page, of the one place it counts."""
    if not _sees_cases():
        return None
    element = next(one for one in process.elements if one.id == element_id)
    told = element.properties.get("telt")
    place = f"{process.id}:{element_id}" if told is None else told
    process_id, _, step = place.partition(":")
    if "," in place or not step:
        return None
    return url_for("cases.page", proces=process_id, stap=step, **chosen)


def _choices(session: Session, filters: CaseFilters) -> dict[str, object]:
    return {
        "filters": filters,
        "huizen": people_rows.houses(session),
        "themas": people_rows.themes(session),
        "alleen_cijfers": not _sees_cases(),
    }
