"""Taking the cells of one .xls sheet, column by column, several times as fast as xlrd alone does.

xlrd looks at each record through several calls. Nearly all records of a sheet are one of three plain ones: a shared
text and two forms of number. Those are taken here, and which rows are hidden and which cells merged, of which xlrd
tells only at a great price. All others (formulas, errors, booleans, drawings, notes) go on to xlrd as a sheet of their
own, so that nothing else of the format is known twice.

Owns that split, and all use of xlrd's insides: xlrd is finished (2.0.2) and its version is locked.
"""

import struct
from collections.abc import Iterator

import xlrd

from schemas.reading.sheet_cells import Merge, SheetCells, SheetColumn
from schemas.table import CellKind

SHEET_ROWS = 65_536
SHORT_ROWS = 1_024  # which hold most lists; columns of all rows take a megabyte each, and time to be made
SHEET_COLUMNS = 256
BIFF8 = 80
VISIBLE = 0

# A record begins with its code and its size, read here as one number. Source: [MS-XLS] 2.3 and 2.4.
SHARED_TEXT = 0x000A_00FD
SHORT_NUMBER = 0x000A_027E
NUMBER = 0x000E_0203
ROW = 0x0010_0208
BOF, EOF = 0x0809, 0x000A
MERGED = struct.pack("<H", 0x00E5)
IGNORED = {0x0201, 0x00BE, 0x0208, 0x00D7}  # blanks with a format, and where rows begin

CELL = struct.Struct("<IHHHI")  # code and size; row, column, style; the text's index or the short number
DOUBLE = struct.Struct("<d")
AREA = struct.Struct("<HHHH")  # first and last row, first and last column
AREAS_AT = 6  # behind code, size and count
ROW_FLAGS_AT = 16
IS_HIDDEN = 0x20  # fDyZero: its height is zero, whether it was hidden or filtered out. Source: [MS-XLS] Row

KINDS = {
    xlrd.XL_CELL_TEXT: CellKind.TEXT,
    xlrd.XL_CELL_NUMBER: CellKind.NUMBER,
    xlrd.XL_CELL_DATE: CellKind.DATE,
    xlrd.XL_CELL_BOOLEAN: CellKind.BOOLEAN,
    xlrd.XL_CELL_ERROR: CellKind.ERROR,
}
UNKNOWN_ERROR = "#N/A"


class _Columns(dict[int, tuple[list[object], bytearray]]):
    """Values and kinds of each column that holds any, so many rows long; made when first asked for."""

    def __init__(self, length: int) -> None:
        super().__init__()
        self._length = length

    def __missing__(self, column: int) -> tuple[list[object], bytearray]:
        if column >= SHEET_COLUMNS:
            raise ValueError("a cell lies beyond the last column")
        made: tuple[list[object], bytearray] = ([""] * self._length, bytearray(self._length))
        self[column] = made
        return made


class ShortNumbers(dict[int, float]):
    """Numbers that Excel keeps in 32 bits, worked out once each. Source: [MS-XLS] RkNumber."""

    def __missing__(self, packed: int) -> float:
        """Work one out: a whole number of 30 bits, or the top of a double; either may be in hundredths."""
        if packed & 2:
            number = float((packed >> 2) - (packed >> 31 << 30))
        else:
            (number,) = DOUBLE.unpack((packed & ~3).to_bytes(4, "little").rjust(8, b"\0"))
        self[packed] = number = number / 100 if packed & 1 else number
        return number


def visible_sheets(book: xlrd.Book) -> Iterator[tuple[int, str]]:
    """Yield index and name of each sheet that a person can see, without reading it."""
    for index, name in enumerate(book.sheet_names()):
        if book._sheet_visibility[index] == VISIBLE:
            yield index, name


def read_sheet(book: xlrd.Book, index: int, name: str) -> SheetCells:
    """Read a sheet's cells.

    Args:
        book: opened on demand, with ragged rows.
        index: of the sheet among the book's.
        name: of the sheet.

    Returns:
        The columns from A on, each from row 1 to the last that holds anything. Numbers are float, dates serial.
    """
    try:
        return _read_sheet(book, index, name, _Columns(SHORT_ROWS))
    except IndexError:  # it is longer than most, or damaged
        return _read_sheet(book, index, name, _Columns(SHEET_ROWS))


def _read_sheet(book: xlrd.Book, index: int, name: str, columns: _Columns) -> SheetCells:
    hidden_rows: list[int] = []
    others: list[bytes] = []
    if book.biff_version == BIFF8:
        others = _take_plain_records(book, index, columns, hidden_rows)
        _add_cells(columns, _read_alone(book, index, b"".join(others)))
    else:
        hidden_rows += _find_hidden_rows(book, index)
        _add_cells(columns, book.sheet_by_index(index))
    book.unload_sheet(index)
    height = max((_find_length(kinds) for _, kinds in columns.values()), default=0)
    every = [columns[column] for column in range(max(columns, default=-1) + 1)]
    return SheetCells(
        name,
        1,
        [SheetColumn(values[:height], bytes(kinds[:height])) for values, kinds in every],
        is_1904=bool(book.datemode),
        number=_find_number(book, index),
        hidden_row_numbers=[row + 1 for row in hidden_rows],
        merges=list(_find_merges(others)),
    )


def _find_length(kinds: bytearray) -> int:
    """Count the cells up to the last that holds anything; as one large number, since looking at each takes longest."""
    return -(-int.from_bytes(kinds, "little").bit_length() // 8)


def _find_number(book: xlrd.Book, index: int) -> int:
    """Return the sheet's place among all of the book's, charts and macros too, which xlrd leaves out."""
    places: list[int] = book._all_sheets_map
    return (places.index(index) if index in places else index) + 1


def _take_plain_records(book: xlrd.Book, index: int, columns: _Columns, hidden_rows: list[int]) -> list[bytes]:
    """Put texts and numbers into the columns and hidden rows, counted from 0, into their list; return all else."""
    kinds_of_styles = {style: KINDS[kind] for style, kind in book._xf_index_to_xl_type_map.items()}
    texts, numbers = book._sharedstrings, ShortNumbers()
    stream = book.mem + bytes(ROW_FLAGS_AT)  # so that the last record can be looked at like any other
    position = book._sh_abs_posn[index]
    others: list[bytes] = []
    while True:
        record, row, column, style, content = CELL.unpack_from(stream, position)
        if record == SHARED_TEXT:
            values, kinds = columns[column]
            values[row] = text = texts[content]
            kinds[row] = CellKind.TEXT if text else CellKind.BLANK
            position += 14
        elif record == SHORT_NUMBER:
            values, kinds = columns[column]
            values[row] = numbers[content]
            kinds[row] = kinds_of_styles[style]
            position += 14
        elif record == NUMBER:
            values, kinds = columns[column]
            (values[row],) = DOUBLE.unpack_from(stream, position + 10)
            kinds[row] = kinds_of_styles[style]
            position += 18
        elif record == ROW:
            if stream[position + ROW_FLAGS_AT] & IS_HIDDEN:
                hidden_rows.append(row)
            position += 20
        else:
            end = position + 4 + (record >> 16)
            if record & 0xFFFF == BOF and others:
                end = _skip_chart(stream, end)
            elif record & 0xFFFF not in IGNORED:
                others.append(stream[position:end])
            if record == EOF:
                return others
            position = end


def _find_hidden_rows(book: xlrd.Book, index: int) -> Iterator[int]:
    """Yield hidden rows, counted from 0, of a sheet of Excel 5 or 95; of older ones xlrd keeps nothing to look at."""
    if not book.mem:
        return
    stream, position = book.mem + bytes(ROW_FLAGS_AT), book._sh_abs_posn[index]
    while True:
        record, row = CELL.unpack_from(stream, position)[:2]
        if record == ROW and stream[position + ROW_FLAGS_AT] & IS_HIDDEN:
            yield row
        position += 4 + (record >> 16)
        if record == EOF:
            return


def _find_merges(records: list[bytes]) -> Iterator[Merge]:
    for record in records:
        if record.startswith(MERGED):
            areas = record[AREAS_AT:]
            for top, bottom, left, right in AREA.iter_unpack(areas[: len(areas) // AREA.size * AREA.size]):
                yield Merge(top + 1, bottom + 1, left, right)


def _skip_chart(stream: bytes, position: int) -> int:
    """Return where the sheet goes on after a chart, whose numbers are not the sheet's."""
    while True:
        record = CELL.unpack_from(stream, position)[0]
        position += 4 + (record >> 16)
        if record == EOF:
            return int(position)


def _read_alone(book: xlrd.Book, index: int, records: bytes) -> xlrd.sheet.Sheet:
    """Let xlrd read a sheet from these records in place of its own."""
    whole, start = book.mem, book._sh_abs_posn[index]
    book.mem, book._sh_abs_posn[index] = records, 0
    try:
        return book.get_sheet(index)
    finally:
        book.mem, book._sh_abs_posn[index] = whole, start


def _add_cells(columns: _Columns, sheet: xlrd.sheet.Sheet) -> None:
    """Put the cells that xlrd has read into the columns."""
    for row in range(sheet.nrows):
        for column, (kind, value) in enumerate(zip(sheet.row_types(row), sheet.row_values(row), strict=True)):
            if kind in KINDS and value != "":
                values, kinds = columns[column]
                values[row] = _to_value(kind, value)
                kinds[row] = KINDS[kind]


def _to_value(kind: int, value: object) -> object:
    if kind == xlrd.XL_CELL_BOOLEAN:
        return bool(value)
    return xlrd.error_text_from_code.get(value, UNKNOWN_ERROR) if kind == xlrd.XL_CELL_ERROR else value
