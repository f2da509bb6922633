"""The cells of the learners' sheet as XML, each of the kind that it was, so that reading them gives the same again.

Owns how each kind is written. Nothing is written as a formula or a link: a text is an inline string whatever it says.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from itertools import compress

from schemas.marked_up.styles import DATE, GENERAL, MOMENT, QUOTED, TEXT, TIME, Styles
from schemas.marked_up.texts import NEEDS_QUOTE, NEEDS_SPACE, escape, escape_all, find_special, hold
from schemas.table import CellKind

NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
MOMENT_SHOWN = re.compile(r"(?:([0-9]{4}-[0-9]{2}-[0-9]{2}))?(?:^| |$)(?:([0-9]{2}):([0-9]{2}):([0-9]{2}))?")
FIRST_DAY = date(1900, 1, 1)
LEAP_DAY = date(1900, 3, 1)  # from here on Excel counts one day more: it believes in 29 February 1900
NOT_TEXT = bytes(byte in (CellKind.NUMBER, CellKind.DATE, CellKind.BOOLEAN) for byte in range(256))

NUMBER_LIMIT = 400  # characters; a double of more digits would not be read back


class ColumnWriter:
    """Writes one column's cells.

    Args:
        letters: of the column.
        styles: of the workbook.
        is_date: whether texts are formatted as a date, so that Excel makes one of what is typed over them.
    """

    def __init__(self, letters: str, styles: Styles, *, is_date: bool) -> None:
        self._letters = letters
        self._styles = styles
        self._find_serial = cache(find_serial)
        self._text = DATE if is_date else TEXT
        self._opening = f'{styles.write(self._text)} t="inlineStr"><is><t>'

    def write(
        self, row_numbers: Sequence[int], texts: Sequence[str], kinds: bytes, marks: Mapping[int, str]
    ) -> list[str]:
        """Return the XML of each cell, "" for those that are blank and bear no mark.

        Args:
            row_numbers: of the rows, as Excel shows them.
            texts: as they were read.
            kinds: one `CellKind` a cell.
            marks: the severity of each marked cell, by row number.
        """
        letters, opening = self._letters, self._opening
        cells = [
            f'<c r="{letters}{number}"{opening}{text}</t></is></c>' if text else ""
            for number, text in zip(row_numbers, escape_all(texts), strict=True)
        ]
        special = find_special(texts) | set(compress(range(len(kinds)), kinds.translate(NOT_TEXT)))
        if marks:
            special |= {index for index, number in enumerate(row_numbers) if number in marks}
        for index in special:
            number = row_numbers[index]
            cells[index] = self.write_cell(number, texts[index], kinds[index], marks.get(number))
        return cells

    def write_cell(self, row_number: int, text: str, kind: int, severity: str | None) -> str:
        """Return the XML of one cell, whatever it holds."""
        beginning = f'<c r="{self._letters}{row_number}"'
        if not text:
            return f"{beginning}{self._styles.write(self._text, severity)}/>"
        if kind == CellKind.BOOLEAN and text in ("TRUE", "FALSE"):
            return f'{beginning}{self._styles.write(GENERAL, severity)} t="b"><v>{int(text == "TRUE")}</v></c>'
        if kind == CellKind.NUMBER and len(text) < NUMBER_LIMIT and NUMBER.fullmatch(text):
            # A marked number is formatted as Text: what is typed over it keeps its zeros. It is still a number.
            return f"{beginning}{self._styles.write(TEXT if severity else GENERAL, severity)}><v>{text}</v></c>"
        if kind == CellKind.DATE and (serial := self._find_serial(text)):
            return f"{beginning}{self._styles.write(serial[0], severity)}><v>{serial[1]}</v></c>"
        name = QUOTED if text[0] in NEEDS_QUOTE else self._text
        return f"{beginning}{self._styles.write(name, severity)}{write_text(text)}"


def write_text(text: str) -> str:
    """Return the rest of a cell's XML after its format: an inline string."""
    held = hold(text)
    space = ' xml:space="preserve"' if held[0] in NEEDS_SPACE or held[-1] in NEEDS_SPACE else ""
    return f' t="inlineStr"><is><t{space}>{escape(held)}</t></is></c>'


def find_serial(text: str) -> tuple[str, str] | None:
    """Return the format and the number by which Excel keeps a date or time; None when it has none for it."""
    match = MOMENT_SHOWN.fullmatch(text)
    if match is None:
        return None
    day, *clock = match.groups()
    seconds = sum(int(part) * unit for part, unit in zip(clock, (3600, 60, 1), strict=True)) if clock[0] else 0
    if day is None:
        return (TIME, repr(seconds / 86_400)) if clock[0] else None
    try:
        moment = date.fromisoformat(day)
    except ValueError:
        return None
    if moment < FIRST_DAY:
        return None
    days = (moment - FIRST_DAY).days + (2 if moment >= LEAP_DAY else 1)
    return (MOMENT, repr(days + seconds / 86_400)) if seconds else (DATE, str(days))
