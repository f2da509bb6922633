"""The large workbook that is measured: made once from a seed, then kept in var/bench, which git ignores."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

from data.samples import names
from data.samples.case import NORTHFIELD, TEMPLATE
from data.samples.people import SEED, make_learner
from data.samples.sheets import Row, write_workbook

ROW_COUNT = 65_535  # with the heading row, all that an .xls can hold


def make_large_workbook(folder: Path) -> Path:
    """Return the .xls of 65,535 learners with all 17 cells filled; writing it takes half a minute, once."""
    path = folder / f"learners-{ROW_COUNT}.xls"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        partial = path.with_stem("partial")
        write_workbook(partial, TEMPLATE, make_large_school(), from_1904=False)
        partial.rename(path)
    return path


def make_large_school() -> Iterator[Row]:
    """Make the learners, the same on every run."""
    random = Random(SEED)
    for serial in range(ROW_COUNT):
        gender, first_names = random.choice((("Female", names.GIRLS), ("Male", names.BOYS)))
        person = gender, random.choice(first_names), random.choice(names.LAST_NAMES)
        yield make_learner(random, NORTHFIELD, serial, person)
