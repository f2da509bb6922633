"""Rows that are no learners: instructions and notes, headings once more, rows with nothing to see or only a UKPRN.

Owns which are left out before anything is judged, and that a learner's row is none of them, however many mistakes it
has. What instructions and notes look like is `schemas.diagnosing.instruction_rows`'.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from schemas.cell_findings import make_finding
from schemas.columns import COLUMNS
from schemas.diagnosing.instruction_rows import (
    INSTRUCTION_DEPTH,
    find_instructions,
    find_notes,
    hold_learner,
    list_cells,
)
from schemas.diagnosing.sheet_columns import SheetColumns
from schemas.distinct import BLANK, Mask
from schemas.findings import Finding
from schemas.heading_keys import to_heading_key
from schemas.judging.learner_schema import UKPRN
from schemas.normalising import normalise_values
from schemas.normalising.text import shows_anything, tidy
from schemas.synonyms import HEADINGS
from schemas.table import SheetTable

HEADINGS_LEAST = 2  # that a row must repeat
SYNONYMS_LEAST = 3
KEYS_BY_NAME = {
    column.name: frozenset(map(to_heading_key, (column.heading, *HEADINGS[column.heading]))) for column in COLUMNS
}


class LeftOut(NamedTuple):
    """The rows that are no learners.

    Args:
        rows: one answer a row.
        findings: a warning for each, but for those in which nothing is to be seen but a UKPRN or not even that.
    """

    rows: Mask
    findings: list[Finding]


def find_left_out(table: SheetTable, positions: Mapping[str, int], columns: SheetColumns) -> LeftOut:
    """Find the rows that hold no learner.

    Args:
        table: as it was read.
        positions: our column names with the indices of their sheet columns.
        columns: those columns.
    """
    are_headings = _find_headings(table, positions, columns) | _find_synonyms(columns, table.row_count)
    are_instructions = find_instructions(columns, table.row_count) | find_notes(table, positions, columns)
    are_instructions &= ~are_headings
    findings = [
        make_finding(rule, column_name=None, row_number=table.row_numbers[row], positions=positions)
        for rule, rows in (("heading_row_again", are_headings), ("instruction_row", are_instructions))
        for row in np.flatnonzero(rows).tolist()
    ]
    rows = are_headings | are_instructions | _find_empty(table, positions, columns)
    return LeftOut(rows, findings)


def _find_headings(table: SheetTable, positions: Mapping[str, int], columns: SheetColumns) -> Mask:
    """Find rows of which most filled cells repeat their column's heading. Looks at the shortest columns first."""
    repeated = np.zeros(table.row_count, dtype=np.int64)
    needed = max(HEADINGS_LEAST, len(columns) // 2)
    ordered = sorted(columns.items(), key=lambda item: len(item[1].tidied.values))
    for place, (name, column) in enumerate(ordered):
        if repeated.max(initial=0) + len(ordered) - place < needed:  # no row can repeat as many any more
            return np.zeros(table.row_count, dtype=bool)
        heading = tidy(table.headings[positions[name]])
        if heading.casefold() in column.tidied.lines.casefold():
            key = to_heading_key(heading)
            is_heading = np.array([to_heading_key(value) == key for value in column.tidied.values], dtype=bool)
            repeated += column.tidied.spread(is_heading)
    filled = sum((column.tidied.codes != BLANK).astype(np.int64) for column in columns.values())
    rows: Mask = (repeated >= needed) & (2 * repeated > filled)
    return rows


def _find_synonyms(columns: SheetColumns, row_count: int) -> Mask:
    """Find rows right below the headings of which most filled cells are other words for their column's heading."""
    found = np.zeros(row_count, dtype=bool)
    for row in range(min(INSTRUCTION_DEPTH, row_count)):
        cells = list_cells(columns, row)
        repeated = sum(to_heading_key(value) in KEYS_BY_NAME[name] for name, value in cells.items())
        is_heading = repeated >= max(SYNONYMS_LEAST, len(columns) // 2) and 2 * repeated > len(cells)
        found[row] = is_heading and not hold_learner(cells)
    return found


def _find_empty(table: SheetTable, positions: Mapping[str, int], columns: SheetColumns) -> Mask:
    """Find rows in which nothing is to be seen, in any column of the sheet, but a UKPRN or not even that.

    Invisible characters come with text that is pasted, below a list too. Reading gives no row without even those.
    """
    rows = np.ones(table.row_count, dtype=bool)
    for name, column in columns.items():
        if name != "ukprn":
            rows &= column.tidied.codes == BLANK
        if not rows.any():
            return rows
    if "ukprn" in columns:
        ukprns = columns["ukprn"].tidied
        rows &= ukprns.spread(UKPRN.find(normalise_values("ukprn", ukprns.values)), blank=True)
    known = set(positions.values())
    beside = [texts for index, texts in enumerate(table.texts) if index not in known]
    for row in np.flatnonzero(rows).tolist():
        rows[row] = any(texts[row] for texts in table.texts) and not any(shows_anything(texts[row]) for texts in beside)
    return rows
