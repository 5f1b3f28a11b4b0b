"""/werkwijze: the releases of the way of working, to read: diagrams, decision tables and forms."""

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from app import clock, forms
from app.decisions import Decision
from app.errors import Invalid, NotFound
from app.services import (
    access,
    archive,
    diagrams,
    drafts,
    impact,
    news,
    publishing,
    reference,
    releases,
    search,
)
from app.services.access import Permission
from app.store import drafts as draft_rows
from app.store import releases as release_rows
from app.store.models import Definition
from app.store.session import db, transaction
from app.web import drawing, figures, links
from app.web.access import current_person, requires
from app.web.files import svg_answer, zip_answer

bp = Blueprint("workflow", __name__, url_prefix="/werkwijze")

READERS = (Permission.CHANGE_WORKFLOW, Permission.SEE_CASES, Permission.SEE_OVERVIEW)
DONE = 5
"""So many drafts that went live or were put away are listed."""
KINDS = (("process", "Processen"), ("decision", "Beslissingen"), ("form", "Formulieren"))


@bp.get("")
@requires(*READERS)
def page() -> str:
    session: Session = db.session()
    current, person = releases.current_number(session), current_person()
    return render_template(
        "werkwijze/lijst.html",
        versies=releases.history(session),
        huidige=current,
        soorten=_by_kind(session, current),
        sinds=release_rows.since(session, current),
        lopend=_running(session),
        nieuws=news.unread(session, person, current),
        **_drafts(session),
    )


def _drafts(session: Session) -> dict[str, Any]:
    """What only process owners see of the overview."""
    if Permission.CHANGE_WORKFLOW not in access.permissions(current_person()):
        return {"concepten": None, "klaar": []}
    found = draft_rows.in_progress(session)
    return {
        "namen": releases.file_names(session, releases.current_number(session)),
        "concepten": [(one, drafts.changed_names(session, one)) for one in found],
        "klaar": draft_rows.done(session, limit=DONE),
    }


@bp.post("/concepten")
@requires(Permission.CHANGE_WORKFLOW)
def make_draft() -> Any:
    """A new draft, on the live release or (`versie`) with the files of an earlier one.

    With `bestand` the editor of that file opens at once.
    """
    person, title, number = current_person(), request.form.get("titel", ""), request.form.get("versie", "")
    try:
        with transaction() as session:
            release = int(number) if number.isdecimal() and len(number) < 10 else None
            draft = drafts.make(session, title, by=person, now=clock.now(), release=release)
            id, name = draft.id, request.form.get("bestand", "")
            editor = links.edit(id, name) if drafts.file(session, draft, name).content else None
    except Invalid as error:
        live = releases.current_number(db.session())
        page = render_template("werkwijze/nieuw_concept.html", fout=error.message, titel=title, huidige=live)
        return page, 422
    return redirect(editor or url_for("drafts.page", id=id), 303)


def _change_part(number: int) -> dict[str, Any]:
    """For who may change what the page shows: the drafts where that can be done."""
    session: Session = db.session()
    may = Permission.CHANGE_WORKFLOW in access.permissions(current_person())
    live = may and number == releases.current_number(session)
    return {"mag_veranderen": live, "concepten": draft_rows.in_progress(session) if live else []}


def _running(session: Session) -> dict[int, str]:
    """How many cases follow each release, in words."""
    smallest = figures.smallest()
    found = impact.running(session, current_person())
    return {release: diagrams.figure(cases, smallest=smallest) for release, cases in found.items()}


@bp.get("/<int:number>")
@requires(*READERS)
def release(number: int) -> str:
    session: Session = db.session()
    found = releases.require(session, number)
    return render_template(
        "werkwijze/versie.html",
        versie=found,
        huidige=releases.current_number(session),
        goedgekeurd=publishing.approver(session, number),
        soorten=_by_kind(session, number),
        sinds=release_rows.since(session, number),
        lopend=_running(session),
    )


def _by_kind(session: Session, number: int) -> list[tuple[str, str, list[Definition]]]:
    found = release_rows.definitions(session, number)
    return [(kind, name, [one for one in found if one.kind == kind]) for kind, name in KINDS]


@bp.get("/zoeken")
@requires(*READERS)
def find() -> str:
    """Where a name, a step or a variable stands in the live release."""
    session: Session = db.session()
    number, text = releases.current_number(session), request.args.get("zoek", "").strip()[:100]
    definitions = release_rows.definitions(session, number)
    names = {one.id: one.name for one in definitions if one.kind == "form"}
    mentions = search.gather(
        releases.definitions(session, number), releases.all_forms(session, number), names
    )
    found = search.find(mentions, text)
    return render_template("werkwijze/zoeken.html", nummer=number, zoek=text, gevonden=found)


@bp.get("/<int:number>/plaatje/<id>")
@requires(*READERS)
def picture(number: int, id: str) -> Response:
    """A small picture of a diagram, to show beside its name."""
    session: Session = db.session()
    process = releases.definitions(session, number).processes.get(id)
    if process is None:
        raise NotFound("Dit proces bestaat niet in deze versie.")
    answer = svg_answer(release_rows.file(session, number, process.file) or b"")
    answer.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return answer


@bp.get("/<int:number>/bestanden.zip")
@requires(*READERS)
def archived(number: int) -> Response:
    """All files of a release, in their folders."""
    packed = archive.pack(releases.files(db.session(), number))
    return zip_answer(packed, f"werkwijze-versie-{number}.zip")


@bp.get("/<int:number>/process/<id>")
@requires(*READERS)
def process(number: int, id: str) -> str:
    definitions = releases.definitions(db.session(), number)
    found = definitions.processes.get(id)
    if found is None:
        raise NotFound("Dit proces bestaat niet in deze versie.")
    calls = {one.id: one.calls or one.properties.get("opent", "") for one in found.elements}
    made = drawing.drawing(
        definitions,
        found,
        source=drawing.source_url(number, found),
        opens_url=lambda element: (
            url_for("workflow.process", number=number, id=calls[element])
            if calls[element] in definitions.processes
            else None
        ),
    )
    return render_template(
        "werkwijze/proces.html", nummer=number, proces=found, tekening=made, **_change_part(number)
    )


@bp.get("/<int:number>/decision/<id>")
@requires(*READERS)
def decision(number: int, id: str) -> str:
    model = releases.definitions(db.session(), number).decisions.get(id)
    if model is None:
        raise NotFound("Deze beslissing bestaat niet in deze versie.")
    found = model.decisions[id]
    required = [model.find(reference) for reference in found.requires]
    return render_template(
        "werkwijze/beslissing.html",
        nummer=number,
        beslissing=found,
        tabel=found.table,
        steunt_op=[(one.id, one.name, isinstance(one, Decision)) for _, one in required],
        bestand=model.file,
        **_change_part(number),
    )


@bp.get("/<int:number>/form/<id>")
@requires(*READERS)
def form(number: int, id: str) -> str:
    session: Session = db.session()
    found = releases.form(session, number, id)
    now = clock.now()
    view = forms.view(found, context=reference.context(session, now, person=None), now=now)
    return render_template(
        "werkwijze/formulier.html",
        nummer=number,
        formulier=found,
        formulier_view=view,
        **_change_part(number),
    )


@bp.get("/<int:number>/bestanden/<name>")
@requires(*READERS, Permission.SEE_FIGURES)
def file(number: int, name: str) -> Response:
    """A file of a release, as it was published."""
    content = releases.files(db.session(), number).get(name)
    if content is None:
        raise NotFound("Dit bestand bestaat niet in deze versie.")
    kind = "application/json" if name.endswith(".form") else "application/xml"
    return Response(content, content_type=f"{kind}; charset=utf-8")
