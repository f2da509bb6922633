"""What a wrong email address, postcode or identifier was meant to be, where only one thing can be meant.

Owns obvious slips of the keyboard. Each function returns the mended value only when it is right, else None.
"""

import re
import string
from collections.abc import Iterable, Mapping, Sequence
from operator import ne

from schemas.judging.identifiers import have_right_uln_digit, have_right_upn_letter, put_upn_letters_right
from schemas.judging.learner_schema import are_emails
from schemas.normalising.codes import AREA_LETTERS, CENTRE_LETTERS, FIRST_LETTERS, POSTCODE, SECOND_LETTERS

LONGEST_EMAIL = 254
IN_BRACKETS = re.compile(r"[^<>]*<([^<>]+)>")
MAIL_LINK = re.compile(r"\s?mailto:\s?", re.IGNORECASE)
WRITTEN_AT = re.compile(r" at | ?[(\[{<] ?at ?[)\]}>] ?|@ ?@", re.IGNORECASE)
WRITTEN_DOT = re.compile(r" ?[(\[{] ?dot ?[)\]}] ?| dot ", re.IGNORECASE)
AROUND_EMAIL = " .,;:'\"()[]"
# What is written at the end of a domain, and what is meant; none of them is an ending of its own.
ENDINGS = {
    ".con": ".com", ".cmo": ".com", ".ocm": ".com", ".vom": ".com", ".xom": ".com", ".comm": ".com",
    ".couk": ".co.uk", ".acuk": ".ac.uk", ".schuk": ".sch.uk", ".orguk": ".org.uk", ".govuk": ".gov.uk",
}  # fmt: skip
WRONG_ENDINGS = tuple(ENDINGS)
MAIL_DOMAINS = (
    "gmail.com", "googlemail.com", "hotmail.com", "hotmail.co.uk", "outlook.com", "live.com", "live.co.uk", "msn.com",
    "icloud.com", "me.com", "yahoo.com", "yahoo.co.uk", "btinternet.com", "sky.com", "aol.com", "talktalk.net",
)  # fmt: skip
WITHOUT_DOTS = {domain.replace(".", ""): domain for domain in MAIL_DOMAINS}

SIGNS = re.compile(r"[^A-Z0-9]")
WORDS = re.compile(r"[A-Z]{2,}")
ALIKE = {"0": "O", "O": "0", "1": "I", "I": "1", "L": "1"}
LESS_ALIKE = ALIKE | {"5": "S", "S": "5", "2": "Z", "Z": "2", "8": "B", "B": "8"}
DIGIT = string.digits
# The letters that a real inward code has; our rule takes any.
INWARD = (DIGIT, "ABDEFGHJLNPQRSTUWXYZ", "ABDEFGHJLNPQRSTUWXYZ")
SHORT_AREA, LONG_AREA = (AREA_LETTERS,), (FIRST_LETTERS, SECOND_LETTERS)
# What may stand at each place of a postcode without its space, by length.
FORMS_BY_LENGTH = {
    5: ((*SHORT_AREA, DIGIT, *INWARD),),
    6: (
        (*LONG_AREA, DIGIT, *INWARD),
        (*SHORT_AREA, DIGIT, DIGIT, *INWARD),
        (*SHORT_AREA, DIGIT, CENTRE_LETTERS, *INWARD),
        tuple("GIR0AA"),
    ),
    7: (
        (*LONG_AREA, DIGIT, DIGIT, *INWARD),
        (*LONG_AREA, DIGIT, CENTRE_LETTERS, *INWARD),
        (*"ZZ99", *INWARD),
    ),
}
POSSIBLE = re.compile(r".{2,4}[0-9OILSZB][ABD-HJLNP-UW-Z258]{2}")  # that exchanges can make one of
CHANGES_MOST = 3
TO_DIGITS = str.maketrans("OIL", "011")
TWELVE_DIGITS = re.compile(r"[0-9]{12}")


def mend_emails(values: list[str]) -> list[str | None]:
    """Mend commas in the domain, " at " for @, closing dots, spaces, a name around it, endings such as .con."""
    mended = [_spell_email(value) for value in values]
    asked = zip(values, mended, are_emails(mended).tolist(), strict=True)
    return [
        text if is_right and text != value and len(text) <= LONGEST_EMAIL else None for value, text, is_right in asked
    ]


def _spell_email(value: str) -> str:
    text = MAIL_LINK.sub("", value)
    if match := IN_BRACKETS.fullmatch(text):
        text = match[1]
    text = WRITTEN_DOT.sub(".", WRITTEN_AT.sub("@", text.strip(AROUND_EMAIL)))
    text = text.replace("\u2019", "'").replace(" ", "")
    name, at, domain = text.partition("@")
    return f"{name}{at}{_mend_domain(domain)}"


def _mend_domain(domain: str) -> str:
    domain = re.sub(r"[.,]+", ".", domain)
    domain = WITHOUT_DOTS.get(domain.lower(), domain)
    lowered = domain.lower()
    if lowered.endswith(WRONG_ENDINGS):
        ending = next(ending for ending in ENDINGS if lowered.endswith(ending))
        return domain[: -len(ending)] + ENDINGS[ending]
    return domain


def mend_postcode(value: str) -> str | None:
    """Take signs out, and exchange O and 0, I and 1 (failing that S and 5, Z and 2, B and 8) where one way is right."""
    compact = SIGNS.sub("", value.upper())
    forms = FORMS_BY_LENGTH.get(len(compact), ())
    if not forms or not POSSIBLE.fullmatch(compact):
        return None
    return _choose_postcode(compact, forms, ALIKE) or _choose_postcode(compact, forms, LESS_ALIKE)


def _choose_postcode(compact: str, forms: Iterable[Sequence[str]], alike: Mapping[str, str]) -> str | None:
    """Return the one postcode that takes the fewest exchanges of characters that look alike."""
    spelled = (_spell(compact, form, alike) for form in forms)
    spellings = {text for text in spelled if text and POSTCODE.match(f"{text[:-3]} {text[-3:]}")}
    if not spellings:
        return None
    changes = {text: sum(map(ne, compact, text)) for text in spellings}
    fewest = [text for text, count in changes.items() if count == min(changes.values())]
    if len(fewest) != 1 or changes[fewest[0]] > CHANGES_MOST:
        return None
    return f"{fewest[0][:-3]} {fewest[0][-3:]}"


def _spell(compact: str, form: Sequence[str], alike: Mapping[str, str]) -> str | None:
    """Write at each place what stands there, or else what looks like it, as the form asks; None where neither fits."""
    spelled = ""
    for character, allowed in zip(compact, form, strict=True):
        if character in allowed:
            spelled += character
        elif (other := alike.get(character)) and other in allowed:
            spelled += other
        else:
            return None
    return spelled


def mend_ulns(values: list[str]) -> list[str | None]:
    """Take signs out and write digits for the letters O, I and L, or take words out; the check digit must then fit."""
    mended = [SIGNS.sub("", value.upper()).translate(TO_DIGITS) for value in values]
    bare = [SIGNS.sub("", WORDS.sub("", value.upper())) for value in values]
    right = zip(mended, have_right_uln_digit(mended), bare, have_right_uln_digit(bare), strict=True)
    return [first if is_first else second if is_second else None for first, is_first, second, is_second in right]


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
