"""The slips' document: which cards come on which page, and a last page with who has none.

Owns the pages: a provider's year group begins a new one, so that a pile of paper is one class's. What stands on a card
is `cards`'.
"""

from collections.abc import Sequence
from itertools import groupby

from fpdf import FPDF

from web_min.credentials.slips.cards import HEIGHT, QUIET, WIDTH, Cards
from web_min.credentials.slips.entries import LeftOut, Slip
from web_min.credentials.slips.lettering import Face, Lettering

PAGE_WIDTH, PAGE_HEIGHT = 210.0, 297.0
COLUMNS, ROWS = 2, 4
CARDS_A_PAGE = COLUMNS * ROWS
CARDS_TOP = PAGE_HEIGHT - ROWS * HEIGHT  # the strip above says whose page it is
SIDE = 9.0
LINE_GREY, LINE_WIDTH, DASH, DASH_GAP = 150, 0.15, 2.0, 2.0

LIST_TOP, LIST_BOTTOM, LIST_GAP = 24.0, 280.0, 2.5
LIST_COLUMNS = ((SIDE, 66.0), (78.0, 58.0), (139.0, 62.0))  # left, width


def make_slips(slips: Sequence[Slip], left_out: Sequence[LeftOut], *, web_address: str) -> bytes:
    """Make the PDF.

    Args:
        slips: in the order in which they are to be handed out: by provider and year group.
        left_out: who has none; they are listed on pages of their own at the end.
        web_address: where learners sign in.
    """
    pdf = FPDF(format="A4")
    pdf.set_auto_page_break(False)
    pdf.set_margin(0)
    pdf.c_margin = 0
    pdf.set_title("Slips for signing in")
    pdf.set_lang("en-GB")
    document = _Document(pdf, web_address)
    for (provider_name, year_group), group in groupby(slips, key=lambda slip: (slip.provider_name, slip.year_group)):
        document.add_group(provider_name, year_group, [*group])
    if left_out:
        document.add_left_out(left_out)
    return bytes(pdf.output())


class _Document:
    def __init__(self, pdf: FPDF, web_address: str) -> None:
        self._pdf = pdf
        self._lettering = Lettering(pdf)
        self._cards = Cards(self._lettering, web_address=web_address)

    def add_group(self, provider_name: str, year_group: str, slips: Sequence[Slip]) -> None:
        """Add the pages of one provider's year group."""
        title = f"{provider_name} · {year_group or 'No year group'}"
        for start in range(0, len(slips), CARDS_A_PAGE):
            page = slips[start : start + CARDS_A_PAGE]
            self._begin_page(title, f"{start + 1:,} to {start + len(page):,} of {len(slips):,}")
            self._draw_cutting_lines(-(-len(page) // COLUMNS))
            for place, slip in enumerate(page):
                row, column = divmod(place, COLUMNS)
                self._cards.draw(slip, column * WIDTH, CARDS_TOP + row * HEIGHT)

    def add_left_out(self, left_out: Sequence[LeftOut]) -> None:
        """Add pages that list who has no slip."""
        pen, y = self._lettering, PAGE_HEIGHT
        for learner in left_out:
            texts = (learner.name, f"{learner.username}", learner.reason)
            fitted = [
                pen.fit(pen.prepare(text, Face.PLAIN), Face.PLAIN, points=9, least=9, width=width, line_limit=4)
                for text, (_, width) in zip(texts, LIST_COLUMNS, strict=True)
            ]
            provider = pen.fit(
                pen.prepare(learner.provider_name, Face.PLAIN), Face.PLAIN, points=7.5, least=6, width=66, line_limit=2
            )
            height = max(fitted[0].height + provider.height, *(one.height for one in fitted))
            if y + height > LIST_BOTTOM:
                self._begin_page("No slip for these learners", f"{len(left_out):,} in all")
                y = LIST_TOP
            for one, (left, _) in zip(fitted, LIST_COLUMNS, strict=True):
                end = pen.write(one, Face.PLAIN, left, y)
                if left == SIDE:
                    pen.write(provider, Face.PLAIN, left, end, grey=QUIET)
            y += height + LIST_GAP

    def _begin_page(self, title: str, count: str) -> None:
        self._pdf.add_page()
        pen = self._lettering
        counted = pen.fit(count, Face.PLAIN, points=9, least=7, width=50)
        titled = pen.fit(pen.prepare(title, Face.PLAIN), Face.PLAIN, points=9, least=7, width=135, line_limit=2)
        pen.write(titled, Face.PLAIN, SIDE, 5, grey=QUIET)
        pen.write(counted, Face.PLAIN, 160, 5, grey=QUIET)

    def _draw_cutting_lines(self, row_count: int) -> None:
        pdf = self._pdf
        pdf.set_draw_color(LINE_GREY)
        pdf.set_line_width(LINE_WIDTH)
        pdf.set_dash_pattern(dash=DASH, gap=DASH_GAP)
        bottom = CARDS_TOP + row_count * HEIGHT
        for row in range(row_count + 1):
            y = CARDS_TOP + row * HEIGHT
            if y < PAGE_HEIGHT:
                pdf.line(0, y, PAGE_WIDTH, y)
        pdf.line(WIDTH, CARDS_TOP, WIDTH, bottom)
        pdf.set_dash_pattern()
