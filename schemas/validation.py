"""Validating a sheet: from the table that was read to canonical learners and everything that is wrong with them.

Owns the order of the steps: rows that are no learners are left out, columns are diagnosed and judged, rows that turn
out to be shifted are taken out of it, duplicates are looked for. Texts are `schemas.rules`'.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from schemas.cell_findings import CellFindings, make_finding
from schemas.columns import COLUMN_BY_NAME, LEARNER_NAMES
from schemas.diagnosing.columns import diagnose_column, find_number_endings, list_corrections
from schemas.diagnosing.damage import find_damage
from schemas.diagnosing.diagnosis import Suggest
from schemas.diagnosing.duplicates import find_duplicates
from schemas.diagnosing.left_out import find_left_out
from schemas.diagnosing.sheet_columns import SheetColumn, SheetColumns, keep_rows, take_apart
from schemas.diagnosing.shifted_rows import Shift, find_shifted
from schemas.diagnosing.ukprns import weigh_ukprns
from schemas.diagnosing.year_groups import find_years_behind
from schemas.distinct import Distinct
from schemas.findings import Finding, file_finding
from schemas.headings import match_headings
from schemas.judging.learner_schema import build_schema, judge
from schemas.normalising import normalise
from schemas.normalising.codes import find_no_ccis
from schemas.rules import ERROR
from schemas.suggesting.suggester import Suggester, suggest_nothing
from schemas.table import CellKind, SheetTable

__all__ = ["Validated", "judge_values", "make_finding", "validate"]


@dataclass(frozen=True, eq=False)
class Validated:
    """A sheet that has been judged.

    Args:
        learners: one row a learner, indexed by row number as Excel shows it; the columns are
            `schemas.columns.LEARNER_NAMES`, dtype object: canonical texts, None where blank, the date of birth as
            YYYY-MM-DD. To be used only when `is_valid`. Rows that are no learners are not there.
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


class _Provider(NamedTuple):
    """Whom the import is for, and when."""

    ukprn: str
    today: date


class _Judged(NamedTuple):
    """The columns in canonical spelling and what was found in their cells."""

    columns: dict[str, Distinct]
    findings: CellFindings


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
    provider = _Provider(ukprn, today)
    positions = match_headings(table).positions
    sheet_columns = take_apart(table, positions)
    left_out = find_left_out(table, positions, sheet_columns)
    learners = table
    if left_out.rows.any():
        learners = keep_rows(table, ~left_out.rows)
        sheet_columns = take_apart(learners, positions)
    judged, shifts = _judge_rows(learners, positions, sheet_columns, provider)
    in_place = np.ones(learners.row_count, dtype=bool)
    in_place[[shift.row for shift in shifts]] = False
    on_file = [
        *match_headings(keep_rows(learners, in_place)).findings,
        *_tell_remarks(table, positions),
        *find_years_behind(judged.columns, judged.findings.wrong, today),
    ]
    if table.row_count and not learners.row_count:
        on_file.append(file_finding("file_no_rows"))
    on_rows = judged.findings.list_in_order()
    if left_out.findings:
        on_rows = sorted([*left_out.findings, *on_rows], key=lambda finding: finding.row_number or 0)
    index = pd.Index(learners.row_numbers, dtype="int64")
    return Validated(_to_learners(judged.columns, index), on_file + on_rows, positions, learners.row_count)


def judge_values(values: Mapping[str, str], *, today: date) -> Validated:
    """Judge values of one learner that were typed in one by one, by the rules for a spreadsheet's cells.

    Args:
        values: what was typed, by names of `schemas.columns.LEARNER_NAMES`, "" where nothing was; only these are
            judged.
        today: what ages are reckoned from.

    Returns:
        One learner, whose row number says nothing, with the values in canonical form; and what was found in them.
    """
    kinds = [bytes([CellKind.TEXT if text else CellKind.BLANK]) for text in values.values()]
    headings = [COLUMN_BY_NAME[name].heading for name in values]
    table = SheetTable("", headings, 1, [2], [[text] for text in values.values()], kinds)
    positions = {name: index for index, name in enumerate(values)}
    judged = _judge_cells(table, positions, take_apart(table, positions), _Provider("", today), [])
    index = pd.Index(table.row_numbers, dtype="int64")
    return Validated(_to_learners(judged.columns, index), judged.findings.list_in_order(), positions, table.row_count)


def _judge_rows(
    table: SheetTable, positions: dict[str, int], columns: SheetColumns, provider: _Provider
) -> tuple[_Judged, list[Shift]]:
    """Judge all rows; when some are shifted, once more without them, so that they are no evidence of anything."""
    judged = _judge_cells(table, positions, columns, provider, [])
    shifts = find_shifted(table, positions, judged.findings.claimed, provider.today)
    if shifts:
        judged = _judge_cells(table, positions, columns, provider, shifts)
    find_duplicates(judged.columns, judged.findings)
    return judged, shifts


def _judge_cells(
    table: SheetTable, positions: dict[str, int], columns: SheetColumns, provider: _Provider, shifts: list[Shift]
) -> _Judged:
    if shifts:
        are_shifted = np.zeros(table.row_count, dtype=bool)
        are_shifted[[shift.row for shift in shifts]] = True
        columns = {name: cells.without(are_shifted) for name, cells in columns.items()}
    suggester = _build_suggester(columns, provider, is_1904=table.is_1904)
    findings = CellFindings(table.row_numbers, positions, table.texts, ukprn=provider.ukprn, suggester=suggester)
    if shifts:
        findings.claim_rows(are_shifted)
        for shift in shifts:
            findings.add_on_row("row_shifted", shift.name, shift.row, side=shift.side)
    prepared = {name: _prepare(name, cells, findings, provider) for name, cells in columns.items()}
    frame = pd.DataFrame({name: column.to_categorical() for name, column in prepared.items()}, index=table.row_numbers)
    schema = build_schema(tuple(prepared), ukprn=provider.ukprn, today=provider.today, is_1904=table.is_1904)
    for verdict in judge(frame, schema):
        findings.add(verdict.rule, verdict.name, verdict.failed, prepared[verdict.name])
    for name, cells in columns.items():
        endings = find_number_endings(name, cells.tidied)
        if endings is not None:
            findings.add("number_ending", name, endings, cells.tidied)
    return _Judged(prepared, findings)


def _build_suggester(columns: SheetColumns, provider: _Provider, *, is_1904: bool) -> Suggester:
    """Make the suggester for these rows: of UKPRNs it says what the whole column bears out, damaged cells included."""
    suggest_ukprns: Suggest = suggest_nothing
    if "ukprn" in columns:
        suggest_ukprns = weigh_ukprns(normalise("ukprn", columns["ukprn"].tidied), provider.ukprn)
    return Suggester(today=provider.today, suggest_ukprns=suggest_ukprns, is_1904=is_1904)


def _prepare(name: str, cells: SheetColumn, findings: CellFindings, provider: _Provider) -> Distinct:
    """Return the column in canonical spelling, with blanks where cells are damaged, and tell what befell it."""
    for damage in find_damage(name, cells):
        findings.add(damage.rule, name, damage.rows, cells.raw)
    column = cells.tidied.blanked_at(findings.claimed[name])
    if name == "date_of_birth":  # without its time of day
        column = column.renamed_at(cells.kind == CellKind.DATE, [value[:10] for value in column.values])
    column = normalise(name, column)
    if name == "ccis":  # before the column is diagnosed: a placeholder is evidence of nothing
        stands_for_none = find_no_ccis(column)
        findings.add("ccis_none", name, stands_for_none, column)
        column = column.blanked_at(stands_for_none)
    for rule, rows, suggest, words in diagnose_column(name, column, cells, ukprn=provider.ukprn, today=provider.today):
        findings.add(rule, name, rows, column, suggest=suggest, words=words)
    for correction in list_corrections(name, column, cells):
        findings.add(correction.rule, name, correction.rows, column)
        column = column.renamed_at(correction.rows, correction.values)
    return column


def _tell_remarks(table: SheetTable, positions: dict[str, int]) -> list[Finding]:
    """Return what reading noticed as findings on the whole file; those on a column of ours name it."""
    headings = {index: COLUMN_BY_NAME[name].heading for name, index in positions.items()}
    findings = []
    for remark in table.remarks:
        words: dict[str, Any] = remark.words
        heading = None if remark.column_index is None else headings.get(remark.column_index)
        findings.append(file_finding(remark.rule, column=heading, **words))
    return findings


def _to_learners(columns: dict[str, Distinct], index: "pd.Index[int]") -> pd.DataFrame:
    cells = np.full((len(LEARNER_NAMES), len(index)), None, dtype=object)
    for place, name in enumerate(LEARNER_NAMES):
        if name in columns:
            cells[place] = columns[name].to_cells()
    return pd.DataFrame(cells.T, index=index, columns=pd.Index(LEARNER_NAMES, dtype=object), dtype=object, copy=False)
