"""Which import runs live is told by their own signs; what Prefect holds for alive besides is marked crashed."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from prefect import flow
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import FlowRun
from prefect.states import Running
from sqlalchemy import select

import flows.deployments.prefect_view
from flows.deployments.prefect_view import look_at_prefect, reconcile
from flows.run_signs import PART, read_signs
from flows.workplace import Workplace
from records.beats import MISSED_SECONDS, beat, end_beats
from records.tables import Alert, PartBeat

pytestmark = [
    pytest.mark.parametrize("database_kind", ["sqlite"]),
    pytest.mark.filterwarnings("ignore"),  # Prefect's server warns about its own means
]


@flow(name="stand-in")
def stand_in() -> None:
    """Only its runs are needed."""


@pytest.fixture
def running(client: SyncPrefectClient) -> Iterator[FlowRun]:
    """A run of a deployment with the import flow's name that Prefect holds for running."""
    flow_id = client.create_flow(stand_in)
    deployment_id = client.create_deployment(flow_id, flows.deployments.prefect_view.DRAIN)
    run = client.create_flow_run_from_deployment(deployment_id)
    client.set_flow_run_state(run.id, Running(), force=True)
    yield run
    client.delete_flow_run(run.id)


def give_sign(workplace: Workplace, run: FlowRun, *, pid: int, seconds_ago: float = 0) -> None:
    at = workplace.now() - timedelta(seconds=seconds_ago)
    with workplace.database.write() as session:
        holder = f"{socket.gethostname()}:{pid}"
        session.add(PartBeat(part=PART, holder=holder, started_at=at, beat_at=at, address=str(run.id)))


def find_dead_pid() -> int:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return ended.pid


def state_of(client: SyncPrefectClient, run: FlowRun) -> str:
    return str(client.read_flow_run(run.id).state_name)


def list_causes(workplace: Workplace) -> list[str]:
    with workplace.database.read() as session:
        return list(session.scalars(select(Alert.cause)))


def test_a_run_that_beats_lives(workplace: Workplace, client: SyncPrefectClient, running: FlowRun) -> None:
    beat(workplace.database, PART, now=workplace.now(), address=str(running.id))
    assert [run.id for run in reconcile(workplace, client)] == [running.id]
    assert state_of(client, running) == "Running"
    assert look_at_prefect(workplace)[:2] == (False, ())  # there is no work pool here, so nothing can be said
    end_beats(workplace.database, PART)


def test_a_killed_run_is_marked_crashed_at_once_and_operators_are_told(
    workplace: Workplace, client: SyncPrefectClient, running: FlowRun
) -> None:
    give_sign(workplace, running, pid=find_dead_pid())
    assert reconcile(workplace, client) == []
    assert state_of(client, running) == "Crashed"
    assert list_causes(workplace) == ["run crashed: import-learners: its process is gone"]


def test_a_run_on_another_machine_that_fell_silent_is_marked_crashed(
    workplace: Workplace, client: SyncPrefectClient, running: FlowRun
) -> None:
    at = workplace.now() - timedelta(seconds=MISSED_SECONDS + 1)
    with workplace.database.write() as session:
        session.add(PartBeat(part=PART, holder="elsewhere:7", started_at=at, beat_at=at, address=str(running.id)))
    assert reconcile(workplace, client) == []
    assert state_of(client, running) == "Crashed"


def test_a_run_that_has_only_just_begun_is_given_time(
    workplace: Workplace, client: SyncPrefectClient, running: FlowRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [run.id for run in reconcile(workplace, client)] == [running.id]
    monkeypatch.setattr(flows.deployments.prefect_view, "START_GRACE", timedelta(seconds=-5))
    assert reconcile(workplace, client) == []
    assert list_causes(workplace) == [], "it ended as it should, and Prefect did not hear of it"


def test_signs_of_life_are_told_apart(workplace: Workplace, prefect_server: None) -> None:
    dead, alive = FlowRun(id=uuid4(), flow_id=uuid4()), FlowRun(id=uuid4(), flow_id=uuid4())
    give_sign(workplace, dead, pid=find_dead_pid())
    beat(workplace.database, PART, now=workplace.now(), address=str(alive.id))
    signs = read_signs(workplace, workplace.now())
    assert (signs.alive, signs.silent) == (frozenset({str(alive.id)}), frozenset({str(dead.id)}))
