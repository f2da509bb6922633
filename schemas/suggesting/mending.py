"""What a wrong email address, postcode or identifier was meant to be, where only one thing can be meant.

Owns obvious slips of the keyboard. Each function returns the mended value only when it is right, else None.
"""

import re
from collections.abc import Mapping
from itertools import product

from schemas.judging.identifiers import have_right_uln_digit, have_right_upn_letter, put_upn_letters_right
from schemas.judging.learner_schema import are_emails
from schemas.normalising.codes import POSTCODE, normalise_postcodes

LONGEST_EMAIL = 254
IN_BRACKETS = re.compile(r"[^<>]*<([^<>]+)>")
MAIL_LINK = re.compile(r"\s*mailto:\s*", re.IGNORECASE)
WRITTEN_AT = re.compile(r" at | ?[(\[{<] ?at ?[)\]}>] ?|@ ?@", re.IGNORECASE)
WRITTEN_DOT = re.compile(r" ?[(\[{] ?dot ?[)\]}] ?| dot ", re.IGNORECASE)
AROUND_EMAIL = " .,;:'\"()[]"
# What is written at the end of a domain, and what is meant; none of them is an ending of its own.
ENDINGS = {
    ".con": ".com", ".cmo": ".com", ".ocm": ".com", ".vom": ".com", ".xom": ".com", ".comm": ".com",
    ".couk": ".co.uk", ".acuk": ".ac.uk", ".schuk": ".sch.uk", ".orguk": ".org.uk", ".govuk": ".gov.uk",
}  # fmt: skip
MAIL_DOMAINS = (
    "gmail.com", "googlemail.com", "hotmail.com", "hotmail.co.uk", "outlook.com", "live.com", "live.co.uk", "msn.com",
    "icloud.com", "me.com", "yahoo.com", "yahoo.co.uk", "btinternet.com", "sky.com", "aol.com", "talktalk.net",
)  # fmt: skip
WITHOUT_DOTS = {domain.replace(".", ""): domain for domain in MAIL_DOMAINS}

SIGNS = re.compile(r"[^A-Z0-9]")
ALIKE = {"0": "0O", "O": "0O", "1": "1I", "I": "1I", "L": "L1"}
LESS_ALIKE = ALIKE | {"5": "5S", "S": "5S", "2": "2Z", "Z": "2Z", "8": "8B", "B": "8B"}
# The letters that a real inward code has; the government's pattern takes any.
LIKELY_POSTCODE = re.compile(r".+ [0-9][ABD-HJLNP-UW-Z]{2}")
TO_DIGITS = str.maketrans("OIL", "011")
TWELVE_DIGITS = re.compile(r"[0-9]{12}")


def mend_email(value: str) -> str | None:
    """Mend commas in the domain, " at " for @, closing dots, spaces, a name around it, endings such as .con."""
    text = MAIL_LINK.sub("", value)
    if match := IN_BRACKETS.fullmatch(text):
        text = match[1]
    text = WRITTEN_DOT.sub(".", WRITTEN_AT.sub("@", text.strip(AROUND_EMAIL)))
    text = text.replace("\u2019", "'").replace(" ", "")
    name, at, domain = text.partition("@")
    mended = f"{name}{at}{_mend_domain(domain)}"
    return mended if mended != value and len(mended) <= LONGEST_EMAIL and are_emails([mended])[0] else None


def _mend_domain(domain: str) -> str:
    domain = re.sub(r"[.,]+", ".", domain)
    domain = WITHOUT_DOTS.get(domain.lower(), domain)
    for ending, meant in ENDINGS.items():
        if domain.lower().endswith(ending):
            return domain[: -len(ending)] + meant
    return domain


def mend_postcode(value: str) -> str | None:
    """Take signs out, and exchange O and 0, I and 1 (failing that S and 5, Z and 2, B and 8) where one way is right."""
    compact = SIGNS.sub("", value.upper())
    if not 5 <= len(compact) <= 7:
        return None
    return _choose_postcode(compact, ALIKE) or _choose_postcode(compact, LESS_ALIKE)


def _choose_postcode(compact: str, alike: Mapping[str, str]) -> str | None:
    """Return the one postcode that takes the fewest exchanges of characters that look alike."""
    spellings = ["".join(letters) for letters in product(*(alike.get(letter, letter) for letter in compact))]
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
    """Take signs out and write digits for O, I and L where a UPN has digits; the check letter must then fit.

    Twelve digits are a permanent UPN without its letter, which follows from them.
    """
    compact = [SIGNS.sub("", value.upper()) for value in values]
    permanent = [text[:1] + text[1:].translate(TO_DIGITS) for text in compact]
    temporary = [text[:1] + text[1:12].translate(TO_DIGITS) + text[12:] for text in compact]
    right = zip(permanent, have_right_upn_letter(permanent), temporary, have_right_upn_letter(temporary), strict=True)
    found = [first if is_first else second if is_second else None for first, is_first, second, is_second in right]
    bare = put_upn_letters_right([f"A{text}" if TWELVE_DIGITS.fullmatch(text) else "" for text in compact])
    return [text or other for text, other in zip(found, bare, strict=True)]
