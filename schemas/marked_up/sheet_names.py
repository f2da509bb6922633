"""Names of a workbook's sheets: the provider's own as it is wherever Excel takes it, ours beside it without a clash."""

import re

from schemas.marked_up.texts import hold

NAME_LIMIT = 31  # UTF-16 units
FORBIDDEN = re.compile(r"[\[\]:*?/\\\x00-\x1f\x7f\ufffd]")
RESERVED = "history"  # Excel keeps it for itself
UNNAMED = "Learners"


def allow_name(name: str) -> str:
    """Return a sheet's name as Excel takes it: the same when it is allowed."""
    allowed = _clip(FORBIDDEN.sub("_", hold(name)), NAME_LIMIT).strip("'")
    if not allowed.strip():
        return UNNAMED
    return f"{allowed}_" if allowed.lower() == RESERVED else allowed


def find_free_name(wanted: str, taken: str) -> str:
    """Return a name for a sheet of ours beside one called `taken`."""
    return f"{wanted} (2)" if wanted.lower() == taken.lower() else wanted


def _clip(text: str, units: int) -> str:
    return text.encode("utf-16-le", "surrogatepass")[: 2 * units].decode("utf-16-le", "ignore")
