"""Making findings on cells: one by one for those who match and load, in bulk for validation.

Owns wording a finding from `schemas.rules`, naming its cell, and the order of a file's findings. One cell gets one
finding: the first that is told of it.
"""

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import repeat
from typing import Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from schemas.columns import COLUMN_BY_NAME
from schemas.diagnosing.diagnosis import NO_WORDS, Suggest
from schemas.distinct import Distinct, Mask
from schemas.findings import VALUE_LIMIT, Finding, cell_name, clip, column_letters
from schemas.normalising.text import INVALID_CHARACTERS
from schemas.rules import DAMAGE_RULES, ERROR, RULES

Positions: TypeAlias = Mapping[str, int]


class Suggesting(Protocol):
    """Says what to write instead."""

    def suggest(self, rule: str, name: str, values: list[str]) -> list[str | None]:
        """Return for each distinct wrong value of the column `name` a suggestion, or None."""


def make_finding(
    rule: str,
    *,
    column_name: str | None,
    row_number: int,
    positions: Positions,
    suggestion: str | None = None,
    value: str | None = None,
    **words: object,
) -> Finding:
    """Make a finding on a cell, or on a whole row.

    Args:
        rule: id in `schemas.rules.RULES`.
        column_name: our name for the column, or None for the row.
        row_number: as Excel shows it.
        positions: `Validated.positions`; a column that the sheet has not has no cell.
        suggestion: what to write instead.
        value: what stands in the cell now.
        words: fill the places in the rule's message; `heading` is filled already.
    """
    known = RULES[rule]
    heading = COLUMN_BY_NAME[column_name].heading if column_name else None
    position = positions.get(column_name) if column_name else None
    cell = None if position is None else cell_name(position, row_number)
    message = known.message.format(**{"heading": heading, **words})
    return Finding(rule, known.severity, row_number, heading, cell, message, suggestion, clip(value))


def to_showable(text: str) -> str:
    """Return the text with a mark in place of each character that a database or a page can't take."""
    return INVALID_CHARACTERS.sub("\ufffd", text)


@contextmanager
def _cycles_left_alone() -> Iterator[None]:
    """Keep Python from looking for reference cycles: a million findings have none, and looking takes longest."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class CellFindings:
    """The findings on one sheet's cells, as they come up.

    Args:
        row_numbers: of the learner rows.
        positions: our column names with the indices of their sheet columns.
        texts: for each sheet column the cells' texts.
        ukprn: of the provider that the import is for.
        suggester: says what to write instead.
    """

    def __init__(
        self,
        row_numbers: Sequence[int],
        positions: Positions,
        texts: Sequence[Sequence[str]],
        *,
        ukprn: str,
        suggester: Suggesting,
    ) -> None:
        self._row_numbers = row_numbers
        self._positions = positions
        self._texts = texts
        self._ukprn = ukprn
        self._suggester = suggester
        self._findings: list[Finding] = []
        self._rows: list[npt.NDArray[np.intp]] = []
        self._columns: list[npt.NDArray[np.intp]] = []
        self._on_rows: list[tuple[int, int, Finding]] = []
        self.claimed = {name: np.zeros(len(row_numbers), dtype=bool) for name in positions}
        self.wrong = {name: np.zeros(len(row_numbers), dtype=bool) for name in positions}  # claimed, and no warning

    def add(
        self,
        rule: str,
        name: str,
        failed: Mask,
        column: Distinct,
        *,
        suggest: Suggest | None = None,
        words: Mapping[str, object] = NO_WORDS,
    ) -> None:
        """Add a finding for each row in which the rule failed and nothing was found in this column before.

        Args:
            rule: id in `schemas.rules.RULES`.
            name: our name for the column.
            failed: one answer a row.
            column: its values, from which suggestions are made.
            suggest: says for distinct values what to write instead; without it the suggester does.
            words: fill places in the rule's message that the column does not.
        """
        rows = np.flatnonzero(failed & ~self.claimed[name])
        if not len(rows):
            return
        self.claimed[name][rows] = True
        known, template = RULES[rule], COLUMN_BY_NAME[name]
        if known.severity == ERROR:
            self.wrong[name][rows] = True
        known_words = {"heading": template.heading, "limit": template.limit, "ukprn": self._ukprn}
        message = known.message.format(**{**known_words, **words})
        letters = column_letters(self._positions[name])
        numbers = [self._row_numbers[row] for row in rows.tolist()]
        columns = (
            repeat(rule),
            repeat(known.severity),
            numbers,
            repeat(template.heading),
            [f"{letters}{number}" for number in numbers],
            repeat(message),
            self._suggest(suggest or partial(self._suggester.suggest, rule, name), rows, column),
            self._show(rule, name, rows),
        )
        with _cycles_left_alone():
            self._findings += map(Finding._make, zip(*columns, strict=False))
        self._rows.append(rows)
        self._columns.append(np.full(len(rows), self._positions[name]))

    def claim_rows(self, rows: Mask) -> None:
        """Let no finding be added on any cell of the rows where `rows` is true."""
        for name in self.claimed:
            self.claimed[name] |= rows
            self.wrong[name] |= rows

    def add_on_row(self, rule: str, name: str, row: int, **words: object) -> None:
        """Add a finding on a row (its index, not its number), shown at one of its cells whatever was found there."""
        finding = make_finding(
            rule,
            column_name=name,
            row_number=self._row_numbers[row],
            positions=self._positions,
            suggestion=None,
            value=to_showable(self._texts[self._positions[name]][row]) or None,
            **words,
        )
        self._on_rows.append((row, self._positions[name], finding))

    def to_row_number(self, row: int) -> int:
        """Return the number that Excel shows for the row with this index."""
        return self._row_numbers[row]

    def list_in_order(self) -> list[Finding]:
        """Return all findings by row, then by sheet column."""
        findings = [*self._findings, *(finding for _, _, finding in self._on_rows)]
        rows = np.concatenate([*self._rows, [row for row, _, _ in self._on_rows]])
        columns = np.concatenate([*self._columns, [column for _, column, _ in self._on_rows]])
        return [findings[index] for index in np.lexsort((columns, rows)).tolist()]

    def _show(self, rule: str, name: str, rows: npt.NDArray[np.intp]) -> Sequence[str | None]:
        """Return what stands in the cells, clipped. Only damaged ones can hold what can't be shown."""
        if rule == "mandatory_missing":
            return [None] * len(rows)
        texts = self._texts[self._positions[name]]
        found = [texts[row] for row in rows.tolist()]
        if rule in DAMAGE_RULES:
            found = [to_showable(text) for text in found]
        return found if max(map(len, found)) <= VALUE_LIMIT else [clip(text) for text in found]

    @staticmethod
    def _suggest(suggest: Suggest, rows: npt.NDArray[np.intp], column: Distinct) -> Sequence[str | None]:
        """Ask once for each distinct value and spread the answers over the rows."""
        codes, places = np.unique(column.codes[rows], return_inverse=True)
        values = [column.values[code] if code >= 0 else "" for code in codes.tolist()]
        suggestions = [text if text is None or len(text) <= VALUE_LIMIT else None for text in suggest(values)]
        return [suggestions[place] for place in places.tolist()]
