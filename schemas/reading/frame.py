"""How the child process hands its result to its parent: one frame of bytes, taken apart without trusting it.

The child has parsed a stranger's file, so nothing is unpickled and every length is checked. A frame is a letter, the
length of a head, the head as JSON, and for a table: row numbers as 32 bit integers, then for each column its kinds (a
byte a cell) and its texts (UTF-8, joined by NUL; the head holds their lengths). What is said in a frame is said by a
rule and numbers, so that a child that has been turned can put no learner's name into a message that is mailed.
"""

import json
import struct
from array import array
from typing import Any

from schemas.columns import COLUMNS_BY_KIND
from schemas.reading.limits import ReadingLimits
from schemas.reading.refusals import OTHER_FORMATS, RefusedError
from schemas.rules import FILE_RULES, WARNING
from schemas.table import CellKind, Remark, SheetTable

TABLE, REFUSAL = b"T", b"R"
BEGINNING = struct.Struct("<cI")
ROW_NUMBER = "I"
ROW_NUMBER_BYTES = array(ROW_NUMBER).itemsize
KINDS = bytes(CellKind)
TEXT_ABOVE_LIMIT = 1000  # characters of a cell above the headings
TEXT_LIMIT = 32_768  # characters of any other cell: one more than Excel can hold
ROWS_ABOVE_LIMIT = 30
COUNT_LIMIT = 2**31
DAMAGED_CHARACTER = "\ufffd"  # validation tells people about it


class FrameError(ValueError):
    """The bytes are no whole frame: the child process has died or been turned."""


def encode_table(table: SheetTable) -> list[bytes]:
    """Return the frame of a table, in pieces to be written one after the other."""
    texts = [_encode_texts(column) for column in table.texts]
    head = {
        "sheet_name": _clean(_cut(table.sheet_name)),
        "headings": [_clean(_cut(heading)) for heading in table.headings],
        "heading_row_number": table.heading_row_number,
        "row_count": table.row_count,
        "text_bytes": [len(column) for column in texts],
        "above": [(row, column, _clean(text)) for row, column, text in table.above],
        "remarks": table.remarks,
        "kind": table.kind,
        "is_1904": table.is_1904,
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
    except (struct.error, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise FrameError(type(error).__name__) from None


def _encode_head(letter: bytes, head: dict[str, Any]) -> list[bytes]:
    encoded = json.dumps(head).encode()
    return [BEGINNING.pack(letter, len(encoded)), encoded]


def _encode_texts(texts: list[str]) -> bytes:
    joined = "\0".join(texts)
    if joined.count("\0") != len(texts) - 1:
        joined = "\0".join(text.replace("\0", DAMAGED_CHARACTER) for text in texts)
    if _holds_longer(joined):
        joined = "\0".join(map(_cut, joined.split("\0")))
    try:
        return joined.encode()
    except UnicodeEncodeError:
        return _clean(joined).encode()


def _holds_longer(joined: str) -> bool:
    """Say whether one of the texts is longer than `TEXT_LIMIT`. Looks at places that such a one can't lie between."""
    half = TEXT_LIMIT // 2
    if all(joined.find("\0", start, start + half) >= 0 for start in range(0, len(joined) - half + 1, half)):
        return False
    return max(map(len, joined.split("\0"))) > TEXT_LIMIT


def _cut(text: str) -> str:
    """Return the text as it is, or when no cell of Excel could hold it its beginning, still too long for any column.

    White space is made plain first, lest the beginning be short once it is tidied.
    """
    return text if len(text) <= TEXT_LIMIT else " ".join(text.split())[:TEXT_LIMIT]


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
    texts_only = all(isinstance(text, str) and len(text) <= TEXT_LIMIT for text in (head["sheet_name"], *headings))
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
        joined = str(body[position + row_count : position + row_count + size], "utf-8")
        texts.append(joined.split("\0"))
        position += row_count + size
        if _holds_longer(joined) or len(texts[-1]) != row_count or kinds[-1].translate(None, KINDS):
            raise FrameError
    above = _decode_above(head["above"], heading_row, limits.column_count)
    remarks = _decode_remarks(head["remarks"], len(sizes), limits)
    kind, is_1904 = head["kind"], head["is_1904"]
    if kind not in COLUMNS_BY_KIND or type(is_1904) is not bool:
        raise FrameError
    return SheetTable(
        head["sheet_name"], headings, heading_row, row_numbers, texts, kinds, above, remarks, kind, is_1904
    )


def _decode_above(cells: list[list[Any]], heading_row: int, column_limit: int) -> tuple[tuple[int, int, str], ...]:
    """Check what stands above the headings: few rows, in order, each text of a length to be shown."""
    above = []
    last_place = (0, column_limit)
    for row, column, text in cells:
        is_place = type(row) is int and type(column) is int and last_place < (row, column)
        if not is_place or row >= heading_row or not 0 <= column < column_limit:
            raise FrameError
        if not isinstance(text, str) or len(text) > TEXT_ABOVE_LIMIT:
            raise FrameError
        last_place = row, column
        above.append((row, column, text))
    if len({row for row, _, _ in above}) > ROWS_ABOVE_LIMIT:
        raise FrameError
    return tuple(above)


def _decode_remarks(remarks: list[list[Any]], width: int, limits: ReadingLimits) -> tuple[Remark, ...]:
    """Check remarks: each a warning of ours with its numbers, on the sheet or on one of its columns."""
    if len(remarks) > limits.column_count + limits.entry_count:
        raise FrameError
    for rule, column_index, words in remarks:
        is_place = column_index is None or (type(column_index) is int and 0 <= column_index < width)
        is_counts = all(type(count) is int and 0 <= count < COUNT_LIMIT for count in words.values())
        if not is_place or not is_counts or FILE_RULES[rule].severity != WARNING:
            raise FrameError
        FILE_RULES[rule].message.format(**words)
    return tuple(Remark(rule, column_index, words) for rule, column_index, words in remarks)
