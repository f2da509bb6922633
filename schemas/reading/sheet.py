"""Which sheet holds the learners, where its headings stand, and which of its rows are not blank.

Owns the step from a reader's cells, column by column, to `schemas.table.SheetTable`. Knows no file format.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import compress
from typing import NamedTuple

from schemas.columns import COLUMNS
from schemas.reading.cells import show_cells
from schemas.reading.limits import ReadingLimits
from schemas.reading.refusals import RefusedError
from schemas.synonyms import HEADINGS
from schemas.table import CellKind, SheetTable

HEADINGS_NEEDED = 3
IS_FILLED = bytes(byte != CellKind.BLANK for byte in range(256))
IS_BLANK = bytes(byte == 0 for byte in range(256))


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
        merges: merged cells; only those of more than one row matter.
    """

    name: str
    first_row_number: int
    columns: list[SheetColumn]
    is_1904: bool = False
    number: int = 1
    hidden_row_numbers: Collection[int] = ()
    merges: Sequence[Merge] = ()


class _Outline(NamedTuple):
    """Where a sheet's headings and rows are: one byte a row, 1 where it is wanted."""

    headings: list[str]
    heading_index: int
    is_row: bytes


def to_key(heading: str) -> str:
    """Return what is compared of a heading: its letters and digits."""
    return "".join(character for character in heading.casefold() if character.isalnum())


TEMPLATE_KEYS = {to_key(column.heading): column.name for column in COLUMNS}
SYNONYM_KEYS = {to_key(text): heading for heading, texts in HEADINGS.items() for text in (heading, *texts)}


def choose_table(sheets: Iterable[SheetCells], limits: ReadingLimits) -> SheetTable:
    """Take the sheet with the template's headings and rows below them; else the first with headings much like them.

    Args:
        sheets: the visible ones in the workbook's order, each read only when it is asked for.
        limits: how wide the sheet may be.

    Raises:
        RefusedError: no sheet has the headings, none has rows, several have both, or the sheet is too wide.
    """
    best: tuple[SheetCells, _Outline] | None = None
    second_best: tuple[SheetCells, _Outline] | None = None
    has_headings = False
    for sheet in sheets:
        outline = _find_outline(sheet)
        if outline is None or _count_known(outline.headings, SYNONYM_KEYS) < HEADINGS_NEEDED:
            continue
        has_headings = True
        if 1 not in outline.is_row:
            continue
        if _count_known(outline.headings, TEMPLATE_KEYS) >= HEADINGS_NEEDED:
            if best:
                raise RefusedError("file_second_sheet")
            best = sheet, outline
        second_best = second_best or (sheet, outline)
    chosen = best or second_best
    if chosen is None:
        raise RefusedError("file_no_rows" if has_headings else "file_no_headings")
    return _build_table(*chosen, limits)


def _find_outline(sheet: SheetCells) -> _Outline | None:
    """Find headings and rows; None when the sheet is blank."""
    is_row = _find_filled_rows(sheet.columns)
    heading_index = is_row.find(1)
    if heading_index < 0:
        return None
    is_row[heading_index] = 0
    at = slice(heading_index, heading_index + 1)
    headings = [show_cells(values[at], kinds[at], is_1904=sheet.is_1904)[0][0] for values, kinds in sheet.columns]
    return _Outline(headings, heading_index, bytes(is_row))


def _find_filled_rows(columns: list[SheetColumn]) -> bytearray:
    """Return 1 for each row in which a cell holds more than white space. Looks only at rows not known yet."""
    is_filled = bytearray(len(columns[0].values) if columns else 0)
    for column in columns:
        for index in _filled_cells(column, is_filled.translate(IS_BLANK)):
            is_filled[index] = 1
    return is_filled


def _filled_cells(column: SheetColumn, is_wanted: bytes | bytearray | None = None) -> Iterator[int]:
    """Yield the index of each cell that holds more than white space, of those that are wanted."""
    is_filled = column.kinds.translate(IS_FILLED)
    if is_wanted is not None:
        both = int.from_bytes(is_filled, "little") & int.from_bytes(is_wanted, "little")
        is_filled = both.to_bytes(len(is_filled), "little")
    index = is_filled.find(1)
    while index >= 0:
        value = column.values[index]
        if not (isinstance(value, str) and value.isspace()):
            yield index
        index = is_filled.find(1, index + 1)


def _count_known(headings: list[str], known: dict[str, str]) -> int:
    return len({known[key] for key in map(to_key, headings) if key in known})


def _build_table(sheet: SheetCells, outline: _Outline, limits: ReadingLimits) -> SheetTable:
    width = _find_width(sheet)
    if width > limits.column_count:
        raise RefusedError("file_too_wide", column_count=width, expected_count=len(COLUMNS))
    columns = [
        show_cells(
            list(compress(values, outline.is_row)), bytes(compress(kinds, outline.is_row)), is_1904=sheet.is_1904
        )
        for values, kinds in sheet.columns[:width]
    ]
    first = sheet.first_row_number
    return SheetTable(
        sheet_name=sheet.name,
        headings=outline.headings[:width],
        heading_row_number=first + outline.heading_index,
        row_numbers=[first + index for index, is_row in enumerate(outline.is_row) if is_row],
        texts=[texts for texts, _ in columns],
        kinds=[kinds for _, kinds in columns],
    )


def _find_width(sheet: SheetCells) -> int:
    """Count the columns up to the last that holds anything."""
    width = len(sheet.columns)
    while next(_filled_cells(sheet.columns[width - 1]), None) is None:
        width -= 1
    return width
