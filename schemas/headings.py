"""Which sheet column is which of ours, and what is wrong with the heading row.

Owns matching headings. Quotes none in a message: a learner's row could stand in the headings' place.
"""

from collections.abc import Sequence
from typing import NamedTuple

from schemas.causes import join_words
from schemas.cell_findings import to_showable
from schemas.columns import COLUMN_BY_NAME, COLUMNS
from schemas.findings import Finding, column_letters, file_finding
from schemas.normalising.text import tidy
from schemas.suggesting.nearest import find_nearest
from schemas.synonyms import HEADINGS
from schemas.table import SheetTable


class Headings(NamedTuple):
    """The heading row as understood.

    Args:
        positions: our column names with the indices of their sheet columns, in the sheet's order.
        findings: on the whole file.
    """

    positions: dict[str, int]
    findings: list[Finding]


def match_headings(table: SheetTable) -> Headings:
    """Match headings without regard to case, spacing, punctuation and order [manual 7.4].

    Of columns with the same heading the one with the most values is taken, so that the cells can be judged too.
    """
    found = _find_columns(table.headings)
    findings = [
        *_find_missing(set(found)),
        *_find_doubled(found),
        *_find_unknown(table.headings, set(found)),
        *_find_blank(table),
    ]
    chosen = {
        name: max(indices, key=lambda index: _count_values(table, index)) if len(indices) > 1 else indices[0]
        for name, indices in found.items()
    }
    return Headings(dict(sorted(chosen.items(), key=lambda item: item[1])), findings)


def to_heading_key(heading: str) -> str:
    """Return what is compared of a heading: its letters and digits."""
    return "".join(character for character in tidy(heading).casefold() if character.isalnum())


NAME_BY_KEY = {to_heading_key(column.heading): column.name for column in COLUMNS}


def _find_columns(headings: Sequence[str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for index, heading in enumerate(headings):
        name = NAME_BY_KEY.get(to_heading_key(heading))
        if name:
            found.setdefault(name, []).append(index)
    return found


def _find_missing(names: set[str]) -> list[Finding]:
    return [
        file_finding("heading_missing", column=column.heading, heading=column.heading)
        for column in COLUMNS
        if column.is_mandatory and column.name not in names
    ]


def _find_doubled(found: dict[str, list[int]]) -> list[Finding]:
    return [
        file_finding(
            "heading_doubled",
            column=COLUMN_BY_NAME[name].heading,
            heading=COLUMN_BY_NAME[name].heading,
            letters=join_words([column_letters(index) for index in indices]),
        )
        for name, indices in found.items()
        if len(indices) > 1
    ]


def _find_unknown(headings: Sequence[str], names: set[str]) -> list[Finding]:
    """Find headings that are none of ours; what the sheet has already is not suggested again."""
    unknown = [
        index for index, heading in enumerate(headings) if tidy(heading) and to_heading_key(heading) not in NAME_BY_KEY
    ]
    wanted = {column.heading: HEADINGS[column.heading] for column in COLUMNS if column.name not in names}
    texts = [headings[index] for index in unknown]
    suggestions = find_nearest(texts, wanted, to_key=to_heading_key, cutoff=80)
    return [
        file_finding("heading_unknown", suggestion=suggestion, value=to_showable(text), letters=column_letters(index))
        for index, text, suggestion in zip(unknown, texts, suggestions, strict=True)
    ]


def _find_blank(table: SheetTable) -> list[Finding]:
    return [
        file_finding("heading_blank", letters=column_letters(index))
        for index, heading in enumerate(table.headings)
        if not tidy(heading) and _count_values(table, index)
    ]


def _count_values(table: SheetTable, index: int) -> int:
    """Count the cells of a column that are not blank."""
    return sum(1 for text in table.texts[index] if text and not text.isspace())
