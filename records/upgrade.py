"""Bringing a database's tables to this version of the program, and telling whether they are."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from stat import S_IMODE
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text
from sqlalchemy.engine import make_url

from records.database import WRITES, Database

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0008"  # the newest migration; a test holds it to the files
PRIVATE = 0o600
FILE_ENDINGS = ("", "-wal", "-shm", "-journal")  # SQLite makes the others with the mode of the first


def upgrade(database: Database) -> None:
    """Run the migrations that are missing, in one transaction. Creates the SQLite file and its folder if need be."""
    from alembic import command  # a third of a second that most commands never need

    keep_private(database)
    connection = database.engine.connect().execution_options(**{WRITES: True})
    with connection, connection.begin():
        command.upgrade(alembic_config(connection), "head")


def keep_private(database: Database) -> None:
    """Let nobody but its owner read SQLite's file, which is made, with its folder, where it is missing."""
    path = _find_file(database)
    if path is None:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with suppress(OSError):  # made or left alone: opening and closing one that is there would end SQLite's locks on it
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, PRIVATE))
    for ending in FILE_ENDINGS:
        file = path.with_name(path.name + ending)
        with suppress(OSError):  # another user's is left to whoever owns it
            mode = S_IMODE(file.stat().st_mode)
            if mode & ~PRIVATE:
                file.chmod(mode & PRIVATE)


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
    path = _find_file(database)
    if path and not path.exists():
        return None
    with database.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())


def _find_file(database: Database) -> Path | None:
    name = make_url(database.url).database if database.is_sqlite else None
    return Path(name) if name and not name.startswith((":", "file:")) else None
