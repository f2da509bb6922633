"""Shapes that a value must have, asked of a whole column at once.

Owns asking fast: a column that is right throughout, or wrong throughout, is settled by one match of its joined lines.
"""

import re
from collections.abc import Sequence

import numpy as np

from schemas.distinct import Mask


class Shape:
    """A regular expression that the whole of a value must match.

    Args:
        pattern: the expression.
        flags: of `re`.
    """

    def __init__(self, pattern: str, flags: re.RegexFlag = re.NOFLAG) -> None:
        self._whole = re.compile(pattern, flags)
        self._every_line = re.compile(rf"(?:(?:{pattern})\n)*+", flags)
        self._no_line = re.compile(rf"(?:(?!(?:{pattern})\n)[^\n]*+\n)*+", flags)

    def match(self, value: str) -> re.Match[str] | None:
        """Return the match of the whole value, if it has the shape."""
        return self._whole.fullmatch(value)

    def find(self, values: Sequence[str]) -> Mask:
        """Say for each value whether it has the shape. Values are tidied: they hold no line ends."""
        lines = "\n".join([*values, ""])
        if self._every_line.fullmatch(lines):
            return np.ones(len(values), dtype=bool)
        if self._no_line.fullmatch(lines):
            return np.zeros(len(values), dtype=bool)
        match = self._whole.fullmatch
        return np.fromiter((match(value) is not None for value in values), dtype=bool, count=len(values))
