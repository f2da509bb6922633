"""What the running app was made with, for its routes."""

from typing import cast

from flask import current_app

from records.database import Database


def get_database() -> Database:
    """Return the database that the app was made with."""
    return cast(Database, current_app.extensions["database"])
