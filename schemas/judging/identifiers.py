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

NO_DIGIT = -1
NO_LETTER = 0

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
    right[right] = digits[:, 9] == _reckon_uln_digits(digits)
    return right


def have_right_upn_letter(values: list[str]) -> Mask:
    """Say for each value whether it is a UPN, permanent or temporary, whose first letter fits the rest.

    Source: DfE, Unique pupil numbers: the remainder by 23 of the other twelve weighted 2 to 13, in an alphabet
    without I, O and S; the closing letter of a temporary UPN counts by its place in it.
    """
    right = UPN.find(values)
    characters = _to_characters(values, right, 13)
    right[right] = characters[:, 0] == _reckon_upn_letters(characters)
    return right


def put_uln_digits_right(values: list[str]) -> list[str | None]:
    """Return each ULN with the last digit that fits its first nine; None where there is none, or no ULN."""
    is_uln = ULN.find(values)
    digits = _reckon_uln_digits(_to_characters(values, is_uln, 10).astype(np.int64) - ord("0"))
    found = iter(digits.tolist())
    reckoned = [next(found) if has_form else NO_DIGIT for has_form in is_uln.tolist()]
    return [f"{value[:9]}{digit}" if digit != NO_DIGIT else None for value, digit in zip(values, reckoned, strict=True)]


def put_upn_letters_right(values: list[str]) -> list[str | None]:
    """Return each UPN with the first letter that fits the rest; None where there is none, or no UPN."""
    is_upn = UPN.find(values)
    letters = iter(_reckon_upn_letters(_to_characters(values, is_upn, 13)).tolist())
    reckoned = [next(letters) if has_form else NO_LETTER for has_form in is_upn.tolist()]
    return [
        f"{chr(letter)}{value[1:]}" if letter != NO_LETTER else None
        for value, letter in zip(values, reckoned, strict=True)
    ]


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


def _reckon_uln_digits(digits: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return for rows of ten digits the last one that fits the others, or NO_DIGIT."""
    remainder = digits[:, :9] @ ULN_WEIGHTS % 11
    return np.where(remainder == 0, NO_DIGIT, 10 - remainder)


def _reckon_upn_letters(characters: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Return for rows of 13 ASCII characters the first one that fits the others, or NO_LETTER."""
    counts = UPN_COUNTS[characters[:, 1:]]
    letters = UPN_LETTERS[counts @ UPN_WEIGHTS % len(UPN_ALPHABET)]
    return np.where(counts[:, -1] < 0, np.uint8(NO_LETTER), letters)


def _to_characters(values: list[str], chosen: Mask, width: int) -> npt.NDArray[np.uint8]:
    """Return the chosen values, all ASCII of one width, as a table with a character in each field."""
    if not chosen.all():
        values = [value for value, is_chosen in zip(values, chosen.tolist(), strict=True) if is_chosen]
    return np.frombuffer("".join(values).encode("ascii"), dtype=np.uint8).reshape(-1, width)
