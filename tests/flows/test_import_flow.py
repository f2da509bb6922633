"""The Prefect flow on a real server: it drains the queue, says the outcome, and leaks nothing."""

import json
from collections.abc import Iterator

import pytest
import xlrd
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.sorting import FlowRunSort
from prefect.logging import disable_run_logger
from sqlalchemy import select

import flows.steps
from flows.runs.import_learners import import_learners
from flows.workplace import Workplace
from records.tables import Account, Alert, ImportStatus
from schemas.rules import RULES
from settings import Settings
from tests.flows.conftest import SAMPLES, Queue, read_import, read_tasks

pytestmark = [
    pytest.mark.parametrize("database_kind", ["sqlite"]),
    pytest.mark.filterwarnings("ignore"),  # Prefect's server warns about its own means
]


@pytest.fixture
def run_flow(client: SyncPrefectClient, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """Runs the flow as a worker would, with settings from the environment. Gives its final state."""
    monkeypatch.setenv("LEARNER_IMPORTS_HOME", str(settings.home))
    monkeypatch.setenv("LEARNER_IMPORTS_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("LEARNER_IMPORTS_STAY_SECONDS", "0.6")
    monkeypatch.setenv("LEARNER_IMPORTS_ATTEMPT_LIMIT", "1")
    with disable_run_logger():
        yield lambda: import_learners(return_state=True)


def latest(client: SyncPrefectClient, *, task_count: int) -> tuple[str, dict[str, str], str]:
    """The newest run's name, its tasks' names with their states, and everything Prefect keeps of it as text."""
    run = client.read_flow_runs(sort=FlowRunSort.START_TIME_DESC)[0]
    tasks = read_tasks(client, run.id, task_count)
    artifacts = [artifact for artifact in client.read_artifacts() if artifact.flow_run_id == run.id]
    logs = [log for log in client.read_logs() if log.flow_run_id == run.id]
    everything = [item.model_dump_json() for item in (run, *tasks, *artifacts, *logs)]
    return run.name, {task.name: task.state_name or "" for task in tasks}, "\n".join(everything)


def test_a_run_drains_the_queue_and_says_what_became_of_each_file(
    workplace: Workplace, queue: Queue, run_flow: object, client: SyncPrefectClient
) -> None:
    loaded, refused, other = queue("01-clean-small"), queue("03-every-error"), queue("02-clean-250")
    assert callable(run_flow)
    state = run_flow()
    assert (state.type.value, state.name) == ("COMPLETED", "Unsuccessful")
    statuses = [read_import(workplace, import_id).status for import_id in (loaded, refused, other)]
    assert statuses == [ImportStatus.SUCCESSFUL, ImportStatus.UNSUCCESSFUL, ImportStatus.SUCCESSFUL]
    name, tasks, kept = latest(client, task_count=3 * 4 + 1)  # each file's steps, and the mail
    assert name == "3 files of 10001234 and 10005678"
    assert tasks[f"10001234 · import {loaded} · read"] == "Completed"
    assert tasks[f"10001234 · import {loaded} · load"] == "Successful"
    assert tasks[f"10001234 · import {refused} · validate"] == "Unsuccessful"
    assert tasks[f"10005678 · import {other} · tell"] == "Successful"
    run_id = state.state_details.flow_run_id
    own = [artifact for artifact in client.read_artifacts() if artifact.flow_run_id == run_id]
    artifacts = {str(artifact.key): json.loads(str(artifact.data)) for artifact in own}
    assert [row["Outcome"] for row in artifacts["imports"]] == ["successful", "unsuccessful", "successful"]
    assert {"Import": refused, "Cell": "I2", "Rule": "cell_error"}.items() <= artifacts["findings"][0].items()
    assert {row["Import"] for row in artifacts["causes"]} == {refused}
    assert any(str(row.get("Where")).startswith("Gender, row") for row in artifacts["causes"])
    assert len(list(workplace.settings.outbox_folder.glob("*.eml"))) == 3
    assert_no_value_in(kept, workplace)


def test_of_an_import_that_failed_operators_are_told_once_and_the_run_shows_it(
    workplace: Workplace, queue: Queue, run_flow: object, client: SyncPrefectClient
) -> None:
    failed = queue("01-clean-small")
    workplace.storage.path_of(read_import(workplace, failed).storage_name).unlink()
    assert callable(run_flow)
    state = run_flow()
    assert (state.type.value, state.name) == ("FAILED", "Imports failed")
    _, tasks, _ = latest(client, task_count=2)  # the reading, and the mail
    assert tasks[f"10001234 · import {failed} · read"] == "Failed"
    with workplace.database.read() as session:
        assert session.scalars(select(Alert.kind)).all() == ["import_failed"]


def assert_no_value_in(kept: str, workplace: Workplace) -> None:
    """Nothing that stood in a learner's cell, no username and no password is in what Prefect keeps."""
    values: set[str] = set()
    for name in ("01-clean-small", "03-every-error", "02-clean-250"):
        sheet = xlrd.open_workbook(SAMPLES / f"{name}.xls").sheet_by_index(0)
        for row in range(1, sheet.nrows):
            values |= {str(value) for value in sheet.row_values(row)[2:15]}  # all but UKPRN, year group and enums
    with workplace.database.read() as session:
        for account in session.scalars(select(Account)):
            values |= {account.username, workplace.sealer.open(account.id, account.initial_password_sealed or b"")}
    examples = " ".join(rule.message for rule in RULES.values())
    telling = {value for value in values if len(value) >= 5 and value not in examples}
    assert len(telling) > 1000
    assert [value for value in telling if value in kept] == []


def test_a_fault_of_ours_is_a_failed_run_without_the_faults_text(
    workplace: Workplace,
    queue: Queue,
    run_flow: object,
    client: SyncPrefectClient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import_id = queue("01-clean-small")

    def break_down(*_args: object, **_options: object) -> None:
        raise RuntimeError("Canary-Value")

    monkeypatch.setattr(flows.steps, "finish_import", break_down)
    assert callable(run_flow)
    state = run_flow()
    assert state.type.value == "FAILED"
    assert read_import(workplace, import_id).status == ImportStatus.FAILED
    _, tasks, kept = latest(client, task_count=5)
    assert tasks[f"10001234 · import {import_id} · load"] == "Failed"
    assert "Canary-Value" not in kept


def test_a_run_that_found_no_file_is_complete_and_says_so(workplace: Workplace, run_flow: object) -> None:
    assert callable(run_flow)
    state = run_flow()
    assert (state.type.value, state.name, state.message) == ("COMPLETED", "No files", "No file was waiting.")
