"""The workbooks that are put in: small ones, whose every row is known by its ULN."""

from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import NamedTuple

import xlsxwriter

from data.samples.identifiers import make_uln
from schemas.columns import COLUMNS

SERIALS = count(1)
LOADED, REFUSED = "loaded", "refused"


class PutIn(NamedTuple):
    """One file that was put in: whose, its bytes' SHA-256, its rows by ULN, and what must become of it."""

    ukprn: str
    file_name: str
    sha256: str
    ulns: frozenset[str]
    expected: str


def write_workbook(path: Path, ukprn: str, *, row_count: int = 4, expected: str = LOADED) -> PutIn:
    """Write a workbook of learners nobody has had before; a refused one has a gender that does not exist."""
    learners = [_make_learner(ukprn, next(SERIALS)) for _ in range(row_count)]
    if expected == REFUSED:
        learners[0]["gender"] = "Femal"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Learners")
    sheet.write_row(0, 0, [column.heading for column in COLUMNS])
    for index, learner in enumerate(learners, start=1):
        sheet.write_row(index, 0, [learner.get(column.name, "") for column in COLUMNS])
    book.close()
    ulns = frozenset(learner["uln"] for learner in learners)
    return PutIn(ukprn, path.name, sha256(path.read_bytes()).hexdigest(), ulns, expected)


def _make_learner(ukprn: str, serial: int) -> dict[str, str]:
    letters = "".join("abcdefghij"[int(digit)] for digit in f"{serial:06}")
    return {
        "ukprn": ukprn,
        "year_group": "Year 12",
        "first_name": f"Al{letters[3:]}",
        "last_name": f"Test{letters}",
        "postcode": "SW1A 1AA",
        "uln": make_uln(serial),
        "date_of_birth": "2009-09-01",
        "gender": "Female",
    }
