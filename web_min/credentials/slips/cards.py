"""One card: what a learner has to know to sign in for the first time, and where it stands.

Owns the look of a card. Measures are in millimetres.
"""

from web_min.credentials.slips.entries import Slip
from web_min.credentials.slips.lettering import Face, Fitted, Lettering

WIDTH, HEIGHT = 105.0, 71.0
MARGIN = 9.0
INNER_WIDTH = WIDTH - 2 * MARGIN
LABEL_WIDTH = 18.0
VALUE_WIDTH = INNER_WIDTH - LABEL_WIDTH
QUIET = 90  # grey, of 255

ADVICE = "Choose your own password when you first sign in."
FOOT_TOP = HEIGHT - 17


class Cards:
    """Draws cards. What many of them share is fitted once."""

    def __init__(self, lettering: Lettering, *, web_address: str) -> None:
        self._lettering = lettering
        self._shared: dict[str, Fitted] = {}
        self._web_address = web_address

    def draw(self, slip: Slip, x: float, y: float) -> None:
        """Draw a card with its upper left corner there."""
        pen, left = self._lettering, x + MARGIN
        provider = self._fit_shared(slip.provider_name)
        top = pen.write(provider, Face.PLAIN, left, y + 6, grey=QUIET)
        name = pen.prepare(slip.name, Face.BOLD)
        fitted = pen.fit(name, Face.BOLD, points=15, least=10, width=INNER_WIDTH, line_limit=3)
        top = pen.write(fitted, Face.BOLD, left, top + 0.5)
        if slip.year_group:
            top = pen.write(self._fit_shared(slip.year_group), Face.PLAIN, left, top + 0.5, grey=QUIET)
        self._draw_rows(slip, left, top + 2, room=y + FOOT_TOP - top - 3)
        foot = pen.write(self._fit_shared(ADVICE), Face.PLAIN, left, y + FOOT_TOP)
        if slip.until:
            until = self._fit_shared(f"This password is good until {slip.until}.")
            pen.write(until, Face.PLAIN, left, foot, grey=QUIET)

    def _draw_rows(self, slip: Slip, x: float, y: float, *, room: float) -> None:
        """Draw address, username and password, spread over the room that the name left."""
        rows = [
            ("Website", self._web_address, Face.PLAIN, 11.0, 7.0),
            ("Username", slip.username, Face.TYPED, 12.0, 7.0),
            ("Password", slip.password, Face.TYPED, 16.0, 9.0),
        ]
        fitted = [
            self._lettering.fit(text, face, points=points, least=least, width=VALUE_WIDTH, line_limit=2)
            for _, text, face, points, least in rows
        ]
        gap = min(3.5, max(0.3, (room - sum(one.height for one in fitted)) / len(rows)))
        for (label, _, face, _, _), value in zip(rows, fitted, strict=True):
            words = self._fit_shared(label)
            middle = y + (value.line_height - words.line_height) / 2
            self._lettering.write(words, Face.PLAIN, x, middle, grey=QUIET)
            y = self._lettering.write(value, face, x + LABEL_WIDTH, y) + gap

    def _fit_shared(self, text: str) -> Fitted:
        if text not in self._shared:
            prepared = self._lettering.prepare(text, Face.PLAIN)
            self._shared[text] = self._lettering.fit(
                prepared, Face.PLAIN, points=9, least=7, width=INNER_WIDTH, line_limit=2
            )
        return self._shared[text]
