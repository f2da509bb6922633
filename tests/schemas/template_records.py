"""Looking into an .xls template record by record, for what no reader shows: its drop-downs and where its texts stand.

Source: [MS-XLS] 2.4 (Dv, WriteAccess), 2.5.198 (PtgStr, PtgName); [MS-OLEPS] for the properties.
"""

import struct
from collections.abc import Iterator
from typing import NamedTuple

import xlrd
from xlrd.compdoc import CompDoc

DATA_VALIDATION = 0x01BE
STRING, NAME_REFERENCE = 0x17, 0x23
IS_SHOWN_AS_LIST, IS_LIST, SHOWS_ERROR = 0x200, 0x3, 0x80000


class Record(NamedTuple):
    code: int
    start: int  # of its body, counted from the file's first byte
    body: bytes


class Listed(NamedTuple):
    """A drop-down as a person meets it."""

    values: list[str]
    rows: tuple[int, int]  # the first and the last, as Excel shows them
    column: int
    refuses_others: bool
    error_message: str


def read_records(xls: bytes) -> list[Record]:
    """Read the workbook's records; its stream must lie in the file in one piece."""
    stream, position, size = CompDoc(xls).locate_named_stream("Workbook")
    assert stream == xls, "the workbook's stream is in pieces"
    records, end = [], position + size
    while position < end:
        code, length = struct.unpack_from("<HH", xls, position)
        records.append(Record(code, position + 4, xls[position + 4 : position + 4 + length]))
        position += 4 + length
    return records


def read_drop_downs(xls: bytes) -> Iterator[Listed]:
    book = xlrd.open_workbook(file_contents=xls)
    for record in read_records(xls):
        if record.code == DATA_VALIDATION and record.body[0] & 0xF == IS_LIST:
            yield _read_drop_down(book, record.body)


def _read_drop_down(book: xlrd.Book, body: bytes) -> Listed:
    (flags,) = struct.unpack_from("<I", body)
    assert not flags & IS_SHOWN_AS_LIST
    position, texts = 4, []
    for _ in range(4):  # titles and texts of the prompt and of the error
        count, is_wide = struct.unpack_from("<HB", body, position)
        assert not is_wide
        texts.append(body[position + 3 : position + 3 + count].decode("cp1252"))
        position += 3 + count
    (size,) = struct.unpack_from("<H", body, position)
    formula = body[position + 4 : position + 4 + size]
    range_count, first, last, first_column, last_column = struct.unpack("<5H", body[-10:])
    assert (range_count, first_column) == (1, last_column)
    is_refusing = bool(flags & SHOWS_ERROR) and not flags & 0x70
    return Listed(_read_values(book, formula), (first + 1, last + 1), first_column, is_refusing, texts[3])


def _read_values(book: xlrd.Book, formula: bytes) -> list[str]:
    """Follow a list's formula: the values themselves, or the name of the cells that hold them."""
    if formula[0] == STRING:
        count, is_wide = formula[1], formula[2]
        assert not is_wide and len(formula) == 3 + count
        return formula[3:].decode("cp1252").split("\0")
    assert formula[0] == NAME_REFERENCE and len(formula) == 5, "an .xls can look at another sheet only by a name"
    (number,) = struct.unpack_from("<I", formula, 1)
    sheet, first_row, end_row, first_column, end_column = book.name_obj_list[number - 1].area2d()
    assert sheet.visibility == 0 and end_column == first_column + 1
    return [str(value) for value in sheet.col_values(first_column, first_row, end_row)]


def read_properties(xls: bytes, stream_name: str) -> dict[int, bytes]:
    """Read a stream of document properties: number and the beginning of each value."""
    stream = CompDoc(xls).get_named_stream(stream_name)
    (start,) = struct.unpack_from("<I", stream, 44)
    _, count = struct.unpack_from("<II", stream, start)
    places = [struct.unpack_from("<II", stream, start + 8 + 8 * index) for index in range(count)]
    return {number: stream[start + offset :] for number, offset in places}
