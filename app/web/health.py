"""/gezondheid, /metrics and /regie/gezondheid: whether the installation can do its work."""

import hmac
import ipaddress
import logging

from flask import Blueprint, Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from app import clock
from app.errors import Forbidden
from app.services import health as state
from app.services import jobs, metrics
from app.services.access import Permission
from app.store.session import db, reading
from app.web.access import public, requires, settings

bp = Blueprint("health", __name__)

_log = logging.getLogger(__name__)


@bp.get("/gezondheid")
@public
def health() -> ResponseReturnValue:
    """503 without a database. A worker that is behind is told, but pages do their work: 200."""
    now = clock.now()
    try:
        with reading() as session:
            due = jobs.next_due(session)
            work = state.work(session, now=now)
    except SQLAlchemyError as error:
        _log.error("no database", extra={"kind": type(error).__name__})
        return jsonify({"status": "geen database"}), 503
    behind = due is not None and due < now - state.BEHIND
    return jsonify(
        {
            "status": "goed",
            "achtergrondwerk": "loopt achter" if behind else "goed",
            "werkers": work.alive,
            "wachtrij": {"nu": work.due, "te_laat": work.late, "geparkeerd": work.parked},
        }
    )


@bp.get("/metrics")
@public
def prometheus() -> ResponseReturnValue:
    """For a machine that knows METRICS_TOKEN; without such a setting only for this machine itself."""
    if not _may_measure():
        raise Forbidden("Deze cijfers zijn alleen voor de bewaking van de installatie.")
    now = clock.now()
    try:
        with reading() as session:
            found = metrics.text(state.health(session, now=now), now=now)
    except SQLAlchemyError as error:
        _log.error("no database", extra={"kind": type(error).__name__})
        return Response("geen database\n", 503, mimetype="text/plain")
    return Response(found, content_type=metrics.CONTENT_TYPE)


def _may_measure() -> bool:
    token = settings().metrics_token
    if token:
        # Bytes: compare_digest refuses text that is not ASCII.
        given = request.headers.get("Authorization", "").encode()
        return hmac.compare_digest(given, f"Bearer {token}".encode())
    try:
        return ipaddress.ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False


@bp.get("/regie/gezondheid")
@requires(Permission.CHANGE_CASES, Permission.ADMINISTER)
def page() -> str:
    now = clock.now()
    return render_template("regie/gezondheid.html", stand=state.health(db.session(), now=now), nu=now)
