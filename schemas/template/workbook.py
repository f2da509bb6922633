"""The template as .xlsx, with the sheet that learners are written on.

Owns its headings, formats and drop-downs. The other sheets are `schemas.template.guidance`'s, and the .xls is made from
this one by `make template`.
"""

from datetime import datetime
from io import BytesIO
from typing import Any

import xlsxwriter

from schemas.columns import COLUMNS, Column
from schemas.findings import column_letters
from schemas.template import styles
from schemas.template.guidance import VALUES, write_notes, write_values
from schemas.template.lists import DROP_DOWNS
from schemas.template.notes import UKPRN_ROWS, write_comment

LEARNERS = "Learners"
LIST_ROWS = 5_000  # learner rows with drop-downs
CREATED_AT = datetime(2026, 11, 23)  # noqa: DTZ001 (XlsxWriter takes it for UTC). Fixed, so that the bytes are.
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
PAPER_A4 = 9


def make_xlsx(ukprn: str | None) -> bytes:
    """Return the template's bytes, always the same ones for the same UKPRN.

    Args:
        ukprn: written into the first 1,000 learner rows; None leaves them blank.
    """
    made = BytesIO()
    font = dict(styles.FONT)  # a copy, because XlsxWriter adds to it
    book = xlsxwriter.Workbook(made, OPTIONS | {"default_format_properties": font})
    book.set_properties({"title": "Learner import template", "created": CREATED_AT})
    sheets = {name: book.add_worksheet(name) for name in (LEARNERS, "Notes", VALUES)}
    for sheet in sheets.values():
        sheet.set_landscape()
        sheet.set_paper(PAPER_A4)
    _write_learners(book, sheets[LEARNERS], ukprn)
    write_notes(book, sheets["Notes"], ukprn)
    write_values(book, sheets[VALUES])
    book.close()
    return made.getvalue()


def _write_learners(book: Any, sheet: Any, ukprn: str | None) -> None:
    headings = {True: book.add_format(styles.MANDATORY), False: book.add_format(styles.OPTIONAL)}
    text, date = book.add_format(styles.TEXT), book.add_format(styles.DATE)
    sheet.set_row(0, styles.HEADING_HEIGHT)
    for index, column in enumerate(COLUMNS):
        sheet.set_column(index, index, styles.WIDTHS[column.name], date if column.name == "date_of_birth" else text)
        sheet.write_string(0, index, column.heading, headings[column.is_mandatory])
        sheet.write_comment(0, index, write_comment(column), {"author": ""} | styles.COMMENT_SIZE)
        if column.name in DROP_DOWNS:
            sheet.data_validation(1, index, LIST_ROWS, index, _describe_list(column))
    for row in range(1, UKPRN_ROWS + 1 if ukprn else 1):
        sheet.write_string(row, 0, ukprn, text)
    # Else Excel flags every number kept as text, and offers to damage it.
    sheet.ignore_errors({"number_stored_as_text": f"A2:{column_letters(len(COLUMNS) - 1)}{LIST_ROWS + 1}"})
    sheet.freeze_panes(1, 0)
    sheet.fit_to_pages(1, 0)


def _describe_list(column: Column) -> dict[str, object]:
    """Return a drop-down that refuses other values typed in; it can't stop what is pasted."""
    drop_down = DROP_DOWNS[column.name]
    return {
        "validate": "list",
        "source": f"={drop_down.range_name}" if drop_down.range_name else list(drop_down.values),
        "error_title": "Not in the list",
        "error_message": f"Choose the {column.heading.lower()} from the list, or leave the cell blank. "
        f"The sheet {VALUES} shows all values.",
    }
