"""Headings are matched kindly, and what is wrong with them is said of the whole file."""

from dataclasses import replace

import pytest

from schemas.findings import Finding
from schemas.table import SheetTable
from schemas.validation import Validated, validate
from tests.schemas.sheets import GOOD, HEADINGS, TODAY, UKPRN, make_sheet


def with_headings(**renamed: str) -> SheetTable:
    headings = [renamed.get(name, heading) for name, heading in zip(GOOD, HEADINGS, strict=True)]
    return make_sheet({}, headings=headings)


def with_column(heading: str, texts: list[str]) -> SheetTable:
    """Put one more column, R, to the right."""
    sheet = make_sheet({}, {})
    return replace(
        sheet,
        headings=[*sheet.headings, heading],
        texts=[*sheet.texts, texts],
        kinds=[*sheet.kinds, bytes(len(texts))],
    )


def judge(sheet: SheetTable) -> Validated:
    return validate(sheet, ukprn=UKPRN, today=TODAY)


def without_column(name: str) -> SheetTable:
    sheet = make_sheet({})
    index = list(GOOD).index(name)
    return replace(
        sheet,
        headings=sheet.headings[:index] + sheet.headings[index + 1 :],
        texts=sheet.texts[:index] + sheet.texts[index + 1 :],
        kinds=sheet.kinds[:index] + sheet.kinds[index + 1 :],
    )


@pytest.mark.parametrize(
    "heading",
    ["first name", "FIRST NAME", " First\u00a0 name ", "FirstName", "First_name", "First\nname", "First name:"],
)
def test_case_spacing_and_punctuation_of_a_heading_do_not_count(heading: str) -> None:
    validated = judge(with_headings(first_name=heading))
    assert validated.findings == []
    assert validated.learners["first_name"].tolist() == ["Siân 0"]


def test_the_order_of_columns_does_not_count() -> None:
    sheet = make_sheet({"gender": "F"})
    validated = judge(replace(sheet, headings=sheet.headings[::-1], texts=sheet.texts[::-1], kinds=sheet.kinds[::-1]))
    assert [finding.cell for finding in validated.findings] == ["B2"]
    assert validated.positions["ukprn"] == 16
    assert validated.learners.loc[2, "last_name"] == "O'Brien"


@pytest.mark.parametrize("name", ["ukprn", "first_name", "last_name", "postcode"])
def test_a_missing_mandatory_heading_is_one_finding_on_the_file(name: str) -> None:
    heading = HEADINGS[list(GOOD).index(name)]
    message = f'There is no column headed "{heading}", which is mandatory. Add it to the row of headings.'
    validated = judge(without_column(name))
    assert validated.findings == [Finding("heading_missing", "error", None, heading, None, message)]
    assert name not in validated.positions


@pytest.mark.parametrize("name", ["year_group", "uln", "date_of_birth", "ethnicity"])
def test_an_optional_column_may_be_left_out_and_its_values_are_none(name: str) -> None:
    validated = judge(without_column(name))
    assert validated.findings == []
    assert validated.learners[name].tolist() == [None]


def test_the_other_columns_are_judged_though_a_mandatory_heading_is_missing() -> None:
    sheet = make_sheet(
        {"postcode": "?", "gender": "F"}, headings=[heading.replace("UKPRN", "") for heading in HEADINGS]
    )
    rules = [finding.rule for finding in judge(sheet).findings]
    assert rules == ["heading_missing", "heading_blank", "postcode_invalid", "gender_unknown"]


@pytest.mark.parametrize(
    ("name", "heading", "suggestion"),
    [
        ("last_name", "Surname", "Last name"),
        ("first_name", "FORENAME", "First name"),
        ("date_of_birth", "Date of birth", "Dob"),
        ("gender", "Sex", "Gender"),
        ("gender", "Gendeer", "Gender"),
        ("postcode", "Post-cod", "Postcode"),
        ("ethnicity", "Ethnic origin", "Ethnicity"),
        ("email", "E-mail", "Email address"),
    ],
)
def test_an_unknown_heading_gets_the_heading_that_was_meant(name: str, heading: str, suggestion: str) -> None:
    letters = "ABCDEFGHIJKLMNOPQ"[list(GOOD).index(name)]
    message = (
        f'The heading of column {letters} is not one of the template\'s. Write "{suggestion}" there, if that is what '
        "the column holds; else delete the column."
    )
    assert judge(with_headings(**{name: heading})).findings == [
        Finding("heading_misspelt", "error", None, None, None, message, suggestion, heading)
    ]


@pytest.mark.parametrize("remark", [" (mandatory)", "*", " - required", " [optional]"])
def test_a_remark_on_the_template_added_to_a_heading_does_not_count(remark: str) -> None:
    assert judge(with_headings(first_name=f"First name{remark}")).findings == []


def test_whose_address_it_is_does_count() -> None:
    assert not judge(with_headings(email="Email address (parent)")).is_valid


def test_a_synonym_is_never_applied_and_the_cells_below_it_are_judged_in_the_same_round() -> None:
    validated = judge(make_sheet({"gender": "F"}, headings=[text.replace("Gender", "Sex") for text in HEADINGS]))
    found = [(finding.rule, finding.cell, finding.suggestion) for finding in validated.findings]
    assert found == [("heading_misspelt", None, "Gender"), ("gender_unknown", "P2", "Female")]


def test_a_heading_that_the_sheet_has_already_is_not_suggested_again() -> None:
    assert [finding.rule for finding in judge(with_column("Surname", ["", ""])).findings] == ["heading_unknown"]


def test_of_two_headings_that_may_mean_the_same_the_fuller_column_is_taken() -> None:
    headings = ["Mobile" if heading == "Telephone" else heading for heading in HEADINGS]
    sheet = with_column("Phone", ["07700 900123", ""])
    found = judge(replace(sheet, headings=[*headings, "Phone"])).findings
    assert [(finding.rule, finding.value) for finding in found] == [
        ("heading_misspelt", "Mobile"),
        ("heading_unknown", "Phone"),
    ]


def test_headings_like_none_of_the_templates_are_one_finding_that_names_their_columns() -> None:
    sheet = make_sheet({}, headings=["Shoe size", *HEADINGS[1:12], "Hat", "Coat", "Dob", "Glove", "Ethnicity"])
    unknown = [finding for finding in judge(sheet).findings if finding.rule == "heading_unknown"]
    message = (
        "Columns headed with what is none of the template's headings: A, M, N and P. Delete what is not to be "
        "imported, or correct the heading."
    )
    assert unknown == [
        Finding("heading_unknown", "error", None, None, None, message, None, "Shoe size, Hat, Coat, Glove")
    ]


def test_a_doubled_heading_is_one_finding_that_names_its_columns() -> None:
    message = 'The heading "Gender" stands over more than one column (P and R). Keep one and delete the others.'
    assert judge(with_column("GENDER", ["", ""])).findings == [
        Finding("heading_doubled", "error", None, "Gender", None, message)
    ]


def test_of_doubled_columns_the_fuller_one_is_judged() -> None:
    sheet = with_column("First name", ["Owain", "Rhys"])
    blank = replace(sheet, texts=[*sheet.texts[:2], ["", ""], *sheet.texts[3:]])
    validated = judge(blank)
    assert [finding.rule for finding in validated.findings] == ["heading_doubled"]
    assert validated.positions["first_name"] == 17


def test_a_blank_heading_over_values_is_a_finding_and_over_nothing_is_not() -> None:
    message = "Column R holds values and has no heading. Give it one of the template's headings, or clear it."
    assert judge(with_column(" ", ["", "x"])).findings == [Finding("heading_blank", "error", None, None, None, message)]
    assert judge(with_column(" ", ["", " "])).findings == []
    assert judge(with_column("\u200b", ["", "\u200b \ufeff"])).findings == []


def test_no_message_quotes_a_heading_that_could_be_a_learners_row() -> None:
    row = [str(index) if index % 2 else f"Llewellyn {index}" for index in range(17)]
    findings = judge(make_sheet({}, headings=row)).findings
    assert {finding.rule for finding in findings} == {"heading_missing", "heading_unknown"}
    assert not any("Llewellyn" in finding.message for finding in findings)


def test_a_heading_with_broken_characters_is_shown_with_marks() -> None:
    assert judge(with_column("Form\x00\ud800", ["", ""])).findings[0].value == "Form\ufffd\ufffd"
