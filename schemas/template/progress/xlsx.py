"""The progress template as .xlsx, from which `make template` makes the blank .xls."""

from collections.abc import Iterable
from io import BytesIO
from typing import Any

import xlsxwriter

from schemas.columns import PROGRESS_COLUMNS, PROGRESS_STATES
from schemas.findings import column_letters
from schemas.template import styles
from schemas.template.progress.rows import ProgressRow
from schemas.template.workbook import CREATED_AT, OPTIONS

SHEET = "Progress"
LIST_ROWS = 5_000  # with drop-downs, where no learners are filled in
MOST = 99
TO_FIND_BY = ("username", "uln")
NOTES = {
    "username": "The learner's username. Fill in this or the ULN; the other may stay blank.",
    "uln": "The 10 digits of the Unique Learner Number. Fill in this or the username.",
    "first_name": "For you to find the row by. It is not read.",
    "last_name": "For you to find the row by. It is not read.",
    "has_qualifications": "Awaiting or Received. Blank keeps what is known.",
    "has_reference": "Awaiting or Received. Blank keeps what is known.",
    "application_count": f"How many applications the learner has made, 0 to {MOST}. Blank keeps what is known.",
    "offer_count": f"How many offers the learner has had, 0 to {MOST}. Blank keeps what is known.",
}


def make_xlsx(learners: Iterable[ProgressRow] = ()) -> bytes:
    """Return the template's bytes; drop-downs end with the learners, or blank where `LIST_ROWS` says."""
    made = BytesIO()
    book = xlsxwriter.Workbook(made, OPTIONS | {"default_format_properties": dict(styles.FONT)})
    book.set_properties({"title": "Application progress template", "created": CREATED_AT})
    sheet = book.add_worksheet(SHEET)
    text, number = book.add_format(styles.TEXT), book.add_format({"num_format": "0"})
    row_count = 0
    for row_count, learner in enumerate(learners, start=1):
        _write_learner(sheet, row_count, learner, text, number)
    last_row = max(row_count, LIST_ROWS if not row_count else 1)
    headings = {True: book.add_format(styles.MANDATORY), False: book.add_format(styles.OPTIONAL)}
    sheet.set_row(0, styles.HEADING_HEIGHT)
    for index, column in enumerate(PROGRESS_COLUMNS):
        is_count = column.name.endswith("_count")
        sheet.set_column(index, index, 16 if is_count else 24, number if is_count else text)
        sheet.write_string(0, index, column.heading, headings[column.name in TO_FIND_BY])
        sheet.write_comment(0, index, NOTES[column.name], {"author": ""} | styles.COMMENT_SIZE)
        if column.name.startswith("has_"):
            sheet.data_validation(1, index, last_row, index, _one_of_states())
        elif is_count:
            sheet.data_validation(1, index, last_row, index, _whole_number())
    sheet.ignore_errors({"number_stored_as_text": f"A2:{column_letters(len(PROGRESS_COLUMNS) - 1)}{last_row + 1}"})
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, last_row, len(PROGRESS_COLUMNS) - 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    book.close()
    return made.getvalue()


def _write_learner(sheet: Any, row: int, learner: ProgressRow, text: Any, number: Any) -> None:
    for index, value in enumerate(learner):
        if isinstance(value, int):
            sheet.write_number(row, index, value, number)
        elif value is not None:
            sheet.write_string(row, index, value, text)


def _one_of_states() -> dict[str, object]:
    return {
        "validate": "list",
        "source": list(PROGRESS_STATES),
        "error_title": "Not in the list",
        "error_message": f"Choose {' or '.join(PROGRESS_STATES)} from the list, or leave the cell blank.",
    }


def _whole_number() -> dict[str, object]:
    return {
        "validate": "integer",
        "criteria": "between",
        "minimum": 0,
        "maximum": MOST,
        "error_title": "A whole number",
        "error_message": f"Write a whole number from 0 to {MOST}, or leave the cell blank.",
    }
