"""What one completed task asks of the database: few statements, and one commit."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, update

from app import clock
from app.config import from_environment
from app.factory import create_app
from app.store.models import Release
from app.store.session import db
from tests.services import region
from tests.web.visitor import Visitor

CONTROL = ("BEGIN", "COMMIT", "ROLLBACK")


@pytest.fixture
def app(any_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The whole application, with a release of yesterday: of a young one is asked whether it still stands."""
    settings = {"CASUSROUTE_DATA": str(tmp_path), "DATABASE_URL": any_url, "SECRET_KEY": "x" * 40}
    made = create_app(from_environment(settings))
    with made.app_context():
        region.settle(db.session())
        region.person(db.session(), "petra")
        db.session.execute(update(Release).values(published_at=clock.now() - timedelta(days=1)))
        db.session.commit()
    yield made
    with made.app_context():
        db.engine.dispose()


@contextmanager
def noted(app: Flask) -> Iterator[tuple[list[str], list[str]]]:
    """The statements within the block, and how each transaction ended."""
    statements: list[str] = []
    ends: list[str] = []

    def note(*given: object) -> None:
        text = str(given[2])
        if not text.startswith(CONTROL):
            statements.append(text)

    listeners: dict[str, Callable[..., None]] = {
        "before_cursor_execute": note,
        "commit": lambda connection: ends.append("commit"),
        "rollback": lambda connection: ends.append("rollback"),
    }
    with app.app_context():
        engine = db.engine
    for name, listener in listeners.items():
        event.listen(engine, name, listener)
    try:
        yield statements, ends
    finally:
        for name, listener in listeners.items():
            event.remove(engine, name, listener)


def complete_first(app: Flask, process_id: str) -> tuple[list[str], list[str]]:
    """Do the first task of a new case: what that asks of the database."""
    petra = Visitor(app, "petra")
    petra.get(f"/aanmelden/{process_id}")
    assert petra.post(f"/aanmelden/{process_id}", {"onderwerp": "Lawaai"}).status_code == 303
    [address] = re.findall(r'href="(/taken/[0-9a-f-]{36})"', petra.get(f"/taken?proces={process_id}").text)
    field = "uitkomst" if 'name="uitkomst"' in petra.get(address).text else "onderwerp"
    with noted(app) as found:
        answer = petra.post(address, {field: "Lawaai"})
    assert answer.status_code == 303, answer.text
    return found


@pytest.mark.parametrize(
    ("process_id", "most"),
    [("tien_taken", {"sqlite": 8, "postgresql": 3}), ("termijnen", {"sqlite": 10, "postgresql": 5})],
)
def test_a_completed_task_takes_few_statements_and_one_commit(
    app: Flask, process_id: str, most: dict[str, int]
):
    """On PostgreSQL each is a journey: who asks, the case, and all that a step writes."""
    complete_first(app, "beslissen")  # what is read once a process has been read now

    statements, ends = complete_first(app, process_id)

    with app.app_context():
        dialect = db.engine.dialect.name
    assert len(statements) <= most[dialect], statements
    assert ends == ["commit"]
