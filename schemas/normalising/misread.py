"""Text that was written in one encoding and read in another: "ZoÃ«" for "Zoë", "Zo‘" or "Zo?" where a letter was lost.

Owns telling such text from names as they are, and reading it again where that is certain.
"""

import re
from functools import partial

import numpy as np

from schemas.distinct import Distinct, Mask
from schemas.normalising.text import INVALID_CHARACTERS, tidy

# Columns that take any text: elsewhere what a cell seems to have said may itself be wrong.
FREE_TEXT = frozenset(("first_name", "last_name", "house_name_or_number", "street", "locality", "town"))
PERSON_NAMES = frozenset(("first_name", "last_name"))

UNUSED_IN_CP1252 = (0x81, 0x8D, 0x8F, 0x90, 0x9D)
BYTES_BY_CHARACTER = {
    (chr(byte) if byte in UNUSED_IN_CP1252 else bytes([byte]).decode("cp1252")): byte for byte in range(0x80, 0x100)
} | {chr(byte): byte for byte in range(0x80, 0xA0)}
FOLLOWERS = frozenset(character for character, byte in BYTES_BY_CHARACTER.items() if byte < 0xC0)
FOLLOWING = "".join(map(re.escape, sorted(FOLLOWERS)))
# The bytes of one UTF-8 character as Windows-1252 or Latin-1 shows them.
SEQUENCE = re.compile(
    f"[\u00c2-\u00df][{FOLLOWING}]|[\u00e0-\u00ef][{FOLLOWING}]{{2}}|[\u00f0-\u00f4][{FOLLOWING}]{{3}}"
)
# What one sequence by itself must stand for: letters of Europe and Vietnam, Latin-1's signs, dashes and quotes.
# "É–" could be U+0256 as well, and is a capital with a dash.
LIKELY = re.compile("[\u00a0-\u017f\u01a0\u01a1\u01af\u01b0\u0218-\u021b\u1e00-\u1eff\u2010-\u203a\u20ac\u2122]")
# A name in capitals before a pasted space, as in "MÄKELÄ\u00a0", rather than one of which this alone was misread. So is
# "Ã" behind two capitals; elsewhere it is "à", as in "HÃ\u00a0" for "Hà".
CAPITALS = "A-ZÀ-ÖØ-Þ"
BEFORE_SPACE = re.compile(f"(?<=[{CAPITALS}])[ÄÅ]\u00a0|(?<=[{CAPITALS}]{{2}})Ã\u00a0|(?<![^\\W\\d_])[ÄÅ]\u00a0$")
READINGS_MOST = 3  # a text can have been misread more than once

LETTER = r"[^\W\d_]"
# Signs that DOS and Mac programs' letters become in Windows; no name has one beside a letter.
ODD = "[‚ƒ„…†‡ˆ‰‹•˜™›¡¢£¤¥¦§©«¬®°±¶»¿×÷]"
# Quotes may stand around a word of a name, ‘ between its letters or before its first; Ž and Ÿ are letters elsewhere.
LOST_LETTER = re.compile(
    rf"{LETTER}(?:{ODD}|\?)|(?:{ODD}|\?){LETTER}|{LETTER}“|”{LETTER}|{LETTER}‘(?!{LETTER})|[a-zß-öø-ÿ][ŽŸ]|{LETTER}Ÿ[a-z]"
)
SIGNS_OF_LOSS = frozenset(f"{ODD}?“”‘ŽŸ") - {*"[]"}


def find_misread(name: str, column: Distinct) -> Mask:
    """Say for each row whether its text was read in another encoding than it was written in.

    Args:
        name: our name for the column; of those that take free text only.
        column: as it stands in the sheet, for tidying takes out characters that were parts of letters.
    """
    found = np.zeros(len(column.values), dtype=bool)
    if name not in FREE_TEXT or (column.lines.isascii() and "?" not in column.lines):
        return column.spread(found)
    characters = set(column.lines)
    if not FOLLOWERS.isdisjoint(characters) and SEQUENCE.search(column.lines):
        found |= np.fromiter(
            (not value.isascii() and _read_as_utf8(value) != value for value in column.values), bool, len(column.values)
        )
    if name in PERSON_NAMES and not SIGNS_OF_LOSS.isdisjoint(characters):
        search = LOST_LETTER.search
        found |= np.fromiter((search(value) is not None for value in column.values), bool, len(column.values))
    return column.spread(found)


def read_again(value: str) -> str | None:
    """Return the text as it was written, when that explains every odd character; None where it is not certain."""
    text = _read_as_utf8(value)
    if text == value:
        try:
            text = value.encode("latin-1").decode("cp1252")
        except UnicodeError:
            return None
    text = tidy(text)
    return text if text and text != tidy(value) and not INVALID_CHARACTERS.search(text) else None


def _read_as_utf8(value: str) -> str:
    """Return the text with each misread sequence as the character that it is, or as it was."""
    for _ in range(READINGS_MOST):
        sequences = SEQUENCE.findall(value)
        if not sequences or (len(sequences) == 1 and BEFORE_SPACE.search(value)):
            break
        text = SEQUENCE.sub(partial(_decode, has_several=len(sequences) > 1), value)
        if text == value:
            break
        value = text
    return value


def _decode(match: re.Match[str], *, has_several: bool) -> str:
    sequence = match[0]
    try:
        character = bytes(BYTES_BY_CHARACTER[character] for character in sequence).decode("utf-8")
    except UnicodeError:
        return sequence
    return character if LIKELY.fullmatch(character) or (has_several and character.isalpha()) else sequence
