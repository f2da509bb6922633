"""Cells in the one spelling that is judged and stored: what a school may write in several ways becomes one way.

Owns spelling. Judges nothing: what can't be brought into form stays as it was and fails its rule.
"""

from collections.abc import Callable

from schemas.distinct import Distinct
from schemas.normalising.choices import normalise_ethnicities, normalise_genders, normalise_year_groups
from schemas.normalising.codes import drop_closing_zero, normalise_identifiers, normalise_postcodes
from schemas.normalising.text import is_plain, tidy

NORMALISERS: dict[str, Callable[[list[str]], list[str]]] = {
    "ukprn": normalise_identifiers,
    "year_group": normalise_year_groups,
    "house_name_or_number": drop_closing_zero,
    "postcode": normalise_postcodes,
    "telephone": drop_closing_zero,
    "uln": normalise_identifiers,
    "upn": normalise_identifiers,
    "ccis": drop_closing_zero,
    "gender": normalise_genders,
    "ethnicity": normalise_ethnicities,
}


def tidy_column(column: Distinct) -> Distinct:
    """Return the column with its white space made plain and invisible characters gone [every column]."""
    return column if is_plain(column) else column.renamed([tidy(value) for value in column.values])


def normalise(name: str, column: Distinct) -> Distinct:
    """Return a tidied column in its canonical spelling; `name` is our name for it."""
    return column.renamed(normalise_values(name, column.values))


def normalise_values(name: str, values: list[str]) -> list[str]:
    """Return tidied values of the column `name` in their canonical spelling, in the same order."""
    normaliser = NORMALISERS.get(name)
    return normaliser(values) if normaliser else values
