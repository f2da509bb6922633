"""Identifiers that lost the zeros at their front, because Excel took them for numbers.

Owns the evidence: other cells of the same column, kept as text, that still have theirs. A telephone number needs none;
`schemas.normalising.codes` puts its zero back.
"""

from collections.abc import Iterator
from functools import partial

import numpy as np

from schemas.diagnosing.diagnosis import Diagnosis
from schemas.distinct import Distinct, Mask
from schemas.shapes import Shape

DIGITS = Shape(r"[0-9]+")
WHOLE_LEAST = 3  # texts of the full width
ODD_SHARE = 0.1  # of the column that may be something else than digits of the full width or fewer


def find_lost_zeros(column: Distinct, is_number: Mask) -> Iterator[Diagnosis]:
    """Yield the rows that are shorter than the column's texts, all digits of one width, of which some begin with 0.

    Args:
        column: the identifiers in canonical spelling.
        is_number: whether each row's cell is a number.
    """
    if "\n0" not in f"\n{column.lines}":
        return
    is_digits = column.spread(DIGITS.find(column.values))
    has_zero = np.array([value.startswith("0") for value in column.values], dtype=bool)
    begins_with_zero = is_digits & ~is_number & column.spread(has_zero)
    width_by_row = np.append([len(value) for value in column.values], 0)[column.codes]
    widths = np.unique(width_by_row[begins_with_zero])
    if len(widths) != 1:
        return
    width = int(widths[0])
    is_whole = is_digits & ~is_number & (width_by_row == width)
    is_short = is_digits & (width_by_row < width)
    odd_count = int(((column.codes >= 0) & ~(is_digits & (width_by_row <= width))).sum())
    is_proven = is_whole.sum() >= max(WHOLE_LEAST, (is_short & ~is_number).sum())
    if is_proven and odd_count <= ODD_SHARE * (column.codes >= 0).sum():
        yield Diagnosis("leading_zeros_lost", is_short, partial(_fill_up, width), {"width": width})


def _fill_up(width: int, values: list[str]) -> list[str | None]:
    return [value.zfill(width) for value in values]
