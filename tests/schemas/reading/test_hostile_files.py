"""Files made to break a reader break nothing but their own process, and the next good file is read.

Each is a real file read by the real child process.
"""

import struct
import time
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from schemas.findings import FileError
from schemas.reading import ReadingLimits, read_workbook
from tests.schemas.reading.making import (
    GOOD,
    HEADINGS,
    MAIN,
    SHEET,
    TEMPLATE_ROWS,
    TEXTS,
    XML,
    make_parts,
    make_xls,
    make_xlsx,
    text_row,
)

LIMITS = ReadingLimits(seconds=20, memory_bytes=2**30, uncompressed_bytes=64 * 2**20)
FAR_CELL = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY a "haha">'
    + "".join(f'<!ENTITY {chr(98 + level)} "{f"&{chr(97 + level)};" * 10}">' for level in range(9))
    + f']><sst xmlns="{MAIN}"><si><t>&j;</t></si></sst>'
)
FOREIGN = (
    '<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    f'<sst xmlns="{MAIN}"><si><t>&f;</t></si></sst>'
)
SHARED = text_row(1, HEADINGS) + '<row r="2"><c t="s"><v>0</v></c></row>'


def claim_smaller_sizes(content: bytes) -> bytes:
    """Make every part of a zip file claim to unpack to 100 bytes."""
    changed = bytearray(content)
    with zipfile.ZipFile(BytesIO(content)) as archive:
        position = archive.start_dir
        for part in archive.infolist():
            changed[part.header_offset + 22 : part.header_offset + 26] = struct.pack("<I", 100)
            changed[position + 24 : position + 28] = struct.pack("<I", 100)
            position += 46 + len(part.filename.encode()) + len(part.extra) + len(part.comment)
    return bytes(changed)


def bomb() -> bytes:
    return make_parts(TEMPLATE_ROWS, parts={"xl/media/image1.png": bytes(256 * 2**20)})


HOSTILE = {
    "count of texts": (
        make_parts(SHARED, parts={TEXTS: f'{XML}<sst xmlns="{MAIN}" uniqueCount="4294967295"/>'}),
        "file_damaged",
    ),
    "far cell": (make_parts(text_row(1, HEADINGS) + FAR_CELL), "file_damaged"),
    "rows beyond Excel's": (make_parts('<row r="1048577"><c r="A1048577"><v>1</v></c></row>'), "file_damaged"),
    "billion laughs": (make_parts(SHARED, parts={TEXTS: LAUGHS}), "file_damaged"),
    "foreign entity": (make_parts(SHARED, parts={TEXTS: FOREIGN}), "file_damaged"),
    "xml cut off": (
        make_parts(parts={SHEET: f'{XML}<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c'}),
        "file_damaged",
    ),
    "no sheet": (make_parts(parts={"xl/workbook.xml": f'{XML}<workbook xmlns="{MAIN}"/>'}), "file_no_headings"),
    "zip bomb": (bomb(), "file_too_large"),
    "zip bomb that lies": (claim_smaller_sizes(bomb()), "file_damaged"),
    "parts": (make_parts(TEMPLATE_ROWS, parts={f"xl/{number}.xml": "" for number in range(2001)}), "file_too_large"),
}


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.xls"
    path.write_bytes(make_xls(GOOD))
    return path


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_and_the_next_is_read(name: str, tmp_path: Path, good: Path) -> None:
    content, rule = HOSTILE[name]
    path = tmp_path / "hostile.xls"
    path.write_bytes(content)
    started = time.monotonic()
    with pytest.raises(FileError, match=f"^{rule}$") as refused:
        read_workbook(path, LIMITS)
    assert time.monotonic() - started < LIMITS.seconds
    assert [finding.rule for finding in refused.value.findings] == [rule]
    assert "{" not in refused.value.findings[0].message
    assert read_workbook(good, LIMITS).row_count == 2


def test_a_merge_over_the_whole_sheet_is_harmless(tmp_path: Path) -> None:
    path = tmp_path / "merged.xlsx"
    merged = '<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    path.write_bytes(make_parts(TEMPLATE_ROWS, after=merged))
    assert read_workbook(path, LIMITS).row_count == 1


def test_no_foreign_file_is_ever_read(tmp_path: Path) -> None:
    """An entity that names a file of ours must not end up in a cell, whatever else becomes of the workbook."""
    secret = tmp_path / "secret.txt"
    secret.write_text("sealing key")
    text = f'<!DOCTYPE x [<!ENTITY f SYSTEM "file://{secret}">]>'
    sheet = f'<?xml version="1.0"?>{text}<worksheet xmlns="{MAIN}"><sheetData>{TEMPLATE_ROWS}</sheetData></worksheet>'
    path = tmp_path / "foreign.xlsx"
    path.write_bytes(make_parts(parts={SHEET: sheet.replace("Zoë", "&f;")}))
    try:
        found = str(read_workbook(path, LIMITS))
    except FileError as refused:
        found = str(refused.findings)
    assert "sealing key" not in found


def test_one_long_text_in_every_cell_does_not_fill_the_parent(tmp_path: Path) -> None:
    """A small file can stand for a table of gigabytes."""
    cells = '<c t="s"><v>0</v></c>' * 100
    rows = "".join(f'<row r="{row}">{cells}</row>' for row in range(2, 2000))
    texts = f'{XML}<sst xmlns="{MAIN}"><si><t>{"x" * 32_000}</t></si></sst>'
    path = tmp_path / "long.xlsx"
    path.write_bytes(make_parts(text_row(1, HEADINGS) + rows, parts={TEXTS: texts}))
    with pytest.raises(FileError, match=r"^file_(too_large|damaged)$"):
        read_workbook(path, LIMITS)


@pytest.mark.parametrize("content", [make_xls(GOOD), make_xlsx(GOOD)], ids=["xls", "xlsx"])
def test_the_name_does_not_matter(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "learners.pdf"
    path.write_bytes(content)
    assert read_workbook(path, LIMITS).row_count == 2
