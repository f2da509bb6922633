"""Which sheet of a workbook is read, and what is said when none can be."""

import pytest

from schemas.reading.limits import ReadingLimits
from schemas.reading.refusals import RefusedError
from schemas.table import Remark
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


CONTACTS = Sheet([["First name", "Last name", "Email address"], ["Ann", "Lee", "ann@school.example"]], name="Contacts")
LISTS = Sheet([["Gender", "Ethnicity", "Learner year group"], ["Female", "Irish", "Year 12"]], name="Lists")
CAUSES = Sheet([["Kind", "How many", "Where", "What to do"], ["Error", 3, "ULN", "Type it again"]], name="Causes")


@pytest.mark.parametrize("sheets", [[CONTACTS, GOOD], [GOOD, CONTACTS], [CONTACTS, CAUSES, GOOD]])
def test_a_list_of_contacts_beside_the_learners_is_left_out_and_named(form: str, sheets: list[Sheet]) -> None:
    table = read(MAKERS[form](*sheets))
    assert table.sheet_name == "Learners"
    assert table.remarks == (Remark("sheet_left_out", None, {"sheet_number": sheets.index(CONTACTS) + 1}),)


def test_a_sheet_that_goes_on_with_learners_without_headings_is_named(form: str) -> None:
    more = Sheet([LEARNER, LEARNER], name="Year 13")
    table = read(MAKERS[form](GOOD, more))
    assert table.row_count == 2
    assert table.remarks == (Remark("sheet_left_out", None, {"sheet_number": 2}),)


def test_every_sheet_left_out_is_named_with_hidden_ones_counted(form: str) -> None:
    hidden = Sheet([HEADINGS, LEARNER], name="Old", is_hidden=True)
    table = read(MAKERS[form](FORENAMES, hidden, GOOD, CONTACTS))
    assert [remark.words for remark in table.remarks] == [{"sheet_number": 1}, {"sheet_number": 4}]


def test_our_own_marked_up_workbook_is_read_as_the_learners_alone(form: str) -> None:
    table = read(MAKERS[form](CAUSES, GOOD, LISTS))
    assert (table.sheet_name, table.row_count, table.remarks) == ("Learners", 2, ())


@pytest.mark.parametrize(
    "headings",
    [
        ["UKPRN", "First name", "Last name", "Post code number"],
        ["UKPRN", "Given", "Learner year group", "Street", "Town", "Dob", "Gender"],
    ],
    ids=["three mandatory headings", "six headings of the template"],
)
def test_a_second_sheet_with_some_headings_misspelt_is_one_of_learners(form: str, headings: list[str]) -> None:
    with pytest.raises(RefusedError, match=r"^file_second_sheet$"):
        read(MAKERS[form](GOOD, Sheet([["Year 13"], headings, LEARNER], name="More")))


def test_of_two_lists_that_both_lack_headings_the_better_one_is_read(form: str) -> None:
    export = ["Forename", "Surname", "Date of birth", "Home postcode", "Sex", "UPN"]
    table = read(MAKERS[form](CONTACTS, Sheet([export, LEARNER], name="Export")))
    assert (table.sheet_name, table.remarks[0].words) == ("Export", {"sheet_number": 1})


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
