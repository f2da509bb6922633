"""UKPRNs that are wrong all together: the file of another provider, or a cell dragged down in Excel.

Owns what a whole column of UKPRNs tells. The form of one, and whether it is the provider's, is judged elsewhere.
"""

from collections.abc import Iterator

import numpy as np

from schemas.diagnosing.diagnosis import Diagnosis
from schemas.distinct import BLANK, Distinct, Mask
from schemas.judging.learner_schema import UKPRN
from schemas.suggesting.suggester import suggest_nothing

ROWS_LEAST = 2
RUN_LEAST = 3  # rows that count up, the provider's own among them; fewer are chance unless they are all


def find_foreign_ukprns(column: Distinct, ukprn: str) -> Iterator[Diagnosis]:
    """Yield the rows of another provider's file, or those that count up from the provider's own UKPRN.

    In another provider's file the own UKPRN is suggested nowhere: it would load the other's learners.

    Args:
        column: UKPRNs in canonical spelling.
        ukprn: of the provider that the import is for.
    """
    there = [value for value, count in zip(column.values, column.row_counts.tolist(), strict=True) if count]
    if there == [ukprn]:
        return
    is_filled = column.codes != BLANK
    if len(there) == 1 and UKPRN.match(there[0]) and is_filled.sum() >= max(ROWS_LEAST, (~is_filled).sum() + 1):
        yield Diagnosis("ukprn_other_provider", is_filled, suggest_nothing)
        yield Diagnosis("mandatory_missing", ~is_filled, suggest_nothing)
    elif ukprn in there and len(there) > 1:
        yield Diagnosis("ukprn_counted_up", _find_counted_up(column, ukprn))


def _find_counted_up(column: Distinct, ukprn: str) -> Mask:
    """Say for each row whether it belongs to a run that begins with the provider's own UKPRN; not that one itself."""
    well_formed = UKPRN.find(column.values)
    numbers = [int(value) if is_right else -1 for value, is_right in zip(column.values, well_formed, strict=True)]
    number = np.array([*numbers, -1], dtype=np.int64)[column.codes]
    goes_up = np.append(False, (number[1:] == number[:-1] + 1) & (number[:-1] >= 0))
    first_rows = np.flatnonzero(~goes_up)
    run = np.cumsum(~goes_up) - 1
    lengths = np.bincount(run)
    is_ours = (number[first_rows] == int(ukprn)) & ((lengths >= RUN_LEAST) | (lengths == len(number)))
    counted_up: Mask = goes_up & is_ours[run]
    return counted_up
