"""The whole import of the largest .xls there can be, beside frictionless's validation alone of the same file."""

import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks.make_files import ROW_COUNT
from benchmarks.whole_process import Measurement, measure
from data.samples.case import NORTHFIELD

ROOT = Path(__file__).parents[1]
COMMAND = Path(sys.executable).with_name("learner-imports")
RUN_COUNT = 3
PEER = "frictionless, validation only"


class Line(NamedTuple):
    """A line of the table: medians over the runs, and every run's seconds."""

    what: str
    wall_seconds: float
    cpu_seconds: float
    peak_bytes: float
    all_wall_seconds: list[float]


def compare(workbook: Path) -> list[Line]:
    """Run each contestant in turn, three times over; the peer comes last.

    Raises:
        RuntimeError: a contestant did not take every row for good, so that the times would not compare.
    """
    contestants: dict[str, Callable[[Path], Measurement]] = {
        "`learner-imports import`, everything": _import,
        "`learner-imports check`, loads nothing": _check,
        PEER: _run_peer,
    }
    runs: dict[str, list[Measurement]] = {what: [] for what in contestants}
    for number in range(1, RUN_COUNT + 1):
        for what, run in contestants.items():
            measurement = run(workbook)
            runs[what].append(measurement)
            print(f"run {number}: {what}: {measurement.wall_seconds:.2f} s, {measurement.peak_bytes / 2**20:.0f} MiB")
    return [_summarise(what, measurements) for what, measurements in runs.items()]


def _summarise(what: str, measurements: list[Measurement]) -> Line:
    return Line(
        what,
        median(measurement.wall_seconds for measurement in measurements),
        median(measurement.cpu_seconds for measurement in measurements),
        median(measurement.peak_bytes for measurement in measurements),
        [measurement.wall_seconds for measurement in measurements],
    )


def _import(workbook: Path) -> Measurement:
    return _run_ours("import", workbook, {"status": "successful", "created_count": ROW_COUNT})


def _check(workbook: Path) -> Measurement:
    return _run_ours("check", workbook, {"status": "valid", "row_count": ROW_COUNT})


def _run_ours(verb: str, workbook: Path, expected: dict[str, object]) -> Measurement:
    """Run our command on an empty SQLite database, whose making is not counted."""
    with tempfile.TemporaryDirectory(dir=workbook.parent) as home:
        environment = {"LEARNER_IMPORTS_HOME": home, "LEARNER_IMPORTS_DATABASE_URL": ""}
        for preparing in (("db", "upgrade"), ("providers", "add", NORTHFIELD, "Northfield Sixth Form")):
            measure([COMMAND, *preparing], cwd=ROOT, environment=environment)
        command: list[str | Path] = [COMMAND, verb, workbook, "--ukprn", NORTHFIELD, "--json"]
        measurement = measure(command, cwd=ROOT, environment=environment)
    _check_answer(measurement, expected | {"findings": []})
    return measurement


def _run_peer(workbook: Path) -> Measurement:
    command = [sys.executable, "-m", "benchmarks.frictionless_peer", os.path.relpath(workbook, ROOT)]
    measurement = measure(command, cwd=ROOT, environment={})
    _check_answer(measurement, {"is_valid": True, "row_count": ROW_COUNT})
    return measurement


def _check_answer(measurement: Measurement, expected: dict[str, object]) -> None:
    answer = json.loads(measurement.output)
    if any(answer[key] != value for key, value in expected.items()):
        raise RuntimeError(f"expected {expected}, got {measurement.output[:2000]}")
