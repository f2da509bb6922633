"""Which row of a sheet is its headings, and what becomes of what stands above it."""

from typing import Any

import pytest

from schemas.reading.outline import ROWS_LOOKED_AT
from schemas.reading.refusals import RefusedError
from tests.schemas.reading.making import GOOD, HEADINGS, LEARNER, MAKERS, Sheet, make_parts, read, row_of, text_row

EXPORT = ["Forename", "Surname", "Date of birth", "Home postcode", "Sex"]


@pytest.fixture(params=sorted(MAKERS))
def form(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_headings_may_stand_under_a_title(form: str) -> None:
    title: list[list[Any]] = [["Northfield School"], [], [None, "Learners for 2026", None, 7], ["", " "]]
    table = read(MAKERS[form](Sheet([*title, HEADINGS, LEARNER, [], LEARNER])))
    assert (table.heading_row_number, table.row_numbers) == (5, [6, 8])
    assert table.headings == HEADINGS
    assert row_of(table, 0)[:10] == LEARNER
    assert table.above == ((1, 0, "Northfield School"), (3, 1, "Learners for 2026"), (3, 3, "7"))
    assert table.remarks == ()


def test_a_title_merged_over_two_rows_changes_nothing(form: str) -> None:
    merges = [(0, 1, 0, 16), (2, 2, 0, 3)]
    table = read(MAKERS[form](Sheet([["Northfield School"], [], ["Pupil"], HEADINGS, LEARNER, LEARNER], merges=merges)))
    assert (table.headings, table.row_numbers, table.remarks) == (HEADINGS, [5, 6], ())
    assert table.above == ((1, 0, "Northfield School"), (3, 0, "Pupil"))


def test_headings_on_row_5_of_the_third_sheet_are_found(form: str) -> None:
    notes = [Sheet([["Read me"], ["UKPRN", "8 digits"]], name=name) for name in ("Notes", "More notes")]
    table = read(MAKERS[form](*notes, Sheet([["Title"], [], [], [], HEADINGS, LEARNER], name="Year 12")))
    assert (table.sheet_name, table.heading_row_number, table.row_numbers) == ("Year 12", 5, [6])


def test_a_row_of_groups_above_the_headings_is_not_taken_for_them(form: str) -> None:
    groups = ["Provider reference number", "Year", "Name", None, "Email", "Address"]
    table = read(MAKERS[form](Sheet([groups, HEADINGS, LEARNER])))
    assert (table.heading_row_number, table.row_count) == (2, 1)


def test_the_templates_headings_outrank_more_headings_of_another_kind(form: str) -> None:
    table = read(MAKERS[form](Sheet([EXPORT, ["First name", "Last name", "UKPRN"], ["Zoë", "Jones", "10001234"]])))
    assert (table.headings[:3], table.row_count) == (["First name", "Last name", "UKPRN"], 1)


def test_headings_that_are_repeated_further_down_are_rows(form: str) -> None:
    """Lists printed page by page repeat them; validation says what is wrong with such a row."""
    table = read(MAKERS[form](Sheet([HEADINGS, LEARNER, HEADINGS, LEARNER])))
    assert (table.heading_row_number, table.row_numbers) == (1, [2, 3, 4])


def test_a_learner_who_lives_in_a_town_called_street_is_no_heading_row(form: str) -> None:
    learner = [*LEARNER]
    learner[2:4], learner[6:9] = ["Area", "Born"], ["Street", "Village", "City"]
    headings = ["UKPRN", "Last name", "Postcode", *["x"] * 7]
    table = read(MAKERS[form](Sheet([HEADINGS, learner, learner])))
    assert (table.heading_row_number, table.row_count) == (1, 2)
    table = read(MAKERS[form](Sheet([headings, learner])))
    assert (table.heading_row_number, table.row_count) == (1, 1)


def test_headings_are_looked_for_in_the_first_rows_only(form: str) -> None:
    titles = [[f"Line {number}"] for number in range(ROWS_LOOKED_AT)]
    table = read(MAKERS[form](Sheet([*titles[1:], [], HEADINGS, LEARNER])))
    assert (table.heading_row_number, len(table.above)) == (ROWS_LOOKED_AT + 1, ROWS_LOOKED_AT - 1)
    with pytest.raises(RefusedError, match=r"^file_no_headings$"):
        read(MAKERS[form](Sheet([*titles, HEADINGS, LEARNER])))


def test_what_stands_above_the_headings_is_kept_within_bounds(form: str) -> None:
    table = read(MAKERS[form](Sheet([["x" * 5000], HEADINGS, LEARNER])))
    assert table.above == ((1, 0, "x" * 1000),)


def test_headings_may_be_formulas_with_saved_results() -> None:
    cells = "".join(f'<c t="str"><f>Sheet2!A1</f><v>{heading}</v></c>' for heading in HEADINGS)
    table = read(make_parts(f'<row r="1">{cells}</row>' + text_row(2, LEARNER)))
    assert (table.headings, table.row_count) == (HEADINGS, 1)


def test_headings_in_the_first_row_are_read_as_ever(form: str) -> None:
    table = read(MAKERS[form](GOOD))
    assert (table.heading_row_number, table.above, table.remarks) == (1, (), ())
