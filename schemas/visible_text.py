"""Text that others wrote (file names, provider names) made fit for a header or a body: one line, nothing hidden in it.

Letters, emoji and right-to-left writing stay as they are. Escaping for HTML is the templates' work, not this module's.
"""

import unicodedata

# Invisible characters that ordinary names and emoji are written with: joiners and the plain direction marks.
HARMLESS_FORMATS = {"\u200c", "\u200d", "\u200e", "\u200f", "\u061c"}
EMOJI_TAGS = range(0xE0020, 0xE0080)  # they spell the flags of England, Scotland and Wales
HIDDEN_CATEGORIES = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def make_visible(text: str) -> str:
    """Write out every control, line-breaking, direction-overriding or unpaired character, such as "[U+202E]"."""
    return "".join(f"[U+{ord(character):04X}]" if _is_hidden(character) else character for character in text)


def _is_hidden(character: str) -> bool:
    if character in HARMLESS_FORMATS or ord(character) in EMOJI_TAGS:
        return False
    return unicodedata.category(character) in HIDDEN_CATEGORIES
