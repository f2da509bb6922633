"""The rules of the spreadsheet's cells as a Pandera schema, and the running of it.

Owns what is right and wrong. Cells come in canonical spelling, as categories, so that each rule is judged once for
each distinct value. Texts are `schemas.rules`'; what to write instead is `schemas.suggesting`'.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import lru_cache, partial
from typing import NamedTuple, TypeAlias, cast

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.config import ValidationDepth, config_context
from pandera.errors import SchemaErrorReason, SchemaErrors

from schemas.columns import COLUMN_BY_NAME, ETHNICITIES, GENDERS, YEAR_GROUPS, Column
from schemas.distinct import Mask
from schemas.judging.birth_dates import are_iso, are_of_age, are_past, are_real
from schemas.judging.identifiers import ULN, UPN, have_right_uln_digit, have_right_upn_letter
from schemas.normalising.codes import POSTCODE
from schemas.normalising.text import on_lines
from schemas.shapes import Shape
from schemas.suggesting.written_dates import read_serials

DAYS_KEPT = 2  # Pandera takes longer to make the columns than to judge a short file by them
Judge: TypeAlias = Callable[[list[str]], Mask]

UKPRN = Shape(r"[0-9]{8}")
# RFC 5321 without its rarities: no quoted part before the @, a domain of at least two labels after it.
EMAIL_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]++"
EMAIL_LABEL = r"[a-zA-Z0-9\u00a1-\uffef]++(?:[_-]++[a-zA-Z0-9\u00a1-\uffef]++)*+"
EMAIL_ENDING = r"(?:[a-zA-Z\u00a1-\uffef]{2,63}|[xX][nN]--[a-zA-Z0-9-]{1,59})"
EMAIL = Shape(rf"{EMAIL_ATOM}(?:\.{EMAIL_ATOM})*+@(?:{EMAIL_LABEL}\.)++{EMAIL_ENDING}")
LOCAL_PART_LIMIT = 64
# What keyboards make of .com and .uk; no domain ends so.
NO_ENDINGS = (".con", ".cmo", ".ocm", ".vom", ".xom", ".comm", ".couk", ".acuk", ".schuk", ".orguk", ".govuk")
# What a number dialled in the UK can be once its signs are taken out: 0 and 9 or 10 digits, or one from abroad.
TELEPHONE = Shape(r"0[1-9][0-9]{8,9}|(?:\+|00)[1-9][0-9]{6,14}|44[1-9][0-9]{8,9}")
TELEPHONE_SIGNS = str.maketrans("", "", " ().-/\u2010\u2011\u2012\u2013\u2014")
NATIONAL_ZERO = re.compile(r"(?m)^(\+44 ?)\(0\)")
EXTENSION = re.compile(r"(?mi) ?(?:extn?|x)\.? ?[0-9]{1,6}$")


WITH_LETTER = Shape(r"(?:[^\w\n]|[\d_])*+[^\W\d_][^\n]*+")


class Verdict(NamedTuple):
    """One rule's failure in one column: `failed` is true for each row in which the rule is broken."""

    rule: str
    name: str
    failed: Mask


class RuleError(Exception):
    """A check broke down, which is our fault and no finding. Trying again can't help. Holds no value."""


def build_schema(names: tuple[str, ...], *, ukprn: str, today: date, is_1904: bool = False) -> pa.DataFrameSchema:
    """Make the schema for the columns that a sheet has.

    Args:
        names: our names for them.
        ukprn: of the provider that the import is for.
        today: what ages are reckoned from.
        is_1904: whether the workbook counts its days from 1904.

    Source: manual 7.4 and the design's table.
    """
    columns = _build_columns(today, is_1904=is_1904) | {"ukprn": _build_ukprn(ukprn)}
    return pa.DataFrameSchema({name: columns[name] for name in names})


def judge(frame: pd.DataFrame, schema: pa.DataFrameSchema) -> Iterator[Verdict]:
    """Yield every rule that is broken anywhere, column by column, the rule that tells most first.

    Args:
        frame: one categorical column for each of the schema's; its index must not be 0, 1, 2, ...

    Raises:
        RuleError: a check could not run.
    """
    try:
        with config_context(validation_enabled=True, validation_depth=ValidationDepth.SCHEMA_AND_DATA):
            schema.validate(frame, lazy=True, inplace=True)  # whatever PANDERA_VALIDATION_ENABLED says
    except SchemaErrors as errors:  # it holds values, so it ends here
        failures = errors.schema_errors
    else:
        return
    for failure in failures:
        if failure.reason_code is not SchemaErrorReason.DATAFRAME_CHECK:
            raise RuleError(f"{failure.reason_code} in column {failure.column_name}")
        yield Verdict(failure.check.name, failure.column_name, ~failure.check_output.to_numpy())


@lru_cache(maxsize=DAYS_KEPT)
def _build_columns(today: date, *, is_1904: bool) -> dict[str, pa.Column]:
    """Make every column but the UKPRN, whose rule is each provider's own."""
    judges_by_name = _list_judges(today, is_1904=is_1904)
    return {name: _build_column(COLUMN_BY_NAME[name], judges) for name, judges in judges_by_name.items()}


def _build_ukprn(ukprn: str) -> pa.Column:
    judges: dict[str, Judge] = {"ukprn_format": UKPRN.find, "ukprn_mismatch": partial(are_among, {ukprn})}
    return _build_column(COLUMN_BY_NAME["ukprn"], judges)


def _list_judges(today: date, *, is_1904: bool) -> dict[str, dict[str, Judge]]:
    """Return each column's rules, but the UKPRN's, in the order in which they are told.

    What has a shape or a list of its own is never told to be too long.
    """
    lengths: dict[str, dict[str, Judge]] = {
        name: {"too_long": partial(_are_within, column.limit)}
        for name, column in COLUMN_BY_NAME.items()
        if name != "ukprn"
    }
    return lengths | {
        "first_name": lengths["first_name"] | {"name_without_letters": WITH_LETTER.find},
        "last_name": lengths["last_name"] | {"name_without_letters": WITH_LETTER.find},
        "year_group": {"year_group_unknown": partial(are_among, frozenset(YEAR_GROUPS))},
        "email": {"email_invalid": are_emails} | lengths["email"],
        "postcode": {"postcode_invalid": POSTCODE.find},
        "telephone": lengths["telephone"] | {"telephone_implausible": _are_telephones},
        "uln": {"uln_format": ULN.find, "uln_check_digit": have_right_uln_digit},
        "upn": {"upn_format": UPN.find, "upn_check_letter": have_right_upn_letter},
        "date_of_birth": {
            "date_as_number": lambda values: np.array(
                [found is None for found in read_serials(values, today, is_1904=is_1904)], bool
            ),
            "dob_format": are_iso,
            "dob_not_real": are_real,
            "dob_not_past": partial(are_past, today=today),
            "dob_age": partial(are_of_age, today=today),
        },
        "gender": {"gender_unknown": partial(are_among, frozenset(GENDERS))},
        "ethnicity": {"ethnicity_unknown": partial(are_among, frozenset(ETHNICITIES))},
    }


def _build_column(column: Column, judges: dict[str, Judge]) -> pa.Column:
    checks = [build_check(rule, judge_values) for rule, judge_values in judges.items()]
    if column.is_mandatory:
        checks.insert(0, pa.Check(_are_filled, name="mandatory_missing", ignore_na=False))
    return pa.Column(None, checks, nullable=True)


def build_check(rule: str, judge_values: Judge) -> pa.Check:
    """Make a check of a whole column that asks once per category.

    What it answers is numbered 0, 1, 2, ... and not as the frame: Pandera then leaves the failing values out of its
    messages and tables, which takes most of its time and is no place for them. The answer itself it hands on whole.
    """

    def check(series: "pd.Series[str]") -> "bool | pd.Series[bool]":
        cells = cast(pd.Categorical, series.array)
        answers = judge_values(cells.categories.tolist())
        if answers.all():
            return True
        return pd.Series(np.append(answers, True)[cells.codes])  # a blank, code -1, is never wrong

    return pa.Check(check, name=rule, ignore_na=False)


def _are_filled(series: "pd.Series[str]") -> "bool | pd.Series[bool]":
    is_filled = cast(pd.Categorical, series.array).codes >= 0
    return True if is_filled.all() else pd.Series(is_filled)


def are_among(allowed: frozenset[str] | set[str], values: list[str]) -> Mask:
    """Say for each value whether it is one of those allowed."""
    return np.fromiter((value in allowed for value in values), dtype=bool, count=len(values))


def are_emails(values: list[str]) -> Mask:
    """Say for each value whether mail can be addressed to it: its form, the length before the @, a possible ending."""
    right = EMAIL.find(values)
    if max(map(len, values), default=0) > LOCAL_PART_LIMIT:
        right &= np.array([value.rfind("@") <= LOCAL_PART_LIMIT for value in values], dtype=bool)
    lines = "\n".join([*values, ""]).lower()
    if any(f"{ending}\n" in lines for ending in NO_ENDINGS):
        right &= np.array([not value.lower().endswith(NO_ENDINGS) for value in values], dtype=bool)
    return right


def _are_within(limit: int, values: list[str]) -> Mask:
    lengths = np.fromiter(map(len, values), dtype=np.int64, count=len(values))
    return lengths <= limit


def _are_telephones(values: list[str]) -> Mask:
    return TELEPHONE.find(on_lines(values, _take_signs_out))


def _take_signs_out(lines: str) -> str:
    if "(0)" in lines:
        lines = NATIONAL_ZERO.sub(r"\1", lines)
    if "x" in lines or "X" in lines:
        lines = EXTENSION.sub("", lines)
    return lines.translate(TELEPHONE_SIGNS)
