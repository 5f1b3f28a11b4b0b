"""/gezondheid: whether this process can do its work, for who watches over it."""

import logging
from datetime import timedelta

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from app import clock
from app.services import jobs
from app.store.session import reading
from app.web.access import public

bp = Blueprint("health", __name__)

BEHIND = timedelta(minutes=5)
"""Work that should have been done this long ago: the worker has stopped, or cannot keep up."""

_log = logging.getLogger(__name__)


@bp.get("/gezondheid")
@public
def health() -> ResponseReturnValue:
    """503 without a database. A worker that is behind is told, but pages do their work: 200."""
    try:
        with reading() as session:
            due = jobs.next_due(session)
    except SQLAlchemyError as error:
        _log.error("no database", extra={"kind": type(error).__name__})
        return jsonify({"status": "geen database"}), 503
    behind = due is not None and due < clock.now() - BEHIND
    return jsonify({"status": "goed", "achtergrondwerk": "loopt achter" if behind else "goed"})
