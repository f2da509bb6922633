"""Which sheet column is which of ours, and what is wrong with the heading row.

Owns matching headings. Quotes none in a message: a learner's row could stand in the headings' place.
"""

from collections.abc import Sequence
from typing import NamedTuple

from schemas.causes import join_words
from schemas.cell_findings import to_showable
from schemas.columns import COLUMN_BY_NAME, COLUMNS, COLUMNS_BY_KIND, Column
from schemas.findings import Finding, column_letters, file_finding
from schemas.heading_keys import to_heading_key
from schemas.normalising.text import shows_anything, tidy
from schemas.suggesting.nearest import find_nearest
from schemas.synonyms import HEADINGS, PROGRESS_HEADINGS
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

    Of columns with the same heading the one with the most values is taken, so that the cells can be judged too. For the
    same reason a column is judged under the heading that it seems to have been meant to have: that is an error, and
    with it all others of the column are told in one round.
    """
    columns = COLUMNS_BY_KIND[table.kind]
    found = _find_columns(table.headings, columns)
    unknown = [index for index, heading in enumerate(table.headings) if _is_unknown(heading, columns)]
    meant = _find_meant(table, unknown, set(found))
    findings = [
        *_find_missing({*found, *meant.values()}, columns),
        *_find_doubled(found),
        *_find_misspelt(table, meant),
        *_find_unknown(table, [index for index in unknown if index not in meant]),
        *_find_blank(table),
    ]
    chosen = {name: _choose_fullest(table, indices) for name, indices in found.items()}
    chosen |= {name: index for index, name in meant.items()}
    return Headings(dict(sorted(chosen.items(), key=lambda item: item[1])), findings)


def map_headings(columns: Sequence[Column]) -> dict[str, str]:
    """Return our names for the columns by what is compared of their headings."""
    return {to_heading_key(column.heading): column.name for column in columns}


NAME_BY_KEY = map_headings(COLUMNS)
NAMES_BY_KEY = {columns: map_headings(columns) for columns in COLUMNS_BY_KIND.values()}


def _find_columns(headings: Sequence[str], columns: tuple[Column, ...]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for index, heading in enumerate(headings):
        name = NAMES_BY_KEY[columns].get(to_heading_key(tidy(heading)))
        if name:
            found.setdefault(name, []).append(index)
    return found


def _is_unknown(heading: str, columns: tuple[Column, ...]) -> bool:
    return bool(tidy(heading)) and to_heading_key(tidy(heading)) not in NAMES_BY_KEY[columns]


def _choose_fullest(table: SheetTable, indices: Sequence[int]) -> int:
    return max(indices, key=lambda index: _count_values(table, index)) if len(indices) > 1 else indices[0]


def _find_meant(table: SheetTable, unknown: Sequence[int], names: set[str]) -> dict[int, str]:
    """Return which of our columns an unknown heading means, each at most once; none that the sheet has already."""
    columns = [column for column in COLUMNS_BY_KIND[table.kind] if column.name not in names]
    words = HEADINGS | PROGRESS_HEADINGS
    wanted = {column.heading: words[column.heading] for column in columns}
    name_by_heading = {column.heading: column.name for column in columns}
    texts = [tidy(table.headings[index]) for index in unknown]
    candidates: dict[str, list[int]] = {}
    for index, heading in zip(unknown, find_nearest(texts, wanted, to_key=to_heading_key, cutoff=80), strict=True):
        if heading:
            candidates.setdefault(name_by_heading[heading], []).append(index)
    return {_choose_fullest(table, indices): name for name, indices in candidates.items()}


def _find_missing(names: set[str], columns: tuple[Column, ...]) -> list[Finding]:
    return [
        file_finding("heading_missing", column=column.heading, heading=column.heading)
        for column in columns
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


def _find_misspelt(table: SheetTable, meant: dict[int, str]) -> list[Finding]:
    return [
        file_finding(
            "heading_misspelt",
            suggestion=COLUMN_BY_NAME[name].heading,
            value=to_showable(table.headings[index]),
            heading=COLUMN_BY_NAME[name].heading,
            letters=column_letters(index),
        )
        for index, name in sorted(meant.items())
    ]


def _find_unknown(table: SheetTable, indices: Sequence[int]) -> list[Finding]:
    """Say of all other headings, in one, that the template has none like them."""
    if not indices:
        return []
    value = ", ".join(to_showable(table.headings[index]) for index in indices)
    return [
        file_finding("heading_unknown", value=value, letters=join_words([column_letters(index) for index in indices]))
    ]


def _find_blank(table: SheetTable) -> list[Finding]:
    return [
        file_finding("heading_blank", letters=column_letters(index))
        for index, heading in enumerate(table.headings)
        if not tidy(heading) and _count_values(table, index)
    ]


def _count_values(table: SheetTable, index: int) -> int:
    """Count the cells of a column in which there is anything to see."""
    return sum(map(shows_anything, table.texts[index]))
