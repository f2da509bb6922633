"""Values of a fixed list in the template's spelling: year group, gender, ethnicity.

Owns forgiving case and spacing. A value that is none of the list's stays as it was.
"""

import re

from schemas.columns import ETHNICITIES, GENDERS, YEAR_GROUPS
from schemas.normalising.codes import drop_closing_zero
from schemas.normalising.text import to_key

YEAR_GROUP = re.compile(r"(?:(?:year|yr|y)[ .:\-]*)?0?([0-9]{1,2})")
GENDER_BY_KEY = {to_key(gender): gender for gender in GENDERS}
ETHNICITY_BY_KEY = {to_key(ethnicity): ethnicity for ethnicity in ETHNICITIES}


def normalise_year_groups(values: list[str]) -> list[str]:
    """Read 12, Y12, Yr 12 and year 12 as Year 12."""
    return [_to_year_group(after) or before for before, after in zip(values, drop_closing_zero(values), strict=True)]


def _to_year_group(value: str) -> str | None:
    match = YEAR_GROUP.fullmatch(value.casefold())
    year_group = f"Year {int(match[1])}" if match else None
    return year_group if year_group in YEAR_GROUPS else None


def normalise_genders(values: list[str]) -> list[str]:
    """Forgive case and spacing."""
    return [GENDER_BY_KEY.get(to_key(value), value) for value in values]


def normalise_ethnicities(values: list[str]) -> list[str]:
    """Forgive case and spacing, the spacing around slashes too."""
    return [ETHNICITY_BY_KEY.get(to_key(value), value) for value in values]
