"""The steps that bring a database to the tables of today."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection


def settings(connection: Connection) -> Config:
    """Alembic's settings, without a file of its own."""
    found = Config()
    found.set_main_option("script_location", str(Path(__file__).parent))
    found.attributes["connection"] = connection
    return found


def upgrade(connection: Connection) -> None:
    """Take every step that this database hasn't had; the caller commits."""
    if connection.dialect.name == "postgresql":
        # An index on a large table may take longer than a page may.
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
    command.upgrade(settings(connection), "head")
