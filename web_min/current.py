"""What the running app was made with, for its routes."""

from pathlib import Path
from typing import cast

from flask import current_app

from records.database import Database


def get_database() -> Database:
    """Return the database that the app was made with."""
    return cast(Database, current_app.extensions["database"])


def get_home_folder() -> Path:
    """Return the home folder that the app's settings name."""
    return cast(Path, current_app.extensions["home_folder"])
