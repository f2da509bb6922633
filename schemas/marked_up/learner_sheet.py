"""The provider's own sheet in the marked-up workbook: the same cells in the same places, coloured and commented.

Owns the sheet's rows, columns and comments. Cell names in messages fit it: rows and columns keep their numbers.
"""

import math
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from itertools import groupby
from typing import Any

from schemas.columns import COLUMNS_BY_KIND
from schemas.findings import cell_name, column_letters
from schemas.heading_keys import to_heading_key
from schemas.headings import map_headings
from schemas.marked_up.cells import ColumnWriter, write_text
from schemas.marked_up.comments import Comment
from schemas.marked_up.marks import Marks
from schemas.marked_up.quick_workbook import QuickSheet
from schemas.marked_up.styles import DATE, TEXT, Styles
from schemas.marked_up.texts import escape, hold
from schemas.marked_up.value_sheet import LISTS_BY_KIND, ROWS_BEYOND, add_drop_down
from schemas.table import SheetTable

CHUNK_ROWS = 4096
LAST_ROW = 1_048_576
FROZEN_DEPTH = 12  # headings further down would fill the screen if they were kept in sight
SAMPLE_ROWS = 400
NARROWEST, WIDEST = 9, 44
AUTHOR = "Learner imports"
HEADING_POINTS = 32  # two lines: headings wrap
COMMENT_LIMIT = 65_536  # a sheet with more takes Excel minutes to open
BOX_WIDTH, BOX_LINE, BOX_MARGIN, CHARACTERS_A_LINE = 290, 15, 14, 46


def write_learner_sheet(
    workbook: Any,
    name: str,
    table: SheetTable,
    marks: Marks,
    *,
    styles: Styles,
    value_sheet: str,
    kept_as_text: Collection[int],
) -> None:
    """Write the sheet.

    Args:
        workbook: a `QuickWorkbook`.
        name: of the sheet.
        table: as it was read.
        marks: what to mark.
        styles: of the workbook.
        value_sheet: the name of the sheet that lists the values allowed.
        kept_as_text: the indices of columns in which Excel shall make no dates of what is typed.
    """
    sheet = workbook.add_worksheet(name, QuickSheet)
    heading, first, last = table.heading_row_number - 1, table.row_numbers[0] - 1, table.row_numbers[-1] - 1
    name_by_key = map_headings(COLUMNS_BY_KIND[table.kind])
    names = [name_by_key.get(to_heading_key(text)) for text in table.headings]
    date_columns = {index for index, one in enumerate(names) if one == "date_of_birth"} - {*kept_as_text}
    for index, column_name in enumerate(names):
        style = styles.of_cell(DATE if index in date_columns else TEXT)
        sheet.set_column(index, index, _find_width(table, index), style)
        if column_name in LISTS_BY_KIND[table.kind]:
            rows = first, min(last + ROWS_BEYOND, LAST_ROW - 1)
            add_drop_down(sheet, index, rows, column_name, value_sheet=value_sheet, kind=table.kind)
    if heading < FROZEN_DEPTH:
        sheet.freeze_panes(heading + 1, 0)
    sheet.autofilter(heading, 0, last, len(names) - 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(heading)
    sheet.set_comments(_list_comments(marks))
    rows_written = _write_rows(table, marks, styles, date_columns)
    sheet.set_rows(rows_written, last_row=last, last_column=len(names) - 1)


def _find_width(table: SheetTable, index: int) -> float:
    """Return a width in characters that fits the heading in two lines and nearly all of the first cells."""
    lengths = sorted(map(len, table.texts[index][:SAMPLE_ROWS]))
    fitting = lengths[len(lengths) * 95 // 100] + 2
    return min(max(fitting, len(table.headings[index]) / 2 + 4, NARROWEST), WIDEST)


def _write_rows(table: SheetTable, marks: Marks, styles: Styles, date_columns: Collection[int]) -> Iterator[str]:
    """Yield the sheet's rows as XML, chunk by chunk."""
    plain = styles.write(TEXT)
    for number, cells in groupby(sorted(table.above), key=lambda cell: cell[0]):
        yield _join_row(
            number, (f'<c r="{cell_name(index, number)}"{plain}{write_text(text)}' for _, index, text in cells)
        )
    yield _write_headings(table, marks, styles)
    by_column: dict[int, dict[int, str]] = {}
    for place, mark in marks.by_place.items():
        by_column.setdefault(place.column_index, {})[place.row_number] = mark.severity
    writers = [
        ColumnWriter(column_letters(index), styles, is_date=index in date_columns)
        for index in range(len(table.headings))
    ]
    for start in range(0, table.row_count, CHUNK_ROWS):
        chunk = slice(start, start + CHUNK_ROWS)
        numbers = table.row_numbers[chunk]
        columns = [
            writer.write(numbers, table.texts[index][chunk], table.kinds[index][chunk], by_column.get(index, {}))
            for index, writer in enumerate(writers)
        ]
        rows = map("".join, zip(*columns, strict=True))
        yield "".join(f'<row r="{number}">{cells}</row>' for number, cells in zip(numbers, rows, strict=True))


def _write_headings(table: SheetTable, marks: Marks, styles: Styles) -> str:
    number = table.heading_row_number
    cells = []
    severities = {place.column_index: mark.severity for place, mark in marks.by_place.items() if place[0] == number}
    for index, text in enumerate(table.headings):
        style = styles.write_heading(severities.get(index))
        cells.append(f'<c r="{cell_name(index, number)}"{style}{write_text(text) if text else "/>"}')
    return f'<row r="{number}" ht="{HEADING_POINTS}" customHeight="1">{"".join(cells)}</row>'


def _join_row(number: int, cells: Iterable[str]) -> str:
    return f'<row r="{number}">{"".join(cells)}</row>'


def _list_comments(marks: Marks) -> list[Comment]:
    """Return the comments by row and column, each in a box that fits its text."""

    @cache
    def prepare(text: str) -> tuple[str, int]:
        lines = sum(max(1, math.ceil(len(line) / CHARACTERS_A_LINE)) for line in text.split("\n"))
        return escape(hold(text)), lines * BOX_LINE + BOX_MARGIN

    comments = []
    for place in sorted(marks.by_place)[:COMMENT_LIMIT]:
        text, height = prepare(marks.by_place[place].text)
        comments.append(Comment(place.row_number - 1, place.column_index, place.cell, text, BOX_WIDTH, height, AUTHOR))
    return comments
