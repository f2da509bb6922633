"""What is wrong with a column as a whole, told by all its values together, and what is put right in passing.

Owns which diagnosis is asked of which column. The diagnoses are in the modules beside this one.
"""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from schemas.diagnosing.date_orders import find_date_orders
from schemas.diagnosing.diagnosis import Diagnosis
from schemas.diagnosing.lost_zeros import find_lost_zeros
from schemas.diagnosing.sheet_columns import SheetColumn
from schemas.diagnosing.ukprns import find_foreign_ukprns
from schemas.distinct import Distinct, Mask
from schemas.normalising.codes import NO_ULN, NUMBER_ENDING, find_lost_telephone_zeros, restore_zeros
from schemas.table import CellKind

WITH_NUMBERS = frozenset(("ukprn", "year_group", "house_name_or_number", "telephone", "uln", "ccis"))


class Correction(NamedTuple):
    """A warning about cells whose meaning is changed: what its values become in the rows that it holds for."""

    rule: str
    rows: Mask
    values: list[str]


def diagnose_column(name: str, column: Distinct, cells: SheetColumn, *, ukprn: str, today: date) -> Iterator[Diagnosis]:
    """Yield what a column's values tell of each other.

    Args:
        name: our name for the column.
        column: in canonical spelling, with blanks where cells are damaged.
        cells: the same as it stands in the sheet.
        ukprn: of the provider that the import is for.
        today: dates of birth lie before it.
    """
    if name == "ukprn":
        yield from find_foreign_ukprns(column, ukprn)
    if name == "ccis":
        yield from find_lost_zeros(column, cells.kind == CellKind.NUMBER)
    if name == "date_of_birth":
        yield from find_date_orders(column, cells.kind == CellKind.DATE, today)


def list_corrections(name: str, column: Distinct, cells: SheetColumn) -> Iterator[Correction]:
    """Yield what is put right, told before the column is judged."""
    if name == "telephone":
        lost = find_lost_telephone_zeros(column, cells.kind == CellKind.NUMBER)
        yield Correction("telephone_zero_restored", lost, restore_zeros(column.values))
    if name == "uln":
        yield Correction("uln_none", column.find(NO_ULN), [""] * len(column.values))


def find_number_endings(name: str, tidied: Distinct) -> Mask | None:
    """Say for each row whether it holds a text such as 12.0, which normalising has cut; None where no row does.

    Told after the column was judged: what is wrong without its ending too is an error, and no warning may hide it.
    """
    if name not in WITH_NUMBERS or ".0" not in tidied.lines:
        return None
    return tidied.spread(NUMBER_ENDING.find(tidied.values))
