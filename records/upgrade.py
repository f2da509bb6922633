"""Bringing a database's tables to this version of the program, and telling whether they are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text
from sqlalchemy.engine import make_url

from records.database import WRITES, Database

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0006"  # the newest migration; a test holds it to the files


def upgrade(database: Database) -> None:
    """Run the migrations that are missing, in one transaction. Creates the SQLite file and its folder if need be."""
    from alembic import command  # a third of a second that most commands never need

    if database.is_sqlite:
        Path(make_url(database.url).database or "").parent.mkdir(parents=True, exist_ok=True)
    connection = database.engine.connect().execution_options(**{WRITES: True})
    with connection, connection.begin():
        command.upgrade(alembic_config(connection), "head")


def alembic_config(connection: object = None) -> Config:
    """Make Alembic's configuration for our migrations on this connection."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def find_revision(database: Database) -> str | None:
    """Return the migration that the database stands at, or None where there are no tables yet.

    Raises:
        sqlalchemy.exc.OperationalError: the database can't be reached; trying again may help.
    """
    if database.is_sqlite and not Path(make_url(database.url).database or "").exists():
        return None
    with database.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())
