"""Tags that never end cost no more time the more there are: made to stop a reader, read as quickly as any."""

import io
import time
import zipfile
import zlib
from collections.abc import Callable

import pytest

from schemas.reading.archive import list_parts, unpack
from schemas.reading.error_cells import mark_lost_cells
from schemas.reading.far_cells import cut_to_beginning
from schemas.reading.refusals import RefusedError
from schemas.reading.sheet_xml import find_hidden_rows, measure_area

LENGTH = 5_000_000
SECONDS = 10  # under one on an idle machine; minutes and more when each search goes on to the end
HIDDEN_ROW = b'<row r="1" hidden="1">'


def find_hidden(sheet: bytes) -> set[int]:
    return find_hidden_rows(sheet, 1_048_576)


@pytest.mark.parametrize("search", [mark_lost_cells, measure_area, find_hidden, cut_to_beginning])
@pytest.mark.parametrize("tag", [b"<c ", b"<f ", b"<row ", b"<v ", b'<c t="e" ', b' t="e"', b' t="d"'])
def test_a_tag_that_never_ends_takes_no_long_time(search: Callable[[bytes], object], tag: bytes) -> None:
    sheet = HIDDEN_ROW + b"<c " + tag * (LENGTH // len(tag))
    started = time.process_time()
    search(sheet)
    assert time.process_time() - started < SECONDS


def test_cells_without_values_take_no_long_time() -> None:
    sheet = b'<c t="e"><f>' * (LENGTH // 100)
    started = time.process_time()
    assert mark_lost_cells(sheet) == sheet
    assert time.process_time() - started < SECONDS


def test_a_value_of_nothing_but_spaces_takes_no_long_time() -> None:
    sheet = b"<c ><f/><v>" + b" " * LENGTH
    started = time.process_time()
    assert mark_lost_cells(sheet, is_uncalculated=True) == sheet
    assert time.process_time() - started < SECONDS


@pytest.mark.parametrize("tail_bytes", [1, 2**16, 48 * 2**20])
def test_what_stands_behind_a_packed_part_is_damage_and_read_no_further(tail_bytes: int) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("part", b"x" * 100)
    (part,) = list_parts(file.getvalue())
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    packed = packer.compress(b"x" * 100) + packer.flush() + bytes(tail_bytes)
    header = file.getvalue()[: 30 + len("part")]
    part.compress_size = len(packed)
    started = time.process_time()
    with pytest.raises(RefusedError, match=r"^file_damaged$"):
        list(unpack(header + packed, part))
    assert time.process_time() - started < 1
