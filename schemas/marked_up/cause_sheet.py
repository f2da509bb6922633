"""The first sheet of a marked-up workbook: what is wrong, the largest cause first, with links to the cells.

Owns its layout; its words above the causes are `schemas.marked_up.cause_words`'.
"""

import math
from collections.abc import Sequence
from typing import Any

from schemas.marked_up.cause_words import CAUSES_SHOWN, Line, word_top
from schemas.marked_up.marks import MarkedCause, Marks
from schemas.marked_up.styles import COLOURS, HEADING_COLOURS, Styles
from schemas.marked_up.texts import hold

LINKS_SHOWN = 6
LINK_WIDTH, MORE_WIDTH = 9, 16
HEADINGS = (
    ("Kind", 11),
    ("How many", 10),
    ("Where", 40),
    ("What to do", 62),
    ("Write instead", 30),
    ("Cells", LINK_WIDTH),
)
FIRST_LINK = len(HEADINGS) - 1
LAST_COLUMN = FIRST_LINK + LINKS_SHOWN

LINE_PIXELS = 20
LINES_SHOWN = 20  # Excel allows a row no more than 27
FILLED_SHARE = 0.88  # of a line's width, before a word goes to the next


def write_cause_sheet(
    workbook: Any, name: str, marks: Marks, *, learner_sheet: str, file_name: str, styles: Styles
) -> None:
    """Write the sheet.

    Args:
        workbook: an XlsxWriter workbook without sheets yet.
        name: of this sheet.
        marks: what is marked in the learners' sheet.
        learner_sheet: the name of the sheet that the links lead to.
        file_name: the provider's own.
        styles: of the workbook.
    """
    sheet = workbook.add_worksheet(name)
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    for index, (_, width) in enumerate(HEADINGS):
        sheet.set_column(index, index, width)
    sheet.set_column(len(HEADINGS), LAST_COLUMN - 1, LINK_WIDTH)
    sheet.set_column(LAST_COLUMN, LAST_COLUMN, MORE_WIDTH)
    row = _write_top(sheet, learner_sheet, file_name, marks, styles)
    heading = styles.make(bold=True, valign="vcenter", **HEADING_COLOURS)
    for index, (text, _) in enumerate(HEADINGS):
        sheet.write_string(row, index, text, heading)
    for index in range(len(HEADINGS), LAST_COLUMN + 1):
        sheet.write_blank(row, index, None, heading)
    _write_causes(sheet, row + 1, learner_sheet, marks.causes, styles)


def _write_top(sheet: Any, learner_sheet: str, file_name: str, marks: Marks, styles: Styles) -> int:
    """Write what stands above the causes; return the row below it, from 0."""
    formats = {
        Line.TITLE: styles.make(bold=True, font_size=18),
        Line.STRONG: styles.make(bold=True, font_size=12),
        Line.PLAIN: styles.make(),
    }
    row = 0
    for line, words in word_top(marks, learner_sheet=learner_sheet, file_name=file_name):
        if words:
            sheet.write_string(row, 0, hold(words), formats[line])
        row += 1
    return row + 1


def _write_causes(sheet: Any, row: int, learner_sheet: str, causes: Sequence[MarkedCause], styles: Styles) -> None:
    line = {"valign": "top", "bottom": 1, "bottom_color": "#D5DBE1"}
    wrapped, number = styles.make(text_wrap=True, **line), styles.make(num_format="#,##0", align="center", **line)
    link = styles.make(font_color="#1D5F8F", underline=1, **line)
    kinds = {severity: styles.make(bold=True, valign="top", **colours) for severity, colours in COLOURS.items()}
    target = "internal:'" + learner_sheet.replace("'", "''") + "'!"
    for at, marked in enumerate(causes[:CAUSES_SHOWN], start=row):
        cause = marked.cause
        texts = (cause.where, cause.message, hold(marked.write_instead))
        sheet.set_row_pixels(at, LINE_PIXELS * _count_lines(texts))
        sheet.write_string(at, 0, cause.severity.capitalize(), kinds[cause.severity])
        sheet.write_number(at, 1, cause.finding_count, number)
        for column, text in enumerate(texts, start=2):
            _write_text(sheet, at, column, text, wrapped)
        cells = list(dict.fromkeys(place.cell for place in marked.places))
        for column, cell in enumerate(cells[:LINKS_SHOWN], start=FIRST_LINK):
            sheet.write_url(at, column, f"{target}{cell}", link, cell)
        for column in range(FIRST_LINK + len(cells[:LINKS_SHOWN]), LAST_COLUMN):
            _write_text(sheet, at, column, "", wrapped)
        more_count = len(cells[LINKS_SHOWN:])
        _write_text(sheet, at, LAST_COLUMN, f"and {more_count:,} more" if more_count else "", wrapped)


def _write_text(sheet: Any, row: int, column: int, text: str, style: Any) -> None:
    if text:
        sheet.write_string(row, column, text, style)
    else:
        sheet.write_blank(row, column, None, style)


def _count_lines(texts: Sequence[str]) -> int:
    """Return how many lines the longest of a row's wrapped texts takes; only Excel would find out by itself."""
    widths = [width * FILLED_SHARE for _, width in HEADINGS[2:]]
    lines = max(1, *(math.ceil(len(text) / width) for text, width in zip(texts, widths, strict=False)))
    return min(lines, LINES_SHOWN)
