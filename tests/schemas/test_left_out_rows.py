"""Rows that are no learners are left out before anything is judged; learners never are, whatever is wrong with them."""

from dataclasses import replace

import pytest

from schemas.rules import RULES
from schemas.table import CellKind, Remark
from schemas.validation import Validated, validate
from tests.schemas.sheets import GOOD, HEADINGS, TODAY, UKPRN, Cell, check, date_cell, make_sheet

AGAIN = dict(zip(GOOD, HEADINGS, strict=True))
LOUD = {name: heading.upper() for name, heading in AGAIN.items()}
BLANK = dict.fromkeys(GOOD, "")
RULES_OF_COLUMNS = BLANK | {
    "ukprn": "8 digits, mandatory",
    "first_name": "Mandatory",
    "last_name": "Mandatory",
    "postcode": "Full UK postcode",
    "date_of_birth": "YYYY-MM-DD",
}
MANDATORY_AS = dict.fromkeys(GOOD, "O")
MANUAL = {
    "ukprn": "The UK Provider Reference Number of the provider you wish to add learners to. This is a mandatory field.",
    "year_group": "The year that the learner is currently in.",
    "first_name": "The first or given name of the learner. This is a mandatory field.",
    "last_name": "The last or family name of the learner. This is a mandatory field.",
    "email": "The primary email address of the learner",
    "postcode": "The postcode of the learner's address. This is a mandatory field.",
    "uln": "The Unique Learner Number of the learner.",
    "date_of_birth": "The date of birth of the learner, using the date pattern YYYY-MM-DD.",
    "gender": "The gender of the learner, this should be either Female, Male, Not known or Not specified.",
}


def tell(validated: Validated) -> list[tuple[str, int | None, str | None]]:
    return [(finding.rule, finding.row_number, finding.cell) for finding in validated.findings]


@pytest.mark.parametrize(
    "texts",
    [
        RULES_OF_COLUMNS,
        MANUAL,
        BLANK | {"first_name": "Required", "last_name": "Required", "email": "e.g. name@example.org"},
        BLANK | {"ukprn": "Must be 8 digits", "gender": "Optional"},
        BLANK | {"telephone": "Enter as text", "uln": "10 digits", "upn": "leave blank if not known"},
        {**MANUAL, "ukprn": UKPRN},
        BLANK | {"ukprn": UKPRN, "first_name": "Mandatory", "last_name": "Mandatory"},
        MANDATORY_AS | {"ukprn": "M", "first_name": "M", "last_name": "M", "postcode": "M"},
        dict.fromkeys(GOOD, "No") | {"ukprn": "Yes", "first_name": "Yes", "last_name": "YES"},
        dict.fromkeys(GOOD, "Text(100)") | {"ukprn": "Number(8)", "uln": "Number(10)", "email": "Text (254)"},
        dict.fromkeys(GOOD, "String") | {"ukprn": "Integer", "date_of_birth": "Date", "gender": "Enum", "uln": "Int"},
        BLANK | {"first_name": "Must be filled in", "gender": "Pick from list", "ethnicity": "Pick from list"},
        BLANK | {"first_name": "Max 100", "last_name": "max. 100", "email": "maximum length 254", "uln": "10"},
        dict(zip(GOOD, map(str, (8, 7, 100, 101, 254, 99, 98, 97, 96, 95, 20, 10, 13, 50, 11, 12, 60)), strict=True)),
    ],
)
def test_a_row_of_instructions_is_left_out_with_a_warning(texts: dict[str, str]) -> None:
    validated = check(texts, {})
    assert tell(validated) == [("instruction_row", 2, None)]
    assert validated.is_valid
    assert validated.row_count == 1
    assert validated.learners.index.tolist() == [3]
    assert validated.findings[0].message == RULES["instruction_row"].message


@pytest.mark.parametrize(
    "texts",
    [
        {**GOOD, "street": "Must Lane", "town": "Enter"},
        {**BLANK, "first_name": "Mark", "last_name": "Must", "street": "Text Lane", "house_name_or_number": "1"},
        {**BLANK, "first_name": "Will", "last_name": "Format", "email": "will@example.org", "town": "York"},
        {**MANUAL, "ukprn": UKPRN, "postcode": "SW1A 1AA"},
        {**MANUAL, "email": "sian@example.org"},
        {**MANDATORY_AS, "ukprn": UKPRN},
        dict.fromkeys(GOOD, "#REF!"),
        dict.fromkeys(GOOD, "Err:502"),
        dict.fromkeys(GOOD, "1E+09"),
        {**MANDATORY_AS, "first_name": "Ann", "last_name": "Lee"},
        {**MANDATORY_AS, "uln": "1000000043"},
        {**BLANK, "first_name": "James", "last_name": "James", "town": "York", "locality": "York"},
        {**BLANK, "ukprn": UKPRN, "first_name": "Date", "last_name": "Lee"},
        {**RULES_OF_COLUMNS, "date_of_birth": date_cell("2009-01-01")},
    ],
)
def test_a_learners_row_is_no_instruction(texts: dict[str, str | Cell]) -> None:
    validated = check(texts, {})
    assert validated.row_count == 2
    assert "instruction_row" not in [finding.rule for finding in validated.findings]


def test_instructions_further_down_are_rows_with_errors() -> None:
    assert check(RULES_OF_COLUMNS, {}, {}, RULES_OF_COLUMNS).row_count == 3


@pytest.mark.parametrize("texts", [AGAIN, AGAIN | {"email": "", "upn": "UPN no"}, LOUD])
def test_headings_once_more_are_left_out_with_a_warning_wherever_they_stand(texts: dict[str, str]) -> None:
    validated = check({}, {}, {}, texts, {})
    assert tell(validated) == [("heading_row_again", 5, None)]
    assert validated.row_count == 4


def test_headings_under_other_names_right_below_are_headings_once_more() -> None:
    other = {"first_name": "Forename", "last_name": "Surname", "year_group": "NC Year", "town": "Town"}
    narrow = make_sheet(BLANK | other, {}, headings=[*HEADINGS[:4], *[""] * 13])
    narrow = replace(narrow, texts=narrow.texts[:4], kinds=narrow.kinds[:4], headings=HEADINGS[:4])
    found = tell(validate(narrow, ukprn=UKPRN, today=TODAY))
    assert ("heading_row_again", 2, None) in found
    assert [row for _, row, _ in found if row] == [2]


NOTES = ("Total learners: 6", "Total: 1,204", "Exported from SIMS on 1 September", "Please delete this row")


@pytest.mark.parametrize("name", ["ukprn", "first_name", "postcode", "ethnicity"])
@pytest.mark.parametrize("text", NOTES)
def test_a_note_alone_in_its_row_is_left_out_wherever_it_stands(name: str, text: str) -> None:
    validated = check({}, {}, {}, {}, BLANK | {name: text}, {})
    assert tell(validated) == [("instruction_row", 6, None)]
    assert validated.row_count == 5


@pytest.mark.parametrize(
    "texts",
    [
        {"first_name": "Ann"},
        {"last_name": "O'Brien Lee"},
        {"last_name": "Maria del Carmen Lopez"},
        {"first_name": "Please delete this row", "town": "York"},
        {"ukprn": "delete this"},
        {"date_of_birth": date_cell("2009-01-01")},
    ],
)
def test_a_learner_of_whom_one_cell_is_left_stays(texts: dict[str, str | Cell]) -> None:
    validated = check({}, {}, {}, {}, {**BLANK, **texts})
    assert validated.row_count == 5
    assert not validated.is_valid


@pytest.mark.parametrize(("text", "row_count"), [(NOTES[0], 1), ("left in", 2)])
def test_a_note_in_a_column_that_is_not_ours_is_left_out(text: str, row_count: int) -> None:
    sheet = make_sheet({}, BLANK)
    sheet = replace(
        sheet,
        headings=[*sheet.headings, "Notes"],
        texts=[*sheet.texts, ["", text]],
        kinds=[*sheet.kinds, bytes([CellKind.BLANK, CellKind.TEXT])],
    )
    assert validate(sheet, ukprn=UKPRN, today=TODAY).row_count == row_count


def test_a_learner_called_as_a_heading_is_a_learner() -> None:
    assert check({"last_name": "Street", "town": "Town", "street": "Street"}).row_count == 1


def test_template_rows_of_which_only_the_ukprn_is_filled_are_left_out_silently() -> None:
    prepared = BLANK | {"ukprn": UKPRN, "town": "  "}
    validated = check({}, prepared, {}, *[prepared] * 5)
    assert validated.findings == []
    assert validated.learners.index.tolist() == [2, 4]


@pytest.mark.parametrize("seen", [{}, {"ukprn": UKPRN}])
def test_rows_of_nothing_but_invisible_characters_are_left_out_silently(seen: dict[str, str]) -> None:
    """As come with text that is pasted below the list."""
    unseen = [BLANK | {"town": "\u200b", "first_name": "\u00ad \ufeff"} | seen, BLANK | {"ukprn": " \u200b"} | seen]
    validated = check({}, *unseen, {}, *unseen)
    assert validated.findings == []
    assert validated.learners.index.tolist() == [2, 5]


@pytest.mark.parametrize(("text", "row_count"), [("\u200b", 1), ("left in", 2)])
def test_so_they_are_in_columns_that_are_not_ours(text: str, row_count: int) -> None:
    sheet = make_sheet({}, BLANK | {"town": "\ufeff"})
    sheet = replace(
        sheet,
        headings=[*sheet.headings, "Notes"],
        texts=[*sheet.texts, ["", text]],
        kinds=[*sheet.kinds, bytes([CellKind.BLANK, CellKind.TEXT])],
    )
    assert validate(sheet, ukprn=UKPRN, today=TODAY).row_count == row_count


@pytest.mark.parametrize("texts", [BLANK | {"ukprn": "1000"}, BLANK | {"ukprn": UKPRN, "gender": "Female"}, BLANK])
def test_rows_with_anything_else_stay(texts: dict[str, str]) -> None:
    assert check({}, texts).row_count == 2


def test_a_row_with_something_in_a_column_that_is_not_ours_stays() -> None:
    sheet = make_sheet({}, BLANK | {"ukprn": UKPRN})
    sheet = replace(
        sheet,
        headings=[*sheet.headings, "Notes"],
        texts=[*sheet.texts, ["", "ask the office"]],
        kinds=[*sheet.kinds, bytes([CellKind.BLANK, CellKind.TEXT])],
    )
    assert validate(sheet, ukprn=UKPRN, today=TODAY).row_count == 2


def test_when_no_learner_is_left_the_file_has_no_rows() -> None:
    validated = check(RULES_OF_COLUMNS, BLANK | {"ukprn": UKPRN})
    assert tell(validated) == [("file_no_rows", None, None), ("instruction_row", 2, None)]
    assert not validated.is_valid
    assert validated.row_count == len(validated.learners) == 0


def test_findings_on_rows_left_out_stand_in_the_order_of_rows() -> None:
    validated = check(RULES_OF_COLUMNS, {"gender": "F"}, AGAIN, {"gender": "F"})
    assert [finding.row_number for finding in validated.findings] == [2, 3, 4, 5]


def test_what_reading_remarked_is_told_of_the_file_or_of_its_column() -> None:
    remarks = [
        Remark("rows_hidden", None, {"row_count": 3}),
        Remark("cells_merged", 8, {}),
        Remark("cells_merged", 40, {}),
    ]
    findings = validate(replace(make_sheet({}), remarks=remarks), ukprn=UKPRN, today=TODAY).findings
    assert [(finding.rule, finding.severity, finding.row_number, finding.column) for finding in findings] == [
        ("rows_hidden", "warning", None, None),
        ("cells_merged", "warning", None, "Town"),
        ("cells_merged", "warning", None, None),
    ]
    assert findings[0].message.startswith("3 of the rows are hidden")


def test_rows_with_many_independent_errors_are_learners() -> None:
    wrong = ["x", "N/A", "-", "?", "Year 6", "01/02/2009", "F", "WBRI", "1000", "SW1A", "Street", "12"]
    rows = [
        {name: wrong[(row + place * (row % 5 + 1)) % len(wrong)] for place, name in enumerate(GOOD)}
        for row in range(60)
    ]
    validated = check(*rows)
    assert validated.row_count == 60
    assert not {"instruction_row", "heading_row_again", "row_shifted"} & {
        finding.rule for finding in validated.findings
    }
