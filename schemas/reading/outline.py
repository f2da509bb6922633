"""Where a sheet's headings stand, and which of the rows below them are not blank.

Owns what a heading row is: the row near the top in which most headings are known. Matching headings to columns, and
all that is wrong with them, is `schemas.headings`'.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import compress, islice
from typing import NamedTuple

from schemas.columns import COLUMNS, LEARNERS, PROGRESS, PROGRESS_COLUMNS
from schemas.heading_keys import to_heading_key
from schemas.reading.cells import show_cells
from schemas.reading.sheet_cells import SheetCells, SheetColumn
from schemas.synonyms import HEADINGS
from schemas.table import CellKind

HEADINGS_NEEDED = 3
ROWS_LOOKED_AT = 30  # that are not blank: a title, a note and an address above the headings, and more
MANDATORY_NEEDED = 3  # of four, so that one misspelt heading leaves it a list of learners
TEMPLATE_NEEDED = 6
IS_FILLED = bytes(byte != CellKind.BLANK for byte in range(256))
IS_BLANK = bytes(byte == 0 for byte in range(256))


TEMPLATE_KEYS = {to_heading_key(column.heading): column.heading for column in COLUMNS}
SYNONYM_KEYS = {to_heading_key(text): heading for heading, texts in HEADINGS.items() for text in (heading, *texts)}
PROGRESS_KEYS = {to_heading_key(column.heading): column.heading for column in PROGRESS_COLUMNS}
ONLY_PROGRESS = PROGRESS_KEYS.keys() - SYNONYM_KEYS.keys()  # what no list of learners has
MANDATORY = frozenset(column.heading for column in COLUMNS if column.is_mandatory)
# Loosely, since it is only asked whether a sheet without headings goes on with learners of the sheet before it.
LIKE_UKPRN = re.compile(r"1[0-9]{7}")
LIKE_POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}", re.IGNORECASE)
LEARNERS_LOOKED_AT = 5
CHOSEN_FROM_A_LIST = frozenset({"Learner year group", "Gender", "Ethnicity"})


class Outline(NamedTuple):
    """A sheet's headings and rows.

    Args:
        headings: the heading row's texts, one a column.
        heading_index: of the heading row among the sheet's rows.
        is_row: one byte a row, 1 for each below the headings that holds anything.
        is_above: one byte a row, 1 for each above the headings that holds anything.
        template: the template's headings that stand there as they are.
        known: those and the ones that stand there under another name.
        kind: of which template they are.
    """

    headings: list[str]
    heading_index: int
    is_row: bytes
    is_above: bytes
    template: frozenset[str]
    known: frozenset[str]
    kind: str = LEARNERS

    @property
    def has_rows(self) -> bool:
        """Whether anything stands below the headings."""
        return 1 in self.is_row

    @property
    def is_of_learners(self) -> bool:
        """Whether the sheet is one of our lists beyond doubt, and no list of contacts or of allowed values."""
        return (
            self.kind == PROGRESS
            or len(self.template & MANDATORY) >= MANDATORY_NEEDED
            or len(self.template) >= TEMPLATE_NEEDED
        )

    @property
    def may_be_of_learners(self) -> bool:
        """Whether more is known than the headings of lists of allowed values."""
        return bool(self.known - CHOSEN_FROM_A_LIST)

    @property
    def rank(self) -> tuple[bool, int, int]:
        """How much the sheet looks like the list of learners, to be compared with another's."""
        return self.is_of_learners, len(self.known & MANDATORY) + len(self.known), len(self.template)


def find_outline(sheet: SheetCells) -> Outline | None:
    """Find the heading row: the one with most of the template's headings, else with most that are known at all.

    Of rows with equally many it is the first. A row is none with fewer than three.

    Returns:
        None when no row near the top has enough of them.
    """
    is_filled = bytes(_find_filled_rows(sheet.columns))
    best: tuple[tuple[int, int], Outline] | None = None
    for index in islice(compress(range(len(is_filled)), is_filled), ROWS_LOOKED_AT):
        headings = read_row(sheet, index)
        kind, template, known = _recognise(set(map(to_heading_key, headings)))
        rank = (len(template) if len(template) >= HEADINGS_NEEDED else 0, len(known))
        if len(known) >= HEADINGS_NEEDED and (best is None or rank > best[0]):
            below = bytes(index + 1) + is_filled[index + 1 :]
            above = is_filled[:index] + bytes(len(is_filled) - index)
            best = rank, Outline(headings, index, below, above, template, known, kind)
    return best[1] if best else None


def _recognise(keys: set[str]) -> tuple[str, frozenset[str], frozenset[str]]:
    """Return of which template a row's headings are, which of its headings stand there, and which are known at all."""
    if len(keys & ONLY_PROGRESS) >= HEADINGS_NEEDED:
        headings = frozenset(PROGRESS_KEYS[key] for key in keys & PROGRESS_KEYS.keys())
        return PROGRESS, headings, headings
    template = frozenset(TEMPLATE_KEYS[key] for key in keys & TEMPLATE_KEYS.keys())
    return LEARNERS, template, frozenset(SYNONYM_KEYS[key] for key in keys & SYNONYM_KEYS.keys())


def holds_learners_without_headings(sheet: SheetCells) -> bool:
    """Say whether one of the first rows has a UKPRN and a postcode."""
    is_filled = bytes(_find_filled_rows(sheet.columns))
    rows = islice(compress(range(len(is_filled)), is_filled), LEARNERS_LOOKED_AT)
    return any(
        any(LIKE_UKPRN.fullmatch(text.strip()) for text in texts)
        and any(LIKE_POSTCODE.fullmatch(text.strip()) for text in texts)
        for texts in (read_row(sheet, index) for index in rows)
    )


def read_row(sheet: SheetCells, index: int) -> list[str]:
    """Return the texts of a row, one a column."""
    at = slice(index, index + 1)
    return [
        show_cells(values[at], kinds[at], is_1904=sheet.is_1904)[0][0] if kinds[index] != CellKind.BLANK else ""
        for values, kinds in sheet.columns
    ]


def find_width(columns: Sequence[SheetColumn]) -> int:
    """Count the columns up to the last that holds anything."""
    width = len(columns)
    while width and next(_filled_cells(columns[width - 1]), None) is None:
        width -= 1
    return width


def _find_filled_rows(columns: Sequence[SheetColumn]) -> bytearray:
    """Return 1 for each row in which a cell holds more than white space. Looks only at rows not known yet."""
    is_filled = bytearray(len(columns[0].values) if columns else 0)
    for column in columns:
        for index in _filled_cells(column, is_filled.translate(IS_BLANK)):
            is_filled[index] = 1
    return is_filled


def _filled_cells(column: SheetColumn, is_wanted: bytes | bytearray | None = None) -> Iterator[int]:
    """Yield the index of each cell that holds more than white space, of those that are wanted."""
    is_filled = column.kinds.translate(IS_FILLED)
    if is_wanted is not None:
        both = int.from_bytes(is_filled, "little") & int.from_bytes(is_wanted, "little")
        is_filled = both.to_bytes(len(is_filled), "little")
    index = is_filled.find(1)
    while index >= 0:
        value = column.values[index]
        if not (isinstance(value, str) and value.isspace()):
            yield index
        index = is_filled.find(1, index + 1)
