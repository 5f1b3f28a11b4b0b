"""/werkwijze: the releases of the way of working, to read: diagrams, decision tables and forms."""

from flask import Blueprint, Response, render_template, url_for
from sqlalchemy.orm import Session

from app import clock, forms
from app.decisions import Decision
from app.errors import NotFound
from app.services import reference, releases
from app.services.access import Permission
from app.store import releases as release_rows
from app.store.models import Definition
from app.store.session import db
from app.web import drawing
from app.web.access import requires

bp = Blueprint("workflow", __name__, url_prefix="/werkwijze")

READERS = (Permission.CHANGE_WORKFLOW, Permission.SEE_CASES, Permission.SEE_OVERVIEW)
KINDS = (("process", "Processen"), ("decision", "Beslissingen"), ("form", "Formulieren"))


@bp.get("")
@requires(*READERS)
def page() -> str:
    session: Session = db.session()
    current = releases.current_number(session)
    return render_template(
        "werkwijze/lijst.html",
        versies=releases.history(session),
        huidige=current,
        soorten=_by_kind(session, current),
    )


@bp.get("/<int:number>")
@requires(*READERS)
def release(number: int) -> str:
    session: Session = db.session()
    found = releases.require(session, number)
    return render_template("werkwijze/versie.html", versie=found, soorten=_by_kind(session, number))


def _by_kind(session: Session, number: int) -> list[tuple[str, list[Definition]]]:
    found = release_rows.definitions(session, number)
    return [(name, [one for one in found if one.kind == kind]) for kind, name in KINDS]


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
    return render_template("werkwijze/proces.html", nummer=number, proces=found, tekening=made)


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
    )


@bp.get("/<int:number>/form/<id>")
@requires(*READERS)
def form(number: int, id: str) -> str:
    session: Session = db.session()
    found = releases.form(session, number, id)
    now = clock.now()
    me = {"naam": "", "organisatie": "", "organisatie_naam": "", "partner": False}
    view = forms.view(found, context={**reference.context(session, now), "ik": me}, now=now)
    return render_template("werkwijze/formulier.html", nummer=number, formulier=found, formulier_view=view)


@bp.get("/<int:number>/bestanden/<name>")
@requires(*READERS)
def file(number: int, name: str) -> Response:
    """A file of a release, as it was published."""
    content = releases.files(db.session(), number).get(name)
    if content is None:
        raise NotFound("Dit bestand bestaat niet in deze versie.")
    kind = "application/json" if name.endswith(".form") else "application/xml"
    return Response(content, content_type=f"{kind}; charset=utf-8")
