"""Starting an import run when work waits and no run takes it. The queue decides; Prefect is only asked to start one.

A run that Prefect calls running may be long dead, so how long the work has waited counts for more than Prefect's word.
"""

from datetime import datetime, timedelta

from prefect import get_client
from prefect.deployments import run_deployment
from sqlalchemy import func, select

from flows.deploying import DEPLOYMENT, find_live_runs
from flows.workplace import Workplace
from notifications.outbox import find_due
from records.queue import is_next_of_provider, is_waiting
from records.tables import LearnerImport

# How long work must have waited, and how long ago a run was last asked for, before one more is asked for, by the number
# of runs that Prefect says are alive. A live, idle run takes a file at once; a second run pays when the first has been
# behind for a while; past two, the two are taken for dead.
PATIENCE = (timedelta(seconds=0.7), timedelta(seconds=20), timedelta(seconds=120))
START_SECONDS = timedelta(seconds=15)  # a run is given this long to begin before it counts as missing


class Trigger:
    """Asks Prefect for import runs, and remembers when it last did."""

    def __init__(self) -> None:
        self._asked_at: datetime | None = None

    def start_run_if_needed(self, workplace: Workplace) -> bool:
        """Ask for an import run when one is needed. Returns whether it asked.

        Raises:
            Exception: whatever Prefect's client raises when the server does not answer; trying again later helps.
        """
        now = workplace.now()
        waited = find_longest_wait(workplace, now)
        if waited < PATIENCE[0] or (self._asked_at and now - self._asked_at < START_SECONDS):
            return False
        with get_client(sync_client=True) as client:
            patience = PATIENCE[min(len(find_live_runs(client)), len(PATIENCE) - 1)]
        if waited < patience or (self._asked_at and now - self._asked_at < patience):
            return False
        # Several collectors that see the same import wait ask for the same run.
        round_number = int(waited / PATIENCE[1])
        key = f"drain-{int((now - waited).timestamp())}-{round_number}"
        run_deployment(DEPLOYMENT, timeout=0, flow_run_name="waiting for files", idempotency_key=key, as_subflow=False)
        self._asked_at = now
        return True


def find_longest_wait(workplace: Workplace, now: datetime) -> timedelta:
    """Return how long the import or mail that is due the longest has waited; zero when nothing is due."""
    with workplace.database.read() as session:
        condition = (is_waiting(now), is_next_of_provider())
        due_at = session.scalar(select(func.min(LearnerImport.next_attempt_at)).where(*condition))
    if due_at is None:
        return PATIENCE[0] if find_due(workplace.database, now - PATIENCE[0], 1) else timedelta()
    return now - due_at
