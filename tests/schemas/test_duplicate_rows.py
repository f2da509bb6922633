"""Rows of one file that are the same learner: the later one names the first."""

from collections.abc import Mapping

import pytest

from schemas.findings import Finding
from schemas.rules import RULES
from schemas.validation import validate
from tests.schemas.sheets import TODAY, UKPRN, Cell, check, date_cell, error, make_sheet

ULN, OTHER_ULN = "1000000043", "1000000035"
UPN, OTHER_UPN = "B801200005001", "R201000005002"
PERSON = {"first_name": "Zoë", "last_name": "Nguyễn", "date_of_birth": "2009-09-01", "postcode": "SW1A 1AA"}
UNDATED = PERSON | {"date_of_birth": ""}
ONE_DATED = "name and postcode (one has no date of birth)"


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


@pytest.mark.parametrize("rows", [(PERSON, UNDATED), (UNDATED, PERSON)], ids=["dated first", "undated first"])
def test_a_row_without_date_of_birth_repeats_one_with_it(rows: tuple[dict[str, str], ...]) -> None:
    assert [tell(finding) for finding in find(*rows)] == [("C3", word(2, ONE_DATED))]
    assert find(PERSON, UNDATED | {"postcode": "SW1A 2AA"}) == []


@pytest.mark.parametrize(
    ("one", "other", "count"),
    [
        ({"uln": ULN}, {}, 1),
        ({"uln": ULN}, {"upn": UPN, "ccis": "C1"}, 1),
        ({"uln": ULN}, {"uln": "TBC"}, 1),
        ({"uln": ULN}, {"uln": OTHER_ULN}, 0),
        ({"upn": UPN}, {"upn": OTHER_UPN}, 0),
        ({"uln": ULN, "ccis": "C1"}, {"upn": UPN, "ccis": "C2"}, 0),
    ],
)
def test_of_two_rows_with_one_date_of_birth_an_identifier_that_both_have_tells_two_people(
    one: dict[str, str], other: dict[str, str], count: int
) -> None:
    assert len(find(PERSON | one, UNDATED | other)) == len(find(UNDATED | one, PERSON | other)) == count


def test_a_row_without_date_of_birth_repeats_the_first_that_no_identifier_tells_apart() -> None:
    namesake = PERSON | {"date_of_birth": "2008-01-02"}
    findings = find(PERSON | {"uln": ULN}, namesake, UNDATED | {"uln": OTHER_ULN})
    assert [tell(finding) for finding in findings] == [("C4", word(3, ONE_DATED))]


def test_a_row_that_repeats_one_like_it_is_not_told_of_one_with_or_without_date_too() -> None:
    findings = find(PERSON, UNDATED, UNDATED, PERSON)
    assert [tell(finding) for finding in findings] == [
        ("C3", word(2, ONE_DATED)),
        ("C4", word(3, "name and postcode")),
        ("C5", word(2, "name, date of birth and postcode")),
    ]


@pytest.mark.parametrize("sign", "’‘ʼ´`＇")
def test_apostrophes_of_every_shape_are_one_name(sign: str) -> None:
    assert len(find(PERSON | {"last_name": "O'Brien"}, PERSON | {"last_name": f"O{sign}BRIEN"})) == 1
    assert find(PERSON | {"last_name": f"O{sign}Brien"}, PERSON | {"last_name": "OBrien"}) == []


@pytest.mark.parametrize("sign", "‐‑‒–—―−")
def test_hyphens_of_every_shape_are_one_name(sign: str) -> None:
    assert len(find(PERSON | {"first_name": "Anne-Zoë"}, PERSON | {"first_name": f"Anne{sign}Zoë"})) == 1
    assert find(PERSON | {"first_name": f"Anne{sign}Zoë"}, PERSON | {"first_name": "AnneZoë"}) == []


def test_signs_of_another_shape_are_kept_as_they_are_written() -> None:
    name = "O’Neill–Smith"
    assert check(PERSON | {"last_name": name}).learners.loc[2, "last_name"] == name


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
