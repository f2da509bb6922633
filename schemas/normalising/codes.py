"""Identifiers, postcodes and telephone numbers in the form in which they are kept.

Owns the spelling only: what can't be brought into form stays as it was, and fails its rule later. All functions
take and return distinct, tidied values in the same order.
"""

import re

from schemas.distinct import Distinct, Mask
from schemas.normalising.text import on_lines
from schemas.shapes import Shape

NO_ULN = "9999999999"

CLOSING_ZERO = re.compile(r"(?m)^([0-9]+)\.0+$")
NUMBER_ENDING = Shape(r"[0-9]+\.0+")
# What stands for no CCIS ID: words, the nought of a database, and signs alone.
NO_CCIS = Shape(
    r"(?:[^\w\n]|_)++|0++|x{1,9}|tb[acd]|n\.?/?a\.?|none|nil|null|nan|no|no (?:ccis|id)|unknown|pending|"
    r"await(?:ed|ing)|not (?:yet )?(?:known|given|issued|provided|recorded|available|applicable)|blank|empty|missing",
    re.IGNORECASE,
)
WITH_NUMBER = Shape(r"[^1-9\n]*+[1-9][^\n]*+")  # which none of those has, and real ones do: asked first, being fast
# Letters as Royal Mail gives them out, and ZZ99 for addresses that are not known or abroad. A letter after the district
# is only found in inner London and three other centres.
AREA_LETTERS, FIRST_LETTERS, SECOND_LETTERS = "BEGLMNSW", "ABCDEFGHIJKLMNOPRSTUWYZ", "ABCDEFGHKLMNOPQRSTUVWXY"
CENTRES, CENTRE_LETTERS = ("E", "N", "W", "EC", "NW", "SE", "SW", "WC"), "ABCDEFGHJKMNPRSTUVWXY"
OUTWARD = (
    rf"(?:(?:[{AREA_LETTERS}]|[{FIRST_LETTERS}][{SECOND_LETTERS}])(?:[1-9][0-9]?|0)|"
    rf"(?:{'|'.join(CENTRES)})[1-9][{CENTRE_LETTERS}]|GIR(?= ?0AA)|ZZ99)"
)
INWARD = r"[0-9][A-Z]{2}"
POSTCODE = Shape(f"{OUTWARD} {INWARD}")
COMPACT_POSTCODE = re.compile(rf"(?m)^({OUTWARD})({INWARD})$")
LOST_ZERO_NUMBER = Shape(r"[1-9][0-9]{8,9}")
LOST_ZERO_TEXT = Shape(r"[12378][0-9]{9}")


def drop_closing_zero(values: list[str]) -> list[str]:
    """Make 1234567890 of 1234567890.0, which is a number's text in a cell that became text."""
    return on_lines(values, _drop_closing_zero)


def normalise_identifiers(values: list[str]) -> list[str]:
    """Write in capitals without spaces."""
    return on_lines(values, lambda lines: _drop_closing_zero(lines.upper().replace(" ", "")))


def _drop_closing_zero(lines: str) -> str:
    return CLOSING_ZERO.sub(r"\1", lines) if ".0" in lines else lines


def normalise_postcodes(values: list[str]) -> list[str]:
    """Write in capitals with one space before the last three."""
    wrong = [value for value, is_right in zip(values, POSTCODE.find(values).tolist(), strict=True) if not is_right]
    spaced = on_lines(wrong, lambda lines: COMPACT_POSTCODE.sub(r"\1 \2", lines.upper().replace(" ", "")))
    mended = {before: after for before, after in zip(wrong, spaced, strict=True) if " " in after}
    return [mended.get(value, value) for value in values] if mended else values


def find_no_ccis(column: Distinct) -> Mask:
    """Say for each row whether its CCIS ID is a word or sign that stands for none, such as "TBC"."""
    without_number = ~WITH_NUMBER.find(column.values)
    return column.spread(NO_CCIS.find(column.values) if without_number.any() else without_number)


def find_lost_telephone_zeros(column: Distinct, is_number: Mask) -> Mask:
    """Say for each row whether it holds a telephone number that Excel took for a number and so cut its zero off.

    A number cell of 9 or 10 digits has lost one; a text of 10 digits only when a UK number with a zero before it
    would begin so.
    """
    lost = column.spread(LOST_ZERO_TEXT.find(column.values))
    if is_number.any():
        lost |= is_number & column.spread(LOST_ZERO_NUMBER.find(column.values))
    return lost


def restore_zeros(values: list[str]) -> list[str]:
    """Put the zero back."""
    return ["0" + value for value in values]
