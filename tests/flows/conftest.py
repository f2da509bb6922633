"""A workplace in a temporary home, and files in its queue."""

import json
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from prefect import get_client
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
from prefect.client.schemas.objects import TaskRun
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings
from prefect.testing.utilities import prefect_test_harness
from sqlalchemy import select

from flows.workplace import Workplace, open_workplace
from operations.prefect_environment import PREFECT_ENVIRONMENT
from records.queue import request_import
from records.tables import ImportSource, LearnerImport, Provider, now
from settings import Settings

SAMPLES = Path(__file__).parents[2] / "data" / "samples"

HEARING_SECONDS = 20.0

Queue = Callable[..., int]


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    """Settings of a temporary home with short pauses."""
    return Settings(
        home=tmp_path / "home",
        database_url=database_url,
        stay_seconds=0.5,
        stable_seconds=0,
        retry_pause_seconds=0,
        attempt_limit=3,
    )


@pytest.fixture(scope="session")
def prefect_server() -> Iterator[None]:
    """A Prefect server of the tests' own, in which a run's end waits for no heartbeat."""
    with pytest.MonkeyPatch.context() as environment:
        for name, value in PREFECT_ENVIRONMENT.items():
            environment.setenv(name, value)
        environment.setenv("PREFECT_SERVER_EPHEMERAL_ENABLED", "true")
        with (
            prefect_test_harness(server_startup_timeout=180),
            temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}),
        ):
            yield


@pytest.fixture
def client(prefect_server: None) -> Iterator[SyncPrefectClient]:
    """A client of that server."""
    with get_client(sync_client=True) as client:
        yield client


@pytest.fixture
def workplace(settings: Settings) -> Iterator[Workplace]:
    """An open workplace without providers."""
    workplace = open_workplace(settings)
    yield workplace
    workplace.close()


@pytest.fixture
def queue(workplace: Workplace) -> Queue:
    """Queues a file, or a sample by its name, as if it had been dropped, and registers its provider. Gives the id."""

    def queue(file: Path | str, *, ukprn: str = "", source: ImportSource = ImportSource.FOLDER) -> int:
        path = file if isinstance(file, Path) else next(SAMPLES.glob(f"{file}.xls*"))
        ukprn = ukprn or json.loads((SAMPLES / f"{path.stem}.expected.json").read_text())["ukprn"]
        stored = workplace.storage.keep(path, storage_name=uuid.uuid4().hex)
        with workplace.database.write() as session:
            provider = session.scalars(select(Provider).where(Provider.ukprn == ukprn)).one_or_none()
            if provider is None:
                provider = Provider(ukprn=ukprn, name=f"Provider {ukprn}")
                session.add(provider)
                session.flush()
            return request_import(session, stored, provider_id=provider.id, source=source, now=now()).id

    return queue


def read_import(workplace: Workplace, import_id: int) -> LearnerImport:
    """Return the import as it stands."""
    with workplace.database.read() as session:
        return session.get_one(LearnerImport, import_id)


def read_tasks(client: SyncPrefectClient, run_id: UUID, count: int) -> list[TaskRun]:
    """Return a run's tasks once the server has heard of so many of them: it does by messages, a moment late."""
    of_run = FlowRunFilter(id=FlowRunFilterId(any_=[run_id]))
    give_up_at = time.monotonic() + HEARING_SECONDS
    while True:
        tasks = client.read_task_runs(flow_run_filter=of_run)
        if len(tasks) >= count and all(task.state and task.state.is_final() for task in tasks):
            return tasks
        assert time.monotonic() < give_up_at, [(task.name, task.state_name) for task in tasks]
        time.sleep(0.1)
