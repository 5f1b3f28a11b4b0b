"""One row, one commit: what any store must do at least."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

import psycopg

from tests.bench.databases import Database

_TABLE = "CREATE TABLE bench_kept (key INTEGER PRIMARY KEY, state {kind})"


class Kept(Protocol):
    """A place for one state."""

    def write(self, state: bytes) -> None: ...

    def read(self) -> bytes: ...


class _Sqlite:
    def __init__(self, folder: Path) -> None:
        self.connection = sqlite3.connect(folder / "een.db", isolation_level=None)
        for text in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", _TABLE.format(kind="BLOB")):
            self.connection.execute(text)
        self.connection.execute("INSERT INTO bench_kept VALUES (1, x'')")

    def write(self, state: bytes) -> None:
        self.connection.execute("BEGIN IMMEDIATE")
        self.connection.execute("UPDATE bench_kept SET state = ? WHERE key = 1", (state,))
        self.connection.execute("COMMIT")

    def read(self) -> bytes:
        found: tuple[bytes] = self.connection.execute("SELECT state FROM bench_kept WHERE key = 1").fetchone()
        return found[0]


class _Postgres:
    def __init__(self, url: str) -> None:
        self.connection = psycopg.connect(url)
        self.connection.execute(f"DROP TABLE IF EXISTS bench_kept; {_TABLE.format(kind='BYTEA')}")
        self.connection.execute("INSERT INTO bench_kept VALUES (1, '')")
        self.connection.commit()

    def write(self, state: bytes) -> None:
        self.connection.execute("UPDATE bench_kept SET state = %s WHERE key = 1", (state,))
        self.connection.commit()

    def read(self) -> bytes:
        found: Any = self.connection.execute("SELECT state FROM bench_kept WHERE key = 1").fetchone()
        self.connection.commit()
        return bytes(found[0])


@contextmanager
def kept(database: Database) -> Iterator[Kept]:
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        if not database.url:
            yield _Sqlite(Path(folder))
            return
        place = _Postgres(database.url.replace("postgresql+psycopg://", "postgresql://", 1))
        try:
            yield place
        finally:
            place.connection.execute("DROP TABLE bench_kept")
            place.connection.commit()
            place.connection.close()
