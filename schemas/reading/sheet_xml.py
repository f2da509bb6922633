"""What a sheet's XML says beside its cells' values, found in one quick pass over the unpacked blocks.

Owns that pass, which every .xlsx pays for, and the closer look at rows, which few need. Rewrites nothing.
"""

import re
import string
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

# What is searched for is short and rare. So capitals are made A, d is made e, and all is left out that is in no needle:
# one search does the work of hundreds, in a third of the bytes. It may find too much, never too little.
FOLDED = bytes.maketrans(f"{string.ascii_uppercase}'d".encode(), b"A" * len(string.ascii_uppercase) + b'"e')
LEFT_OUT = bytes(set(range(256)) - set(f"{string.ascii_uppercase}tedrfhin'\"=>".encode()))
SEAM_BYTES = 64  # longer than anything searched for

# Most programs put no prefix before names, and are searched several times faster without.
# None looks beyond the next "<", so that tags without an end, however many, take no time.
ROW_TAGS = re.compile(rb"<row\b([^<>]*)>"), re.compile(rb"<\w+:row\b([^<>]*)>")
ROW_NUMBER = re.compile(rb"""(?:^|\s)r\s*=\s*["'](\d{1,9})["']""")
HIDDEN_ROW = re.compile(rb"""hidden(?<=\shidden)\s*=\s*["']\s*(?:1|true)\s*["']""")
ANY_COLUMN = re.compile(rb"""r\s*=\s*["']([A-Z]{1,3})[0-9]""")
# A cell with anything in it but an empty value.
FILLED_CELLS = [
    re.compile(
        start
        + rb"""c\s([^<>/]*+(?:/(?!>)[^<>/]*+)*+)>(?!\s*</)"""
        + rb"""(?!\s*<(?:\w+:)?v\b[^<>]*?(?:/>|>\s*</(?:\w+:)?v\s*>)\s*</(?:\w+:)?c)"""
    )
    for start in (b"<", rb"<\w+:")
]
PLACE = re.compile(rb"""(?:^|\s)r\s*=\s*["']([A-Z]{1,3})(\d{1,9})["']""")


def _fold(text: str) -> bytes:
    return text.encode().translate(FOLDED, LEFT_OUT)


ERROR_OR_DATE, FORMULA_END, SHARED, BEYOND_COLUMN_Z = map(_fold, ('t="e"', "f>", 't="shared"', 'r="AA'))
HIDDEN_OR_NOT, *HIDDEN = map(_fold, ('hidden="', 'hidden="1"', 'hidden="true"'))
ROW_BEGINNINGS = b"<row ", b":row "
LAST_NEAR_COLUMN = 26  # Z


class Look(NamedTuple):
    """What a sheet may hold: when False, it does not; when True, a closer look is due.

    Args:
        lost_cells: errors, ISO dates or formulas, some of which calamine does not give as they are.
        hidden_rows: rows that are hidden.
        far_columns: cells right of column Z.
        last_row: the last row's number, if rows stand in their order; when 0, none was seen.
    """

    lost_cells: bool
    hidden_rows: bool
    far_columns: bool
    last_row: int


def look_through(blocks: Iterable[bytes]) -> Look:
    """Look for what needs a closer look, without taking the XML apart."""
    has_lost = has_hidden = has_far = False
    last_row = 0
    seam = folded = b""
    for block in blocks:
        joined = seam + block
        folded = folded[-SEAM_BYTES:] + block.translate(FOLDED, LEFT_OUT)
        has_lost = has_lost or ERROR_OR_DATE in folded or FORMULA_END in folded or SHARED in folded
        has_hidden = has_hidden or (HIDDEN_OR_NOT in folded and any(hidden in folded for hidden in HIDDEN))
        has_far = has_far or BEYOND_COLUMN_Z in folded
        last_row = max(last_row, _find_last_row(joined))
        seam = joined[-SEAM_BYTES:]
    return Look(has_lost, has_hidden, has_far, last_row)


def _find_last_row(block: bytes) -> int:
    """Return the number of the last row that begins in a block; 0 when none does or none is said."""
    start = next((at for at in map(block.rfind, ROW_BEGINNINGS) if at >= 0), -1)
    said = ROW_NUMBER.search(block, start, block.find(b">", start)) if start >= 0 else None
    return int(said[1]) if said else 0


def list_rows(sheet: bytes) -> Iterator[tuple[int, re.Match[bytes]]]:
    """Yield the number of each row, counted on where it is not said, and its opening tag."""
    number = 0
    for tag in next((tags for tags in ROW_TAGS if tags.search(sheet)), ROW_TAGS[0]).finditer(sheet):
        said = ROW_NUMBER.search(tag[1])
        number = int(said[1]) if said else number + 1
        yield number, tag


def find_hidden_rows(sheet: bytes, row_limit: int) -> set[int]:
    """Return the numbers of the rows that are hidden or filtered out."""
    if not HIDDEN_ROW.search(sheet):
        return set()
    return {number for number, tag in list_rows(sheet) if number <= row_limit and HIDDEN_ROW.search(tag[1])}


def count_filled_rows(sheet: bytes) -> int:
    """Count the rows in which a cell holds anything."""
    starts = [tag.start() for _, tag in list_rows(sheet)]
    return sum(
        any(cells.search(sheet, start, end) for cells in FILLED_CELLS) for start, end in pairwise([*starts, len(sheet)])
    )


def bound_area(sheet: bytes) -> tuple[int, int]:
    """Return a number of rows and of columns beyond which no cell lies, whether it holds anything or not."""
    last_row = max((number for number, _ in list_rows(sheet)), default=0)
    return last_row, max(map(_to_column_count, set(ANY_COLUMN.findall(sheet))), default=0)


def measure_area(sheet: bytes) -> tuple[int, int]:
    """Return the last row number and the number of columns up to the last cell that holds anything."""
    last_row, letters = 0, set()
    for cells in FILLED_CELLS:
        for cell in cells.finditer(sheet):
            place = PLACE.search(cell[1])
            if place:
                letters.add(place[1])
                last_row = max(last_row, int(place[2]))
    return last_row, max(map(_to_column_count, letters), default=0)


def _to_column_count(letters: bytes) -> int:
    """Return 1 for A, 26 for Z, 27 for AA."""
    count = 0
    for letter in letters:
        count = count * 26 + letter - ord("A") + 1
    return count
