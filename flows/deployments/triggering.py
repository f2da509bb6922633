"""Starting an import run when work waits and no run takes it. The queue decides; Prefect is only asked to start one.

Which runs live is told by their own signs of life. Prefect is asked once these say that a run is wanting, and may then
know of one that has only just been started.
"""

import logging
from datetime import datetime, timedelta

from prefect import get_client
from prefect.deployments import run_deployment
from sqlalchemy import func, select

from flows.deployments.prefect_view import reconcile
from flows.deployments.timetable import put_next_runs
from flows.run_signs import read_signs
from flows.workplace import Workplace
from notifications.outbox import find_due
from records.queue import is_next_of_provider, is_waiting
from records.tables import LearnerImport

logger = logging.getLogger("learner_imports")

DRAIN = "import-learners/drain"
OUTBOX = "send-mail/outbox"

# With a run alive, how long work must have waited before one more is started: an idle run takes a file at once, and one
# that is behind for this long has enough to do for two.
PATIENCE = timedelta(seconds=5)
ASKING_PAUSE = timedelta(seconds=15)  # between two runs asked for: the first is given this long to begin
LOOKING_PAUSE = timedelta(seconds=2)  # between two questions to Prefect
TIMETABLE_PAUSE = timedelta(hours=1)  # between two looks whether the watchdog and the retention will run
TIMETABLE_RETRY = timedelta(minutes=1)
MAIL_PAUSE = timedelta(minutes=1)  # between two runs for mail alone


class Trigger:
    """Asks Prefect for runs, and remembers when it last did."""

    def __init__(self) -> None:
        self._asked_at: datetime | None = None
        self._asked_key = ""
        self._looked_at: datetime | None = None
        self._mail_asked_at: datetime | None = None
        self._timetabled_at: datetime | None = None

    def start_run_if_needed(self, workplace: Workplace, *, is_coming: bool = False) -> bool:
        """Ask for an import run when one is needed, or for a run that sends mail. Returns whether it asked.

        Args:
            workplace: its queue, outbox, clock and settings.
            is_coming: a file is being dropped and will be queued in a moment: its run may start meanwhile.

        Raises:
            Exception: whatever Prefect's client raises when the server does not answer; trying again later helps.
        """
        now = workplace.now()
        waited = find_longest_wait(workplace, now)
        if waited is None and not is_coming:
            self._asked_at = None  # what a run was asked for has been taken: the next file need not wait for the pause
            self._keep_timetable(now)
            return self._send_mail_if_due(workplace, now)
        if _is_within(self._asked_at, ASKING_PAUSE, now) or _is_within(self._looked_at, LOOKING_PAUSE, now):
            return False
        if not _is_wanting(len(read_signs(workplace, now).alive), waited, workplace.settings.import_run_limit):
            return False
        self._looked_at = now
        with get_client(sync_client=True) as client:
            run_count = len(reconcile(workplace, client))
        if not _is_wanting(run_count, waited, workplace.settings.import_run_limit):
            return False
        window = now.timestamp() // ASKING_PAUSE.total_seconds()
        key = f"drain-{run_count}-{find_last_import(workplace)}-{window:.0f}"
        if key == self._asked_key:  # Prefect would give the run that it has for it, which is over
            return False
        self._asked_at = now
        _ask(DRAIN, "waiting for files", key)
        self._asked_key = key
        return True

    def _keep_timetable(self, now: datetime) -> None:
        """See now and then that the watchdog and the retention will run, should a run of theirs have been killed."""
        if _is_within(self._timetabled_at, TIMETABLE_PAUSE, now):
            return
        self._timetabled_at = now
        try:
            put_next_runs(now)
        except Exception as fault:  # it holds up no mail, and nobody need be told: whoever waits for Prefect tells
            self._timetabled_at = now - TIMETABLE_PAUSE + TIMETABLE_RETRY
            logger.warning("the next timed runs are not planned yet: %s", type(fault).__name__)

    def _send_mail_if_due(self, workplace: Workplace, now: datetime) -> bool:
        """Ask for a run that sends mail when some is due and no import run is alive, which would send it."""
        if _is_within(self._mail_asked_at, MAIL_PAUSE, now) or not find_due(workplace.database, now, 1):
            return False
        if read_signs(workplace, now).alive:
            return False
        self._mail_asked_at = now
        _ask(OUTBOX, "mail", f"mail-{now.timestamp() // MAIL_PAUSE.total_seconds():.0f}")
        return True


def find_longest_wait(workplace: Workplace, now: datetime) -> timedelta | None:
    """Return how long the import that is due the longest has waited; None when none is due."""
    with workplace.database.read() as session:
        condition = (is_waiting(now), is_next_of_provider(now))
        due_at = session.scalar(select(func.min(LearnerImport.next_attempt_at)).where(*condition))
    return None if due_at is None else now - due_at


def find_last_import(workplace: Workplace) -> int:
    """Return the number of the last import that was asked for, 0 where there is none: of another file it is another."""
    with workplace.database.read() as session:
        return session.scalar(select(func.max(LearnerImport.id))) or 0


def _is_wanting(run_count: int, waited: timedelta | None, limit: int) -> bool:
    if run_count == 0:
        return True
    return run_count < limit and waited is not None and waited > PATIENCE


def _is_within(since: datetime | None, pause: timedelta, now: datetime) -> bool:
    return since is not None and timedelta(0) <= now - since < pause  # a clock that was set back must not stop it


def _ask(deployment: str, run_name: str, key: str) -> None:
    """Have Prefect start a run. Several collectors that ask at the same time get the same one, by its key."""
    run_deployment(deployment, timeout=0, flow_run_name=run_name, idempotency_key=key, as_subflow=False)
