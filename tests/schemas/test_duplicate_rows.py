"""Rows of one file that are the same learner: the later one names the first."""

from collections.abc import Mapping

import pytest

from schemas.findings import Finding
from schemas.rules import RULES
from schemas.validation import validate
from tests.schemas.sheets import TODAY, UKPRN, Cell, check, date_cell, error, make_sheet

ULN, OTHER_ULN = "1000000043", "1000000035"
UPN, OTHER_UPN = "B801200005001", "P801200005002"
PERSON = {"first_name": "Zoë", "last_name": "Nguyễn", "date_of_birth": "2009-09-01", "postcode": "SW1A 1AA"}


def find(*rows: Mapping[str, str | Cell]) -> list[Finding]:
    return [finding for finding in check(*rows).findings if finding.rule == "duplicate_row"]


def tell(finding: Finding) -> tuple[str | None, str]:
    return finding.cell, finding.message


def word(other_row: int, keys: str) -> str:
    return RULES["duplicate_row"].message.format(other_row=other_row, keys=keys)


@pytest.mark.parametrize(
    ("name", "value", "keys", "cell"),
    [("uln", ULN, "ULN", "L4"), ("upn", UPN, "UPN", "M4"), ("ccis", "7001", "CCIS", "N4")],
)
def test_one_identifier_that_agrees_makes_a_duplicate(name: str, value: str, keys: str, cell: str) -> None:
    findings = find({name: value}, {}, {name: f" {value.lower()} "})
    assert [tell(finding) for finding in findings] == [(cell, word(2, keys))]
    assert findings[0].severity == "error"
    assert findings[0].row_number == 4


def test_name_date_of_birth_and_postcode_together_make_a_duplicate() -> None:
    again = PERSON | {"first_name": "ZOE\u0308", "last_name": " nguyễn", "postcode": "sw1a1aa"}
    findings = find(PERSON, again)
    assert [tell(finding) for finding in findings] == [("C3", word(2, "name, date of birth and postcode"))]
    assert findings[0].column == "First name"


@pytest.mark.parametrize(
    "other",
    [
        {"first_name": "Zara"},
        {"last_name": "Ng"},
        {"date_of_birth": "2009-09-02"},
        {"date_of_birth": ""},
        {"postcode": "SW1A 2AA"},
        {"first_name": ""},
        {"last_name": error("#REF!")},
    ],
)
def test_people_who_differ_in_one_of_the_four_are_two(other: dict[str, str | Cell]) -> None:
    assert find(PERSON, {**PERSON, **other}) == []


def test_without_dates_of_birth_the_postcode_decides() -> None:
    undated = PERSON | {"date_of_birth": ""}
    assert [tell(finding) for finding in find(undated, undated)] == [("C3", word(2, "name and postcode"))]
    assert find(undated, undated | {"postcode": "SW1A 2AA"}) == []


def test_a_date_that_could_not_be_read_is_not_a_blank_one() -> None:
    undated = PERSON | {"date_of_birth": ""}
    assert find(undated, {**PERSON, "date_of_birth": error("#VALUE!")}) == []
    damaged: dict[str, str | Cell] = {**PERSON, "date_of_birth": error("#REF!")}
    assert find(damaged, damaged) == []


def test_a_date_cell_and_the_same_date_as_text_agree() -> None:
    assert len(find(PERSON, {**PERSON, "date_of_birth": date_cell("2009-09-01 00:00:01")})) == 1


def test_of_three_rows_alike_the_second_and_third_name_the_first() -> None:
    findings = find({}, {"uln": ULN}, {"uln": ULN}, {"uln": ULN})
    assert [tell(finding) for finding in findings] == [("L4", word(3, "ULN")), ("L5", word(3, "ULN"))]


def test_all_keys_that_agree_with_the_same_row_are_named_in_one_finding() -> None:
    learner = PERSON | {"uln": ULN, "upn": UPN, "ccis": "C1"}
    expected = word(2, "ULN, UPN, CCIS and name, date of birth and postcode")
    assert [tell(finding) for finding in find(learner, learner)] == [("L3", expected)]


def test_a_row_that_repeats_two_others_names_both() -> None:
    findings = find({"uln": ULN}, {"upn": UPN}, {"uln": ULN, "upn": UPN})
    assert [tell(finding) for finding in findings] == [("L4", word(2, "ULN")), ("M4", word(3, "UPN"))]


def test_different_identifiers_make_no_duplicate() -> None:
    assert find({"uln": ULN, "upn": UPN, "ccis": "C1"}, {"uln": OTHER_ULN, "upn": OTHER_UPN, "ccis": "C2"}) == []


@pytest.mark.parametrize(("name", "value"), [("uln", "N/A"), ("upn", "TBC"), ("uln", "9999999999"), ("ccis", "")])
def test_an_identifier_that_is_wrong_or_stands_for_none_makes_no_duplicate(name: str, value: str) -> None:
    assert find({name: value}, {name: value}) == []


@pytest.mark.parametrize(("name", "value"), [("uln", ULN), ("ccis", "123456")])
def test_an_identifier_with_a_warning_makes_a_duplicate(name: str, value: str) -> None:
    warned = {name: f"{value}.0"}
    assert [finding.rule for finding in find({name: value}, warned)] == ["duplicate_row"]


def test_a_wrong_cell_beside_does_not_hide_a_duplicate() -> None:
    wrong = {**PERSON, "uln": "N/A", "gender": "?"}
    assert [tell(finding) for finding in find(wrong, wrong)] == [("C3", word(2, "name, date of birth and postcode"))]


def test_rows_are_named_by_their_numbers_in_excel() -> None:
    sheet = make_sheet({"uln": ULN}, {"uln": ULN}, row_numbers=[7, 1030])
    findings = validate(sheet, ukprn=UKPRN, today=TODAY).findings
    assert [tell(finding) for finding in findings] == [("L1030", word(7, "ULN"))]
