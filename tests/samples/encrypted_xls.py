"""Protecting an .xls with a password as Excel 97 does, which no library at hand can. Made for tests only.

Source: [MS-XLS] 2.2.10 and [MS-OFFCRYPTO] 2.3.6: RC4 with a 40-bit key, a new one for each kilobyte of the stream.
"""

import io
import struct
from collections.abc import Iterator
from hashlib import md5

import msoffcrypto
from msoffcrypto.method.rc4 import DocumentRC4
from xlwt.CompoundDoc import XlsDoc

BOF, EOF, FILE_PASS, INTERFACE_HEADER, SHEET = 0x0809, 0x000A, 0x002F, 0x00E1, 0x0085
LEFT_PLAIN = {BOF, FILE_PASS, INTERFACE_HEADER}
HEADER = struct.Struct("<HH")
SALT = bytes(range(16))
VERIFIER = bytes(range(16, 32))
BLOCK_BYTES = 1024


def encrypt_xls(content: bytes, password: str) -> bytes:
    """Return the workbook protected with this password; the result is always the same."""
    workbook = msoffcrypto.OfficeFile(io.BytesIO(content))
    stream = workbook.data.workbook.read()
    records = list(_read_records(stream))
    file_pass = _make_file_pass(password)
    shift = HEADER.size + len(file_pass)
    records = [records[0], (FILE_PASS, file_pass), *[_shift_sheet(*record, shift) for record in records[1:]]]

    plain = b"".join(HEADER.pack(number, len(body)) + body for number, body in records)
    secret = _run_cipher(password, plain)
    encrypted = bytearray()
    for number, body in records:
        start = len(encrypted) + HEADER.size
        kept = len(body) if number in LEFT_PLAIN else 4 if number == SHEET else 0
        encrypted += HEADER.pack(number, len(body)) + body[:kept] + secret[start + kept : start + len(body)]
    filling = -len(encrypted) % 4  # what reads on behind the end expects whole records
    encrypted += HEADER.pack(0, filling) + bytes(filling)
    file = io.BytesIO()
    XlsDoc().save(file, bytes(encrypted))
    return file.getvalue()


def _read_records(stream: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield number and body of each record; what follows the last substream's end is filling."""
    position = depth = substreams_to_come = 0
    while not position or depth or substreams_to_come:
        number, size = HEADER.unpack_from(stream, position)
        position += HEADER.size
        yield number, stream[position : position + size]
        position += size
        depth += (number == BOF) - (number == EOF)
        substreams_to_come += (number == SHEET) - (number == BOF and substreams_to_come > 0)


def _shift_sheet(number: int, body: bytes, shift: int) -> tuple[int, bytes]:
    """Move a sheet's place in the stream behind the record that is put in before it."""
    if number != SHEET:
        return number, body
    return number, struct.pack("<L", struct.unpack_from("<L", body)[0] + shift) + body[4:]


def _make_file_pass(password: str) -> bytes:
    """Make the record that says how the stream is encrypted and lets a password be tried."""
    proof = _run_cipher(password, VERIFIER + md5(VERIFIER, usedforsecurity=False).digest())
    return struct.pack("<HHH", 1, 1, 1) + SALT + proof


def _run_cipher(password: str, content: bytes) -> bytes:
    """RC4 gives the plain text of the secret one and the other way round."""
    return bytes(DocumentRC4.decrypt(password, SALT, io.BytesIO(content), blocksize=BLOCK_BYTES).read())
