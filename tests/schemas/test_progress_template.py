"""The progress template: both formats hold the same, keep text text, and its .xls is a whole workbook of any size."""

import io
from typing import Any

import pytest
import xlrd
from openpyxl import load_workbook
from xlrd.compdoc import CompDoc

from schemas.columns import PROGRESS_COLUMNS, PROGRESS_STATES
from schemas.template.progress import MOST_LEARNERS, ProgressRow, make_progress_template
from schemas.template.progress.compound_file import write_compound_file
from schemas.template.progress.xls import BLANK
from schemas.template.progress.xlsx import LIST_ROWS
from tests.schemas.template_records import read_drop_downs, read_properties, read_records

NASTY = ProgressRow("zoe.9", "1000000000", '<b>שָׁלוֹם</b> 🎓 "x" \u200f', "=1+1", "Received", "Awaiting", 4, 0)
PLAIN = ProgressRow("sian.obrien", None, "Siân", "O’Brien", "Awaiting", "Awaiting", 0, 99)


def open_sheet(xls: bytes) -> Any:
    return xlrd.open_workbook(file_contents=xls, formatting_info=True).sheet_by_name("Progress")


def read_rows(xls: bytes) -> list[tuple[Any, ...]]:
    sheet = open_sheet(xls)
    return [tuple(value if value != "" else None for value in sheet.row_values(row)) for row in range(sheet.nrows)]


def test_both_formats_hold_the_same() -> None:
    learners = [NASTY, PLAIN] * 40
    book = load_workbook(io.BytesIO(make_progress_template("xlsx", learners)))
    rows = list(book["Progress"].iter_rows(values_only=True))
    assert rows == read_rows(make_progress_template("xls", learners))
    assert rows == [tuple(column.heading for column in PROGRESS_COLUMNS), *map(tuple, learners)]


def test_texts_are_text_and_numbers_numbers_each_in_its_columns_format() -> None:
    sheet = open_sheet(make_progress_template("xls", [NASTY]))
    assert list(sheet.row_types(1)) == [xlrd.XL_CELL_TEXT] * 6 + [xlrd.XL_CELL_NUMBER] * 2
    book, row = sheet.book, sheet.row(1)
    formats = [book.format_map[book.xf_list[cell.xf_index].format_key].format_str for cell in row]
    assert formats == ["@"] * 6 + ["0"] * 2


def test_blank_it_is_the_file_made_beforehand_with_its_headings_only() -> None:
    assert make_progress_template("xls") == BLANK.read_bytes()
    assert len(read_rows(BLANK.read_bytes())) == 1


@pytest.mark.parametrize(("learners", "last_row"), [([], LIST_ROWS + 1), ([PLAIN] * 3, 4)])
def test_lists_and_filter_end_where_the_learners_do(learners: list[ProgressRow], last_row: int) -> None:
    xls = make_progress_template("xls", learners)
    assert [(drop.values, drop.rows, drop.refuses_others) for drop in read_drop_downs(xls)] == [
        (list(PROGRESS_STATES), (2, last_row), True)
    ] * 2
    (name,) = xlrd.open_workbook(file_contents=xls).name_obj_list
    assert name.area2d()[1:] == (0, 1 + len(learners), 0, len(PROGRESS_COLUMNS))  # as far as there are rows


def test_every_heading_says_what_to_write() -> None:
    notes = open_sheet(make_progress_template("xls", [PLAIN])).cell_note_map
    assert [place for place, note in sorted(notes.items()) if note.text] == [
        (0, column) for column in range(len(PROGRESS_COLUMNS))
    ]


def test_it_names_no_person_machine_or_folder() -> None:
    assert not read_properties(BLANK.read_bytes(), "\x05SummaryInformation").keys() & {4, 8}  # authors
    for sign in ("/home", "/root", "/tmp", "file:", "\\Users"):
        assert sign.encode() not in BLANK.read_bytes() and sign.encode("utf-16-le") not in BLANK.read_bytes()


def test_as_many_learners_as_an_xls_has_rows_fit_and_one_more_is_refused() -> None:
    """So many that the list of the container's sectors outgrows its header."""
    learners = [NASTY._replace(username=f"zoe.{number}") for number in range(MOST_LEARNERS)]
    xls = make_progress_template("xls", learners)
    assert len(xls) > 109 * 128 * 512
    records = read_records(xls)
    assert sum(record.code == 0x0208 for record in records) == MOST_LEARNERS + 1
    with pytest.raises(ValueError, match="65,536 rows"):
        make_progress_template("xls", [*learners, PLAIN])


@pytest.mark.parametrize("sectors", [8, 9, 126, 127, 128, 13843, 13844, 13845, 30000])
def test_a_container_of_any_size_gives_its_stream_back(sectors: int) -> None:
    stream = b"".join(number.to_bytes(4, "little") * 128 for number in range(sectors))[:-3]
    found = CompDoc(write_compound_file("Workbook", stream)).get_named_stream("Workbook")
    assert found[: len(stream)] == stream
