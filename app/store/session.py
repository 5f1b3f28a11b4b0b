"""The database: how it is reached, and the one place where a transaction is committed."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import IntegrityError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction
from sqlalchemy.orm.exc import StaleDataError

from app.errors import Busy, Conflict
from app.store.models import Base

db = SQLAlchemy(metadata=Base.metadata, session_options={"expire_on_commit": False})

BUSY_MS = 10_000
"""How long a writer waits for another one on SQLite."""
LOCK_MS = 8_000
"""And on PostgreSQL, for who changes the same case."""
POOL_SECONDS = 5
_POSTGRES = {
    "statement_timeout": 30_000,
    "lock_timeout": LOCK_MS,
    "idle_in_transaction_session_timeout": 60_000,
}
"""Milliseconds. Nothing holds up others for ever: no slow query, no lock, no process that stands still."""
_NETWORK = {
    "connect_timeout": 2,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
"""A server that is gone without a word is noticed. Seconds, but for the last one: milliseconds."""
_BUSY_CODES = {"40001", "40P01", "55P03"}
"""PostgreSQL's serialization failure, deadlock, and lock that did not come free in time."""
_SQLITE_BUSY, _SQLITE_LOCKED = 5, 6
_log = logging.getLogger(__name__)
_WROTE = "casusroute_wrote"
WRITING = {"casusroute_writing": True}


def connect(app: Flask, database_url: str, *, threads: int = 4) -> None:
    """Bind the database to an application that works in so many threads; each needs one connection."""
    app.config["SQLALCHEMY_DATABASE_URI"] = database_url
    options: dict[str, Any] = {
        "pool_pre_ping": True,
        "pool_size": threads,
        "max_overflow": threads,
        "pool_timeout": POOL_SECONDS,
    }
    if database_url.startswith("postgresql"):
        limits = " ".join(f"-c {name}={value}" for name, value in _POSTGRES.items())
        options["connect_args"] = {**_NETWORK, "options": limits}
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options
    db.init_app(app)
    app.teardown_appcontext(_let_go)
    if database_url.startswith("sqlite"):
        with app.app_context():
            _prepare_sqlite(db.engine)


def _let_go(error: BaseException | None) -> None:
    """End what was read. An answer that is made already must not fail because the database went just now."""
    try:
        _end_reading(db.session())
        db.session.remove()
    except SQLAlchemyError as failed:
        _log.warning("connection lost", extra={"error": type(failed).__name__})
        db.session.registry.clear()


def _end_reading(session: Session) -> None:
    """End what was only read; anything else is left for a rollback.

    PostgreSQL's driver forgets at every rollback which statements it had prepared, and the server then plans
    each of them anew. After this a rollback has nothing to do.
    """
    dialect = session.get_bind().dialect
    if dialect.name != "postgresql" or not session.in_transaction() or _WROTE in session.info:
        return
    # Where it broke, the rollback sees to that.
    with suppress(SQLAlchemyError, dialect.loaded_dbapi.Error):
        session.connection().connection.commit()


def _note_writing(session: Session, *_: Any) -> None:
    session.info[_WROTE] = True


def _note_statement(state: ORMExecuteState) -> None:
    if not state.is_select:
        _note_writing(state.session)


def _forget_writing(session: Session, ended: SessionTransaction) -> None:
    if ended.parent is None:
        session.info.pop(_WROTE, None)


event.listen(Session, "before_flush", _note_writing)
event.listen(Session, "do_orm_execute", _note_statement)
event.listen(Session, "after_transaction_end", _forget_writing)


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, record: Any) -> None:
        # SQLAlchemy begins transactions itself, see below: the driver must not.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        if connection.get_execution_options().get("casusroute_writing"):
            _take_turn(connection)
        else:
            connection.connection.cursor().execute("BEGIN")


def _take_turn(connection: Connection) -> None:
    # A reader that becomes a writer half-way can't wait for its turn: writers take it at once.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


@contextmanager
def transaction() -> Iterator[Session]:
    """A write transaction: committed at the end, rolled back on any error. Do not nest.

    Raises Conflict when somebody else changed the same case meanwhile, Busy when others hold what it needs.
    """
    session: Session = db.session()
    try:
        _begin_writing(session)
        yield session
        session.commit()
    except (StaleDataError, IntegrityError) as error:
        session.rollback()
        raise Conflict(
            "Iemand anders veranderde dit op hetzelfde moment. Bekijk de stand en probeer het opnieuw."
        ) from error
    except OperationalError as error:
        session.rollback()
        if _is_lock(error):
            raise Busy("Het is nu te druk: dit is niet bewaard. Probeer het zo opnieuw.") from error
        raise
    except BaseException:
        session.rollback()
        raise


def _begin_writing(session: Session) -> None:
    """What was read for this request stays known; whoever changes a row reads it again under its lock."""
    if session.new or session.dirty or session.deleted:
        session.rollback()
    if not session.in_transaction():
        session.connection(execution_options=WRITING)
    elif session.get_bind().dialect.name == "sqlite":
        # Reading ends here, without an end of the session's transaction: that is one for the whole request.
        connection = session.connection()
        connection.connection.rollback()
        _take_turn(connection)


def _is_lock(error: OperationalError) -> bool:
    # By code: the words of a server are in its own language.
    if getattr(error.orig, "sqlstate", None) in _BUSY_CODES:
        return True
    # SQLite's extended codes keep the kind in the lowest byte.
    return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF in (_SQLITE_BUSY, _SQLITE_LOCKED)


@contextmanager
def reading() -> Iterator[Session]:
    """A session to read with; nothing done in it is kept."""
    session: Session = db.session()
    try:
        yield session
    finally:
        _end_reading(session)
        session.rollback()
