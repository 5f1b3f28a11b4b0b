"""/casussen: the list of cases as somebody wants to see it, as a page, as a file, and under a name."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from tempfile import TemporaryFile
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, stream_with_context, url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as Answer

from app import clock
from app.clock import AMSTERDAM
from app.engine.definitions import Definitions
from app.errors import Invalid, NotFound
from app.services import case_files, case_list, case_views, releases
from app.services.access import Permission
from app.services.case_list import COLUMNS, STATES, Entry, Listed, Order
from app.services.cases import CaseFilters
from app.store import people as people_rows
from app.store.session import db, transaction
from app.web.access import current_person, requires

bp = Blueprint("case_list", __name__, url_prefix="/casussen")

SEES = (Permission.SEE_CASES, Permission.SEE_COURSE)
MAX_CHARS = 500
"""Of one value: the names of several steps have room in it."""
FIRST_YEAR, LAST_YEAR = 1900, 9000
MAX_DAYS = 10_000
CHUNK_BYTES = 65_536

USUAL = ("titel", "begonnen", "route", "stand", "gestart", "termijn", "wie")
"""The columns where nobody chose any."""
SORTS = {
    "nummer": "number",
    "titel": "title",
    "gestart": "started",
    "termijn": "term",
    "beweging": "moved",
}
"""As addresses say it: the columns that can be sorted by."""
DOWN_FIRST = ("gestart",)
"""Where the first press shows the last of it."""
TEXTS = ("zoek", "begonnen", "route", "thema", "gemeente", "huis", "wie", "proces", "stap", "versie", "stil")
LABELS = {"van": "Begonnen vanaf", "tot": "Begonnen tot en met", "stil": "Staat stil", "versie": "Versie"}
LESS_USED = ("route", "gemeente", "stap", "proces", "wie", "versie", "van", "tot", "stil", "te_laat")
KNOWN = (*TEXTS, "stand", "te_laat", "van", "tot", "kolom", "sorteer", "volgorde")
"""What an address may say of the list; anything else is not kept in a view."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What an address asks for. `errors` has a sentence for each field that can't be understood."""

    filters: CaseFilters
    order: Order
    columns: Sequence[str]
    chosen: Mapping[str, Sequence[str]]
    """The address itself, as far as it is about this; for links to the same list."""
    errors: Mapping[str, str] = field(default_factory=dict)

    def require(self) -> None:
        """Raises Invalid for a field that can't be understood."""
        for message in self.errors.values():
            raise Invalid(message, dict(self.errors))


def shown(args: MultiDict[str, str]) -> Shown:
    """What this address, or a form with the same fields, asks for."""
    given = {name: args.get(name, "").strip()[:MAX_CHARS] for name in (*TEXTS, "van", "tot")}
    errors: dict[str, str] = {}
    process_id, _, step = given["stap"].rpartition(":")
    last = _day(given, "tot", errors)  # that day counts too
    filters = CaseFilters(
        text=given["zoek"],
        process_id=given["begonnen"],
        element_id=step,
        element_process_id=process_id or given["proces"],
        house=given["huis"],
        theme=given["thema"],
        state=args.get("stand", "" if given["zoek"] else "running")[:MAX_CHARS],
        overdue=args.get("te_laat") == "ja",
        municipality=given["gemeente"],
        route=given["route"],
        release_number=_number(given, "versie", errors) or None,
        started_from=_day(given, "van", errors),
        started_until=None if last is None else last + timedelta(days=1),
        who=given["wie"],
        still_days=_number(given, "stil", errors),
    )
    asked = set(args.getlist("kolom"))
    columns = [column for column in COLUMNS if column in asked] or list(USUAL)
    chosen = {
        name: [value[:MAX_CHARS] for value in args.getlist(name)[: len(COLUMNS)]]
        for name in KNOWN
        if any(args.getlist(name)) or (name == "stand" and name in args)
    }
    return Shown(filters, _order(args), columns, chosen, errors)


def address(wanted: Shown) -> str:
    return url_for("cases.page", **dict[str, Any](wanted.chosen))


def _order(args: MultiDict[str, str]) -> Order:
    sort = args.get("sorteer", "")
    if sort not in SORTS:
        return Order()
    return Order(SORTS[sort], args.get("volgorde", "af" if sort in DOWN_FIRST else "op") == "af")


def _number(given: Mapping[str, str], name: str, errors: dict[str, str]) -> int:
    text = given[name]
    if text and not (text.isascii() and text.isdigit() and int(text) <= MAX_DAYS):
        errors[name] = f"{LABELS[name]}: vul een heel getal in, hoogstens {MAX_DAYS}."
        return 0
    return int(text or 0)


def _day(given: Mapping[str, str], name: str, errors: dict[str, str]) -> datetime | None:
    if not given[name]:
        return None
    try:
        day = date.fromisoformat(given[name])
    except ValueError:
        day = date.min
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        errors[name] = f"{LABELS[name]}: vul een datum in, zoals 2026-11-23."
        return None
    return datetime.combine(day, time(), AMSTERDAM)


# ── the page ─────────────────────────────────────────────────────────────────────────────────────────────


def page(
    wanted: Shown, after: str | None = None, *, name: str = "", name_errors: Mapping[str, str] | None = None
) -> str | tuple[str, int]:
    """The list. `name` and its errors are of a view that could not be saved."""
    session: Session = db.session()
    person, now = current_person(), clock.now()
    errors = dict(wanted.errors)
    found = Listed([], None)
    if not errors:
        found = case_list.page(
            session, person, wanted.filters, wanted.order, after, columns=wanted.columns, now=now
        )
    views = case_views.of_person(session, person)
    made = render_template(
        "casus/lijst.html",
        regels=found.entries,
        volgende=found.next,
        verder=bool(after),
        filters=wanted.filters,
        keuze=wanted.chosen,
        kolommen=wanted.columns,
        alle_kolommen=COLUMNS,
        standen=STATES,
        koppen=_heads(wanted),
        fouten=errors,
        ingevuld={name: (wanted.chosen.get(name) or [""])[0] for name in ("van", "tot", "stil")},
        meer=any(name in wanted.chosen for name in LESS_USED),
        weergaven=[(view, view.chosen == dict(wanted.chosen)) for view in views],
        hoogstens=case_list.MOST_TAKEN_ALONG,
        naam=name,
        naamfouten=name_errors or {},
        **_choices(session, wanted.filters, now=now),
    )
    return (made, 422) if errors or name_errors else made


@dataclass(frozen=True, slots=True)
class Head:
    """A column's head; with `sort` it is a link that sorts by it."""

    name: str
    sort: str | None = None
    way: str = ""
    """How its link sorts: `op` or `af`."""
    now: str = ""
    """How the list is sorted by it at this moment: `ascending` or `descending`."""


def _heads(wanted: Shown) -> list[Head]:
    heads = []
    for column, name in (("nummer", case_files.NUMBER), *((one, COLUMNS[one]) for one in wanted.columns)):
        sort = SORTS.get(column)
        if sort is None:
            heads.append(Head(name))
            continue
        here, down = wanted.order.sort == sort, wanted.order.descending
        way = ("op" if down else "af") if here else "af" if column in DOWN_FIRST else "op"
        heads.append(Head(name, column, way, ("descending" if down else "ascending") if here else ""))
    return heads


def _choices(session: Session, filters: CaseFilters, *, now: datetime) -> dict[str, Any]:
    """What the filters can be set to."""
    current = releases.current_number(session)
    definitions = releases.definitions(session, current)
    executable = [one for one in definitions.processes.values() if one.executable]
    step, steps = _step(filters), _steps(definitions)
    if step and step not in {value for _, options in steps for value, _ in options}:
        steps = [("Gekozen", [(step, _step_name(definitions, filters))]), *steps]
    today = now.astimezone(AMSTERDAM).date()
    partners = people_rows.organisations(session, today=today)
    choices = {
        "begonnen": [(one.id, one.name) for one in executable if one.start_form_id],
        "huis": [(one.key, one.name) for one in people_rows.houses(session)],
        "thema": [(one.key, one.name) for one in people_rows.themes(session)],
        "route": [(one, one) for one in case_list.routes(session, current_person())],
        "gemeente": sorted(people_rows.municipality_names(session).items(), key=lambda pair: pair[1]),
        "versie": [(str(one.number), f"Versie {one.number}") for one in releases.history(session)],
    }
    who = [
        ("Collega’s", [(f"persoon:{one.login}", one.name) for one in people_rows.staff(session)]),
        ("Rollen", [(one.key, one.name) for one in people_rows.roles(session)]),
        ("Organisaties", [(f"organisatie:{one.key}", one.name) for one in partners]),
    ]
    return {"keuzes": choices, "wie": who, "stappen": steps, "stap": step}


def _step(filters: CaseFilters) -> str:
    """As the list of steps has it; a process alone has nothing behind the colon."""
    if not filters.element_id and not filters.element_process_id:
        return ""
    return f"{filters.element_process_id}:{filters.element_id}"


def _steps(definitions: Definitions) -> list[tuple[str, list[tuple[str, str]]]]:
    """(process, [(value, name)]) of all places where a person is waited for."""
    found = []
    for process in definitions.processes.values():
        tasks = [one for one in process.elements if one.type == "userTask"]
        if process.executable and tasks:
            options = [(f"{process.id}:{one.id}", one.name or one.id) for one in tasks]
            found.append((process.name or process.id, options))
    return sorted(found)


def _step_name(definitions: Definitions, filters: CaseFilters) -> str:
    """Where the cases stand: at these steps, or in this process."""
    process = definitions.processes.get(filters.element_process_id)
    names = {element.id: element.name or element.id for element in (process.elements if process else ())}
    steps = [names.get(step, step) for step in filters.element_id.split(",") if step]
    return ", ".join(steps) or (process.name if process else filters.element_process_id)


# ── the file ─────────────────────────────────────────────────────────────────────────────────────────────


@bp.get("/lijst.<kind>")
@requires(*SEES)
def export(kind: str) -> Response:
    """The cases of this list with the chosen columns, all pages of it: `csv` or `xlsx`."""
    if kind not in ("csv", "xlsx"):
        raise NotFound("Dit soort bestand bestaat niet.")
    wanted, now = shown(request.args), clock.now()
    wanted.require()
    with transaction() as session:
        taken = case_list.take_along(
            session,
            current_person(),
            wanted.filters,
            wanted.order,
            kind=kind,
            chosen=_told(wanted),
            now=now,
        )
    entries = case_list.read_along(db.session(), taken, columns=wanted.columns, now=now)
    cut = case_files.cut_message(len(taken.keys)) if taken.cut else ""
    if kind == "csv":
        content: Iterator[bytes] = case_files.csv_lines(entries, wanted.columns, cut=cut)
        media_type = "text/csv; charset=utf-8"
    else:
        content = _xlsx(entries, wanted.columns, cut)
        media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    response = Response(stream_with_context(content), content_type=media_type)
    name = f"casussen-{now.astimezone(AMSTERDAM).date().isoformat()}.{kind}"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _told(wanted: Shown) -> dict[str, Sequence[str]]:
    """What stands in the facts of a file: not what was searched for, for that may well be a name."""
    kept = {name: values for name, values in wanted.chosen.items() if name != "zoek"}
    return {**kept, "kolom": list(wanted.columns)}


def _xlsx(entries: Iterator[Entry], columns: Sequence[str], cut: str) -> Iterator[bytes]:
    """A zip is complete only at its end: it is made on the disk, and is gone once it has been sent."""
    with TemporaryFile() as out:
        case_files.write_xlsx(out, entries, columns, cut=cut)
        out.seek(0)
        while chunk := out.read(CHUNK_BYTES):
            yield chunk


# ── views under a name ───────────────────────────────────────────────────────────────────────────────────


@bp.get("/weergaven")
@requires(*SEES)
def views() -> str:
    return _views()


def _views(key: int = 0, name: str = "", errors: Mapping[str, str] | None = None) -> str:
    found = case_views.of_person(db.session(), current_person())
    return render_template(
        "casus/weergaven.html", weergaven=found, fout_bij=key, naam=name, fouten=errors or {}
    )


@bp.post("/weergaven")
@requires(*SEES)
def save() -> Answer | str | tuple[str, int]:
    """Keep the list of the fields that came along under a name."""
    wanted, name = shown(request.form), request.form.get("naam", "")
    try:
        wanted.require()
        with transaction() as session:
            view = case_views.save(session, current_person(), name, wanted.chosen)
    except Invalid as error:
        return page(wanted, name=name, name_errors=error.errors)
    flash(f"De weergave ‘{view.name}’ is bewaard.")
    return redirect(address(wanted), 303)


@bp.post("/weergaven/<int:key>/naam")
@requires(*SEES)
def rename(key: int) -> Answer | tuple[str, int]:
    name = request.form.get("naam", "")
    try:
        with transaction() as session:
            case_views.rename(session, current_person(), key, name)
    except Invalid as error:
        return _views(key, name, error.errors), 422
    flash("De naam is veranderd.")
    return redirect(url_for("case_list.views"), 303)


@bp.post("/weergaven/<int:key>/weg")
@requires(*SEES)
def remove(key: int) -> Answer:
    with transaction() as session:
        name = case_views.remove(session, current_person(), key)
    flash(f"De weergave ‘{name}’ is verwijderd.")
    return redirect(url_for("case_list.views"), 303)
