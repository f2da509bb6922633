"""Whole imports of three sizes, two formats and two databases, into an empty one and beside 100,000 learners."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import NamedTuple

from benchmarks.imports.contest import Aim, Contestant, Result, describe_aims, run_in_turn
from benchmarks.imports.databases import KINDS, Databases, Place, check_answer, open_databases
from benchmarks.imports.make_files import ROW_COUNT, SIZES, STORED_COUNT, make_workbook
from benchmarks.imports.timed_import import STEPS
from benchmarks.imports.whole_process import Measurement
from data.samples.case import NORTHFIELD

HEADING = "A whole import, step by step"
PACKAGES = ("xlrd", "python-calamine", "pandas", "pandera", "numpy", "sqlalchemy", "psycopg", "cryptography")
ENDINGS = (".xls", ".xlsx")
EMPTY, STORED = "empty", "stored"
GROWTH_AIM, MEGABYTES_AIM = 1.3, 400


class Case(NamedTuple):
    """What is imported, and into what."""

    kind: str
    ending: str
    before: str
    row_count: int


class Line(NamedTuple):
    """A case with its two contestants: the command as a whole, and the steps in a process that has imported before."""

    case: Case
    whole: Result
    steps: dict[str, float]


def measure_step_times(cache: Path) -> str:
    """Measure every case and describe them."""
    with open_databases(cache) as databases:
        for kind in KINDS:
            databases.fill(kind, EMPTY, lambda _: None)
            databases.fill(kind, STORED, lambda place: place.run_module("benchmarks.imports.fill_place"))
        cases = [Case(*values) for values in product(KINDS, ENDINGS, (EMPTY, STORED), SIZES)]
        results = run_in_turn(dict(_list_contestants(databases, cache, cases)))
    return describe_step_times(
        [Line(case, results[f"{case} whole"], results[f"{case} steps"].step_seconds()) for case in cases]
    )


def _list_contestants(databases: Databases, cache: Path, cases: list[Case]) -> Iterator[tuple[str, Contestant]]:
    for case in cases:
        workbook = make_workbook(cache, case.row_count, case.ending)

        def run_whole(case: Case = case, workbook: Path = workbook) -> Measurement:
            with databases.copy(case.kind, case.before) as place:
                return import_whole(place, workbook, created_count=case.row_count)

        def run_steps(case: Case = case, workbook: Path = workbook) -> Measurement:
            with databases.copy(case.kind, case.before) as place:
                measurement = place.run_module("benchmarks.imports.timed_import", workbook, NORTHFIELD)
            check_answer(measurement, status="successful", created=case.row_count)
            return measurement

        yield f"{case} whole", Contestant(run_whole)
        yield f"{case} steps", Contestant(run_steps)


def import_whole(place: Place, workbook: Path, **counts: int) -> Measurement:
    """Measure the command that imports, and see that it did."""
    measurement = place.run("import", workbook, "--ukprn", NORTHFIELD, "--json")
    check_answer(measurement, status="successful", findings=[], **counts)
    return measurement


def describe_step_times(lines: list[Line]) -> str:
    """Return the section's text."""
    table = "\n".join(_describe(line) for line in lines)
    return f"""\
All 17 columns are filled and nothing is wrong. The steps are timed in a process that has refused a small file before,
as an import run that stays may have: storing, queueing and reading; validating; matching against the provider's
learners; user names, initial passwords and their sealing; writing accounts and learners and committing; outcome and
mail. "Whole" is the command `learner-imports import` from its start to its exit, which takes a second to import its
libraries; "MB" is the greatest memory of all its processes together, PostgreSQL's not counted. Seconds; medians of
{len(lines[0].whole.measurements)} runs. PostgreSQL has its default settings, fsync among them.

| Database | File | Learners before | Rows | {" | ".join(STEPS)} | all steps | µs a row | whole | MB |
|---|---|---:|---:|{"---:|" * (len(STEPS) + 4)}
{table}

{describe_aims(_list_aims(lines))}
"""


def _describe(line: Line) -> str:
    case, total = line.case, sum(line.steps.values())
    seconds = " | ".join(f"{line.steps.get(step, 0):.2f}" for step in STEPS)
    return (
        f"| {KINDS[case.kind]} | {case.ending} | {STORED_COUNT if case.before == STORED else 0:,} "
        f"| {case.row_count:,} | {seconds} | {total:.2f} | {total / case.row_count * 1e6:.0f} "
        f"| {line.whole.seconds:.2f} | {line.whole.megabytes:.0f} |"
    )


def _list_aims(lines: list[Line]) -> list[Aim]:
    by_case = {line.case: line for line in lines}
    fewer = SIZES[-2]
    pairs = [
        (by_case[case._replace(row_count=fewer)], by_case[case]) for case in by_case if case.row_count == ROW_COUNT
    ]
    steps = max(sum(many.steps.values()) / sum(few.steps.values()) for few, many in pairs) * fewer / ROW_COUNT
    whole = max(many.whole.seconds / few.whole.seconds for few, many in pairs) * fewer / ROW_COUNT
    return [
        Aim(
            f"a row's time in the steps, of {ROW_COUNT:,} rows to that of {fewer:,}, the worst case", GROWTH_AIM, steps
        ),
        Aim("the same of the whole command", GROWTH_AIM, whole),
        Aim("memory, the worst case", MEGABYTES_AIM, max(line.whole.megabytes for line in lines), " MB"),
    ]
