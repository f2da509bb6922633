"""Which of a fixed list's values a wrong one was meant to be: by a table of synonyms, else by likeness.

Owns likeness. Says nothing when two of the list are about as like, because a wrong suggestion is worse than none.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

LONGEST = 80  # a text longer than this is no misspelling of anything
LEAD = 5.0  # how much liker, of 100, the nearest must be than the second
EXACT = 100.0
LONGEST_CODE = 4  # codes differ by one letter from each other, so a synonym of this length counts exactly only
KEYS_AT_ONCE = 2048  # compared with every word in one table of some megabytes


def find_nearest(
    values: Sequence[str],
    synonyms: Mapping[str, Sequence[str]],
    *,
    to_key: Callable[[str], str],
    cutoff: float,
    has_near_synonyms: bool = False,
) -> list[str | None]:
    """Return for each value the entry of the list that it was meant to be, or None.

    Args:
        values: distinct wrong values.
        synonyms: the list's entries, each with what else is written for it.
        to_key: what is compared.
        cutoff: the least likeness, of 100, that counts.
        has_near_synonyms: whether a misspelt synonym counts too, and not a misspelt entry only.
    """
    by_key = {to_key(word): entry for entry, words in synonyms.items() for word in (entry, *words)}
    keys = [to_key(value) for value in values]
    unknown = list({key for key in keys if key not in by_key and 0 < len(key) <= LONGEST})
    words = {to_key(entry): entry for entry in synonyms}
    if has_near_synonyms:
        words |= {key: entry for key, entry in by_key.items() if len(key) > LONGEST_CODE}
        by_key |= _match_exchanged(unknown, words)
        unknown = [key for key in unknown if key not in by_key]
    if cutoff < EXACT:
        by_key |= _match_by_likeness(unknown, words, cutoff)
    return [by_key.get(key) for key in keys]


def _match_exchanged(keys: Iterable[str], words: Mapping[str, str]) -> dict[str, str]:
    """Return the entry of each key that is a word with two neighbouring letters exchanged, when there is one only."""
    matches = {}
    for key in keys:
        exchanged = (
            f"{key[:at]}{key[at + 1]}{key[at]}{key[at + 2 :]}"
            for at in range(len(key) - 1)
            if key[at : at + 2].isalpha()
        )
        meant = {words[text] for text in exchanged if len(text) > LONGEST_CODE and text in words}
        if len(meant) == 1:
            matches[key] = meant.pop()
    return matches


def _match_by_likeness(keys: list[str], words: Mapping[str, str], cutoff: float) -> dict[str, str]:
    """Return the nearest entry of each key that has one.

    Args:
        keys: what was written.
        words: what it is compared with, each with the entry that it stands for.
        cutoff: the least likeness, of 100, that counts.
    """
    if not keys or not words:
        return {}
    from rapidfuzz import fuzz, process  # late: a clean file never needs it

    by_entry = sorted(words, key=words.__getitem__)
    entries, starts = np.unique(np.array([words[word] for word in by_entry], dtype=object), return_index=True)
    matches: dict[str, str] = {}
    for start in range(0, len(keys), KEYS_AT_ONCE):
        some = keys[start : start + KEYS_AT_ONCE]
        table = process.cdist(some, by_entry, scorer=fuzz.ratio, score_cutoff=cutoff - LEAD, dtype=np.float32)
        likeness = np.maximum.reduceat(table, starts, axis=1)
        ordered = np.sort(np.pad(likeness, ((0, 0), (1, 0))), axis=1)  # a list of one entry has a second, like nothing
        is_clear = (ordered[:, -1] >= cutoff) & (ordered[:, -1] - ordered[:, -2] >= LEAD)
        names = entries[likeness.argmax(axis=1)]
        matches |= {some[index]: names[index] for index in np.flatnonzero(is_clear)}
    return matches
