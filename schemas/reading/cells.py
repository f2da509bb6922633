"""How a cell's value is written as text: numbers, dates, booleans, errors as a person sees them in Excel.

Owns nothing of workbooks: readers give values and kinds, and get texts and kinds.
"""

import math
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache, partial
from itertools import compress
from typing import Any, cast

from schemas.table import CellKind

DAY_SECONDS = 86_400
MISSING_LEAP_DAY = 60  # Excel believes in 29 February 1900 and gives it this number
EPOCH_1900 = date(1899, 12, 31)
EPOCH_1904 = date(1904, 1, 1)
LAST_YEAR = 9999
EXCEL_DIGITS = 15
EXCEL_WHOLE = 10**EXCEL_DIGITS
NOT_A_NUMBER = "#NUM!"

IS_WRITTEN = bytes(byte in (CellKind.NUMBER, CellKind.DATE, CellKind.BOOLEAN) for byte in range(256))

Shown = tuple[int, str]


def show_cells(values: Sequence[object], kinds: bytes, *, is_1904: bool) -> tuple[list[str], bytes]:
    """Write cells of one column as text.

    Args:
        values: str for text and errors; float for numbers; float (serial), date, datetime, time or timedelta for dates;
            bool for booleans; "" for blanks.
        kinds: one `CellKind` a cell.
        is_1904: whether serial dates count from 1904.

    Returns:
        The texts, and the kinds: a date that no calendar has is a number.
    """
    texts = cast(list[str], list(values))
    is_written = kinds.translate(IS_WRITTEN)
    if 1 not in is_written:
        return texts, kinds
    kinds_shown = bytearray(kinds)
    show: dict[int, Callable[[Any], Shown]] = {
        int(CellKind.NUMBER): _show_number,
        int(CellKind.DATE): cache(partial(_show_date, is_1904=is_1904)),
        int(CellKind.BOOLEAN): _show_boolean,
    }
    for index in compress(range(len(kinds)), is_written):
        kinds_shown[index], texts[index] = show[kinds[index]](values[index])
    return texts, bytes(kinds_shown)


def show_number(value: float) -> str:
    """Write a number as Excel does in a wide cell: 15 digits, no exponent, no closing ".0"."""
    if value.is_integer() and abs(value) < EXCEL_WHOLE:
        return str(int(value))
    text = f"{value:.{EXCEL_DIGITS}g}"
    return format(Decimal(text), "f") if "e" in text else text


def show_moment(moment: datetime) -> str:
    """Write a date and its time to the nearest second; midnight is left out."""
    half = timedelta(microseconds=500_000)
    nearest = moment + half if moment.microsecond and moment.year < LAST_YEAR else moment
    at = nearest.replace(microsecond=0, tzinfo=None)
    return str(at) if at.time() != time() else at.date().isoformat()


def _show_number(value: Any) -> Shown:
    return (CellKind.NUMBER, show_number(value)) if math.isfinite(value) else (CellKind.ERROR, NOT_A_NUMBER)


def _show_boolean(value: object) -> Shown:
    return CellKind.BOOLEAN, "TRUE" if value else "FALSE"


def _show_date(value: Any, *, is_1904: bool) -> Shown:
    if isinstance(value, datetime):
        return CellKind.DATE, show_moment(value)
    if isinstance(value, date):
        return CellKind.DATE, value.isoformat()
    if isinstance(value, time):
        value = timedelta(hours=value.hour, minutes=value.minute, seconds=value.second, microseconds=value.microsecond)
    serial = value / timedelta(days=1) if isinstance(value, timedelta) else value
    return _show_serial(serial, is_1904=is_1904)


def _show_serial(serial: float, *, is_1904: bool) -> Shown:
    """Write a serial date; below 1 it is a time of day, and outside the calendar a number."""
    if not math.isfinite(serial) or serial < 0:
        return _show_number(serial)
    days, seconds = divmod(round(serial * DAY_SECONDS), DAY_SECONDS)
    of_day = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    if days == 0:
        return CellKind.DATE, of_day
    if days == MISSING_LEAP_DAY and not is_1904:
        return _show_number(serial)
    epoch = EPOCH_1904 if is_1904 else EPOCH_1900
    try:
        day = epoch + timedelta(days=days - (days > MISSING_LEAP_DAY and not is_1904))
    except OverflowError:
        return _show_number(serial)
    return CellKind.DATE, f"{day.isoformat()} {of_day}" if seconds else day.isoformat()
