"""Sheets for tests: a table made of learners in which everything is right but for what a test changes."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from schemas.columns import COLUMNS
from schemas.findings import Finding
from schemas.table import CellKind, SheetTable
from schemas.validation import Validated, validate

UKPRN = "10001234"
TODAY = date(2026, 11, 23)
GOOD = {
    "ukprn": UKPRN,
    "year_group": "Year 12",
    "first_name": "Siân",
    "last_name": "O'Brien",
    "email": "sian@example.org",
    "house_name_or_number": "12",
    "street": "High Street",
    "locality": "Castle",
    "town": "Northfield",
    "postcode": "SW1A 1AA",
    "telephone": "01632 960123",
    "uln": "",
    "upn": "",
    "ccis": "",
    "date_of_birth": "2009-09-01",
    "gender": "Female",
    "ethnicity": "Irish",
}
HEADINGS = [column.heading for column in COLUMNS]
LETTERS = dict(zip(GOOD, "ABCDEFGHIJKLMNOPQ", strict=True))


class Cell(NamedTuple):
    """A cell that is not text."""

    text: str
    kind: CellKind


def make_sheet(
    *rows: Mapping[str, str | Cell], headings: list[str] | None = None, row_numbers: list[int] | None = None
) -> SheetTable:
    """Make a sheet of one learner a row: `GOOD` with these cells, each row with a first name of its own."""
    learners = [{**GOOD, "first_name": f"Siân {index}", **row} for index, row in enumerate(rows)]
    columns = [[to_cell(learner[column.name]) for learner in learners] for column in COLUMNS]
    return SheetTable(
        sheet_name="Learners",
        headings=HEADINGS if headings is None else headings,
        heading_row_number=1,
        row_numbers=row_numbers or list(range(2, len(rows) + 2)),
        texts=[[cell.text for cell in column] for column in columns],
        kinds=[bytes(cell.kind for cell in column) for column in columns],
    )


def to_cell(value: str | Cell) -> Cell:
    if isinstance(value, Cell):
        return value
    return Cell(value, CellKind.TEXT if value else CellKind.BLANK)


def check(*rows: Mapping[str, str | Cell]) -> Validated:
    """Validate a sheet of these learners."""
    return validate(make_sheet(*rows), ukprn=UKPRN, today=TODAY)


def check_cell(name: str, value: str | Cell) -> tuple[object, list[Finding]]:
    """Return what a cell is stored as, and what is found."""
    validated = check({name: value})
    stored = validated.learners.loc[2, name] if name in validated.learners else None
    return stored, validated.findings


def number(text: str) -> Cell:
    return Cell(text, CellKind.NUMBER)


def date_cell(text: str) -> Cell:
    return Cell(text, CellKind.DATE)


def error(text: str) -> Cell:
    return Cell(text, CellKind.ERROR)
