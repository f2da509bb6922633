"""The check characters of ULN and UPN, for whole columns at once and for one at a time.

Owns the arithmetic. Spelling is `schemas.normalising`'s, texts are `schemas.rules`'.
"""

import re

import numpy as np
import numpy.typing as npt

from schemas.distinct import Mask
from schemas.shapes import Shape

ULN = Shape(r"[0-9]{10}")
UPN = Shape(r"[A-Z][0-9]{11}[0-9A-Z]")

ULN_WEIGHTS = np.arange(10, 1, -1)
UPN_WEIGHTS = np.arange(2, 14)
UPN_ALPHABET = "ABCDEFGHJKLMNPQRTUVWXYZ"  # no I, O and S

# For each ASCII character what it counts for in a UPN; letters outside the alphabet never fit.
UPN_COUNTS = np.full(128, -1)
UPN_COUNTS[[ord(letter) for letter in UPN_ALPHABET]] = np.arange(len(UPN_ALPHABET))
UPN_COUNTS[ord("0") : ord("9") + 1] = np.arange(10)
UPN_LETTERS = np.frombuffer(UPN_ALPHABET.encode(), dtype=np.uint8)


def have_right_uln_digit(values: list[str]) -> Mask:
    """Say for each value whether it is 10 digits of which the last fits the others.

    Source: ILR specification, Unique Learner Number: 10 less the remainder by 11 of the first nine digits weighted
    10 to 2; a remainder of 0 is never given out.
    """
    right = ULN.find(values)
    digits = _to_characters(values, right, 10).astype(np.int64) - ord("0")
    remainder = digits[:, :9] @ ULN_WEIGHTS % 11
    right[right] = (remainder != 0) & (digits[:, 9] == 10 - remainder)
    return right


def have_right_upn_letter(values: list[str]) -> Mask:
    """Say for each value whether it is a UPN, permanent or temporary, whose first letter fits the rest.

    Source: DfE, Unique pupil numbers: the remainder by 23 of the other twelve weighted 2 to 13, in an alphabet
    without I, O and S; the closing letter of a temporary UPN counts by its place in it.
    """
    right = UPN.find(values)
    characters = _to_characters(values, right, 13)
    counts = UPN_COUNTS[characters[:, 1:]]
    letters = UPN_LETTERS[counts @ UPN_WEIGHTS % len(UPN_ALPHABET)]
    right[right] = (letters == characters[:, 0]) & (counts[:, -1] >= 0)
    return right


def uln_check_digit(first_nine: str) -> str | None:
    """Return the digit that follows these nine in a ULN, or None where no ULN begins so.

    Raises:
        ValueError: they are not nine digits.
    """
    if not re.fullmatch(r"[0-9]{9}", first_nine):
        raise ValueError("a ULN's check digit is reckoned from nine digits")
    right = have_right_uln_digit([first_nine + digit for digit in "0123456789"])
    return str(right.argmax()) if right.any() else None


def upn_check_letter(rest: str) -> str:
    """Return the letter before these twelve characters in a UPN.

    Raises:
        ValueError: they are not 12 digits, nor 11 digits and a letter of the alphabet.
    """
    if not re.fullmatch(rf"[0-9]{{11}}[0-9{UPN_ALPHABET}]", rest):
        raise ValueError("a UPN's check letter is reckoned from 12 digits, or 11 digits and a letter")
    return UPN_ALPHABET[have_right_upn_letter([letter + rest for letter in UPN_ALPHABET]).argmax()]


def _to_characters(values: list[str], chosen: Mask, width: int) -> npt.NDArray[np.uint8]:
    """Return the chosen values, all ASCII of one width, as a table with a character in each field."""
    if not chosen.all():
        values = [value for value, is_chosen in zip(values, chosen.tolist(), strict=True) if is_chosen]
    return np.frombuffer("".join(values).encode("ascii"), dtype=np.uint8).reshape(-1, width)
