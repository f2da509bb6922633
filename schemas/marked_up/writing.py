"""Writing a marked-up workbook: the provider's own sheet with every finding in its place, and our sheets around it.

It holds learners' data, so it goes to the provider only. Owns the order of the sheets and how XlsxWriter is set.
"""

from collections.abc import Sequence
from io import BytesIO
from typing import BinaryIO

from schemas.marked_up import cause_sheet, value_sheet
from schemas.marked_up.cause_words import name_sheet
from schemas.marked_up.learner_sheet import write_learner_sheet
from schemas.marked_up.marks import mark_findings
from schemas.marked_up.places import MarkedFinding
from schemas.marked_up.quick_workbook import QuickWorkbook
from schemas.marked_up.sheet_names import allow_name, find_free_name
from schemas.marked_up.styles import Styles
from schemas.marked_up.swapped_dates import give_back_typed
from schemas.table import SheetTable

CELL_LIMIT = 20_000_000  # as many as 1,048,576 rows have in the template's columns, and some more
FINDING_LIMIT = 1_000_000  # nobody corrects more in a workbook


class TooLargeToMarkError(Exception):
    """The sheet has more cells than any list of learners has."""


def write_marked_up(file: BinaryIO, table: SheetTable, findings: Sequence[MarkedFinding], *, file_name: str) -> None:
    """Write the marked-up workbook, an .xlsx.

    Args:
        file: takes its bytes; stays open.
        table: the sheet, as `schemas.reading` gives it.
        findings: all of them, at least one, in any order.
        file_name: how the provider called the file.

    Raises:
        OSError: it can't be written, for example because the disk is full.
        TooLargeToMarkError: it would take too much time and memory.
    """
    if table.row_count * len(table.headings) > CELL_LIMIT:
        raise TooLargeToMarkError
    marks = mark_findings(table, findings[:FINDING_LIMIT])
    marks.left_out_count = len(findings[FINDING_LIMIT:])
    table, kept_as_text = give_back_typed(table, findings)
    learners = allow_name(table.sheet_name)
    values = find_free_name(value_sheet.NAME, learners)
    made = BytesIO()
    workbook = QuickWorkbook(made)
    styles = Styles(workbook)
    cause_sheet.write_cause_sheet(
        workbook,
        find_free_name(name_sheet(marks), learners),
        marks,
        learner_sheet=learners,
        file_name=file_name,
        styles=styles,
    )
    write_learner_sheet(workbook, learners, table, marks, styles=styles, value_sheet=values, kept_as_text=kept_as_text)
    value_sheet.write_value_sheet(workbook, values, styles, table.kind)
    workbook.close()
    file.write(made.getbuffer())
