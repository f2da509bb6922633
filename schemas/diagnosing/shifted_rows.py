"""Rows whose cells stand one column left or right of their headings.

Owns telling a shift from a row with many errors: a cell counts only when it is what the heading beside its own asks
for, so strictly that it can hardly be anything else.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import NamedTuple

import numpy as np

from schemas.columns import ETHNICITIES, GENDERS, YEAR_GROUPS
from schemas.distinct import Distinct, Mask
from schemas.judging.identifiers import have_right_uln_digit, have_right_upn_letter
from schemas.judging.learner_schema import are_among, are_emails
from schemas.normalising import normalise_values, tidy_column
from schemas.normalising.codes import POSTCODE
from schemas.shapes import Shape
from schemas.suggesting.written_dates import list_meanings, take_apart
from schemas.table import SheetTable

TYPED = ("ukprn", "year_group", "email", "postcode", "uln", "upn", "date_of_birth", "gender", "ethnicity")
SIDES = {"right": 1, "left": -1}  # where the cells stand, seen from their headings
OWN_UKPRN = Shape(r"1[0-9]{7}")  # every UKPRN begins so; a date of eight digits does not
WRONG_LEAST = 2  # typed cells of a row that must be wrong before anyone looks for a shift
SHIFTED_LEAST = 3  # cells that must fit the heading beside their own


class Shift(NamedTuple):
    """A row that is shifted.

    Args:
        row: its index.
        side: "right" or "left": where its cells stand, seen from their headings.
        name: our name for the column of the first cell that stands wrong.
    """

    row: int
    side: str
    name: str


def find_shifted(
    table: SheetTable, positions: Mapping[str, int], claimed: Mapping[str, Mask], today: date
) -> list[Shift]:
    """Find shifted rows among those with several wrong cells.

    Args:
        table: without the rows that are left out.
        positions: our column names with the indices of their sheet columns, in the sheet's order.
        claimed: for each column the rows in which it was found wrong.
        today: dates of birth lie before it.
    """
    names = [name for name in positions if name in TYPED]
    if len(names) < SHIFTED_LEAST:
        return []
    rows = np.flatnonzero(np.sum([claimed[name] for name in names], axis=0) >= WRONG_LEAST)
    if not len(rows):
        return []
    cells = _Cells(table, rows.tolist(), today)
    own = [cells.fit(name, positions[name]) for name in names]
    shifts: dict[int, Shift] = {}
    for side, step in SIDES.items():
        beside = [cells.fit(name, positions[name] + step) for name in names]
        filled = [cells.are_filled(positions[name] + step) for name in names]
        for place, start in _find_starts(own, beside, filled).items():
            row = int(rows[place])
            shifts.setdefault(row, Shift(row, side, _find_first(table, positions, row, names[start])))
    return [shifts[row] for row in sorted(shifts)]


class _Cells:
    """The cells of some rows, asked by sheet column; beyond the sheet everything is blank."""

    def __init__(self, table: SheetTable, rows: Sequence[int], today: date) -> None:
        self._table = table
        self._rows = rows
        self._fits = _list_fits(today)

    def fit(self, name: str, index: int) -> Mask:
        """Say for each row whether its cell in this sheet column is what our column `name` asks for."""
        column = self._take(index)
        return column.spread(self._fits[name](normalise_values(name, column.values)))

    def are_filled(self, index: int) -> Mask:
        return self._take(index).codes >= 0

    def _take(self, index: int) -> Distinct:
        if not 0 <= index < len(self._table.texts):
            return Distinct.of([""] * len(self._rows))
        texts = self._table.texts[index]
        return tidy_column(Distinct.of([texts[row] for row in self._rows]))


def _list_fits(today: date) -> dict[str, Callable[[list[str]], Mask]]:
    return {
        "ukprn": OWN_UKPRN.find,
        "year_group": partial(are_among, frozenset(YEAR_GROUPS)),
        "email": are_emails,
        "postcode": POSTCODE.find,
        "uln": have_right_uln_digit,
        "upn": have_right_upn_letter,
        "date_of_birth": partial(_are_dates, today),
        "gender": partial(are_among, frozenset(GENDERS)),
        "ethnicity": partial(are_among, frozenset(ETHNICITIES)),
    }


def _are_dates(today: date, values: list[str]) -> Mask:
    return np.array(
        [bool((parts := take_apart(value)) and list_meanings(parts, None, today)) for value in values], bool
    )


def _find_starts(own: Sequence[Mask], beside: Sequence[Mask], filled: Sequence[Mask]) -> dict[int, int]:
    """Return for each shifted row the first of the columns whose cell stands beside it.

    Args:
        own: for each typed column, in the sheet's order, the rows whose cell fits it.
        beside: the rows whose cell beside it fits it. Where both do, nothing is shifted.
        filled: the rows whose cell beside it is filled.
    """
    fitting = np.zeros(len(own[0]), dtype=np.int64)
    failing, first = fitting.copy(), fitting.copy()
    starts: dict[int, int] = {}
    for place, (fits_own, fits_beside, is_filled) in enumerate(zip(own, beside, filled, strict=True)):
        first = np.where(fits_beside & (fitting == 0), place, first)
        fitting = np.where(fits_own, 0, fitting + fits_beside)
        failing = np.where(fitting == 0, 0, failing + (is_filled & ~fits_beside))
        is_shifted = (fitting >= SHIFTED_LEAST) & (fitting >= 2 * failing)
        starts |= {row: int(first[row]) for row in np.flatnonzero(is_shifted).tolist() if row not in starts}
    return starts


def _find_first(table: SheetTable, positions: Mapping[str, int], row: int, start: str) -> str:
    """Return the first of our columns, from `start` on, whose cell is filled."""
    later = [name for name, index in positions.items() if index >= positions[start]]
    return next((name for name in later if table.texts[positions[name]][row].strip()), start)
