"""Lettering: which fonts a PDF has, which texts they can show, and texts fitted to a width.

Names come in any script. What no font can show is written in Latin letters instead, so that no name is ever lost.
Owns fonts and sizes; does not know what the texts are.
"""

import logging
import re
import unicodedata
from collections.abc import Set
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import NamedTuple

from anyascii import anyascii
from fpdf import FPDF
from fpdf.fonts import TTFFont

FOLDER = Path(__file__).parent / "font_files"
EAST_ASIAN = "east-asian"
EAST_ASIAN_FILE = "DroidSansFallback.ttf"
SMALLEST_POINTS, STEP_POINTS = 4.0, 0.5
JOINERS = "\u200c\u200d"  # they shape letters; other invisible characters only turn text about
MILLIMETRES_A_POINT = 25.4 / 72
LINE_HEIGHT = 1.25
BELOW_MIDDLE = 0.3  # where fpdf2 has a line's foot, in sizes of its letters

# Both tell which characters a text has, which here are names.
for _name in ("fpdf", "fontTools"):
    logging.getLogger(_name).setLevel(logging.ERROR)


class Face(StrEnum):
    """A font by its file's name."""

    PLAIN = "DejaVuSansCondensed"
    BOLD = "DejaVuSansCondensed-Bold"
    TYPED = "DejaVuSansMono-Bold"  # no two of its letters and digits look alike


class Fitted(NamedTuple):
    """A text as it fits: its size in points, and its lines."""

    points: float
    lines: list[str]

    @property
    def line_height(self) -> float:
        """From one line to the next, in millimetres."""
        return self.points * MILLIMETRES_A_POINT * LINE_HEIGHT

    @property
    def height(self) -> float:
        """Of all lines, in millimetres."""
        return self.line_height * len(self.lines)


class Lettering:
    """Writes texts on a PDF's pages.

    Args:
        pdf: without fonts so far. Measures are in millimetres from the page's upper left corner.
    """

    def __init__(self, pdf: FPDF) -> None:
        self._pdf = pdf
        self._has_east_asian = False
        for face in Face:
            pdf.add_font(face, fname=FOLDER / f"{face}.ttf")
        pdf.set_text_shaping(True)
        self._fonts = {face: find_font(pdf, face) for face in Face}
        self._shown = {face: list_characters(font) for face, font in self._fonts.items()}
        self._simple = {face: list_simple(characters) for face, characters in self._shown.items()}

    def prepare(self, text: str, face: Face) -> str:
        """Return the text as the fonts can show it."""
        visible = filter(is_visible, unicodedata.normalize("NFC", text))
        text = re.sub(r"\s+", " ", "".join(visible)).strip()
        if self._shown[face].issuperset(text):
            return text
        self._add_east_asian()
        return write_in_latin(text, self._shown[face] | list_characters(find_font(self._pdf, EAST_ASIAN)))

    def fit(self, text: str, face: Face, *, points: float, least: float, width: float, line_limit: int = 1) -> Fitted:
        """Fit a prepared text: as large as may be on one line, else on more; smaller only where even that is too long.

        Args:
            text: to be fitted.
            face: to be written in.
            points: the size that it has when there is room.
            least: the size under which it goes on a second line instead.
            width: that it has, in millimetres.
            line_limit: how many lines it may have.
        """
        wanted = self._measure(text, face, points)
        if wanted <= width:
            return Fitted(points, [text])
        if points * width / wanted >= least:
            return Fitted(points * width / wanted * 0.995, [text])
        size = least
        while True:
            lines = self._break_up(text, width, face, size)
            if len(lines) <= line_limit or size <= SMALLEST_POINTS:
                return Fitted(size, lines)
            size -= STEP_POINTS

    def write(self, fitted: Fitted, face: Face, x: float, y: float, *, grey: int = 0) -> float:
        """Write a fitted text with its upper left corner there, and return where it ends below."""
        pdf, height = self._pdf, fitted.line_height
        pdf.set_font(face, size=fitted.points)
        pdf.set_text_color(grey)
        for line in fitted.lines:
            if self._simple[face].issuperset(line):
                pdf.text(x, y + height / 2 + BELOW_MIDDLE * pdf.font_size, line)
            else:
                pdf.set_xy(x, y)
                pdf.cell(0, height, line)
            y += height
        return y

    def _measure(self, text: str, face: Face, points: float) -> float:
        """Return a text's width in millimetres."""
        if self._simple[face].issuperset(text):
            return self._fonts[face].get_text_width(text, points, None)[1] * MILLIMETRES_A_POINT
        self._pdf.set_font(face, size=points)
        return float(self._pdf.get_string_width(text))

    def _break_up(self, text: str, width: float, face: Face, points: float) -> list[str]:
        """Return the lines on which the text stands: broken between words, within those that are too long."""

        def fits(line: str) -> bool:
            return self._measure(line, face, points) <= width

        lines, line = [], ""
        for word in text.split(" "):
            longer = f"{line} {word}" if line else word
            if fits(longer):
                line = longer
                continue
            if line:
                lines.append(line)
            line = word
            while not fits(line) and len(line) > 1:
                end = next((end for end in range(len(line) - 1, 1, -1) if fits(line[:end])), 1)
                lines.append(line[:end])
                line = line[end:]
        return [*lines, line]

    def _add_east_asian(self) -> None:
        """Add the font of Chinese, Japanese and Korean, which takes a while to load, where it is needed."""
        if not self._has_east_asian:
            self._pdf.add_font(EAST_ASIAN, fname=FOLDER / EAST_ASIAN_FILE)
            self._pdf.set_fallback_fonts([EAST_ASIAN], exact_match=False)
            self._has_east_asian = True


def is_visible(character: str) -> bool:
    """Tell whether a character shows, or shapes its neighbours."""
    is_control = unicodedata.category(character) in ("Cc", "Cf", "Cs")
    return not is_control or character in JOINERS or character.isspace()


def find_font(pdf: FPDF, family: str) -> TTFFont:
    """Return a font of the PDF."""
    font = pdf.fonts[family.lower()]
    assert isinstance(font, TTFFont)  # noqa: S101 - tells mypy: we add no other kind
    return font


def list_characters(font: TTFFont) -> frozenset[str]:
    """Return the characters that a font can show."""
    return _to_characters(tuple(font.cmap))


@cache
def _to_characters(codes: tuple[int, ...]) -> frozenset[str]:
    return frozenset(map(chr, codes))


@cache
def list_simple(characters: frozenset[str]) -> frozenset[str]:
    """Return those that stand one after the other from left to right: their texts need no shaping, which is slow."""
    return frozenset(
        one
        for one in characters
        if unicodedata.category(one)[0] not in "MC" and unicodedata.bidirectional(one) not in ("R", "AL", "AN")
    )


def write_in_latin(text: str, shown: Set[str]) -> str:
    """Return the text with Latin letters for the characters that can't be shown; "?" for what has none."""
    missing = "".join(sorted(set(text) - shown))
    if not missing:
        return text
    return re.sub(f"[{re.escape(missing)}]+", lambda run: anyascii(run.group()).strip() or "?", text)
