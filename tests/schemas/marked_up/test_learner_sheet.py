"""The provider's own sheet comes back with every cell where it stood, marked, and nothing in it that can run."""

import io
import zipfile

import openpyxl
import pytest

from schemas.columns import ETHNICITIES, GENDERS, YEAR_GROUPS
from schemas.findings import Finding, file_finding
from schemas.marked_up import TooLargeToMarkError, writing
from schemas.marked_up.styles import COLOURS
from schemas.table import CellKind, SheetTable
from tests.schemas.marked_up.making import colour_of, find_in, mark_up, open_marked_up
from tests.schemas.sheets import HEADINGS, date_cell, error, make_sheet, number

RED = f"FF{str(COLOURS['error']['bg_color'])[1:]}"
YELLOW = f"FF{str(COLOURS['warning']['bg_color'])[1:]}"


def test_a_bad_cell_is_coloured_and_says_what_to_write() -> None:
    sheet = open_marked_up(make_sheet({}, {"gender": "Femal"}))["Learners"]
    assert (sheet["P3"].value, colour_of(sheet["P3"]), colour_of(sheet["P2"])) == ("Femal", RED, None)
    assert sheet["P3"].comment.text == (
        "Error: Write Female, Male, Not known or Not specified, or leave the cell blank.\nWrite instead: Female"
    )
    assert sheet["P2"].comment is None


def test_a_blank_cell_that_must_be_filled_is_marked() -> None:
    sheet = open_marked_up(make_sheet({"last_name": ""}))["Learners"]
    assert (sheet["D2"].value, colour_of(sheet["D2"])) == (None, RED)


def test_a_warning_has_another_colour() -> None:
    sheet = open_marked_up(make_sheet({"telephone": "ask mother"}))["Learners"]
    assert colour_of(sheet["K2"]) == YELLOW
    assert sheet["K2"].comment.text.startswith("Warning: ")


def test_findings_on_one_cell_are_joined_and_an_error_decides_the_colour() -> None:
    findings = [
        Finding("a", "warning", 2, "ULN", "L2", "Check it."),
        Finding("b", "error", 2, "ULN", "L2", "Change it.", "1234567890"),
        Finding("c", "error", 2, "ULN", "L2", "Change it.", "1234567890"),
    ]
    cell = open_marked_up(make_sheet({}), findings)["Learners"]["L2"]
    assert cell.comment.text == "Warning: Check it.\n\nError: Change it.\nWrite instead: 1234567890"
    assert colour_of(cell) == RED


@pytest.mark.parametrize(
    ("finding", "cell"),
    [
        (Finding("x", "error", 3, None, None, "Look."), "A3"),
        (Finding("x", "error", None, "Gender", None, "Look."), "P1"),
        (file_finding("heading_unknown", letters="C"), "C1"),
        (file_finding("heading_blank", letters="Q"), "Q1"),
    ],
)
def test_a_finding_without_a_cell_is_marked_at_its_row_or_its_heading(finding: Finding, cell: str) -> None:
    sheet = open_marked_up(make_sheet({}, {}), [finding])["Learners"]
    commented = [one.coordinate for row in sheet.iter_rows() for one in row if one.comment]
    assert commented == [cell]
    assert colour_of(sheet[cell]) == RED


def test_every_column_of_a_range_is_marked() -> None:
    finding = file_finding("heading_unknown", letters="B, D to F and Q")
    sheet = open_marked_up(make_sheet({}), [finding])["Learners"]
    assert [cell.coordinate for cell in sheet[1] if cell.comment] == ["B1", "D1", "E1", "F1", "Q1"]


def test_a_doubled_heading_is_marked_over_each_column() -> None:
    headings = [*HEADINGS[:16], "Gender"]
    sheet = open_marked_up(make_sheet({}, headings=headings))["Learners"]
    assert [cell.coordinate for cell in sheet[1] if cell.comment] == ["P1", "Q1"]


def test_a_fault_of_the_whole_file_and_a_missing_column_mark_no_cell() -> None:
    findings = [
        file_finding("heading_missing", column="Dob", heading="Dob"),
        file_finding("sheet_left_out", sheet_number=2),
    ]
    sheet = open_marked_up(make_sheet({}), findings)["Learners"]
    assert not any(cell.comment for row in sheet.iter_rows() for cell in row)


def test_rows_columns_and_what_stands_above_keep_their_places() -> None:
    table = make_sheet({"gender": "Femal"}, {}, row_numbers=[7, 12])
    above = [(1, 2, "Learners of 2026"), (3, 0, "=HYPERLINK(1)")]
    moved = SheetTable("Our list", table.headings, 5, table.row_numbers, table.texts, table.kinds, above)
    sheet = open_marked_up(moved)["Our list"]
    assert [sheet["C1"].value, sheet["A3"].value, sheet["A3"].data_type] == ["Learners of 2026", "=HYPERLINK(1)", "s"]
    assert [cell.value for cell in sheet[5]] == HEADINGS
    assert (sheet["P7"].value, sheet["P12"].value, sheet["P8"].value) == ("Femal", "Female", None)
    assert colour_of(sheet["P7"]) == RED
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A6", "A5:Q12")


DANGEROUS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+44",
    "-1",
    "@SUM(1)",
    "＝1+1",
    "\t=1",
    "http://example.org",
    "mailto:a@b.c",
]


@pytest.mark.parametrize("value", DANGEROUS)
def test_no_cell_can_run_or_leads_anywhere(value: str) -> None:
    findings = [Finding("x", "error", 2, "Town", "I2", "Look.", value, value)]
    table = make_sheet({"town": value})
    data = mark_up(table, findings, file_name=f"{value}.xls")
    book = openpyxl.load_workbook(io.BytesIO(data))
    cell = book["Learners"]["I2"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (value, "s", None)
    assert cell.number_format == "@"
    assert cell.quotePrefix == (value[0] in "=+-@＝\t")
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        sheets = [package.read(name) for name in package.namelist() if name.startswith("xl/worksheets/sheet")]
        relations = b"".join(package.read(name) for name in package.namelist() if name.endswith(".rels"))
    assert len(sheets) == 3 and not any(b"<f>" in sheet or b"<f " in sheet for sheet in sheets)
    assert b"External" not in relations


def test_kinds_of_cells_are_kept() -> None:
    table = make_sheet(
        {
            "uln": number("9000240001"),
            "date_of_birth": date_cell("2009-09-01"),
            "street": date_cell("2026-05-01 13:30:00"),
            "locality": error("#REF!"),
            "town": number("12.5"),
        }
    )
    sheet = open_marked_up(table, [file_finding("rows_hidden", row_count=1)])["Learners"]
    assert (sheet["L2"].value, sheet["L2"].data_type, sheet["I2"].value) == (9000240001, "n", 12.5)
    assert (sheet["O2"].is_date, f"{sheet['O2'].value:%Y-%m-%d}") == (True, "2009-09-01")
    assert f"{sheet['G2'].value}" == "2026-05-01 13:30:00"
    assert (sheet["H2"].value, sheet["H2"].data_type) == ("#REF!", "s")


def test_what_no_workbook_can_hold_is_replaced_and_still_refused() -> None:
    table = make_sheet({"town": "a\x00b\x01\ud800c", "street": "x" * 40_000, "first_name": "_x0041_"})
    sheet = open_marked_up(table)["Learners"]
    assert sheet["I2"].value == "a\ufffdb\ufffd\ufffdc"
    assert len(sheet["G2"].value) == 32_767


def test_lists_drop_down_over_the_learners_and_some_rows_beyond() -> None:
    book = open_marked_up(make_sheet({"gender": "Femal"}, {}))
    allowed, found = book["Values allowed"], {}
    for validation in book["Learners"].data_validations.dataValidation:
        first, last = validation.formula1.split("!")[1].replace("$", "").split(":")
        found[str(validation.sqref)] = tuple(cell.value for (cell,) in allowed[f"{first}:{last}"])
    assert found == {"B2:B503": YEAR_GROUPS, "P2:P503": GENDERS, "Q2:Q503": ETHNICITIES}
    assert all(sheet.sheet_state == "visible" for sheet in book)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Year 12 & 13", "Year 12 & 13"),
        ("O'Brien's", "O'Brien's"),
        ("a/b:c[d]", "a_b_c_d_"),
        ("x" * 40, "x" * 31),
        ("😀" * 20, "😀" * 15),
        ("'quoted'", "quoted"),
        ("", "Learners"),
        ("History", "History_"),
    ],
)
def test_the_sheet_keeps_its_name_where_excel_takes_it(name: str, shown: str) -> None:
    table = make_sheet({"gender": "Femal"})
    renamed = SheetTable(name, table.headings, 1, table.row_numbers, table.texts, table.kinds)
    book = open_marked_up(renamed)
    assert book.sheetnames == ["What to correct", shown, "Values allowed"]
    links = [cell.hyperlink.location for row in book["What to correct"].iter_rows() for cell in row if cell.hyperlink]
    quoted = shown.replace("'", "''")
    assert links == [f"'{quoted}'!P2"]


@pytest.mark.parametrize("name", ["What to correct", "VALUES ALLOWED"])
def test_a_sheet_called_like_ours_keeps_its_name(name: str) -> None:
    table = make_sheet({"gender": "Femal"})
    book = open_marked_up(SheetTable(name, table.headings, 1, table.row_numbers, table.texts, table.kinds))
    assert book.sheetnames[1] == name and len(set(map(str.lower, book.sheetnames))) == 3
    assert book[name]["P2"].value == "Femal"
    ranges = [validation.formula1 for validation in book[name].data_validations.dataValidation]
    told = {validation.error for validation in book[name].data_validations.dataValidation}
    assert told == {f"This is none of the values of the list, which is on the sheet {book.sheetnames[2]}."}
    assert all(one.startswith(f"'{book.sheetnames[2]}'!") for one in ranges)


def test_the_widest_sheet_is_marked_in_its_last_column() -> None:
    table = make_sheet({})
    wide = SheetTable(
        "Learners",
        [*HEADINGS, *(f"Extra {index}" for index in range(239))],
        1,
        [2],
        [*table.texts, *([["x"]] * 239)],
        [*table.kinds, *([bytes([CellKind.TEXT])] * 239)],
    )
    findings = find_in(wide)
    assert open_marked_up(wide, findings)["Learners"]["IV1"].comment


def test_more_cells_than_any_school_could_have_are_not_marked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "CELL_LIMIT", 1)
    with pytest.raises(TooLargeToMarkError):
        mark_up(make_sheet({"gender": "Femal"}, {"gender": "Femal"}))


def test_findings_beyond_the_limit_are_counted_on_the_first_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "FINDING_LIMIT", 1)
    sheet = make_sheet({"gender": "Femal"}, {"gender": "Femal"}, {"gender": "Femal"})
    book = open_marked_up(sheet, find_in(sheet))
    words = [str(row[0]) for row in book.worksheets[0].iter_rows(max_col=1, values_only=True)]
    assert "Another 2 are not marked: correct these first and send the workbook." in words
    assert book["Learners"]["P2"].comment
    assert not book["Learners"]["P3"].comment
