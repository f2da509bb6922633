"""The counts of a whole run of the fault tests, told at its end."""

from collections import Counter

from tests.faults.ledger import Reckoning

NAMES = (
    "kills",
    "rows put in",
    "rows loaded",
    "rows refused",
    "rows still waiting",
    "rows of failed imports",
    "lost",
    "doubled",
    "wrong",
    "mails sent twice",
)
TALLY: Counter[str] = Counter()


_LAST: dict[str, Counter[str]] = {}


def add(home: str, reckoning: Reckoning) -> None:
    """Add one place's reckoning, in place of an earlier one of the same place."""
    values = (
        reckoning.put_in,
        reckoning.loaded,
        reckoning.refused,
        reckoning.waiting,
        reckoning.failed,
        len(reckoning.lost),
        len(reckoning.doubled),
        len(reckoning.wrong),
        reckoning.twice_sent,
    )
    counts = Counter(dict(zip(NAMES[1:], values, strict=True)))
    TALLY.subtract(_LAST.get(home, Counter()))
    TALLY.update(counts)
    _LAST[home] = counts
