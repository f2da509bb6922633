"""Workbooks larger than any school's: the most learners that one file may hold, and all the rows that Excel has."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks.imports.contest import Aim, Contestant, Result, describe_aims, run_in_turn
from benchmarks.imports.databases import KINDS, Databases, Place, open_databases
from benchmarks.imports.make_files import EXCEL_ROW_COUNT, make_large_workbook
from benchmarks.imports.step_times import EMPTY, import_whole
from benchmarks.imports.whole_process import Measurement
from data.samples.case import NORTHFIELD
from schemas.reading.limits import DEFAULT_LIMITS

HEADING = "The largest workbooks"
PACKAGES = ("python-calamine", "pandas", "pandera", "sqlalchemy", "psycopg")
LEARNER_COUNT = DEFAULT_LIMITS.learner_count
FEW_COLUMNS = ("ukprn", "first_name", "last_name", "postcode")  # those that must be there: such a file is small enough
MEGABYTES_AIM = 2_000
REFUSAL_SECONDS = 10.0


def measure_large(cache: Path) -> str:
    """Run all of them and describe them."""
    loaded = make_large_workbook(cache, LEARNER_COUNT)
    full = make_large_workbook(cache, EXCEL_ROW_COUNT)
    narrow = make_large_workbook(cache, EXCEL_ROW_COUNT, FEW_COLUMNS)
    with open_databases(cache) as databases:
        runs: dict[str, Callable[[Place], Measurement]] = {}
        for kind in KINDS:
            databases.fill(kind, EMPTY, lambda _: None)
            runs[kind] = partial(import_whole, workbook=loaded, created_count=LEARNER_COUNT)
        contestants = {kind: Contestant(_make_run(databases, kind, run), run_count=1) for kind, run in runs.items()}
        for workbook in (narrow, full):
            run = _make_run(databases, "sqlite", partial(_import_refused, workbook=workbook))
            contestants[str(workbook)] = Contestant(run)
        results = run_in_turn(contestants)
    return describe_large(
        {kind: results[kind] for kind in KINDS}, (narrow, results[str(narrow)]), (full, results[str(full)])
    )


def _make_run(databases: Databases, kind: str, run: Callable[[Place], Measurement]) -> Callable[[], Measurement]:
    def run_on_copy() -> Measurement:
        with databases.copy(kind, EMPTY) as place:
            return run(place)

    return run_on_copy


def _import_refused(place: Place, workbook: Path) -> Measurement:
    return place.run("import", workbook, "--ukprn", NORTHFIELD, "--json", exit_code=1)


def describe_large(loaded: dict[str, Result], narrow: tuple[Path, Result], full: tuple[Path, Result]) -> str:
    """Return the section's text."""
    lines = [
        f"| {LEARNER_COUNT:,} learners, 17 columns, {KINDS[kind]} | loaded | {result.seconds:.1f} "
        f"| {result.megabytes:,.0f} |"
        for kind, result in loaded.items()
    ]
    for (workbook, result), columns in ((narrow, len(FEW_COLUMNS)), (full, 17)):
        size = workbook.stat().st_size / 1e6
        lines.append(
            f"| {EXCEL_ROW_COUNT:,} learners, {columns} columns, {size:.0f} MB | refused | {result.seconds:.1f} "
            f"| {result.megabytes:,.0f} |"
        )
    aims = [
        Aim(f"memory to load {LEARNER_COUNT:,}", MEGABYTES_AIM, max(of.megabytes for of in loaded.values()), " MB"),
        Aim("seconds to refuse the others", REFUSAL_SECONDS, max(narrow[1].seconds, full[1].seconds), " s"),
    ]
    lines_text = "\n".join(lines)
    return f"""\
One file may hold {LEARNER_COUNT:,} learners (`LEARNER_IMPORTS_LEARNER_LIMIT`) and 50 MB
(`LEARNER_IMPORTS_FILE_LIMIT_BYTES`). The limit is there for the others: while learners are written, an SQLite database
can be written to by nobody else. `learner-imports import` of an `.xlsx`, whole process; the loaded ones once each, the
refused ones the median of {len(narrow[1].measurements)} runs. A file over 50 MB is refused before it is opened.

| File | What becomes of it | Seconds | MB |
|---|---|---:|---:|
{lines_text}

What the two refused ones are told:

> {_find_message(narrow[1])}

> {_find_message(full[1])}

{describe_aims(aims)}
"""


def _find_message(result: Result) -> str:
    (finding,) = json.loads(result.measurements[0].output)["findings"]
    return str(finding["message"])
