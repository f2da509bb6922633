"""What is measured is what is said: the workbooks, the seconds of steps, and whether an aim was met."""

import time
from itertools import islice
from pathlib import Path

import pytest

from benchmarks.imports.contest import Aim
from benchmarks.imports.large_workbook import write_large_workbook
from benchmarks.imports.make_files import BAD_SHARE, change_cells, make_school, make_stored_school, spoil_cells
from benchmarks.imports.stopwatch import Stopwatch
from data.samples.case import TEMPLATE
from data.samples.sheets import write_workbook
from schemas.reading import read_workbook


def test_a_large_workbook_is_read_as_one_that_xlsxwriter_wrote(tmp_path: Path) -> None:
    rows = [*make_school(3)]
    rows[1] |= {"town": "", "street": "Oak & Ash <Lane>"}
    write_large_workbook(tmp_path / "large.xlsx", TEMPLATE, rows)
    write_workbook(tmp_path / "usual.xlsx", TEMPLATE, rows, from_1904=False)
    assert read_workbook(tmp_path / "large.xlsx") == read_workbook(tmp_path / "usual.xlsx")


def test_as_many_cells_are_spoiled_as_is_said() -> None:
    right = [*make_school(2_000)]
    wrong = [*spoil_cells(right)]
    count = sum(row[name] != other[name] for row, other in zip(right, wrong, strict=True) for _, name in TEMPLATE)
    assert count / len(right) / len(TEMPLATE) == pytest.approx(BAD_SHARE, rel=0.1)


def test_a_year_later_each_learner_has_two_other_cells() -> None:
    right = [*make_school(50)]
    changed = [*change_cells(right)]
    differing = [[name for _, name in TEMPLATE if a[name] != b[name]] for a, b in zip(right, changed, strict=True)]
    assert differing == [["year_group", "telephone"]] * 50


def test_learners_who_are_there_before_are_other_people() -> None:
    names = ("uln", "upn", "ccis")
    new = {row[name] for row in make_school(500) for name in names}
    stored = {row[name] for row in islice(make_stored_school(), 500) for name in names}
    assert not new & stored


def test_seconds_within_a_step_are_not_counted_to_it_as_well() -> None:
    watch = Stopwatch()
    began = time.perf_counter()
    with watch.timing("outer"):
        time.sleep(0.02)
        with watch.timing("inner"):
            time.sleep(0.05)
        time.sleep(0.02)
    assert watch.seconds["outer"] >= 0.04 and watch.seconds["inner"] >= 0.05
    assert sum(watch.seconds.values()) <= time.perf_counter() - began


@pytest.mark.parametrize(("measured", "word"), [(1.49, "yes"), (1.5, "yes"), (1.51, "**no**")])
def test_an_aim_is_met_up_to_its_limit(measured: float, word: str) -> None:
    assert Aim("to the floor", 1.5, measured).describe() == f"| to the floor | 1.5 × | {measured:.2f} × | {word} |"
