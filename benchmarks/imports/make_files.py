"""The workbooks that are measured: made once from a seed, then kept in var/bench, which git ignores."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from random import Random

from benchmarks.imports.large_workbook import write_large_workbook
from data.samples import names
from data.samples.case import NORTHFIELD, TEMPLATE
from data.samples.identifiers import ULN_COUNT, make_telephone
from data.samples.people import SEED, make_learner
from data.samples.sheets import Row, write_workbook

SIZES = (1_000, 10_000, 65_535)
ROW_COUNT = 65_535  # with the heading row, all that an .xls can hold
EXCEL_ROW_COUNT = 1_048_575  # with the heading row, all that an .xlsx can hold
BAD_SHARE = 0.03  # of all cells
STORED_COUNT = 100_000
FIRST_STORED = 800_000  # serial number of the first learner who is in the database before

# What schools write, by column: each takes the right text and gives a wrong one.
Spoil = Callable[[Random, str], str]
SPOILED: dict[str, Spoil] = {
    "ukprn": lambda random, right: random.choice(("", right[:-1])),
    "year_group": lambda random, right: random.choice(("Lower sixth", "Reception", f"{right[5:]}B")),
    "first_name": lambda random, right: "",
    "last_name": lambda random, right: "",
    "email": lambda random, right: random.choice((right.replace("@", " at "), right.replace(".org", ",org"), "none")),
    "postcode": lambda random, right: random.choice((right[:-1], right.replace("1", "I"), "unknown", "")),
    "uln": lambda random, right: f"{right[:-1]}{(int(right[-1]) + random.randrange(1, 9)) % 10}",
    "upn": lambda random, right: random.choice((right[:-1], f"{right[:6]}O{right[7:]}")),
    "date_of_birth": lambda random, right: "/".join(reversed(right.split("-"))),
    "gender": lambda random, right: random.choice(("F", "Boy", "Femal", "Prefer not to say")),
    "ethnicity": lambda random, right: random.choice(("White British", "WBRI", "Carribean", "British")),
}


def make_workbook(folder: Path, row_count: int, ending: str) -> Path:
    """Return the workbook of so many learners with all 17 cells filled; writing it takes some seconds, once."""
    return _keep(folder / f"learners-{row_count}{ending}", make_school(row_count))


def make_refused_workbook(folder: Path) -> Path:
    """Return the largest .xls with wrong values in `BAD_SHARE` of its cells."""
    return _keep(folder / f"learners-{ROW_COUNT}-refused.xls", spoil_cells(make_school(ROW_COUNT)))


def make_reversed_workbook(folder: Path) -> Path:
    """Return the largest .xls once more, the last learner first: other bytes, and nothing to change."""
    return _keep(folder / f"learners-{ROW_COUNT}-reversed.xls", reversed([*make_school(ROW_COUNT)]))


def make_changed_workbook(folder: Path) -> Path:
    """Return the largest .xls a year later: each learner in another year group and with another telephone."""
    return _keep(folder / f"learners-{ROW_COUNT}-changed.xls", change_cells(make_school(ROW_COUNT)))


def make_large_workbook(folder: Path, row_count: int, columns: Iterable[str] | None = None) -> Path:
    """Return an .xlsx of up to all the rows it can have, in half a minute at most.

    Args:
        folder: where it is kept.
        row_count: learners.
        columns: our names of the only columns that are filled in; all when not given.
    """
    chosen = None if columns is None else set(columns)
    headings = [(heading, name) for heading, name in TEMPLATE if chosen is None or name in chosen]
    path = folder / f"learners-{row_count}-{len(headings)}-columns.xlsx"
    if not path.exists():
        partial = path.with_stem("partial")
        write_large_workbook(partial, headings, make_school(row_count))
        partial.rename(path)
    return path


def _keep(path: Path, rows: Iterable[Row]) -> Path:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_stem("partial")
        write_workbook(partial, TEMPLATE, rows, from_1904=False)
        partial.rename(path)
    return path


def make_school(row_count: int) -> Iterator[Row]:
    """Make so many learners, the same on every run. From serial number `ULN_COUNT` on they share their numbers."""
    random = Random(SEED)
    for serial in range(row_count):
        gender, first_names = random.choice((("Female", names.GIRLS), ("Male", names.BOYS)))
        person = gender, random.choice(first_names), random.choice(names.LAST_NAMES)
        yield make_learner(random, NORTHFIELD, serial % ULN_COUNT, person)


def make_stored_school() -> Iterator[Row]:
    """Make the learners who are in the database before: other people, with double last names, of the same provider."""
    random = Random(SEED)
    for serial, row in zip(
        range(FIRST_STORED, FIRST_STORED + STORED_COUNT), islice(make_school(STORED_COUNT), STORED_COUNT), strict=True
    ):
        last_name = f"{row['last_name']}-{random.choice(names.LAST_NAMES)}"
        yield make_learner(random, NORTHFIELD, serial, (str(row["gender"]), str(row["first_name"]), last_name))


def spoil_cells(rows: Iterable[Row]) -> Iterator[Row]:
    """Spoil cells of the columns that can be wrong, the same on every run."""
    random = Random(SEED)
    chance = BAD_SHARE * len(TEMPLATE) / len(SPOILED)
    for row in rows:
        yield row | {name: spoil(random, str(row[name])) for name, spoil in SPOILED.items() if random.random() < chance}


def change_cells(rows: Iterable[Row]) -> Iterator[Row]:
    """Change two cells of each learner."""
    for serial, row in enumerate(rows):
        year = int(str(row["year_group"]).removeprefix("Year "))
        yield row | {"year_group": f"Year {year - 1}", "telephone": make_telephone(serial + 1)}
