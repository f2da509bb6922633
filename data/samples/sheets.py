"""Writing a sample's sheet as a real .xls (BIFF8) or .xlsx workbook. Owns how cells are stored, not what is in them."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import xlsxwriter
import xlwt

SHEET_NAME = "Learners"
DATE_FORMAT = "DD/MM/YYYY"
ERROR_CODES = {"#REF!": 0x17, "#N/A": 0x2A}  # as .xls keeps them


class ExcelError(NamedTuple):
    """A cell that holds an error, such as #REF!, in place of a value."""

    text: str


Cell = str | int | float | date | ExcelError
Row = dict[str, Cell]  # a cell for each of our column names; one that is left out was never touched in Excel

CREATED = datetime(2026, 9, 1, tzinfo=UTC)  # fixed, so that the file is the same on every run


def write_workbook(path: Path, headings: Sequence[tuple[str, str]], rows: Iterable[Row], *, from_1904: bool) -> None:
    """Write a workbook; the ending of its name says which kind.

    Args:
        path: where; replaced if it is there.
        headings: for each sheet column, the heading as written and our column name.
        rows: a row with no cells leaves the sheet's row blank.
        from_1904: whether dates are counted from 1904, as old Excel for Mac did (.xls only).
    """
    if path.suffix == ".xlsx":
        _write_xlsx(path, headings, rows)
    else:
        _write_xls(path, headings, rows, from_1904=from_1904)


def _write_xls(path: Path, headings: Sequence[tuple[str, str]], rows: Iterable[Row], *, from_1904: bool) -> None:
    workbook = xlwt.Workbook(encoding="utf-8")
    workbook.dates_1904 = from_1904
    sheet = workbook.add_sheet(SHEET_NAME)
    bold = xlwt.easyxf("font: bold on")
    plain, as_date = xlwt.Style.default_style, xlwt.easyxf(num_format_str=DATE_FORMAT)
    for index, (heading, _name) in enumerate(headings):
        sheet.write(0, index, heading, bold)
    for row_index, row in enumerate(rows, 1):
        for index, (_heading, name) in enumerate(headings):
            cell = row.get(name)
            if isinstance(cell, ExcelError):
                sheet.row(row_index).set_cell_error(index, ERROR_CODES[cell.text])
            elif cell is not None:
                sheet.write(row_index, index, cell, as_date if isinstance(cell, date) else plain)
    workbook.save(str(path))


def _write_xlsx(path: Path, headings: Sequence[tuple[str, str]], rows: Iterable[Row]) -> None:
    with xlsxwriter.Workbook(str(path)) as workbook:
        workbook.set_properties({"created": CREATED})
        sheet = workbook.add_worksheet(SHEET_NAME)
        as_date = workbook.add_format({"num_format": DATE_FORMAT})
        sheet.write_row(0, 0, [heading for heading, _name in headings], workbook.add_format({"bold": True}))
        for row_index, row in enumerate(rows, 1):
            for index, (_heading, name) in enumerate(headings):
                _write_xlsx_cell(sheet, row_index, index, row.get(name), as_date)


def _write_xlsx_cell(sheet: Any, row_index: int, index: int, cell: Cell | None, as_date: Any) -> None:
    if isinstance(cell, ExcelError):
        sheet.write_formula(row_index, index, "=NA()" if cell.text == "#N/A" else f"={cell.text}", None, cell.text)
    elif isinstance(cell, date):
        sheet.write_datetime(row_index, index, cell, as_date)
    elif isinstance(cell, str) and cell:
        sheet.write_string(row_index, index, cell)
    elif cell:
        sheet.write_number(row_index, index, cell)
