"""Whatever breaks down in a flow, Prefect hears its type and place and never its text: not in a state, not in a log."""

import io
import logging
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from prefect import Flow
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import State

import flows.draining
import flows.runs.crashes
import flows.runs.import_learners
import flows.runs.side_flows
from flows.runs.import_learners import import_learners
from flows.runs.side_flows import erase_old, put_back, send_mail, watch
from flows.workplace import Workplace
from records.tables import ImportStatus, LearnerImport
from settings import Settings
from tests.flows.conftest import Queue, read_import, read_tasks

pytestmark = [
    pytest.mark.parametrize("database_kind", ["sqlite"]),
    pytest.mark.filterwarnings("ignore"),  # Prefect's server warns about its own means
]

CANARY = "Canary-Value"
FLOWS: dict[str, Callable[[], State[Any]]] = {
    "import-learners": lambda: import_learners(return_state=True),
    "send-mail": lambda: send_mail(return_state=True),
    "erase-old": lambda: erase_old(return_state=True),
    "watch": lambda: watch(return_state=True),
    "put-back": lambda: put_back(7, return_state=True),
}


def break_down(*_args: object, **_options: object) -> None:
    try:
        raise KeyError(CANARY)
    except KeyError as cause:
        raise RuntimeError(f"could not work with {CANARY}") from cause


@pytest.fixture(autouse=True)
def environment(
    client: SyncPrefectClient, settings: Settings, workplace: Workplace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEARNER_IMPORTS_HOME", str(settings.home))
    monkeypatch.setenv("LEARNER_IMPORTS_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("LEARNER_IMPORTS_STAY_SECONDS", "0.3")


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """Everything that Prefect logs, tracebacks and all."""
    text, logger = io.StringIO(), logging.getLogger("prefect")
    handler = logging.StreamHandler(text)
    logger.addHandler(handler)
    yield text
    logger.removeHandler(handler)


def tell_all(client: SyncPrefectClient, state: State[Any], logged: io.StringIO) -> str:
    """What the server keeps of the run, what was logged, and the fault as Prefect has it."""
    assert state.state_details.flow_run_id
    kept = client.read_flow_run(state.state_details.flow_run_id).model_dump_json()
    fault = state.result(raise_on_failure=False)
    shown = "".join(traceback.format_exception(fault)) if isinstance(fault, BaseException) else str(fault)
    return kept + logged.getvalue() + shown


@pytest.mark.parametrize(
    ("name", "module", "broken"),
    [
        ("import-learners", flows.draining, "take_import"),
        ("send-mail", flows.runs.side_flows, "send_due_mail"),
        ("erase-old", flows.runs.side_flows, "erase_old_data"),
        ("watch", flows.runs.side_flows, "look_after"),
        ("put-back", flows.runs.side_flows, "put_failed_back"),
        *((name, flows.runs.crashes, "open_workplace") for name in FLOWS),
    ],
)
def test_a_flow_that_breaks_down_says_where_and_no_more(
    name: str,
    module: object,
    broken: str,
    client: SyncPrefectClient,
    queue: Queue,
    logged: io.StringIO,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    queue("06-missing-heading")
    monkeypatch.setattr(module, broken, break_down)
    state = FLOWS[name]()
    told = tell_all(client, state, logged)
    assert state.is_failed()
    assert "RuntimeError at test_faulty_flows.py" in told
    assert CANARY not in told


def test_a_wrong_setting_is_not_repeated(
    client: SyncPrefectClient, logged: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEARNER_IMPORTS_PREFECT_AUTH", CANARY)
    state = FLOWS["send-mail"]()
    assert state.is_failed()
    assert CANARY not in tell_all(client, state, logged)


def test_mail_that_breaks_down_ends_no_import_run(
    client: SyncPrefectClient, queue: Queue, logged: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flows.runs.import_learners, "send_due_mail", break_down)
    queue("06-missing-heading")
    state = FLOWS["import-learners"]()
    assert state.name == "Unsuccessful"
    assert state.state_details.flow_run_id
    mails = [task for task in read_tasks(client, state.state_details.flow_run_id, 5) if "mail" in task.name]
    assert {mail.state_name for mail in mails} == {"Failed"}, "and it may have been tried again"
    told = tell_all(client, state, logged) + "".join(mail.model_dump_json() for mail in mails)
    assert "mail: RuntimeError at test_faulty_flows.py" in told
    assert CANARY not in told


def test_an_import_that_cannot_be_put_back_is_refused_in_words(logged: io.StringIO) -> None:
    state = put_back(7, return_state=True)
    assert (state.name, state.message) == ("Refused", "There is no import 7.")


def test_in_prefect_too_an_older_file_is_not_put_back_over_a_newer_one_unless_told_to(
    workplace: Workplace, queue: Queue, logged: io.StringIO
) -> None:
    failed, newer = queue("01-clean-small"), queue("06-missing-heading")
    with workplace.database.write() as session:
        session.get_one(LearnerImport, failed).status = ImportStatus.FAILED
        session.get_one(LearnerImport, newer).status = ImportStatus.SUCCESSFUL
        session.get_one(LearnerImport, newer).provider_id = session.get_one(LearnerImport, failed).provider_id
    state = put_back(failed, return_state=True)
    assert state.name == "Refused" and "turned on" in str(state.message)
    assert put_back(failed, anyway=True, return_state=True).name == "Put back"
    assert read_import(workplace, failed).status == ImportStatus.REQUESTED


def test_retention_goes_on_when_its_next_run_cannot_be_planned() -> None:
    """Here Prefect knows no such deployment."""
    assert FLOWS["erase-old"]().is_completed()


def test_every_flow_of_ours_is_broken_here() -> None:
    found = {
        value.name
        for module in (flows.runs.import_learners, flows.runs.side_flows)
        for value in vars(module).values()
        if isinstance(value, Flow)
    }
    assert found == set(FLOWS)
