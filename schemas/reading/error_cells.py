"""Keeping the cells of an .xlsx that calamine loses: errors, formulas whose result was not saved, dates in UTC.

calamine gives the first two as blanks, and refuses when it does not know the error. A sheet's XML that holds any is
rewritten so that each is a text with a mark before it: one reader for all files, and whatever error a program has
thought of is kept as it is spelled. A date of ISO 8601 that closes with "Z" comes through once that is gone.
"""

import re
from collections.abc import Iterator

from schemas.table import UNSAVED

ERROR_MARK = "\ufdd0"  # no character: Unicode keeps it for uses like this, and Excel never writes it
# No search looks beyond the next "<" or the next cell, so that tags without an end, however many, take no time.
ERROR_TYPES = re.compile(rb"""t(?<=\st)\s*=\s*(?:"e"|'e')""")
CELL_TAG = re.compile(rb"<(\w+:)?c(?=[\s>])")
REST_OF_TAG = re.compile(rb"[^<>]*+>")
VALUE_OR_END = re.compile(rb"<(?:\w+:)?v\b[^<>]*>|</?(?:\w+:)?c(?=[\s/>])")
TEXT_TYPE = b't="str"'

CELL_TYPE = re.compile(rb"""\st\s*=\s*["'](\w*)["']""")
# A formula, then the end of its cell with no value between, or with a nought. Most programs put no prefix before names,
# and are searched faster without.
UNSAVED_RESULT = (
    rb"""%s\b[^<>]*?(?:/>|>[^<]*</(?:\w+:)?f\s*>)"""
    rb"""(?P<value>\s*(?:<(?:\w+:)?v\b[^<>]*?(?:/>|>\s*+(?P<nought>0?)\s*+</(?:\w+:)?v\s*>)\s*)?)</(?:\w+:)?c\s*>"""
)
UNSAVED_RESULTS = [re.compile(UNSAVED_RESULT % start) for start in (b"<f", rb"<\w+:f")]
DATE_TYPE = re.compile(rb"""t(?<=\st)\s*=\s*["']d["']""")
DATE_IN_UTC = re.compile(
    rb"""(<(?:\w+:)?c(?=[^<>]*+>)(?>[^<>]*?\st\s*=\s*["']d["'][^<>]*>)\s*"""
    rb"""(?:<(?:\w+:)?f\b[^<]*</(?:\w+:)?f\s*>\s*)?<(?:\w+:)?v\b[^<>]*>[^<Z]*)Z(?=\s*<)"""
)


def mark_lost_cells(sheet: bytes, *, is_uncalculated: bool = False) -> bytes:
    """Return a sheet's XML in which calamine loses nothing. The same letters inside a text are left alone.

    Args:
        sheet: the XML.
        is_uncalculated: whether the workbook says that no result was worked out. Then a nought is none: XlsxWriter
            writes one for each formula whose result it is not told.
    """
    sheet = b"".join(_mark_errors(sheet))
    for results in UNSAVED_RESULTS:
        sheet = b"".join(_mark_unsaved(sheet, results, is_uncalculated=is_uncalculated))
    return DATE_IN_UTC.sub(rb"\1", sheet) if DATE_TYPE.search(sheet) else sheet


def _mark_errors(sheet: bytes) -> Iterator[bytes]:
    done = looked_at = 0
    for found in ERROR_TYPES.finditer(sheet):
        start = sheet.rfind(b"<", looked_at, found.start())
        looked_at = found.end()
        rest = REST_OF_TAG.match(sheet, found.end()) if start >= 0 else None
        if rest is None or b">" in sheet[start : found.start()] or not CELL_TAG.match(sheet, start):
            continue
        value = None if rest[0].endswith(b"/>") else VALUE_OR_END.search(sheet, rest.end())
        if value is None or not value[0].endswith(b">") or value[0].endswith(b"/>"):
            continue  # it holds no value, so that it is a blank to Excel too
        yield from (sheet[done : found.start()], TEXT_TYPE, sheet[found.end() : value.end()], ERROR_MARK.encode())
        done = value.end()
    yield sheet[done:]


def _mark_unsaved(sheet: bytes, results: re.Pattern[bytes], *, is_uncalculated: bool) -> Iterator[bytes]:
    """A formula that gives a text of no letter has no value either, and says that it is a text: a blank."""
    done = 0
    for found in results.finditer(sheet):
        start = sheet.rfind(b"<", done, found.start())
        tag = CELL_TAG.match(sheet, start) if start >= 0 else None
        if tag is None:
            continue
        about = sheet[tag.end() : found.start()]
        kind = CELL_TYPE.search(about)
        if kind and kind[1] == b"str":
            continue
        if found["nought"] and (not is_uncalculated or (kind and kind[1] != b"n")):
            continue
        prefix = tag[1] or b""
        value = b"<%(p)sv>%(v)s</%(p)sv>" % {b"p": prefix, b"v": (ERROR_MARK + UNSAVED).encode()}
        yield from (sheet[done : tag.end()], b" ", TEXT_TYPE, CELL_TYPE.sub(b"", about))
        yield from (sheet[found.start() : found.start("value")], value, sheet[found.end("value") : found.end()])
        done = found.end()
    yield sheet[done:]
