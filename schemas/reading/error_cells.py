"""Keeping the error cells of an .xlsx, which calamine gives as blanks, and refuses when it does not know the error.

A sheet's XML that holds any is rewritten so that each is a text with a mark before it: one reader for all files, and
whatever error a program has thought of is kept as it is spelled.
"""

import io
import re
import zipfile
from collections.abc import Iterator

from schemas.reading.archive import list_parts, unpack

ERROR_MARK = "\ufdd0"  # no character: Unicode keeps it for uses like this, and Excel never writes it
SHEET_PART = re.compile(r"/worksheets/[^/]+\.xml$", re.IGNORECASE)
NEEDED_PART = re.compile(r"\.(xml|rels)$", re.IGNORECASE)
ERROR_TYPES = (b't="e"', b"t='e'")
CELL_TAG = re.compile(rb"<(\w+:)?c\s")
VALUE_OR_END = re.compile(rb"<(?:\w+:)?v\b[^>]*>|</(?:\w+:)?c>")
TEXT_TYPE = b't="str"'
SLASH = ord("/")


def mark_errors(data: bytes) -> bytes | None:
    """Return the workbook with every error cell made a marked text, unpacked; None when it holds none.

    Args:
        data: an .xlsx that `schemas.reading.archive.check_archive` has passed.
    """
    parts = list_parts(data)
    if not any(_holds_error(unpack(data, part)) for part in parts if SHEET_PART.search(part.filename)):
        return None
    marked = io.BytesIO()
    with zipfile.ZipFile(marked, "w") as archive:
        for part in parts:
            if NEEDED_PART.search(part.filename):
                content = b"".join(unpack(data, part))
                archive.writestr(part.filename, mark_part(content) if SHEET_PART.search(part.filename) else content)
    return marked.getvalue()


def _holds_error(blocks: Iterator[bytes]) -> bool:
    seam = b""
    for block in blocks:
        joined = seam + block
        if any(error in joined for error in ERROR_TYPES):
            return True
        seam = joined[-len(ERROR_TYPES[0]) :]
    return False


def mark_part(sheet: bytes) -> bytes:
    """Return a sheet's XML with its error cells made marked texts. The same letters inside a text are left alone."""
    pieces: list[bytes] = []
    done = 0
    for found in re.finditer(b"|".join(ERROR_TYPES), sheet):
        start = sheet.rfind(b"<", done, found.start())
        end = sheet.find(b">", found.end())
        if start < 0 or sheet.find(b">", start) != end or not CELL_TAG.match(sheet, start):
            continue
        value = VALUE_OR_END.search(sheet, end)
        if value is None or sheet[end - 1] == SLASH or value[0].endswith((b"/>", b"c>")):
            continue  # it holds no value, so that it is a blank to Excel too
        pieces += (sheet[done : found.start()], TEXT_TYPE, sheet[found.end() : value.end()], ERROR_MARK.encode())
        done = value.end()
    return b"".join((*pieces, sheet[done:]))
