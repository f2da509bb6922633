"""The large workbooks that are measured: made once from a seed, then kept in var/bench, which git ignores."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from random import Random

from data.samples import names
from data.samples.case import NORTHFIELD, TEMPLATE
from data.samples.people import SEED, make_learner
from data.samples.sheets import Row, write_workbook

ROW_COUNT = 65_535  # with the heading row, all that an .xls can hold
BAD_SHARE = 0.03  # of all cells

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


def make_large_workbook(folder: Path) -> Path:
    """Return the .xls of 65,535 learners with all 17 cells filled; writing it takes half a minute, once."""
    return _keep(folder / f"learners-{ROW_COUNT}.xls", make_large_school())


def make_refused_workbook(folder: Path) -> Path:
    """Return the same workbook with wrong values in `BAD_SHARE` of its cells."""
    return _keep(folder / f"learners-{ROW_COUNT}-refused.xls", spoil_cells(make_large_school()))


def _keep(path: Path, rows: Iterable[Row]) -> Path:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_stem("partial")
        write_workbook(partial, TEMPLATE, rows, from_1904=False)
        partial.rename(path)
    return path


def make_large_school() -> Iterator[Row]:
    """Make the learners, the same on every run."""
    random = Random(SEED)
    for serial in range(ROW_COUNT):
        gender, first_names = random.choice((("Female", names.GIRLS), ("Male", names.BOYS)))
        person = gender, random.choice(first_names), random.choice(names.LAST_NAMES)
        yield make_learner(random, NORTHFIELD, serial, person)


def spoil_cells(rows: Iterable[Row]) -> Iterator[Row]:
    """Spoil cells of the columns that can be wrong, the same on every run."""
    random = Random(SEED)
    chance = BAD_SHARE * len(TEMPLATE) / len(SPOILED)
    for row in rows:
        yield row | {name: spoil(random, str(row[name])) for name, spoil in SPOILED.items() if random.random() < chance}
