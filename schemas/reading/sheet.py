"""Which sheet holds the learners, and the step from its cells, column by column, to `schemas.table.SheetTable`.

Knows no file format: readers give `SheetCells`. `outline` finds headings and rows, `merged` fills merged cells.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import compress, islice
from typing import NamedTuple, TypeVar

from schemas.columns import COLUMNS
from schemas.reading.cells import show_cells
from schemas.reading.frame import TEXT_ABOVE_LIMIT
from schemas.reading.limits import ReadingLimits
from schemas.reading.merged import spread_merged
from schemas.reading.outline import (
    ROWS_LOOKED_AT,
    Outline,
    find_outline,
    find_width,
    holds_learners_without_headings,
    read_row,
)
from schemas.reading.refusals import RefusedError, too_long
from schemas.reading.sheet_cells import SheetCells
from schemas.table import Remark, SheetTable

T = TypeVar("T")


class _Candidate(NamedTuple):
    """A sheet that has headings."""

    sheet: SheetCells
    outline: Outline


def choose_table(sheets: Iterable[SheetCells], limits: ReadingLimits) -> SheetTable:
    """Take the sheet that looks most like a list of learners; of two that look alike, the first.

    Args:
        sheets: the visible ones in the workbook's order, each read only when it is asked for.
        limits: how wide and how long the sheet may be.

    Returns:
        The table; its remarks name every other sheet that may hold learners.

    Raises:
        RefusedError: no sheet has headings, none has rows, several are lists of learners, or the sheet is too wide or
            too long or can't be read whole.
    """
    best: _Candidate | None = None
    left_out: list[int] = []
    has_headings = False
    for sheet in sheets:
        outline = find_outline(sheet)
        if outline is None:
            left_out += [sheet.number] if holds_learners_without_headings(sheet) else []
            continue
        has_headings = True
        if not (outline.has_rows or sheet.refusal):
            continue
        candidate = _Candidate(sheet, outline)
        if best is None:
            best = candidate
            continue
        is_better = candidate.outline.rank > best.outline.rank
        best, other = (candidate, best) if is_better else (best, candidate)
        if other.outline.is_of_learners:  # then the better one is too
            raise RefusedError("file_second_sheet")
        if other.outline.may_be_of_learners:
            left_out.append(other.sheet.number)
    if best is None:
        raise RefusedError("file_no_rows" if has_headings else "file_no_headings")
    if best.sheet.refusal:
        raise best.sheet.refusal
    remarks = [Remark("sheet_left_out", None, {"sheet_number": number}) for number in sorted(left_out)]
    return _build_table(*best, remarks, limits)


def _build_table(sheet: SheetCells, outline: Outline, remarks: list[Remark], limits: ReadingLimits) -> SheetTable:
    learner_count = sum(outline.is_row)
    if learner_count > limits.learner_count:
        raise too_long(learner_count + 1, limits)
    width = find_width(sheet.columns)
    if width > limits.column_count:
        raise RefusedError("file_too_wide", column_count=width, expected_count=len(COLUMNS))
    take = _make_taker(outline.is_row, learner_count)
    shown = [
        show_cells(take(values), bytes(take(kinds)), is_1904=sheet.is_1904) for values, kinds in sheet.columns[:width]
    ]
    texts, kinds = [texts for texts, _ in shown], [kinds for _, kinds in shown]
    first = sheet.first_row_number
    row_numbers = list(compress(range(first, first + len(outline.is_row)), outline.is_row))
    merged = spread_merged(texts, kinds, row_numbers, sheet.merges)
    return SheetTable(
        sheet_name=sheet.name,
        headings=outline.headings[:width],
        heading_row_number=first + outline.heading_index,
        row_numbers=row_numbers,
        texts=texts,
        kinds=kinds,
        above=tuple(_texts_above(sheet, outline, width)),
        remarks=(*_count_hidden(sheet, row_numbers), *(Remark("cells_merged", at, {}) for at in merged), *remarks),
        kind=outline.kind,
        is_1904=sheet.is_1904,
    )


def _make_taker(is_row: bytes, count: int) -> Callable[[Sequence[T]], Sequence[T]]:
    """Return what takes a column's cells of these rows, at once where no blank row stands between them, as in most."""
    first, after = is_row.find(1), is_row.rfind(1) + 1
    if after - first == count:
        return lambda cells: cells[first:after]
    return lambda cells: list(compress(cells, is_row))


def _texts_above(sheet: SheetCells, outline: Outline, width: int) -> Iterator[tuple[int, int, str]]:
    """Yield row number, column index and text of each cell above the headings that is not blank."""
    for index in islice(compress(range(len(outline.is_above)), outline.is_above), ROWS_LOOKED_AT):
        for column, text in enumerate(read_row(sheet, index)[:width]):
            if text.strip():
                yield sheet.first_row_number + index, column, text[:TEXT_ABOVE_LIMIT]


def _count_hidden(sheet: SheetCells, row_numbers: list[int]) -> list[Remark]:
    row_count = len(set(sheet.hidden_row_numbers).intersection(row_numbers)) if sheet.hidden_row_numbers else 0
    return [Remark("rows_hidden", None, {"row_count": row_count})] if row_count else []
