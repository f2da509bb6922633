"""Starting an import run when work waits and no run takes it. The queue decides; Prefect is only asked to start one.

A run that Prefect calls running may be long dead, so how long the work has waited counts for more than Prefect's word.
"""

from datetime import datetime, timedelta

from prefect import get_client
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterName,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import StateType
from prefect.deployments import run_deployment
from sqlalchemy import func, select

from flows.deploying import DEPLOYMENT
from flows.workplace import Workplace
from notifications.outbox import find_due
from records.queue import is_next_of_provider, is_waiting
from records.tables import LearnerImport

# How long work must have waited before one more run is asked for, by the number of runs that Prefect says are alive.
# A live, idle run takes a file at once; a second run pays when the first is behind; past two, the two must be dead.
PATIENCE = (timedelta(seconds=0.7), timedelta(seconds=20), timedelta(seconds=90))
ALIVE = [StateType.SCHEDULED, StateType.PENDING, StateType.RUNNING]


def start_run_if_needed(workplace: Workplace) -> bool:
    """Ask Prefect for an import run when one is needed. Returns whether it asked.

    Raises:
        Exception: whatever Prefect's client raises when the server does not answer; trying again later helps.
    """
    waited = find_longest_wait(workplace, workplace.now())
    if waited < PATIENCE[0]:
        return False
    alive_count = count_live_runs()
    patience = PATIENCE[min(alive_count, len(PATIENCE) - 1)]
    if waited < patience:
        return False
    # Several collectors, or one that asks again, get the same run until the work has waited as long once more.
    round_number = int(waited / PATIENCE[1])
    since = int((workplace.now() - waited).timestamp())
    run_deployment(DEPLOYMENT, timeout=0, idempotency_key=f"drain-{since}-{round_number}", as_subflow=False)
    return True


def find_longest_wait(workplace: Workplace, now: datetime) -> timedelta:
    """Return how long the import or mail that is due the longest has waited; zero when nothing is due."""
    with workplace.database.read() as session:
        condition = (is_waiting(now), is_next_of_provider())
        due_at = session.scalar(select(func.min(LearnerImport.next_attempt_at)).where(*condition))
    waited = now - due_at if due_at else timedelta()
    if not waited and find_due(workplace.database, now - PATIENCE[0], 1):
        waited = PATIENCE[0]
    return waited


def count_live_runs() -> int:
    """Count the import runs that Prefect holds for scheduled, pending or running."""
    with get_client(sync_client=True) as client:
        runs = client.read_flow_runs(
            deployment_filter=DeploymentFilter(name=DeploymentFilterName(any_=[DEPLOYMENT.split("/")[1]])),
            flow_run_filter=FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=ALIVE))),
        )
    return len(runs)
