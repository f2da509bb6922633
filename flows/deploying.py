"""Registering the import flow with a Prefect server: a process work pool and one deployment.

The deployment names the flow by its module, so it runs wherever this package is installed, whatever the folder.
"""

from contextlib import suppress

from prefect import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.deployments.runner import RunnerDeployment
from prefect.exceptions import ObjectAlreadyExists
from prefect.workers.process import ProcessWorker

WORK_POOL = "learner-imports"
DEPLOYMENT = "import-learners/drain"


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
    RunnerDeployment.from_entrypoint(
        "flows.import_learners.import_learners",
        name=DEPLOYMENT.split("/")[1],
        work_pool_name=WORK_POOL,
        description="Drains the queue of imports, then stays a while for more. Started by the collector.",
        tags=["learner-imports"],
    ).apply()


if __name__ == "__main__":
    deploy()
