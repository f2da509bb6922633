"""What a diagnosis is: cells of one column that suffer from the same, with the column's evidence."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

from schemas.distinct import Mask

Suggest: TypeAlias = Callable[[list[str]], list[str | None]]

NO_WORDS: Mapping[str, object] = MappingProxyType({})


class Diagnosis(NamedTuple):
    """One rule and the rows of a column that it holds for.

    Args:
        rule: id in `schemas.rules.RULES`.
        rows: one answer a row.
        suggest: says for distinct values what to write instead; None leaves it to the rule's usual suggestion.
        words: the evidence, for the places in the rule's message: counts, a width.
    """

    rule: str
    rows: Mask
    suggest: Suggest | None = None
    words: Mapping[str, object] = NO_WORDS
