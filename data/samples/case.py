"""What a sample is: a sheet, the provider it is dropped for, and the outcome it must have, stated by hand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from xlwt.Utils import rowcol_to_cell

from data.samples.sheets import Cell, Row
from schemas.columns import COLUMN_BY_NAME, COLUMNS
from schemas.rules import ERROR, RULES

NORTHFIELD, RIVERSIDE, ST_ALDHELM = "10001234", "10005678", "10009012"  # the providers of providers.csv
TEMPLATE = tuple((column.heading, column.name) for column in COLUMNS)


class Expected(NamedTuple):
    """A finding that must come back.

    `name` is our column name: a finding on a row as a whole has none, and one on the whole file no row number.
    """

    rule: str
    row_number: int | None = None
    name: str | None = None
    suggestion: str | None = None


class Broken(NamedTuple):
    """A cell to spoil, and what must be said of it."""

    name: str
    cell: Cell
    rule: str
    suggestion: str | None = None


@dataclass(frozen=True)
class Case:
    """One sample.

    Args:
        file_name: begins with a number; samples are imported in that order.
        about: what it shows, in a sentence.
        ukprn: the provider it is imported for.
        rows: the learners; a row with no cells is a blank row.
        expected: every finding, in the order of row and sheet column, those on the whole file first.
        headings: each sheet column's heading as written, and our column name.
        row_count: how many learners the file holds, where that is not every row.
        updated_count, unchanged_count: how many of them are there already; the rest is created.
        after: the samples that must have been imported before it.
        from_1904: whether its dates are counted from 1904.
        text: for a file that is no workbook, what it holds instead.
    """

    file_name: str
    about: str
    ukprn: str
    rows: Sequence[Row] = ()
    expected: Sequence[Expected] = ()
    headings: Sequence[tuple[str, str]] = TEMPLATE
    row_count: int | None = None
    updated_count: int = 0
    unchanged_count: int = 0
    after: Sequence[str] = ()
    from_1904: bool = False
    text: str = ""

    def describe_outcome(self) -> dict[str, Any]:
        """Return the outcome it must have, as kept beside the workbook."""
        row_count = len(self.rows) if self.row_count is None else self.row_count
        is_refused = any(RULES[expected.rule].severity == ERROR for expected in self.expected)
        created_count = 0 if is_refused else row_count - self.updated_count - self.unchanged_count
        return {
            "about": self.about,
            "ukprn": self.ukprn,
            "after": list(self.after),
            "status": "unsuccessful" if is_refused else "successful",
            "row_count": row_count,
            "created_count": created_count,
            "updated_count": self.updated_count,
            "unchanged_count": self.unchanged_count,
            "findings": [self._describe_finding(expected) for expected in self.expected],
        }

    def _describe_finding(self, expected: Expected) -> dict[str, Any]:
        cell = None
        if expected.row_number is not None and expected.name is not None:
            names = [name for _heading, name in self.headings]
            cell = rowcol_to_cell(expected.row_number - 1, names.index(expected.name))
        return {
            "rule": expected.rule,
            "severity": RULES[expected.rule].severity,
            "row_number": expected.row_number,
            "column": COLUMN_BY_NAME[expected.name].heading if expected.name else None,
            "cell": cell,
            "suggestion": expected.suggestion,
        }


def break_cells(rows: list[Row], broken: Iterable[Broken]) -> tuple[list[Row], list[Expected]]:
    """Spoil one cell in each row from the first on; return the rows and what must be said of them."""
    spoiled, expected = list(rows), []
    for index, (name, cell, rule, suggestion) in enumerate(broken):
        spoiled[index] = rows[index] | {name: cell}
        expected.append(Expected(rule, index + 2, name, suggestion))
    return spoiled, expected
