"""The sheet's columns taken apart into distinct values, and the sheet without some of its rows.

Owns the step from the table that was read to what validation works on. Judges nothing.
"""

from collections.abc import Mapping
from dataclasses import replace
from itertools import compress
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from schemas.distinct import Distinct, Mask
from schemas.normalising import tidy_column
from schemas.table import CellKind, SheetTable


class SheetColumn(NamedTuple):
    """One of our columns as it stands in the sheet.

    Args:
        raw: its texts.
        tidied: the same without needless white space.
        kind: one `CellKind` a row.
    """

    raw: Distinct
    tidied: Distinct
    kind: npt.NDArray[np.uint8]

    def without(self, rows: Mask) -> "SheetColumn":
        """Return the column with blanks where `rows` is true."""
        kind = np.where(rows, np.uint8(CellKind.BLANK), self.kind)
        return SheetColumn(self.raw.blanked_at(rows), self.tidied.blanked_at(rows), kind)


SheetColumns = dict[str, SheetColumn]


def take_apart(table: SheetTable, positions: Mapping[str, int]) -> SheetColumns:
    """Return the sheet's columns by our names, in the sheet's order."""
    return {name: _take_column_apart(table, index) for name, index in positions.items()}


def keep_rows(table: SheetTable, rows: Mask) -> SheetTable:
    """Return the table with those rows only where `rows` is true."""
    if rows.all():
        return table
    kept = rows.tolist()
    return replace(
        table,
        row_numbers=list(compress(table.row_numbers, kept)),
        texts=[list(compress(texts, kept)) for texts in table.texts],
        kinds=[bytes(compress(kinds, kept)) for kinds in table.kinds],
    )


def _take_column_apart(table: SheetTable, index: int) -> SheetColumn:
    raw = Distinct.of(table.texts[index])
    return SheetColumn(raw, tidy_column(raw), np.frombuffer(table.kinds[index], dtype=np.uint8))
