"""A row whose cells stand beside their headings is told as that; a row with many errors never is."""

from dataclasses import replace

import pytest

from schemas.findings import Finding
from schemas.rules import RULES
from schemas.table import CellKind, SheetTable
from schemas.validation import validate
from tests.schemas.sheets import GOOD, HEADINGS, TODAY, UKPRN, make_sheet

FULL = [
    *(UKPRN, "Year 12", "Siân", "O'Brien", "sian@example.org", "12", "High Street", "Castle", "Northfield", "SW1A 1AA"),
    *("01632 960123", "1000000043", "B801200005001", "C7", "2009-09-01", "Female", "Irish"),
]
FEW = [text if name not in ("uln", "upn", "ccis", "telephone") else "" for name, text in zip(GOOD, FULL, strict=True)]


def make_table(*rows: list[str]) -> SheetTable:
    """Make a sheet as wide as its widest row; what reaches beyond the headings has none."""
    width = max(len(HEADINGS), *map(len, rows))
    padded = [row + [""] * (width - len(row)) for row in rows]
    texts = [list(column) for column in zip(*padded, strict=True)]
    return SheetTable(
        sheet_name="Learners",
        headings=HEADINGS + [""] * (width - len(HEADINGS)),
        heading_row_number=1,
        row_numbers=list(range(2, len(rows) + 2)),
        texts=texts,
        kinds=[bytes(CellKind.TEXT if text else CellKind.BLANK for text in column) for column in texts],
    )


def find(*rows: list[str]) -> list[Finding]:
    return validate(make_table(*rows), ukprn=UKPRN, today=TODAY).findings


def insert(row: list[str], name: str) -> list[str]:
    """Put a blank cell in, so that the rest stands too far to the right."""
    index = list(GOOD).index(name)
    return [*row[:index], "", *row[index:]]


def remove(row: list[str], name: str) -> list[str]:
    index = list(GOOD).index(name)
    return [*row[:index], *row[index + 1 :], ""]


@pytest.mark.parametrize("row", [FULL, FEW])
@pytest.mark.parametrize(
    ("name", "cell"),
    [("ukprn", "B3"), ("year_group", "C3"), ("first_name", "E3"), ("street", "J3"), ("locality", "J3")],
)
def test_a_cell_too_many_shifts_the_rest_to_the_right(row: list[str], name: str, cell: str) -> None:
    findings = find(FULL, insert(row, name))
    assert [(finding.rule, finding.cell) for finding in findings] == [("row_shifted", cell)]
    assert findings[0].message == RULES["row_shifted"].message.format(side="right")
    assert findings[0].severity == "error"


@pytest.mark.parametrize("row", [FULL, FEW])
@pytest.mark.parametrize("name", ["ukprn", "year_group", "last_name", "street", "town"])
def test_a_cell_too_few_shifts_the_rest_to_the_left(row: list[str], name: str) -> None:
    findings = find(remove(row, name), FULL)
    assert [(finding.rule, finding.row_number) for finding in findings] == [("row_shifted", 2)]
    assert findings[0].message == RULES["row_shifted"].message.format(side="left")


def test_every_row_of_a_sheet_may_be_shifted() -> None:
    findings = find(*[insert(FULL, "ukprn")] * 40)
    assert [(finding.rule, finding.row_number) for finding in findings] == [("row_shifted", n) for n in range(2, 42)]


def test_a_shifted_row_with_an_error_is_still_shifted() -> None:
    row = [*FULL]
    row[9] = "no postcode"
    assert [finding.rule for finding in find(FULL, insert(row, "ukprn"))] == ["row_shifted"]


def test_a_shifted_row_is_no_duplicate_and_proves_nothing() -> None:
    proof = [*FULL]
    proof[14] = "25/12/2008"
    ambiguous = [*FEW]
    ambiguous[14] = "01/09/2008"
    findings = find(FULL, insert(FULL, "year_group"), insert(proof, "ukprn"), ambiguous)
    assert [(finding.rule, finding.row_number) for finding in findings] == [
        ("row_shifted", 3),
        ("row_shifted", 4),
        ("dob_ambiguous", 5),
    ]


def test_other_values_without_a_heading_are_told_though_a_row_is_shifted() -> None:
    assert [finding.rule for finding in find([*FULL, "left school"], insert(FULL, "ukprn"))] == [
        "heading_blank",
        "row_shifted",
    ]


@pytest.mark.parametrize(
    "texts",
    [
        dict.fromkeys(GOOD, "x"),
        dict.fromkeys(GOOD, UKPRN),
        dict.fromkeys(GOOD, "Year 12"),
        dict.fromkeys(GOOD, "2009-09-01"),
        dict.fromkeys(GOOD, ""),
        {"gender": "Irish", "ethnicity": "Female", "date_of_birth": "01/02/2009", "postcode": "?", "email": "x"},
        {"uln": "B801200005001", "upn": "1000000043", "gender": "2009-09-01", "date_of_birth": "Female"},
        {"ukprn": "Year 12", "year_group": UKPRN, "gender": "F", "ethnicity": "WBRI", "postcode": "SW1A OAA"},
    ],
)
def test_a_row_with_many_errors_is_not_shifted(texts: dict[str, str]) -> None:
    findings = validate(make_sheet({}, {}, {}, texts, {}, texts), ukprn=UKPRN, today=TODAY).findings
    assert not {"row_shifted", "instruction_row", "heading_row_again"} & {finding.rule for finding in findings}


def test_a_shift_that_begins_before_the_cell_that_shows_it_is_told_as_that() -> None:
    findings = find(FULL, insert(FULL, "house_name_or_number"))
    assert [(finding.rule, finding.cell) for finding in findings] == [("row_shifted", "J3")]
    assert "from this cell on or from one before it" in findings[0].message


def test_without_three_columns_that_tell_nothing_is_called_shifted() -> None:
    table = make_table(insert(FULL, "ukprn"))
    narrow = replace(table, headings=["UKPRN", "Learner year group", *[f"Column {n}" for n in range(16)]])
    rules = {finding.rule for finding in validate(narrow, ukprn=UKPRN, today=TODAY).findings}
    assert "row_shifted" not in rules
