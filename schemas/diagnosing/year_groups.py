"""Year groups that are all one too low: the list of last year, sent again.

Owns reckoning the year group from the date of birth. Says nothing of a single learner, who may have stayed down a year.
"""

from collections.abc import Mapping
from datetime import date

import numpy as np
import numpy.typing as npt

from schemas.columns import COLUMN_BY_NAME, YEAR_GROUPS
from schemas.diagnosing.date_orders import read_written_dates
from schemas.distinct import BLANK, Distinct, Mask
from schemas.findings import Finding, file_finding
from schemas.judging.birth_dates import are_real

SEPTEMBER = 9
LEARNERS_LEAST = 5
BEHIND_SHARE = 0.8
YEARS_BEFORE_SCHOOL = 5  # between the September before a birth and the school year that Year 0 would be
UNKNOWN = 99

Numbers = npt.NDArray[np.int64]


def find_years_behind(columns: Mapping[str, Distinct], wrong: Mapping[str, Mask], today: date) -> list[Finding]:
    """Return the finding that nearly all year groups are one below what the dates of birth say, if they are.

    Until the end of August last September's year groups are right.

    Args:
        columns: the canonical columns that the sheet has, by our names.
        wrong: for each the rows in which it was found wrong; a warning is none of them.
        today: in the school year that is meant.
    """
    if not {"year_group", "date_of_birth"} <= columns.keys():
        return []
    given = _number_year_groups(columns["year_group"])
    reckoned = _reckon_year_groups(_take_dates(columns["date_of_birth"], wrong["date_of_birth"], today), today)
    known = (given != UNKNOWN) & (reckoned != UNKNOWN) & ~wrong["year_group"]
    total = int(known.sum())
    count = int((known & (given == reckoned - 1)).sum())
    if total < LEARNERS_LEAST or count < BEHIND_SHARE * total:
        return []
    heading = COLUMN_BY_NAME["year_group"].heading
    return [file_finding("year_groups_behind", column=heading, count=f"{count:,}", total=f"{total:,}")]


def _find_school_year(today: date) -> int:
    """Return the year in which the school year began that this day is in."""
    return today.year if today.month >= SEPTEMBER else today.year - 1


def _number_year_groups(column: Distinct) -> Numbers:
    numbers = [int(value.split()[-1]) if value in YEAR_GROUPS else UNKNOWN for value in column.values]
    return np.array([*numbers, UNKNOWN], dtype=np.int64)[column.codes]


def _take_dates(column: Distinct, wrong: Mask, today: date) -> Distinct:
    """Return the dates of birth with blanks for the wrong ones, but for texts that are certain to mean a date."""
    if not wrong.any():
        return column
    meant = read_written_dates(column, today)
    is_meant = column.spread(np.array([value in meant for value in column.values], dtype=bool))
    return column.blanked_at(wrong & ~is_meant).renamed([meant.get(value, value) for value in column.values])


def _reckon_year_groups(column: Distinct, today: date) -> Numbers:
    school_year = _find_school_year(today)
    real = are_real(column.values).tolist()
    numbers = [
        school_year - YEARS_BEFORE_SCHOOL - (int(value[:4]) - (int(value[5:7]) < SEPTEMBER)) if is_real else UNKNOWN
        for value, is_real in zip(column.values, real, strict=True)
    ]
    return np.array([*numbers, UNKNOWN], dtype=np.int64)[np.where(column.codes == BLANK, len(numbers), column.codes)]
