"""/regie: where all running cases stand, on the diagrams."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app import clock
from app.engine.definitions import Definitions, ElementInfo, ProcessInfo
from app.errors import NotFound
from app.services import access, cases, data_changes, diagrams, heat, news, overview, releases, troubles
from app.services.access import Permission
from app.services.diagrams import Count, Standing
from app.services.overview import Picture
from app.store.session import db
from app.web import drawing, figures, narrowing
from app.web.access import current_person, is_partner, requires
from app.web.narrowing import Narrowing

bp = Blueprint("overview", __name__, url_prefix="/regie")

CAUSES_SHOWN, CASES_NAMED = 5, 3
SCHEMATIC = "werkwijze"
"""The process that is the brochure's schematic page: drawn, never run."""


@dataclass(frozen=True, slots=True)
class _View:
    """What is looked at: the release of now, narrowed, and coloured by number or by time."""

    definitions: Definitions
    narrowed: Narrowing
    by_time: bool

    @property
    def chosen(self) -> dict[str, Any]:
        """For links to another picture."""
        return {**self.narrowed.chosen, **({"kleur": "tijd"} if self.by_time else {})}


@bp.get("")
@requires(Permission.SEE_OVERVIEW, Permission.SEE_FIGURES)
def page() -> str:
    session: Session = db.session()
    view = _view(session)
    picture = _picture(session, view)
    totals = picture.totals
    schematic = view.definitions.processes.get(SCHEMATIC)
    executable = [process for process in view.definitions.processes.values() if process.executable]
    rows = [
        (one, diagrams.standing(totals.get(one.id, Count()), smallest=figures.smallest()))
        for one in executable
    ]
    person = current_person()
    failures = troubles.number(session, person)
    unread = [] if is_partner(person) else news.unread(session, person, releases.current_number(session))
    return render_template(
        "regie/overzicht.html",
        nieuws=unread,
        tekening=_drawing(session, view, schematic, picture) if schematic else None,
        aantal_storingen=failures,
        oorzaken=troubles.by_cause(session, cases.sight(person), limit=CAUSES_SHOWN, examples=CASES_NAMED)
        if failures
        else [],
        verzoeken=data_changes.waiting(session, person)
        if Permission.CHANGE_CASES in access.permissions(person)
        else [],
        processen=sorted(rows, key=lambda row: (-totals.get(row[0].id, Count()).cases, row[0].name)),
        **_choices(session, view),
    )


@bp.get("/<process_id>")
@requires(Permission.SEE_OVERVIEW, Permission.SEE_FIGURES)
def process(process_id: str) -> str:
    session: Session = db.session()
    view = _view(session)
    found = _process(view.definitions, process_id)
    return render_template(
        "regie/proces.html",
        proces=found,
        tekening=_drawing(session, view, found, _picture(session, view, found)),
        **_choices(session, view),
    )


@bp.get("/<process_id>/standen")
@requires(Permission.SEE_OVERVIEW, Permission.SEE_FIGURES)
def standings(process_id: str) -> ResponseReturnValue:
    """The numbers of a diagram as they are now, for the page that is open (diagram/refresh.js)."""
    session: Session = db.session()
    view = _view(session)
    found = _process(view.definitions, process_id)
    everything = process_id == SCHEMATIC
    picture = _picture(session, view, None if everything else found)
    return jsonify(
        standen=_drawing(session, view, found, picture).standings,
        totalen=_totals(view.definitions, picture) if everything else {},
    )


def _view(session: Session) -> _View:
    definitions = releases.definitions(session, releases.current_number(session))
    return _View(definitions, narrowing.asked(), by_time=request.args.get("kleur") == "tijd")


def _process(definitions: Definitions, process_id: str) -> ProcessInfo:
    found = definitions.processes.get(process_id)
    if found is None:
        raise NotFound("Dit proces bestaat niet.")
    return found


def _picture(session: Session, view: _View, process: ProcessInfo | None = None) -> Picture:
    """Of all processes, or of what one diagram shows."""
    shown = None
    if process is not None:
        shown = {place[0] for element in process.elements for place in _places(process, element)}
    person = current_person()
    return overview.picture(session, person, view.narrowed.filters, processes=shown, now=clock.now())


def _totals(definitions: Definitions, picture: Picture) -> dict[str, str]:
    """What regie/overzicht.html has in its table, by the name that each cell has there."""
    found = {}
    for process in definitions.processes.values():
        count = picture.totals.get(process.id, Count())
        shown = diagrams.standing(count, smallest=figures.smallest())
        found[f"{process.id} casussen"] = shown.number if shown else "0"
        found[f"{process.id} te laat"] = (shown and shown.late) or "–"
        found[f"{process.id} storingen"] = (shown and shown.failed) or "–"
    return found


def _drawing(session: Session, view: _View, process: ProcessInfo, picture: Picture) -> drawing.Drawing:
    definitions = view.definitions
    counts = {element.id: _count(element, process, picture) for element in process.elements}
    opens = {one.id: one.calls or one.properties.get("opent", "") for one in process.elements}
    return drawing.drawing(
        definitions,
        process,
        source=drawing.source_url(releases.current_number(session), process),
        standings=_standings(session, view, process, counts),
        cases_url=lambda element: _cases_url(view, process, element) if counts[element].cases else None,
        opens_url=lambda element: (
            url_for("overview.process", process_id=opens[element], **view.chosen)
            if opens[element] in definitions.processes
            else None
        ),
        refresh=url_for("overview.standings", process_id=process.id, **view.chosen),
    )


def _count(element: ElementInfo, process: ProcessInfo, picture: Picture) -> Count:
    told = element.properties.get("telt")
    if told:
        return diagrams.counted(told, picture.counts, picture.totals)
    return picture.counts.get((process.id, element.id), Count())


def _standings(
    session: Session, view: _View, process: ProcessInfo, counts: Mapping[str, Count]
) -> dict[str, Standing]:
    stood = {}
    if view.by_time:
        marks = {
            element.id: _places(process, element) for element in process.elements if counts[element.id].cases
        }
        filters = view.narrowed.filters
        stood = overview.stood(session, current_person(), filters, marks, now=clock.now())
    found = {
        element_id: diagrams.standing(
            count, smallest=figures.smallest(), stood=stood.get(element_id), by_time=view.by_time
        )
        for element_id, count in counts.items()
    }
    return {element_id: standing for element_id, standing in found.items() if standing is not None}


def _places(process: ProcessInfo, element: ElementInfo) -> Sequence[tuple[str, str | None]]:
    """What is counted at an element: itself, or what the schematic page says."""
    told = element.properties.get("telt")
    return diagrams.places(told) if told else [(process.id, element.id)]


def _cases_url(view: _View, process: ProcessInfo, element_id: str) -> str | None:
    """The list of the cases at a step; for an element of the schematic page, of the steps it counts."""
    if figures.only_figures():
        return None
    element = next(one for one in process.elements if one.id == element_id)
    places = _places(process, element)
    processes = {process_id for process_id, _ in places}
    steps = [step for _, step in places if step is not None]
    if len(processes) != 1 or (steps and len(steps) != len(places)):
        return None
    address: dict[str, Any] = {"proces": processes.pop(), **view.narrowed.chosen}
    return url_for("cases.page", stap=",".join(steps) or None, **address)


def _choices(session: Session, view: _View) -> dict[str, Any]:
    return {
        "keuze": view.narrowed.chosen,
        "fouten": view.narrowed.errors,
        "gekozen": view.chosen,
        "naar_tijd": view.by_time,
        "warmte": heat.TIMES if view.by_time else heat.NUMBERS,
        "alleen_cijfers": figures.only_figures(),
        "keuzes": narrowing.choices(session),
    }
