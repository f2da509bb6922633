"""Looking into a zip file, the wrapping of .xlsx and .ods: is it whole, is it sane, is it a workbook.

Sizes are counted while unpacking: what the file says of itself is not believed.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from enum import Enum, auto
from itertools import islice

from schemas.reading import refusals
from schemas.reading.limits import ReadingLimits
from schemas.reading.refusals import RefusedError, damaged, other_format, too_large

CONTENT_TYPES = "[Content_Types].xml"
CONTENT_TYPES_LIMIT = 2**20
WORKBOOK_TYPES = (
    b"spreadsheetml.sheet.main+xml",
    b"spreadsheetml.template.main+xml",
    b"ms-excel.sheet.macroEnabled.main+xml",
    b"ms-excel.template.macroEnabled.main+xml",
)
OTHER_TYPES = {
    b"ms-excel.sheet.binary.macroEnabled.main": refusals.XLSB,
    b"wordprocessingml.": refusals.WORD,
    b"presentationml.": refusals.POWERPOINT,
    b"ms-visio.": refusals.VISIO,
}
ODF_TYPE = b"application/vnd.oasis.opendocument."
ODF_SPREADSHEET = ODF_TYPE + b"spreadsheet"
ODF_MANIFEST = "META-INF/manifest.xml"
ODF_ENCRYPTED = b"encryption-data"

LOCAL_HEADER = struct.Struct("<4s22xHH")
INPUT_BYTES = 2**16
OUTPUT_BYTES = 2**18
ENCRYPTED_FLAG = 1


class Package(Enum):
    """What kind of workbook a zip file is."""

    EXCEL = auto()
    OPEN_DOCUMENT = auto()


def check_archive(data: bytes, limits: ReadingLimits) -> Package:
    """Tell .xlsx (or .xlsm, .xltx, .xltm) from .ods (or .ots), and refuse a zip file that is neither, or not whole.

    Raises:
        RefusedError: it is another program's, protected, too large once unpacked, or damaged.
    """
    parts = list_parts(data)
    if len(parts) > limits.entry_count:
        raise too_large(limits.uncompressed_bytes, limits)
    package = _find_kind(data, parts)
    unpacked = 0
    for part in parts:
        check = part_bytes = 0
        for block in unpack(data, part):
            check = zlib.crc32(block, check)
            part_bytes += len(block)
            if unpacked + part_bytes > limits.uncompressed_bytes:
                raise too_large(limits.uncompressed_bytes, limits)
        if check != part.CRC or part_bytes != part.file_size:
            raise damaged()
        unpacked += part_bytes
    return package


def list_parts(data: bytes) -> list[zipfile.ZipInfo]:
    """Return the parts that the file's directory lists; folders left out."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [part for part in archive.infolist() if not part.is_dir()]


def unpack(data: bytes, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield a part's bytes in blocks of at most 256 KiB.

    Raises:
        RefusedError: the part is cut off, overlaps nothing sensible, or is packed in a way that Excel never uses.
    """
    signature, name_length, extra_length = LOCAL_HEADER.unpack_from(data, part.header_offset)
    start = part.header_offset + LOCAL_HEADER.size + name_length + extra_length
    packed = memoryview(data)[start : start + part.compress_size]
    if signature != b"PK\x03\x04" or len(packed) != part.compress_size or part.flag_bits & ENCRYPTED_FLAG:
        raise damaged()
    if part.compress_type == zipfile.ZIP_STORED:
        yield bytes(packed)
    elif part.compress_type == zipfile.ZIP_DEFLATED:
        yield from _inflate(packed)
    else:
        raise damaged()


def _inflate(packed: memoryview) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    for start in range(0, len(packed), INPUT_BYTES):
        waiting: bytes | memoryview = packed[start : start + INPUT_BYTES]
        while len(waiting):
            if unpacker.eof:  # what stands behind the end would be kept, and copied again for each block
                raise damaged()
            yield unpacker.decompress(waiting, OUTPUT_BYTES)
            waiting = unpacker.unconsumed_tail or unpacker.unused_data
    yield unpacker.flush(OUTPUT_BYTES)
    if not unpacker.eof:
        raise damaged()


def _find_kind(data: bytes, parts: list[zipfile.ZipInfo]) -> Package:
    by_name = {part.filename: part for part in parts}
    manifest = _beginning(data, by_name.get(ODF_MANIFEST))
    kind = _beginning(data, by_name.get("mimetype")) or manifest
    if ODF_TYPE in kind:
        return _check_open_document(kind, manifest)
    if CONTENT_TYPES not in by_name:
        is_apple = any(name.startswith("Index/") and name.endswith(".iwa") for name in by_name)
        raise other_format(refusals.NUMBERS if is_apple else refusals.ARCHIVE)
    types = _beginning(data, by_name[CONTENT_TYPES])
    if not any(kind in types for kind in WORKBOOK_TYPES):
        raise other_format(next((name for kind, name in OTHER_TYPES.items() if kind in types), refusals.OFFICE))
    return Package.EXCEL


def _check_open_document(kind: bytes, manifest: bytes) -> Package:
    if ODF_ENCRYPTED in manifest:
        raise RefusedError("file_password_protected")
    if ODF_SPREADSHEET not in kind:
        raise other_format(refusals.ODF)
    return Package.OPEN_DOCUMENT


def _beginning(data: bytes, part: zipfile.ZipInfo | None) -> bytes:
    """Return up to a mebibyte of a part; nothing when it is not there."""
    if part is None:
        return b""
    return b"".join(islice(unpack(data, part), CONTENT_TYPES_LIMIT // OUTPUT_BYTES))[:CONTENT_TYPES_LIMIT]
