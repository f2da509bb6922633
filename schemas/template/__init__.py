"""The learner import template [manual 7.1 c], as .xls and .xlsx, blank or made for one provider. Holds no learners."""

import re
from typing import Literal

from schemas.template.workbook import make_xlsx
from schemas.template.xls import make_xls

__all__ = ["MEDIA_TYPES", "Format", "make_template"]

Format = Literal["xls", "xlsx"]
MEDIA_TYPES: dict[Format, str] = {
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
UKPRN = re.compile(r"[0-9]{8}")


def make_template(format: Format, ukprn: str | None = None) -> bytes:
    """Make the template: always the same bytes for the same format and UKPRN.

    Args:
        format: "xls" or "xlsx".
        ukprn: of the provider it is made for: 8 digits, filled in as text in the first 1,000 learner rows.

    Raises:
        ValueError: the UKPRN is not 8 digits.
    """
    if ukprn is not None and not UKPRN.fullmatch(ukprn):
        raise ValueError("a UKPRN has 8 digits")
    return make_xls(ukprn) if format == "xls" else make_xlsx(ukprn)
