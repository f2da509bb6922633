"""The rules of the progress spreadsheet's cells as a Pandera schema. Texts are `schemas.rules`'."""

import re
from functools import partial

import pandera.pandas as pa

from schemas import synonyms
from schemas.columns import PROGRESS_STATES
from schemas.diagnosing.diagnosis import Suggest
from schemas.judging.identifiers import ULN, have_right_uln_digit, put_uln_digits_right
from schemas.judging.learner_schema import Judge, are_among, build_check
from schemas.normalising.text import to_key, to_word_key
from schemas.shapes import Shape
from schemas.suggesting.mending import mend_ulns
from schemas.suggesting.nearest import find_nearest

COUNT = Shape(r"[0-9]{1,2}")
USERNAME = Shape(r"[a-z0-9@._-]{6,127}")
NUMBERS = re.compile(r"(?<![0-9.,-])[0-9]+(?![0-9]|[.,][0-9])")
STATE_BY_KEY = {to_key(state): state for state in PROGRESS_STATES}

JUDGES: dict[str, dict[str, Judge]] = {
    "username": {"progress_unknown_learner": USERNAME.find},  # what has not the form is nobody's
    "uln": {"uln_format": ULN.find, "uln_check_digit": have_right_uln_digit},
    "has_qualifications": {"progress_state_unknown": partial(are_among, frozenset(PROGRESS_STATES))},
    "has_reference": {"progress_state_unknown": partial(are_among, frozenset(PROGRESS_STATES))},
    "application_count": {"progress_count_format": COUNT.find},
    "offer_count": {"progress_count_format": COUNT.find},
}


def build_progress_schema(names: tuple[str, ...]) -> pa.DataFrameSchema:
    """Make the schema for the columns that a sheet has, by our names; those that are not read have no rule."""
    columns = {
        name: [build_check(rule, judge_values) for rule, judge_values in JUDGES[name].items()]
        for name in names
        if name in JUDGES
    }
    return pa.DataFrameSchema({name: pa.Column(None, checks, nullable=True) for name, checks in columns.items()})


def normalise_states(values: list[str]) -> list[str]:
    """Forgive case and spacing."""
    return [STATE_BY_KEY.get(to_key(value), value) for value in values]


def _suggest_counts(values: list[str]) -> list[str | None]:
    found = [NUMBERS.findall(value) for value in values]
    return [numbers[0] if len(numbers) == 1 and COUNT.match(numbers[0]) else None for numbers in found]


SUGGESTIONS: dict[str, Suggest] = {
    "uln_format": mend_ulns,
    "uln_check_digit": put_uln_digits_right,
    "progress_state_unknown": partial(
        find_nearest, synonyms=synonyms.PROGRESS_STATES, to_key=to_word_key, cutoff=80, has_near_synonyms=True
    ),
    "progress_count_format": _suggest_counts,
}
