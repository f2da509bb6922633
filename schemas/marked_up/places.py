"""Where a finding stands in the sheet: its cell, or the heading or the row that it is about.

Owns locating. What is about the whole file has no place.
"""

import re
from collections.abc import Iterator, Sequence
from string import Formatter
from typing import NamedTuple, Protocol

from schemas.causes import AnyFinding
from schemas.columns import COLUMN_BY_NAME
from schemas.findings import cell_name, column_letters
from schemas.heading_keys import to_heading_key
from schemas.rules import RULES
from schemas.table import SheetTable

CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
COLUMN_LETTERS = re.compile(r"\b([A-Z]{1,3})(?: to ([A-Z]{1,3}))?\b")
KEY_BY_HEADING = {column.heading: to_heading_key(column.heading) for column in COLUMN_BY_NAME.values()}


class MarkedFinding(AnyFinding, Protocol):
    """What a finding needs to be marked: `schemas.findings.Finding` and the table's rows both have it."""

    @property
    def cell(self) -> str | None: ...  # noqa: D102
    @property
    def suggestion(self) -> str | None: ...  # noqa: D102


class Place(NamedTuple):
    """A cell of the sheet: its row as Excel numbers it, its column from 0, its name such as "P5"."""

    row_number: int
    column_index: int
    cell: str

    @classmethod
    def at(cls, row_number: int, column_index: int) -> "Place":
        """Return the place with its name."""
        return cls(row_number, column_index, cell_name(column_index, row_number))


class Places:
    """Finds places in one sheet.

    Args:
        table: as it was read.
    """

    def __init__(self, table: SheetTable) -> None:
        self._heading_row = table.heading_row_number
        self._columns_by_key: dict[str, list[int]] = {}
        for index, heading in enumerate(table.headings):
            self._columns_by_key.setdefault(to_heading_key(heading), []).append(index)
        self._index_by_letters = {column_letters(index): index for index in range(len(table.headings))}

    def find(self, finding: MarkedFinding) -> list[Place]:
        """Return the cells to mark: the finding's own, else those headings or that row's first cell."""
        if finding.cell and (match := CELL.fullmatch(finding.cell)):
            index = self._index_by_letters.get(match[1])
            return [] if index is None else [Place(int(match[2]), index, finding.cell)]
        if finding.row_number is not None:
            return [Place.at(finding.row_number, 0)]
        return [Place.at(self._heading_row, index) for index in self._find_columns(finding)]

    def _find_columns(self, finding: MarkedFinding) -> Sequence[int]:
        named = [index for first, last in _list_letters(finding) for index in self._list_indices(first, last or first)]
        if named or finding.column is None:
            return named
        columns = self._columns_by_key.get(KEY_BY_HEADING.get(finding.column, ""), [])
        return columns if finding.rule != "heading_missing" else []

    def _list_indices(self, first: str, last: str) -> Sequence[int]:
        known = self._index_by_letters
        return range(known[first], known[last] + 1) if first in known and last in known else ()


def _list_letters(finding: AnyFinding) -> Iterator[tuple[str, str]]:
    """Yield the columns that a message names, read by its rule's own wording: letters, and the last's or ""."""
    rule = RULES.get(finding.rule)
    if rule is None or "{letters}" not in rule.message:
        return
    wording = "".join(
        re.escape(text) + {None: "", "letters": "(?P<letters>.+?)"}.get(field, ".+?")
        for text, field, _, _ in Formatter().parse(rule.message)
    )
    if match := re.fullmatch(wording, finding.message):
        yield from COLUMN_LETTERS.findall(match["letters"])
