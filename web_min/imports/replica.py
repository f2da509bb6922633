"""A replica of the sheet's rows in which something was found: each cell as it stood, with what to write in it instead.

The cells come from the rows that the worker kept beside the original, so that no page view reads a workbook. They are
learners' data: whoever asks for them must be allowed to see the learners.
"""

import re
from collections import defaultdict
from collections.abc import Sequence, Set
from itertools import compress
from typing import NamedTuple

from flask import request
from sqlalchemy.orm import Session

from intake.row_files import FINDING_ROWS, KeptRows, open_rows
from intake.storage import PrivateStorage
from schemas.columns import COLUMN_BY_NAME
from schemas.findings import column_letters
from schemas.heading_keys import to_heading_key
from schemas.rules import ERROR, WARNING
from web_min.imports.findings import ShownFinding, list_findings_of_rows
from web_min.paging import Page, find_page

ROWS_A_PAGE = 25
COLUMNS, FOUND = "columns", "found"  # how an address asks for the columns in question only
NAME_KEYS = {to_heading_key(COLUMN_BY_NAME[name].heading) for name in ("first_name", "last_name")}
LETTERS = re.compile(r"[A-Z]+")


class SheetColumn(NamedTuple):
    """A column by its letters, with what stands in its heading."""

    letters: str
    heading: str


class SheetCell(NamedTuple):
    """A cell: its column, its text, and what was found in it."""

    column: SheetColumn
    text: str
    findings: list[ShownFinding]

    @property
    def severity(self) -> str | None:
        """The worse of what was found; None when nothing was."""
        return find_worse(self.findings)


class SheetRow(NamedTuple):
    """A row: its number, its cells, and what was found in no single cell of it."""

    row_number: int
    cells: list[SheetCell]
    findings: list[ShownFinding]


class Replica(NamedTuple):
    """One page of the rows.

    Args:
        columns: those that are shown.
        rows: with a cell for each of them.
        page: which page it is.
        error_row_count: how many rows of all pages have an error; they come first.
        is_narrow: whether only the columns in question are shown, with the names.
    """

    columns: list[SheetColumn]
    rows: list[SheetRow]
    page: Page
    error_row_count: int
    is_narrow: bool

    @property
    def address_parts(self) -> dict[str, str]:
        """What an address needs to ask for the same columns again."""
        return {COLUMNS: FOUND} if self.is_narrow else {}


def find_worse(findings: Sequence[ShownFinding]) -> str | None:
    """Return the worse severity among findings; None when there are none."""
    severities = {finding.severity for finding in findings}
    return next((severity for severity in (ERROR, WARNING) if severity in severities), None)


def open_finding_rows(storage: PrivateStorage, storage_name: str) -> KeptRows | None:
    """Return the rows that were kept of an original; None when there are none to be shown."""
    kept = open_rows(storage.path_of(storage_name + FINDING_ROWS))
    return kept if kept and kept.row_count else None


def show_replica(session: Session, import_id: int, kept: KeptRows) -> Replica:
    """Return the page of the replica that the request asks for."""
    page = find_page(kept.row_count, ROWS_A_PAGE)
    columns = [SheetColumn(column_letters(index), heading) for index, heading in enumerate(kept.head["headings"])]
    rows: list[tuple[int, list[str]]] = [(number, texts) for number, texts in kept.read(page.offset, page.size)]
    found = list_findings_of_rows(session, import_id, [number for number, _ in rows])
    by_place = _place(found, {column.letters for column in columns})
    is_narrow = request.args.get(COLUMNS) == FOUND
    in_question = {letters for _, letters in by_place}
    shown = [not is_narrow or column.letters in in_question or _is_name(column) for column in columns]
    return Replica(
        [*compress(columns, shown)],
        [
            SheetRow(
                number,
                [
                    SheetCell(column, text, by_place.get((number, column.letters), []))
                    for column, text in compress(zip(columns, texts, strict=False), shown)
                ],
                by_place.get((number, ""), []),
            )
            for number, texts in rows
        ],
        page,
        kept.head["error_row_count"],
        is_narrow,
    )


def _place(found: Sequence[ShownFinding], known: Set[str]) -> dict[tuple[int | None, str], list[ShownFinding]]:
    """Return findings by row and column, "" for those that name no column of the sheet."""
    by_place: dict[tuple[int | None, str], list[ShownFinding]] = defaultdict(list)
    for finding in found:
        match = LETTERS.match(finding.cell or "")
        by_place[finding.row_number, match[0] if match and match[0] in known else ""].append(finding)
    return by_place


def _is_name(column: SheetColumn) -> bool:
    return to_heading_key(column.heading) in NAME_KEYS
