"""/werkwijze/concepten/<draft>/formulier/<file>: changing a form, with a preview by the real page's code."""

from typing import Any
from uuid import UUID

from flask import Blueprint, jsonify, render_template, request
from sqlalchemy.orm import Session

from app import clock
from app.errors import Invalid, NotFound
from app.services import drafts, previews
from app.services.access import Permission
from app.store.session import db
from app.web.access import current_person, requires

bp = Blueprint("form_editor", __name__, url_prefix="/werkwijze/concepten/<uuid:id>/formulier")

MAX_NAMES = 5_000


@bp.get("/<name>")
@requires(Permission.CHANGE_WORKFLOW)
def page(id: UUID, name: str) -> str:
    session: Session = db.session()
    draft = drafts.find(session, id)
    state = drafts.file(session, draft, name)
    if state.content is None or not name.endswith(".form"):
        raise NotFound("Dit formulier staat niet in dit concept.")
    return render_template("werkwijze/formulier_bewerken.html", concept=draft, naam=name)


@bp.post("/<name>/voorbeeld")
@requires(Permission.CHANGE_WORKFLOW)
def preview(id: UUID, name: str) -> Any:
    """The form of `content` as HTML: the unsaved text, with what was filled in."""
    said = request.get_json(silent=True)
    if not isinstance(said, dict) or not isinstance(said.get("content"), str):
        raise Invalid("Dit verzoek is niet volledig.")
    session: Session = db.session()
    drafts.find(session, id)
    found = previews.preview(
        session,
        said["content"].encode(),
        _raw(said.get("raw")),
        how=str(said.get("how") or "")[:200],
        by=current_person(),
        now=clock.now(),
    )
    html = "" if found.view is None else render_template("formulier/los.html", formulier_view=found.view)
    return jsonify({"html": html, "problem": found.problem})


def _raw(said: Any) -> dict[str, list[str]]:
    """What was filled in, by input name."""
    if not isinstance(said, dict) or len(said) > MAX_NAMES:
        return {}
    return {
        str(name): [text for text in texts if isinstance(text, str)]
        for name, texts in said.items()
        if isinstance(texts, list)
    }
