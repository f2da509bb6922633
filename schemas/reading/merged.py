"""Giving each row what a cell merged over several rows shows: only its first cell holds it.

Owns which merges count: those below the headings, over several rows. Of one over several columns the first counts.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence

from schemas.reading.sheet_cells import Merge


def spread_merged(
    texts: list[list[str]],
    kinds: list[bytes],
    row_numbers: Sequence[int],
    merges: Iterable[Merge],
) -> list[int]:
    """Fill the blank cells of learner rows that a merged cell covers.

    Args:
        texts: of each column, changed in place.
        kinds: of each column, replaced in place.
        row_numbers: of the learner rows, ascending.
        merges: in any order; where they overlap, which no Excel allows, the upper one holds.

    Returns:
        The indices of the columns in which a cell was filled.
    """
    changed: dict[int, bytearray] = {}  # kinds of the columns in which a cell was filled
    done: dict[int, int] = {}  # for each column, the first row that no merge above has covered
    for merge in sorted(set(_merges_that_count(merges, row_numbers, len(texts)))):
        column = merge.first_column
        top = bisect_left(row_numbers, merge.first_row_number)
        start, end = max(top + 1, done.get(column, 0)), bisect_right(row_numbers, merge.last_row_number)
        if row_numbers[top] != merge.first_row_number or start >= end:
            continue
        done[column] = end
        text, kind = texts[column][top], kinds[column][top]
        blanks = [row for row in range(start, end) if not texts[column][row].strip()]
        if not text.strip() or not blanks:
            continue
        if column not in changed:
            changed[column] = bytearray(kinds[column])
        for row in blanks:
            texts[column][row], changed[column][row] = text, kind
    for column, kinds_changed in changed.items():
        kinds[column] = bytes(kinds_changed)
    return sorted(changed)


def _merges_that_count(merges: Iterable[Merge], row_numbers: Sequence[int], width: int) -> Iterator[Merge]:
    """Leave out those of one row, beside the table, or that begin or end beyond the learner rows."""
    first, last = row_numbers[0], row_numbers[-1]
    for merge in merges:
        is_tall = merge.first_row_number < merge.last_row_number
        if is_tall and first <= merge.first_row_number < last and 0 <= merge.first_column < width:
            yield merge
