"""What a wrong email address, postcode or identifier was meant to be, where only one thing can be meant.

Owns obvious slips of the keyboard. Each function returns the mended value only when it is right, else None.
"""

import re
from itertools import product

from schemas.identifiers import have_right_uln_digit, have_right_upn_letter
from schemas.learner_schema import EMAIL
from schemas.normalising.codes import POSTCODE, normalise_postcodes

IN_BRACKETS = re.compile(r"[^<>]*<([^<>]+)>")
WRITTEN_AT = re.compile(r" at | ?[(\[{] ?at ?[)\]}] ?|@ ?@", re.IGNORECASE)
AROUND_EMAIL = " .,;:'\"()[]"
SIGNS = re.compile(r"[^A-Z0-9]")
AMBIGUOUS = {"0": "0O", "O": "0O", "1": "1I", "I": "1I"}
# The letters that a real inward code has; the government's pattern takes any.
LIKELY_POSTCODE = re.compile(r".+ [0-9][ABD-HJLNP-UW-Z]{2}")
TO_DIGITS = str.maketrans("OIL", "011")


def mend_email(value: str) -> str | None:
    """Mend a comma for a dot in the domain, " at " for @, a closing dot, inner spaces, a name around the address."""
    text = value.removeprefix("mailto:")
    if match := IN_BRACKETS.fullmatch(text):
        text = match[1]
    text = WRITTEN_AT.sub("@", text.strip(AROUND_EMAIL)).replace("\u2019", "'").replace(" ", "")
    name, at, domain = text.partition("@")
    mended = name + at + domain.replace(",", ".").replace("..", ".")
    return mended if mended != value and len(mended) <= 254 and EMAIL.match(mended) else None


def mend_postcode(value: str) -> str | None:
    """Take signs out, and write O for 0 and I for 1 or the other way round where just one change makes it right."""
    compact = SIGNS.sub("", value.upper())
    if not 5 <= len(compact) <= 7:
        return None
    spellings = ["".join(letters) for letters in product(*(AMBIGUOUS.get(letter, letter) for letter in compact))]
    possible = [text for text in normalise_postcodes(spellings) if POSTCODE.match(text)]
    likely = [text for text in possible if LIKELY_POSTCODE.match(text)]
    changes = [sum(old != new for old, new in zip(compact, text.replace(" ", ""), strict=True)) for text in likely]
    if not changes or changes.count(min(changes)) > 1:
        return None
    return likely[changes.index(min(changes))]


def mend_ulns(values: list[str]) -> list[str | None]:
    """Take signs out and write digits for the letters O, I and L; the check digit must then fit."""
    mended = [SIGNS.sub("", value.upper()).translate(TO_DIGITS) for value in values]
    return [text if is_right else None for text, is_right in zip(mended, have_right_uln_digit(mended), strict=True)]


def mend_upns(values: list[str]) -> list[str | None]:
    """Take signs out and write digits for O, I and L where a UPN has digits; the check letter must then fit."""
    compact = [SIGNS.sub("", value.upper()) for value in values]
    permanent = [text[:1] + text[1:].translate(TO_DIGITS) for text in compact]
    temporary = [text[:1] + text[1:12].translate(TO_DIGITS) + text[12:] for text in compact]
    choices = zip(permanent, have_right_upn_letter(permanent), temporary, have_right_upn_letter(temporary), strict=True)
    return [first if is_first else second if is_second else None for first, is_first, second, is_second in choices]
