"""Floors to compare with, as addresses of the same application under the same gunicorn."""

from flask import Flask
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from sqlalchemy import text

from app import clock
from app.config import from_environment
from app.factory import create_app
from app.store.models import Event
from app.store.session import transaction
from app.web.access import public
from tests.bench.ways import in_a_row
from tests.engine.plain import Plain

TABLE = "CREATE TABLE IF NOT EXISTS bench_library (key INTEGER PRIMARY KEY, state TEXT NOT NULL)"
"""Where `/bibliotheek` keeps its texts; made before the processes start, for they would do it at once."""


def create() -> Flask:
    """Casusroute with two more addresses, `/vloer` and `/bibliotheek`, for gunicorn."""
    app = create_app(from_environment())
    library = _Library()

    @app.post("/vloer")
    @public
    def floor() -> tuple[str, int]:
        """An empty page with one commit."""
        with transaction() as session:
            session.add(Event(kind="floor", at=clock.now(), data={}))
        return "", 204

    @app.post("/bibliotheek/<int:key>")
    @public
    def step(key: int) -> tuple[str, int]:
        """A task of ten in a row, in SpiffWorkflow with its own serializer, and one commit."""
        with transaction() as session:
            found = {"key": key}
            state = session.scalar(text("SELECT state FROM bench_library WHERE key = :key"), found)
            found["state"] = library.complete(state)
            said = "INSERT INTO bench_library VALUES (:key, :state)"
            session.execute(
                text(said if state is None else "UPDATE bench_library SET state = :state WHERE key = :key"),
                found,
            )
        return "", 204

    return app


class _Library:
    """SpiffWorkflow as its makers mean it to be kept: a text, read and written each step."""

    def __init__(self) -> None:
        self.serializer = BpmnWorkflowSerializer()
        self.content = in_a_row()

    def complete(self, text: str | None) -> str:
        """Do the next task; begin anew without a text, and behind the last task."""
        case = Plain.of(self.serializer.deserialize_json(text)) if text else Plain(self.content)
        case = Plain(self.content) if case.ended else case
        case.complete(case.tasks()[0], {"onderwerp": "meten"})
        written: str = self.serializer.serialize_json(case.workflow)
        return written
