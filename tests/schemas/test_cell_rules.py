"""Every rule on a cell fires, its near-miss does not, and one cell gets one finding."""

from dataclasses import replace

import pytest

from schemas.cell_findings import make_finding
from schemas.columns import COLUMN_BY_NAME
from schemas.findings import Finding
from schemas.rules import CELL_RULES, DAMAGE_RULES, ERROR, RULES
from schemas.validation import Validated, validate
from tests.schemas.cases import ACCEPTED, REFUSED, TOLD_BY_OTHERS
from tests.schemas.sheets import (
    GOOD,
    LETTERS,
    TODAY,
    UKPRN,
    Cell,
    check,
    check_cell,
    date_cell,
    error,
    make_sheet,
    number,
)


@pytest.fixture(scope="module")
def refused() -> dict[int | None, list[Finding]]:
    """The findings of one sheet that holds every refused value in a row of its own, by row number."""
    return group_by_row(check(*[{name: value} for name, value, _, _ in REFUSED]).findings)


@pytest.fixture(scope="module")
def accepted() -> Validated:
    """One sheet that holds every accepted value in a row of its own."""
    return check(*[{name: value} for name, value, _ in ACCEPTED])


def group_by_row(findings: list[Finding]) -> dict[int | None, list[Finding]]:
    by_row: dict[int | None, list[Finding]] = {}
    for finding in findings:
        by_row.setdefault(finding.row_number, []).append(finding)
    return by_row


@pytest.mark.parametrize(("row_number", "case"), list(enumerate(REFUSED, 2)))
def test_a_wrong_value_gets_one_finding_with_its_suggestion(
    row_number: int, case: tuple[str, str | Cell, str, str | None], refused: dict[int | None, list[Finding]]
) -> None:
    name, _, rule, suggestion = case
    found = [(finding.rule, finding.severity, finding.suggestion) for finding in refused[row_number]]
    assert found == [(rule, RULES[rule].severity, suggestion)]
    assert refused[row_number][0].column == COLUMN_BY_NAME[name].heading
    assert refused[row_number][0].cell == f"{LETTERS[name]}{row_number}"


@pytest.mark.parametrize(("row_number", "case"), list(enumerate(ACCEPTED, 2)))
def test_a_right_value_is_stored_in_canonical_spelling(
    row_number: int, case: tuple[str, str | Cell, str | None], accepted: Validated
) -> None:
    name, _, stored = case
    found = [finding.rule for finding in accepted.findings if finding.row_number == row_number]
    assert accepted.learners.loc[row_number, name] == stored
    # The same identifier stands in several rows, spelled in several ways.
    assert set(found) <= {"duplicate_row", "number_ending"}


def test_an_optional_cell_may_be_blank_and_a_mandatory_one_may_not() -> None:
    validated = check(dict.fromkeys(GOOD, ""))
    assert [(finding.cell, finding.rule) for finding in validated.findings] == [
        (f"{letter}2", "mandatory_missing") for letter in "ACDJ"
    ]
    assert validated.learners.loc[[2]].notna().sum(axis=None) == 0


@pytest.mark.parametrize("text", ["#REF!", "#N/A", ""])
def test_an_error_cell_is_an_error_in_every_column_and_not_a_missing_value(text: str) -> None:
    validated = check(dict.fromkeys(GOOD, error(text)))
    assert [finding.rule for finding in validated.findings] == ["cell_error"] * 17
    assert validated.learners.loc[[2]].notna().sum(axis=None) == 0


def test_a_date_cell_is_refused_in_every_column_but_the_date_of_birth() -> None:
    findings = check(dict.fromkeys(GOOD, date_cell("2009-02-01"))).findings
    assert [finding.rule for finding in findings] == ["date_in_text"] * 16
    assert "O2" not in [finding.cell for finding in findings]


@pytest.mark.parametrize("text", ["1.23457E+09", "1e+10", "1,5E-05"])
def test_a_shortened_number_is_told_in_every_column(text: str) -> None:
    assert [finding.rule for finding in check(dict.fromkeys(GOOD, text)).findings] == ["scientific_notation"] * 17


def test_every_rule_on_cells_is_among_the_refused() -> None:
    assert {rule for _, _, rule, _ in REFUSED} == (CELL_RULES.keys() | DAMAGE_RULES.keys()) - TOLD_BY_OTHERS


def test_a_finding_shows_what_stands_in_the_cell() -> None:
    assert check_cell("gender", " f ")[1][0].value == " f "
    assert check_cell("last_name", "")[1][0].value is None
    assert check_cell("last_name", "  ")[1][0].value is None
    assert check_cell("first_name", "Zo\x00\ud800")[1][0].value == "Zo\ufffd\ufffd"


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("ukprn", "1", "Write the UKPRN as 8 digits. For this import it is 10001234."),
        ("postcode", "", "Postcode is mandatory and is missing. Fill it in."),
        ("street", "x" * 101, "Street is longer than 100 characters. Shorten it."),
        ("ccis", "x" * 51, "CCIS is longer than 50 characters. Shorten it."),
        ("date_of_birth", "2009/9/1", "Write the date of birth as YYYY-MM-DD, for example 2008-09-01."),
        ("town", error("#REF!"), "The cell holds an Excel error in place of a value. Type the Town in again."),
    ],
)
def test_a_message_says_what_to_do(name: str, value: str | Cell, message: str) -> None:
    assert check_cell(name, value)[1][0].message == message


@pytest.mark.parametrize("value", [number("9999999999"), "9999999999", " 9999 999 999 "])
def test_the_uln_that_stands_for_none_is_stored_as_none(value: str | Cell) -> None:
    assert check_cell("uln", value)[0] is None
    assert check({"uln": value}).is_valid


def test_a_ccis_id_that_stands_for_none_is_stored_as_none_and_makes_no_duplicates() -> None:
    validated = check({"ccis": "TBC"}, {"ccis": "tbc"}, {"ccis": "TBC"})
    assert [finding.rule for finding in validated.findings] == ["ccis_none"] * 3
    assert validated.learners["ccis"].tolist() == [None] * 3
    assert validated.is_valid


def test_a_ccis_id_that_stands_for_none_is_no_number_that_lost_its_zeros() -> None:
    findings = check(*[{"ccis": f"00{index:04}"} for index in range(1, 9)], {"ccis": number("0")}).findings
    assert [(finding.row_number, finding.rule) for finding in findings] == [(10, "ccis_none")]


def test_the_evening_before_is_told_of_a_date_cell_that_is_not_loaded_as_the_day_before() -> None:
    stored, findings = check_cell("date_of_birth", date_cell("2009-08-31 23:00:00"))
    assert stored is None
    assert [(finding.rule, finding.severity, finding.suggestion) for finding in findings] == [
        ("dob_day_early", ERROR, "2009-09-01")
    ]


@pytest.mark.parametrize(
    ("value", "stored"), [(number("7700900123"), "07700900123"), ("1632960123", "01632960123"), ("12345", "12345")]
)
def test_a_telephone_number_never_stops_an_import(value: str | Cell, stored: str) -> None:
    assert check_cell("telephone", value)[0] == stored
    assert check({"telephone": value}).is_valid


def test_a_text_is_no_number_that_lost_its_zero_though_the_same_digits_in_a_number_are() -> None:
    validated = check({"telephone": "160296012"}, {"telephone": number("160296012")})
    assert validated.learners["telephone"].tolist() == ["160296012", "0160296012"]
    assert [finding.rule for finding in validated.findings] == ["telephone_implausible", "telephone_zero_restored"]


def test_a_text_with_a_time_is_no_date_though_the_same_date_cell_is() -> None:
    text = "2009-09-01 00:00:00"
    validated = check({"date_of_birth": date_cell(text)}, {"date_of_birth": text})
    assert [(finding.row_number, finding.suggestion) for finding in validated.findings] == [(3, "2009-09-01")]
    assert validated.learners.loc[2, "date_of_birth"] == "2009-09-01"


def test_two_learners_may_share_an_email_address() -> None:
    assert check({}, {}).is_valid


def test_warnings_alone_leave_a_sheet_valid_and_an_error_does_not() -> None:
    assert check({"date_of_birth": "1990-01-01", "telephone": "1"}).is_valid
    assert not check({"gender": "F"}).is_valid
    assert check_cell("gender", "F")[1][0].severity == ERROR


@pytest.mark.parametrize(
    ("days", "is_1904", "suggestion"),
    [
        ("40057", False, "2009-09-01"),
        ("38595", True, "2009-09-01"),
        ("35946", True, "2002-06-01"),  # counted from 1900 it would be nobody's of school age
    ],
)
def test_a_number_of_days_is_counted_as_its_workbook_does(days: str, is_1904: bool, suggestion: str) -> None:
    sheet = replace(make_sheet({"date_of_birth": number(days)}), is_1904=is_1904)
    findings = validate(sheet, ukprn=UKPRN, today=TODAY).findings
    assert [(finding.rule, finding.suggestion) for finding in findings] == [("date_as_number", suggestion)]


def test_a_finding_keeps_the_beginning_of_a_long_value() -> None:
    assert check_cell("first_name", "x" * 1000)[1][0].value == "x" * 1000
    assert check_cell("first_name", "x" * 32_768)[1][0].value == "x" * 999 + "…"
    assert make_finding("dob_age", column_name=None, row_number=2, positions={}, value="x" * 1001).value == (
        "x" * 999 + "…"
    )


def test_a_suggestion_is_never_longer_than_what_is_kept_of_a_value() -> None:
    assert check_cell("street", "ZoÃ«" * 333)[1][0].suggestion == "Zoë" * 333
    assert check_cell("street", "ZoÃ«" * 334)[1][0].suggestion is None
