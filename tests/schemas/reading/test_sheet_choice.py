"""Which sheet of a workbook is read, and what is said when none can be."""

import pytest

from schemas.reading.limits import ReadingLimits
from schemas.reading.refusals import RefusedError
from tests.schemas.reading.making import GOOD, HEADINGS, LEARNER, MAKERS, Sheet, make_xlsx, read

NOTES = Sheet([["How to fill this in"], ["Ask the office"]], name="Notes")
FORENAMES = Sheet(
    [["Forename", "Surname", "Date of birth", "Postcode"], ["Zoë", "Jones", "2008-09-01", "LS1"]], "Export"
)


@pytest.fixture(params=sorted(MAKERS))
def form(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize(
    "others",
    [
        [NOTES],
        [Sheet([], name="Sheet1")],
        [Sheet([HEADINGS, LEARNER], name="Old", is_hidden=True)],
        [Sheet([HEADINGS], name="Template")],
        [FORENAMES],
        [NOTES, Sheet([], name="Sheet1"), FORENAMES],
    ],
    ids=["notes", "blank", "hidden", "template without rows", "headings much like it", "several"],
)
def test_the_first_visible_sheet_with_headings_and_rows_is_read(form: str, others: list[Sheet]) -> None:
    assert read(MAKERS[form](*others, GOOD)).sheet_name == "Learners"


def test_learners_on_a_second_sheet_are_never_left_out_silently(form: str) -> None:
    with pytest.raises(RefusedError, match="file_second_sheet"):
        read(MAKERS[form](GOOD, Sheet([HEADINGS, LEARNER], name="More")))
    assert read(MAKERS[form](GOOD, Sheet([HEADINGS], name="Blank template"))).sheet_name == "Learners"


def test_headings_much_like_the_templates_are_read_so_that_each_can_be_told(form: str) -> None:
    table = read(MAKERS[form](NOTES, FORENAMES))
    assert table.headings == ["Forename", "Surname", "Date of birth", "Postcode"]


@pytest.mark.parametrize(
    ("sheets", "rule"),
    [
        ([Sheet([])], "file_no_headings"),
        ([NOTES], "file_no_headings"),
        ([Sheet([LEARNER, LEARNER])], "file_no_headings"),
        ([Sheet([HEADINGS[:2], LEARNER])], "file_no_headings"),
        ([Sheet([["UKPRN", "UKPRN", "ukprn"], LEARNER])], "file_no_headings"),
        ([NOTES, Sheet([HEADINGS, LEARNER], is_hidden=True)], "file_no_headings"),
        ([Sheet([HEADINGS])], "file_no_rows"),
        ([Sheet([[], HEADINGS, [" "], [None, ""]])], "file_no_rows"),
        ([NOTES, Sheet([HEADINGS])], "file_no_rows"),
    ],
)
def test_a_workbook_without_headings_or_rows_is_refused(form: str, sheets: list[Sheet], rule: str) -> None:
    with pytest.raises(RefusedError, match=f"^{rule}$"):
        read(MAKERS[form](*sheets))


def test_a_sheet_that_is_too_wide_is_refused_with_its_width() -> None:
    wide = make_xlsx(Sheet([HEADINGS, [*LEARNER, *[None] * 300, "stray"]]))
    with pytest.raises(RefusedError, match=r"^file_too_wide$") as refused:
        read(wide)
    assert refused.value.words == {"column_count": 311, "expected_count": 17}
    assert len(read(wide, ReadingLimits(column_count=311)).headings) == 311
