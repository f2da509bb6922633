"""Rows of one file that are the same learner.

Owns what counts as the same: ULN, UPN or CCIS agree, or first name, last name, date of birth and postcode do. When
both rows have no date of birth, the names and the postcode are enough, as they are when learners are matched; when one
has none, they are enough unless both have a ULN, both a UPN or both a CCIS, which tells them apart.
An identifier that is wrong in itself ("TBC" in every row) makes no duplicates; it is reported already.
"""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from schemas.causes import join_words
from schemas.cell_findings import CellFindings
from schemas.distinct import BLANK, Codes, Distinct, Mask
from schemas.normalising.text import to_key

HEADINGS = {"uln": "ULN", "upn": "UPN", "ccis": "CCIS"}
NO_DATE = -2  # a date of birth that is blank, and not one that could not be read

FirstRows = npt.NDArray[np.int64]


class _Key(NamedTuple):
    """What rows may agree in: how it is told, the column it is shown at, the first row that agrees or -1."""

    words: str
    name: str
    first_rows: FirstRows


def find_duplicates(columns: Mapping[str, Distinct], findings: CellFindings) -> None:
    """Add a finding to each row that repeats an earlier one, naming the first and what agrees.

    Args:
        columns: the canonical columns that the sheet has, by our names.
        findings: what was found so far, and takes what is found here.
    """
    wrong = findings.wrong
    identifiers = {name: columns[name].blanked_at(wrong[name]).codes for name in HEADINGS if name in columns}
    keys = [_Key(HEADINGS[name], name, _find_first_rows(codes)) for name, codes in identifiers.items()]
    keys += _list_persons(columns, wrong, identifiers)
    if not keys:
        return
    first_rows = np.stack([key.first_rows for key in keys], axis=1)
    for row in np.flatnonzero((first_rows >= 0).any(axis=1)).tolist():
        agreeing: dict[int, list[_Key]] = {}
        for key, first_row in zip(keys, first_rows[row].tolist(), strict=True):
            if first_row >= 0:
                agreeing.setdefault(first_row, []).append(key)
        for first_row, shared in agreeing.items():
            words = join_words([key.words for key in shared])
            other_row = findings.to_row_number(first_row)
            findings.add_on_row("duplicate_row", shared[0].name, row, other_row=other_row, keys=words)


def _list_persons(
    columns: Mapping[str, Distinct], wrong: Mapping[str, Mask], identifiers: Mapping[str, Codes]
) -> list[_Key]:
    if not {"first_name", "last_name", "postcode"} <= columns.keys():
        return []
    persons = _combine(_fold(columns["first_name"]), _fold(columns["last_name"]))
    persons = _combine(persons, columns["postcode"].codes)
    dates = np.full(len(persons), NO_DATE, dtype=np.int32)
    if "date_of_birth" in columns:
        codes = columns["date_of_birth"].codes
        dates = np.where((codes == BLANK) & ~wrong["date_of_birth"], NO_DATE, codes).astype(np.int32)
    dated = np.where(dates >= 0, persons, BLANK).astype(np.int32)
    undated = np.where(dates == NO_DATE, persons, BLANK).astype(np.int32)
    same_date, no_date = _find_first_rows(_combine(dated, dates)), _find_first_rows(undated)
    is_told = (same_date >= 0) | (no_date >= 0)
    one_date = np.where(is_told, -1, _find_first_across(dated, undated, identifiers))
    return [
        _Key("name, date of birth and postcode", "first_name", same_date),
        _Key("name and postcode", "first_name", no_date),
        _Key("name and postcode (one has no date of birth)", "first_name", one_date),
    ]


def _fold(column: Distinct) -> Codes:
    """Return the codes of names that don't differ by case, spacing or the shapes of apostrophes and hyphens."""
    return column.renamed([to_key(value) for value in column.values]).codes


def _combine(left: Codes, right: Codes) -> Codes:
    """Number the pairs; a pair with a blank is blank."""
    is_blank = (left < 0) | (right < 0)
    pairs = left.astype(np.int64) * (int(right.max(initial=0)) + 1) + right
    numbered = np.unique(pairs, return_inverse=True)[1]
    return np.where(is_blank, BLANK, numbered).astype(np.int32)


def _find_first_rows(codes: Codes) -> FirstRows:
    """Return for each row the first one with the same code, or -1 where there is none before it."""
    rows = np.arange(len(codes))
    first_by_code = np.zeros(int(codes.max(initial=-1)) + 2, dtype=np.int64)
    first_by_code[codes[::-1]] = rows[::-1]
    first_rows = first_by_code[codes]
    return np.where((codes < 0) | (first_rows == rows), -1, first_rows)


def _find_first_across(dated: Codes, undated: Codes, identifiers: Mapping[str, Codes]) -> FirstRows:
    """Return for each row the first one before it that is the same person with a date where it has none, or -1.

    The other way round too. Only the few rows whose person occurs both with and without a date are gone through.

    Args:
        dated: the persons of the rows that have a date of birth.
        undated: the persons of the rows that have none.
        identifiers: where two rows have the same one filled in, it tells them apart, or has told of them already.
    """
    first_rows = np.full(len(dated), -1, dtype=np.int64)
    persons = np.maximum(dated, undated)
    rows = np.flatnonzero(_hold(dated, persons) & _hold(undated, persons))
    held = np.zeros(len(persons), dtype=np.int64)  # one bit for each identifier that a row has
    for bit, codes in enumerate(identifiers.values()):
        held |= (codes >= 0).astype(np.int64) << bit
    earliest: dict[tuple[int, bool, int], int] = {}
    places = zip(rows.tolist(), persons[rows].tolist(), (dated[rows] >= 0).tolist(), held[rows].tolist(), strict=True)
    for row, person, has_date, holds in places:
        earliest.setdefault((person, has_date, holds), row)
        others = [(person, not has_date, other) for other in range(1 << len(identifiers)) if not other & holds]
        first_rows[row] = min((earliest[other] for other in others if other in earliest), default=-1)
    return first_rows


def _hold(some: Codes, codes: Codes) -> Mask:
    """Say for each of the codes whether it is among some; a blank is not."""
    is_there = np.zeros(int(codes.max(initial=BLANK)) + 2, dtype=bool)  # the last one is the blank's
    is_there[some[some >= 0]] = True
    return is_there[codes]
