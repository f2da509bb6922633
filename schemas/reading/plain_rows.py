"""Rows of an OpenDocument sheet that hold nothing but cells of one plain text each, taken from between their tags.

What stands between two texts, the end of one cell and the beginning of the next, is the same in most rows: it is
understood once and remembered. Owns what is plain; any other row is left to `ods_content`.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from schemas.reading.ods_cells import PLAIN_TEXT, CellFacts, read_facts
from schemas.reading.ods_content import Attributes, Row
from schemas.reading.ods_text import tidy_paragraph
from schemas.reading.refusals import damaged

ROW_BEGINNING = b"<table:table-row"
ROW_END = b"</table:table-row>"
TEXT_BEGINNING, TEXT_END = "<text:p>", "</text:p>"

ATTRIBUTES = r"""(?:\s+[\w.:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*+\s*"""
ATTRIBUTE = re.compile(r"""([\w.:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
BLANK_CELL = rf"<table:(?:covered-)?table-cell(%s{ATTRIBUTES})(?:/>|></table:(?:covered-)?table-cell>)"
BLANK_CELLS = re.compile(BLANK_CELL % "")
BETWEEN = re.compile(
    rf"(?:<table:table-row(?P<row>{ATTRIBUTES})>|</table:table-cell>)(?P<blanks>(?:{BLANK_CELL % '?:'})*+)"
    rf"(?:<table:table-cell(?P<cell>{ATTRIBUTES})>)?"
)
UNTIDY = ("&", "\n", "\r")
REFERENCE = re.compile(r"&(?:(amp|lt|gt|quot|apos)|#([0-9]{1,7})|#x([0-9a-fA-F]{1,6}));")
NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
REMEMBERED = 2**12


class _Between(NamedTuple):
    """What stands between two texts.

    Args:
        row: the attributes of the row that begins here; None when none does.
        skip: the number of blank cells before the next text.
        facts: of the next text's cell; None when there is none.
    """

    row: Attributes | None
    skip: int
    facts: CellFacts | None


class _Layout(NamedTuple):
    """A row without its texts."""

    attributes: Attributes
    columns: tuple[int, ...]
    facts: tuple[CellFacts, ...]
    is_simple: bool


class PlainRows:
    """Takes plain rows apart, and remembers what they have in common."""

    def __init__(self) -> None:
        self._betweens: dict[str, _Between | None] = {}
        self._layouts: dict[tuple[str, ...], _Layout | None] = {}

    def read(self, encoded: bytes) -> Row | None:
        """Return a row; None when it is not plain.

        Args:
            encoded: its XML without the end tag.
        """
        row = encoded.decode()
        beginning, *others = row.split(TEXT_BEGINNING)
        parted = [other.partition(TEXT_END) for other in others]
        layout = self._find_layout((beginning, *[after for _, _, after in parted]))
        texts = [text for text, _, _ in parted]
        joined = "".join(texts)
        if layout is None or "<" in joined:
            return None
        if any([sign in joined for sign in UNTIDY]):  # noqa: C419 (faster so, and asked of every row)
            texts = [tidy_paragraph(resolve(text)) for text in texts]
        return Row(layout.attributes, layout.columns, layout.facts, texts, is_simple=layout.is_simple)

    def _find_layout(self, between: tuple[str, ...]) -> _Layout | None:
        if between not in self._layouts:
            if len(self._layouts) >= REMEMBERED:
                self._layouts.clear()
            self._layouts[between] = _lay_out([self._understand(text) for text in between])
        return self._layouts[between]

    def _understand(self, text: str) -> _Between | None:
        if text not in self._betweens:
            if len(self._betweens) >= REMEMBERED:
                self._betweens.clear()
            self._betweens[text] = _read_between(text)
        return self._betweens[text]


def _lay_out(betweens: Sequence[_Between | None]) -> _Layout | None:
    """Put a row together from what stands around its texts; None when that does not make one row."""
    first = betweens[0]
    if first is None or first.row is None:
        return None
    column, facts = first.skip, first.facts
    columns, every = [], []
    for between in betweens[1:]:
        if between is None or between.row is not None or facts is None:
            return None
        columns.append(column)
        every.append(facts)
        column += facts.column_repeat + between.skip
        facts = between.facts
    if facts is not None:
        return None
    return _Layout(first.row, tuple(columns), tuple(every), all(facts.is_simple for facts in every))


def _read_between(text: str) -> _Between | None:
    """Understand what stands between two texts; None when more does than ends, blanks and beginnings."""
    found = BETWEEN.fullmatch(text)
    if not found:
        return None
    row, cell = found["row"], found["cell"]
    blanks = [read_facts(_read_attributes(attributes)) for attributes in BLANK_CELLS.findall(found["blanks"])]
    if any(blank._replace(column_repeat=1, has_type=True) != PLAIN_TEXT for blank in blanks):
        return None
    return _Between(
        None if row is None else _read_attributes(row),
        sum(blank.column_repeat for blank in blanks),
        None if cell is None else read_facts(_read_attributes(cell)),
    )


def _read_attributes(text: str) -> Attributes:
    return {name: resolve(double or single) for name, double, single in ATTRIBUTE.findall(text)}


def resolve(text: str) -> str:
    """Put characters in place of references such as &amp;.

    Raises:
        RefusedError: one refers to what was never declared.
    """
    if "&" not in text:
        return text
    if text.count("&") != len(REFERENCE.findall(text)):
        raise damaged()
    return REFERENCE.sub(_to_character, text)


def _to_character(reference: re.Match[str]) -> str:
    name, decimal, hexadecimal = reference.groups()
    return NAMED[name] if name else chr(int(decimal) if decimal else int(hexadecimal, 16))
