"""Validating a sheet: from the table that was read to canonical learners and everything that is wrong with them.

Owns the order of the steps. Rules are in `learner_schema`, `damage`, `headings` and `duplicates`, texts in `rules`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from schemas.cell_findings import CellFindings, make_finding
from schemas.columns import LEARNER_NAMES
from schemas.damage import find_damage
from schemas.distinct import Distinct, Mask
from schemas.duplicates import find_duplicates
from schemas.findings import Finding
from schemas.headings import match_headings
from schemas.learner_schema import build_schema, judge
from schemas.normalising import normalise, tidy_column
from schemas.normalising.codes import NO_ULN, find_lost_zeros, restore_zeros
from schemas.rules import ERROR
from schemas.suggestions import Suggester
from schemas.table import CellKind, SheetTable

__all__ = ["Validated", "make_finding", "validate"]


@dataclass(frozen=True, eq=False)
class Validated:
    """A sheet that has been judged.

    Args:
        learners: one row a learner, indexed by row number as Excel shows it; the columns are
            `schemas.columns.LEARNER_NAMES`, dtype object: canonical texts, None where blank, the date of birth as
            YYYY-MM-DD. To be used only when `is_valid`.
        findings: all of them: on the whole file first, then by row and sheet column.
        positions: our column names with the indices of their sheet columns, so that later findings can name cells.
        row_count: the number of learner rows.
    """

    learners: pd.DataFrame
    findings: list[Finding]
    positions: dict[str, int]
    row_count: int

    @property
    def is_valid(self) -> bool:
        """Whether nothing but warnings was found."""
        return all(finding.severity != ERROR for finding in self.findings)


def validate(table: SheetTable, *, ukprn: str, today: date) -> Validated:
    """Judge a sheet by every rule and report all that is wrong at once.

    Args:
        table: as `schemas.reading` gives it.
        ukprn: of the provider that the import is for, 8 digits.
        today: what ages are reckoned from.

    Returns:
        The learners in canonical form and the findings. Faults of the file never raise.

    Source: manual 7.4 and the design's table.
    """
    positions, file_findings = match_headings(table)
    suggester = Suggester(ukprn=ukprn, today=today)
    findings = CellFindings(table.row_numbers, positions, table.texts, ukprn=ukprn, suggester=suggester)
    columns = {
        name: _prepare(name, Distinct.of(table.texts[index]), table.kinds[index], findings)
        for name, index in positions.items()
    }
    index = pd.Index(table.row_numbers, dtype="int64")
    frame = pd.DataFrame({name: column.to_categorical() for name, column in columns.items()}, index=index)
    for verdict in judge(frame, build_schema(list(columns), ukprn=ukprn, today=today)):
        findings.add(verdict.rule, verdict.name, verdict.failed, columns[verdict.name])
    find_duplicates(columns, findings)
    learners = _to_learners(columns, index)
    return Validated(learners, file_findings + findings.list_in_order(), positions, table.row_count)


def _prepare(name: str, raw: Distinct, kinds: bytes, findings: CellFindings) -> Distinct:
    """Return the column in canonical spelling, with blanks where cells are damaged."""
    column = tidy_column(raw)
    for rule, rows in find_damage(name, raw, column, kinds):
        findings.add(rule, name, rows, raw)
    column = column.blanked_at(findings.claimed[name])
    if name == "date_of_birth":
        is_date = np.frombuffer(kinds, dtype=np.uint8) == CellKind.DATE
        column = column.renamed_at(is_date, [value[:10] for value in column.values])  # without its time of day
    column = normalise(name, column)
    for rule, rows, values in _list_corrections(name, column, kinds):
        findings.add(rule, name, rows, column)
        column = column.renamed_at(rows, values)
    return column


def _list_corrections(name: str, column: Distinct, kinds: bytes) -> Iterator[tuple[str, Mask, list[str]]]:
    """Yield each warning about cells whose meaning is changed, with its rows and what their values become."""
    if name == "telephone":
        yield "telephone_zero_restored", find_lost_zeros(column, kinds), restore_zeros(column.values)
    if name == "uln":
        yield "uln_none", column.find(NO_ULN), [""] * len(column.values)


def _to_learners(columns: dict[str, Distinct], index: "pd.Index[int]") -> pd.DataFrame:
    cells = np.full((len(LEARNER_NAMES), len(index)), None, dtype=object)
    for place, name in enumerate(LEARNER_NAMES):
        if name in columns:
            cells[place] = columns[name].to_cells()
    return pd.DataFrame(cells.T, index=index, columns=pd.Index(LEARNER_NAMES, dtype=object), dtype=object, copy=False)
