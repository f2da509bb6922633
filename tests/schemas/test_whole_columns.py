"""What a whole column proves: another provider's file, a number dragged down, zeros lost."""

import pytest

from schemas.findings import Finding
from schemas.rules import RULES
from tests.schemas.sheets import UKPRN, Cell, check, error, number

OTHER = "10009999"


def find(name: str, *values: str | Cell) -> list[Finding]:
    return check(*[{name: value} for value in values]).findings


def tell(name: str, *values: str | Cell) -> list[tuple[int | None, str, str | None]]:
    return [(finding.row_number, finding.rule, finding.suggestion) for finding in find(name, *values)]


def test_one_other_ukprn_throughout_is_another_providers_file_and_nothing_is_suggested() -> None:
    findings = find("ukprn", OTHER, number(OTHER), f" {OTHER}")
    assert [(finding.rule, finding.suggestion) for finding in findings] == [("ukprn_other_provider", None)] * 3
    assert {finding.message for finding in findings} == {RULES["ukprn_other_provider"].message.format(ukprn=UKPRN)}


@pytest.mark.parametrize(
    "values",
    [[OTHER, UKPRN], [OTHER, "10008888"], [OTHER] * 20 + [UKPRN], ["1000999"] * 2, [OTHER] * 8 + ["10009998"]],
)
def test_without_one_ukprn_throughout_each_row_is_told_alone(values: list[str]) -> None:
    assert "ukprn_other_provider" not in [rule for _, rule, _ in tell("ukprn", *values)]


def test_a_learner_alone_can_be_another_providers() -> None:
    assert tell("ukprn", OTHER) == [(2, "ukprn_other_provider", None)]
    assert tell("ukprn", "10001243") == [(2, "ukprn_other_provider", None)]


@pytest.mark.parametrize("odd", ["", "1000999", "10009998", "10001235", error("#N/A"), "1.0009999E7", "10009998.0"])
def test_in_another_providers_file_the_own_ukprn_is_suggested_nowhere(odd: str | Cell) -> None:
    findings = find("ukprn", *[OTHER] * 9, odd)
    assert [finding.rule for finding in findings[:9]] == ["ukprn_other_provider"] * 9
    assert {finding.suggestion for finding in findings} == {None}
    assert len(findings) == 10


def test_two_other_providers_learners_are_not_ours_either() -> None:
    values = [*[OTHER] * 3, *["10008888"] * 3, "", "1000123", UKPRN]
    assert {(row, suggestion) for row, _, suggestion in tell("ukprn", *values)} == {(row, None) for row in range(2, 10)}


@pytest.mark.parametrize(
    ("values", "suggestion"),
    [
        ([UKPRN] * 9 + [OTHER], UKPRN),
        ([UKPRN] * 8 + [OTHER] * 2, None),
        ([UKPRN, "10001243"], UKPRN),
        ([UKPRN, "10001934"], UKPRN),
        ([UKPRN, "10001253"], None),
        ([UKPRN, "10001934", "10001934"], None),
        ([UKPRN, OTHER, "1000123"], UKPRN),
        ([UKPRN, OTHER, OTHER, ""], None),
        ([UKPRN, OTHER, OTHER, error("#REF!")], None),
        ([OTHER, UKPRN, "10001235", "10001236", ""], UKPRN),
        (["", "1000123"], UKPRN),
        ([OTHER, OTHER, f"{UKPRN}.0"], UKPRN),
    ],
)
def test_the_own_ukprn_is_suggested_where_it_was_probably_meant(values: list[str | Cell], suggestion: str) -> None:
    assert find("ukprn", *values)[-1].suggestion == suggestion


def test_a_ukprn_dragged_down_counts_up_and_the_providers_own_is_suggested() -> None:
    assert tell("ukprn", "10001234", "10001235", "10001236", number("10001237")) == [
        (row, "ukprn_counted_up", UKPRN) for row in (3, 4, 5)
    ]


def test_a_run_may_begin_anywhere_and_two_rows_are_a_run_only_when_they_are_all() -> None:
    found = tell("ukprn", UKPRN, UKPRN, "10001235", "10001236", OTHER, UKPRN, "10001235")
    assert found == [
        (4, "ukprn_counted_up", UKPRN),
        (5, "ukprn_counted_up", UKPRN),
        (6, "ukprn_mismatch", None),
        (8, "ukprn_mismatch", UKPRN),
    ]
    assert [rule for _, rule, _ in tell("ukprn", UKPRN, "10001235")] == ["ukprn_counted_up"]


@pytest.mark.parametrize("values", [["10001233", UKPRN, "10001235"], [UKPRN, "10001236", "10001238"]])
def test_what_does_not_count_up_from_the_providers_own_is_another_ukprn(values: list[str]) -> None:
    assert {rule for _, rule, _ in tell("ukprn", *values)} == {"ukprn_mismatch"}


WHOLE = ["001234", "012345", "123456"]


def test_numbers_shorter_than_the_texts_beside_them_lost_their_zeros() -> None:
    findings = find("ccis", *WHOLE, number("4321"), number("654321"), number("7"))
    assert [(finding.row_number, finding.rule, finding.suggestion) for finding in findings] == [
        (5, "leading_zeros_lost", "004321"),
        (7, "leading_zeros_lost", "000007"),
    ]
    assert {finding.message for finding in findings} == {
        RULES["leading_zeros_lost"].message.format(heading="CCIS", width=6)
    }


def test_texts_of_digits_lost_them_too_when_most_are_whole() -> None:
    assert tell("ccis", *WHOLE, "4321") == [(5, "leading_zeros_lost", "004321")]


@pytest.mark.parametrize(
    "values",
    [
        [*WHOLE[:2], number("4321")],
        ["112345", "123456", "234567", number("4321")],
        [*WHOLE, "01234", number("4321")],
        [*WHOLE, "AB12", number("4321")],
        [*WHOLE, "1234567", number("4321")],
        [*WHOLE, "1", "2", "3", "4"],
    ],
)
def test_without_strong_evidence_a_short_number_is_right(values: list[str | Cell]) -> None:
    assert tell("ccis", *values) == []


def test_damaged_cells_are_no_evidence() -> None:
    assert [rule for _, rule, _ in tell("ccis", *WHOLE[:2], error("034567"), number("4321"))] == ["cell_error"]


def test_a_wrong_identifier_with_an_ending_is_told_as_wrong() -> None:
    assert tell("ukprn", UKPRN, "10009999.0") == [(3, "ukprn_mismatch", None)]
    assert tell("year_group", "6.0") == [(2, "year_group_unknown", None)]
    assert check({"uln": "1000000043.0"}).is_valid
