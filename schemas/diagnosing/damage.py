"""What Excel or a careless export has done to cells: errors, lost digits, dates out of nowhere, broken characters.

Owns finding it, before anything else looks at the cell. A damaged cell is reported as that and as nothing more.
"""

import re
from collections.abc import Iterator

import numpy as np

from schemas.diagnosing.diagnosis import Diagnosis
from schemas.diagnosing.sheet_columns import SheetColumn
from schemas.distinct import Distinct, Mask
from schemas.normalising.misread import find_misread
from schemas.normalising.text import INVALID_CHARACTERS
from schemas.shapes import Shape
from schemas.table import UNSAVED, CellKind

UNSAVED_TEXT = Shape(re.escape(UNSAVED), re.IGNORECASE)
# Errors that became text when values were pasted or exported, LibreOffice's and Google's own among them; ### is what a
# column too narrow shows.
ERROR_TEXT = Shape(
    r"#(?:REF!|N/A|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!|BUSY!|UNKNOWN!|ERROR!|"
    r"GETTING_DATA|#{2,})|Err:[0-9]{3}",
    re.IGNORECASE,
)
# As Excel shows a long number: with a sign and two digits, or with a fraction; an identifier such as 12E4 has neither.
SHORTENED = r"[+-]?[0-9]E[+-][0-9]{2,3}|[+-]?[0-9]{1,3}[.,][0-9]+ ?E[+-][0-9]{1,3}"
SCIENTIFIC = Shape(SHORTENED, re.IGNORECASE)
SCIENTIFIC_IDENTIFIER = Shape(rf"{SHORTENED}|[0-9][.,][0-9]+E[0-9]{{1,2}}", re.IGNORECASE)
EXPONENTS = ("E+", "e+", "E-", "e-")
DIGITS_LOST = Shape(r"[0-9]{16,}")  # Excel keeps 15 digits of a number
# Midnight where a date was written is an evening of the day before where it was saved: 23:00 in universal time for
# Britain in summer, 19:00 on a server in New York; and 23:59:12 or the like by the zones of 1899, which had seconds.
DAY_EARLY = Shape(
    r"[^\n]*[0-9][ T](?:(?:1[7-9]|2[0-3])(?::[0-5][0-9]){1,2}(?:\.[0-9]+)?|"
    r"(?:0?[5-9]|1[01])(?::[0-5][0-9]){1,2}(?:\.[0-9]+)? ?PM)(?: ?Z|[+-]00:?00)?",
    re.IGNORECASE,
)
IDENTIFIERS = frozenset(("ukprn", "telephone", "uln", "upn", "ccis"))


def find_damage(name: str, cells: SheetColumn) -> Iterator[Diagnosis]:
    """Yield each kind of damage with the rows it has befallen, the most telling first.

    Args:
        name: our name for the column.
        cells: the column as it stands in the sheet.
    """
    tidied, kind = cells.tidied, cells.kind
    yield Diagnosis("formula_unsaved", _find(UNSAVED_TEXT, "#", tidied))
    yield Diagnosis("cell_error", (kind == CellKind.ERROR) | _find(ERROR_TEXT, "#:", tidied))
    yield Diagnosis("character_invalid", _find_invalid(cells.raw) | find_misread(name, cells.raw))
    yield Diagnosis("scientific_notation", _find_shortened(name, tidied, kind == CellKind.NUMBER))
    if name == "date_of_birth":
        yield Diagnosis("dob_day_early", _find(DAY_EARLY, ":", tidied))
    else:
        yield Diagnosis("date_in_text", kind == CellKind.DATE)


def _find_shortened(name: str, column: Distinct, is_number: Mask) -> Mask:
    found = np.zeros(len(column.codes), dtype=bool)
    has_exponent = any(sign in column.lines for sign in "+-") and any(text in column.lines for text in EXPONENTS)
    if name in IDENTIFIERS:
        found = _find(SCIENTIFIC_IDENTIFIER, "+-.," if has_exponent else ".,", column)
    elif has_exponent:
        found = _find(SCIENTIFIC, "+-", column)
    if is_number.any():
        found |= is_number & column.spread(DIGITS_LOST.find(column.values))
    return found


def _find(shape: Shape, signs: str, column: Distinct) -> Mask:
    """Look for the shape only where the column holds one of the signs that the shape can't do without."""
    if any(sign in column.lines for sign in signs):
        return column.spread(shape.find(column.values))
    return np.zeros(len(column.codes), dtype=bool)


def _find_invalid(column: Distinct) -> Mask:
    if column.is_printable_ascii:
        return np.zeros(len(column.codes), dtype=bool)
    search = INVALID_CHARACTERS.search
    return column.spread(np.fromiter((search(value) is not None for value in column.values), dtype=bool))
