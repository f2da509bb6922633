"""A column as its distinct values and one code a row, so that each rule works once per value and not once per row.

Owns taking a column apart and putting it together again. Knows nothing of what the values mean.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

BLANK = -1

Codes: TypeAlias = npt.NDArray[np.int32]
Mask: TypeAlias = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Distinct:
    """One column.

    Args:
        values: each value that occurs, once; never "".
        codes: for each row the index of its value, or `BLANK`.
    """

    values: list[str]
    codes: Codes

    @classmethod
    def of(cls, texts: Sequence[str]) -> "Distinct":
        """Take a column of texts apart; "" is blank."""
        found, distinct = pd.factorize(np.array(texts, dtype=object))
        codes, values = found.astype(np.int32), distinct.tolist()
        if "" in values:
            blank = values.index("")
            del values[blank]
            codes = np.where(codes == blank, BLANK, codes - (codes > blank)).astype(np.int32)
        return cls(values, codes)

    @cached_property
    def lines(self) -> str:
        """All values as the lines of one text, for questions that one search answers for the whole column."""
        return "\n".join(self.values)

    @cached_property
    def is_printable_ascii(self) -> bool:
        """Whether the values hold nothing but printable ASCII and line ends."""
        return self.lines.isascii() and self.lines.replace("\n", "").isprintable()

    @cached_property
    def row_counts(self) -> npt.NDArray[np.int64]:
        """For each value the number of rows that hold it, which is 0 where all of them were blanked."""
        return np.bincount(self.codes + 1, minlength=len(self.values) + 1)[1:]

    @cached_property
    def _array(self) -> npt.NDArray[np.object_]:
        return np.array(self.values, dtype=object)

    @classmethod
    def merging(cls, values: Sequence[str], codes: Codes) -> "Distinct":
        """Make a column of values of which some may be equal or ""."""
        merged = cls.of(values)
        return cls(merged.values, np.append(merged.codes, np.int32(BLANK))[codes])

    def renamed(self, values: Sequence[str]) -> "Distinct":
        """Return the column with other values in place of its own, in their order; "" makes a blank of one."""
        return self if values is self.values or values == self.values else self.merging(values, self.codes)

    def renamed_at(self, rows: Mask, values: Sequence[str]) -> "Distinct":
        """Return the column renamed in some rows only: where `rows` is true."""
        if not rows.any():
            return self
        codes = np.where(rows & (self.codes != BLANK), self.codes + len(self.values), self.codes)
        return self.merging([*self.values, *values], codes.astype(np.int32))

    def blanked_at(self, rows: Mask) -> "Distinct":
        """Return the column with blanks where `rows` is true."""
        return Distinct(self.values, np.where(rows, BLANK, self.codes).astype(np.int32)) if rows.any() else self

    def find(self, value: str) -> Mask:
        """Say for each row whether it holds the value."""
        return self.codes == self.values.index(value) if value in self.values else np.zeros(len(self.codes), dtype=bool)

    def spread(self, judged: Mask, *, blank: bool = False) -> Mask:
        """Turn one answer per value into one per row; blank cells get `blank`."""
        return np.append(judged, blank)[self.codes]

    def to_cells(self) -> npt.NDArray[np.object_]:
        """Return one text or None per row."""
        with_none: npt.NDArray[np.object_] = np.concatenate([self._array, np.array([None], dtype=object)])
        return with_none[self.codes]

    def to_categorical(self) -> pd.Categorical:
        """Return the column as pandas holds distinct values."""
        return pd.Categorical.from_codes(self.codes, pd.Index(self._array, dtype=object))
