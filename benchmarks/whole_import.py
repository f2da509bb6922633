"""The whole import of the largest .xls there can be, beside frictionless's validation alone of the same file.

And the largest refused one: what it takes to find everything that is wrong with it and to give it back marked up.
"""

import json
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
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
CLEAN_CHECK = "`learner-imports check`, loads nothing"
REFUSED_CHECK = "`learner-imports check --marked-up` of the refused file"


class Line(NamedTuple):
    """A line of the table: medians over the runs, and every run's seconds."""

    what: str
    wall_seconds: float
    cpu_seconds: float
    peak_bytes: float
    all_wall_seconds: list[float]


def compare(workbook: Path, refused: Path) -> list[Line]:
    """Run each contestant in turn, three times over; the peer comes last.

    Args:
        workbook: without an error.
        refused: with an error in `make_files.BAD_SHARE` of its cells.

    Raises:
        RuntimeError: a contestant did not take every row for what it is, so that the times would not compare.
    """
    contestants: dict[str, Callable[[], Measurement]] = {
        "`learner-imports import`, everything": partial(_import, workbook),
        CLEAN_CHECK: partial(_check, workbook),
        REFUSED_CHECK: partial(_check_refused, refused),
        PEER: partial(_run_peer, workbook),
    }
    runs: dict[str, list[Measurement]] = {what: [] for what in contestants}
    for number in range(1, RUN_COUNT + 1):
        for what, run in contestants.items():
            measurement = run()
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
    return _run_ours("import", workbook, {"status": "successful", "created_count": ROW_COUNT, "findings": []})


def _check(workbook: Path) -> Measurement:
    return _run_ours("check", workbook, {"status": "valid", "row_count": ROW_COUNT, "findings": []})


def _check_refused(workbook: Path) -> Measurement:
    with tempfile.TemporaryDirectory(dir=workbook.parent) as folder:
        marked_up = Path(folder) / "marked-up.xlsx"
        expected = {"status": "unsuccessful", "row_count": ROW_COUNT}
        measurement = _run_ours("check", workbook, expected, ["--marked-up", marked_up], exit_code=1)
        if not marked_up.exists():
            raise RuntimeError("no marked-up workbook was written")
    return measurement


def _run_ours(
    verb: str, workbook: Path, expected: dict[str, object], more: Sequence[str | Path] = (), *, exit_code: int = 0
) -> Measurement:
    """Run our command on an empty SQLite database, whose making is not counted."""
    with tempfile.TemporaryDirectory(dir=workbook.parent) as home:
        environment = {"LEARNER_IMPORTS_HOME": home, "LEARNER_IMPORTS_DATABASE_URL": ""}
        for preparing in (("db", "upgrade"), ("providers", "add", NORTHFIELD, "Northfield Sixth Form")):
            measure([COMMAND, *preparing], cwd=ROOT, environment=environment)
        command: list[str | Path] = [COMMAND, verb, workbook, "--ukprn", NORTHFIELD, "--json", *more]
        measurement = measure(command, cwd=ROOT, environment=environment, exit_code=exit_code)
    _check_answer(measurement, expected)
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
