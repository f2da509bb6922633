"""Dates of birth: which texts are ISO dates, which are in the calendar, past, and of someone of school age.

Owns what a date of birth may be. "Today" is given. All functions work on distinct, tidied texts. What other spellings
mean is read by `schemas.suggesting.written_dates`.
"""

from datetime import date

import numpy as np

from schemas.distinct import Mask
from schemas.shapes import Shape

AGE_LEAST = 11
AGE_MOST = 25
EARLIEST = "1900-01-01"

ISO = Shape(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
DAYS_IN_MONTH = np.array([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] + [0] * 87)


def are_iso(values: list[str]) -> Mask:
    """Say for each value whether it is written YYYY-MM-DD."""
    return ISO.find(values)


def are_real(values: list[str]) -> Mask:
    """Say for each value whether it is written YYYY-MM-DD and in the calendar."""
    real = are_iso(values)
    joined = "".join([value for value, is_iso in zip(values, real.tolist(), strict=True) if is_iso])
    digits = np.frombuffer(joined.encode("ascii"), dtype=np.uint8).reshape(-1, 10).astype(np.int64) - ord("0")
    year = digits[:, :4] @ [1000, 100, 10, 1]
    month = digits[:, 5] * 10 + digits[:, 6]
    day = digits[:, 8] * 10 + digits[:, 9]
    is_leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    last = DAYS_IN_MONTH[month] - ((month == 2) & ~is_leap)
    real[real] = (year > 0) & (day >= 1) & (day <= last)
    return real


def are_past(values: list[str], today: date) -> Mask:
    """Say for each ISO date whether it lies before today and not before 1900. ISO dates sort as texts."""
    end = today.isoformat()
    return np.array([EARLIEST <= value < end for value in values], dtype=bool)


def are_of_age(values: list[str], today: date) -> Mask:
    """Say for each ISO date whether someone born on it is 11 to 25 years old today."""
    after, until = bound_ages(today)
    return np.array([after < value <= until for value in values], dtype=bool)


def bound_ages(today: date) -> tuple[str, str]:
    """Return two ISO dates: who was born after the first and not after the second is 11 to 25 years old today."""
    return _years_before(today, AGE_MOST + 1), _years_before(today, AGE_LEAST)


def _years_before(today: date, years: int) -> str:
    return f"{today.year - years:04}-{today.month:02}-{today.day:02}"
