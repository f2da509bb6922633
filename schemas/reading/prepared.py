"""An .xlsx made ready for calamine: what it would lose or break down on is changed, what it does not tell is found.

Owns which sheet needs what, and that nothing found in a part is lost on its way to the sheet that calamine makes of it.
`sheet_xml` looks, `error_cells` and `far_cells` change.
"""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from typing import NamedTuple

from schemas.reading.error_cells import mark_lost_cells
from schemas.reading.far_cells import cut_to_beginning, may_be_too_far, refuse_area
from schemas.reading.limits import ReadingLimits
from schemas.reading.refusals import RefusedError, damaged
from schemas.reading.sheet_xml import find_hidden_rows, look_through
from schemas.reading.workbook_parts import NamedSheet, WorkbookParts

WHITE_SPACE = re.compile(r"\r\n|[\r\n\t]")  # which XML makes a space of in a name, and calamine leaves


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
    """A workbook for calamine, what was done to its parts, which of them is which sheet, and where its days begin."""

    data: bytes
    parts: dict[str, Preparation]
    sheets: list[NamedSheet]
    is_1904: bool

    def assign(self, names: Sequence[str]) -> list[Preparation]:
        """Return what was done to each sheet.

        Args:
            names: of the sheets, as calamine lists them.

        Raises:
            RefusedError: sheets share a name, of which calamine reads the first again and again; or rows are cut off or
                hidden, and whose they are can't be told beyond doubt.
        """
        if len(set(names)) < len(names):
            raise damaged()
        found = {part: done for part, done in self.parts.items() if done.refusal or done.hidden_row_numbers}
        if not found:
            return [Preparation()] * len(names)
        owners = Counter(sheet.part for sheet in self.sheets)
        is_same = list(map(_to_plain, names)) == [_to_plain(sheet.title) for sheet in self.sheets]
        if not is_same or None in owners or any(owners[part] != 1 for part in found):
            raise next((done.refusal for done in found.values() if done.refusal), None) or damaged()
        return [found.get(sheet.part or "", Preparation()) for sheet in self.sheets]


def prepare(data: bytes, limits: ReadingLimits) -> Prepared:
    """Look through every sheet once, and change what has to be.

    Args:
        data: an .xlsx that `schemas.reading.archive.check_archive` has passed.
        limits: of memory, rows and columns.
    """
    parts = WorkbookParts(data)
    prepared = {name: _prepare_sheet(parts, name, limits) for name in parts.list_sheet_parts()}
    changed = {name: sheet.changed for name, sheet in prepared.items() if sheet.changed is not None}
    return Prepared(parts.replace(changed) if changed else data, prepared, parts.sheets, parts.is_1904)


def _to_plain(name: str) -> str:
    return WHITE_SPACE.sub(" ", name)


def _prepare_sheet(parts: WorkbookParts, name: str, limits: ReadingLimits) -> Preparation:
    look = look_through(parts.open(name))
    is_far = may_be_too_far(look, limits)
    if not (look.lost_cells or look.hidden_rows or is_far):
        return Preparation()
    sheet = original = parts.read(name)
    hidden = find_hidden_rows(sheet, limits.row_count) if look.hidden_rows else ()
    if look.lost_cells:
        sheet = mark_lost_cells(sheet, is_uncalculated=parts.is_uncalculated)
    refusal = refuse_area(sheet, limits) if is_far else None
    if refusal:
        sheet = cut_to_beginning(sheet)
    return Preparation(None if sheet == original else sheet, hidden, refusal)
