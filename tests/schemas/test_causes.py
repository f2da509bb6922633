"""Findings are grouped by cause, largest first, and the headline says what few causes explain."""

import pytest

from schemas.causes import find_headline, format_rows, group_causes
from schemas.findings import Finding, file_finding


def find(count: int, rule: str, column: str = "Dob", severity: str = "error", first_row: int = 2) -> list[Finding]:
    rows = range(first_row, first_row + count)
    return [Finding(rule, severity, row, column, f"A{row}", f"Mend {rule}.") for row in rows]


def headline(*counts: int) -> str | None:
    return find_headline(group_causes([finding for index, n in enumerate(counts) for finding in find(n, f"r{index}")]))


def test_errors_come_before_warnings_and_the_largest_cause_first() -> None:
    findings = [*find(9, "w", severity="warning"), *find(1, "a"), *find(3, "b", first_row=7), *find(3, "c")]
    causes = group_causes(findings)
    assert [(cause.severity, cause.message, cause.finding_count) for cause in causes] == [
        ("error", "Mend c.", 3),
        ("error", "Mend b.", 3),
        ("error", "Mend a.", 1),
        ("warning", "Mend w.", 9),
    ]
    assert causes[1].where == "Dob, rows 7 to 9"


def test_the_same_said_of_two_columns_is_two_causes() -> None:
    assert [cause.where for cause in group_causes([*find(2, "a"), *find(1, "a", "ULN")])] == [
        "Dob, rows 2 and 3",
        "ULN, row 2",
    ]


@pytest.mark.parametrize(
    "rule",
    ["duplicate_row", "match_ambiguous", "match_shared", "identifier_taken", "person_replaced", "identifier_changed"],
)
def test_rows_whose_messages_name_others_are_one_cause(rule: str) -> None:
    rows = [Finding(rule, "error", row, "ULN", f"L{row}", f"The same as row {row - 1}.") for row in range(3, 43)]
    (cause,) = group_causes(rows)
    assert (cause.finding_count, cause.where) == (40, "ULN, rows 3 to 42")
    assert "row" in cause.message and not any(character.isdigit() for character in cause.message)
    assert group_causes(rows[:1])[0].message == "The same as row 2."


def test_a_fault_of_the_whole_file_counts_once() -> None:
    (cause,) = group_causes([file_finding("file_damaged")])
    assert (cause.finding_count, cause.where) == (1, "The whole file")


def test_what_is_said_of_headings_is_not_said_of_the_whole_file() -> None:
    findings = [
        file_finding("heading_blank", letters="R"),
        file_finding("heading_missing", column="Dob", heading="Dob"),
    ]
    assert sorted(cause.where for cause in group_causes(findings)) == ["Dob", "Headings"]


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((340, 5, 4, 3), "One cause explains 340 of 352 errors."),
        ((340,), "One cause explains all 340 errors."),
        ((1500, 600, 5), "Two causes explain 2,100 of 2,105 errors."),
        ((10, 10, 10), "Three causes explain all 30 errors."),
        ((2,), "One cause explains both errors."),
        ((8, 1, 1), "One cause explains 8 of 10 errors."),
        ((1,), None),
        ((1, 1), None),
        ((1, 1, 1, 1, 1), None),
        ((2, 1, 1, 1), None),
        ((3,) * 20, None),
        ((), None),
    ],
)
def test_the_headline_names_the_fewest_causes_that_explain_most(counts: tuple[int, ...], expected: str | None) -> None:
    assert headline(*counts) == expected


def test_warnings_have_no_part_in_the_headline() -> None:
    findings = [*find(4, "a"), *find(100, "w", severity="warning")]
    assert find_headline(group_causes(findings)) == "One cause explains all 4 errors."
    assert find_headline(group_causes(findings[4:])) is None


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ([5], "row 5"),
        ([7, 7], "row 7"),
        ([2, 3], "rows 2 and 3"),
        ([2, 3, 4, 9], "rows 2 to 4 and 9"),
        (list(range(2, 62, 2)), "rows 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24 and 18 more"),
    ],
)
def test_row_numbers_are_written_as_people_do(numbers: list[int], words: str) -> None:
    assert format_rows(numbers) == words
