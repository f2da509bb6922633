"""Template, schema and manual say the same, in both formats."""

import re
import zipfile
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
import xlrd
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.dimensions import ColumnDimension
from openpyxl.worksheet.worksheet import Worksheet

from schemas.columns import COLUMNS, ETHNICITIES, GENDERS, YEAR_GROUPS
from schemas.template import Format, make_template
from schemas.template.notes import NOTES
from tests.schemas.template_records import read_drop_downs

MANUAL = Path(__file__).parents[3] / "shared" / "learner-manager-manual.md"
FORMATS: tuple[Format, ...] = ("xls", "xlsx")
HEADINGS = [column.heading for column in COLUMNS]
MANDATORY = [column.heading for column in COLUMNS if column.is_mandatory]
SHEETS = ["Learners", "Notes", "Values allowed"]
Cells = dict[str, list[list[str]]]


@cache
def read_manual() -> dict[str, str]:
    """What section 7.4 says of each heading, in its order."""
    if not MANUAL.exists():
        pytest.skip("the learner manager manual is not beside this checkout")
    section = re.search(r"^#+ 7\.4 .*?(?=^#)", MANUAL.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert section
    return dict(re.findall(r"^\*\*(.+?)\*\* - (.+)$", section[0], re.MULTILINE))


def open_xlsx(ukprn: str | None = None) -> Workbook:
    return load_workbook(BytesIO(make_template("xlsx", ukprn)))


def open_xls(ukprn: str | None = None) -> xlrd.Book:
    return xlrd.open_workbook(file_contents=make_template("xls", ukprn), formatting_info=True)


def read_cells(format: Format, ukprn: str | None = None) -> Cells:
    """Every cell's text by sheet and row."""
    if format == "xls":
        return {sheet.name: [sheet.row_values(row) for row in range(sheet.nrows)] for sheet in open_xls(ukprn).sheets()}
    return {
        sheet.title: [[str(cell or "") for cell in row] for row in sheet.iter_rows(values_only=True)]
        for sheet in open_xlsx(ukprn).worksheets
    }


def read_lists(format: Format) -> dict[str, tuple[list[str], tuple[int, int]]]:
    """The values of each drop-down by heading, and its first and last row."""
    if format == "xls":
        return {HEADINGS[drop.column]: (drop.values, drop.rows) for drop in read_drop_downs(make_template("xls"))}
    book = open_xlsx()
    found = {}
    for validation in book["Learners"].data_validations.dataValidation:
        (cells,) = validation.sqref.ranges
        found[HEADINGS[cells.min_col - 1]] = (follow_formula(book, validation.formula1), (cells.min_row, cells.max_row))
    return found


def follow_formula(book: Workbook, formula: str) -> list[str]:
    if formula.startswith('"'):
        return formula.strip('"').split(",")
    ((title, area),) = book.defined_names[formula].destinations
    assert book[title].sheet_state == "visible"
    return [cell.value for (cell,) in book[title][area.replace("$", "")]]


def test_the_manual_has_our_headings_in_our_order() -> None:
    assert list(read_manual()) == HEADINGS


def test_the_manual_calls_the_same_columns_mandatory() -> None:
    assert [heading for heading, words in read_manual().items() if "This is a mandatory field" in words] == MANDATORY


def test_the_manual_lists_the_values_that_we_allow() -> None:
    genders = read_manual()["Gender"].split("either ")[1].rstrip(".")
    assert tuple(re.split(", | or ", genders)) == GENDERS
    assert tuple(read_manual()["Ethnicity"].split("formats: ")[1].rstrip(".").split(", ")) == ETHNICITIES


@pytest.mark.parametrize("format", FORMATS)
def test_the_template_has_these_headings_and_no_learner(format: Format) -> None:
    cells = read_cells(format)
    assert list(cells) == SHEETS
    assert cells["Learners"] == [HEADINGS]


@pytest.mark.parametrize("format", FORMATS)
def test_the_drop_downs_allow_what_the_schema_allows_for_five_thousand_learners(format: Format) -> None:
    rows = (2, 5001)
    assert read_lists(format) == {
        "Learner year group": (list(YEAR_GROUPS), rows),
        "Gender": (list(GENDERS), rows),
        "Ethnicity": (list(ETHNICITIES), rows),
    }


def test_mandatory_headings_have_a_colour_of_their_own_in_the_xlsx() -> None:
    colours = {cell.value: cell.fill.fgColor.rgb for cell in open_xlsx()["Learners"][1]}
    mandatory = {colours[heading] for heading in MANDATORY}
    assert len(mandatory) == 1 and {heading for heading in HEADINGS if colours[heading] in mandatory} == set(MANDATORY)


def test_mandatory_headings_have_a_colour_of_their_own_in_the_xls() -> None:
    book = open_xls()
    cells = book.sheet_by_name("Learners").row(0)
    colours = {
        cell.value: book.colour_map[book.xf_list[cell.xf_index].background.pattern_colour_index] for cell in cells
    }
    mandatory = {colours[heading] for heading in MANDATORY}
    assert len(mandatory) == 1 and {heading for heading in HEADINGS if colours[heading] in mandatory} == set(MANDATORY)


@pytest.mark.parametrize("format", FORMATS)
def test_the_notes_tell_of_every_column_whether_it_is_mandatory_and_what_is_right(format: Format) -> None:
    rows = read_cells(format)["Notes"]
    start = rows.index(["Column", "Mandatory", "What to write", "Example"]) + 1
    told = {row[0]: row[1:] for row in rows[start:]}
    assert list(told) == HEADINGS
    assert [heading for heading, (is_mandatory, *_) in told.items() if is_mandatory == "Yes"] == MANDATORY
    assert all(rule and example and "{" not in rule for _, rule, example in told.values())
    assert {column.name for column in COLUMNS} == NOTES.keys()


def test_a_comment_on_each_heading_tells_its_rule() -> None:
    sheet = open_xlsx()["Learners"]
    comments = {cell.value: cell.comment.text for cell in sheet[1] if cell.comment}
    assert list(comments) == HEADINGS
    assert [heading for heading, text in comments.items() if text.startswith("Mandatory.")] == MANDATORY
    notes = open_xls().sheet_by_name("Learners").cell_note_map
    assert {HEADINGS[column]: note.text for (_, column), note in notes.items()} == comments


def list_columns(sheet: Worksheet) -> list[ColumnDimension]:
    """Each column's width and format, as many times as it stands for columns side by side."""
    return [
        column for column in sheet.column_dimensions.values() for _ in range((column.max or 0) - (column.min or 1) + 1)
    ]


def test_every_column_but_the_date_is_text_in_every_row_of_the_xlsx() -> None:
    formats = [column.number_format for column in list_columns(open_xlsx()["Learners"])]
    assert formats == ["@"] * 14 + ["yyyy-mm-dd"] + ["@"] * 2


def test_every_column_but_the_date_is_text_in_every_row_of_the_xls() -> None:
    book = open_xls()
    columns = book.sheet_by_name("Learners").colinfo_map
    formats = [book.format_map[book.xf_list[columns[index].xf_index].format_key].format_str for index in range(17)]
    assert formats == ["@"] * 14 + [r"yyyy\-mm\-dd"] + ["@"] * 2


@pytest.mark.parametrize("format", FORMATS)
def test_a_provider_finds_its_ukprn_as_text_in_a_thousand_rows(format: Format) -> None:
    rows = read_cells(format, "10005678")["Learners"]
    assert rows == [HEADINGS, *[["10005678", *[""] * 16]] * 1000]


@pytest.mark.parametrize("ukprn", ["1000567", "100056789", "1000567A", "１０００５６７８", ""])
@pytest.mark.parametrize("format", FORMATS)
def test_what_is_no_ukprn_never_gets_into_a_template(format: Format, ukprn: str) -> None:
    with pytest.raises(ValueError, match="8 digits"):
        make_template(format, ukprn)


@pytest.mark.parametrize("ukprn", [None, "10005678"])
def test_the_same_template_is_the_same_bytes_whenever_it_is_made(ukprn: str | None) -> None:
    for format in FORMATS:
        assert make_template(format, ukprn) == make_template(format, ukprn)
    made = make_template("xlsx", ukprn)
    with zipfile.ZipFile(BytesIO(made)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b">2026-11-23T00:00:00Z</dcterms:created>" in archive.read("docProps/core.xml")
        assert b"<dc:creator></dc:creator>" in archive.read("docProps/core.xml")


@pytest.mark.parametrize("ukprn", [None, "10005678"])
def test_the_committed_xls_says_all_that_the_xlsx_says(ukprn: str | None) -> None:
    """When this fails, the columns or notes have changed: run `make template`."""
    assert read_cells("xls", ukprn) == read_cells("xlsx", ukprn)
    widths = {sheet.title: [column.width for column in list_columns(sheet)] for sheet in open_xlsx(ukprn).worksheets}
    for sheet in open_xls(ukprn).sheets():
        told = [sheet.colinfo_map[index].width / 256 for index in range(len(widths[sheet.name]))]
        assert told == pytest.approx(widths[sheet.name], abs=0.1)
