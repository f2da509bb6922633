"""The largest .xls again: with wrong cells, with nothing changed, with every learner changed."""

from collections.abc import Callable
from pathlib import Path

from benchmarks.imports.contest import Aim, Contestant, Result, describe_aims, run_in_turn
from benchmarks.imports.databases import KINDS, Databases, check_answer, open_databases
from benchmarks.imports.make_files import (
    BAD_SHARE,
    ROW_COUNT,
    make_changed_workbook,
    make_refused_workbook,
    make_reversed_workbook,
    make_workbook,
)
from benchmarks.imports.step_times import EMPTY, import_whole
from benchmarks.imports.whole_process import Measurement
from data.samples.case import NORTHFIELD

HEADING = f"{ROW_COUNT:,} learners refused, unchanged, updated"
PACKAGES = ("xlrd", "pandas", "pandera", "sqlalchemy", "psycopg", "xlsxwriter")
LOADED = "loaded"
CREATED, UNCHANGED, UPDATED, REFUSED = "created", "unchanged", "updated", "refused, with the marked-up workbook"
AIM, MEGABYTES_AIM = 1.5, 400

Results = dict[tuple[str, str], Result]  # by what becomes of the file, and kind of database


def measure_again(cache: Path) -> str:
    """Run all of them and describe them."""
    original = make_workbook(cache, ROW_COUNT, ".xls")
    with open_databases(cache) as databases:
        contestants: dict[tuple[str, str], Contestant] = {}
        for kind in KINDS:
            databases.fill(kind, EMPTY, lambda _: None)
            databases.fill(kind, LOADED, lambda place: import_whole(place, original), like=EMPTY)
            for what, before, workbook in (
                (CREATED, EMPTY, original),
                (UNCHANGED, LOADED, make_reversed_workbook(cache)),
                (UPDATED, LOADED, make_changed_workbook(cache)),
            ):
                counts = {f"{what}_count": ROW_COUNT}
                contestants[what, kind] = Contestant(_make_run(databases, kind, before, workbook, counts))
            contestants[REFUSED, kind] = Contestant(_make_refused_run(databases, kind, make_refused_workbook(cache)))
        named = {"/".join(key): key for key in contestants}
        results = run_in_turn({name: contestants[key] for name, key in named.items()})
    return describe_again({named[name]: result for name, result in results.items()})


def _make_run(
    databases: Databases, kind: str, before: str, workbook: Path, counts: dict[str, int]
) -> Callable[[], Measurement]:
    def run() -> Measurement:
        with databases.copy(kind, before) as place:
            return import_whole(place, workbook, **counts)

    return run


def _make_refused_run(databases: Databases, kind: str, workbook: Path) -> Callable[[], Measurement]:
    def run() -> Measurement:
        with databases.copy(kind, EMPTY) as place:
            marked_up = place.home / "marked-up.xlsx"
            words = ("import", workbook, "--ukprn", NORTHFIELD, "--json", "--marked-up", marked_up)
            measurement = place.run(*words, exit_code=1)
            check_answer(measurement, status="unsuccessful", row_count=ROW_COUNT)
            if not marked_up.exists():
                raise RuntimeError("no marked-up workbook was written")
        return measurement

    return run


def describe_again(results: Results) -> str:
    """Return the section's text."""
    lines = "\n".join(
        f"| {KINDS[kind]} | {what} | {result.seconds:.2f} | {_find_ratio(results, what, kind):.2f} "
        f"| {result.cpu_seconds:.2f} | {result.megabytes:.0f} | {result.all_seconds} |"
        for (what, kind), result in results.items()
    )
    aims = [
        Aim(f"{KINDS[kind]}: {what}, to created", AIM, _find_ratio(results, what, kind))
        for what, kind in results
        if what != CREATED
    ]
    aims.append(Aim("memory, the worst case", MEGABYTES_AIM, max(of.megabytes for of in results.values()), " MB"))
    return f"""\
The same `.xls` by `learner-imports import` four times: into an empty database; once all its learners are there, with
the rows in another order; with year group and telephone of every learner changed, each change kept in the audit trail;
and with {BAD_SHARE:.0%} of its cells spoiled as schools spoil them. That one is refused: all findings are kept in the
database and printed as JSON, and the marked-up workbook is written. Whole processes in turn, medians of
{len(next(iter(results.values())).measurements)} runs, ratios to creating.

| Database | What becomes of the file | Seconds | Ratio | CPU seconds | MB | Each run's seconds |
|---|---|---:|---:|---:|---:|---|
{lines}

{describe_aims(aims)}
"""


def _find_ratio(results: Results, what: str, kind: str) -> float:
    return results[what, kind].seconds / results[CREATED, kind].seconds
