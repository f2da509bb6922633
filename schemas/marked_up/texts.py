"""Texts as the XML of a workbook holds them: without what XML or Excel can't hold, escaped, and none that could run.

Owns what becomes of such characters. What can't be held becomes U+FFFD, so that an unmended cell is refused again.
"""

import re
from collections.abc import Sequence

TEXT_LIMIT = 32_767  # UTF-16 units in a cell
REPLACEMENT = "\ufffd"
UNHOLDABLE = re.compile("[\x00-\x08\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
LINE_END = re.compile("\r\n?|[\x0b\x0c]")  # the last two end lines in Word, and are white space to our rules
LOOKS_ESCAPED = re.compile("_(?=x[0-9a-fA-F]{4}_)")
SEPARATOR = "\0"

FORMULA_SIGNS = "=+-@"
NEEDS_QUOTE = frozenset((*FORMULA_SIGNS, *(chr(ord(sign) + 0xFEE0) for sign in FORMULA_SIGNS), "\t", "\r", "\n", "'"))
NEEDS_SPACE = frozenset(" \t\n")  # what XML readers may drop from either end
SPECIAL_FRONT = re.compile(SEPARATOR + f"[{re.escape(''.join(sorted(NEEDS_QUOTE | NEEDS_SPACE)))}]")


def hold(text: str) -> str:
    """Return a text as a workbook can hold it: clipped, with one kind of line end."""
    if len(text) > TEXT_LIMIT // 2 and len(text.encode("utf-16-le", "surrogatepass")) > 2 * TEXT_LIMIT:
        text = text.encode("utf-16-le", "surrogatepass")[: 2 * TEXT_LIMIT].decode("utf-16-le", "replace")
    return UNHOLDABLE.sub(REPLACEMENT, LINE_END.sub("\n", text))


def escape(text: str) -> str:
    """Return a held text as XML; `_x0041_`, which Excel would take for a character, is kept as it stands."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return LOOKS_ESCAPED.sub("_x005F_", text) if "_x" in text else text


def escape_all(texts: Sequence[str]) -> list[str]:
    """Hold and escape many texts. They are joined and looked through as one, since hardly any needs a change."""
    if max(map(len, texts), default=0) > TEXT_LIMIT // 2:
        texts = [*map(hold, texts)]
    joined = SEPARATOR.join(texts)
    is_plain = joined.isascii() and joined.replace(SEPARATOR, "").isprintable()
    if not is_plain and _needs_holding(texts, joined):
        joined = SEPARATOR.join(map(hold, texts))
    return escape(joined).split(SEPARATOR)


def _needs_holding(texts: Sequence[str], joined: str) -> bool:
    if joined.count(SEPARATOR) >= len(texts) or LINE_END.search(joined):
        return True
    return UNHOLDABLE.search(joined.replace(SEPARATOR, "")) is not None


def find_special(texts: Sequence[str]) -> set[int]:
    """Return the indices of texts that need a quote before them or whose white space needs keeping."""
    joined = f"{SEPARATOR}{SEPARATOR.join(texts)}{SEPARATOR}"
    if not SPECIAL_FRONT.search(joined) and not any(f"{space}{SEPARATOR}" in joined for space in NEEDS_SPACE):
        return set()
    return {index for index, text in enumerate(texts) if text and is_special(text)}


def is_special(text: str) -> bool:
    """Say whether a text begins like a formula, or begins or ends with white space."""
    return text[0] in NEEDS_QUOTE or text[0] in NEEDS_SPACE or text[-1] in NEEDS_SPACE
