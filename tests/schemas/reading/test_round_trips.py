"""What stands in a file comes out as it stands there, from all formats alike."""

import csv
from datetime import date, datetime, time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.table import CellKind, SheetTable
from tests.schemas.reading.making import (
    GOOD,
    HEADINGS,
    LEARNER,
    MAKERS,
    PARTS,
    TEMPLATE_ROWS,
    Fault,
    Sheet,
    kinds_of,
    make_csv,
    make_ods,
    make_parts,
    make_xls,
    make_xlsx,
    read,
    row_of,
    text_row,
)

CELLS: list[tuple[object, CellKind, str]] = [
    ("2008-09-01", CellKind.TEXT, "2008-09-01"),
    ("007", CellKind.TEXT, "007"),
    ("  padded  ", CellKind.TEXT, "  padded  "),
    ("Zoë", CellKind.TEXT, "Zoë"),
    ("Nguyễn", CellKind.TEXT, "Nguyễn"),
    ("two\nlines", CellKind.TEXT, "two\nlines"),
    ("😀", CellKind.TEXT, "😀"),
    (10007063.0, CellKind.NUMBER, "10007063"),
    (1234567890.0, CellKind.NUMBER, "1234567890"),
    (7700900123, CellKind.NUMBER, "7700900123"),
    (12.5, CellKind.NUMBER, "12.5"),
    (-3, CellKind.NUMBER, "-3"),
    (-1.25, CellKind.NUMBER, "-1.25"),
    (123.45, CellKind.NUMBER, "123.45"),
    (0, CellKind.NUMBER, "0"),
    (date(2008, 9, 1), CellKind.DATE, "2008-09-01"),
    (datetime.fromisoformat("2008-09-01T13:30:00"), CellKind.DATE, "2008-09-01 13:30:00"),
    (time(6, 0), CellKind.DATE, "06:00:00"),
    (Fault("#REF!"), CellKind.ERROR, "#REF!"),
    (Fault("#NAME?"), CellKind.ERROR, "#NAME?"),
    (Fault("#DIV/0!"), CellKind.ERROR, "#DIV/0!"),
    (True, CellKind.BOOLEAN, "TRUE"),
    (False, CellKind.BOOLEAN, "FALSE"),
    (None, CellKind.BLANK, ""),
]


WORKBOOKS = {**MAKERS, "ods": make_ods}


@pytest.fixture(params=sorted(WORKBOOKS))
def form(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize(("value", "kind", "text"), CELLS, ids=[repr(cell[0]) for cell in CELLS])
def test_a_cell_keeps_its_text_and_kind(form: str, value: object, kind: CellKind, text: str) -> None:
    table = read(WORKBOOKS[form](Sheet([HEADINGS, ["10001234", value]])))
    assert (table.texts[1][0], table.kinds[1][0]) == (text, kind)
    assert (table.texts[0][0], table.kinds[0][0]) == ("10001234", CellKind.TEXT)


def test_all_workbooks_give_the_same_table() -> None:
    rows: list[list[Any]] = [HEADINGS, *[[*LEARNER, value] for value, _, _ in CELLS]]
    assert read(make_xls(Sheet(rows))) == read(make_xlsx(Sheet(rows))) == read(make_ods(Sheet(rows)))


def test_an_error_cell_changes_no_other_cell() -> None:
    """The sheet's XML is rewritten when it holds an error; all else must stay."""
    rows = [[*LEARNER, value] for value, _, _ in CELLS if not isinstance(value, Fault)]
    plain = read(make_xlsx(Sheet([HEADINGS, *rows])))
    faulty = read(make_xlsx(Sheet([HEADINGS, *rows, [Fault("#REF!"), "x"]])))
    assert [column[:-1] for column in faulty.texts] == plain.texts
    assert [column[:-1] for column in faulty.kinds] == plain.kinds
    assert (faulty.texts[0][-1], faulty.kinds[0][-1]) == ("#REF!", CellKind.ERROR)


@pytest.mark.parametrize("form", sorted(MAKERS))
def test_dates_may_count_from_1904(form: str) -> None:
    sheet = Sheet([HEADINGS, ["10001234", date(2008, 9, 1), datetime.fromisoformat("2008-09-01T06:00:00")]])
    table = read(MAKERS[form](sheet, is_1904=True))
    assert row_of(table, 0)[1:3] == ["2008-09-01", "2008-09-01 06:00:00"]
    assert table.is_1904
    assert not read(MAKERS[form](sheet)).is_1904


@pytest.mark.parametrize(("said", "is_1904"), [("1", True), ("true", True), ("0", False), ("false", False)])
def test_that_they_do_is_said_in_two_ways(said: str, is_1904: bool) -> None:
    workbook = PARTS["xl/workbook.xml"].replace("<sheets>", f'<workbookPr date1904="{said}"/><sheets>')
    table = read(make_parts(TEMPLATE_ROWS, parts={"xl/workbook.xml": workbook}))
    assert table.is_1904 is is_1904


def test_headings_and_rows_keep_their_place(form: str) -> None:
    table = read(WORKBOOKS[form](GOOD))
    assert table.sheet_name == "Learners"
    assert table.headings == HEADINGS
    assert (table.heading_row_number, table.row_numbers) == (1, [2, 3])
    assert row_of(table, 1)[:10] == LEARNER
    assert kinds_of(table, 1)[:10] == [CellKind.TEXT if text else CellKind.BLANK for text in LEARNER]
    assert len(table.texts) == len(table.kinds) == len(HEADINGS)


def test_blank_rows_are_passed_over_and_numbers_stay_excels(form: str) -> None:
    blanks: list[list[object]] = [[], ["  ", None, "\t"], [None] * 17]
    rows: list[list[Any]] = [*blanks, HEADINGS, *blanks, LEARNER, *blanks, LEARNER, *blanks * 20]
    table = read(WORKBOOKS[form](Sheet(rows)))
    assert (table.heading_row_number, table.row_numbers) == (4, [8, 12])


def test_thousands_of_formatted_blank_rows_are_passed_over(form: str) -> None:
    table = read(WORKBOOKS[form](Sheet([HEADINGS, LEARNER, *[[" "] * 3] * 5000])))
    assert table.row_numbers == [2]


def test_a_column_with_values_and_no_heading_is_kept(form: str) -> None:
    table = read(WORKBOOKS[form](Sheet([[None, *HEADINGS], [None, *LEARNER, *[None] * 9, "stray"]])))
    assert table.headings == ["", *HEADINGS, "", "", ""]
    assert row_of(table, 0)[-1] == "stray"


def test_columns_that_hold_only_space_end_the_table(form: str) -> None:
    table = read(WORKBOOKS[form](Sheet([[*HEADINGS, " ", None, ""], [*LEARNER, *[" "] * 20]])))
    assert table.headings == HEADINGS


def test_headings_keep_their_spelling(form: str) -> None:
    headings = ["ukprn ", " FIRST  NAME", "last name", "Shoe size", 7.0]
    table = read(WORKBOOKS[form](Sheet([headings, ["10001234", "Zoë", "Jones", "38", "x"]])))
    assert table.headings == ["ukprn ", " FIRST  NAME", "last name", "Shoe size", "7"]


def test_formulas_give_their_last_result() -> None:
    cells = '<row r="3"><c r="A3" t="str"><f>B1&amp;"x"</f><v>text</v></c><c r="B3"><f>1+1</f><v>2</v></c></row>'
    table = read(make_parts(text_row(1, HEADINGS) + cells))
    assert row_of(table, 0)[:2] == ["text", "2"]
    assert table.row_numbers == [3]


def test_nul_and_broken_characters_stay_visible() -> None:
    """Neither can be kept in a database, so validation must see that something was there."""
    table = read(make_parts(text_row(1, HEADINGS) + text_row(2, ["10001234", "a\0b", "c"])))
    assert row_of(table, 0)[:3] == ["10001234", "a\ufffdb", "c"]


# What XML, the old format and a person's keyboard can all hold; a cell is never only white space to its reader.
CHARACTERS = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co"), include_characters="\n\t")
TEXTS = st.text(CHARACTERS, min_size=1, max_size=60).filter(lambda text: not text.isspace())
NUMBERS = st.one_of(
    st.integers(-(10**14), 10**14),
    st.decimals(-(10**7), 10**7, places=3, allow_nan=False).map(float),
)
DAYS = st.dates(date(1901, 1, 1), date(2100, 1, 1))
MOMENTS = st.builds(datetime.combine, DAYS, st.times().map(lambda of_day: of_day.replace(microsecond=0)))
VALUES = st.one_of(st.none(), TEXTS, NUMBERS, DAYS, MOMENTS, st.booleans())
TABLES = st.lists(st.lists(VALUES, max_size=len(HEADINGS)), min_size=1, max_size=8).filter(
    lambda rows: any(value is not None for row in rows for value in row)
)
TEXT_TABLES = st.lists(st.lists(st.one_of(st.none(), TEXTS), max_size=len(HEADINGS)), min_size=1, max_size=8).filter(
    lambda rows: any(value is not None for row in rows for value in row)
)
DIALECTS = st.fixed_dictionaries(
    {
        "delimiter": st.sampled_from(",;\t|"),
        "quoting": st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
        "lineterminator": st.sampled_from(["\r\n", "\n", "\r"]),
    }
).filter(lambda dialect: dialect["lineterminator"] != "\r" or dialect["quoting"])  # else it leaves "\n" unquoted
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])


def show(value: Any) -> tuple[str, CellKind]:
    """What a person sees of a value."""
    if value is None:
        return "", CellKind.BLANK
    if isinstance(value, str):
        return value, CellKind.TEXT
    if isinstance(value, bool):
        return str(value).upper(), CellKind.BOOLEAN
    if isinstance(value, date):
        text = str(value)
        return text.removesuffix(" 00:00:00"), CellKind.DATE
    return f"{value:.15g}" if isinstance(value, float) else str(value), CellKind.NUMBER


def to_rows(table: SheetTable) -> dict[int, list[tuple[str, int]]]:
    """The cells of each row by its number, blank ones at the end left out."""
    rows = {}
    for index, number in enumerate(table.row_numbers):
        cells = list(zip(row_of(table, index), kinds_of(table, index), strict=True))
        while cells and not cells[-1][0]:
            cells.pop()
        rows[number] = cells
    return rows


def expected_rows(rows: list[list[Any]]) -> dict[int, list[tuple[str, int]]]:
    shown = {number: [show(value) for value in row] for number, row in enumerate(rows, 2)}
    for cells in shown.values():
        while cells and not cells[-1][0]:
            cells.pop()
    return {number: [(text, int(kind)) for text, kind in cells] for number, cells in shown.items() if cells}


@pytest.mark.parametrize("make", WORKBOOKS.values(), ids=WORKBOOKS)
@settings(max_examples=60, deadline=None)
@given(rows=TABLES)
def test_any_table_written_to_a_workbook_comes_back(make: Any, rows: list[list[Any]]) -> None:
    assert to_rows(read(make(Sheet([HEADINGS, *rows])))) == expected_rows(rows)


@settings(max_examples=120, deadline=None)
@given(rows=TEXT_TABLES, dialect=DIALECTS, encoding=ENCODINGS)
def test_any_table_written_as_text_comes_back(rows: list[list[Any]], dialect: dict[str, Any], encoding: str) -> None:
    assert to_rows(read(make_csv(Sheet([HEADINGS, *rows]), encoding, **dialect))) == expected_rows(rows)
