"""What a Prefect server keeps of runs with seeded values, crashes and all: nothing of them."""

import json
import time

import pytest

from tests.canary.prefect_evidence import PrefectEvidence
from tests.canary.test_nothing_leaks import check_outcomes

pytestmark = pytest.mark.slow


def test_every_workbook_came_to_its_outcome_in_the_flow(flow_evidence: PrefectEvidence) -> None:
    check_outcomes(flow_evidence)


def test_prefects_api_tells_of_the_runs_and_of_no_value(flow_evidence: PrefectEvidence) -> None:
    time.sleep(5)  # logs are sent a few seconds late
    kept = flow_evidence.read_everything()
    assert all(kept[kind] for kind in ("flow_runs", "task_runs", "logs", "artifacts"))
    assert any("validate" in run["name"] and run["state"]["type"] == "FAILED" for run in kept["task_runs"])
    assert flow_evidence.search.find(json.dumps(kept)) == []


def test_prefects_database_and_files_hold_no_value(flow_evidence: PrefectEvidence) -> None:
    assert list(flow_evidence.prefect_home.glob("*.db"))
    assert flow_evidence.search.find_in_files(flow_evidence.prefect_home) == {}


def test_nothing_that_the_processes_printed_or_left_holds_a_value(flow_evidence: PrefectEvidence) -> None:
    assert flow_evidence.search.find_in_files(flow_evidence.output) == {}
    assert flow_evidence.search.find_in_files(flow_evidence.temporary) == {}
    assert [hits for seen in flow_evidence.processes if (hits := flow_evidence.search.find(seen))] == []
