"""Making user names from names. Owns their form and how free ones are found; is told by its caller which are taken.

A user name is first.last in small ASCII letters, followed by digits at random where that one is taken or too short. It
holds nothing of the learner but the name: no date of birth and no identifier.

Source: manual 5.1 c (6 to 127 letters, digits and @ . _ -).
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
from anyascii import anyascii

SHORTEST = 6
PART_LENGTH = 49  # of the first and of the last name: with the dot and 7 digits no more than 106 characters
NO_NAME = "learner"
WIDTHS = (2, 3, 5, 7)  # never 4, 6, 8 or 10 digits: those could be taken for a birth year, a date or a ULN
ROOM = 4  # digits for this many times the learners that share a stem, so that few proposals meet
ROUND_LIMIT = 50

NOT_LETTERS = re.compile("[^a-z]+")


def make_stems(first_names: Sequence[str], last_names: Sequence[str]) -> list[str]:
    """Return first.last for each learner: 1 to 99 characters, a to z with a dot between.

    A name that is written in another script is spelled out ("李小龙" gives "lixiaolong"). Whatever is not a letter is
    dropped. A name of which nothing is left is left out; where nothing is left of both, the stem is "learner".
    """
    spelled = {name: _spell(name) for name in {*first_names, *last_names}}
    pairs = zip(map(spelled.__getitem__, first_names), map(spelled.__getitem__, last_names), strict=True)
    return [f"{first}.{last}" if first and last else first or last or NO_NAME for first, last in pairs]


def _spell(name: str) -> str:
    if not name.isascii():
        name = anyascii(unicodedata.normalize("NFC", name))
    return NOT_LETTERS.sub("", name.lower())[:PART_LENGTH]


def assign_usernames(stems: Sequence[str], find_taken: Callable[[list[str]], set[str]]) -> list[str]:
    """Return a free user name for each stem, all of them different.

    The first learner of a stem gets the stem itself when it is free and long enough, everyone else the stem and digits.
    Works in rounds: each proposes a name for everyone who has none yet and asks `find_taken` once.

    Args:
        stems: as `make_stems` gives them.
        find_taken: returns which of these user names any account has already.

    Raises:
        RuntimeError: no free names were found in many rounds.
    """
    usernames = [""] * len(stems)
    given: set[str] = set()
    proposals = [stem if len(stem) >= SHORTEST else "" for stem in stems]
    waiting = list(range(len(stems)))
    for round_number in range(ROUND_LIMIT):
        fresh: dict[str, int] = {}
        for row, proposal in zip(waiting, proposals, strict=True):
            if proposal and proposal not in given:
                fresh.setdefault(proposal, row)
        taken = find_taken(list(fresh)) if fresh else set()
        for username, row in fresh.items():
            if username not in taken:
                usernames[row] = username
                given.add(username)
        waiting = [row for row in waiting if not usernames[row]]
        if not waiting:
            return usernames
        proposals = _add_digits([stems[row] for row in waiting], round_number)
    raise RuntimeError(f"no free user names for {len(waiting)} learners after {ROUND_LIMIT} rounds")


def _add_digits(stems: list[str], round_number: int) -> list[str]:
    """Propose stem + digits for each, with more digits the more learners share the stem and the later the round."""
    widths = {stem: _choose_width(len(stem), sharing * ROOM, round_number) for stem, sharing in Counter(stems).items()}
    fractions = np.random.default_rng().random(len(stems))
    return [
        f"{stem}{int(fraction * 10 ** widths[stem]):0{widths[stem]}d}"
        for stem, fraction in zip(stems, fractions.tolist(), strict=True)
    ]


def _choose_width(stem_length: int, room: int, round_number: int) -> int:
    for width in WIDTHS[round_number:]:
        if 10**width >= room and stem_length + width >= SHORTEST:
            return width
    return WIDTHS[-1]
