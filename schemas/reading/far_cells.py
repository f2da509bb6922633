"""A stray cell far from the learners, for which calamine would lay out the whole area between them; or too many rows.

Owns how large an area can be read, what is said of a larger one, and the beginning of a sheet that is read instead, so
that a sheet which holds no learners refuses nothing.
"""

import re
from itertools import pairwise

from schemas.columns import COLUMNS
from schemas.reading.limits import ReadingLimits
from schemas.reading.outline import ROWS_LOOKED_AT
from schemas.reading.refusals import RefusedError, too_long, too_spread
from schemas.reading.sheet_xml import LAST_NEAR_COLUMN, Look, bound_area, count_filled_rows, list_rows, measure_area

BYTES_PER_CELL = 100  # of the area, blank or not: 32 in calamine, 23 in the lists made of it, the rest for the texts
ROWS_OF_BEGINNING = 200
ROWS_END = re.compile(rb"</(?:\w+:)?sheetData\b")


def may_be_too_far(look: Look, limits: ReadingLimits) -> bool:
    """Say whether a sheet's area is due a closer look."""
    return look.far_columns or look.last_row > _longest(limits) or not _fits(look.last_row, LAST_NEAR_COLUMN, limits)


def refuse_area(sheet: bytes, limits: ReadingLimits) -> RefusedError | None:
    """Say why the area of a sheet's XML up to the last cell that holds anything can't be read; None when it can."""
    filled_count = count_filled_rows(sheet)
    if filled_count > _longest(limits):
        return too_long(filled_count, limits)
    if _fits(*bound_area(sheet), limits):
        return None
    row_count, column_count = measure_area(sheet)
    if _fits(row_count, column_count, limits):
        return None
    if column_count > limits.column_count:
        return RefusedError("file_too_wide", column_count=column_count, expected_count=len(COLUMNS))
    return too_spread(row_count, column_count)


def _longest(limits: ReadingLimits) -> int:
    """Return how many rows can at most hold anything: titles and headings may stand above the learners."""
    return limits.learner_count + ROWS_LOOKED_AT


def _fits(row_count: int, column_count: int, limits: ReadingLimits) -> bool:
    return row_count * column_count * BYTES_PER_CELL <= limits.memory_bytes


def cut_to_beginning(sheet: bytes) -> bytes:
    """Return a sheet's XML without the rows that stand far down, in whatever order rows stand."""
    end = ROWS_END.search(sheet)
    if end is None:
        return sheet
    starts = [(number, tag.start()) for number, tag in list_rows(sheet) if tag.start() < end.start()]
    first = starts[0][1] if starts else end.start()
    near = [
        sheet[start:next_start]
        for (number, start), (_, next_start) in pairwise([*starts, (0, end.start())])
        if number <= ROWS_OF_BEGINNING
    ]
    return b"".join([sheet[:first], *near, sheet[end.start() :]])
