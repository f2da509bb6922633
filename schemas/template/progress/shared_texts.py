"""The texts of an .xls, which stand once each, with the cells pointing at them.

Source: [MS-XLS] 2.4.265 (SST), 2.4.58 (Continue), 2.5.293 (XLUnicodeRichExtendedString).
"""

import struct

from schemas.template.records import MOST_BYTES, write_record

SHARED, CONTINUED = 0x00FC, 0x003C
COUNTS = struct.Struct("<II")  # of cells that point at texts, of texts
IS_WIDE = 1  # two bytes a character


class SharedTexts:
    """Texts to be pointed at.

    Args:
        body: of the record of those that are there already.
    """

    def __init__(self, body: bytes) -> None:
        self._use_count, self._before = COUNTS.unpack_from(body)
        self._pieces = [body[COUNTS.size :]]
        self._numbers: dict[str, int] = {}

    def add(self, text: str) -> int:
        """Return the number of a text, for one more cell."""
        self._use_count += 1
        number = self._numbers.get(text)
        if number is None:
            number = self._numbers[text] = self._before + len(self._numbers)
            encoded = text.encode("utf-16-le")
            self._pieces.append(struct.pack("<HB", len(encoded) // 2, IS_WIDE) + encoded)
        return number

    def write(self) -> bytes:
        """Return the records of all texts. Each text stands in one record whole, so none may be thousands long."""
        bodies = [COUNTS.pack(self._use_count, self._before + len(self._numbers))]
        for piece in self._pieces:
            if len(bodies[-1]) + len(piece) > MOST_BYTES:
                bodies.append(b"")
            bodies[-1] += piece
        return write_record(SHARED, bodies[0]) + b"".join(write_record(CONTINUED, body) for body in bodies[1:])
