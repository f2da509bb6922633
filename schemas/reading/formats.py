"""What a file is, by its content and never by its name.

Owns the first bytes of files and of texts. `compound` looks into OLE2 files, `archive` into zip files, `dialect` into
texts that may be tables.
"""

import re
from enum import StrEnum

from schemas.reading import refusals
from schemas.reading.archive import Package, check_archive
from schemas.reading.compound import check_compound
from schemas.reading.dialect import find_dialect
from schemas.reading.limits import ReadingLimits
from schemas.reading.refusals import RefusedError, damaged, other_format
from schemas.reading.text import decode_text


class Format(StrEnum):
    """What can be read; the value names the module beside this one that reads it."""

    XLS = "xls"
    XLSX = "xlsx"
    ODS = "ods"
    CSV = "csv"


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
WEB_PAGE = re.compile(r"<(!doctype\s+html|html|head|body|table|meta)\b|^\s*mime-version:", re.IGNORECASE)
EXCEL_2003 = "urn:schemas-microsoft-com:office:spreadsheet"
OPEN_DOCUMENT = "urn:oasis:names:tc:opendocument:"
# XML, and JSON as programs write it, in which headings and commas may stand as in a table.
MARKED_UP = re.compile(r"""\s*(?:<[?!a-zA-Z]|[\[{]\s*["'\[{\]}])""")


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
        raise refusals.too_large(limits.uncompressed_bytes, limits)
    if data.startswith(OLE2):
        check_compound(data)
        return Format.XLS
    if data.startswith(BARE_WORKBOOKS):
        return Format.XLS
    if data.startswith((ZIP, EMPTY_ZIP)):
        return Format.ODS if check_archive(data, limits) is Package.OPEN_DOCUMENT else Format.XLSX
    _refuse_other_bytes(data)
    _refuse_other_text(decode_text(data))
    return Format.CSV


def _refuse_other_bytes(data: bytes) -> None:
    """Refuse what is told by its first bytes, and what is left of a file whose transfer broke at once."""
    beginning = data[:SAMPLE_BYTES]
    if OLE2.startswith(beginning) or ZIP.startswith(beginning) or not beginning.strip(b"\0"):
        raise damaged()
    for magic, name in OTHER_BEGINNINGS.items():
        if beginning.startswith(magic):
            raise other_format(name)


def _refuse_other_text(text: str) -> None:
    """Refuse a text that is no table of cells parted by a character."""
    beginning = text[:SAMPLE_BYTES]
    if EXCEL_2003 in beginning:
        raise other_format(refusals.XML_2003)
    if OPEN_DOCUMENT in beginning:
        raise other_format(refusals.FLAT_ODF)
    if WEB_PAGE.search(beginning):
        raise RefusedError("file_html")
    if MARKED_UP.match(beginning) or find_dialect(text) is None:
        raise RefusedError("file_not_spreadsheet")
