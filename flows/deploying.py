"""Registering the import flow with a Prefect server: a process work pool and one deployment.

The flow is named by its module and run by a plain command. Without a command of ours, Prefect's process worker copies
the folder that the deployment was made in to a temporary one for every run: hundreds of megabytes, and learners' data
with them.
"""

import shlex
import sys
from contextlib import suppress

from prefect import get_client
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterName,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.deployments.runner import RunnerDeployment
from prefect.exceptions import ObjectAlreadyExists
from prefect.states import Crashed
from prefect.workers.process import ProcessWorker

WORK_POOL = "learner-imports"
DEPLOYMENT = "import-learners/drain"
ALIVE = [StateType.SCHEDULED, StateType.PENDING, StateType.RUNNING, StateType.CANCELLING]


def deploy() -> None:
    """Register the work pool and the deployment; again is harmless."""
    with get_client(sync_client=True) as client:
        pool = WorkPoolCreate(
            name=WORK_POOL,
            type=ProcessWorker.type,
            base_job_template=ProcessWorker.get_default_base_job_template(),
            description="Processes on this machine that import learners",
        )
        with suppress(ObjectAlreadyExists):
            client.create_work_pool(pool)
    deployment = RunnerDeployment.from_entrypoint(
        "flows.import_learners.import_learners",
        name=DEPLOYMENT.split("/")[1],
        work_pool_name=WORK_POOL,
        description="Drains the queue of imports, then stays a while for more. Started by the collector.",
        tags=["learner-imports"],
        job_variables={"command": f"{shlex.quote(sys.executable)} -m prefect.engine"},
    )
    deployment._path = None
    deployment.apply()


def find_live_runs(client: SyncPrefectClient) -> list[FlowRun]:
    """Return the import runs that Prefect holds for scheduled, pending or running."""
    return client.read_flow_runs(
        deployment_filter=DeploymentFilter(name=DeploymentFilterName(any_=[DEPLOYMENT.split("/")[1]])),
        flow_run_filter=FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=ALIVE))),
    )


def mark_dead_runs() -> None:
    """Mark as crashed what Prefect still holds for alive. Only where no worker runs: before `up` starts its own."""
    with get_client(sync_client=True) as client:
        for run in find_live_runs(client):
            state: State[None] = Crashed(
                message="The service was stopped while this run was alive. Its imports are taken up again."
            )
            client.set_flow_run_state(run.id, state, force=True)


if __name__ == "__main__":
    mark_dead_runs()
    deploy()
