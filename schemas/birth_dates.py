"""Dates of birth: which texts are ISO dates, which are real, and what other spellings mean.

Owns reading dates as schools write them. "Today" is given. All functions work on distinct, tidied texts.
"""

import re
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np

from schemas.distinct import Mask
from schemas.shapes import Shape

AGE_LEAST = 11
AGE_MOST = 25
EARLIEST = "1900-01-01"

ISO = Shape(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
DAYS_IN_MONTH = np.array([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] + [0] * 87)

SERIAL = re.compile(r"([1-9][0-9]{4})(?:\.[0-9]+)?")
DAY_ZERO = date(1899, 12, 30)  # of Excel's 1900 dates, for every day from March 1900 on

TIME = re.compile(r"(?<=[0-9])[ t][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?: ?[ap]m|z)?$")
SIGNS = str.maketrans({"\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\\": "/", ",": " "})
GAP = r" ?[-/. ] ?"
YEAR_FIRST = re.compile(rf"([0-9]{{4}}){GAP}([0-9]{{1,2}}){GAP}([0-9]{{1,2}})|([0-9]{{4}})([0-9]{{2}})([0-9]{{2}})")
NUMERIC = re.compile(rf"([0-9]{{1,2}}){GAP}([0-9]{{1,2}}){GAP}([0-9]{{4}}|[0-9]{{2}})")
DAY = r"([0-9]{1,2})(?:st|nd|rd|th)?"
MONTH = r"([a-z]{3,9})"
WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]* +)?"
NAMED_DAY_FIRST = re.compile(rf"{WEEKDAY}{DAY}(?: of)?[-/. ]*{MONTH}[-/. ]*([0-9]{{4}}|[0-9]{{2}})")
NAMED_MONTH_FIRST = re.compile(rf"{WEEKDAY}{MONTH}[-/. ]*{DAY}[-/. ]+([0-9]{{4}}|[0-9]{{2}})")
MONTH_NAMES = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
MONTHS = {name[:3]: number for number, name in enumerate(MONTH_NAMES, 1)}
MONTHS |= {name: number for number, name in enumerate(MONTH_NAMES, 1)} | {"sept": 9}


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
    youngest = _years_before(today, AGE_LEAST)
    too_old = _years_before(today, AGE_MOST + 1)
    return np.array([too_old < value <= youngest for value in values], dtype=bool)


def read_serials(values: list[str], today: date) -> list[str | None]:
    """Return for each number that Excel means a date by, and someone of school age was born on, that ISO date."""
    matches = [SERIAL.fullmatch(value) for value in values]
    dates = [(DAY_ZERO + timedelta(int(match[1]))).isoformat() if match else "" for match in matches]
    return [text if is_of_age else None for text, is_of_age in zip(dates, are_of_age(dates, today), strict=True)]


def read_dates(values: list[str], today: date) -> list[str | None]:
    """Return the ISO date that each text means, or None where that is not certain.

    01/09/2008 is certain when the other values prove the order of day and month, or when only one reading is a date.
    A year of two digits is certain only when the order is proven.

    Args:
        values: all the column's texts that are not ISO dates: together they prove the order.
        today: dates from today on are no dates of birth.
    """
    cleaned = [TIME.sub("", value.casefold().translate(SIGNS)).strip() for value in values]
    order = _prove_order(cleaned)
    return [_choose(" ".join(text.split()), order, today) for text in cleaned]


def _years_before(today: date, years: int) -> str:
    return f"{today.year - years:04}-{today.month:02}-{today.day:02}"


class _Order(NamedTuple):
    """Which readings of two numbers before a year the column allows."""

    is_proven: bool
    is_day_first: bool


def _prove_order(texts: list[str]) -> _Order:
    matches = [match for match in map(NUMERIC.fullmatch, texts) if match]
    is_day_first = any(int(match[1]) > 12 for match in matches)
    is_month_first = any(int(match[2]) > 12 for match in matches)
    return _Order(is_day_first != is_month_first, is_day_first)


def _choose(text: str, order: _Order, today: date) -> str | None:
    """Return the one date of birth that the text can mean."""
    readings = {_to_iso(*parts, today) for parts in _read_parts(text, order)} - {None}
    return readings.pop() if len(readings) == 1 else None


def _read_parts(text: str, order: _Order) -> list[tuple[str, int, str]]:
    """Return year, month and day of every reading."""
    if match := YEAR_FIRST.fullmatch(text):
        year, month, day = match.groups()[:3] if match[1] else match.groups()[3:]
        return [(year, int(month), day)]
    if match := NUMERIC.fullmatch(text):
        first, second, year = match.groups()
        readings = [(year, int(second), first), (year, int(first), second)]
        if order.is_proven:
            return readings[:1] if order.is_day_first else readings[1:]
        return readings if len(year) == 4 else []
    if match := NAMED_DAY_FIRST.fullmatch(text):
        day, name, year = match.groups()
    elif match := NAMED_MONTH_FIRST.fullmatch(text):
        name, day, year = match.groups()
    else:
        return []
    return [(year, MONTHS.get(name, 0), day)] if len(year) == 4 or order.is_proven else []


def _to_iso(year: str, month: int, day: str, today: date) -> str | None:
    """Return the ISO date, if it is one on which a learner can have been born."""
    centuries = [""] if len(year) == 4 else ["20", "19"]
    texts = [f"{century}{year}-{month:02}-{int(day):02}" for century in centuries]
    possible = are_real(texts) & are_past(texts, today)
    return texts[possible.argmax()] if possible.any() else None
