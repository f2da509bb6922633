"""What Excel or a careless export has done to cells: errors, lost digits, dates out of nowhere, broken characters.

Owns finding it, before anything else looks at the cell. A damaged cell is reported as that and as nothing more.
"""

import re
from collections.abc import Iterator

import numpy as np

from schemas.distinct import Distinct, Mask
from schemas.normalising.text import INVALID_CHARACTERS
from schemas.shapes import Shape
from schemas.table import CellKind

# Errors that became text when values were pasted or exported; ### is what a column too narrow shows.
ERROR_TEXT = Shape(
    r"#(?:REF!|N/A|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|SPILL!|CALC!|FIELD!|GETTING_DATA|#{2,})", re.IGNORECASE
)
# As Excel shows a long number: always with a sign and two digits, which an identifier such as 12E4 has not.
SCIENTIFIC = Shape(r"[+-]?[0-9](?:[.,][0-9]+)?E[+-][0-9]{2,3}", re.IGNORECASE)

DIGITS_LOST = Shape(r"[0-9]{16,}")  # Excel keeps 15 digits of a number


def find_damage(name: str, raw: Distinct, tidied: Distinct, kinds: bytes) -> Iterator[tuple[str, Mask]]:
    """Yield each damage rule with the rows it holds for, the most telling first.

    Args:
        name: our name for the column.
        raw: its texts as they stand in the sheet.
        tidied: the same without needless white space.
        kinds: one `CellKind` a row.
    """
    kind = np.frombuffer(kinds, dtype=np.uint8)
    yield "cell_error", (kind == CellKind.ERROR) | _find(ERROR_TEXT, ("#",), tidied)
    yield "character_invalid", _find_invalid(raw)
    is_shortened = (kind == CellKind.NUMBER) & tidied.spread(DIGITS_LOST.find(tidied.values))
    yield "scientific_notation", _find(SCIENTIFIC, ("E+", "e+", "E-", "e-"), tidied) | is_shortened
    if name != "date_of_birth":
        yield "date_in_text", kind == CellKind.DATE


def _find(shape: Shape, signs: tuple[str, ...], column: Distinct) -> Mask:
    """Look for the shape only where the column holds one of the signs that the shape can't do without."""
    if any(sign in column.lines for sign in signs):
        return column.spread(shape.find(column.values))
    return np.zeros(len(column.codes), dtype=bool)


def _find_invalid(column: Distinct) -> Mask:
    if column.is_printable_ascii:
        return np.zeros(len(column.codes), dtype=bool)
    search = INVALID_CHARACTERS.search
    return column.spread(np.fromiter((search(value) is not None for value in column.values), dtype=bool))
