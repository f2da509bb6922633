"""The table of text that reading gives and validation takes: what stood in the sheet, cell by cell."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from schemas.columns import LEARNERS

UNSAVED = "#UNSAVED!"  # what reading gives, with the kind ERROR, for a formula whose result was not saved


class CellKind(IntEnum):
    """What a cell was in the workbook. Kept as one byte a cell."""

    BLANK = 0
    TEXT = 1
    NUMBER = 2
    DATE = 3
    ERROR = 4
    BOOLEAN = 5


class Remark(NamedTuple):
    """Something that reading noticed and a person should know: a warning on the whole file or on a column.

    Args:
        rule: id in `schemas.rules.FILE_RULES`.
        column_index: of the sheet column it is about, A being 0; None when it is about the sheet.
        words: what the rule's message needs.
    """

    rule: str
    column_index: int | None
    words: dict[str, int]


@dataclass(frozen=True, slots=True)
class SheetTable:
    """A sheet below its heading row, without its blank rows.

    Args:
        sheet_name: the sheet's name in the workbook.
        headings: the heading row's texts as they stand there, one for each sheet column from A on; "" where blank.
        heading_row_number: the row they stand in, as Excel shows it.
        row_numbers: for each learner row, its number as Excel shows it; ascending, blank rows left out.
        texts: for each sheet column, the cells' texts in the order of `row_numbers`; "" where blank. Not trimmed.
            Numbers are written without exponent and without a closing ".0"; dates as YYYY-MM-DD (with " HH:MM:SS"
            when the cell holds a time of day); errors as Excel shows them, such as "#REF!"; booleans as
            "TRUE" and "FALSE".
        kinds: for each sheet column, one `CellKind` a cell, as bytes.
        above: the texts of what stands above the headings, such as a title, by row number and column index. Only there
            so that it can be given back.
        remarks: what a person should know of how the sheet was read.
        kind: what its headings say that it holds, a key of `schemas.columns.COLUMNS_BY_KIND`.
        is_1904: whether the workbook counts days from 1904: a number that was a date means one by that.
    """

    sheet_name: str
    headings: list[str]
    heading_row_number: int
    row_numbers: list[int]
    texts: list[list[str]]
    kinds: list[bytes]
    above: Sequence[tuple[int, int, str]] = ()
    remarks: Sequence[Remark] = ()
    kind: str = LEARNERS
    is_1904: bool = False

    @property
    def row_count(self) -> int:
        """The number of learner rows."""
        return len(self.row_numbers)
