"""What every reader gives of a sheet: its cells column by column, with what else the sheet says of its rows.

Owns the shapes only. Readers fill them; `schemas.reading.sheet` chooses among them.
"""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from schemas.reading.refusals import RefusedError


class SheetColumn(NamedTuple):
    """A column's cells as the reader found them; `schemas.reading.cells.show_cells` says what may stand in it."""

    values: Sequence[object]
    kinds: bytes


class Merge(NamedTuple):
    """Cells shown as one. Rows are numbered as Excel shows them, columns from 0; the last ones are included."""

    first_row_number: int
    last_row_number: int
    first_column: int
    last_column: int


class SheetCells(NamedTuple):
    """A visible sheet as the reader found it.

    Args:
        name: in the workbook.
        first_row_number: the row that the columns begin in, as Excel shows it.
        columns: from A on, all of one length.
        is_1904: whether serial dates count from 1904.
        number: its place among the workbook's sheets, hidden ones counted, the first being 1.
        hidden_row_numbers: rows hidden or filtered out of sight, as Excel numbers them; blank ones may be among them.
        merges: merged cells, in any order; only those of more than one row matter.
        refusal: why the sheet can't be read whole; the columns hold its beginning then, enough to see its headings.
    """

    name: str
    first_row_number: int
    columns: list[SheetColumn]
    is_1904: bool = False
    number: int = 1
    hidden_row_numbers: Collection[int] = ()
    merges: Sequence[Merge] = ()
    refusal: RefusedError | None = None
