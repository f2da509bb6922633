"""How the child process hands its result to its parent: one frame of bytes, taken apart without trusting it.

The child has parsed a stranger's file, so nothing is unpickled and every length is checked. A frame is a letter, the
length of a head, the head as JSON, and for a table: row numbers as 32 bit integers, then for each column its kinds (a
byte a cell) and its texts (UTF-8, joined by NUL; the head holds their lengths).
"""

import json
import struct
from array import array
from typing import Any

from schemas.reading.limits import ReadingLimits
from schemas.reading.refusals import OTHER_FORMATS, RefusedError
from schemas.rules import FILE_RULES
from schemas.table import CellKind, SheetTable

TABLE, REFUSAL = b"T", b"R"
BEGINNING = struct.Struct("<cI")
ROW_NUMBER = "I"
ROW_NUMBER_BYTES = array(ROW_NUMBER).itemsize
KINDS = bytes(CellKind)
DAMAGED_CHARACTER = "\ufffd"  # validation tells people about it


class FrameError(ValueError):
    """The bytes are no whole frame: the child process has died or been turned."""


def encode_table(table: SheetTable) -> list[bytes]:
    """Return the frame of a table, in pieces to be written one after the other."""
    texts = [_encode_texts(column) for column in table.texts]
    head = {
        "sheet_name": _clean(table.sheet_name),
        "headings": [_clean(heading) for heading in table.headings],
        "heading_row_number": table.heading_row_number,
        "row_count": table.row_count,
        "text_bytes": [len(column) for column in texts],
    }
    pieces = _encode_head(TABLE, head)
    pieces.append(array(ROW_NUMBER, table.row_numbers).tobytes())
    for column, kinds in zip(texts, table.kinds, strict=True):
        pieces += (kinds, column)
    return pieces


def encode_refusal(refused: RefusedError) -> list[bytes]:
    """Return the frame of a refusal."""
    return _encode_head(REFUSAL, {"rule": refused.rule, "words": refused.words})


def decode_frame(frame: bytes | bytearray, limits: ReadingLimits) -> SheetTable:
    """Take a frame apart.

    Raises:
        RefusedError: the frame says that the file can't be used.
        FrameError: it is not whole, or says what can't be.
    """
    try:
        letter, head_bytes = BEGINNING.unpack_from(frame)
        body = BEGINNING.size + head_bytes
        head = json.loads(frame[BEGINNING.size : body])
        if letter == REFUSAL and len(frame) == body:
            raise _decode_refusal(head)
        if letter != TABLE:
            raise FrameError
        return _decode_table(head, memoryview(frame)[body:], limits)
    except (struct.error, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise FrameError(type(error).__name__) from None


def _encode_head(letter: bytes, head: dict[str, Any]) -> list[bytes]:
    encoded = json.dumps(head).encode()
    return [BEGINNING.pack(letter, len(encoded)), encoded]


def _encode_texts(texts: list[str]) -> bytes:
    joined = "\0".join(texts)
    if joined.count("\0") != len(texts) - 1:
        joined = "\0".join(text.replace("\0", DAMAGED_CHARACTER) for text in texts)
    try:
        return joined.encode()
    except UnicodeEncodeError:
        return _clean(joined).encode()


def _clean(text: str) -> str:
    """Replace halves of characters, which no encoding can hold."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _decode_refusal(head: dict[str, Any]) -> RefusedError:
    rule, words = head["rule"], head["words"]
    for word in words.values():
        if not (type(word) is int or word in OTHER_FORMATS):
            raise FrameError
    FILE_RULES[rule].message.format(**words)
    return RefusedError(rule, **words)


def _decode_table(head: dict[str, Any], body: memoryview, limits: ReadingLimits) -> SheetTable:
    row_count, headings, sizes = head["row_count"], head["headings"], head["text_bytes"]
    heading_row = head["heading_row_number"]
    expected = row_count * (ROW_NUMBER_BYTES + len(sizes)) + sum(sizes)
    texts_only = all(isinstance(text, str) for text in (head["sheet_name"], *headings))
    is_sane = 0 < row_count <= limits.row_count and 0 < len(sizes) == len(headings) <= limits.column_count
    if not is_sane or not texts_only or min(sizes) < 0 or len(body) != expected:
        raise FrameError
    row_numbers = array(ROW_NUMBER, bytes(body[: row_count * ROW_NUMBER_BYTES])).tolist()
    if not 0 < heading_row < row_numbers[0] or any(map(int.__ge__, row_numbers, row_numbers[1:])):
        raise FrameError
    texts, kinds = [], []
    position = row_count * ROW_NUMBER_BYTES
    for size in sizes:
        kinds.append(bytes(body[position : position + row_count]))
        texts.append(str(body[position + row_count : position + row_count + size], "utf-8").split("\0"))
        position += row_count + size
        if len(texts[-1]) != row_count or kinds[-1].translate(None, KINDS):
            raise FrameError
    return SheetTable(head["sheet_name"], headings, heading_row, row_numbers, texts, kinds)
