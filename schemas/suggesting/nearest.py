"""Which of a fixed list's values a wrong one was meant to be: by a table of synonyms, else by likeness.

Owns likeness. Says nothing when two of the list are about as like, because a wrong suggestion is worse than none.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

LONGEST = 80  # a text longer than this is no misspelling of anything
LEAD = 5.0  # how much liker, of 100, the nearest must be than the second


def find_nearest(
    values: Sequence[str],
    synonyms: Mapping[str, Sequence[str]],
    *,
    to_key: Callable[[str], str],
    cutoff: float,
) -> list[str | None]:
    """Return for each value the entry of the list that it was meant to be, or None.

    Args:
        values: distinct wrong values.
        synonyms: the list's entries, each with what else is written for it.
        to_key: what is compared.
        cutoff: the least likeness, of 100, that counts.
    """
    by_key = {to_key(word): entry for entry, words in synonyms.items() for word in (entry, *words)}
    keys = [to_key(value) for value in values]
    unknown = list({key for key in keys if key not in by_key and 0 < len(key) <= LONGEST})
    by_key |= _match_by_likeness(unknown, {to_key(entry): entry for entry in synonyms}, cutoff)
    return [by_key.get(key) for key in keys]


def _match_by_likeness(keys: list[str], entries: dict[str, str], cutoff: float) -> dict[str, str]:
    """Return the nearest entry of each key that has one."""
    if not keys or not entries:
        return {}
    from rapidfuzz import fuzz, process  # late: a clean file never needs it

    likeness = process.cdist(keys, list(entries), scorer=fuzz.ratio, dtype=np.float32)
    ordered = np.sort(np.pad(likeness, ((0, 0), (1, 0))), axis=1)  # a list of one entry has a second, like nothing
    is_clear = (ordered[:, -1] >= cutoff) & (ordered[:, -1] - ordered[:, -2] >= LEAD)
    names = np.array(list(entries.values()), dtype=object)[likeness.argmax(axis=1)]
    return {keys[index]: names[index] for index in np.flatnonzero(is_clear)}
