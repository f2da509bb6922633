"""Reading .csv: a text whose lines are rows. Every cell is text, as it stands there; nothing is guessed from it.

Owns records and their quotes. `text` knows encodings, `dialect` chooses the separator. Not to be mixed up with Python's
own module of this name, which `import csv` gives here as everywhere.
"""

import csv
import io
import re
from collections.abc import Iterator
from itertools import zip_longest

from schemas.columns import COLUMNS
from schemas.reading.dialect import Dialect, find_dialect
from schemas.reading.grid import CELL_COUNT, EXCEL_COLUMNS
from schemas.reading.limits import ReadingLimits
from schemas.reading.refusals import RefusedError, damaged, too_spread
from schemas.reading.sheet_cells import SheetCells, SheetColumn
from schemas.reading.text import decode_text

SHEET_NAME = "Learners"  # a text has no sheets; Excel would show the file's name, which nobody tells us
ENDING = "\ue000"
LINE_ENDS = ("\n", "\r")
SEPARATORS_OF_AN_ADDRESS = 7
KEPT_AS_TEXT = re.compile(r'="([^"]*)"')  # how exports keep Excel from taking 00417 for a number
ROWS_THAT_TELL = 3


def read_sheets(data: bytes, limits: ReadingLimits) -> Iterator[SheetCells]:
    """Yield the one sheet of a text. Its rows are numbered as Excel does: a record is a row, a blank line too.

    Raises:
        RefusedError: it is damaged, such as by a quote that is never closed or by being cut off, or has more cells than
            any list of learners.
    """
    text = decode_text(data)
    dialect = find_dialect(text)
    if dialect is None:
        raise RefusedError("file_not_spreadsheet")
    records = read_records(text, dialect, limits)
    if not text.endswith(LINE_ENDS):
        _refuse_cut_off(records)
    if '="' in text:
        records = [[_keep_text(cell) for cell in record] for record in records]
    yield SheetCells(SHEET_NAME, 1, _to_columns(records))


def read_records(text: str, dialect: Dialect, limits: ReadingLimits) -> list[list[str]]:
    """Return the cells of each row; line ends within a cell are made plain.

    Quotes are read by the letter of the format first. When that fails, stray quotes within a line are forgiven, as
    Excel does; where a stray quote may have swallowed line ends, nobody knows any more which cell is whose.
    """
    lines = text[dialect.start :] if dialect.start else text
    try:
        records, line_count = _read(lines, dialect, limits, is_strict=True)
    except csv.Error:
        return _read_forgiving(lines, dialect, limits)
    if line_count > len(records):
        _mend_line_ends(records, dialect.separator)
    return records


def _read(lines: str, dialect: Dialect, limits: ReadingLimits, *, is_strict: bool) -> tuple[list[list[str]], int]:
    """Return records and the number of lines that they took. Raises csv.Error."""
    reader = csv.reader(
        _each_line(lines, dialect.separator),
        delimiter=dialect.separator,
        skipinitialspace=dialect.is_spaced,
        strict=is_strict,
    )
    records = []
    for record in reader:
        records.append(record)
        if len(records) > limits.row_count:
            raise too_spread(len(records), max(map(len, records)))
    return records, reader.line_num


def _each_line(text: str, separator: str) -> Iterator[str]:
    """Yield lines; one that makes more cells than Excel has columns is refused before it is taken apart."""
    for line in io.StringIO(text, newline=""):
        if len(line) > EXCEL_COLUMNS and (width := line.count(separator) + 1) > EXCEL_COLUMNS:
            _refuse_width(width)
        yield line


def _read_forgiving(lines: str, dialect: Dialect, limits: ReadingLimits) -> list[list[str]]:
    ended = lines + ("" if lines.endswith(LINE_ENDS) else "\n") + ENDING
    try:
        records, line_count = _read(ended, dialect, limits, is_strict=False)
    except csv.Error:
        raise damaged() from None
    if line_count > len(records) or records.pop() != [ENDING]:
        raise damaged()
    return records


def _mend_line_ends(records: list[list[str]], separator: str) -> None:
    """Make line ends within cells plain.

    Raises:
        RefusedError: a cell holds line ends and as many separators as a whole row: two stray quotes far apart.
    """
    most = max(*map(len, records), SEPARATORS_OF_AN_ADDRESS + 1)
    for record in records:
        for index, cell in enumerate(record):
            if "\n" in cell or "\r" in cell:
                if cell.count(separator) >= most - 1:
                    raise damaged()
                record[index] = cell.replace("\r\n", "\n").replace("\r", "\n")


def _refuse_cut_off(records: list[list[str]]) -> None:
    """Refuse a text that ends within its last row: all other rows have the same number of cells, and that one fewer.

    A cut within the last cell of a row, or right behind a row, can't be told.
    """
    widths = {len(record) for record in records[:-1] if record}
    if len(records) > ROWS_THAT_TELL and len(widths) == 1 and len(records[-1]) < widths.pop():
        raise damaged()


def _keep_text(cell: str) -> str:
    kept = KEPT_AS_TEXT.fullmatch(cell)
    return kept[1] if kept else cell


def _to_columns(records: list[list[str]]) -> list[SheetColumn]:
    while records and not any(records[-1]):
        records.pop()
    for record in records:
        while record and not record[-1]:
            record.pop()
    width = max(map(len, records), default=0)
    if width > EXCEL_COLUMNS:
        _refuse_width(width)
    if len(records) * width > CELL_COUNT:
        raise too_spread(len(records), width)
    return [SheetColumn(values, bytes(map(bool, values))) for values in zip_longest(*records, fillvalue="")]


def _refuse_width(width: int) -> None:
    raise RefusedError("file_too_wide", column_count=width, expected_count=len(COLUMNS))
