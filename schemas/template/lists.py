"""The columns with a drop-down, as data: what is in each list, and what the list is called where all of it is shown."""

from typing import NamedTuple

from schemas.columns import ETHNICITIES, GENDERS, YEAR_GROUPS


class DropDown(NamedTuple):
    """One list.

    Args:
        title: its heading on the sheet of values; none of the template's own, or that sheet would be read as learners.
        values: in the order shown.
        range_name: of the cells that hold the values, where they are too long to stand in the drop-down itself (255
            characters). A name, because an .xls can't look at another sheet without one.
    """

    title: str
    values: tuple[str, ...]
    range_name: str | None = None


DROP_DOWNS = {
    "year_group": DropDown("Year groups", YEAR_GROUPS),
    "gender": DropDown("Genders", GENDERS),
    "ethnicity": DropDown("Ethnicities", ETHNICITIES, "Ethnicities"),
}
