"""Unmistakable values, and the workbooks that carry them: good, refused, damaged, and such as crash their readers."""

import io
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import NamedTuple

import xlsxwriter

from data.samples.identifiers import make_uln, make_upn
from schemas.columns import COLUMNS

UKPRN = "10002001"
FIRST_SERIAL = 77_001
FILE_WORD = "Qqfilename"
CRASH_VALIDATING, CRASH_LOADING, CRASH_DATABASE, CRASH_MARKING = (
    f"Qqcrash{word}" for word in ("validating", "loading", "database", "marking")
)


class Seeded(NamedTuple):
    """A workbook that was seeded: its file name, its bytes, and the values in it."""

    file_name: str
    content: bytes
    values: frozenset[str]


def make_all() -> list[Seeded]:
    """Make one workbook of each kind, each with values of its own."""
    kinds: list[tuple[str, str, Callable[[bytes], bytes]]] = [
        ("good", "", bytes),
        ("refused", "", bytes),
        ("damaged", "", lambda content: content[: len(content) * 2 // 3]),
        ("bomb", "", break_reader),
        ("crash in validating", CRASH_VALIDATING, bytes),
        ("crash in loading", CRASH_LOADING, bytes),
        ("crash in the database", CRASH_DATABASE, bytes),
        ("refused, crash in marking", CRASH_MARKING, bytes),
    ]
    return [_make(kind, word, change, index * 10) for index, (kind, word, change) in enumerate(kinds)]


def _make(kind: str, word: str, change: Callable[[bytes], bytes], offset: int) -> Seeded:
    learners = [make_learner(FIRST_SERIAL + offset + index, word) for index in range(3)]
    if kind.startswith("refused"):
        learners[0]["gender"], learners[1]["email"] = "Qqgender", "qqnot an address"
        learners[2]["date_of_birth"] = "31/17/2033"
    values = frozenset(value for learner in learners for value in tell_apart(learner))
    return Seeded(f"{FILE_WORD} {kind}.xlsx", change(write(learners)), values)


def make_learner(serial: int, word: str = "") -> dict[str, str]:
    """Make a learner nobody can be taken for. `word` makes the code under test crash on the row."""
    letters = "".join("bcdfghjklm"[int(digit)] for digit in str(serial))
    return {
        "ukprn": UKPRN,
        "year_group": "Year 12",
        "first_name": f"Qqfirst{letters}",
        "last_name": f"{word or 'Qqlast'} {letters}",
        "email": f"qqmail.{letters}@qq-{letters}.example",
        "house_name_or_number": f"Qqhouse {letters}",
        "street": f"Qqstreet {letters}",
        "locality": f"Qqlocality {letters}",
        "town": f"Qqtown {letters}",
        "postcode": f"ZE{serial % 9 + 1} 9QJ",
        "telephone": f"01632 96{serial % 10000:04}",
        "uln": make_uln(serial),
        "upn": make_upn(serial),
        "ccis": f"Qqccis{letters}",
        "date_of_birth": date(2009, serial % 12 + 1, serial % 27 + 1).isoformat(),
        "gender": "Female",
        "ethnicity": "",
    }


def tell_apart(learner: dict[str, str]) -> set[str]:
    """The forms in which a learner's values could turn up. What every learner may share is left out."""
    values = {value for name, value in learner.items() if name not in ("ukprn", "year_group", "ethnicity") and value}
    born = learner["date_of_birth"]
    if born[4] == "-":
        year, month, day = born.split("-")
        values |= {f"{day}/{month}/{year}", f"{month}/{day}/{year}"}
    values |= {learner["telephone"].replace(" ", ""), learner["postcode"].replace(" ", "")}
    return values - {"Female"}


def write(learners: list[dict[str, str]]) -> bytes:
    """Write an .xlsx workbook."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet("Learners")
    sheet.write_row(0, 0, [column.heading for column in COLUMNS])
    for index, learner in enumerate(learners, start=1):
        sheet.write_row(index, 0, [learner[column.name] for column in COLUMNS])
    book.close()
    return file.getvalue()


def break_reader(content: bytes) -> bytes:
    """Claim four billion shared strings, which ends the process that believes it."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "xl/sharedStrings.xml":
                start = part.index(b'uniqueCount="')
                part = part[:start] + b'uniqueCount="4294967295' + part[part.index(b'"', start + 13) :]
            new.writestr(name, part)
    return file.getvalue()


def drop_all(folder: Path, seeded: list[Seeded]) -> None:
    """Drop them in a provider's folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for one in seeded:
        (folder / one.file_name).write_bytes(one.content)
