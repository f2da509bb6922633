"""The sheet that lists the values allowed, and the drop-downs that take them from there.

The lists stand below one another: side by side under their headings they would look like a sheet of learners.
"""

from typing import Any

from schemas.columns import COLUMN_BY_NAME, ETHNICITIES, GENDERS, LEARNERS, PROGRESS, PROGRESS_STATES, YEAR_GROUPS
from schemas.marked_up.styles import HEADING_COLOURS, Styles

NAME = "Values allowed"
LISTS_BY_KIND: dict[str, dict[str, tuple[str, ...]]] = {
    LEARNERS: {"year_group": YEAR_GROUPS, "gender": GENDERS, "ethnicity": ETHNICITIES},
    PROGRESS: {"has_qualifications": PROGRESS_STATES, "has_reference": PROGRESS_STATES},
}
WIDTH = 62
ROWS_BEYOND = 500  # below the last learner, for those who are added


def name_sources(name: str, kind: str) -> dict[str, str]:
    """Return for each of our column names with a list the formula of the range that holds it.

    Args:
        name: of the sheet.
        kind: of the list of learners that it is beside.
    """
    lists = LISTS_BY_KIND[kind]
    return {
        column_name: f"='{name}'!$A${row + 2}:$A${row + 1 + len(lists[column_name])}"
        for column_name, row in _place_lists(kind).items()
    }


def write_value_sheet(workbook: Any, name: str, styles: Styles, kind: str) -> None:
    """Write the sheet."""
    sheet = workbook.add_worksheet(name)
    sheet.set_column(0, 0, WIDTH)
    sheet.hide_gridlines(2)
    heading, title = styles.make(bold=True, **HEADING_COLOURS), styles.make(bold=True, font_size=14)
    sheet.write_string(0, 0, "Values allowed in the columns with a fixed list", title)
    for column_name, row in _place_lists(kind).items():
        sheet.write_string(row, 0, COLUMN_BY_NAME[column_name].heading, heading)
        for index, value in enumerate(LISTS_BY_KIND[kind][column_name], start=row + 1):
            sheet.write_string(index, 0, value)


def _place_lists(kind: str) -> dict[str, int]:
    """Return the row of each list's heading, from 0."""
    places, row = {}, 2
    for column_name, values in LISTS_BY_KIND[kind].items():
        places[column_name] = row
        row += len(values) + 2
    return places


def add_drop_down(
    sheet: Any, column_index: int, rows: tuple[int, int], column_name: str, *, value_sheet: str, kind: str
) -> None:
    """Give a column's cells a drop-down; what stands there already stays.

    Args:
        sheet: of the learners.
        column_index: from 0.
        rows: the first and the last, from 0.
        column_name: ours.
        value_sheet: the name of the sheet that lists the values.
        kind: of the list of learners.
    """
    heading = COLUMN_BY_NAME[column_name].heading
    sheet.data_validation(
        rows[0],
        column_index,
        rows[1],
        column_index,
        {
            "validate": "list",
            "source": name_sources(value_sheet, kind)[column_name],
            "error_type": "warning",
            "error_title": heading,
            "error_message": f"This is none of the values of the list, which is on the sheet {value_sheet}.",
        },
    )
