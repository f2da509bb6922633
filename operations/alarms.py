"""Telling operators of a part that died. A database that does not answer never keeps the supervisor waiting."""

import logging
from threading import Thread

from sqlalchemy.exc import SQLAlchemyError

from notifications.alerts import raise_alert
from records.database import Database
from records.types import now
from settings import Settings

logger = logging.getLogger("learner_imports")


class Alarms:
    """Raises alerts from a thread, so that a slow database never keeps a dead part waiting."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self._settings = settings
        self._database = database

    def tell_death(self, part: str, message: str) -> None:
        """Record that a part has died. Returns at once."""
        Thread(target=self._raise, args=(part, message), name=f"{part} died", daemon=True).start()

    def _raise(self, part: str, message: str) -> None:
        try:
            with self._database.write() as session:
                raise_alert(
                    session,
                    kind="part_died",
                    cause=f"part died: {part}",
                    message=message,
                    operator_email=self._settings.operator_email,
                    pause_seconds=self._settings.alert_pause_seconds,
                    now=now(),
                )
        except SQLAlchemyError as fault:
            logger.error("%s: its death can't be recorded (%s)", part, type(fault).__name__)
