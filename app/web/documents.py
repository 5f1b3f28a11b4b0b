"""/documenten/<id>: reading a document back."""

from urllib.parse import quote
from uuid import UUID

from flask import Blueprint, Response

from app import clock
from app.services import documents
from app.store.session import db
from app.web import looks
from app.web.access import current_person, requires

bp = Blueprint("documents", __name__)


@bp.get("/documenten/<uuid:id>")
@requires()
def download(id: UUID) -> Response:
    """Always as a download: nothing that somebody handed in is shown as a page of ours."""
    document = documents.get(db.session(), id, current_person(), now=clock.now())
    looks.saw(document.case_key)
    response = Response(document.content, content_type=document.media_type)
    # RFC 6266: one name that every browser understands.
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(document.name, safe='')}"
    return response
