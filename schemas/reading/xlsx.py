"""Reading .xlsx: python-calamine takes the cells. `archive` has seen to it that the file is whole.

Owns turning its objects into values and kinds. `prepared` changes in the file what calamine would lose, which comes
back marked, and tells what calamine does not.
"""

import io
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import python_calamine

from schemas.reading.error_cells import ERROR_MARK
from schemas.reading.limits import ReadingLimits
from schemas.reading.prepared import prepare
from schemas.reading.refusals import damaged
from schemas.reading.sheet_cells import Merge, SheetCells, SheetColumn
from schemas.table import CellKind

KINDS: dict[type, CellKind] = {
    str: CellKind.TEXT,
    float: CellKind.NUMBER,
    int: CellKind.NUMBER,
    bool: CellKind.BOOLEAN,
    date: CellKind.DATE,
    datetime: CellKind.DATE,
    time: CellKind.DATE,
    timedelta: CellKind.DATE,
}


def read_sheets(data: bytes, limits: ReadingLimits) -> Iterator[SheetCells]:
    """Yield the visible sheets of an .xlsx, each read when it is asked for.

    Raises:
        RefusedError: a sheet has more rows than Excel can have, or it can't be told which sheet is which. Other damage
            shows as any other exception, or ends the process.
    """
    prepared = prepare(data, limits)
    workbook = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(prepared.data))
    preparations = prepared.assign([about.name for about in workbook.sheets_metadata])
    for index, about in enumerate(workbook.sheets_metadata):
        is_sheet = about.typ == python_calamine.SheetTypeEnum.WorkSheet
        if is_sheet and about.visible == python_calamine.SheetVisibleEnum.Visible:
            sheet = workbook.get_sheet_by_index(index)
            yield _read_sheet(sheet, limits, has_marks=prepared.data is not data)._replace(
                is_1904=prepared.is_1904,
                number=index + 1,
                hidden_row_numbers=preparations[index].hidden_row_numbers,
                refusal=preparations[index].refusal,
            )


def _read_sheet(sheet: python_calamine.CalamineSheet, limits: ReadingLimits, *, has_marks: bool) -> SheetCells:
    if sheet.start is None or sheet.end is None:
        return SheetCells(sheet.name, 1, [])
    if sheet.end[0] >= limits.row_count:
        raise damaged()
    first_row, first_column = sheet.start
    columns = [_to_column(values, has_marks=has_marks) for values in zip(*sheet.to_python(), strict=True)]
    height = sheet.end[0] - first_row + 1
    blank = SheetColumn([""] * height, bytes(height))
    merges = [
        Merge(top + 1, bottom + 1, left, right)
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
        if top < bottom
    ]
    return SheetCells(sheet.name, first_row + 1, [blank] * first_column + columns, merges=merges)


def _to_column(values: tuple[object, ...], *, has_marks: bool) -> SheetColumn:
    kinds = _find_kinds(values)
    if not has_marks:
        return SheetColumn(values, kinds)
    is_error = [isinstance(value, str) and value.startswith(ERROR_MARK) for value in values]
    return SheetColumn(
        [str(value)[1:] if error else value for value, error in zip(values, is_error, strict=True)],
        bytes([CellKind.ERROR if error else kind for kind, error in zip(kinds, is_error, strict=True)]),
    )


def _find_kinds(values: tuple[object, ...]) -> bytes:
    if set(map(type, values)) == {str}:  # as in most columns; True is the number of TEXT, False that of BLANK
        return bytes(map(bool, values)) if "" in values else bytes([CellKind.TEXT]) * len(values)
    kinds = bytes(map(KINDS.__getitem__, map(type, values)))
    if "" not in values:
        return kinds
    return bytes([kind if value != "" else CellKind.BLANK for kind, value in zip(kinds, values, strict=True)])
