"""/werkwijze/concepten/<id>/diagram: the diagram editor of a draft, and what it has to choose from."""

import gzip
from uuid import UUID

from flask import Blueprint, Response, jsonify, render_template, request, url_for
from sqlalchemy.orm import Session

from app import clock, forms
from app.errors import Conflict, NotFound
from app.services import drafts, knowledge, reference
from app.services.access import Permission
from app.store.models import Draft
from app.store.session import db
from app.web import links
from app.web.access import requires
from app.web.security import styles_elements

bp = Blueprint("editor", __name__, url_prefix="/werkwijze/concepten/<uuid:id>")


@bp.get("/diagram/<name>")
@requires(Permission.CHANGE_WORKFLOW)
@styles_elements
def diagram(id: UUID, name: str) -> str:
    session: Session = db.session()
    draft = _open(session, id)
    content = drafts.file(session, draft, name).content if name.endswith(".bpmn") else None
    if content is None:
        raise NotFound("Dit diagram is niet in het concept.")
    return render_template(
        "werkwijze/diagram_bewerken.html",
        concept=draft,
        naam=name,
        titel=knowledge.process_name(name, content),
        adressen=_addresses(id, name),
    )


def _open(session: Session, id: UUID) -> Draft:
    draft = drafts.find(session, id)
    if draft.state in (drafts.PUBLISHED, drafts.DROPPED):
        raise Conflict("Dit concept is gesloten. U kunt er niets meer in veranderen.")
    return draft


def _addresses(id: UUID, name: str) -> dict[str, str]:
    """What the script asks for, by the names that it has for it; capitals stand for what it fills in."""
    found = {
        "bestand": url_for("draft_files.content", id=id, name=name),
        "bestanden": url_for("draft_files.content", id=id, name="NAAM"),
        "controleren": url_for("draft_files.check", id=id),
        "herstellen": url_for("draft_files.repair", id=id),
        "kennis": url_for("editor.known", id=id, bestand=name),
        "aanwezig": url_for("draft_files.attend", id=id, name=name),
        "voorbeeld": url_for("editor.form_preview", id=id, form_id="FORMULIER"),
    }
    form_editor = links.edit(id, "NAAM.form")
    return found | ({"formulier": form_editor} if form_editor else {})


@bp.get("/kennis")
@requires(Permission.CHANGE_WORKFLOW)
def known(id: UUID) -> Response:
    """Roles, forms, tables, processes and what is known before each element, for the pickers of an editor."""
    session: Session = db.session()
    files = drafts.files(session, drafts.find(session, id))
    return _packed(jsonify(knowledge.known(session, files, request.args.get("bestand", ""))))


def _packed(response: Response) -> Response:
    """The names of variables are said at every element: packed it is a fortieth. It holds no secret."""
    if request.accept_encodings["gzip"] > 0:
        response.set_data(gzip.compress(response.get_data(), compresslevel=5))
        response.content_encoding = "gzip"
    response.vary.add("Accept-Encoding")
    return response


@bp.get("/voorbeeld/<form_id>")
@requires(Permission.CHANGE_WORKFLOW)
def form_preview(id: UUID, form_id: str) -> str:
    """A form of the draft as people will see it, still without data of a case."""
    session: Session = db.session()
    draft = drafts.find(session, id)
    form = knowledge.form(drafts.files(session, draft), form_id)
    if form is None:
        raise NotFound("Dit formulier is niet in het concept, of het is nog niet in orde.")
    now = clock.now()
    view = forms.view(form, context=reference.context(session, now, person=None), now=now)
    return render_template("werkwijze/formulier_voorbeeld.html", concept=draft, formulier=form, view=view)
