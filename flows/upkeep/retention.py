"""Erasing what was kept long enough: originals, their names, the values found in them, mail texts, outcomes, alerts,
deleted learners, sessions that are over, and addresses that wrong passwords came from.

Counts and the audit trail stay, and each import's erasure is recorded there. Files are unlinked, not overwritten: on
today's disks overwriting proves nothing, so encrypt a disk that may leave the house. SQLite overwrites what is erased
(`secure_delete`, see `records.database`), so that its file need not be written anew, which would keep every import
waiting and takes as much disk again. PostgreSQL's own vacuum frees the space of old rows, which later rows overwrite.
"""

import logging
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, or_

from flows.upkeep.erasing import erase_imports, erase_in_batches, erase_learners, erase_mails
from flows.upkeep.stray_files import remove_stray_files
from flows.workplace import Workplace
from intake.outcome_removal import remove_old_outcomes
from records.beats import FORGOTTEN_AFTER
from records.database import BUSY_SECONDS, Database
from records.tables import AddressFailure, Alert, PartBeat, SignInSession

logger = logging.getLogger("learner_imports")

LOG_BUSY_SECONDS = 2
QUIET = timedelta(days=1)  # after which an address's wrong passwords slow nobody down any more


class ErasureCounts(NamedTuple):
    """How much was erased: imports with their files and values, texts of mails, outcomes of how many imports, stray
    files, old alerts, deleted learners.
    """

    import_count: int = 0
    mail_count: int = 0
    outcome_count: int = 0
    stray_file_count: int = 0
    alert_count: int = 0
    learner_count: int = 0

    def __str__(self) -> str:
        """Say it in a line."""
        return (
            f"Erased {self.import_count:,} imports, the texts of {self.mail_count:,} mails, the outcomes of "
            f"{self.outcome_count:,} imports, {self.stray_file_count:,} stray files, {self.alert_count:,} old alerts, "
            f"{self.learner_count:,} deleted learners."
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
    deleted_before = now - timedelta(days=workplace.settings.restore_days)
    learner_count = sum(erase_in_batches(workplace, deleted_before, erase_learners))
    alert_count = _delete_old_signs(workplace.database, before, now)
    _delete_old_sessions(workplace, now)
    empty_sqlite_log(workplace.database)
    return ErasureCounts(import_count, mail_count, outcome_count, stray_file_count, alert_count, learner_count)


def _delete_old_signs(database: Database, before: datetime, now: datetime) -> int:
    """Delete alerts that have been told and not seen for long, and signs of life of processes long gone."""
    closed = delete(Alert).where(Alert.last_seen_at < before, Alert.unmailed_count == 0).returning(Alert.id)
    with database.write() as session:
        count = len(session.scalars(closed).all())
        session.execute(delete(PartBeat).where(PartBeat.beat_at < now - FORGOTTEN_AFTER))
    return count


def _delete_old_sessions(workplace: Workplace, now: datetime) -> None:
    """Delete sessions that are over, and addresses from which no wrong password has come for a day."""
    settings = workplace.settings
    is_over = or_(
        SignInSession.last_seen_at < now - timedelta(seconds=settings.session_idle_seconds),
        SignInSession.started_at < now - timedelta(seconds=settings.session_limit_seconds),
    )
    with workplace.database.write() as session:
        session.execute(delete(SignInSession).where(is_over))
        session.execute(delete(AddressFailure).where(AddressFailure.last_failure_at < now - QUIET))


def empty_sqlite_log(database: Database) -> None:
    """Empty SQLite's write-ahead log, in which what was erased stands until then.

    Writers wait meanwhile, so a reader is waited for a moment only: what is left then, the next run empties.
    """
    if not database.is_sqlite:
        return
    with closing(database.engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
        cursor.execute(f"PRAGMA busy_timeout={LOG_BUSY_SECONDS * 1000}")
        try:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            is_busy = cursor.fetchall()[0][0]
        except sqlite3.OperationalError:
            is_busy = True
        finally:
            cursor.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")  # the connection goes back to the pool
    if is_busy:
        logger.warning("retention: the database is in use, so its log is emptied another time")
