"""Values that someone types into a form are judged as the cells of a spreadsheet are."""

from datetime import date
from typing import Any

import pytest

from schemas.columns import COLUMNS
from schemas.table import CellKind, SheetTable
from schemas.validation import judge_values, validate

TODAY = date(2026, 11, 23)
UKPRN = "10001234"
RIGHT = {"ukprn": UKPRN, "first_name": "Zoë", "last_name": "Quill", "postcode": "ZZ99 3VZ"}


def judge(**values: str) -> tuple[dict[str, Any], list[tuple[str, str, str | None]]]:
    judged = judge_values(values, today=TODAY)
    learner = judged.learners.loc[2]
    found = [(finding.column or "", finding.rule, finding.suggestion) for finding in judged.findings]
    return {name: learner[name] for name in values}, found


@pytest.mark.parametrize(
    ("name", "typed", "kept"),
    [
        ("first_name", "  Zoë\u200b  Ann ", "Zoë Ann"),
        ("email", "zoe@example.org", "zoe@example.org"),
        ("telephone", "07700 900123", "07700 900123"),
        ("postcode", "sw1a1aa", "SW1A 1AA"),
        ("year_group", "12", "Year 12"),
        ("email", "", None),
    ],
)
def test_a_right_value_comes_in_its_canonical_form(name: str, typed: str, kept: str | None) -> None:
    assert judge(**{name: typed}) == ({name: kept}, [])


@pytest.mark.parametrize(
    ("name", "typed", "found"),
    [
        ("first_name", "", ("First name", "mandatory_missing", None)),
        ("first_name", "?", ("First name", "name_without_letters", None)),
        ("last_name", "x" * 101, ("Last name", "too_long", None)),
        ("last_name", "Qu\x00ill", ("Last name", "character_invalid", None)),
        ("email", "zoe@example.con", ("Email address", "email_invalid", "zoe@example.com")),
        ("telephone", "none", ("Telephone", "telephone_implausible", None)),
        ("telephone", "7700900123", ("Telephone", "telephone_zero_restored", "07700900123")),
        ("date_of_birth", "2009-02-30", ("Dob", "dob_not_real", None)),
    ],
)
def test_a_wrong_value_is_found_as_in_a_spreadsheet(name: str, typed: str, found: tuple[str, str, str | None]) -> None:
    assert judge(**{name: typed})[1] == [found]
    values = RIGHT | {name: typed}
    headings = [column.heading for column in COLUMNS if column.name in values]
    texts = [[values[column.name]] for column in COLUMNS if column.name in values]
    kinds = [bytes([CellKind.TEXT if text else CellKind.BLANK]) for (text,) in texts]
    of_sheet = validate(SheetTable("Learners", headings, 1, [2], texts, kinds), ukprn=UKPRN, today=TODAY)
    assert [(finding.column, finding.rule, finding.suggestion) for finding in of_sheet.findings] == [found]


def test_only_what_was_typed_is_asked_for() -> None:
    assert judge(email="zoe@example.org") == ({"email": "zoe@example.org"}, [])
    assert judge() == ({}, [])
