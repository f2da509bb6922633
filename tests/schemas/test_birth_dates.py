"""Which dates of birth are real, of school age, and what other spellings mean, only where it can be one thing."""

from datetime import date, timedelta

import pytest

from schemas.judging.birth_dates import are_of_age, are_real
from schemas.suggesting.written_dates import read_date, read_serials
from tests.schemas.sheets import TODAY


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2008/09/01", "2008-09-01"),
        ("2008.9.1", "2008-09-01"),
        ("2008-9-1", "2008-09-01"),
        ("20080901", "2008-09-01"),
        ("2008-09-01T00:00:00", "2008-09-01"),
        ("2008-09-01 00:00:00.000", "2008-09-01"),
        ("1 September 2008", "2008-09-01"),
        ("1st of Sept. 2008", "2008-09-01"),
        ("01-Sep-2008", "2008-09-01"),
        ("September 1, 2008", "2008-09-01"),
        ("Monday, 1 September 2008", "2008-09-01"),
        ("Mon 01 Sep 2008", "2008-09-01"),
        ("25/12/2008", "2008-12-25"),
        ("12/25/2008", "2008-12-25"),
        ("25.12.2008 00:00", "2008-12-25"),
        ("09/09/2008", "2008-09-09"),
        ("2008\u201309\u201301", "2008-09-01"),
        ("01/09/2008", None),
        ("01/09/08", None),
        ("01-Sep-08", "2008-09-01"),
        ("25/12/08", "2008-12-25"),
        ("01-Sep-21", None),
        ("30/02/2008", None),
        ("20081301", None),
        ("1 Septober 2008", None),
        ("01/09/2027", None),
        ("01/01/1899", None),
        ("2008", None),
        ("September 2008", None),
        ("today", None),
    ],
)
def test_a_text_alone_is_read_where_only_one_date_can_be_meant(text: str, meant: str | None) -> None:
    assert read_date(text, TODAY) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("40057", "2009-09-01"),
        ("40057.5", "2009-09-01"),
        ("40056.7", "2009-08-31"),
        ("40056.9994907407", "2009-09-01"),
        ("46349", None),  # today
        ("12345", None),
        ("4005", None),
        ("040057", None),
        ("2009-09-01", None),
    ],
)
def test_a_number_is_a_date_of_birth_when_excel_means_one_of_school_age_by_it(text: str, meant: str | None) -> None:
    assert read_serials([text], TODAY) == [meant]


@pytest.mark.parametrize(("text", "meant"), [("38595", "2009-09-01"), ("35946", "2002-06-01"), ("40057", "2013-09-02")])
def test_a_number_means_another_date_in_a_workbook_that_counts_from_1904(text: str, meant: str) -> None:
    assert read_serials([text], TODAY, is_1904=True) == [meant]


def test_a_date_is_real_exactly_when_the_calendar_has_it() -> None:
    real = [(date(1899, 12, 25) + timedelta(days)).isoformat() for days in range(0, 60_000, 7)]
    assert are_real(real).all()
    unreal = ["2009-02-29", "1900-02-29", "2008-00-01", "2008-01-00", "2008-04-31", "2008-13-01", "0000-01-01"]
    assert not are_real([*unreal, "2008-1-1", ""]).any()
    assert are_real(["2000-02-29", "9999-12-31"]).all()


def test_a_leap_day_counts_in_ages() -> None:
    leap_day = date(2024, 2, 29)
    assert are_of_age(["2013-02-28", "2013-03-01", "1998-03-01", "1998-02-28"], leap_day).tolist() == [
        True,
        False,
        True,
        False,
    ]
    assert are_of_age(["2012-02-29"], date(2023, 2, 28)).tolist() == [False]
    assert are_of_age(["2012-02-29"], date(2023, 3, 1)).tolist() == [True]
