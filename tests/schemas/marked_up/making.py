"""Marked-up workbooks for tests: written in memory, opened by openpyxl, read again as a dropped file would be."""

import io
from collections.abc import Sequence
from typing import Any

import openpyxl

from schemas.findings import Finding
from schemas.marked_up import write_marked_up
from schemas.table import SheetTable
from schemas.validation import validate
from tests.schemas.sheets import TODAY, UKPRN


def find_in(table: SheetTable) -> list[Finding]:
    return validate(table, ukprn=UKPRN, today=TODAY).findings


def mark_up(table: SheetTable, findings: Sequence[Finding] | None = None, file_name: str = "our learners.xls") -> bytes:
    file = io.BytesIO()
    write_marked_up(file, table, find_in(table) if findings is None else findings, file_name=file_name)
    return file.getvalue()


def open_marked_up(table: SheetTable, findings: Sequence[Finding] | None = None) -> Any:
    return openpyxl.load_workbook(io.BytesIO(mark_up(table, findings)))


def colour_of(cell: Any) -> str | None:
    return str(cell.fill.start_color.rgb) if cell.fill.fill_type else None
