"""Files that a transfer has cut off or spoiled are refused, or read: nothing else ever happens.

What Python alone reads is read in this process, for speed; what calamine reads, in the real one.
"""

import csv
import random
import time
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from schemas.findings import FileError
from schemas.reading import ReadingLimits, read_workbook
from schemas.reading.refusals import RefusedError
from schemas.table import SheetTable
from tests.schemas.reading.making import (
    HEADINGS,
    LEARNER,
    MAKERS,
    SHEET,
    TEMPLATE_ROWS,
    XML,
    Fault,
    Sheet,
    make_csv,
    make_ods,
    make_parts,
    make_xls,
    make_xlsx,
    read,
)

LIMITS = ReadingLimits(seconds=20, memory_bytes=2**30)
CELLS = [*LEARNER, 7700900123.0, date(2008, 9, 1), True, Fault("#REF!")]
ROWS: list[list[Any]] = [HEADINGS, *[[*CELLS, f"only in row {row}"] for row in range(300)]]
WHOLE = {form: make(Sheet(ROWS)) for form, make in (MAKERS | {"ods": make_ods}).items()}
CSV = make_csv(Sheet(ROWS), quoting=csv.QUOTE_ALL)
SIXTEENTHS = range(1, 16)


def read_or_refuse(content: bytes) -> SheetTable | str:
    started = time.monotonic()
    try:
        return read(content)
    except RefusedError as refused:
        return refused.rule
    finally:
        assert time.monotonic() - started < LIMITS.seconds


@pytest.mark.parametrize("form", sorted(WHOLE))
@pytest.mark.parametrize("sixteenths", SIXTEENTHS)
def test_a_file_cut_off_is_damaged(form: str, sixteenths: int) -> None:
    whole = WHOLE[form]
    assert read_or_refuse(whole[: len(whole) * sixteenths // 16]) == "file_damaged"


@pytest.mark.parametrize("form", sorted(WHOLE))
@pytest.mark.parametrize("sixteenths", SIXTEENTHS)
def test_a_file_with_a_tail_of_zeros_is_damaged(form: str, sixteenths: int) -> None:
    whole = WHOLE[form]
    kept = len(whole) * sixteenths // 16
    assert read_or_refuse(whole[:kept] + bytes(len(whole) - kept)) == "file_damaged"


@pytest.mark.parametrize("form", sorted(WHOLE))
def test_one_missing_byte_is_noticed_or_harmless(form: str) -> None:
    """The last bytes of an .xls are filling; those of an .xlsx are its directory."""
    assert read_or_refuse(WHOLE[form][:-1]) in ("file_damaged", read(WHOLE[form]))


@pytest.mark.parametrize("cut", range(len(CSV) // 2, len(CSV) // 2 + 60))
def test_a_text_cut_off_is_damaged_or_read_as_far_as_it_goes(cut: int) -> None:
    """A text has no end of its own: what is cut within quotes or within a character can be told, and nothing else."""
    found = read_or_refuse(CSV[:cut])
    whole = read(CSV)
    if isinstance(found, SheetTable):
        assert CSV[:cut].endswith((b'"', b",", b"\r", b"\n"))
        assert found.row_numbers == whole.row_numbers[: found.row_count]
        assert [column[:-1] for column in found.texts[:10]] == [
            column[: found.row_count - 1] for column in whole.texts[:10]
        ]
    else:
        assert found == "file_damaged"


@pytest.mark.parametrize("sixteenths", SIXTEENTHS)
def test_a_text_with_a_tail_of_zeros_is_damaged(sixteenths: int) -> None:
    kept = len(CSV) * sixteenths // 16
    assert read_or_refuse(CSV[:kept] + bytes(len(CSV) - kept)) == "file_damaged"


@pytest.mark.parametrize("seed", range(60))
def test_changed_bytes_of_an_xls_end_in_a_table_or_a_refusal(seed: int) -> None:
    read_or_refuse(spoil(make_xls(Sheet(ROWS[:20])), seed))


@pytest.mark.parametrize("seed", range(30))
def test_changed_bytes_of_an_xlsx_are_noticed_or_harmless(seed: int) -> None:
    content = make_xlsx(Sheet(ROWS[:20]))
    assert read_or_refuse(spoil(content, seed)) in ("file_damaged", "file_other_format", read(content))


@pytest.mark.parametrize("seed", range(12))
def test_changed_bytes_of_a_sheets_xml_end_in_a_table_or_a_refusal(seed: int, tmp_path: Path) -> None:
    """Zipped afterwards, so that no checksum tells."""
    sheet = f"{XML}<worksheet><sheetData>{TEMPLATE_ROWS}</sheetData></worksheet>".encode()
    path = tmp_path / "changed.xlsx"
    path.write_bytes(make_parts(parts={SHEET: spoil(sheet, seed)}))
    try:
        assert read_workbook(path, LIMITS).row_count >= 1
    except FileError as refused:
        assert len(refused.findings) == 1


def spoil(content: bytes, seed: int) -> bytes:
    """Change eight bytes."""
    chance = random.Random(seed)
    spoiled = bytearray(content)
    for _ in range(8):
        spoiled[chance.randrange(len(spoiled))] = chance.randrange(256)
    return bytes(spoiled)
