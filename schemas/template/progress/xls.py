"""The progress template as .xls: a file made beforehand, and the same with learners put in.

`schemas.template.make_assets` lets LibreOffice make the file from the .xlsx, because no library writes an .xls with
drop-downs. Learners become records of rows and cells below its headings, their texts join its shared ones.

Source: [MS-XLS] 2.4 (BoundSheet8, ColInfo, Dimensions, Dv, ExtSST, LabelSst, Lbl, Number, Row).
"""

import struct
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from schemas.columns import PROGRESS_COLUMNS
from schemas.template.progress.compound_file import write_compound_file
from schemas.template.progress.rows import ProgressRow
from schemas.template.progress.shared_texts import SharedTexts
from schemas.template.records import Record, read_workbook, write_record

BLANK = Path(__file__).with_name("blank.xls")
MOST_LEARNERS = 65_535  # below the headings
ROWS_IN_BLOCK = 32  # whose rows are described together, then their cells

BEGINNING, NAME, SHARED, SHARED_INDEX = 0x0809, 0x0018, 0x00FC, 0x00FF
SHEET_START = b"\x85\0"  # of the record of where a sheet is
COLUMNS, SIZE, ROW, TEXT_CELL, NUMBER_CELL, DROP_DOWN = 0x007D, 0x0200, 0x0208, 0x00FD, 0x0203, 0x01BE
COLUMN_RANGE = struct.Struct("<HHHH")  # first, last, width, format
CELL = struct.Struct("<HHH")  # row, column, format
ROW_LOOKS = struct.pack("<HHHI", 300, 0, 0, 0x000F0100)  # 15 points high, nothing of its own
LAST_ROW_FROM_END = 6  # in a drop-down's range and in that of the filter: last row, first column, last column


def make_xls(learners: Iterable[ProgressRow]) -> bytes:
    """Return the template's bytes; without learners those of the file made beforehand.

    Raises:
        ValueError: there are more than `MOST_LEARNERS`.
    """
    blank, rows = BLANK.read_bytes(), list(learners)
    if not rows:
        return blank
    if len(rows) > MOST_LEARNERS:
        raise ValueError("an .xls has 65,536 rows")
    return write_compound_file("Workbook", _fill_in(read_workbook(blank), rows))


def _fill_in(records: Sequence[Record], rows: Sequence[ProgressRow]) -> bytes:
    """Return the workbook with the rows; its one sheet comes after what concerns the whole book."""
    (of_book, of_sheet) = (number for number, (code, _) in enumerate(records) if code == BEGINNING)
    texts = SharedTexts(next(body for code, body in records if code == SHARED))
    sheet = b"".join(_write_sheet(records[of_sheet:], rows, texts))
    return b"".join(_write_book(records[of_book:of_sheet], len(rows), texts)) + sheet


def _write_book(records: Sequence[Record], row_count: int, texts: SharedTexts) -> list[bytes]:
    """Return the records of the whole book, with one that says where the sheet comes: right behind them."""
    written: list[bytes] = []
    for code, body in records:
        if code == SHARED:
            written.append(texts.write())
        elif code == NAME:
            written.append(write_record(code, _end_at(row_count, body)))
        elif code != SHARED_INDEX:  # which only makes finding texts faster, and would point to the wrong places
            written.append(write_record(code, body))
    (place,) = (number for number, record in enumerate(written) if record.startswith(SHEET_START))
    head, kind_and_name = written[place][:4], written[place][8:]
    written[place] = head + struct.pack("<I", sum(map(len, written))) + kind_and_name
    return written


def _write_sheet(records: Sequence[Record], rows: Sequence[ProgressRow], texts: SharedTexts) -> Iterator[bytes]:
    """Give the sheet's records: those of the blank one, and the learners' after its last cell."""
    last_cell = max(number for number, (code, _) in enumerate(records) if code == TEXT_CELL)
    for number, (code, body) in enumerate(records):
        if code == DROP_DOWN:
            yield write_record(code, _end_at(len(rows), body))
        elif code == SIZE:
            yield write_record(code, struct.pack("<IIHHH", 0, len(rows) + 1, 0, len(PROGRESS_COLUMNS), 0))
        else:
            yield write_record(code, body)
        if number == last_cell:
            yield from _write_rows(rows, _find_formats(records), texts)


def _write_rows(rows: Sequence[ProgressRow], formats: Sequence[int], texts: SharedTexts) -> Iterator[bytes]:
    for start in range(0, len(rows), ROWS_IN_BLOCK):
        block = list(enumerate(rows[start : start + ROWS_IN_BLOCK], start=start + 1))
        for number, _ in block:
            yield write_record(ROW, struct.pack("<HHH", number, 0, len(PROGRESS_COLUMNS)) + ROW_LOOKS)
        for number, row in block:
            for column, value in enumerate(row):
                place = CELL.pack(number, column, formats[column])
                if isinstance(value, int):
                    yield write_record(NUMBER_CELL, place + struct.pack("<d", value))
                elif value is not None:
                    yield write_record(TEXT_CELL, place + struct.pack("<I", texts.add(value)))


def _find_formats(records: Sequence[Record]) -> list[int]:
    """Return the format of each of our columns."""
    formats = [0] * len(PROGRESS_COLUMNS)
    for code, body in records:
        if code == COLUMNS:
            first, last, _, format = COLUMN_RANGE.unpack_from(body)
            formats[first : last + 1] = [format] * len(formats[first : last + 1])
    return formats


def _end_at(row: int, body: bytes) -> bytes:
    """Return a record that ends with one range, which now ends at another row."""
    return body[:-LAST_ROW_FROM_END] + struct.pack("<H", row) + body[-LAST_ROW_FROM_END + 2 :]
