"""An .xls workbook as its records: codes and bodies. What is in them, others know.

Source: [MS-XLS] 2.1.4.
"""

import struct
from typing import NamedTuple

from xlrd.compdoc import CompDoc

HEAD = struct.Struct("<HH")
MOST_BYTES = 8_224  # of a body


class Record(NamedTuple):
    """A record."""

    code: int
    body: bytes


def read_workbook(xls: bytes) -> list[Record]:
    """Return the records of a workbook that we made."""
    stream, position, size = CompDoc(xls).locate_named_stream("Workbook")
    records, end = [], position + size
    while position < end:
        code, length = HEAD.unpack_from(stream, position)
        position += HEAD.size + length
        records.append(Record(code, bytes(stream[position - length : position])))
    return records


def write_record(code: int, body: bytes) -> bytes:
    """Return a record's bytes."""
    return HEAD.pack(code, len(body)) + body
