"""When the timed runs come: one next run of each, however often and by whomever it is asked for."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import prefect.runtime.flow_run
import pytest

import flows.deployments.timetable
from flows.deployments.timetable import RETENTION, WATCHDOG, find_next_erasing, find_next_watch, put_next_runs
from flows.runs.side_flows import plan_next_runs
from flows.workplace import Workplace


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-24 09:00:00", "2026-11-24 09:15"),
        ("2026-11-24 09:14:59", "2026-11-24 09:15"),
        ("2026-11-24 23:46:10", "2026-11-25 00:00"),
    ],
)
def test_the_watchdog_runs_at_each_full_quarter_of_an_hour(now: str, expected: str) -> None:
    assert find_next_watch(at(now)) == at(expected)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-11-24 02:39", "2026-11-24 02:40"),
        ("2026-11-24 02:40", "2026-11-25 02:40"),
        ("2026-07-01 12:00", "2026-07-02 01:40"),  # summer time
        ("2026-03-28 12:00", "2026-03-29 01:40"),  # the night in which it begins
        ("2026-10-24 12:00", "2026-10-25 02:40"),  # and the one in which it ends
    ],
)
def test_old_files_are_erased_at_night_in_the_uk(now: str, expected: str) -> None:
    assert find_next_erasing(at(now)) == at(expected)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, datetime, str]]:
    """The runs that Prefect was asked for: deployment, moment and key."""
    asked: list[tuple[str, datetime, str]] = []

    def run(deployment: str, **options: Any) -> None:
        asked.append((deployment, options["scheduled_time"], options["idempotency_key"]))

    monkeypatch.setattr(flows.deployments.timetable, "run_deployment", run)
    return asked


def test_whoever_asks_for_the_same_moment_again_gets_the_same_run(asked: list[tuple[str, datetime, str]]) -> None:
    """Prefect gives the same run for the same key."""
    now = at("2026-11-24 09:00")
    put_next_runs(now)
    put_next_runs(now + timedelta(minutes=14))
    put_next_runs(now + timedelta(minutes=16))
    watches = [(moment, key) for deployment, moment, key in asked if deployment == WATCHDOG]
    assert watches[0] == watches[1] != watches[2]
    assert len({key for deployment, _, key in asked if deployment == RETENTION}) == 1
    assert len({key for _, _, key in asked}) == 3


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize(
    ("began", "planned_for", "next_watch"),
    [
        ("2026-11-24 09:14:51", "2026-11-24 09:15:00", "2026-11-24 09:30"),  # as a worker starts them
        ("2026-11-24 09:15:02", "2026-11-24 09:15:00", "2026-11-24 09:30"),
        ("2026-11-24 09:14:51", "2026-11-17 02:15:00", "2026-11-24 09:15"),  # late by a week switched off
    ],
)
def test_each_run_plans_the_one_after_its_own_moment(
    began: str,
    planned_for: str,
    next_watch: str,
    asked: list[tuple[str, datetime, str]],
    workplace: Workplace,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(prefect.runtime.flow_run.FIELDS, "scheduled_start_time", lambda: at(planned_for))
    plan_next_runs(replace(workplace, now=lambda: at(began)))
    assert [moment for deployment, moment, _ in asked if deployment == WATCHDOG] == [at(next_watch)]
