"""What to write in a wrong cell instead, rule by rule, where something certain can be said.

Owns which rule has a suggestion and where it comes from. Works on distinct wrong values.
"""

import re
from datetime import date
from functools import partial

from schemas import synonyms
from schemas.diagnosing.diagnosis import Suggest
from schemas.judging.identifiers import put_uln_digits_right, put_upn_letters_right
from schemas.normalising.codes import drop_closing_zero, restore_zeros
from schemas.normalising.misread import FREE_TEXT, PERSON_NAMES, read_again
from schemas.normalising.text import tidy, to_key, to_word_key
from schemas.suggesting.mending import mend_emails, mend_postcode, mend_ulns, mend_upns
from schemas.suggesting.nearest import find_nearest
from schemas.suggesting.written_dates import read_date, read_next_day, read_serials

NUMBERS = re.compile(r"[0-9]+")
SIXTH_FORM = "6"


def suggest_nothing(values: list[str]) -> list[str | None]:
    """Return None for each value."""
    return [None] * len(values)


class Suggester:
    """Suggestions for one import.

    Args:
        today: dates of birth lie before it.
        suggest_ukprns: says for wrong UKPRNs, damaged ones too, whether the provider's own was meant.
        is_1904: whether the workbook counts its days from 1904.
    """

    def __init__(self, *, today: date, suggest_ukprns: Suggest, is_1904: bool = False) -> None:
        self._suggest_ukprns = suggest_ukprns
        self._by_rule: dict[str, Suggest] = {
            "year_group_unknown": _suggest_year_groups,
            "email_invalid": mend_emails,
            "postcode_invalid": lambda values: [mend_postcode(value) for value in values],
            "telephone_zero_restored": lambda values: [*restore_zeros(values)],
            "uln_format": mend_ulns,
            "uln_check_digit": put_uln_digits_right,
            "upn_format": mend_upns,
            "upn_check_letter": put_upn_letters_right,
            "date_as_number": partial(read_serials, today=today, is_1904=is_1904),
            "dob_format": lambda values: [read_date(value, today) for value in values],
            "dob_day_early": lambda values: [read_next_day(tidy(value), today) for value in values],
            "gender_unknown": partial(
                find_nearest, synonyms=synonyms.GENDERS, to_key=_to_gender_key, cutoff=80, has_near_synonyms=True
            ),
            "ethnicity_unknown": partial(
                find_nearest, synonyms=synonyms.ETHNICITIES, to_key=to_word_key, cutoff=85, has_near_synonyms=True
            ),
            "number_ending": lambda values: [*drop_closing_zero(values)],
        }

    def suggest(self, rule: str, name: str, values: list[str]) -> list[str | None]:
        """Return for each distinct wrong value of the column `name` what to write instead, or None."""
        if name == "ukprn" and rule != "number_ending":
            return self._suggest_ukprns(values)
        if rule == "character_invalid":
            return _suggest_readings(name, values)
        return self._by_rule.get(rule, suggest_nothing)(values)


def _suggest_readings(name: str, values: list[str]) -> list[str | None]:
    """Read texts again as they were written; a sign by itself is no name."""
    if name not in FREE_TEXT:
        return suggest_nothing(values)
    readings = [read_again(value) for value in values]
    if name not in PERSON_NAMES:
        return readings
    return [text if text and any(map(str.isalpha, text)) else None for text in readings]


def _to_gender_key(text: str) -> str:
    """Compare words only, "f." with "F", except where there are none, as in "?"."""
    return to_word_key(text) or to_key(text)


def _suggest_year_groups(values: list[str]) -> list[str | None]:
    """Find the words for a year group, else the one number of a year group in the text, such as 12 in "12B".

    A 6 beside it is the sixth form's.
    """
    by_word = find_nearest(values, synonyms.YEAR_GROUPS, to_key=to_key, cutoff=100)
    return [named or _find_only_year_group(value) for named, value in zip(by_word, values, strict=True)]


def _find_only_year_group(value: str) -> str | None:
    numbers = {number.lstrip("0") for number in NUMBERS.findall(value)}
    rest = numbers - {SIXTH_FORM} if len(numbers) > 1 else numbers
    year_group = f"Year {rest.pop()}" if len(rest) == 1 else None
    return year_group if year_group in synonyms.YEAR_GROUPS else None
