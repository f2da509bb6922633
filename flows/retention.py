"""Erasing what was kept long enough: originals, their names, the values found in them, mail texts, outcomes, alerts.

Counts and the audit trail stay, and each import's erasure is recorded there. Files are unlinked, not overwritten: on
today's disks overwriting proves nothing, so encrypt a disk that may leave the house. What was erased from SQLite is
gone from its file at once; PostgreSQL's own vacuum frees the space of old rows, which later rows then overwrite.
"""

import logging
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete

from flows.erasing import erase_imports, erase_in_batches, erase_mails
from flows.stray_files import remove_stray_files
from flows.workplace import Workplace
from intake.outcome_removal import remove_old_outcomes
from records.beats import FORGOTTEN_AFTER
from records.database import Database
from records.tables import Alert, PartBeat

logger = logging.getLogger("learner_imports")


class ErasureCounts(NamedTuple):
    """How much was erased: imports with their files and values, texts of mails, outcomes of how many imports, stray
    files, old alerts.
    """

    import_count: int = 0
    mail_count: int = 0
    outcome_count: int = 0
    stray_file_count: int = 0
    alert_count: int = 0

    def __str__(self) -> str:
        """Say it in a line."""
        return (
            f"Erased {self.import_count:,} imports, the texts of {self.mail_count:,} mails, the outcomes of "
            f"{self.outcome_count:,} imports, {self.stray_file_count:,} stray files, {self.alert_count:,} old alerts."
        )


def erase_old(workplace: Workplace) -> ErasureCounts:
    """Erase whatever was kept for longer than the settings say, in short transactions. Safe to kill and to repeat.

    Raises:
        sqlalchemy.exc.OperationalError: the database does not answer; the next run goes on.
    """
    now = workplace.now()
    before = now - timedelta(days=workplace.settings.keep_files_days)
    import_count = sum(erase_in_batches(workplace, before, erase_imports))
    mail_count = sum(erase_in_batches(workplace, before, erase_mails))
    outcomes_before = now - timedelta(days=workplace.settings.keep_outcomes_days)
    outcome_count = remove_old_outcomes(workplace.database, workplace.places, before=outcomes_before, now=now)
    stray_file_count = remove_stray_files(workplace)
    alert_count = _delete_old_signs(workplace.database, before, now)
    if import_count or mail_count:
        wipe_free_space(workplace.database)
    return ErasureCounts(import_count, mail_count, outcome_count, stray_file_count, alert_count)


def _delete_old_signs(database: Database, before: datetime, now: datetime) -> int:
    """Delete alerts that have been told and not seen for long, and signs of life of processes long gone."""
    closed = delete(Alert).where(Alert.last_seen_at < before, Alert.unmailed_count == 0).returning(Alert.id)
    with database.write() as session:
        count = len(session.scalars(closed).all())
        session.execute(delete(PartBeat).where(PartBeat.beat_at < now - FORGOTTEN_AFTER))
    return count


def wipe_free_space(database: Database) -> None:
    """Write SQLite's file anew and empty its log, so that nothing erased is left in either. PostgreSQL vacuums itself.

    A database that is in use just now is left: the next run that erases anything does it.
    """
    if not database.is_sqlite:
        return
    with closing(database.engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
        try:
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            is_busy = cursor.fetchall()[0][0]
        except sqlite3.OperationalError:
            is_busy = True
    if is_busy:
        logger.warning("retention: the database is in use or the disk full; what was erased is wiped another time")
