"""The list of learners who have not logged in as a workbook. Texts are texts in it: none runs as a formula or a link.

Owns its columns. Rows are written as they are read, so that it never holds all of them.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from io import BytesIO
from itertools import islice
from typing import NamedTuple

from schemas.dates_shown import UK_TIME
from schemas.findings import column_letters
from schemas.marked_up.cells import ColumnWriter, write_text
from schemas.marked_up.quick_workbook import QuickSheet, QuickWorkbook
from schemas.marked_up.styles import TEXT, Styles
from schemas.table import CellKind
from web_min.credentials.initial_passwords import InitialPassword
from web_min.credentials.queries import Credential

SHEET_NAME = "Not logged in"
CHUNK_ROWS = 2048


class Column(NamedTuple):
    """A column of the sheet: its heading, its width in characters, and what its cells are."""

    heading: str
    width: int
    kind: CellKind = CellKind.TEXT


COLUMNS = (
    Column("Last name", 20),
    Column("First name", 20),
    Column("Learner year group", 11),
    Column("Dob", 12, CellKind.DATE),
    Column("Email address", 30),
    Column("Username", 28),
    Column("Initial password", 20),
    Column("Created", 20, CellKind.DATE),
    Column("Expires", 20, CellKind.DATE),
    Column("Provider", 30),
    Column("What to do", 40),
)
_PLACED = tuple(enumerate(COLUMNS))


class Entry(NamedTuple):
    """A row: the learner, the password or why there is none, and the provider's name."""

    credential: Credential
    password: InitialPassword
    provider_name: str


def make_workbook(entries: Iterable[Entry], *, count: int) -> BytesIO:
    """Make the workbook.

    Args:
        entries: taken one by one while it is written.
        count: how many there are, for the sheet's dimensions.
    """
    file = BytesIO()
    workbook = QuickWorkbook(file)
    styles = Styles(workbook)
    sheet = workbook.add_worksheet(SHEET_NAME, QuickSheet)
    for index, column in enumerate(COLUMNS):
        sheet.set_column(index, index, column.width, styles.of_cell(TEXT))
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, count, len(COLUMNS) - 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_rows(_write_rows(entries, styles), last_row=count, last_column=len(COLUMNS) - 1)
    workbook.close()
    file.seek(0)
    return file


def _write_rows(entries: Iterable[Entry], styles: Styles) -> Iterator[str]:
    """Yield the heading's row, and then the others, many at a time."""
    heading = styles.write_heading(None)
    cells = [f'<c r="{column_letters(index)}1"{heading}{write_text(column.heading)}' for index, column in _PLACED]
    yield f'<row r="1">{"".join(cells)}</row>'
    writers = [ColumnWriter(column_letters(index), styles, is_date=False) for index, _ in _PLACED]
    taken, number = iter(entries), 2
    while chunk := [*islice(taken, CHUNK_ROWS)]:
        numbers = range(number, number + len(chunk))
        columns = [
            writer.write(numbers, texts, bytes([column.kind]) * len(chunk), {})
            for writer, column, texts in zip(writers, COLUMNS, zip(*map(_list_texts, chunk), strict=True), strict=True)
        ]
        yield "".join(
            f'<row r="{row}">{"".join(row_cells)}</row>' for row, *row_cells in zip(numbers, *columns, strict=True)
        )
        number += len(chunk)


def _list_texts(entry: Entry) -> tuple[str, ...]:
    """Return a row's texts, as `COLUMNS` has them."""
    credential, password = entry.credential, entry.password
    born = credential.date_of_birth
    return (
        credential.last_name,
        credential.first_name,
        credential.year_group or "",
        born.isoformat() if born else "",
        credential.email or "",
        credential.username,
        password.password or "",
        _to_local(credential.created_at),
        _to_local(credential.expires_at),
        entry.provider_name,
        password.reason,
    )


def _to_local(moment: datetime | None) -> str:
    return f"{moment.astimezone(UK_TIME):%Y-%m-%d %H:%M:%S}" if moment else ""
