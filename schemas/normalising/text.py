"""What every cell goes through: white space made plain, characters that no one sees taken out.

Owns the characters. Works on lists of distinct values, on whole columns at once where it can.
"""

import re
import unicodedata
from collections.abc import Callable

from schemas.distinct import Distinct

# Control characters, what is left of a failed decoding, halves of surrogate pairs and code points that are no
# characters. Tab and line ends are white space; the C1 controls are a Windows text read as Latin-1.
INVALID_CHARACTERS = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffd\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]",
)
# Zero-width and soft-hyphen characters and direction marks, which come with text pasted from web pages.
INVISIBLE = dict.fromkeys(
    [0x00AD, 0x034F, 0x061C, 0x180E, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF]
)
# Joiners shape letters of Arabic and Indic names, and make one emoji of several; elsewhere they too are only pasted.
JOINERS = dict.fromkeys((0x200C, 0x200D))
JOINED = "\u0600-\u1fff\u2600-\U0010ffff"
IDLE_JOINERS = re.compile(f"(?<![{JOINED}])[\u200c\u200d]+|[\u200c\u200d]+(?![{JOINED}])")
# What Word, phones and school systems write for an apostrophe and for a hyphen, and does not make another name.
SHAPES: dict[int, str | None] = {
    **JOINERS,
    **dict.fromkeys((0x2018, 0x2019, 0x02BC, 0x00B4, 0x0060, 0xFF07), "'"),
    **dict.fromkeys((*range(0x2010, 0x2016), 0x2212), "-"),
}


def is_plain(column: Distinct) -> bool:
    """Say whether all values are printable ASCII without a space too many, so that there is nothing to tidy."""
    lines = f"\n{column.lines}\n"
    if not column.is_printable_ascii or lines.count("\n") > len(column.values) + 1:  # a value has a line end in it
        return False
    return "  " not in lines and "\n " not in lines and " \n" not in lines


def tidy(value: str) -> str:
    """Trim a value, make one space of any run of white space, take out the invisible, compose letters and accents.

    Source: Unicode normal form C, so that a name typed on a Mac equals the same name typed on Windows.
    """
    if not value.isascii():
        value = unicodedata.normalize("NFC", IDLE_JOINERS.sub("", value.translate(INVISIBLE)))
    return " ".join(value.split())


def shows_anything(text: str) -> bool:
    """Say whether there is anything in a text that a person sees: more than white space and invisible characters."""
    return bool(text) and not text.isspace() and (text.isascii() or tidy(text) != "")


def on_lines(values: list[str], change: Callable[[str], str]) -> list[str]:
    """Change tidied values all at once, as the lines of one text. `change` must keep the line ends."""
    lines = "\n".join(values)
    changed = change(lines)
    return values if changed == lines else changed.split("\n")


def to_key(text: str) -> str:
    """Return what is compared where case, spacing, joiners and the shapes of apostrophes and hyphens don't count."""
    folded = "".join(text.casefold().split())
    return folded.replace("`", "'") if folded.isascii() else folded.translate(SHAPES)


def to_word_key(text: str) -> str:
    """Return what is compared where only words count: "Asian - Indian" is "Asian: Indian", "&" is "and"."""
    return "".join(character for character in text.casefold().replace("&", "and") if character.isalnum())
