"""Reading .ods: the rows of its content.xml, plain ones several times as fast as Python's XML parser does.

Owns which rows are plain: `plain_rows` takes those, and everything else goes to the parser in `ods_content`, in its
order, so that nothing else of the format is known twice.
"""

import re
from collections.abc import Iterator

from schemas.reading.archive import list_parts, unpack
from schemas.reading.limits import ReadingLimits
from schemas.reading.ods_content import ODF, ContentReader
from schemas.reading.plain_rows import ROW_BEGINNING, ROW_END, PlainRows
from schemas.reading.sheet_cells import SheetCells

CONTENT = "content.xml"
PIECE_BYTES = 2**21  # when no row has ended for so long, the parser gets all
# Where the short cut is right: the usual prefixes, and no comment or the like that could hide a row.
USUAL_PREFIXES = tuple(f'xmlns:{name}="{ODF}{name}:1.0"'.encode() for name in ("office", "table", "text"))
MARKS = ((b"!", b"<!"), (b"?", b"<?"))  # a single byte is looked for many times as fast
PROLOG = re.compile(rb"""(?:\xef\xbb\xbf)?<\?xml\s[^<>?]*\?>""")
ENCODING = re.compile(rb"""\sencoding\s*=\s*["'](?!utf-8["'])""", re.IGNORECASE)


def read_sheets(data: bytes, limits: ReadingLimits) -> Iterator[SheetCells]:
    """Yield the visible sheets of an .ods, each when it is read to its end.

    Raises:
        RefusedError: a sheet is larger than any list of learners. Damage shows as any other exception.
    """
    part = next(part for part in list_parts(data) if part.filename == CONTENT)
    content, plain_rows = ContentReader(limits), PlainRows()
    is_usual = None
    for piece in _cut_after_rows(unpack(data, part)):
        if is_usual is None:
            prolog = PROLOG.match(piece)
            is_usual = all(prefix in piece for prefix in USUAL_PREFIXES)
            is_usual &= not (prolog and ENCODING.search(prolog[0]))
            is_usual &= not _is_marked(piece[prolog.end() :] if prolog else piece)
        else:
            is_usual &= not _is_marked(piece)
        yield from _read_rows(piece, content, plain_rows) if is_usual else content.feed(piece)
    yield from content.feed(b"", is_last=True)


def _cut_after_rows(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the same bytes in pieces that end behind a row, where rows end."""
    held: list[bytes] = []
    held_bytes = 0
    for block in blocks:
        held.append(block)
        held_bytes += len(block)
        if held_bytes > PIECE_BYTES:
            joined = b"".join(held)
            cut = joined.rfind(ROW_END) + len(ROW_END) if ROW_END in joined else len(joined)
            yield joined[:cut]
            held, held_bytes = [joined[cut:]], len(joined) - cut
    yield b"".join(held)


def _is_marked(piece: bytes) -> bool:
    return any(byte in piece and mark in piece for byte, mark in MARKS)


def _read_rows(piece: bytes, content: ContentReader, plain_rows: PlainRows) -> Iterator[SheetCells]:
    """Take a piece in row by row; yield the sheets that it completes."""
    *rows, rest = piece.split(ROW_END)
    for row in rows:
        start = row.find(ROW_BEGINNING)
        if start > 0:
            yield from content.feed(row[:start])
        plain = plain_rows.read(row[max(start, 0) :]) if content.is_among_rows else None
        if plain:
            content.add_row(plain)
        else:
            yield from content.feed(row[max(start, 0) :] + ROW_END)
    yield from content.feed(rest)
