"""Columns that grow while a sheet is read row by row, within what a list of learners can need.

Owns the largest area of a sheet that is held in memory. Knows no file format.
"""

from collections.abc import Iterable, Sequence

from schemas.reading.limits import ReadingLimits
from schemas.reading.refusals import RefusedError, damaged, too_spread
from schemas.reading.sheet_cells import Merge, SheetCells, SheetColumn

EXCEL_COLUMNS = 16_384
CELL_COUNT = 2**25  # blank ones too: nearly twice a full .xlsx of the template's columns
MERGE_COUNT = 2**16
BATCH_ROWS = 2**12
ROWS_KEPT, COLUMNS_KEPT = 100, 256  # of a sheet that can't be held: enough to see its headings

Run = tuple[int, int]  # first and last row number


class Grid:
    """A sheet being read, from its first row on.

    Once a cell lies beyond what can be held, the rest of the sheet is passed over: it may not be the one wanted.

    Args:
        name: the sheet's.
        number: its place among the workbook's sheets, the first being 1.
        limits: how many rows it may have.
    """

    def __init__(self, name: str, number: int, limits: ReadingLimits) -> None:
        self.name = name
        self.number = number
        self.row_number = 1  # of the row that is read next
        self._limits = limits
        self._columns: dict[int, tuple[list[object], bytearray]] = {}
        self._batch: list[tuple[Sequence[object], bytes]] = []  # rows with cells in the same columns, to be put
        self._batch_columns: Sequence[int] = ()
        self._batch_above = 0
        self._height = self._width = 0
        self._refusal: RefusedError | None = None
        self._hidden: list[Run] = []
        self._merges: list[Merge] = []

    def put(self, column: int, value: object, kind: int, *, row_repeat: int = 1, column_repeat: int = 1) -> None:
        """Put a cell that is not blank into the row that is read now, and into those that repeat it."""
        self._put_batch()
        above = self.row_number - 1
        for index in range(column, column + column_repeat):
            if not self._has_room(above, row_repeat, index):
                return
            self._extend(index, above, [value] * row_repeat, bytes([kind]) * row_repeat)

    def put_row(self, columns: Sequence[int], values: Sequence[object], kinds: bytes) -> None:
        """Put cells into these columns of the row that is read now; "" where one is blank."""
        is_next = self._batch_columns == columns and self._batch_above + len(self._batch) == self.row_number - 1
        if not is_next or len(self._batch) >= BATCH_ROWS:
            self._put_batch()
            self._batch_columns, self._batch_above = columns, self.row_number - 1
        self._batch.append((values, kinds))

    def end_row(self, repeat: int = 1, *, is_hidden: bool = False) -> None:
        """Go on to the next row; the one that ends stands for so many."""
        if is_hidden:
            self._hidden.append((self.row_number, self.row_number + repeat - 1))
        self.row_number += repeat

    def merge(self, column: int, row_span: int, column_span: int) -> None:
        """Note that a cell of the row that is read now is shown over several rows."""
        if len(self._merges) >= MERGE_COUNT:
            raise damaged()
        last_row_number = min(self.row_number + row_span - 1, self._limits.row_count)
        last_column = min(column + column_span, EXCEL_COLUMNS) - 1
        self._merges.append(Merge(self.row_number, last_row_number, column, last_column))

    def to_cells(self) -> SheetCells:
        """Return the sheet, all columns of one length."""
        self._put_batch()
        if self._refusal:
            self._height, self._width = min(self._height, ROWS_KEPT), min(self._width, COLUMNS_KEPT)
        blank = SheetColumn([""] * self._height, bytes(self._height))
        columns = [self._to_column(index) if index in self._columns else blank for index in range(self._width)]
        return SheetCells(
            self.name,
            1,
            columns,
            number=self.number,
            hidden_row_numbers=_spread_out(self._hidden, self._height),
            merges=self._merges,
            refusal=self._refusal,
        )

    def _to_column(self, index: int) -> SheetColumn:
        values, kinds = self._columns[index]
        gap = max(self._height - len(kinds), 0)
        return SheetColumn([*values[: self._height], *[""] * gap], bytes(kinds[: self._height]) + bytes(gap))

    def _put_batch(self) -> None:
        """Put what waits; called before anything else is put, and at the end."""
        batch, self._batch = self._batch, []
        if not batch:
            return
        columns_of_values = zip(*[values for values, _ in batch], strict=True)
        columns_of_kinds = zip(*[kinds for _, kinds in batch], strict=True)
        for column, values, kinds in zip(self._batch_columns, columns_of_values, columns_of_kinds, strict=True):
            if not self._has_room(self._batch_above, len(batch), column):
                return
            self._extend(column, self._batch_above, values, bytes(kinds))

    def _has_room(self, above: int, row_count: int, column: int) -> bool:
        """Say whether cells of a column can be held, below so many rows; if not, the sheet is refused."""
        height, width = max(self._height, above + row_count), max(self._width, column + 1)
        if height > self._limits.row_count or width > EXCEL_COLUMNS or height * width > CELL_COUNT:
            self._refusal = self._refusal or too_spread(height, width)
        return self._refusal is None

    def _extend(self, column: int, above: int, more: Sequence[object], more_kinds: bytes) -> None:
        if column not in self._columns:
            self._columns[column] = ([], bytearray())
        values, kinds = self._columns[column]
        gap = above - len(kinds)
        if gap:
            values.extend([""] * gap)
            kinds.extend(bytes(gap))
        values.extend(more)
        kinds.extend(more_kinds)
        self._height, self._width = max(self._height, len(kinds)), max(self._width, column + 1)


def _spread_out(runs: Iterable[Run], height: int) -> Sequence[int]:
    """Return the row numbers of all runs, down to the last row that holds anything."""
    return [number for first, last in runs for number in range(first, min(last, height) + 1)]
