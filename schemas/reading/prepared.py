"""An .xlsx made ready for calamine: what it would lose or break down on is changed, what it does not tell is found.

Owns which sheet needs what. `sheet_xml` looks, `error_cells` and `far_cells` change.
"""

from collections.abc import Collection
from typing import NamedTuple

from schemas.reading.error_cells import mark_lost_cells
from schemas.reading.far_cells import cut_to_beginning, refuse_area
from schemas.reading.limits import ReadingLimits
from schemas.reading.refusals import RefusedError
from schemas.reading.sheet_xml import find_hidden_rows, look_through
from schemas.reading.workbook_parts import WorkbookParts


class Preparation(NamedTuple):
    """What was done to one sheet, and found.

    Args:
        changed: its XML when it had to be changed.
        hidden_row_numbers: rows hidden or filtered out of sight.
        refusal: why only its beginning can be read; None when all can.
    """

    changed: bytes | None = None
    hidden_row_numbers: Collection[int] = ()
    refusal: RefusedError | None = None


class Prepared(NamedTuple):
    """A workbook for calamine, and what was done to its sheets, by their names."""

    data: bytes
    sheets: dict[str, Preparation]


def prepare(data: bytes, limits: ReadingLimits) -> Prepared:
    """Look through every sheet once, and change what has to be.

    Args:
        data: an .xlsx that `schemas.reading.archive.check_archive` has passed.
        limits: of memory, rows and columns.
    """
    parts = WorkbookParts(data)
    prepared = {name: _prepare_sheet(parts, name, limits) for name in parts.list_sheet_parts()}
    changed = {name: sheet.changed for name, sheet in prepared.items() if sheet.changed is not None}
    sheets = {title: prepared[name] for title, name in parts.sheets.items()}
    return Prepared(parts.replace(changed) if changed else data, sheets)


def _prepare_sheet(parts: WorkbookParts, name: str, limits: ReadingLimits) -> Preparation:
    look = look_through(parts.open(name))
    if not any(look):
        return Preparation()
    sheet = original = parts.read(name)
    hidden = find_hidden_rows(sheet, limits.row_count) if look.hidden_rows else ()
    if look.lost_cells:
        sheet = mark_lost_cells(sheet)
    refusal = refuse_area(sheet, limits) if look.far_cells else None
    if refusal:
        sheet = cut_to_beginning(sheet)
    return Preparation(None if sheet == original else sheet, hidden, refusal)
