"""Files that a transfer has cut off or spoiled are refused, or read: nothing else ever happens.

What Python alone reads is read in this process, for speed; what calamine reads, in the real one.
"""

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
    make_parts,
    make_xls,
    make_xlsx,
    read,
)

LIMITS = ReadingLimits(seconds=20, memory_bytes=2**30)
CELLS = [*LEARNER, 7700900123.0, date(2008, 9, 1), True, Fault("#REF!")]
ROWS: list[list[Any]] = [HEADINGS, *[[*CELLS, f"only in row {row}"] for row in range(300)]]
WHOLE = {form: make(Sheet(ROWS)) for form, make in MAKERS.items()}
SIXTEENTHS = range(1, 16)


def read_or_refuse(content: bytes) -> SheetTable | str:
    started = time.monotonic()
    try:
        return read(content)
    except RefusedError as refused:
        return refused.rule
    finally:
        assert time.monotonic() - started < LIMITS.seconds


@pytest.mark.parametrize("form", sorted(MAKERS))
@pytest.mark.parametrize("sixteenths", SIXTEENTHS)
def test_a_file_cut_off_is_damaged(form: str, sixteenths: int) -> None:
    whole = WHOLE[form]
    assert read_or_refuse(whole[: len(whole) * sixteenths // 16]) == "file_damaged"


@pytest.mark.parametrize("form", sorted(MAKERS))
@pytest.mark.parametrize("sixteenths", SIXTEENTHS)
def test_a_file_with_a_tail_of_zeros_is_damaged(form: str, sixteenths: int) -> None:
    whole = WHOLE[form]
    kept = len(whole) * sixteenths // 16
    assert read_or_refuse(whole[:kept] + bytes(len(whole) - kept)) == "file_damaged"


@pytest.mark.parametrize("form", sorted(MAKERS))
def test_one_missing_byte_is_noticed_or_harmless(form: str) -> None:
    """The last bytes of an .xls are filling; those of an .xlsx are its directory."""
    assert read_or_refuse(WHOLE[form][:-1]) in ("file_damaged", read(WHOLE[form]))


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
