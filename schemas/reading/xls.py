"""Reading .xls: xlrd opens the workbook and knows its shared texts and styles; `biff` takes the cells.

Owns what of xlrd's findings is a refusal. Knows no heading and no rule.
"""

import os
from collections.abc import Iterator

import xlrd

from schemas.reading.biff import read_sheet, visible_sheets
from schemas.reading.limits import ReadingLimits
from schemas.reading.refusals import RefusedError
from schemas.reading.sheet_cells import SheetCells

ENCRYPTED = "Workbook is encrypted"  # the only sign that xlrd gives


def read_sheets(data: bytes, limits: ReadingLimits) -> Iterator[SheetCells]:
    """Yield the visible sheets of an .xls (Excel 2 to 2003), each read when it is asked for.

    Raises:
        RefusedError: the workbook is protected with a password. Damage shows as any other exception.
    """
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123 (a device, not a path)
        try:
            book = xlrd.open_workbook(file_contents=data, logfile=nowhere, on_demand=True, ragged_rows=True)
        except xlrd.XLRDError as error:
            if ENCRYPTED in str(error):
                raise RefusedError("file_password_protected") from None
            raise
        for index, name in visible_sheets(book):
            yield read_sheet(book, index, name)
