"""prefect.yaml describes every flow that an operator or the collector starts."""

from importlib import import_module
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]
from prefect import Flow

from flows.deployments.installation import describe_installation
from flows.deployments.prefect_view import DRAIN as DRAIN_NAME
from flows.deployments.prefect_view import IMPORTS_QUEUE, SIDE_DEPLOYMENTS, WORK_POOL
from flows.deployments.timetable import RETENTION, WATCHDOG
from flows.deployments.triggering import DRAIN, OUTBOX

ROOT = Path(__file__).parents[2]


def read_deployments() -> dict[str, dict[str, Any]]:
    """The deployments by the names that programs use: flow/deployment."""
    found = {}
    for deployment in yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"]:
        module, name = deployment["entrypoint"].rsplit(".", 1)
        flow = getattr(import_module(module), name)
        assert isinstance(flow, Flow)
        found[f"{flow.name}/{deployment['name']}"] = deployment
    return found


def test_every_deployment_that_is_asked_for_is_described() -> None:
    deployments = read_deployments()
    assert set(deployments) == {DRAIN, OUTBOX, WATCHDOG, RETENTION, "put-back/import"}
    assert {name.split("/")[1] for name in deployments} == {DRAIN_NAME, *SIDE_DEPLOYMENTS}
    assert {deployment["work_pool"]["name"] for deployment in deployments.values()} == {WORK_POOL}


def test_no_run_copies_the_folder() -> None:
    """Without a command of ours Prefect copies the folder, learners' data and all, for every run."""
    described = yaml.safe_load((ROOT / "prefect.yaml").read_text())
    assert described["pull"] == []
    commands = {entry["name"]: entry["work_pool"]["job_variables"]["command"] for entry in described["deployments"]}
    assert commands.pop(DRAIN_NAME) == "{{ here.import_command }}"
    assert set(commands.values()) == {"{{ here.command }}"}


def test_an_import_run_starts_by_a_way_of_its_own_that_is_quicker() -> None:
    installed = describe_installation()
    assert installed["import_command"].endswith("python -m flows.runs.engine")
    assert installed["command"].endswith("python -m prefect.engine")


def test_import_runs_have_a_queue_of_their_own_and_no_lease_that_a_servers_restart_ends() -> None:
    """A deployment's concurrency limit is a lease; a run whose lease the server has forgotten is ended by Prefect."""
    drain = read_deployments()[DRAIN]
    assert "concurrency_limit" not in drain
    others = [deployment for name, deployment in read_deployments().items() if name != DRAIN]
    assert drain["work_pool"]["work_queue_name"] == IMPORTS_QUEUE
    assert all("work_queue_name" not in deployment["work_pool"] for deployment in others)


def test_a_timed_run_waits_for_the_one_before_it_rather_than_being_cancelled() -> None:
    """A watchdog's run that is cancelled would not put the next one in Prefect."""
    for name in (WATCHDOG, RETENTION):
        assert read_deployments()[name]["concurrency_limit"] == {"limit": 1, "collision_strategy": "ENQUEUE"}
