"""How a text keeps its table: by which character cells are parted, and whether it is a table at all.

Owns the choice. `csv` reads the records.
"""

import csv
import io
import re
from collections import Counter
from itertools import islice
from typing import NamedTuple

from schemas.heading_keys import to_heading_key
from schemas.reading.outline import ROWS_LOOKED_AT, SYNONYM_KEYS

SEPARATORS = (",", ";", "\t", "|")
TOLD_BY_EXCEL = re.compile(r'\A"?sep=([^\w\s"]|\t| )"?(?:\r\n|\r|\n|\Z)', re.IGNORECASE)
SAMPLE = 2**17
HEADINGS_OF_A_TABLE = 2
USUAL_WIDTH_SHARE = 0.9
SPACED_SHARE = 0.5

Records = list[list[str]]


class Dialect(NamedTuple):
    """How a text keeps its table.

    Args:
        separator: what parts the cells.
        start: index of the first character of the first row.
        is_spaced: whether a space follows each separator, so that quotes come after it.
    """

    separator: str
    start: int = 0
    is_spaced: bool = False


class _Try(NamedTuple):
    """What the first records look like with one separator; the greatest is the best."""

    known_count: int
    is_table: bool
    width: int


def find_dialect(text: str) -> Dialect | None:
    """Find the separator that makes known headings in one of the first rows, else the one that makes a table.

    Returns:
        None when the text is no table: prose, a program, data of another form.
    """
    told = TOLD_BY_EXCEL.match(text)
    start = told.end() if told else 0
    sample = text[start : start + SAMPLE]
    if told:
        return Dialect(told[1], start, _is_spaced(sample, told[1]))
    tried = {separator: _judge(_sample_records(sample, separator)) for separator in SEPARATORS}
    best = max(tried, key=lambda separator: tried[separator])
    if tried[best].known_count < HEADINGS_OF_A_TABLE and not tried[best].is_table:
        return None
    return Dialect(best, start, _is_spaced(sample, best))


def _sample_records(sample: str, separator: str) -> Records:
    """Return the first records that are not blank."""
    try:
        records = csv.reader(io.StringIO(sample, newline=""), delimiter=separator)
        return list(islice(filter(any, records), ROWS_LOOKED_AT))
    except csv.Error:
        return []


def _judge(records: Records) -> _Try:
    known_count = max(map(_count_known, records), default=0)
    widths = Counter(map(len, records))
    width, count = widths.most_common(1)[0] if widths else (0, 0)
    cells = [cell for record in records for cell in record if cell]
    is_table = (
        len(records) > 1 < width
        and count >= USUAL_WIDTH_SHARE * len(records)
        and len(cells) > len(records)  # lines that each end in a separator are a program
        and sum(cell[0].isspace() for cell in cells) < SPACED_SHARE * (len(cells) - len(records))  # prose
    )
    return _Try(known_count, is_table, width)


def _count_known(record: list[str]) -> int:
    return len({SYNONYM_KEYS[key] for key in map(to_heading_key, record) if key in SYNONYM_KEYS})


def _is_spaced(sample: str, separator: str) -> bool:
    """Say whether quotes stand behind a space. Within a quoted cell they would be doubled."""
    return re.search(rf'{re.escape(separator)} "(?!")', sample) is not None
