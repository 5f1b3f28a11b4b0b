"""/werkwijze/concepten: drafts of the way of working."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from app import clock
from app.services import drafts
from app.services.access import Permission
from app.store.session import db, transaction
from app.web.access import current_person, requires

bp = Blueprint("drafts", __name__, url_prefix="/werkwijze/concepten")


@bp.post("")
@requires(Permission.CHANGE_WORKFLOW)
def make() -> Any:
    person = current_person()
    with transaction() as session:
        draft = drafts.make(session, request.form.get("titel", ""), by=person, now=clock.now())
        id = draft.id
    return redirect(url_for("drafts.page", id=id), 303)


@bp.get("/<uuid:id>")
@requires(Permission.CHANGE_WORKFLOW)
def page(id: UUID) -> str:
    session: Session = db.session()
    draft = drafts.find(session, id)
    return render_template(
        "werkwijze/concept.html",
        concept=draft,
        bestanden=list(drafts.files(session, draft)),
        veranderd=drafts.changed_names(session, draft),
    )
