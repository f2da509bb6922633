"""prefect.yaml describes every flow that an operator or the collector starts, and when the timed ones run."""

from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]
from prefect import Flow

from flows.installation import describe_installation
from flows.prefect_view import DRAIN as DRAIN_NAME
from flows.prefect_view import SIDE_DEPLOYMENTS, WORK_POOL
from flows.timetable import RETENTION, WATCHDOG, find_next_erasing, find_next_watch
from flows.triggering import DRAIN, OUTBOX
from settings import Settings

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
    assert deployments[DRAIN]["concurrency_limit"] == Settings.model_fields["import_run_limit"].default


def test_no_run_copies_the_folder() -> None:
    """Without a command of ours Prefect copies the folder, learners' data and all, for every run."""
    described = yaml.safe_load((ROOT / "prefect.yaml").read_text())
    assert described["pull"] == []
    for deployment in described["deployments"]:
        assert deployment["work_pool"]["job_variables"]["command"] == "{{ here.command }}"
    assert describe_installation()["command"].endswith("python -m prefect.engine")


@pytest.mark.parametrize(
    ("now", "expected"),
    [("2026-11-24 09:00:00", "2026-11-24 09:15"), ("2026-11-24 23:46:10", "2026-11-25 00:00")],
)
def test_the_watchdog_runs_at_each_full_quarter_of_an_hour(now: str, expected: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert find_next_watch(moment) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-24 02:39", "2026-11-24 02:40"),
        ("2026-11-24 02:40", "2026-11-25 02:40"),
        ("2026-07-01 12:00", "2026-07-02 01:40"),  # summer time
    ],
)
def test_old_files_are_erased_at_night_in_the_uk(now: str, expected: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert find_next_erasing(moment) == datetime.fromisoformat(expected).replace(tzinfo=UTC)
