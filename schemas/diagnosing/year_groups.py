"""Year groups that are all one too low: the list of last year, sent again.

Owns reckoning the year group from the date of birth. Says nothing of a single learner, who may have stayed down a year.
"""

from collections.abc import Mapping
from datetime import date

import numpy as np
import numpy.typing as npt

from schemas.columns import COLUMN_BY_NAME, YEAR_GROUPS
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
    reckoned = _reckon_year_groups(columns["date_of_birth"], _find_school_year(today))
    known = (given != UNKNOWN) & (reckoned != UNKNOWN) & ~wrong["date_of_birth"] & ~wrong["year_group"]
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


def _reckon_year_groups(column: Distinct, school_year: int) -> Numbers:
    real = are_real(column.values).tolist()
    numbers = [
        school_year - YEARS_BEFORE_SCHOOL - (int(value[:4]) - (int(value[5:7]) < SEPTEMBER)) if is_real else UNKNOWN
        for value, is_real in zip(column.values, real, strict=True)
    ]
    return np.array([*numbers, UNKNOWN], dtype=np.int64)[np.where(column.codes == BLANK, len(numbers), column.codes)]
