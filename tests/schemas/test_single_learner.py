"""A learner from a form is judged by the spreadsheet's rules, and told of them in a form's words."""

import re

import pytest

from schemas.single_learner import Judged, judge_learner
from tests.schemas.sheets import GOOD, TODAY

SPREADSHEET_WORDS = re.compile(r"\b(cells?|columns?|rows?|excel|headings?|import|YYYY)\b", re.IGNORECASE)
GOOD_BOXES = {name: value for name, value in GOOD.items() if name != "ukprn"}

POSTCODE = "Write a full UK postcode, for example SW1A 1AA. If it is not known, write ZZ99 3WZ."
EMAIL = "Write a full email address, for example name@example.org, or leave the box blank."
ULN = "This is not a valid ULN: its last digit does not fit the others. Compare it with the learner's record."
NO_LETTER = "This Last name has no letter in it. Write the learner's own; a sign or number can't stand for it."
DATE = "Write the day, the month and the year in numbers, for example 1 9 2008."
SHORTENED = "A spreadsheet has shortened this number and its last digits are lost. Type the whole ULN again."
IN_FUTURE = "The date of birth lies in the future or before 1900. Write the learner's own."
NO_PHONE = "This does not look like a telephone number. It is kept as it was written."
NO_ULN = "9999999999 stands for no ULN. The learner is kept without one."
NO_CCIS = "What was written stands for no CCIS ID. The learner is kept without one."
OLD = "By this date of birth the learner is younger than 11 or older than 25. Check it."


def judge(**boxes: str) -> Judged:
    return judge_learner(GOOD_BOXES | boxes, today=TODAY)


def test_a_learner_in_whom_all_is_right_comes_back_in_the_spelling_that_is_stored() -> None:
    judged = judge(postcode=" sw1a1aa ", gender="female", year_group="12", uln="", last_name="  O'Brien ")
    assert judged.errors == {} and judged.warnings == {}
    assert judged.values == {name: value or None for name, value in GOOD_BOXES.items()}


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("first_name", "", "Enter the first name."),
        ("last_name", "   ", "Enter the last name."),
        ("last_name", "?", NO_LETTER),
        ("postcode", "", "Enter the postcode."),
        ("postcode", "SW1A 1A", POSTCODE),
        ("postcode", "5W1A 1AA", f"{POSTCODE} Did you mean SW1A 1AA?"),
        ("street", "x" * 101, "This must be 100 characters or fewer."),
        ("ccis", "x" * 51, "This must be 50 characters or fewer."),
        ("email", "sian@example,org", f"{EMAIL} Did you mean sian@example.org?"),
        ("uln", "123", "Write the ULN as 10 digits, or leave the box blank."),
        ("uln", "1234567890", f"{ULN} Did you mean 1234567899?"),
        ("date_of_birth", "2008-02-30", "There is no such date. Look at the day and the month again."),
        ("date_of_birth", "1 Sep 2008", f"{DATE} Did you mean 1 September 2008?"),
        ("date_of_birth", "2030-01-01", IN_FUTURE),
        ("gender", "Femal", "Choose one of the four genders, or leave it open. Did you mean Female?"),
        ("street", "#REF!", "This is an error from a spreadsheet. Type the street in again."),
        ("uln", "1.23457E+09", SHORTENED),
    ],
)
def test_what_is_wrong_is_told_at_its_box_with_what_is_suggested(name: str, value: str, message: str) -> None:
    judged = judge(**{name: value})
    assert judged.errors == {name: message}


@pytest.mark.parametrize(
    ("name", "value", "stored", "message"),
    [
        ("telephone", "12", "12", NO_PHONE),
        ("uln", "9999999999", None, NO_ULN),
        ("ccis", "TBC", None, NO_CCIS),
        ("date_of_birth", "1990-01-01", "1990-01-01", OLD),
    ],
)
def test_what_should_be_looked_at_again_is_a_warning_and_stops_nothing(
    name: str, value: str, stored: str | None, message: str
) -> None:
    judged = judge(**{name: value})
    assert judged.errors == {}
    assert (judged.warnings, judged.values[name]) == ({name: message}, stored)


def test_all_that_is_wrong_is_told_at_once() -> None:
    judged = judge(first_name="", postcode="", email="sian", upn="x", telephone="12")
    assert list(judged.errors) == ["first_name", "email", "postcode", "upn"]
    assert list(judged.warnings) == ["telephone"]


ODD = ["#REF!", "#UNSAVED!", "a\x00b", "1.5E+09", "39692", "12.0", "01/09/08", "1/9/2008", "2008-09-01 23:00"]
ODD += ["\ufffd", "x" * 300, "Femal", "Mandatory", "Ã©mile", "12345678", "1 Sept 2008", "?", "@", "9999999999"]


@pytest.mark.parametrize("value", ODD)
def test_no_message_speaks_of_a_spreadsheets_parts(value: str) -> None:
    judged = judge(**dict.fromkeys(GOOD_BOXES, value))
    assert judged.errors
    for message in [*judged.errors.values(), *judged.warnings.values()]:
        assert not SPREADSHEET_WORDS.search(message), message


def test_a_value_that_fits_another_box_is_not_taken_for_a_row_out_of_place() -> None:
    judged = judge(email="SW1A 1AA", postcode="01632 960123", uln="Female", gender="2009-09-01")
    assert set(judged.errors) == {"email", "postcode", "uln", "gender"}
