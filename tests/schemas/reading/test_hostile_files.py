"""Files made to break a reader break nothing but their own process, and the next good file is read.

Each is a real file read by the real child process.
"""

import struct
import time
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
import xlwt

from schemas.findings import FileError
from schemas.reading import ReadingLimits, read_workbook
from tests.schemas.reading.making import (
    GOOD,
    HEADINGS,
    LEARNER,
    MAIN,
    ODS_NAMES,
    SHEET,
    TEMPLATE_ROWS,
    TEXTS,
    XML,
    Sheet,
    make_csv,
    make_ods,
    make_parts,
    make_xls,
    make_xlsx,
    text_row,
    to_ods_table,
    zip_ods,
)

LIMITS = ReadingLimits(seconds=20, memory_bytes=2**30, uncompressed_bytes=64 * 2**20)
FORMATS = ("xls", "xlsx", "ods", "csv")
FAR_CELL = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
LAUGHS_TYPE = (
    '<!DOCTYPE sst [<!ENTITY a "haha">'
    + "".join(f'<!ENTITY {chr(98 + level)} "{f"&{chr(97 + level)};" * 10}">' for level in range(9))
    + "]>"
)
FOREIGN_TYPE = '<!DOCTYPE sst [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
LAUGHS = f'<?xml version="1.0"?>{LAUGHS_TYPE}<sst xmlns="{MAIN}"><si><t>&j;</t></si></sst>'
FOREIGN = f'<?xml version="1.0"?>{FOREIGN_TYPE}<sst xmlns="{MAIN}"><si><t>&f;</t></si></sst>'
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


def nested_bomb() -> bytes:
    """A bomb packed into a part of another file: nobody unpacks it twice."""
    return make_parts(TEMPLATE_ROWS, parts={"xl/embeddings/book.xlsx": bomb()})


def ods_with(content: str, prolog: str = "") -> bytes:
    """An .ods whose XML has this instead of one of the learners' names."""
    table = to_ods_table(GOOD).replace("Zoë", content)
    return zip_ods(
        "",
        content=f'<?xml version="1.0"?>{prolog}<office:document-content {ODS_NAMES}><office:body><office:spreadsheet>'
        f"{table}</office:spreadsheet></office:body></office:document-content>",
    )


def repeated_cells(rows: int, columns: int) -> bytes:
    """An .ods of two kilobytes that asks for so many cells."""
    cell = f'<table:table-cell table:number-columns-repeated="{columns}"><text:p>x</text:p></table:table-cell>'
    row = f'<table:table-row table:number-rows-repeated="{rows}">{cell}</table:table-row>'
    return zip_ods(to_ods_table(Sheet([HEADINGS])).replace("</table:table>", f"{row}</table:table>"))


def looped_xls() -> bytes:
    """An .xls whose table of sectors sends each reader of the workbook round in a circle."""
    content = bytearray(make_xls(Sheet([HEADINGS, *[LEARNER] * 200])))
    (first,) = struct.unpack_from("<I", content, 76)  # the sector that holds the table
    table = 512 * (first + 1)
    struct.pack_into("<I", content, table, 3)
    struct.pack_into("<I", content, table + 3 * 4, 0)
    return bytes(content)


def merged_xls() -> bytes:
    """An .xls with one merge over the whole sheet."""
    book = xlwt.Workbook()
    page = book.add_sheet("Learners")
    for row, cells in enumerate([HEADINGS, LEARNER]):
        for column, value in enumerate(cells):
            page.write(row + 1, column, value)
    page.write_merge(0, 0, 0, 255, "title")
    page.merged_ranges.append((2, 65_535, 0, 255))
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def nested(depth: int) -> str:
    return "<a>" * depth + "</a>" * depth


CSV = (",".join(HEADINGS) + "\n").encode()
HOSTILE: dict[str, tuple[bytes | Callable[[], bytes], str]] = {  # large ones are made when they are asked for
    "count of texts": (
        make_parts(SHARED, parts={TEXTS: f'{XML}<sst xmlns="{MAIN}" uniqueCount="4294967295"/>'}),
        "file_damaged",
    ),
    "far cell": (make_parts(text_row(1, HEADINGS) + FAR_CELL), "file_too_wide"),
    "rows beyond Excel's": (make_parts('<row r="1048577"><c r="A1048577"><v>1</v></c></row>'), "file_damaged"),
    "billion laughs": (make_parts(SHARED, parts={TEXTS: LAUGHS}), "file_damaged"),
    "foreign entity": (make_parts(SHARED, parts={TEXTS: FOREIGN}), "file_damaged"),
    "xml cut off": (
        make_parts(parts={SHEET: f'{XML}<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c'}),
        "file_damaged",
    ),
    "nesting in xlsx": (
        make_parts(parts={SHEET: f'{XML}<worksheet xmlns="{MAIN}">{nested(200_000)}</worksheet>'}),
        "file_no_headings",
    ),
    "no sheet": (make_parts(parts={"xl/workbook.xml": f'{XML}<workbook xmlns="{MAIN}"/>'}), "file_no_headings"),
    "zip bomb": (bomb, "file_too_large"),
    "zip bomb that lies": (lambda: claim_smaller_sizes(bomb()), "file_damaged"),
    "zip bomb just too large": (
        lambda: make_parts(TEMPLATE_ROWS, parts={"xl/a.bin": bytes(65 * 2**20)}),
        "file_too_large",
    ),
    "ods bomb": (lambda: zip_ods(to_ods_table(GOOD), parts={"Pictures/a.png": bytes(65 * 2**20)}), "file_too_large"),
    "ods bomb of text": (lambda: ods_with("x" * 65 * 2**20), "file_too_large"),
    "ods of many parts": (
        zip_ods(to_ods_table(GOOD), parts={f"Pictures/{number}": "" for number in range(2001)}),
        "file_too_large",
    ),
    "ods with a foreign entity": (ods_with("&f;", FOREIGN_TYPE), "file_damaged"),
    "ods with billions of laughs": (ods_with("&j;", LAUGHS_TYPE), "file_damaged"),
    "ods with an entity": (ods_with("Zoë", '<!DOCTYPE x [<!ENTITY a "b">]>'), "file_damaged"),
    "billion cells": (repeated_cells(1_048_570, 1000), "file_too_spread"),
    "cells beyond Excel's": (repeated_cells(1, 2_000_000_000), "file_too_spread"),
    "rows beyond all": (repeated_cells(2_000_000_000, 1), "file_too_spread"),
    "ole loop": (looped_xls(), "file_damaged"),
    "text in one long line": (lambda: b"x" * 16 * 2**20, "file_not_spreadsheet"),
    "text in one long cell": (lambda: CSV + b"1," + b"x" * 16 * 2**20, "file_damaged"),
    "text of one long row": (lambda: CSV + b"1," * 8 * 2**20, "file_too_wide"),
    "text of blank lines": (lambda: CSV + b"\n" * 16 * 2**20, "file_too_spread"),
    "text within quotes": (lambda: CSV + b'"' + b"1,2,3\n" * 2 * 2**20, "file_damaged"),
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
    path.write_bytes(content if isinstance(content, bytes) else content())
    started = time.monotonic()
    with pytest.raises(FileError, match=f"^{rule}$") as refused:
        read_workbook(path, LIMITS)
    assert time.monotonic() - started < LIMITS.seconds
    assert len(refused.value.findings) == 1
    assert "{" not in refused.value.findings[0].message
    assert read_workbook(good, LIMITS).row_count == 2


WHOLE_MERGE = "<table:table-cell table:number-columns-spanned='16384' table:number-rows-spanned='1048576' office"
BEYOND_SENSE = {
    "merge in xlsx": (
        make_parts(TEMPLATE_ROWS, after='<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'),
        1,
    ),
    "merge in xls": (merged_xls(), 1),
    "merge in ods": (zip_ods(to_ods_table(GOOD).replace("<table:table-cell office", WHOLE_MERGE, 1)), 2),
    "nesting in a cell of xlsx": (make_parts(TEMPLATE_ROWS.replace("Zoë", nested(200_000))), 1),
    "nesting in ods": (zip_ods(to_ods_table(GOOD) + nested(200_000)), 2),
    "nesting in a cell of ods": (ods_with(nested(200_000)), 2),
}


@pytest.mark.parametrize("name", BEYOND_SENSE)
def test_what_is_merged_or_nested_beyond_sense_breaks_nothing(name: str, tmp_path: Path, good: Path) -> None:
    content, row_count = BEYOND_SENSE[name]
    path = tmp_path / "hostile"
    path.write_bytes(content)
    assert read_workbook(path, LIMITS).row_count == row_count
    assert read_workbook(good, LIMITS).row_count == 2


def test_a_bomb_within_a_bomb_is_never_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "nested.xlsx"
    path.write_bytes(nested_bomb())
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
    with pytest.raises(FileError, match=r"^file_damaged$"):
        read_workbook(path, LIMITS)


@pytest.mark.parametrize("content", [make_xls(GOOD), make_xlsx(GOOD), make_ods(GOOD), make_csv(GOOD)], ids=FORMATS)
def test_the_name_does_not_matter(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "learners.pdf"
    path.write_bytes(content)
    assert read_workbook(path, LIMITS).row_count == 2
