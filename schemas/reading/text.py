"""The characters of a text file: which encoding it is in, and whether it is a text and whole.

Owns encodings. What the text says, `dialect` and `formats` look at.
"""

import codecs
import re

from schemas.reading.refusals import RefusedError, damaged

MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
SAMPLE = 4096
ZEROS_OF_UTF_16 = 0.4  # of every second byte, in a text that is mostly English
STRAY_ZEROS = 0.05
CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0e-\x1f]")
HOLE = re.compile(r"\0{16,}")
CONTROLS_ALLOWED = 2  # and one in fifty: a damaged cell is still a cell
CHARACTER_DAMAGED = "\ufffd"
END_OF_FILE = "\x1a"  # of DOS


def decode_text(data: bytes) -> str:
    """Return the characters of a text file: UTF-8, UTF-16, else Windows-1252; the byte order mark is left out.

    Bytes that mean nothing in the encoding become U+FFFD, so that validation finds the cells they stand in.

    Raises:
        RefusedError: it is no text, or was cut off or zeroed on its way.
    """
    text = _decode(data).rstrip(END_OF_FILE)
    body = text.rstrip("\0")
    sample = HOLE.sub("", body[:SAMPLE])
    if len(CONTROL_CHARACTERS.findall(sample)) > CONTROLS_ALLOWED + len(sample) // 50:
        raise RefusedError("file_not_spreadsheet")
    if len(body) < len(text) or HOLE.search(body):
        raise damaged()
    return body


def _decode(data: bytes) -> str:
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return _decode_marked(data[len(mark) :], encoding)
    guessed = _guess_utf_16(data[:SAMPLE])
    return _decode_marked(data, guessed) if guessed else _decode_unmarked(data)


def _decode_marked(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        if error.end == len(data):
            raise damaged() from None
        return data.decode(encoding, "replace")


def _decode_unmarked(data: bytes) -> str:
    """Decode as UTF-8 what mostly is, so that one bad byte spoils one cell; anything else as Windows text."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        text = data.decode("utf-8", "replace")
        bad = text.count(CHARACTER_DAMAGED)
        good = len(text) - len(text.encode("ascii", "ignore")) - bad
        if good and error.end == len(data):
            raise damaged() from None
        return text if good > bad else data.decode("cp1252", "replace")


def _guess_utf_16(beginning: bytes) -> str | None:
    """Tell UTF-16 without a mark by the zero in every second byte."""
    half = len(beginning) // 2
    if not half:
        return None
    first, second = (beginning[start::2].count(0) / half for start in (0, 1))
    if second > ZEROS_OF_UTF_16 and first < STRAY_ZEROS:
        return "utf-16-le"
    return "utf-16-be" if first > ZEROS_OF_UTF_16 and second < STRAY_ZEROS else None
