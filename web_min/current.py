"""What the running app was made with, and the request's database session, for its routes."""

from datetime import datetime
from pathlib import Path
from typing import cast

from flask import Flask, current_app, g
from sqlalchemy.orm import Session

from loaders.sealing import Sealer
from records.database import Database
from records.tables import now
from settings import Settings


def get_settings() -> Settings:
    """Return the settings that the app was made with."""
    return cast(Settings, current_app.extensions["settings"])


def get_database() -> Database:
    """Return the database that the app was made with."""
    return cast(Database, current_app.extensions["database"])


def get_sealer() -> Sealer:
    """Return what opens initial passwords."""
    return cast(Sealer, current_app.extensions["sealer"])


def get_home_folder() -> Path:
    """Return the home folder that the app's settings name."""
    return get_settings().home_folder


def get_session() -> Session:
    """Return the request's one session. What it was given is gone at the request's end unless `commit` was called."""
    if "database_session" not in g:
        g.database_session = get_database().open_session()
    return cast(Session, g.database_session)


def get_now() -> datetime:
    """Return the moment that the request counts as, in UTC; the same throughout it."""
    if "now" not in g:
        g.now = now()
    return cast(datetime, g.now)


def close_session_after_requests(app: Flask) -> None:
    """Let every request's session be closed at its end, whatever became of it."""

    @app.teardown_appcontext
    def close(_fault: BaseException | None) -> None:
        if session := g.pop("database_session", None):
            session.close()
