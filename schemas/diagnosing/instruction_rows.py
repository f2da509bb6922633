"""Rows that tell something and hold no learner: how to fill in the columns, how many learners there are, what to do.

Owns telling them from learners' rows by what their cells say. What becomes of them is `schemas.diagnosing.left_out`'s.
"""

import re
from collections import Counter
from collections.abc import Mapping

import numpy as np

from schemas.diagnosing.sheet_columns import SheetColumns
from schemas.distinct import BLANK, Mask
from schemas.judging.birth_dates import are_real
from schemas.judging.identifiers import have_right_uln_digit, have_right_upn_letter
from schemas.judging.learner_schema import UKPRN, are_emails
from schemas.normalising import normalise_values
from schemas.normalising.codes import POSTCODE
from schemas.normalising.text import shows_anything, tidy
from schemas.table import CellKind, SheetTable

INSTRUCTION_DEPTH = 3  # rows below the headings among which instructions are looked for
INSTRUCTION_CELLS = 2  # with such words, below which a row is no instruction
INSTRUCTION_SHARE = 1 / 3  # of the row's filled cells that must have them
# What nobody is called and no street is named.
INSTRUCTION = re.compile(
    r"\b(?:mandatory|compulsory|required|optional|digits?|characters?|chars?|y{4}|dd?[/-]mm?|mm?[/-]dd|e\.g|i\.e|"
    r"leave (?:it )?blank|free text|as text|numbers? only|drop-?down|if (?:known|available|applicable)|"
    r"(?:of|for) the learner|the learner is|learner's|date pattern|unique (?:learner|pupil) number|"
    r"must be|(?:pick|select|choose) (?:one )?from|from (?:the |a )?list|fill(?:ed)? (?:this )?in|"
    r"max(?:imum)?\.? (?:length|[0-9]+)|(?:var)?char|integer|alphanumeric|data type|"
    r"provider reference number|young person record)(?=\W|$)"
    r"|^(?:text|string|number|numeric|decimal|date|boolean|enum|int)(?: ?\([0-9, ]+\))?$",
    re.IGNORECASE,
)
# What tells something in such company.
ASIDE = re.compile(
    r"\b(?:must|should|format|letters?|examples?|enter|please|text|select|choose|max(?:imum)?|this is (?:a|the|their))"
    r"(?=\W|$)",
    re.IGNORECASE,
)
# Flags such as M and O, Yes and No: few different texts, all short, in many cells.
FLAGS_LEAST = 5
FLAGS_DIFFERENT = 3
# No number, and no error such as #REF!, which damage can leave in all cells.
FLAG = re.compile(r"(?!err:)[^0-9#].{0,11}")
NAMES = ("first_name", "last_name")
LENGTH = re.compile(r"[1-9][0-9]{0,2}")  # the most characters that a column takes

NOTE_COLUMNS = 3  # of ours, without which a cell alone may be a learner's
NOTE_WORDS = 3
TOTAL = re.compile(r":\s*[0-9][0-9.,]*$")
# A name of several words: capitals first and last, and nothing that no name has.
FULL_NAME_WORDS = 4
NOT_IN_NAMES = re.compile(r"[0-9:;!?()]")


def find_instructions(columns: SheetColumns, row_count: int) -> Mask:
    """Find the rows right below the headings that tell what to write."""
    found = np.zeros(row_count, dtype=bool)
    for row in range(min(INSTRUCTION_DEPTH, row_count)):
        dates = any(column.kind[row] == CellKind.DATE for column in columns.values())
        found[row] = not dates and _is_instruction(list_cells(columns, row))
    return found


def list_cells(columns: SheetColumns, row: int) -> dict[str, str]:
    """Return the filled cells of a row by our column names, tidied."""
    return {
        name: column.tidied.values[code]
        for name, column in columns.items()
        if (code := column.tidied.codes[row]) != BLANK
    }


def hold_learner(cells: Mapping[str, str]) -> bool:
    """Say whether one of a row's cells is what only a learner's row has. The provider's UKPRN is not."""
    return any(_is_right(name, value) for name, value in cells.items() if name != "ukprn")


def _is_instruction(cells: Mapping[str, str]) -> bool:
    if hold_learner(cells):
        return False
    told = {name for name, value in cells.items() if INSTRUCTION.search(value)}
    aside = {name for name, value in cells.items() if ASIDE.search(value)} - told
    has_ukprn = "ukprn" in cells and _is_right("ukprn", cells["ukprn"])
    if has_ukprn and len(told) < INSTRUCTION_CELLS:
        return False
    if told and len(told) + len(aside) >= max(INSTRUCTION_CELLS, INSTRUCTION_SHARE * len(cells)):
        return True
    return not has_ukprn and (_are_flags(cells) or _are_lengths(cells))


def _are_flags(cells: Mapping[str, str]) -> bool:
    """Say whether the cells repeat a few short texts, and the names are no others: nobody is called like them."""
    counts = Counter(value.casefold() for value in cells.values())
    return (
        len(cells) >= FLAGS_LEAST
        and len(counts) <= FLAGS_DIFFERENT
        and all(map(FLAG.fullmatch, counts))
        and all(counts[cells[name].casefold()] > 1 for name in NAMES if name in cells)
    )


def _are_lengths(cells: Mapping[str, str]) -> bool:
    return len(cells) >= FLAGS_LEAST and all(LENGTH.fullmatch(value) for value in cells.values())


def _is_right(name: str, value: str) -> bool:
    judges = {
        "ukprn": UKPRN.find,
        "email": are_emails,
        "postcode": POSTCODE.find,
        "uln": have_right_uln_digit,
        "upn": have_right_upn_letter,
        "date_of_birth": are_real,
    }
    return name in judges and bool(judges[name](normalise_values(name, [value]))[0])


def find_notes(table: SheetTable, positions: Mapping[str, int], columns: SheetColumns) -> Mask:
    """Find the rows of which one cell alone is filled, in any column of the sheet, with a note or a total."""
    found = np.zeros(table.row_count, dtype=bool)
    if len(columns) < NOTE_COLUMNS:
        return found
    filled = np.zeros(table.row_count, dtype=np.uint8)
    for column in columns.values():
        filled += column.tidied.codes != BLANK
        if filled.min(initial=NOTE_COLUMNS) > 1:
            return found
    told = filled == 0
    for name, column in columns.items():
        is_note = np.array([_is_note(value, name) for value in column.tidied.values], dtype=bool)
        told |= (filled == 1) & column.tidied.spread(is_note)
    known = set(positions.values())
    beside = [texts for index, texts in enumerate(table.texts) if index not in known]
    for row in np.flatnonzero(told).tolist():
        others = [texts[row] for texts in beside if shows_anything(texts[row])]
        found[row] = not others if filled[row] else len(others) == 1 and _is_note(tidy(others[0]), None)
    return found


def _is_note(value: str, name: str | None) -> bool:
    words = value.split()
    if TOTAL.search(value):
        return True
    return len(words) >= NOTE_WORDS and not (name in NAMES and _is_full_name(value, words))


def _is_full_name(value: str, words: list[str]) -> bool:
    return (
        len(words) <= FULL_NAME_WORDS
        and not NOT_IN_NAMES.search(value)
        and words[0][0].isupper()
        and words[-1][0].isupper()
    )
