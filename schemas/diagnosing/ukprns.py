"""UKPRNs that are wrong all together: the file of another provider, or a cell dragged down in Excel.

Owns what a whole column of UKPRNs tells, and in which of its wrong cells the provider's own was meant. The form of
one, and whether it is the provider's, is judged elsewhere.
"""

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

import numpy as np

from schemas.diagnosing.diagnosis import Diagnosis, Suggest
from schemas.distinct import Distinct, Mask
from schemas.judging.learner_schema import UKPRN
from schemas.suggesting.suggester import suggest_nothing

THROUGHOUT = 0.9  # of the filled cells: what fills so many is whose file it is
RUN_LEAST = 3  # rows that count up, the provider's own among them; fewer are chance unless they are all


def find_foreign_ukprns(column: Distinct, ukprn: str) -> Iterator[Diagnosis]:
    """Yield the rows of another provider's file, or those that count up from the provider's own UKPRN.

    Args:
        column: UKPRNs in canonical spelling.
        ukprn: of the provider that the import is for.
    """
    counts = _count_rows(column)
    if not counts or list(counts) == [ukprn]:
        return
    if ukprn in counts:
        yield Diagnosis("ukprn_counted_up", _find_counted_up(column, ukprn), partial(_suggest_always, ukprn))
        return
    most = max(counts, key=lambda value: counts[value])
    if UKPRN.match(most) and counts[most] >= THROUGHOUT * sum(counts.values()):
        yield Diagnosis("ukprn_other_provider", column.find(most), suggest_nothing)


def weigh_ukprns(column: Distinct, ukprn: str) -> Suggest:
    """Return what says for wrong UKPRNs whether the provider's own was meant, which must load nobody else's learners.

    A slip of the hand or what is no UKPRN at all was meant to be the provider's own unless others stand in more rows;
    another well-formed one only where nearly all rows have the provider's own.

    Args:
        column: UKPRNs in canonical spelling, damaged ones among them.
        ukprn: of the provider that the import is for.
    """
    counts = _count_rows(column)
    own = counts.get(ukprn, 0)
    slips = frozenset(value for value, count in counts.items() if count <= own and _is_slip(value, ukprn))
    meant = slips | {ukprn}
    is_other = column.spread(
        UKPRN.find(column.values) & np.array([value not in meant for value in column.values], dtype=bool)
    )
    other_count = int(is_other.sum())
    if own and other_count:  # those dragged down from the provider's own are its own learners
        dragged = int((_find_counted_up(column, ukprn) & is_other).sum())
        own, other_count = own + dragged, other_count - dragged
    evidence = _Evidence(own >= other_count, own >= THROUGHOUT * sum(counts.values()), slips)
    return partial(_suggest_by_evidence, ukprn, evidence)


class _Evidence(NamedTuple):
    """Whether rows of the provider's own are no fewer than others', whether they are nearly all, and what is a slip."""

    is_most: bool
    is_throughout: bool
    slips: frozenset[str]


def _suggest_by_evidence(ukprn: str, evidence: _Evidence, values: list[str]) -> list[str | None]:
    is_other = [bool(UKPRN.match(value)) and value not in evidence.slips for value in values]
    return [ukprn if (evidence.is_throughout if other else evidence.is_most) else None for other in is_other]


def _suggest_always(ukprn: str, values: list[str]) -> list[str | None]:
    return [ukprn] * len(values)


def _count_rows(column: Distinct) -> dict[str, int]:
    """Return each value that stands in a row, with the number of rows."""
    counts = zip(column.values, column.row_counts.tolist(), strict=True)
    return {value: count for value, count in counts if count}


def _is_slip(value: str, ukprn: str) -> bool:
    """Say whether one character differs, or two neighbours have changed places."""
    if len(value) != len(ukprn):
        return False
    differing = [place for place, (ours, theirs) in enumerate(zip(ukprn, value, strict=True)) if ours != theirs]
    if len(differing) == 2:
        first, second = differing
        return second == first + 1 and value[first] + value[second] == ukprn[second] + ukprn[first]
    return len(differing) == 1


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
