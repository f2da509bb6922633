"""Registering what `prefect.yaml` describes with a Prefect server: `python -m flows.deployments.deploying`.

Makes the work pool, then does what `prefect --no-prompt deploy --all` does. Harmless while runs are alive, and again.
`--alone` is for where no worker runs yet: it marks as crashed what Prefect still holds for alive.
"""

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from prefect import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.exceptions import ObjectAlreadyExists
from prefect.workers.process import ProcessWorker

from flows.deployments.prefect_view import IMPORTS_QUEUE, WORK_POOL, mark_all_crashed
from flows.deployments.timetable import put_next_runs
from records.types import now
from settings import Settings

PREFECT_FILE = Path(__file__).parents[2] / "prefect.yaml"


def make_work_pool() -> None:
    """Make the work pool; again is harmless."""
    pool = WorkPoolCreate(
        name=WORK_POOL,
        type=ProcessWorker.type,
        base_job_template=ProcessWorker.get_default_base_job_template(),
        description="Processes that import learners",
    )
    with get_client(sync_client=True) as client, suppress(ObjectAlreadyExists):
        client.create_work_pool(pool)


def deploy() -> None:
    """Register all deployments; again is harmless.

    Raises:
        subprocess.CalledProcessError: Prefect refused; it has said why on standard error.
    """
    command = [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all", "--prefect-file", str(PREFECT_FILE)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)


def set_run_limit(settings: Settings) -> None:
    """Let Prefect start as many import runs at a time as the settings say; `prefect.yaml` can't read them."""
    with get_client(sync_client=True) as client:
        queue = client.read_work_queue_by_name(IMPORTS_QUEUE, WORK_POOL)
        client.update_work_queue(queue.id, concurrency_limit=settings.import_run_limit)


if __name__ == "__main__":
    if "--alone" in sys.argv[1:]:  # no worker runs yet: what Prefect holds for alive died, or was stopped with it
        mark_all_crashed()
    make_work_pool()
    deploy()
    set_run_limit(Settings())
    put_next_runs(now())
