"""Which stored learners agree with which rows of a file in a key, for all rows at once.

Owns the arrays that make this fast. Does not know the rules of matching, the database or findings.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

NONE = -1

Cells: TypeAlias = npt.NDArray[np.object_]
Codes: TypeAlias = npt.NDArray[np.int64]
Mask: TypeAlias = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Agreement:
    """For each row the stored learners that agree with it, by their places among the stored.

    Args:
        order: the places of the stored learners, those that agree with each other side by side.
        starts: for each row where in `order` its learners begin.
        counts: for each row how many they are.
    """

    order: Codes
    starts: Codes
    counts: Codes

    def first_places(self) -> Codes:
        """Return for each row the first learner's place, or `NONE`."""
        if not len(self.order):
            return np.full(len(self.counts), NONE)
        starts = np.minimum(self.starts, len(self.order) - 1)
        return np.where(self.counts > 0, self.order[starts], NONE)

    def places_of(self, row: int) -> Codes:
        """Return the places of all learners that agree with one row."""
        return self.order[self.starts[row] : self.starts[row] + self.counts[row]]


@dataclass(frozen=True, slots=True, eq=False)
class Key:
    """One key of stored learners and of rows, numbered alike: what is equal has the same code, a blank has `NONE`."""

    stored: Codes
    rows: Codes

    @classmethod
    def of(cls, stored: Cells, rows: Cells) -> "Key":
        """Number the values of one column; None is blank."""
        codes = pd.factorize(np.concatenate([stored, rows]))[0].astype(np.int64)
        return cls(codes[: len(stored)], codes[len(stored) :])

    def and_also(self, other: "Key") -> "Key":
        """Return the key of both together; it is blank where one of them is."""
        codes, others = np.concatenate([self.stored, self.rows]), np.concatenate([other.stored, other.rows])
        pairs = pd.factorize(codes * (int(others.max(initial=0)) + 1) + others)[0]
        both = np.where((codes < 0) | (others < 0), NONE, pairs)
        return Key(both[: len(self.stored)], both[len(self.stored) :])

    def agree(self, *, stored: Mask | None = None, rows: Mask | None = None) -> Agreement:
        """Find who agrees, among these stored learners and these rows only (all of them where not given)."""
        stored_codes = self.stored if stored is None else np.where(stored, self.stored, NONE)
        row_codes = self.rows if rows is None else np.where(rows, self.rows, NONE)
        order = np.argsort(stored_codes, kind="stable")
        ordered = stored_codes[order]
        starts = np.searchsorted(ordered, row_codes, side="left")
        ends = np.searchsorted(ordered, row_codes, side="right")
        return Agreement(order, starts, np.where(row_codes == NONE, 0, ends - starts))


def union(agreements: Sequence[Agreement], row: int) -> list[int]:
    """Return the places of the learners that agree with one row in any of the keys, each once, ascending."""
    return sorted({int(place) for agreement in agreements for place in agreement.places_of(row)})
