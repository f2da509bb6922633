"""What a file is, by its content and never by its name.

Owns the first bytes of files and what text looks like. `compound` looks into OLE2 files, `archive` into zip files.
"""

import re
from enum import StrEnum

from schemas.reading import refusals
from schemas.reading.archive import check_archive
from schemas.reading.compound import check_compound
from schemas.reading.limits import ReadingLimits
from schemas.reading.refusals import RefusedError, damaged, other_format


class Format(StrEnum):
    """What can be read; the value names the module beside this one that reads it."""

    XLS = "xls"
    XLSX = "xlsx"


OLE2 = bytes.fromhex("D0CF11E0A1B11AE1")
ZIP = b"PK\x03\x04"
EMPTY_ZIP = b"PK\x05\x06"
# A workbook that is not wrapped in OLE2, as some exporters write it: a BOF record, for Excel 2 to 97.
BARE_WORKBOOKS = (
    b"\x09\x00\x04\x00",
    b"\x09\x02\x06\x00",
    b"\x09\x04\x06\x00",
    b"\x09\x08\x08\x00",
    b"\x09\x08\x10\x00",
)

OTHER_BEGINNINGS = {
    b"%PDF": refusals.PDF,
    b"{\\rtf": refusals.RICH_TEXT,
    b"\x89PNG": refusals.PICTURE,
    b"\xff\xd8\xff": refusals.PICTURE,
    b"GIF8": refusals.PICTURE,
    b"\x1f\x8b\x08": refusals.ARCHIVE,
    b"7z\xbc\xaf": refusals.ARCHIVE,
    b"Rar!": refusals.ARCHIVE,
}

SAMPLE_BYTES = 4096
UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
CONTROL_CHARACTER = re.compile(r"[\x00-\x08\x0e-\x1f]")
WEB_PAGE = re.compile(r"<(!doctype\s+html|html|head|body|table|meta)\b|^\s*mime-version:", re.IGNORECASE)
EXCEL_2003 = "urn:schemas-microsoft-com:office:spreadsheet"
SEPARATOR = re.compile(r"[,;\t|]")


def detect_format(data: bytes, limits: ReadingLimits) -> Format:
    """Tell what the file is, and that it keeps within the limits.

    Args:
        data: the whole file.
        limits: how large it may be once unpacked.

    Raises:
        RefusedError: it is no workbook that we read, is protected, too large or damaged.
    """
    if not data:
        raise RefusedError("file_empty")
    if len(data) > limits.uncompressed_bytes:
        raise refusals.too_large(limits.uncompressed_bytes)
    if data.startswith(OLE2):
        check_compound(data)
        return Format.XLS
    if data.startswith(BARE_WORKBOOKS):
        return Format.XLS
    if data.startswith((ZIP, EMPTY_ZIP)):
        check_archive(data, limits)
        return Format.XLSX
    raise _name_other(data)


def _name_other(data: bytes) -> RefusedError:
    """Say what a file is that is neither OLE2 nor zip."""
    beginning = data[:SAMPLE_BYTES]
    if OLE2.startswith(beginning) or ZIP.startswith(beginning) or not beginning.strip(b"\0"):
        return damaged()
    for magic, name in OTHER_BEGINNINGS.items():
        if beginning.startswith(magic):
            return other_format(name)
    text = _read_text(beginning)
    if EXCEL_2003 in text:
        return other_format(refusals.XML_2003)
    if WEB_PAGE.search(text):
        return RefusedError("file_html")
    first_line = text.strip().partition("\n")[0]
    return RefusedError("file_csv" if SEPARATOR.search(first_line) else "file_not_spreadsheet")


def _read_text(beginning: bytes) -> str:
    """Return the beginning as text, or "" when it is not text."""
    if beginning.startswith(UTF_16_MARKS):
        return beginning.decode("utf-16", "ignore")
    text = beginning.decode("utf-8-sig", "ignore")
    return "" if CONTROL_CHARACTER.search(text) else text
