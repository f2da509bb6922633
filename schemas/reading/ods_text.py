"""The text of one cell of an OpenDocument sheet: its paragraphs, and what a person typed in them.

Owns what of a cell is text: a note on it, a drawing or a reading aid is not.
"""

import re
from collections.abc import Mapping

from schemas.reading.refusals import damaged

PARAGRAPHS = ("text:p", "text:h")
LISTS = ("text:list", "text:list-item", "text:list-header")
NOT_TEXT = ("text:note", "text:ruby-text", "text:tracked-changes")
LINE_END = "\ufdd1"  # stands for one that a person typed, until those of the XML are made spaces
XML_LINE_END = re.compile(r"[ \t]*[\r\n]\s*")
SPACES_LIMIT = 2**15  # what a cell can hold


class CellText:
    """The text of a cell, gathered while its XML is followed."""

    def __init__(self) -> None:
        self._paragraphs: list[str] = []
        self._pieces: list[str] | None = None

    def enter(self, name: str, attributes: Mapping[str, str]) -> bool:
        """Take the beginning of an element in; return whether what is in it is text."""
        if self._pieces is None:
            if name in PARAGRAPHS:
                self._pieces = []
            return name in PARAGRAPHS or name in LISTS
        if name == "text:s":
            count = int(attributes.get("text:c", "1"))
            if not 0 <= count <= SPACES_LIMIT:
                raise damaged()
            self._pieces.append(" " * count)
        elif name == "text:tab":
            self._pieces.append("\t")
        elif name == "text:line-break":
            self._pieces.append(LINE_END)
        return name.startswith("text:") and name not in NOT_TEXT

    def add(self, characters: str) -> None:
        """Take characters in; those outside a paragraph are none of the text."""
        if self._pieces is not None:
            self._pieces.append(characters)

    def leave(self, name: str) -> None:
        """Take the end of an element in."""
        if name in PARAGRAPHS and self._pieces is not None:
            self._paragraphs.append(tidy_paragraph("".join(self._pieces)))
            self._pieces = None

    def join(self) -> str:
        """Return the text, a line for each paragraph."""
        return "\n".join(self._paragraphs)


def tidy_paragraph(characters: str) -> str:
    """Make the line ends of the XML spaces. Runs of spaces stay, as the programs that write them expect."""
    if "\n" in characters or "\r" in characters:
        characters = XML_LINE_END.sub("\n", characters).strip("\n").replace("\n", " ")
    return characters.replace(LINE_END, "\n")
