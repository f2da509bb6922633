"""The largest import beside what a user might pick instead, and beside the floor below any import."""

import json
import os
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path

from benchmarks.imports.contest import Aim, Contestant, Result, describe_aims, run_in_turn
from benchmarks.imports.databases import KINDS, ROOT, Databases, Place, check_answer, open_databases
from benchmarks.imports.make_files import ROW_COUNT, make_workbook
from benchmarks.imports.step_times import EMPTY, ENDINGS, import_whole
from benchmarks.imports.timed_import import REFUSED
from benchmarks.imports.whole_process import Measurement, measure
from data.samples.case import NORTHFIELD

HEADING = f"{ROW_COUNT:,} learners, beside its peers"
PACKAGES = (
    "xlrd",
    "python-calamine",
    "openpyxl",
    "pandas",
    "sqlalchemy",
    "frictionless",
    "django",
    "django-import-export",
)
OURS, STAYED = "`learner-imports import`", "its steps, in a run that stays"
FRICTIONLESS, DJANGO, FLOOR = "frictionless, validation only", "django-import-export, loading only", "the floor"
FRICTIONLESS_AIMS = {".xls": 1.0, ".xlsx": 0.35}
DJANGO_AIM, FLOOR_AIM = 0.2, 1.5

TRIED = "tried"  # holds a provider and an import, and no learner

Results = dict[tuple[str, str, str], Result]  # by contestant, ending and kind of database


def measure_peers(cache: Path) -> str:
    """Run all of them and describe them."""
    with open_databases(cache) as databases:
        for kind in KINDS:
            databases.fill(kind, EMPTY, lambda _: None)
            databases.fill(kind, TRIED, _refuse_a_file, like=EMPTY)
        named = {"/".join(key): (key, contestant) for key, contestant in _list_contestants(databases, cache)}
        results = run_in_turn({name: contestant for name, (_, contestant) in named.items()})
    hashed = json.loads(_run_module("benchmarks.imports.django_peer", "--hash").output)
    return describe_peers({named[name][0]: result for name, result in results.items()}, hashed["seconds"])


def _list_contestants(databases: Databases, cache: Path) -> Iterator[tuple[tuple[str, str, str], Contestant]]:
    for ending, kind in product(ENDINGS, KINDS):
        workbook = make_workbook(cache, ROW_COUNT, ending)

        def run_ours(workbook: Path = workbook, kind: str = kind) -> Measurement:
            with databases.copy(kind, EMPTY) as place:
                return import_whole(place, workbook, created_count=ROW_COUNT)

        def run_stayed(workbook: Path = workbook, kind: str = kind) -> Measurement:
            with databases.copy(kind, EMPTY) as place:
                measurement = place.run_module("benchmarks.imports.timed_import", workbook, NORTHFIELD)
            check_answer(measurement, status="successful", created=ROW_COUNT)
            return measurement

        def run_floor(workbook: Path = workbook, kind: str = kind) -> Measurement:
            with databases.copy(kind, TRIED) as place:
                measurement = place.run_module("benchmarks.imports.floor", workbook, place.database_url)
            check_answer(measurement, row_count=ROW_COUNT)
            return measurement

        def run_django(workbook: Path = workbook, kind: str = kind) -> Measurement:
            place = databases.make_empty(kind)
            place.run_module("benchmarks.imports.django_peer", "--make", place.database_url)
            measurement = place.run_module("benchmarks.imports.django_peer", workbook, place.database_url)
            check_answer(measurement, created_count=ROW_COUNT)
            return measurement

        yield (OURS, ending, kind), Contestant(run_ours)
        yield (STAYED, ending, kind), Contestant(run_stayed)
        yield (FLOOR, ending, kind), Contestant(run_floor)
        yield (DJANGO, ending, kind), Contestant(run_django, run_count=1)
    for ending in ENDINGS:
        workbook = make_workbook(cache, ROW_COUNT, ending)

        def run_frictionless(workbook: Path = workbook) -> Measurement:
            # It takes relative paths only.
            measurement = _run_module("benchmarks.imports.frictionless_peer", os.path.relpath(workbook, ROOT))
            check_answer(measurement, is_valid=True, row_count=ROW_COUNT)
            return measurement

        yield (FRICTIONLESS, ending, ""), Contestant(run_frictionless)


def _refuse_a_file(place: Place) -> None:
    place.run("import", REFUSED, "--ukprn", NORTHFIELD, exit_code=1)


def _run_module(module: str, *words: str) -> Measurement:
    return measure([sys.executable, "-m", module, *words], cwd=ROOT, environment={})


def describe_peers(results: Results, hash_seconds: float) -> str:
    """Return the section's text; `hash_seconds` is what one of Django's password hashes takes."""
    table = "\n".join(
        f"| {what} | {ending} | {KINDS.get(kind, '')} | {_find_seconds(what, result):.2f} | {result.cpu_seconds:.2f} "
        f"| {result.megabytes:.0f} | {result.all_seconds} |"
        for (what, ending, kind), result in sorted(results.items(), key=lambda item: item[0][1:])
    )
    hashing = hash_seconds * ROW_COUNT
    django = [result.seconds for (what, _, _), result in results.items() if what == DJANGO]
    return f"""\
All read the same workbooks, all 17 columns filled, no error. Whole processes from start to exit, one after the other in
turns; medians where there are several runs. CPU and memory are of the process and its children, without PostgreSQL.

- Ours reads, validates, matches, makes user names and sealed passwords, and commits learners, accounts, outcome and
  mail. Its steps in a run that stays are what the file takes when the libraries are imported already: the seconds are
  the steps', CPU and memory and each run the whole process's.
- frictionless validates what a Table Schema can say of the same rules, and loads nothing.
- django-import-export loads one table with the same unique numbers, in bulk and in one transaction, rows looked up by
  ULN; it validates nothing, matches by nothing else, makes no account and no password.
- The floor reads the cells with the reader that we use and inserts the same number of rows bare into the same two
  tables, in one transaction.
- GOV.UK Notify's `RecipientCSV` is not here: the registry has no package `notifications-utils` (on 2026-11-28 neither
  `pip download notifications-utils` nor `uv pip compile` found a version of it).

| Process | File | Database | Seconds | CPU seconds | MB | Each run's seconds |
|---|---|---|---:|---:|---:|---|
{table}

One password by Django's default hasher takes {hash_seconds:.2f} s, so those of {ROW_COUNT:,} learners
{hashing:,.0f} s ({hashing / 3600:.1f} hours) of one core: with the loading {min(django) + hashing:,.0f} s at the
least. Ours are sealed and not hashed, since a manager must be able to hand them out; the learner's own is hashed.

{describe_aims(list(_list_aims(results)))}
"""


def _find_seconds(what: str, result: Result) -> float:
    return sum(result.step_seconds().values()) if what == STAYED else result.seconds


def _list_aims(results: Results) -> Iterator[Aim]:
    for ending, kind in product(ENDINGS, KINDS):
        ratio = results[OURS, ending, kind].seconds / results[FRICTIONLESS, ending, ""].seconds
        yield Aim(f"{ending}, {KINDS[kind]}, to frictionless", FRICTIONLESS_AIMS[ending], ratio)
    for ending, kind in product(ENDINGS, KINDS):
        ours = results[OURS, ending, kind].seconds
        yield Aim(
            f"{ending}, {KINDS[kind]}, to django-import-export",
            DJANGO_AIM,
            ours / results[DJANGO, ending, kind].seconds,
        )
    for ending, kind in product(ENDINGS, KINDS):
        floor = results[FLOOR, ending, kind].seconds
        case = f"{ending}, {KINDS[kind]}, to the floor"
        yield Aim(f"{case}: the command", FLOOR_AIM, results[OURS, ending, kind].seconds / floor)
        yield Aim(f"{case}: the steps", FLOOR_AIM, _find_seconds(STAYED, results[STAYED, ending, kind]) / floor)
