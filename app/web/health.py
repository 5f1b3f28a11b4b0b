"""/gezondheid: whether this process can do its work, for who watches over it."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.store.session import db
from app.web.access import public

bp = Blueprint("health", __name__)


@bp.get("/gezondheid")
@public
def health() -> ResponseReturnValue:
    try:
        db.session.execute(text("SELECT 1 FROM release LIMIT 1"))
    except SQLAlchemyError:
        return jsonify({"status": "geen database"}), 503
    return jsonify({"status": "goed"})
