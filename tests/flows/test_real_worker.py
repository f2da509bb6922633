"""A real server and a real process worker: cancelled from outside or killed, an import waits for the next run."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from prefect import get_client
from prefect.client.orchestration import SyncPrefectClient
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.states import Cancelling
from sqlalchemy import select

from benchmarks.service.prefect_service import PrefectService
from flows.deployments.triggering import Trigger
from flows.run_signs import PART
from flows.workplace import Workplace
from records.tables import Alert, ImportStatus, LearnerImport, PartBeat
from settings import Settings
from tests.flows.conftest import Queue, read_import

pytestmark = [
    pytest.mark.slow,
    pytest.mark.parametrize("database_kind", ["sqlite"]),
    pytest.mark.filterwarnings("ignore"),
]

PATIENCE_SECONDS = 120
STUCK_READING = """
import time
import flows.steps
real = flows.steps.start_reading
def read_slowly(*args, **options):
    time.sleep(600)
    return real(*args, **options)
flows.steps.start_reading = read_slowly
"""


def wait_until(condition: Callable[[], object], what: str) -> None:
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < give_up_at, what
        time.sleep(0.1)


@pytest.fixture
def service(settings: Settings, workplace: Workplace, tmp_path: Path) -> Iterator[PrefectService]:
    """A service whose runs get stuck while they read."""
    (tmp_path / "sitecustomize.py").write_text(
        f"import sys\nif 'flows.runs.engine' in ' '.join(sys.orig_argv):\n    exec({STUCK_READING!r})\n"
    )
    with PrefectService(settings, extra={"PYTHONPATH": str(tmp_path)}) as service:
        yield service


@pytest.fixture
def client(service: PrefectService) -> Iterator[SyncPrefectClient]:
    with temporary_settings({PREFECT_API_URL: service.api_url}), get_client(sync_client=True) as client:
        yield client


def find_run(workplace: Workplace) -> PartBeat | None:
    with workplace.database.read() as session:
        return session.scalars(select(PartBeat).where(PartBeat.part == PART)).first()


def start_run(workplace: Workplace, import_id: int) -> PartBeat:
    """Start a run and wait until it has the import in hand."""
    wait_until(lambda: Trigger().start_run_if_needed(workplace), "no run was asked for")
    wait_until(lambda: read_import(workplace, import_id).status == ImportStatus.PROCESSING, "the run took no import")
    run = find_run(workplace)
    assert run
    return run


def test_cancelled_or_killed_a_run_leaves_its_import_to_the_next(
    workplace: Workplace, queue: Queue, service: PrefectService, client: SyncPrefectClient
) -> None:
    import_id = queue("01-clean-small")
    run = start_run(workplace, import_id)
    client.set_flow_run_state(str(run.address), Cancelling())
    wait_until(lambda: read_import(workplace, import_id).status == ImportStatus.REQUESTED, "not put back")
    assert read_import(workplace, import_id).attempt_count == 0
    wait_until(lambda: client.read_flow_run(run.address).state_name == "Cancelled", "not shown as cancelled")  # type: ignore[arg-type]
    wait_until(lambda: find_run(workplace) is None, "its sign of life is still there")

    run = start_run(workplace, import_id)
    os.kill(int(run.holder.split(":")[1]), signal.SIGKILL)
    wait_until(lambda: client.read_flow_run(run.address).state_name == "Crashed", "not shown as crashed")  # type: ignore[arg-type]

    def is_told() -> object:
        with workplace.database.read() as session:
            return session.scalars(select(Alert).where(Alert.kind == "run_crashed")).first()

    wait_until(is_told, "operators were not told")
    with workplace.database.write() as session:
        session.get_one(LearnerImport, import_id).lease_until_at = workplace.now()  # as if its time had passed

    def is_taken_again() -> bool:
        Trigger().start_run_if_needed(workplace)
        return read_import(workplace, import_id).attempt_count == 2

    wait_until(is_taken_again, "no run took it up again")
