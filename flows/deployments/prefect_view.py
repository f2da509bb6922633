"""What Prefect says of our runs and workers, put beside our own signs of life.

Prefect may call a run running for ever whose process is long gone. Here such runs are found and marked crashed. Owns
that comparison and the alert about it; what starts a run is in `flows.deployments.triggering`.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from prefect import get_client
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterName,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
    WorkerFilter,
    WorkerFilterStatus,
)
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.states import Crashed

from flows.run_signs import RunSigns, read_signs
from flows.runs.crashes import tell_of_crash
from flows.workplace import Workplace

logger = logging.getLogger("learner_imports")

WORK_POOL = "learner-imports"
IMPORTS_QUEUE = "imports"  # of that work pool; its limit is that of import runs
DRAIN = "drain"
SIDE_DEPLOYMENTS = ("outbox", "retention", "watchdog", "import")

STARTED = (StateType.PENDING, StateType.RUNNING, StateType.CANCELLING)
START_GRACE = timedelta(seconds=90)  # from Prefect's word that a run has begun to our run's first beat
SIDE_RUN_LIMIT = timedelta(hours=1)  # the other flows do not beat; none of them takes that long


class PrefectView(NamedTuple):
    """What Prefect says: whether it answers, and if so the ids of import runs that live, and how many workers do.

    `import_run_ids` has those that wait for a worker, too.
    """

    answers: bool
    import_run_ids: tuple[str, ...] = ()
    online_worker_count: int = 0


def look_at_prefect(workplace: Workplace) -> PrefectView:
    """Ask Prefect, and mark runs crashed whose process is gone. Never raises: not to answer is an answer."""
    try:
        with get_client(sync_client=True) as client:
            living = reconcile(workplace, client)
            online = WorkerFilter(status=WorkerFilterStatus(any_=["ONLINE"]))
            workers = client.read_workers_for_work_pool(WORK_POOL, worker_filter=online)
    except Exception as fault:  # a refused connection, a server's error, a work pool that is not there yet
        logger.warning("Prefect does not answer: %s", type(fault).__name__)
        return PrefectView(answers=False)
    return PrefectView(True, tuple(str(run.id) for run in living), len(workers))


def reconcile(workplace: Workplace, client: SyncPrefectClient) -> list[FlowRun]:
    """Mark as crashed every run that Prefect calls started and whose process is gone; operators are told of kills.

    Returns:
        The import runs that live, or wait for a worker.
    """
    now = workplace.now()
    signs = read_signs(workplace, now)
    runs = find_runs(client, (DRAIN,), (StateType.SCHEDULED, *STARTED))
    dead = [run for run in runs if _is_dead(run, signs, now)]
    sides = [run for run in find_runs(client, SIDE_DEPLOYMENTS, STARTED) if _started_before(run, now - SIDE_RUN_LIMIT)]
    for run in (*dead, *sides):
        mark_crashed(client, run, "Its process is gone. What it had in hand is taken up by the next run.")
        logger.error("run %s: its process is gone", run.id)
        if run in sides or str(run.id) in signs.silent:  # else it ended as it should, and Prefect did not hear of it
            tell_of_crash(workplace, "its process is gone")
    return [run for run in runs if run not in dead]


def mark_all_crashed() -> None:
    """Mark as crashed what Prefect holds for started, and import runs that wait. Only where no worker runs."""
    with get_client(sync_client=True) as client:
        waiting = find_runs(client, (DRAIN,), (StateType.SCHEDULED,))
        for run in (*waiting, *find_runs(client, (DRAIN, *SIDE_DEPLOYMENTS), STARTED)):
            mark_crashed(
                client, run, "The service was stopped while this run was alive. The next run goes on from there."
            )


def find_runs(client: SyncPrefectClient, deployments: Sequence[str], states: Sequence[StateType]) -> list[FlowRun]:
    """Return the runs of these deployments that Prefect holds for being in one of these states."""
    return client.read_flow_runs(
        deployment_filter=DeploymentFilter(name=DeploymentFilterName(any_=list(deployments))),
        flow_run_filter=FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=list(states)))),
    )


def mark_crashed(client: SyncPrefectClient, run: FlowRun, message: str) -> None:
    """Give a run the state crashed, whatever Prefect's rules say of it."""
    state: State[None] = Crashed(message=message)
    client.set_flow_run_state(run.id, state, force=True)


def _is_dead(run: FlowRun, signs: RunSigns, now: datetime) -> bool:
    if run.state_type not in STARTED or str(run.id) in signs.alive:
        return False
    return str(run.id) in signs.silent or _started_before(run, now - START_GRACE)


def _started_before(run: FlowRun, moment: datetime) -> bool:
    return run.state is not None and run.state.timestamp < moment
