"""Others hold the connections or the lock that a page needs: it says so, and nothing typed is lost."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, text

from app.store import session as store_session
from app.store.session import db, transaction
from tests.web.conftest import settle, web_app
from tests.web.visitor import Visitor, waiting


@pytest.fixture
def app(any_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """With a single thread, and little patience."""
    monkeypatch.setattr(store_session, "POOL_SECONDS", 0.1)
    monkeypatch.setattr(store_session, "BUSY_MS", 100)
    made = web_app(any_url, tmp_path, WEB_THREADS="1")
    with made.app_context(), transaction() as session:
        settle(session)
    yield made
    with made.app_context():
        db.engine.dispose()


@pytest.fixture
def path(app: Flask, visit: Callable[..., Visitor]) -> str:
    found = f"/taken/{waiting(app, visit('petra').start())}"
    visit("petra").get(found)  # that she looked today is written down
    return found


def test_when_every_connection_is_taken_a_page_says_to_come_back(
    app: Flask, visit: Callable[..., Visitor]
) -> None:
    petra = visit("petra")
    with ExitStack() as taken:
        with app.app_context():
            for _ in range(2):
                taken.enter_context(db.engine.connect())
        answer = petra.get("/taken")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "even niet te bereiken" in answer.text
    assert petra.get("/taken").status_code == 200


def test_who_hands_in_while_the_case_is_locked_gets_the_form_back_as_it_was_typed(
    app: Flask, path: str, visit: Callable[..., Visitor]
) -> None:
    begun, release = threading.Event(), threading.Event()

    def hold() -> None:
        with app.app_context(), transaction() as session:
            session.execute(text("UPDATE instance SET revision = revision"))
            begun.set()
            release.wait(timeout=20)

    def hurry(connection: object, branch: object) -> None:
        """On PostgreSQL by the connection's own setting."""
        connection.cursor().execute("SET lock_timeout = 100")  # type: ignore[attr-defined]

    petra = visit("petra")
    petra.get(path)
    with app.app_context():
        if db.engine.dialect.name == "postgresql":
            event.listen(db.engine, "connect", hurry)
            db.engine.dispose()
    other = threading.Thread(target=hold)
    other.start()
    assert begun.wait(timeout=20)

    answer = petra.post(path, {"terugmelding": "Een heel verhaal."})
    release.set()
    other.join(timeout=20)

    assert answer.status_code == 503
    assert "Het is nu te druk: dit is niet bewaard." in answer.text
    assert "Een heel verhaal.</textarea>" in answer.text
    assert petra.post(path, {"terugmelding": "Een heel verhaal."}).status_code == 303
