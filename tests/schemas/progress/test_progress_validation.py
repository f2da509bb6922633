"""The progress sheet is judged by its own rules, all at once, with suggestions."""

from collections.abc import Mapping

import pytest

from schemas.columns import PROGRESS_COLUMNS
from schemas.findings import Finding
from schemas.progress import validate_progress
from tests.schemas.progress.sheets import HEADINGS, make_progress_sheet

LETTERS = dict(zip((column.name for column in PROGRESS_COLUMNS), "ABCDEFGH", strict=True))
SOMEBODY = {"username": "sian.obrien"}


def find(*rows: Mapping[str, str]) -> list[Finding]:
    return validate_progress(make_progress_sheet(*rows)).findings


@pytest.mark.parametrize(
    ("name", "written", "kept"),
    [
        ("username", "Sian.OBrien", "sian.obrien"),
        ("uln", "1000 0000 00", "1000000000"),
        ("uln", "9999999999", None),
        ("has_qualifications", " received", "Received"),
        ("has_reference", "AWAITING", "Awaiting"),
        ("application_count", "05", "5"),
        ("application_count", "3.0", "3"),
        ("offer_count", "0", "0"),
        ("offer_count", "", None),
    ],
)
def test_what_is_meant_is_kept_in_one_spelling(name: str, written: str, kept: str | None) -> None:
    validated = validate_progress(make_progress_sheet(SOMEBODY | {name: written}))
    assert validated.is_valid
    assert validated.learners.loc[2, name] == kept


@pytest.mark.parametrize(
    ("name", "written", "rule", "suggestion"),
    [
        ("username", "no", "progress_unknown_learner", None),
        ("uln", "1000000006", "uln_check_digit", "1000000000"),
        ("uln", "12", "uln_format", None),
        ("has_qualifications", "yes", "progress_state_unknown", "Received"),
        ("has_reference", "Outstanding", "progress_state_unknown", "Awaiting"),
        ("has_reference", "Recieved", "progress_state_unknown", "Received"),
        ("has_reference", "perhaps", "progress_state_unknown", None),
        ("application_count", "three", "progress_count_format", None),
        ("application_count", "5 made", "progress_count_format", "5"),
        ("application_count", "-1", "progress_count_format", None),
        ("application_count", "100", "progress_count_format", None),
        ("offer_count", "1.5", "progress_count_format", None),
        ("offer_count", "12345678901234567890", "progress_count_format", None),
        ("offer_count", "1" * 5000, "progress_count_format", None),
        ("offer_count", "\u0663", "progress_count_format", None),
    ],
)
def test_what_is_wrong_is_told_at_its_cell(name: str, written: str, rule: str, suggestion: str | None) -> None:
    (finding,) = find(SOMEBODY | {name: written})
    assert (finding.rule, finding.cell, finding.suggestion) == (rule, f"{LETTERS[name]}2", suggestion)
    assert written not in finding.message


def test_every_error_of_every_row_is_told_at_once() -> None:
    findings = find(SOMEBODY | {"has_reference": "x", "offer_count": "x"}, {"offer_count": "1"})
    assert [(finding.rule, finding.cell) for finding in findings] == [
        ("progress_state_unknown", "F2"),
        ("progress_count_format", "H2"),
        ("progress_nobody", "A3"),
    ]


def test_more_offers_than_applications_is_a_warning() -> None:
    (finding,) = find(SOMEBODY | {"application_count": "1", "offer_count": "2"})
    assert (finding.rule, finding.severity, finding.cell) == ("progress_more_offers", "warning", "H2")
    assert not find(SOMEBODY | {"offer_count": "2"})


def test_names_are_for_people_and_never_read() -> None:
    assert not find(SOMEBODY | {"first_name": "#REF!", "last_name": "x" * 500})


def test_a_sheet_that_names_nobody_at_all_is_refused_as_a_whole() -> None:
    sheet = make_progress_sheet({"offer_count": "1"}, headings=["Who", "Which", *HEADINGS[2:]])
    rules = {finding.rule for finding in validate_progress(sheet).findings}
    assert "progress_no_keys" in rules


def test_a_heading_that_schools_write_is_told_with_the_templates() -> None:
    sheet = make_progress_sheet(SOMEBODY, headings=[*HEADINGS[:7], "Number of offers"])
    (finding,) = validate_progress(sheet).findings
    assert (finding.rule, finding.suggestion) == ("heading_misspelt", "Offers")
