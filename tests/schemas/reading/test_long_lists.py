"""A list of more learners than a file may hold is told so, with how to split it; other rows are not counted."""

from collections.abc import Callable

import pytest

from schemas.findings import file_finding
from schemas.reading.limits import ReadingLimits
from schemas.reading.refusals import RefusedError
from tests.schemas.reading.making import (
    HEADINGS,
    LEARNER,
    TEMPLATE_ROWS,
    Sheet,
    make_csv,
    make_ods,
    make_parts,
    make_xls,
    make_xlsx,
    read,
    text_row,
)

THREE = ReadingLimits(learner_count=3)
MAKERS = [make_xls, make_xlsx, make_ods, make_csv]
every_format = pytest.mark.parametrize("make", MAKERS)


@every_format
def test_a_list_of_one_learner_too_many_is_refused(make: Callable[[Sheet], bytes]) -> None:
    with pytest.raises(RefusedError, match=r"^file_too_long$") as refused:
        read(make(Sheet([HEADINGS, *[LEARNER] * 4])), THREE)
    assert refused.value.words == {"row_count": 5, "learner_limit": 3, "file_count": 2}


@every_format
def test_titles_headings_and_blank_rows_are_no_learners(make: Callable[[Sheet], bytes]) -> None:
    blank: list[str] = [""] * len(LEARNER)
    table = read(make(Sheet([["Our learners"], ["of 2026"], HEADINGS, LEARNER, blank, LEARNER, LEARNER])), THREE)
    assert table.row_count == 3


def test_a_far_longer_list_is_refused_before_its_cells_are_taken() -> None:
    """What calamine would break down on stands in it: it is given the beginning only."""
    rows = [text_row(number, LEARNER) for number in range(2, 302)]
    rows[250] = '<row r="252"><c r="A252" t="s"><v>4294967295</v></c></row>'
    with pytest.raises(RefusedError, match=r"^file_too_long$") as refused:
        read(make_parts(text_row(1, HEADINGS) + "".join(rows)), ReadingLimits(learner_count=100))
    assert refused.value.words == {"row_count": 301, "learner_limit": 100, "file_count": 4}


def test_rows_that_are_only_formatted_are_not_counted() -> None:
    formatted = "".join(f'<row r="{row}"><c r="A{row}" s="1"/></row>' for row in range(3, 500))
    assert read(make_parts(TEMPLATE_ROWS + formatted), THREE).row_numbers == [2]


def test_a_far_longer_sheet_of_something_else_refuses_nothing() -> None:
    marks = Sheet([["Mark"], *[["A"]] * 200], name="Marks")
    table = read(make_xlsx(marks, Sheet([HEADINGS, LEARNER])), THREE)
    assert (table.sheet_name, table.row_count) == ("Learners", 1)


def test_the_message_says_into_how_many_files_of_what() -> None:
    words = {"row_count": 1_048_576, "learner_limit": 250_000, "file_count": 5}
    message = file_finding("file_too_long", **words).message  # type: ignore[arg-type]
    assert "1,048,576 rows" in message
    assert "Split them over 5 files: give each the row of headings at its top and up to 250,000 learners" in message
