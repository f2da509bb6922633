"""Validating a progress sheet: from the table that was read to canonical rows and everything that is wrong with them.

Owns the order of the steps, and rules of several cells of a row. Who a row is about, the database tells
(`loaders.progress`).
"""

from typing import NamedTuple

import numpy as np
import pandas as pd

from schemas.cell_findings import CellFindings
from schemas.columns import PROGRESS_COLUMNS
from schemas.diagnosing.damage import find_damage
from schemas.diagnosing.sheet_columns import SheetColumn, take_apart
from schemas.distinct import BLANK, Distinct, Mask
from schemas.findings import file_finding
from schemas.headings import match_headings
from schemas.judging.learner_schema import judge
from schemas.normalising.codes import NO_ULN, drop_closing_zero, normalise_identifiers
from schemas.progress.progress_schema import COUNT, SUGGESTIONS, build_progress_schema, normalise_states
from schemas.suggesting.suggester import suggest_nothing
from schemas.table import SheetTable
from schemas.validation import Validated

KEYS = ("username", "uln")
NOT_READ = ("first_name", "last_name")
NAMES = tuple(column.name for column in PROGRESS_COLUMNS if column.name not in NOT_READ)
STATES = ("has_qualifications", "has_reference")
COUNTS = ("application_count", "offer_count")


class _Suggestions(NamedTuple):
    """Suggests by rule alone, as `schemas.suggesting.suggester.Suggester` does by rule and column."""

    def suggest(self, rule: str, name: str, values: list[str]) -> list[str | None]:
        return SUGGESTIONS.get(rule, suggest_nothing)(values)


def validate_progress(table: SheetTable) -> Validated:
    """Judge a progress sheet by every rule and report all that is wrong at once.

    Args:
        table: as `schemas.reading` gives it, of kind "progress".

    Returns:
        One row a learner, indexed by row number; the columns are `NAMES`, dtype object: the username in small letters,
        the states "Awaiting" or "Received", the counts as digits; None where blank. To be used only when `is_valid`.
        Faults of the file never raise.
    """
    matched = match_headings(table)
    positions = {name: index for name, index in matched.positions.items() if name not in NOT_READ}
    on_file = list(matched.findings)
    if not set(KEYS) & positions.keys():
        on_file.append(file_finding("progress_no_keys"))
    findings = CellFindings(table.row_numbers, positions, table.texts, ukprn="", suggester=_Suggestions())
    columns = {name: _prepare(name, cells, findings) for name, cells in take_apart(table, positions).items()}
    frame = pd.DataFrame({name: column.to_categorical() for name, column in columns.items()}, index=table.row_numbers)
    if columns:
        for verdict in judge(frame, build_progress_schema(tuple(columns))):
            findings.add(verdict.rule, verdict.name, verdict.failed, columns[verdict.name])
    _judge_rows(columns, findings, table.row_count)
    index = pd.Index(table.row_numbers, dtype="int64")
    return Validated(_to_frame(columns, index), on_file + findings.list_in_order(), positions, table.row_count)


def _prepare(name: str, cells: SheetColumn, findings: CellFindings) -> Distinct:
    """Return the column in canonical spelling, with blanks where cells are damaged."""
    for damage in find_damage(name, cells):
        findings.add(damage.rule, name, damage.rows, cells.raw)
    column = cells.tidied.blanked_at(findings.claimed[name])
    if name == "username":
        return column.renamed([value.lower() for value in column.values])
    if name == "uln":
        column = column.renamed(normalise_identifiers(column.values))
        return column.blanked_at(column.find(NO_ULN))
    if name in STATES:
        return column.renamed(normalise_states(column.values))
    return column.renamed([_strip_zeros(value) for value in drop_closing_zero(column.values)])


def _strip_zeros(value: str) -> str:
    return value.lstrip("0") or "0" if value.isascii() and value.isdigit() else value


def _judge_rows(columns: dict[str, Distinct], findings: CellFindings, row_count: int) -> None:
    """Find rows about nobody, and rows with more offers than applications."""
    keys = [columns[name] for name in KEYS if name in columns]
    if keys:
        is_nobody = np.all([key.codes == BLANK for key in keys], axis=0)
        name = next(name for name in KEYS if name in columns)
        findings.add("progress_nobody", name, is_nobody, columns[name])
    if all(name in columns for name in COUNTS):
        applications, offers = (_to_numbers(columns[name]) for name in COUNTS)
        has_more: Mask = (applications >= 0) & (offers > applications)
        findings.add("progress_more_offers", "offer_count", has_more, columns["offer_count"])


def _to_numbers(column: Distinct) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """Return one number a row, -1 where there is none that can be right."""
    numbers = [int(value) if COUNT.match(value) else -1 for value in column.values]
    return np.append(np.array(numbers, dtype=np.int64), -1)[column.codes]


def _to_frame(columns: dict[str, Distinct], index: "pd.Index[int]") -> pd.DataFrame:
    cells = {name: columns[name].to_cells() if name in columns else [None] * len(index) for name in NAMES}
    return pd.DataFrame(cells, index=index, columns=pd.Index(NAMES, dtype=object), dtype=object)
