"""Prefect's automations are off, and work for an operator who turns them on as docs/decisions/0011 says."""

import time
from pathlib import Path

import pytest
from prefect import get_client
from prefect.automations import Automation
from prefect.client.schemas.objects import State, StateType
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.states import Crashed

from benchmarks.service.prefect_service import PrefectService
from flows.deployments.prefect_view import find_runs
from flows.deployments.triggering import DRAIN, OUTBOX
from settings import Settings

PATIENCE_SECONDS = 60
TURNED_ON = {"PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED": "true"}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_an_automation_acts_on_a_crashed_run_where_triggers_are_turned_on(tmp_path: Path) -> None:
    with (
        PrefectService(Settings(home=tmp_path), worker_count=0, extra=TURNED_ON) as service,
        temporary_settings({PREFECT_API_URL: service.api_url}),
        get_client(sync_client=True) as client,
    ):
        outbox, drain = (client.read_deployment_by_name(name).id for name in (OUTBOX, DRAIN))
        trigger = {"type": "event", "expect": ["prefect.flow-run.Crashed"], "posture": "Reactive", "threshold": 1}
        action = {"type": "run-deployment", "source": "selected", "deployment_id": str(outbox)}
        Automation.model_validate({"name": "crashed", "trigger": trigger, "actions": [action]}).create()
        time.sleep(3)  # until the server judges by it
        crashed: State[None] = Crashed(message="to see what follows")
        client.set_flow_run_state(client.create_flow_run_from_deployment(drain).id, crashed, force=True)
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        while not find_runs(client, ("outbox",), tuple(StateType)):
            assert time.monotonic() < give_up_at, "the automation did not act"
            time.sleep(0.5)
