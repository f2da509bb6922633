"""Progress sheets for tests."""

from collections.abc import Mapping, Sequence

from schemas.columns import PROGRESS, PROGRESS_COLUMNS
from schemas.table import CellKind, SheetTable

HEADINGS = [column.heading for column in PROGRESS_COLUMNS]


def make_progress_sheet(*rows: Mapping[str, str], headings: Sequence[str] = HEADINGS) -> SheetTable:
    """Make a sheet of these rows, by our names for the columns; what is not given is blank."""
    texts = [[row.get(column.name, "") for row in rows] for column in PROGRESS_COLUMNS]
    return SheetTable(
        sheet_name="Progress",
        headings=list(headings),
        heading_row_number=1,
        row_numbers=list(range(2, len(rows) + 2)),
        texts=texts,
        kinds=[bytes(CellKind.TEXT if text else CellKind.BLANK for text in column) for column in texts],
        kind=PROGRESS,
    )
