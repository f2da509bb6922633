"""Rows that are no learners: instructions, headings once more, and template rows of which only the UKPRN is filled in.

Owns telling them apart from learners, however many mistakes a learner's row has. They are left out before anything is
judged.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from schemas.cell_findings import make_finding
from schemas.diagnosing.sheet_columns import SheetColumns
from schemas.distinct import BLANK, Mask
from schemas.findings import Finding
from schemas.heading_keys import to_heading_key
from schemas.judging.birth_dates import are_real
from schemas.judging.identifiers import have_right_uln_digit, have_right_upn_letter
from schemas.judging.learner_schema import UKPRN, are_emails
from schemas.normalising import normalise_values
from schemas.normalising.codes import POSTCODE
from schemas.normalising.text import tidy
from schemas.table import CellKind, SheetTable

INSTRUCTION_DEPTH = 3  # rows below the headings among which instructions are looked for
INSTRUCTION_CELLS = 2  # with such words, below which a row is no instruction
INSTRUCTION_SHARE = 1 / 3  # of the row's filled cells that must have them
# What nobody is called and no street is named.
INSTRUCTION = re.compile(
    r"\b(?:mandatory|compulsory|required|optional|digits?|characters?|y{4}|dd?[/-]mm?|mm?[/-]dd|e\.g|i\.e|"
    r"leave (?:it )?blank|free text|as text|numbers? only|drop-?down|if (?:known|available|applicable)|"
    r"(?:of|for) the learner|the learner is|learner's|date pattern|unique (?:learner|pupil) number|"
    r"provider reference number|young person record)(?=\W|$)",
    re.IGNORECASE,
)
# What tells something in such company.
ASIDE = re.compile(
    r"\b(?:must|should|format|letters?|examples?|enter|please|text|select|choose|max(?:imum)?|this is (?:a|the|their))"
    r"(?=\W|$)",
    re.IGNORECASE,
)
HEADINGS_LEAST = 2  # that a row must repeat


class LeftOut(NamedTuple):
    """The rows that are no learners.

    Args:
        rows: one answer a row.
        findings: a warning for each, but for those that hold nothing but a UKPRN.
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
    are_headings = _find_headings(table, positions, columns)
    are_instructions = _find_instructions(columns, table.row_count) & ~are_headings
    findings = [
        make_finding(rule, column_name=None, row_number=table.row_numbers[row], positions=positions)
        for rule, rows in (("heading_row_again", are_headings), ("instruction_row", are_instructions))
        for row in np.flatnonzero(rows).tolist()
    ]
    rows = are_headings | are_instructions | _find_prepared(table, positions, columns)
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


def _find_instructions(columns: SheetColumns, row_count: int) -> Mask:
    found = np.zeros(row_count, dtype=bool)
    for row in range(min(INSTRUCTION_DEPTH, row_count)):
        cells = {
            name: column.tidied.values[code]
            for name, column in columns.items()
            if (code := column.tidied.codes[row]) != BLANK
        }
        dates = any(column.kind[row] == CellKind.DATE for column in columns.values())
        found[row] = not dates and _is_instruction(cells)
    return found


def _is_instruction(cells: Mapping[str, str]) -> bool:
    """Say whether these cells tell what to write, and none of them is what only a learner's row has."""
    if any(_is_right(name, value) for name, value in cells.items()):
        return False
    values = [value for value in cells.values() if not are_emails([value])[0]]
    told = [value for value in values if INSTRUCTION.search(value)]
    aside = [value for value in values if ASIDE.search(value) and value not in told]
    return bool(told) and len(told) + len(aside) >= max(INSTRUCTION_CELLS, INSTRUCTION_SHARE * len(cells))


def _is_right(name: str, value: str) -> bool:
    judges = {
        "ukprn": UKPRN.find,
        "postcode": POSTCODE.find,
        "uln": have_right_uln_digit,
        "upn": have_right_upn_letter,
        "date_of_birth": are_real,
    }
    return name in judges and bool(judges[name](normalise_values(name, [value]))[0])


def _find_prepared(table: SheetTable, positions: Mapping[str, int], columns: SheetColumns) -> Mask:
    """Find rows of which no known cell is filled but a UKPRN, and none beside them."""
    if "ukprn" not in columns:
        return np.zeros(table.row_count, dtype=bool)
    rows = np.ones(table.row_count, dtype=bool)
    for name, column in columns.items():
        if name != "ukprn":
            rows &= column.tidied.codes == BLANK
        if not rows.any():
            return rows
    ukprns = columns["ukprn"].tidied
    rows &= ukprns.spread(UKPRN.find(normalise_values("ukprn", ukprns.values)))
    known = set(positions.values())
    beside = [texts for index, texts in enumerate(table.texts) if index not in known]
    for row in np.flatnonzero(rows).tolist():
        rows[row] = not any(texts[row] and not texts[row].isspace() for texts in beside)
    return rows
