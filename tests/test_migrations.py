"""The migrations make exactly the tables of the models, on both databases."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from app import migrations
from app.store.session import db


def test_migrations_make_the_tables_of_the_models(any_url: str) -> None:
    engine = create_engine(any_url)
    with engine.begin() as connection:
        found = compare_metadata(MigrationContext.configure(connection), db.metadata)
    engine.dispose()
    assert found == []


def test_upgrading_again_changes_nothing(any_url: str) -> None:
    engine = create_engine(any_url)
    for _ in range(2):
        with engine.begin() as connection:
            migrations.upgrade(connection)
            assert MigrationContext.configure(connection).get_current_revision() is not None
    engine.dispose()
