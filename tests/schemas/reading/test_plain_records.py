"""The quick way through an .xls gives what xlrd alone gives."""

import io
import random
import struct
from datetime import date

import pytest
import xlrd
import xlwt
from xlrd.sheet import unpack_RK
from xlwt.CompoundDoc import XlsDoc

from schemas.reading.biff import ShortNumbers, read_sheet
from schemas.reading.refusals import RefusedError
from schemas.table import CellKind
from tests.schemas.reading.making import GOOD, HEADINGS, LEARNER, Fault, Sheet, make_xls, read, row_of

HEADER = struct.Struct("<HH")
CHART_WITH_A_NUMBER = (
    HEADER.pack(0x0809, 16)
    + struct.pack("<HHHHII", 0x0600, 0x0020, 0, 0, 0, 0)
    + HEADER.pack(0x0203, 14)
    + struct.pack("<HHHd", 1, 0, 0, 99.0)
    + HEADER.pack(0x000A, 0)
)


def open_book(content: bytes) -> xlrd.Book:
    return xlrd.open_workbook(file_contents=content, on_demand=True, ragged_rows=True)


def take_stream(content: bytes) -> bytes:
    """Return the records of an .xls of one sheet, up to the end of that sheet."""
    book = open_book(content)
    stream: bytes = book.mem[book.base :]
    position = book._sh_abs_posn[0] - book.base
    number = None
    while number != 0x000A:
        number, size = HEADER.unpack_from(stream, position)
        position += HEADER.size + size
    return stream[:position]


def wrap_stream(stream: bytes) -> bytes:
    file = io.BytesIO()
    XlsDoc().save(file, stream)
    return file.getvalue()


def test_short_numbers_are_worked_out_as_xlrd_does() -> None:
    chance = random.Random(4)
    numbers = ShortNumbers()
    for packed in [0, 1, 2, 3, 2**32 - 1, 2**31, *(chance.getrandbits(32) for _ in range(5000))]:
        theirs = unpack_RK(packed.to_bytes(4, "little"))
        assert numbers[packed] == theirs or (numbers[packed] != numbers[packed] and theirs != theirs)


def test_every_kind_of_cell_is_where_xlrd_finds_it() -> None:
    chance = random.Random(5)
    choices = ["text", "", 7, 7.25, 1e12, -4, 12.34, True, Fault("#REF!"), None, date(2008, 9, 1), xlwt.Formula("1+1")]
    content = make_xls(Sheet([[chance.choice(choices) for _ in range(12)] for _ in range(200)]))
    columns = read_sheet(open_book(content), 0, "Learners").columns
    theirs = open_book(content).sheet_by_index(0)
    for row in range(200):
        for column, (kind, value) in enumerate(zip(theirs.row_types(row), theirs.row_values(row), strict=True)):
            ours = columns[column].values[row]
            assert ours == (xlrd.error_text_from_code[value] if kind == xlrd.XL_CELL_ERROR else value)
            assert (columns[column].kinds[row] == CellKind.BLANK) == (value == "")


def test_numbers_of_a_chart_are_not_the_sheets() -> None:
    stream = take_stream(make_xls(GOOD))
    table = read(wrap_stream(stream[:-4] + CHART_WITH_A_NUMBER + stream[-4:]))
    assert table.texts[0] == ["10001234", "10001234"]


def test_a_workbook_that_is_not_wrapped_is_read() -> None:
    assert read(take_stream(make_xls(GOOD))) == read(make_xls(GOOD))


def test_a_workbook_of_excel_2_is_read() -> None:
    """Some exporters still write it; none of its records is a plain one of today."""

    def text(row: int, column: int, value: str) -> bytes:
        body = struct.pack("<HH3xB", row, column, len(value)) + value.encode()
        return HEADER.pack(0x0004, len(body)) + body

    number = HEADER.pack(0x0003, 15) + struct.pack("<HH3xd", 1, 1, 12.0)
    cells = [text(0, column, heading) for column, heading in enumerate(HEADINGS)] + [text(1, 0, "10001234"), number]
    table = read(HEADER.pack(0x0009, 4) + struct.pack("<HH", 2, 0x10) + b"".join(cells) + HEADER.pack(0x000A, 0))
    assert (table.headings, row_of(table, 0)[:2]) == (HEADINGS, ["10001234", "12"])


def test_a_sheet_after_a_chart_keeps_its_number() -> None:
    """xlrd counts only sheets of cells; people count all tabs."""
    book = open_book(make_xls(Sheet([], name="One"), GOOD))
    book._all_sheets_map = [0, -1, 1]
    assert [read_sheet(book, index, "").number for index in (0, 1)] == [1, 3]


@pytest.mark.parametrize("record", [(0x00FD, 1, 256, 0), (0x027E, 1, 65535, 0), (0x00FD, 1, 0, 99)])
def test_a_cell_outside_the_sheet_or_its_texts_is_damage(record: tuple[int, int, int, int]) -> None:
    code, row, column, text = record
    stream = take_stream(make_xls(GOOD))
    cell = HEADER.pack(code, 10) + struct.pack("<HHHI", row, column, 0, text)
    with pytest.raises(RefusedError, match=r"^file_damaged$"):
        read(wrap_stream(stream[:-4] + cell + stream[-4:]))


def test_a_sheet_that_does_not_end_is_damage() -> None:
    with pytest.raises(RefusedError, match=r"^file_damaged$"):
        read(wrap_stream(take_stream(make_xls(Sheet([HEADINGS, LEARNER])))[:-4]))


def test_a_workbook_of_nonsense_is_damage() -> None:
    with pytest.raises(RefusedError, match=r"^file_damaged$"):
        read(wrap_stream(b"nonsense" * 1000))


@pytest.mark.parametrize(
    ("value", "shown"), [("Zoë", "Zoë"), (7.25, "7.25"), (True, "TRUE"), (Fault("#REF!"), "#REF!")], ids=str
)
def test_a_sheet_longer_than_most_is_read_whole(value: object, shown: str) -> None:
    """Whatever kind of record goes beyond the rows that are made room for at first."""
    table = read(make_xls(Sheet([HEADINGS, *[LEARNER] * 1_100, [*LEARNER[:6], value]])))
    assert (table.row_count, table.row_numbers[-1]) == (1_101, 1_102)
    assert row_of(table, 0)[:10] == LEARNER
    assert row_of(table, 1_100)[6] == shown
