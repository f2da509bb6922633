"""Dates of birth as schools write them: 01/09/2008, 1 September 2008, 20080901, and numbers that Excel means days by.

Owns taking such a text apart, and which ISO dates it can mean. Which order of day and month a column proves is
`schemas.diagnosing.date_orders`'. "Today" is given. Values are tidied and distinct.
"""

import re
from datetime import date, timedelta
from enum import Enum
from typing import NamedTuple

from schemas.judging.birth_dates import EARLIEST, are_of_age, bound_ages

SERIAL = re.compile(r"[1-9][0-9]{4}(?:\.[0-9]+)?")
DAY_ZERO = date(1899, 12, 30)  # of Excel's 1900 dates, for every day from March 1900 on
DAY_ZERO_1904 = date(1904, 1, 1)
EVENING = timedelta(hours=24 - 17)  # what is left of a day whose next one is meant, as `dob_day_early` has it

TIME = re.compile(r"(?<=[0-9])[ t][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?: ?[ap]m)?(?: ?z|[+-]00:?00)?$")
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
MONTHS_A_YEAR, DAYS_A_MONTH = 12, 31


class Order(Enum):
    """Which of day and month comes first in a date written in numbers."""

    DAY_FIRST = 0
    MONTH_FIRST = 1


class Written(NamedTuple):
    """A date taken apart.

    Args:
        year: four digits or two.
        readings: month and day; of a date in numbers two, by `Order`, of any other one.
    """

    year: str
    readings: tuple[tuple[int, int], ...]

    @property
    def is_numeric(self) -> bool:
        """Whether day and month are numbers before the year, so that two orders can be meant."""
        return len(self.readings) == len(Order)

    @property
    def has_whole_year(self) -> bool:
        """Whether the year has its four digits."""
        return len(self.year) == len("2008")

    @property
    def proves(self) -> Order | None:
        """The order that day and month must stand in here, because one of them is no month."""
        if self.is_numeric:
            second, first = self.readings[0]
            if MONTHS_A_YEAR < first <= DAYS_A_MONTH and 1 <= second <= MONTHS_A_YEAR:
                return Order.DAY_FIRST
            if MONTHS_A_YEAR < second <= DAYS_A_MONTH and 1 <= first <= MONTHS_A_YEAR:
                return Order.MONTH_FIRST
        return None


def take_apart(text: str) -> Written | None:
    """Take a written date apart, or return None when it is not one. The date itself may be in no calendar."""
    text = " ".join(TIME.sub("", text.casefold().translate(SIGNS)).split())
    if match := YEAR_FIRST.fullmatch(text):
        year, month, day = match.groups()[:3] if match[1] else match.groups()[3:]
        return Written(year, ((int(month), int(day)),))
    if match := NUMERIC.fullmatch(text):
        first, second = int(match[1]), int(match[2])
        return Written(match[3], ((second, first), (first, second)))
    if match := NAMED_DAY_FIRST.fullmatch(text):
        day, name, year = match.groups()
    elif match := NAMED_MONTH_FIRST.fullmatch(text):
        name, day, year = match.groups()
    else:
        return None
    return Written(year, ((MONTHS[name], int(day)),)) if name in MONTHS else None


def list_meanings(written: Written, order: Order | None, today: date) -> list[str]:
    """Return the ISO dates of birth that a written date can mean, each once.

    Args:
        written: the date taken apart.
        order: of day and month, where the column proves one.
        today: dates of birth lie before it. Of a two-digit year's centuries the one counts in which the learner is of
            school age, when there is one.
    """
    readings = written.readings[order.value : order.value + 1] if order and written.is_numeric else written.readings
    centuries = ("",) if written.has_whole_year else ("20", "19")
    texts = {_to_iso(f"{century}{written.year}", *reading) for reading in readings for century in centuries}
    possible = sorted(text for text in texts if text and EARLIEST <= text < today.isoformat())
    if written.has_whole_year:
        return possible
    after, until = bound_ages(today)
    return [text for text in possible if after < text <= until] or possible


def _to_iso(year: str, month: int, day: int) -> str | None:
    try:
        return date(int(year), month, day).isoformat()
    except ValueError:
        return None


def read_date(text: str, today: date) -> str | None:
    """Return the ISO date that a text means by itself, or None when that is not certain.

    Of a two-digit year only a date on which a learner can have been born is certain.
    """
    written = take_apart(text)
    meanings = list_meanings(written, None, today) if written else []
    if written is None or len(meanings) != 1:
        return None
    return meanings[0] if written.has_whole_year or are_of_age(meanings, today)[0] else None


def read_next_day(text: str, today: date) -> str | None:
    """Return the ISO date of the day after the one that a text means, or None when that is not certain."""
    meant = read_date(text, today)
    return (date.fromisoformat(meant) + timedelta(days=1)).isoformat() if meant else None


def read_serials(values: list[str], today: date, *, is_1904: bool = False) -> list[str | None]:
    """Return for each number that Excel means a date by, and someone of school age was born on, that ISO date.

    Args:
        values: the numbers.
        today: what ages are reckoned from.
        is_1904: whether the workbook counts its days from 1904.
    """
    zero = DAY_ZERO_1904 if is_1904 else DAY_ZERO
    serials = [float(value) if SERIAL.fullmatch(value) else None for value in values]
    dates = ["" if serial is None else (zero + (timedelta(serial) + EVENING)).isoformat() for serial in serials]
    return [text if is_of_age else None for text, is_of_age in zip(dates, are_of_age(dates, today), strict=True)]
