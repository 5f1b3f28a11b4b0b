"""The floor to compare with: a view that checks who is there, writes one row, commits, and answers."""

from flask import Flask

from app import clock
from app.config import from_environment
from app.factory import create_app
from app.store.models import Event
from app.store.session import transaction
from app.web.access import public


def create() -> Flask:
    """Casusroute with one more address, `/vloer`, for gunicorn."""
    app = create_app(from_environment())

    @app.post("/vloer")
    @public
    def floor() -> tuple[str, int]:
        with transaction() as session:
            session.add(Event(kind="floor", at=clock.now(), data={}))
        return "", 204

    return app
