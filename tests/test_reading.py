"""What is only read ends without a rollback, and nothing that was changed meanwhile is kept."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from app.config import from_environment
from app.factory import create_app
from app.store.models import Person
from app.store.session import db, reading, transaction
from tests.services import region

Change = Callable[[Session], object]


def settled(url: str, folder: Path) -> Flask:
    settings = {"CASUSROUTE_DATA": str(folder), "DATABASE_URL": url, "SECRET_KEY": "x" * 40}
    made = create_app(from_environment(settings))
    with made.app_context():
        region.settle(db.session())
        region.person(db.session(), "petra")
        db.session.commit()
    return made


@pytest.fixture
def app(any_url: str, tmp_path: Path) -> Iterator[Flask]:
    made = settled(any_url, tmp_path)
    yield made
    with made.app_context():
        db.engine.dispose()


def rename(session: Session) -> None:
    session.scalars(select(Person).where(Person.login == "petra")).one().name = "Iemand anders"
    session.flush()


def rename_by_statement(session: Session) -> None:
    session.execute(update(Person).values(name="Iemand anders"))


def names(app: Flask) -> set[str]:
    with app.app_context(), reading() as session:
        return set(session.scalars(select(Person.name)))


@pytest.mark.parametrize("change", [rename, rename_by_statement])
def test_what_is_changed_while_reading_is_not_kept(app: Flask, change: Change):
    before = names(app)

    with app.app_context(), reading() as session:
        change(session)
    with app.app_context():
        change(db.session())  # and a page that forgot its transaction

    assert names(app) == before


def test_what_is_read_after_a_commit_keeps_that_commit(app: Flask):
    with app.app_context():
        with transaction() as session:
            rename(session)
        db.session.scalars(select(Person)).all()

    assert "Iemand anders" in names(app)


def test_what_a_failed_transaction_wrote_is_not_kept_by_what_is_read_after_it(app: Flask):
    before = names(app)

    with app.app_context():
        with pytest.raises(KeyError), transaction() as session:
            rename(session)
            raise KeyError
        db.session.scalars(select(Person)).all()

    assert names(app) == before


@pytest.mark.postgres
def test_a_query_that_pages_repeat_stays_prepared(postgres_url: str, tmp_path: Path):
    app = settled(postgres_url, tmp_path)
    for _ in range(10):
        with app.app_context():
            db.session.scalars(select(Person)).all()

    with app.app_context():
        prepared = db.session.scalars(text("SELECT statement FROM pg_prepared_statements")).all()
        db.session.remove()
        db.engine.dispose()
    assert any("FROM person" in statement for statement in prepared)
