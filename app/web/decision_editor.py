"""/werkwijze/concepten/<draft>/beslissing/<file>: changing a decision table, and trying it out at once."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from flask import Blueprint, jsonify, render_template, request
from sqlalchemy.orm import Session

from app import clock
from app.errors import Invalid, NotFound
from app.services import decision_trials, drafts
from app.services.access import Permission
from app.store.session import db
from app.web.access import requires
from app.web.security import styles_elements

bp = Blueprint("decision_editor", __name__, url_prefix="/werkwijze/concepten/<uuid:id>/beslissing")


@bp.get("/<name>")
@requires(Permission.CHANGE_WORKFLOW)
@styles_elements
def page(id: UUID, name: str) -> str:
    session: Session = db.session()
    draft = drafts.find(session, id)
    if drafts.file(session, draft, name).content is None or not name.endswith(".dmn"):
        raise NotFound("Deze beslissing staat niet in dit concept.")
    return render_template("werkwijze/beslissing_bewerken.html", concept=draft, naam=name)


@bp.post("/<name>/proberen")
@requires(Permission.CHANGE_WORKFLOW)
def ask(id: UUID, name: str) -> Any:
    """What the decision of the unsaved `content` says to what was filled in; problems come as `problem`."""
    said = request.get_json(silent=True)
    if not isinstance(said, dict) or not isinstance(said.get("content"), str):
        raise Invalid("Dit verzoek is niet volledig.")
    session: Session = db.session()
    files = drafts.files(session, drafts.find(session, id))
    files[name] = said["content"].encode()
    given = said.get("given")
    texts = (
        {str(key): value for key, value in given.items() if isinstance(value, str)}
        if isinstance(given, dict)
        else {}
    )
    decision = said.get("decision")
    try:
        told = decision_trials.ask(
            files, name, decision if isinstance(decision, str) else None, texts, now=clock.now()
        )
    except Invalid as error:
        return jsonify({"problem": error.message, "decisions": [], "asked": []})
    return jsonify(asdict(told))
